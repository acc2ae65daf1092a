#include "common/mark/marks.h"

#include <stdlib.h>

#include "common/mark/agent_name.h"
#include "common/mark/attribution_note.h"
#include "common/mark/behalf.h"
#include "common/mark/catalogue.h"
#include "common/mark/ident.h"
#include "common/mark/made_with.h"
#include "common/mark/marks_private.h"
#include "common/mark/session_link.h"
#include "common/mark/suffix.h"
#include "common/mark/trailer.h"
#include "common/path/fold.h"
#include "common/text/charset.h"
#include "common/text/lead_in.h"
#include "common/text/spelling.h"
#include "common/text/tickbox.h"

int marks_new(struct marks **out, const struct marks_agent *agents, size_t count, struct fault *f)
{
	struct marks *marks = calloc(1, sizeof(*marks));

	*out = NULL;
	if (!marks)
		return fault_memory(f);
	marks->person = (struct buf)BUF_INIT(MESSAGE_MAX);
	marks->plain = (struct buf)BUF_INIT(MESSAGE_MAX);
	marks->message = (struct message)MESSAGE_INIT;
	marks->persons = KNOWN_INIT(sizeof(struct agent_set));
	marks->messages = KNOWN_INIT(sizeof(struct message_says));
	if (policy_marks_init(&marks->own, agents, count) < 0) {
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
	policy_marks_release(&marks->own);
	buf_release(&marks->person);
	buf_release(&marks->plain);
	message_release(&marks->message);
	known_release(&marks->persons);
	known_release(&marks->messages);
	free(marks);
}

void marks_limit(struct marks *marks, struct deadline *deadline)
{
	marks->deadline = deadline;
}

/* Whether the text begins with a word of those that every statement has one of. */
static bool states(struct span text)
{
	switch (*text.data) {
	case 'b':
		return span_starts(text, "by") || span_starts(text, "behalf");
	case 'f':
		return span_starts(text, "from");
	case 'u':
		return span_starts(text, "using");
	case 'v':
		return span_starts(text, "via");
	case 'w':
		return span_starts(text, "with");
	default:
		return false;
	}
}

/* Whether such a word begins in the line; in most there is none. */
static bool may_hold_statement(struct span line)
{
	static const bool firsts[256] = {
		['b'] = true, ['f'] = true, ['u'] = true, ['v'] = true, ['w'] = true
	};
	bool within = false;

	for (; line.len; line.data++, line.len--) {
		unsigned char c = (unsigned char)*line.data;

		if (!within && firsts[c] && states(line))
			return true;
		within = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	}
	return false;
}

static void maker_find(struct span name, enum ident_names which, struct agent_set *found)
{
	if (!ident_agents_whole(name, which, found) && made_with_shorten(&name))
		ident_agents_whole(name, which, found);
}

static void statement_find(struct marks *marks, struct span line)
{
	struct agent_set *found = &marks->found[marks_index(BY_MARKER)];
	struct span name;
	enum ident_names which;
	size_t from = 0;

	if (!may_hold_statement(line))
		return;
	if (behalf_read(line, &name, &which) || made_with_read(line, &name, &which))
		maker_find(name, which, found);
	while (made_with_tail(line, &from, &name, &which))
		maker_find(name, which, found);
	for (from = 0; made_with_link(line, &from, &name);)
		ident_agents_whole(name, IDENT_ALL, found);
}

/* Forms that begin as the line does, or with anything. */
static void forms_from(struct marks *marks, enum catalogue_kind kind, char first, struct span line)
{
	size_t count;
	const struct catalogue_mark *row = catalogue_rows_from(kind, first, &count);

	for (size_t i = 0; i < count; i++)
		if (spelling_match(row[i].text, line))
			agent_set_add(&marks->found[marks_index(BY_MARKER)], row[i].agent);
}

static void forms_of(struct marks *marks, enum catalogue_kind kind, struct span line)
{
	if (line.len) {
		forms_from(marks, kind, *line.data, line);
		forms_from(marks, kind, '*', line);
	}
}

/* Forms of whole lines; decoration around them does not count. */
static void forms_find(struct marks *marks, enum catalogue_kind kind, struct span line)
{
	struct span between, rest = line;
	struct span bare = spelling_word(&rest, &between);

	bare.len = bare.len ? (size_t)(line.data + line.len - bare.data) : 0;
	while (bare.len && strchr("]).!*_>", bare.data[bare.len - 1]))
		bare.len--;
	forms_of(marks, kind, line);
	if (bare.data != line.data || bare.len != line.len)
		forms_of(marks, kind, bare);
}

/* Whose session the line links to. */
static void links_find(struct marks *marks, struct span line)
{
	struct span link;

	if (session_link_read(line, &link)) {
		forms_from(marks, CATALOGUE_LINKS, *link.data, link);
		forms_from(marks, CATALOGUE_LINKS, '*', link);
	}
}

/* Whether a clause ends before the last byte: what is asked there is not all that the line says. */
static bool is_beyond_clause(struct span question)
{
	size_t i = 0;

	while (i < question.len && !spelling_is_word((unsigned char)question.data[i]))
		i++;
	for (; i + 1 < question.len; i++) {
		unsigned char c = (unsigned char)question.data[i];

		if (memchr(";:(|", c, 4) || (c >= 0x80 && !spelling_is_word(c)) ||
			(memchr(".-", c, 2) && question.data[i + 1] == ' '))
			return true;
	}
	return false;
}

/* `Generated by AI: **No**`, and not `Generated with Claude Code. Tests: none` */
static bool is_denied(struct span line)
{
	static const char *const answers[] = { "a", "false", "never", "no", "none" };
	struct span word = lead_in_last_word(line);
	size_t n = (size_t)(word.data - line.data);

	if (!SPELLING_LISTED(answers, word))
		return false;
	if (span_is(word, "a")) /* n/a */
		n -= n > 1 && memcmp(word.data - 2, "n/", 2) == 0 ? 2 : n;
	while (n && memchr(" *_`", line.data[n - 1], 4))
		n--;
	return n && (line.data[n - 1] == ':' || line.data[n - 1] == '?') &&
	       !is_beyond_clause((struct span){ line.data, n });
}

static int said_find(struct marks *marks, const struct message_line *line, struct fault *f)
{
	struct trailer trailer;
	const char *colon;
	size_t from = 0;

	if (deadline_nears(marks->deadline))
		return deadline_fault(f, "reading a message");
	if (is_denied(line->text))
		return 0;
	forms_find(marks, line->first ? CATALOGUE_SUBJECTS : CATALOGUE_LINES, line->text);
	statement_find(marks, line->text);
	colon = memchr(line->text.data, ':', line->text.len);
	if (!line->first && colon)
		links_find(marks, line->text);
	if (!colon && !memchr(line->text.data, '-', line->text.len))
		return 0;
	if (trailer_read(&trailer, line->text)) {
		marks_trailer(marks, &trailer, line);
		if (trailer.kind != TRAILER_OTHER)
			from = (size_t)(trailer.value.data - line->text.data);
	}
	while (trailer_inside(&trailer, line->text, &from))
		marks_trailer_inside(marks, &trailer, line);
	return marks->failed ? fault_memory(f) : 0;
}

/* Of a check list only what is ticked counts. */
static int line_find(void *context, const struct message_line *line, struct fault *f)
{
	struct marks *marks = context;
	struct span rest = line->text;
	struct message_line part = *line;
	int status = 0;

	if (!tickbox_begins(rest))
		return said_find(marks, line, f);
	while (status == 0 && tickbox_next(&rest, &part.text))
		status = said_find(marks, &part, f);
	return status;
}

/* Forms of names that tools give themselves, whatever address stands behind: `rig/crew/name`. */
static void authors_find(struct span line, struct agent_set *out)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_AUTHORS);
	const char *open = memrchr(line.data, '<', line.len); /* not of an address of `at>` */
	size_t len = open ? (size_t)(open - line.data) : line.len;
	struct span name = spelling_trim((struct span){ line.data, len });

	for (size_t i = 0; i < table->count; i++)
		if (spelling_match(table->rows[i].text, name))
			agent_set_add(out, table->rows[i].agent);
}

