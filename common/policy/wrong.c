/* Saying what is wrong with a policy, and where: file, line, column and path. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/policy/load.h"

/* `FILE:LINE:COLUMN: JSON-PATH: text` */
static void error_line(
	struct policy_loading *l, const struct json_at *at, const char *text, struct buf *out)
{
	size_t line, column;

	json_at_locate(at, &line, &column);
	(void)buf_addf(out, "%s:%zu:%zu: ", l->layers[l->layer].file, line, column);
	(void)json_at_path(at, out);
	(void)buf_addf(out, ": %s", text);
}

bool policy_forgiven(struct policy_loading *l, const char *line)
{
	if (!l->forgives || l->layer != LAYER_DELEGATED)
		return false;
	if (!l->policy->passed_over)
		l->policy->passed_over = arena_strdup(l->arena, line);
	return l->policy->passed_over != NULL;
}

int policy_wrong(struct policy_loading *l, const struct json_at *at, const char *format, ...)
{
	struct buf out = BUF_INIT(65536);
	char text[768];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	error_line(l, at, text, &out);
	l->wrong++;
	if (policy_forgiven(l, out.data ? out.data : text)) {
		buf_release(&out);
		return 0;
	}
	if (!l->errors) {
		(void)fault_set(l->fault, FAULT_ADMIN, "%s", out.data ? out.data : text);
	} else {
		(void)text_escape(l->errors, buf_span(&out));
		(void)buf_addc(l->errors, '\n');
	}
	buf_release(&out);
	return l->errors && l->wrong < POLICY_ERRORS_MAX ? 0 : -1;
}

/* `a, b and c`, as far as there is room. */
static void words_join(char *out, size_t size, names words)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; words[i] && used < size; i++) {
		const char *between = i == 0 ? "" : words[i + 1] ? ", " : " and ";
		int n = snprintf(out + used, size - used, "%s%s", between, words[i]);

		used += n > 0 ? (size_t)n : 0;
	}
}

int policy_unknown(struct policy_loading *l, const struct json_at *at, const struct vocabulary *of)
{
	const char *text = json_at_text(at);
	char list[512];
	struct typo near;

	text = at->of_key ? at->key : text;
	near = typo_begin(of->word ? of->word : text ? text : "");
	for (names word = of->known; *word; word++)
		typo_offer(&near, *word);
	for (names word = of->also; word && *word; word++)
		typo_offer(&near, *word);
	if (near.found)
		return policy_wrong(l, at, "unknown %s '%s' (did you mean '%s'?)", of->what,
			near.word, near.found);
	words_join(list, sizeof(list), of->known);
	return policy_wrong(l, at, "unknown %s '%s': there %s %s%s%s", of->what, near.word,
		(*of->known && of->known[1]) || of->more ? "are" : "is",
		*of->known || of->more ? list : "none", *of->known && of->more ? ", and " : "",
		of->more ? of->more : "");
}

int policy_wrong_kind(struct policy_loading *l, const struct json_at *at, const char *wanted)
{
	const char *text = json_at_text(at), *kind = json_kind_name(json_at_kind(at));

	if (text && strcmp(wanted, "a list") == 0)
		return policy_wrong(
			l, at, "must be %s, is %s: write [\"%.100s\"]", wanted, kind, text);
	if (text && *text &&
		(text[strspn(text, "0123456789")] == '\0' || strcmp(text, "true") == 0 ||
			strcmp(text, "false") == 0))
		return policy_wrong(l, at, "must be %s, is %s: leave out the quotes", wanted, kind);
	return policy_wrong(l, at, "must be %s, is %s", wanted, kind);
}

int policy_warn(struct policy_loading *l, const struct json_at *at, const char *format, ...)
{
	struct buf out = BUF_INIT(65536);
	char text[768] = "warning: ";
	size_t used = strlen(text);
	const char **grown;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text + used, sizeof(text) - used, format, args);
	va_end(args);
	error_line(l, at, text, &out);
	grown = policy_grow(l, l->warnings, l->warning_count, sizeof(*grown));
	if (grown) {
		l->warnings = grown;
		grown[l->warning_count] = arena_strdup(l->arena, out.data ? out.data : text);
		l->warning_count++;
	}
	buf_release(&out);
	return grown ? 0 : -1;
}
