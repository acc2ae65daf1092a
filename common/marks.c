#include "common/marks.h"

#include <stdlib.h>

#include "common/catalogue.h"
#include "common/fold.h"
#include "common/message.h"
#include "common/naming.h"
#include "common/note.h"
#include "common/spell.h"
#include "common/trailer.h"

/* A mark of the policy's, in the catalogue's form. */
struct own_mark {
	struct span text; /* folded address; or a trailer's key */
	const char *value;
	size_t agent;
};

struct own_table {
	struct own_mark *rows;
	size_t count;
};

struct marks {
	const struct marks_agent *agents;
	size_t agent_count;
	struct own_table emails, trailers;
	struct buf texts; /* what the tables point into */
	struct buf text;
	struct message message;
	struct agent_set found[BY_COUNT]; /* of the catalogue */
	unsigned *own;                    /* of the policy: bits of enum identified_by each */
	unsigned pending;                 /* trailers that several agents write, by group */
};

typedef int found_fn(void *context, const char *agent, enum identified_by by);

static int by_index(enum identified_by by)
{
	return __builtin_ctz((unsigned)by);
}

static int own_compare(const void *a, const void *b)
{
	return span_compare(((const struct own_mark *)a)->text, ((const struct own_mark *)b)->text);
}

static size_t list_length(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static int table_new(struct own_table *table, size_t count)
{
	table->rows = calloc(count ? count : 1, sizeof(*table->rows));
	return table->rows ? 0 : -1;
}

/* Puts a text into `texts`, folded; its place there, since the buffer may still move. */
static int text_put(struct marks *marks, struct span text, bool key, struct span *out)
{
	size_t start = marks->texts.len;

	buf_clear(&marks->text);
	if (fold_text(&marks->text, text) < 0)
		return -1;
	text = spell_trim(buf_span(&marks->text));
	if ((key ? spell_key(&marks->texts, text) : buf_addspan(&marks->texts, text)) < 0)
		return -1;
	*out = (struct span){ NULL, marks->texts.len - start };
	return buf_addc(&marks->texts, '\0');
}

static int own_email(struct marks *marks, const char *email, size_t agent)
{
	struct own_mark *row = &marks->emails.rows[marks->emails.count++];

	row->agent = agent;
	return text_put(marks, span_of(email), false, &row->text);
}

/* `Key: value`; the value follows its key in `texts`. */
static int own_trailer(struct marks *marks, const char *line, size_t agent)
{
	struct own_mark *row = &marks->trailers.rows[marks->trailers.count++];
	const char *colon = strchr(line, ':');
	struct span value;

	if (!colon)
		return -1;
	row->agent = agent;
	if (text_put(marks, (struct span){ line, (size_t)(colon - line) }, true, &row->text) < 0)
		return -1;
	return text_put(marks, span_of(colon + 1), false, &value);
}

/* Now that `texts` moves no more, lets the rows point into it. */
static void own_settle(struct marks *marks)
{
	const char *at = marks->texts.data;

	for (size_t i = 0; i < marks->emails.count; i++) {
		marks->emails.rows[i].text.data = at;
		at += marks->emails.rows[i].text.len + 1;
	}
	for (size_t i = 0; i < marks->trailers.count; i++) {
		marks->trailers.rows[i].text.data = at;
		at += marks->trailers.rows[i].text.len + 1;
		marks->trailers.rows[i].value = at;
		at += strlen(at) + 1;
	}
	qsort(marks->emails.rows, marks->emails.count, sizeof(struct own_mark), own_compare);
	qsort(marks->trailers.rows, marks->trailers.count, sizeof(struct own_mark), own_compare);
}

static int own_load(struct marks *marks)
{
	size_t emails = 0, trailers = 0;

	for (size_t i = 0; i < marks->agent_count; i++) {
		emails += list_length(marks->agents[i].emails);
		trailers += list_length(marks->agents[i].trailers);
	}
	marks->own = calloc(marks->agent_count + 1, sizeof(*marks->own));
	if (!marks->own || table_new(&marks->emails, emails) < 0 ||
		table_new(&marks->trailers, trailers) < 0)
		return -1;
	for (size_t i = 0; i < marks->agent_count; i++)
		for (size_t n = 0; n < list_length(marks->agents[i].emails); n++)
			if (own_email(marks, marks->agents[i].emails[n], i) < 0)
				return -1;
	for (size_t i = 0; i < marks->agent_count; i++)
		for (size_t n = 0; n < list_length(marks->agents[i].trailers); n++)
			if (own_trailer(marks, marks->agents[i].trailers[n], i) < 0)
				return -1;
	own_settle(marks);
	return 0;
}

int marks_new(struct marks **out, const struct marks_agent *agents, size_t count, struct fault *f)
{
	struct marks *marks = calloc(1, sizeof(*marks));

	*out = NULL;
	if (!marks)
		return fault_memory(f);
	marks->agents = agents;
	marks->agent_count = count;
	marks->texts = (struct buf)BUF_INIT(64u << 20);
	marks->text = (struct buf)BUF_INIT(MESSAGE_MAX);
	marks->message = (struct message)MESSAGE_INIT;
	if (own_load(marks) < 0) {
		marks_free(marks);
		return fault_memory(f);
	}
	*out = marks;
	return 0;
}

void marks_free(struct marks *marks)
{
	if (!marks)
		return;
	free(marks->emails.rows);
	free(marks->trailers.rows);
	free(marks->own);
	buf_release(&marks->texts);
	buf_release(&marks->text);
	message_release(&marks->message);
	free(marks);
}

/* The rows of the policy's table with that text: the first, and how many. */
static const struct own_mark *own_rows(
	const struct own_table *table, struct span text, size_t *count)
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
	struct marks *marks;
	enum identified_by by;
};

