/*
 * One search of one text: what each literal that is found begins, and what is left of all findings.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/credential/decode.h"
#include "rules/credential/matcher.h"
#include "rules/credential/scan.h"

/* How telling a finding is, for choosing among those of one secret. */
static int rank(const struct credential_found *f)
{
	bool is_own = f->kind >= credential_builtin && f->kind < credential_builtin + BUILTIN_COUNT;
	int own = is_own ? (int)(f->kind - credential_builtin) : -1;
	int kind = own == BUILTIN_PRIVATE_KEY       ? 5
		   : own >= 0 && own <= BUILTIN_KEY ? 0
		   : is_own                         ? 1
		   : f->kind->flags & KIND_NAMED    ? 2
		   : f->kind->nearby                ? 4
						    : 3;

	return 8 * (int)f->confidence + kind;
}

static int by_start(const void *a, const void *b)
{
	const struct credential_found *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (rank(x) != rank(y))
		return rank(y) - rank(x);
	return (x->end < y->end) - (x->end > y->end);
}

/* Of too many the surest: what is in surplus must not hide it. */
static void keep_surest(struct credential_scan *scan)
{
	size_t of[CONFIDENCE_CERTAIN + 1] = { 0 }, left = CREDENTIAL_HITS_MAX, kept = 0;

	for (size_t i = 0; i < scan->count; i++)
		of[scan->found[i].confidence]++;
	for (int c = CONFIDENCE_CERTAIN; c >= CONFIDENCE_LOW; c--) {
		if (of[c] > left && c >= scan->surplus)
			scan->surplus = c + 1;
		of[c] = of[c] < left ? of[c] : left;
		left -= of[c];
	}
	for (size_t i = 0; i < scan->count; i++)
		if (of[scan->found[i].confidence]) {
			of[scan->found[i].confidence]--;
			scan->found[kept++] = scan->found[i];
		}
	scan->count = kept;
}

/*
 * Of two that overlap the more telling.  Where both are the same bytes the kind that has a shape of
 * its own says what they are, and the other how sure that is.
 */
static void keep_better(struct credential_found *kept, const struct credential_found *other)
{
	bool more = rank(other) > rank(kept);
	const struct credential_found *shaped = rank(kept) % 8 >= 3 ? kept : other;
	bool same = kept->start == other->start && kept->end == other->end &&
		    rank(shaped) % 8 >= 3 && rank(shaped == kept ? other : kept) % 8 == 0;
	struct credential_found better = more ? *other : *kept;

	if (same)
		better.kind = shaped->kind;
	*kept = better;
}

/* One finding for one secret: of those that overlap, the most telling. */
static void settle(struct credential_scan *scan)
{
	size_t kept = 0;

	if (scan->count)
		qsort(scan->found, scan->count, sizeof(*scan->found), by_start);
	for (size_t i = 0; i < scan->count; i++) {
		struct credential_found *last = kept ? &scan->found[kept - 1] : NULL;

		if (last && scan->found[i].start < last->end) {
			keep_better(last, &scan->found[i]);
		} else {
			scan->found[kept++] = scan->found[i];
		}
	}
	scan->count = kept;
	keep_surest(scan);
}

/* Whether it is one that everybody can read in a manual; of what is long the first part tells. */
static bool published(const struct credential_scan *scan, const struct credential_found *found)
{
	size_t len = found->end - found->start;

	return credential_published(
		(struct span){ scan->bytes.data + found->start, len < 512 ? len : 512 });
}

void credential_add(struct credential_scan *scan, struct credential_found found)
{
	credential_works(scan, found.confidence > CONFIDENCE_LOW ? 60 : 5);
	if (found.confidence > CONFIDENCE_LOW && published(scan, &found))
		found.confidence = CONFIDENCE_LOW;
	if ((scan->text & TEXT_TEST) && found.confidence != CONFIDENCE_CERTAIN &&
		found.confidence > CONFIDENCE_LOW)
		found.confidence--;
	credential_keep(scan, found);
}

void credential_keep(struct credential_scan *scan, struct credential_found found)
{
	if (scan->count == 4 * CREDENTIAL_HITS_MAX)
		settle(scan);
	if (scan->count == scan->cap) {
		size_t cap = scan->cap ? 2 * scan->cap : 16;
		struct credential_found *grown;

		cap = cap > 4 * CREDENTIAL_HITS_MAX ? 4 * CREDENTIAL_HITS_MAX : cap;
		grown = realloc(scan->found, cap * sizeof(*grown));
		if (!grown) {
			scan->failed = true;
			return;
		}
		scan->found = grown;
		scan->cap = cap;
	}
	scan->found[scan->count++] = found;
}

#define WORK_FIXED ((size_t)9 << 17) /* steps that any text may take, besides one for four bytes */
#define GLANCE 64                    /* bytes behind a place that are glanced at */
#define GLANCE_MIN 6                 /* and how many make a value */

void credential_works(struct credential_scan *scan, size_t steps)
{
	scan->credentials->work += steps;
}

void credential_may_work(struct credentials *c, size_t bytes, bool anew)
{
	if (anew) {
		c->work = 0;
		c->work_most = WORK_FIXED;
	}
	c->work_most += bytes / 4;
}

/* What a byte is to a glance. */
enum glanced {
	GLANCED_SIGN,
	GLANCED_LETTER = 1,
	GLANCED_OTHER = 2, /* a digit, or a sign that words do not have */
	GLANCED_END = 4,
};

