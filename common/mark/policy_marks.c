#include "common/mark/policy_marks.h"

#include <stdlib.h>

#include "common/mark/ident.h"
#include "common/path/fold.h"
#include "common/text/spelling.h"

#define TEXTS_MAX (64u << 20)

static int mark_compare(const void *a, const void *b)
{
	return span_compare(
		((const struct policy_mark *)a)->text, ((const struct policy_mark *)b)->text);
}

static size_t list_length(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static int table_new(struct policy_mark_table *table, size_t count)
{
	table->rows = calloc(count ? count : 1, sizeof(*table->rows));
	return table->rows ? 0 : -1;
}

/*
 * Puts a text into `texts`, folded, with a NUL; only its length yet, since the buffer may still
 * move.
 */
static int text_put(struct policy_marks *own, struct span text, bool key, struct span *out)
{
	struct buf folded = BUF_INIT(TEXTS_MAX);
	size_t start = own->texts.len;
	int status = fold_text(&folded, text);

	text = spelling_trim(buf_span(&folded));
	if (status == 0)
		status = key ? spelling_key(&own->texts, text) : buf_addspan(&own->texts, text);
	buf_release(&folded);
	*out = (struct span){ NULL, own->texts.len - start };
	return status < 0 ? -1 : buf_addc(&own->texts, '\0');
}

static int email_add(struct policy_marks *own, const char *email, size_t agent)
{
	struct policy_mark *row = &own->emails.rows[own->emails.count++];

	row->agent = agent;
	return text_put(own, span_of(email), false, &row->text);
}

/* `Key: value`; the value follows its key in `texts`.  Without a colon: any value. */
static int trailer_add(struct policy_marks *own, const char *line, size_t agent)
{
	struct policy_mark *row = &own->trailers.rows[own->trailers.count++];
	size_t key = strcspn(line, ":");
	struct span value;

	row->agent = agent;
	if (text_put(own, (struct span){ line, key }, true, &row->text) < 0)
		return -1;
	return text_put(own, span_of(line[key] ? line + key + 1 : "*"), false, &value);
}

/* Now that `texts` moves no more, lets the rows point into it. */
static void settle(struct policy_marks *own)
{
	const char *at = own->texts.data;

	for (size_t i = 0; i < own->emails.count; i++) {
		own->emails.rows[i].text.data = at;
		at += own->emails.rows[i].text.len + 1;
	}
	for (size_t i = 0; i < own->trailers.count; i++) {
		own->trailers.rows[i].text.data = at;
		at += own->trailers.rows[i].text.len + 1;
		own->trailers.rows[i].value = at;
		at += strlen(at) + 1;
	}
	qsort(own->emails.rows, own->emails.count, sizeof(struct policy_mark), mark_compare);
	qsort(own->trailers.rows, own->trailers.count, sizeof(struct policy_mark), mark_compare);
}

static int add_all(struct policy_marks *own)
{
	for (size_t i = 0; i < own->count; i++)
		for (size_t n = 0; n < list_length(own->agents[i].emails); n++)
			if (email_add(own, own->agents[i].emails[n], i) < 0)
				return -1;
	for (size_t i = 0; i < own->count; i++)
		for (size_t n = 0; n < list_length(own->agents[i].trailers); n++)
			if (trailer_add(own, own->agents[i].trailers[n], i) < 0)
				return -1;
	settle(own);
	return 0;
}

int policy_marks_init(struct policy_marks *own, const struct marks_agent *agents, size_t count)
{
	size_t emails = 0, trailers = 0;

	*own = (struct policy_marks){
		.agents = agents, .count = count, .texts = BUF_INIT(TEXTS_MAX)
	};
	for (size_t i = 0; i < count; i++) {
		emails += list_length(agents[i].emails);
		trailers += list_length(agents[i].trailers);
	}
	own->found = calloc(count ? count : 1, sizeof(*own->found));
	if (!own->found || table_new(&own->emails, emails) < 0 ||
		table_new(&own->trailers, trailers) < 0)
		return -1;
	return add_all(own);
}

void policy_marks_release(struct policy_marks *own)
{
	free(own->emails.rows);
	free(own->trailers.rows);
	free(own->found);
	buf_release(&own->texts);
}

void policy_marks_begin(struct policy_marks *own)
{
	memset(own->found, 0, own->count * sizeof(*own->found));
	own->any = false;
}

/* The rows of the table with that text: the first, and how many. */
static const struct policy_mark *rows_find(
	const struct policy_mark_table *table, struct span text, size_t *count)
{
	size_t low = 0, high = table->count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(table->rows[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < table->count && span_equal(table->rows[end].text, text); end++)
		;
	*count = end - low;
	return table->rows + low;
}

struct email_search {
	struct policy_marks *own;
	enum identified_by by;
	bool any;
};

static void email_find(void *context, struct span email)
{
	struct email_search *search = context;
	size_t count;
	const struct policy_mark *row = rows_find(&search->own->emails, email, &count);

	for (size_t i = 0; i < count; i++)
		search->own->found[row[i].agent] |= (unsigned)search->by;
	search->any |= count > 0;
	search->own->any |= count > 0;
}

bool policy_marks_any(const struct policy_marks *own)
{
	return own->any;
}

bool policy_marks_emails(struct policy_marks *own, struct span text, enum identified_by by)
{
	struct email_search search = { own, by, false };

	if (own->emails.count)
		ident_emails(text, email_find, &search);
	return search.any;
}

/* The value without what people put behind a name: an address, a remark in brackets. */
static struct span value_alone(struct span value)
{
	for (size_t i = 1; i < value.len; i++)
		if (value.data[i] == '<' || value.data[i] == '(')
			return spelling_trim((struct span){ value.data, i });
	return value;
}

void policy_marks_trailer(struct policy_marks *own, const struct trailer *trailer)
{
	size_t count;
	const struct policy_mark *row =
		rows_find(&own->trailers, (struct span){ trailer->key, trailer->key_len }, &count);

	for (size_t i = 0; i < count; i++)
		if (spelling_match(row[i].value, trailer->value) ||
			spelling_match(row[i].value, value_alone(trailer->value))) {
			own->found[row[i].agent] |= BY_TRAILER;
			own->any = true;
		}
}

void policy_marks_by(struct policy_marks *own, enum identified_by by)
{
	for (size_t i = 0; i < own->count; i++)
		own->found[i] = own->found[i] ? (unsigned)by : 0;
}

int policy_marks_tell(const struct policy_marks *own,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context)
{
	int status = 0;

	for (size_t i = 0; i < own->count; i++)
		for (unsigned by = 1; by < 1u << BY_COUNT && !status; by <<= 1)
			if (own->found[i] & by)
				status =
					found(context, own->agents[i].name, (enum identified_by)by);
	return status;
}
