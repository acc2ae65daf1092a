#include "rules/credential/credentials.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "rules/credential/decode.h"
#include "rules/credential/matcher.h"
#include "rules/credential/path.h"
#include "rules/credential/private.h"
#include "rules/credential/scan.h"

int credentials_new(struct credentials **out, struct fault *f)
{
	struct credentials *c = calloc(1, sizeof(*c));

	*out = c;
	return c ? 0 : fault_memory(f);
}

void credentials_limit(struct credentials *c, struct deadline *deadline)
{
	c->deadline = deadline;
}

void credentials_free(struct credentials *c)
{
	if (!c)
		return;
	matcher_free(c->matcher);
	credential_token_release(c);
	free(c->codes);
	free(c->tried);
	free(c);
}

static int make_ready(struct credentials *c, struct fault *f)
{
	if (c->matcher)
		return 0;
	c->codes = calloc(credential_data.kind_count + BUILTIN_COUNT, sizeof(*c->codes));
	c->tried = calloc(credential_data.kind_count, sizeof(*c->tried));
	if (!c->codes || !c->tried)
		return fault_memory(f);
	return matcher_new(&c->matcher, f);
}

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

/* One finding for one secret: of those that overlap, the most telling. */
static void settle(struct credential_scan *scan)
{
	size_t kept = 0;

	if (scan->count)
		qsort(scan->found, scan->count, sizeof(*scan->found), by_start);
	for (size_t i = 0; i < scan->count; i++) {
		struct credential_found *last = kept ? &scan->found[kept - 1] : NULL;

		if (last && scan->found[i].start < last->end) {
			if (rank(&scan->found[i]) > rank(last))
				*last = scan->found[i];
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
	if (found.confidence > CONFIDENCE_LOW && published(scan, &found))
		found.confidence = CONFIDENCE_LOW;
	if ((scan->text & TEXT_TEST) && found.confidence != CONFIDENCE_CERTAIN &&
		found.confidence > CONFIDENCE_LOW)
		found.confidence--;
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

static bool trigger_found(void *context, unsigned trigger, size_t end)
{
	struct credential_scan *scan = context;
	const struct credential_trigger *t = &credential_data.triggers[trigger];

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

struct teller {
	credential_told *hit;
	void *context;
};

static int tell(const struct credential_scan *scan, const struct teller *teller)
{
	const struct credential_kind *surplus = &credential_builtin[BUILTIN_SURPLUS];
	size_t line = 1, start = 0, at = 0;

	for (size_t i = 0; i < scan->count; i++) {
		const struct credential_found *f = &scan->found[i];
		const char *next;
		int status;

		while ((next = memchr(scan->bytes.data + at, '\n', f->start - at))) {
			at = start = (size_t)(next - scan->bytes.data) + 1;
			line++;
		}
		at = f->start;
		status = teller->hit(teller->context,
			&(struct credential_hit){ f->kind->id, f->kind->what, f->kind->revoke,
				f->confidence, line, f->start - start + 1,
				{ scan->bytes.data + f->start, f->end - f->start } });
		if (status != 0)
			return status;
	}
	if (scan->surplus == 0)
		return 0;
	return teller->hit(
		teller->context, &(struct credential_hit){ surplus->id, surplus->what,
					 surplus->revoke, (enum confidence)(scan->surplus - 1),
					 line, 1, { scan->bytes.data + at, 0 } });
}

static int find(struct credential_scan *scan, struct fault *f);

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
		.text = TEXT_CONFIG | TEXT_PLAIN,
		.inner = true };
	size_t start = (size_t)(value.data - o->scan->bytes.data);
	int status = find(&inner, o->fault);

	for (size_t i = 0; status == 0 && i < inner.count; i++)
		credential_add(o->scan, (struct credential_found){ start, start + value.len,
						inner.found[i].kind, inner.found[i].confidence });
	free(inner.found);
	return status;
}

/* Finds what there is, in order of place. */
static int find(struct credential_scan *scan, struct fault *f)
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
	return 0;
}

static int scan_bytes(struct credentials *c, struct span path, struct span bytes,
	const struct teller *teller, struct fault *f)
{
	struct credential_scan scan = {
		.credentials = c, .bytes = bytes, .text = credential_text_of(path, bytes)
	};
	int status = find(&scan, f);

	if (status == 0)
		status = tell(&scan, teller);
	if (status == 0 && (scan.late || deadline_is_over(c->deadline)))
		status = deadline_fault(f, "looking for credentials");
	free(scan.found);
	return status;
}

/*
 * The bytes as they are, as wide text, and as what holds wide text: a mark in front says what they
 * are read as, not what they are.
 */
static int scan_readings(struct credentials *c, struct span path, struct span bytes,
	const struct teller *teller, struct fault *f)
{
	static int (*const readings[])(struct span bytes, struct buf * out) = { credential_decode,
		credential_decode_runs };
	struct buf text = BUF_INIT(bytes.len + bytes.len / 2 + 64);
	int status = scan_bytes(c, path, bytes, teller, f);

	for (size_t i = 0; status == 0 && i < sizeof(readings) / sizeof(readings[0]); i++) {
		buf_clear(&text);
		status = readings[i](bytes, &text);
		if (status < 0)
			status = fault_memory(f);
		else if (status > 0)
			status = scan_bytes(c, path, buf_span(&text), teller, f);
	}
	if (text.data)
		OPENSSL_cleanse(text.data, text.len);
	buf_release(&text);
	return status;
}

int credentials_scan(struct credentials *c, struct span path, struct span bytes,
	credential_told *hit, void *context, struct fault *f)
{
	if (bytes.len == 0)
		return 0;
	if (make_ready(c, f) < 0)
		return -1;
	return scan_readings(c, path, bytes, &(struct teller){ hit, context }, f);
}

int credentials_fingerprint(
	struct span key, const char *kind, struct span secret, char out[CREDENTIAL_FINGERPRINT + 1])
{
	struct buf text = BUF_INIT(secret.len + strlen(kind) + 1);
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	out[0] = 0;
	buf_add(&text, kind, strlen(kind) + 1);
	for (size_t i = 0; i < secret.len; i++)
		if (!strchr(" \t\r\n", secret.data[i]) || !secret.data[i])
			buf_addc(&text, secret.data[i]);
	if (!text.failed && key.len <= 4096)
		HMAC(EVP_sha256(), key.data ? key.data : "", (int)key.len,
			(const unsigned char *)text.data, text.len, mac, &size);
	if (text.data)
		OPENSSL_cleanse(text.data, text.len);
	buf_release(&text);
	if (size != 32)
		return -1;
	for (size_t i = 0; i < CREDENTIAL_FINGERPRINT / 2; i++) {
		out[2 * i] = "0123456789abcdef"[mac[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
	}
	out[CREDENTIAL_FINGERPRINT] = 0;
	return 0;
}
