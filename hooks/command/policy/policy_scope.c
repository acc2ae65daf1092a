#include "hooks/command/policy/policy_scope.h"

#include <string.h>

#include "common/base/text.h"
#include "hooks/admin/cli.h"

#define TEXT_MAX ((size_t)1 << 16)

/* Whether a pattern can have the name: JSON has no other text than UTF-8, nor policies controls. */
static bool can_be_named(const char *name)
{
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return *name && text_is_utf8(span_of(name));
}

/* The name as a pattern from the root, which matches nothing else. */
static void scope_add(json_t *scope, const char *name, const char *end)
{
	struct buf pattern = BUF_INIT(1024);

	if (!can_be_named(name))
		return;
	(void)buf_addc(&pattern, '/');
	for (const char *c = name; *c; c++) {
		if (strchr("*?[]\\", *c) || (*c == ' ' && !c[1]))
			(void)buf_addc(&pattern, '\\');
		(void)buf_addc(&pattern, *c);
	}
	(void)buf_adds(&pattern, end);
	if (!pattern.failed)
		json_array_append_new(scope, json_string(pattern.data));
	buf_release(&pattern);
}

/* Whether most of it is what people write by hand, or what classes guard. */
static bool folder_known(const struct survey_folder *folder)
{
	return folder->known * 2 > folder->files;
}

json_t *policy_scope(const struct survey *s)
{
	json_t *scope = json_array();

	if (s->crowded)
		return scope; /* a part of it would deny the rest */
	for (size_t i = 0; i < s->folder_count; i++)
		scope_add(scope, s->folders[i].name, "/");
	for (size_t i = 0; i < s->top_file_count; i++)
		scope_add(scope, s->top_files[i], "");
	return scope;
}

/* One more of a list of names, escaped. */
static void add_name(struct buf *out, const char **before, const char *name, const char *end)
{
	(void)buf_addf(out, "%s/", *before);
	(void)text_escape(out, span_of(name));
	(void)buf_adds(out, end);
	*before = ", ";
}

/* What is in the scope although nobody knows what it is; nothing when there is none. */
static void add_unknown(struct buf *out, const struct survey *s)
{
	const char *before = " Not recognised, and in the scope all the same: ";

	for (size_t i = 0; i < s->folder_count; i++)
		if (!folder_known(&s->folders[i]) && can_be_named(s->folders[i].name))
			add_name(out, &before, s->folders[i].name, "/");
	for (size_t i = 0; i < s->top_file_count; i++)
		if (!s->top_known[i] && can_be_named(s->top_files[i]))
			add_name(out, &before, s->top_files[i], "");
	(void)buf_adds(
		out, *before == ',' ? ". Take out what assistants have no business in." : "");
}

/* What is not in the scope since no pattern can name it. */
static void add_nameless(struct buf *out, const struct survey *s)
{
	const char *before = " Left out, since no pattern can name it: ";

	for (size_t i = 0; i < s->folder_count; i++)
		if (!can_be_named(s->folders[i].name))
			add_name(out, &before, s->folders[i].name, "/");
	for (size_t i = 0; i < s->top_file_count; i++)
		if (!can_be_named(s->top_files[i]))
			add_name(out, &before, s->top_files[i], "");
	(void)buf_adds(out, *before == ',' ? "." : "");
}

json_t *policy_scope_text(const struct survey *s)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	json_t *string;

	(void)buf_adds(&text,
		"What every assistant may change: all that is at the top today, of which the rules "
		"below hold some until somebody approves. Anything else is outside its scope, and "
		"denied.");
	add_unknown(&text, s);
	add_nameless(&text, s);
	string = text.failed ? NULL : cli_string(text.data);
	buf_release(&text);
	return string;
}