static void own_email_find(void *context, struct span email)
{
	struct email_search *search = context;
	size_t count;
	const struct own_mark *row = own_rows(&search->marks->emails, email, &count);

	for (size_t i = 0; i < count; i++)
		search->marks->own[row[i].agent] |= (unsigned)search->by;
}

static void named_find(struct marks *marks, struct span text, enum naming as, enum identified_by by)
{
	struct email_search search = { marks, by };

	naming_of(text, as, &marks->found[by_index(by)]);
	if (marks->emails.count)
		naming_emails(text, own_email_find, &search);
}

/* A form that anything fits says less than one that is met in particular. */
static bool row_counts(const struct catalogue_mark *row, size_t count, size_t i, struct span value)
{
	if (!spell_match(row[i].value, value))
		return false;
	if (strcmp(row[i].value, "*") != 0)
		return true;
	for (size_t n = 0; n < count; n++)
		if (strcmp(row[n].value, "*") != 0 && spell_match(row[n].value, value))
			return false;
	return true;
}

/* A tool's own trailers. */
static void tool_find(struct marks *marks, const struct trailer *trailer)
{
	struct agent_set *found = &marks->found[by_index(BY_TRAILER)];
	size_t count, agents;
	const struct catalogue_mark *row = catalogue_rows(
		CATALOGUE_TRAILERS, (struct span){ trailer->key, trailer->key_len }, &count);
	const struct catalogue_agent *agent = catalogue_agents(&agents);

	for (size_t i = 0; i < count; i++) {
		bool standard = agent[row[i].agent].kind == AGENT_STANDARD;

		if (!row_counts(row, count, i, trailer->value) ||
			(standard && trailer_denies(trailer->value)))
			continue;
		if (row[i].group)
			marks->pending |= 1u << row[i].group;
		else
			agent_set_add(found, row[i].agent);
		if (standard)
			naming_of(trailer->value, NAMING_AUTHORSHIP, found);
	}
}

static void own_trailer_find(struct marks *marks, const struct trailer *trailer)
{
	size_t count;
	const struct own_mark *row =
		own_rows(&marks->trailers, (struct span){ trailer->key, trailer->key_len }, &count);

	for (size_t i = 0; i < count; i++)
		if (spell_match(row[i].value, trailer->value))
			marks->own[row[i].agent] |= BY_TRAILER;
}