/* Reads the person's line, which is in marks->person as it was written; remembers it there. */
static int person_read(struct marks *marks, const struct person_line *person, enum identified_by by,
	struct agent_set *named)
{
	struct buf folded = BUF_INIT(MESSAGE_MAX);
	struct span line;

	fold_text(&folded, person->name);
	buf_adds(&folded, " <");
	fold_text(&folded, person->email);
	if (buf_addc(&folded, '>') < 0) {
		buf_release(&folded);
		return -1;
	}
	line = marks_plain(marks, buf_span(&folded));
	ident_agents(line, IDENT_PERSON, named);
	authors_find(line, named);
	suffix_agents(line, suffix_of(person->name), named);
	if (!policy_marks_emails(&marks->own, line, by) && !marks->failed)
		known_put(&marks->persons, buf_span(&marks->person), named);
	buf_release(&folded);
	return marks->failed ? -1 : 0;
}

static int person_find(struct marks *marks, const struct person_line *person, enum identified_by by,
	struct fault *f)
{
	struct agent_set named = { 0 };
	const struct agent_set *known;

	buf_clear(&marks->person);
	buf_addspan(&marks->person, person->name);
	buf_addc(&marks->person, '\n');
	if (buf_addspan(&marks->person, person->email) < 0)
		return fault_memory(f);
	known = known_find(&marks->persons, buf_span(&marks->person));
	if (!known && person_read(marks, person, by, &named) < 0)
		return fault_memory(f);
	agent_set_join(&marks->found[marks_index(by)], known ? known : &named);
	return 0;
}

