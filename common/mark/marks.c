#include "common/mark/marks.h"

#include <stdlib.h>

#include "common/mark/attribution_note.h"
#include "common/mark/catalogue.h"
#include "common/mark/ident.h"
#include "common/mark/marks_private.h"
#include "common/mark/suffix.h"
#include "common/path/fold.h"
#include "common/text/charset.h"
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
	marks->line = (struct buf)BUF_INIT(MESSAGE_MAX);
	marks->message = (struct message)MESSAGE_INIT;
	marks->persons = KNOWN_INIT(sizeof(struct agent_set));
	marks->messages = KNOWN_INIT(sizeof(struct message_says));
	marks->lines = KNOWN_INIT(sizeof(struct message_says));
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
	buf_release(&marks->line);
	message_release(&marks->message);
	known_release(&marks->persons);
	known_release(&marks->messages);
	known_release(&marks->lines);
	free(marks);
}

void marks_limit(struct marks *marks, struct deadline *deadline)
{
	marks->deadline = deadline;
}

/* Of a check list only what is ticked counts. */
static int line_find(void *context, const struct message_line *line, struct fault *f)
{
	struct marks *marks = context;
	struct span rest = line->text;
	struct message_line part = *line;
	int status = 0;

	if (!tickbox_begins(rest))
		return marks_line(marks, line, f);
	while (status == 0 && tickbox_next(&rest, &part.text))
		status = marks_line(marks, &part, f);
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

static bool found_at_all(const struct marks *marks, uint16_t agent)
{
	for (size_t by = 0; by < BY_COUNT; by++)
		if (agent_set_has(&marks->found[by], agent))
			return true;
	return false;
}

/*
 * Takes over what the message says.  A trailer that several agents write tells only that it is one
 * of them: the one found otherwise, else the first.
 */
static void marks_settle(struct marks *marks)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_TRAILERS);
	struct agent_set *trailer = &marks->found[marks_index(BY_TRAILER)];
	unsigned pending = marks->said.pending, settled = 0;

	agent_set_join(trailer, &marks->said.trailer);
	agent_set_join(&marks->found[marks_index(BY_MARKER)], &marks->said.marker);
	marks->said = (struct message_says){ 0 };
	for (size_t i = 0; i < table->count && pending; i++)
		if (table->rows[i].group && found_at_all(marks, table->rows[i].agent))
			settled |= 1u << table->rows[i].group;
	for (size_t i = 0; i < table->count && pending & ~settled; i++)
		if (pending & ~settled & 1u << table->rows[i].group &&
			table->rows[i].strength == MARK_SURE)
			agent_set_add(trailer, table->rows[i].agent);
}

/* Those of the set that are conventions, or those that are not. */
static int set_tell(const struct agent_set *set, bool standards, enum identified_by by,
	marks_found *found, void *context)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);
	int status = 0;

	for (size_t word = 0; word < sizeof(set->bits) / sizeof(set->bits[0]) && !status; word++)
		for (uint64_t bits = set->bits[word]; bits && !status; bits &= bits - 1) {
			const struct catalogue_agent *agent =
				&agents[word * 64 + (size_t)__builtin_ctzll(bits)];

			if ((agent->kind == AGENT_STANDARD) == standards)
				status = found(context, agent->id, by);
		}
	return status;
}

/*
 * Tells everybody who was found, and whose it is before in which form it was said: the trailer
 * `AI-Agent: Codex` is Codex's.  0, or what `found` returned when that is not 0.
 */
static int marks_tell(struct marks *marks, marks_found *found, void *context)
{
	unsigned said = 0;
	int status = 0;

	marks_settle(marks);
	for (int by = 0; by < BY_COUNT; by++)
		said |= agent_set_empty(&marks->found[by]) ? 0 : 1u << by;
	for (int by = 0; by < 2 * BY_COUNT && said && !status; by++)
		if (said & 1u << by % BY_COUNT)
			status = set_tell(&marks->found[by % BY_COUNT], by >= BY_COUNT,
				(enum identified_by)(1 << by % BY_COUNT), found, context);
	return status ? status : policy_marks_tell(&marks->own, found, context);
}

static void marks_begin(struct marks *marks)
{
	memset(marks->found, 0, sizeof(marks->found));
	policy_marks_begin(&marks->own);
	marks->said = (struct message_says){ 0 };
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
	int status;

	if (known) {
		marks->said = *known;
		return 0;
	}
	status = message_find(marks, message, encoding, f);
	if (status == 0 && !encoding.len && !policy_marks_any(&marks->own))
		known_put(&marks->messages, message, &marks->said);
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