/* A trailer that names who made it. */
static void authorship_find(struct marks *marks, const struct trailer *trailer)
{
	struct agent_set *found = &marks->found[by_index(BY_TRAILER)];
	struct agent_set named = { 0 };
	struct email_search search = { marks, BY_TRAILER };

	if (trailer_denies(trailer->value))
		return;
	naming_of(trailer->value, NAMING_AUTHORSHIP, &named);
	if (agent_set_empty(&named) && trailer->kind == TRAILER_AGENT &&
		trailer_kernel_form(trailer->value))
		agent_set_add(&named, catalogue_index("linux-assisted-by"));
	if (agent_set_empty(&named) && trailer_model_form(trailer->value))
		agent_set_add(&named, catalogue_index("generic-assisted-by"));
	agent_set_join(found, &named);
	if (marks->emails.count)
		naming_emails(trailer->value, own_email_find, &search);
}

/* A trailer at the start of a line. */
static void trailer_find(struct marks *marks, const struct trailer *trailer, bool first)
{
	if (!trailer->value.len)
		return;
	if (trailer->kind >= TRAILER_AUTHORSHIP)
		authorship_find(marks, trailer);
	else if (trailer->kind == TRAILER_WITNESS)
		named_find(marks, trailer->value, NAMING_WITNESS, BY_TRAILER);
	if (first)
		return;
	tool_find(marks, trailer);
	if (marks->trailers.count)
		own_trailer_find(marks, trailer);
}

/* In the middle of a line only what no sentence says counts: addresses, and tools' own values. */
static void inside_find(struct marks *marks, const struct trailer *trailer)
{
	if (trailer->value.len && trailer->kind >= TRAILER_AUTHORSHIP)
		named_find(marks, trailer->value, NAMING_WITNESS, BY_TRAILER);
	else if (trailer->value.len && trailer->kind == TRAILER_OTHER)
		tool_find(marks, trailer);
}

static void statement_find(struct marks *marks, struct span line)
{
	struct agent_set *found = &marks->found[by_index(BY_MARKER)];
	struct span name;
	bool certain;
	size_t from = 0;

	if (trailer_statement(line, &name, &certain))
		naming_whole(name, certain, found);
	while (trailer_link(line, &from, &name))
		naming_whole(name, true, found);
}

/* Forms of whole lines; decoration in front does not count. */
static void forms_find(struct marks *marks, enum catalogue_kind kind, struct span line)
{
	const struct catalogue_table *table = catalogue_table(kind);
	struct span between, rest = line;
	struct span bare = spell_word(&rest, &between);

	bare.len = bare.len ? (size_t)(line.data + line.len - bare.data) : 0;
	for (size_t i = 0; i < table->count; i++)
		if (spell_match(table->rows[i].text, line) ||
			spell_match(table->rows[i].text, bare))
			agent_set_add(&marks->found[by_index(BY_MARKER)], table->rows[i].agent);
}

static int line_find(void *context, const struct message_line *line, struct fault *f)
{
	struct marks *marks = context;
	struct trailer trailer;
	size_t from = 0;

	(void)f;
	forms_find(marks, line->first ? CATALOGUE_SUBJECTS : CATALOGUE_LINES, line->text);
	statement_find(marks, line->text);
	if (!memchr(line->text.data, ':', line->text.len) &&
		!memchr(line->text.data, '-', line->text.len))
		return 0;
	if (trailer_read(&trailer, line->text)) {
		trailer_find(marks, &trailer, line->first);
		from = (size_t)(trailer.value.data - line->text.data);
	}
	while (trailer_inside(&trailer, line->text, &from, line->lone))
		inside_find(marks, &trailer);
	return 0;
}

static int person_find(struct marks *marks, const struct person_line *person, enum identified_by by,
	struct fault *f)
{
	buf_clear(&marks->text);
	fold_text(&marks->text, person->name);
	buf_adds(&marks->text, " <");
	fold_text(&marks->text, person->email);
	if (buf_addc(&marks->text, '>') < 0)
		return fault_memory(f);
	named_find(marks, buf_span(&marks->text), NAMING_PERSON, by);
	return 0;
}

