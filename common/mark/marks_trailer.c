/* What the trailers of a message tell of who made it. */
#include "common/mark/address.h"
#include "common/mark/agent_name.h"
#include "common/mark/catalogue.h"
#include "common/mark/ident.h"
#include "common/mark/marks_private.h"
#include "common/mark/suffix.h"
#include "common/mark/trailer.h"
#include "common/text/spelling.h"

struct span marks_plain(struct marks *marks, struct span text)
{
	struct span plain = address_plain(&marks->plain, text);

	marks->failed |= text.len && !plain.len;
	return plain;
}

static void addresses_find(struct marks *marks, struct span text)
{
	text = marks_plain(marks, text);
	ident_agents(text, IDENT_ADDRESS, &marks->said.trailer);
	policy_marks_emails(&marks->own, text, BY_TRAILER);
}

/* A form that anything fits says less than one that is met in particular. */
static bool row_counts(const struct catalogue_mark *row, size_t count, size_t i, struct span value)
{
	if (!spelling_match(row[i].value, value))
		return false;
	if (strcmp(row[i].value, "*") != 0)
		return true;
	for (size_t n = 0; n < count; n++)
		if (strcmp(row[n].value, "*") != 0 && spelling_match(row[n].value, value))
			return false;
	return true;
}

/* Whom a convention's trailer names, if it names an assistant. */
static void standard_find(struct marks *marks, struct span value)
{
	struct agent_set named = { 0 };

	ident_agents(value, IDENT_AUTHORSHIP, &named);
	agent_set_drop(&named, agent_name_generic());
	agent_set_join(&marks->said.trailer, &named);
}

static bool is_one_word(struct span value)
{
	return !memchr(value.data, ' ', value.len);
}

/* An id or a link: one word with a digit, a slash or a colon in it. */
static bool is_id(struct span value)
{
	if (!is_one_word(value))
		return false;
	for (size_t i = 0; i < value.len; i++)
		if ((value.data[i] >= '0' && value.data[i] <= '9') ||
			memchr("/:", value.data[i], 2))
			return true;
	return false;
}

static bool names_tool(struct span value)
{
	struct agent_set ignored = { 0 };

	return ident_agents_whole(value, IDENT_ALL, &ignored);
}

/* `AI-assisted: yes`, `ai-generated: partly`. */
static bool affirms(struct span value)
{
	static const char *const words[] = { "all", "completely", "entirely", "full", "fully",
		"heavily", "high", "largely", "light", "lightly", "low", "medium", "mostly",
		"partial", "partially", "partly", "some", "true", "y", "yes" };

	return is_one_word(value) && SPELLING_LISTED(words, value);
}

/*
 * Packages are called like some keys: `ai-model: rename the field` heads what was done to one.
 * Such a key counts where it is written as trailers are, with a capital, or where the value is a
 * tool's or an id, or says yes.
 */
static bool key_counts(const struct trailer *trailer, const struct message_line *line)
{
	return (line->capital && !line->list) || is_id(trailer->value) || affirms(trailer->value) ||
	       names_tool(trailer->value);
}

/* `Codex-Session: 0f3c1e52`: any tool may say so where it worked. */
static void session_find(
	struct marks *marks, const struct trailer *trailer, const struct message_line *line)
{
	struct span name;

	if (trailer_session(trailer, &name) && is_id(trailer->value))
		ident_agents_whole(name, line->capital && !line->list ? IDENT_ALL : IDENT_SURE,
			&marks->said.trailer);
}

/* A tool's own trailers.  In a list, `* claude-session: keep the id` is about something else. */
static void tool_find(
	struct marks *marks, const struct trailer *trailer, const struct message_line *line)
{
	struct agent_set *found = &marks->said.trailer;
	size_t count, agents;
	struct span key = { trailer->key, trailer->key_len };
	const struct catalogue_mark *row = catalogue_rows(CATALOGUE_TRAILERS, key, &count);
	const struct catalogue_agent *agent = catalogue_agents(&agents);
	bool said = false;

	if (!count && trailer_is_extension(trailer))
		row = catalogue_rows(
			CATALOGUE_TRAILERS, (struct span){ key.data + 1, key.len - 1 }, &count);
	for (size_t i = 0; i < count; i++) {
		bool standard = agent[row[i].agent].kind == AGENT_STANDARD;

		if (!row_counts(row, count, i, trailer->value) ||
			(standard && trailer_denies(trailer->value)))
			continue;
		if (line->list && strcmp(row[i].value, "*") == 0 && !is_one_word(trailer->value) &&
			!names_tool(trailer->value))
			continue;
		if (!row[i].group && row[i].strength == MARK_SHARED && !key_counts(trailer, line))
			continue;
		said = true;
		if (row[i].group)
			marks->said.pending |= 1u << row[i].group;
		else
			agent_set_add(found, row[i].agent);
		if (standard)
			standard_find(marks, trailer->value);
	}
	if (!said)
		session_find(marks, trailer, line);
}