static void marks_begin(struct marks *marks)
{
	memset(marks->found, 0, sizeof(marks->found));
	policy_marks_begin(&marks->own);
	marks->pending = 0;
	marks->failed = false;
}

/* Reads the message as it is, and as git shows it where it is in another character set. */
static int message_find(
	struct marks *marks, struct span message, struct span encoding, struct fault *f)
{
	struct buf shown = BUF_INIT(MESSAGE_MAX);
	int status = message_read(&marks->message, message, line_find, marks, f);

	if (status < 0 || !encoding.len || !charset_known(encoding))
		return status;
	status = charset_convert(&shown, encoding, message) < 0
			 ? fault_memory(f)
			 : message_read(&marks->message, buf_span(&shown), line_find, marks, f);
	buf_release(&shown);
	return status;
}

/* The same, from memory where it was read before.  Comes before what else is found. */
static int message_recall(
	struct marks *marks, struct span message, struct span encoding, struct fault *f)
{
	const struct message_says *known =
		encoding.len ? NULL : known_find(&marks->messages, message);
	struct agent_set *trailer = &marks->found[marks_index(BY_TRAILER)];
	struct agent_set *marker = &marks->found[marks_index(BY_MARKER)];
	int status;

	if (known) {
		*trailer = known->trailer;
		*marker = known->marker;
		marks->pending = known->pending;
		return 0;
	}
	status = message_find(marks, message, encoding, f);
	if (status == 0 && !encoding.len && !policy_marks_any(&marks->own))
		known_put(&marks->messages, message,
			&(struct message_says){ *trailer, *marker, marks->pending });
	return status;
}

int marks_of_commit(struct marks *marks, const struct commit *commit, marks_found *found,
	void *context, struct fault *f)
{
	marks_begin(marks);
	if (message_recall(marks, commit->message, commit->encoding, f) < 0 ||
		person_find(marks, &commit->author, BY_AUTHOR, f) < 0 ||
		person_find(marks, &commit->committer, BY_COMMITTER, f) < 0)
		return -1;
	return marks_tell(marks, found, context);
}

int marks_of_tag(struct marks *marks, const struct tag *tag, marks_found *found, void *context,
	struct fault *f)
{
	marks_begin(marks);
	if (person_find(marks, &tag->tagger, BY_AUTHOR, f) < 0 ||
		message_read(&marks->message, tag->message, line_find, marks, f) < 0)
		return -1;
	return marks_tell(marks, found, context);
}

int marks_of_note(
	struct marks *marks, struct span note, marks_found *found, void *context, struct fault *f)
{
	struct agent_set *set = &marks->found[marks_index(BY_NOTE)];
	bool json;

	marks_begin(marks);
	attribution_note_read(note, set, &json);
	if (json)
		return marks_tell(marks, found, context);
	if (message_read(&marks->message, note, line_find, marks, f) < 0)
		return -1;
	marks_settle(marks);
	for (int by = 0; by < BY_COUNT; by++)
		agent_set_join(set, &marks->found[by]);
	for (int by = 0; by < BY_COUNT; by++)
		if (by != marks_index(BY_NOTE))
			marks->found[by] = (struct agent_set){ 0 };
	policy_marks_by(&marks->own, BY_NOTE);
	return marks_tell(marks, found, context);
}