static unsigned glanced_at(char c)
{
	if (credential_lower(c) >= 'a' && credential_lower(c) <= 'z')
		return GLANCED_LETTER;
	if ((c >= '0' && c <= '9') || c == '!' || (c >= '#' && c <= '&') || c == '*' || c == '@' ||
		c == '^' || c == '~')
		return GLANCED_OTHER;
	return c == '-' || c == '_' || c == '.' || c == '/' || c == '+' ? GLANCED_SIGN
									: GLANCED_END;
}

/*
 * Whether something like a password stands near behind: letters with digits or signs.  What was
 * glanced at is not again.
 */
static bool glance(struct credential_scan *scan, size_t at)
{
	struct span b = scan->bytes;
	size_t end = at + GLANCE < b.len ? at + GLANCE : b.len;

	if (scan->glanced_to < at) {
		scan->glanced_to = at;
		scan->glanced_run = scan->glanced_seen = 0;
	}
	for (; scan->glanced_to < end; scan->glanced_to++) {
		unsigned is = glanced_at(b.data[scan->glanced_to]);

		scan->glanced_run = is == GLANCED_END ? 0 : scan->glanced_run + 1;
		scan->glanced_seen = is == GLANCED_END ? 0 : scan->glanced_seen | is;
		if (scan->glanced_run >= GLANCE_MIN &&
			scan->glanced_seen == (GLANCED_LETTER | GLANCED_OTHER))
			return true;
	}
	return false;
}

/*
 * Whether the place is passed over: so many were looked at that the rest of the text is only
 * glanced at.  What would have to be looked at then is not let through: nobody knows what is in it.
 */
static bool passed_over(struct credential_scan *scan, size_t end)
{
	const struct credentials *c = scan->credentials;

	if (c->work <= c->work_most)
		return false;
	if (c->work > 2 * c->work_most || glance(scan, end))
		scan->surplus = CONFIDENCE_CERTAIN + 1;
	return true;
}

/* What looking at a place takes at least; who looks further adds to it. */
static const unsigned char steps_of[] = { [TRIGGER_URL] = 8,
	[TRIGGER_HEADER] = 30,
	[TRIGGER_DSN] = 20,
	[TRIGGER_PEM] = 30,
	[TRIGGER_PEM_BASE64] = 30,
	[TRIGGER_JWT] = 12,
	[TRIGGER_INSERT] = 30 };

static bool trigger_found(void *context, unsigned trigger, size_t end)
{
	struct credential_scan *scan = context;
	const struct credential_trigger *t = &credential_data.triggers[trigger];

	credential_works(scan, 3);
	if (t->action < sizeof(steps_of))
		credential_works(scan, steps_of[t->action]);
	if (passed_over(scan, end))
		return scan->surplus <= CONFIDENCE_CERTAIN;
	switch ((enum trigger_action)t->action) {
	case TRIGGER_KIND:
		credential_token(scan, t, end);
		break;
	case TRIGGER_NAMED:
		credential_vendor_name(scan, t, end);
		break;
	case TRIGGER_WORD:
		credential_word(scan, t, end);
		break;
	case TRIGGER_URL:
		credential_url(scan, end);
		break;
	case TRIGGER_HEADER:
		credential_header(scan, t->length, end);
		break;
	case TRIGGER_PEM:
		credential_pem(scan, t->length, end);
		break;
	case TRIGGER_PEM_BASE64:
		credential_pem_base64(scan, t->length, end);
		break;
	case TRIGGER_PUTTY:
		credential_putty(scan, t->length, end);
		break;
	case TRIGGER_JWT:
		credential_jwt(scan, end);
		break;
	case TRIGGER_DSN:
		credential_dsn(scan, t->length, end);
		break;
	case TRIGGER_INSERT:
		credential_sql_insert(scan, end);
		break;
	case TRIGGER_MANIFEST:
		scan->manifest = true;
		break;
	case TRIGGER_CALL:
		credential_call(scan, t, end);
		break;
	case TRIGGER_COMMAND:
		credential_command(scan, t, end);
		break;
	}
	scan->late = deadline_nears(scan->credentials->deadline);
	return !scan->late;
}

struct opening {
	struct credential_scan *scan;
	struct fault *fault;
};

/* What a value decodes to is searched like a file; what is found there stands at the value. */
static int open_value(void *context, struct span value, struct span decoded)
{
	struct opening *o = context;
	struct credential_scan inner = { .credentials = o->scan->credentials,
		.bytes = decoded,
		.head = decoded,
		.text = TEXT_CONFIG | TEXT_PLAIN,
		.inner = true };
	size_t start = (size_t)(value.data - o->scan->bytes.data);
	int status = credential_find(&inner, o->fault);

	for (size_t i = 0; status == 0 && i < inner.count; i++)
		credential_add(o->scan, (struct credential_found){ start, start + value.len,
						inner.found[i].kind, inner.found[i].confidence });
	if (inner.surplus > o->scan->surplus)
		o->scan->surplus = inner.surplus;
	free(inner.found);
	return status;
}

int credential_find(struct credential_scan *scan, struct fault *f)
{
	struct credentials *c = scan->credentials;
	struct opening opening = { scan, f };

	memset(c->tried, 0, credential_data.kind_count * sizeof(*c->tried));
	credential_key_file(scan);
	if (scan->text & TEXT_TABLE)
		credential_table(scan);
	if (matcher_scan(c->matcher, scan->bytes, trigger_found, scan, f) < 0)
		return -1;
	if (scan->manifest && !scan->inner && !scan->late &&
		manifest_read(&(struct manifest){ scan->bytes, open_value, &opening }) < 0)
		return f->class ? -1 : fault_memory(f);
	if (scan->failed)
		return fault_memory(f);
	settle(scan);
	credential_join(scan);
	/* What was joined may stand behind what was found after it. */
	if (scan->count)
		qsort(scan->found, scan->count, sizeof(*scan->found), by_start);
	return 0;
}