/* A trailer that names who made it. */
static void authorship_find(
	struct marks *marks, const struct trailer *trailer, const struct message_line *line)
{
	struct agent_set *found = &marks->said.trailer;
	struct agent_set named = { 0 };
	struct span value = marks_plain(marks, trailer_cut(trailer->value));

	if (trailer_denies(value))
		return;
	ident_agents(value, IDENT_AUTHORSHIP, &named);
	if (agent_set_empty(&named) && memchr(value.data, '@', value.len))
		suffix_agents(value, suffix_of(line->raw), &named);
	if (agent_set_empty(&named) && trailer->kind == TRAILER_AGENT && trailer_kernel_form(value))
		agent_set_add(&named, catalogue_index("linux-assisted-by"));
	if (agent_set_empty(&named) && trailer_model_form(value))
		agent_set_add(&named, agent_name_generic());
	agent_set_join(found, &named);
	policy_marks_emails(&marks->own, value, BY_TRAILER);
}

/* What stands before the next blank, taken off the text. */
static struct span take_word(struct span *text)
{
	const char *blank = text->len ? memchr(text->data, ' ', text->len) : NULL;
	struct span word = { text->data, blank ? (size_t)(blank - text->data) : text->len };

	*text = spelling_trim((struct span){ text->data + word.len, text->len - word.len });
	return word;
}

/* The program's name in a command: `codex` of `/usr/bin/env codex --full-auto`; empty: of none. */
static struct span program_of(struct span value)
{
	static const char *const runners[] = { "bunx", "env", "npx", "pnpx", "uvx" };
	static const char *const ends[] = { ".cmd", ".exe", ".js", ".mjs" };
	const char *folder = value.len ? memrchr(value.data, '\\', value.len) : NULL;
	struct span rest = value, name;
	bool run = folder != NULL;

	if (folder) /* where folders' names have blanks */
		rest = (struct span){ folder + 1, value.len - (size_t)(folder + 1 - value.data) };
	do {
		name = take_word(&rest);
		folder = name.len ? memrchr(name.data, '/', name.len) : NULL;
		run |= folder || (rest.len && *rest.data == '-');
		if (folder)
			name = (struct span){ folder + 1,
				name.len - (size_t)(folder + 1 - name.data) };
	} while (rest.len && SPELLING_LISTED(runners, name) && (run = true));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (span_ends(name, ends[i]))
			name.len -= strlen(ends[i]);
	return run ? name : (struct span){ value.data, 0 };
}

void marks_trailer(
	struct marks *marks, const struct trailer *trailer, const struct message_line *line)
{
	if (!trailer->value.len)
		return;
	if (trailer->kind >= TRAILER_AUTHORSHIP)
		authorship_find(marks, trailer, line);
	else if (trailer->kind == TRAILER_ADDRESS || trailer->kind == TRAILER_TELLING)
		addresses_find(marks, trailer->value);
	if (trailer->kind == TRAILER_TELLING && !line->first && !line->list)
		ident_agents_whole(trailer->value, IDENT_SURE, &marks->said.trailer);
	if (strcmp(trailer->key, "executedby") == 0 && !line->first)
		ident_agents_whole(program_of(trailer->value), IDENT_ALL, &marks->said.trailer);
	if (line->first)
		return;
	tool_find(marks, trailer, line);
	policy_marks_trailer(&marks->own, trailer);
}

/*
 * In the middle of a line only what no sentence says counts: addresses, and tools' own values.
 * Where what stands before may go on to talk about it, it has to end the line, too; and in a
 * subject that has a body, nothing does.
 */
void marks_trailer_inside(
	struct marks *marks, const struct trailer *trailer, const struct message_line *line)
{
	bool ended = trailer->before == LEAD_IN_ENDED;

	if (!trailer->value.len)
		return;
	if (trailer->kind == TRAILER_OTHER && ended)
		tool_find(marks, trailer, line);
	if (trailer->kind < TRAILER_AUTHORSHIP)
		return;
	if (ended || ((line->lone || !line->first) && trailer_complete(trailer->value)))
		addresses_find(marks, trailer->value);
}