static void marks_begin(struct marks *marks)
{
	memset(marks->found, 0, sizeof(marks->found));
	memset(marks->own, 0, marks->agent_count * sizeof(*marks->own));
	marks->pending = 0;
}

static bool found_at_all(const struct marks *marks, uint16_t agent)
{
	for (size_t by = 0; by < BY_COUNT; by++)
		if (agent_set_has(&marks->found[by], agent))
			return true;
	return false;
}

/* A trailer that several agents write tells only that it is one of them: the one found otherwise, else the first. */
static void pending_settle(struct marks *marks)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_TRAILERS);
	unsigned settled = 0;

	for (size_t i = 0; i < table->count && marks->pending; i++)
		if (table->rows[i].group && found_at_all(marks, table->rows[i].agent))
			settled |= 1u << table->rows[i].group;
	for (size_t i = 0; i < table->count && marks->pending & ~settled; i++)
		if (marks->pending & ~settled & 1u << table->rows[i].group &&
			table->rows[i].strength == MARK_SURE)
			agent_set_add(&marks->found[by_index(BY_TRAILER)], table->rows[i].agent);
}

static int own_tell(struct marks *marks, size_t agent, found_fn *found, void *context)
{
	int status = 0;

	for (unsigned by = 1; by < 1u << BY_COUNT && !status; by <<= 1)
		if (marks->own[agent] & by)
			status = found(context, marks->agents[agent].name, (enum identified_by)by);
	return status;
}

static int set_tell(
	const struct agent_set *set, enum identified_by by, found_fn *found, void *context)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);
	int status = 0;

	for (size_t word = 0; word < sizeof(set->bits) / sizeof(set->bits[0]) && !status; word++)
		for (uint64_t bits = set->bits[word]; bits && !status; bits &= bits - 1)
			status = found(
				context, agents[word * 64 + (size_t)__builtin_ctzll(bits)].id, by);
	return status;
}

static int marks_tell(struct marks *marks, found_fn *found, void *context)
{
	int status = 0;

	pending_settle(marks);
	for (int by = 0; by < BY_COUNT && !status; by++)
		status = set_tell(&marks->found[by], (enum identified_by)(1 << by), found, context);
	for (size_t i = 0; i < marks->agent_count && !status; i++)
		status = own_tell(marks, i, found, context);
	return status;
}

int marks_of_commit(struct marks *marks, const struct commit *commit,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context,
	struct fault *f)
{
	marks_begin(marks);
	if (person_find(marks, &commit->author, BY_AUTHOR, f) < 0 ||
		person_find(marks, &commit->committer, BY_COMMITTER, f) < 0 ||
		message_read(&marks->message, commit->message, line_find, marks, f) < 0)
		return -1;
	return marks_tell(marks, found, context);
}

int marks_of_tag(struct marks *marks, const struct tag *tag,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context,
	struct fault *f)
{
	marks_begin(marks);
	if (person_find(marks, &tag->tagger, BY_AUTHOR, f) < 0 ||
		message_read(&marks->message, tag->message, line_find, marks, f) < 0)
		return -1;
	return marks_tell(marks, found, context);
}

int marks_of_note(struct marks *marks, struct span note,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context,
	struct fault *f)
{
	struct agent_set *set = &marks->found[by_index(BY_NOTE)];
	bool json;

	marks_begin(marks);
	note_read(note, set, &json);
	if (json)
		return marks_tell(marks, found, context);
	if (message_read(&marks->message, note, line_find, marks, f) < 0)
		return -1;
	pending_settle(marks);
	for (int by = 0; by < BY_COUNT; by++)
		agent_set_join(set, &marks->found[by]);
	for (int by = 0; by < BY_COUNT; by++)
		if (by != by_index(BY_NOTE))
			marks->found[by] = (struct agent_set){ 0 };
	for (size_t i = 0; i < marks->agent_count; i++)
		marks->own[i] = marks->own[i] ? BY_NOTE : 0;
	return marks_tell(marks, found, context);
}
