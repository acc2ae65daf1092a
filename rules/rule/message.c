/*
 * Rules on messages: which trailers a commit must have, may not have, or may have at all.
 *
 * What is required has to be a trailer as git has it, in the last paragraph and not in the subject;
 * what is forbidden may be at the start of no line.  Keys and values are compared without regard to
 * letter case and to what fold_piece() makes alike.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/path/fold.h"
#include "common/path/glob.h"
#include "rules/rule/session_evidence.h"

#define VALUE_MAX 65536

/* The message of a commit object: what follows its first empty line. */
static struct span message_of(struct span text)
{
	const char *gap = text.len ? memmem(text.data, text.len, "\n\n", 2) : NULL;

	if (!gap)
		return (struct span){ "", 0 };
	return (struct span){ gap + 2, text.len - (size_t)(gap + 2 - text.data) };
}

/* A line of the form `Key: value`, with the lines that go on with it. */
struct line {
	struct span key, value;
};

static struct span next_line(struct span *rest)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
	struct span line = { rest->data, end ? (size_t)(end - rest->data) : rest->len };
	size_t taken = end ? line.len + 1 : line.len;

	*rest = (struct span){ rest->data + taken, rest->len - taken };
	while (line.len && (line.data[line.len - 1] == '\r' || line.data[line.len - 1] == ' '))
		line.len--;
	return line;
}

static bool is_key_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

/* Takes a line apart; false: it is no trailer. */
static bool line_read(struct span text, struct span *rest, struct line *out)
{
	size_t key = 0, colon;

	while (key < text.len && is_key_letter(text.data[key]))
		key++;
	colon = key;
	while (colon < text.len && (text.data[colon] == ' ' || text.data[colon] == '\t'))
		colon++;
	if (!key || colon == text.len || text.data[colon] != ':')
		return false;
	out->key = (struct span){ text.data, key };
	colon++;
	while (colon < text.len && (text.data[colon] == ' ' || text.data[colon] == '\t'))
		colon++;
	out->value = (struct span){ text.data + colon, text.len - colon };
	while (rest->len && (rest->data[0] == ' ' || rest->data[0] == '\t')) {
		struct span more = next_line(rest);

		out->value.len = (size_t)(more.data + more.len - out->value.data);
	}
	return true;
}

/* Where the last paragraph begins; of a message of one paragraph, which is its subject: its end. */
static struct span trailer_block(struct span message)
{
	struct span rest = message, block = { message.data + message.len, 0 };
	bool gap = false, subject = false;

	while (rest.len) {
		struct span here = rest, line = next_line(&rest);

		if (line.len && gap && subject)
			block = here;
		subject = subject || line.len;
		gap = line.len == 0;
	}
	return block;
}

/* Whether the folded text matches the pattern, or is something where there is none. */
static bool value_fits(struct span pattern, struct span value)
{
	struct buf code = BUF_INIT(VALUE_MAX), folded = BUF_INIT(VALUE_MAX);
	struct glob_compiler compiler = { .code = &code, .generous = true, .run = BUF_INIT(4096) };
	size_t at = 0;
	bool fits = value.len > 0;

	if (pattern.len)
		fits = !glob_compile(&compiler, pattern, &at) && fold_piece(&folded, value) == 0 &&
		       glob_match(buf_span(&code), true, buf_span(&folded));
	buf_release(&code);
	buf_release(&folded);
	buf_release(&compiler.run);
	return fits;
}

static bool same_key(struct span a, struct span b)
{
	return a.len == b.len && strncasecmp(a.data, b.data, a.len) == 0;
}

/* `Key` or `Key: pattern`. */
static struct line wish_read(const char *text)
{
	size_t key = strcspn(text, ":");
	const char *value = text + key + (text[key] == ':');

	value += strspn(value, " ");
	return (struct line){ { text, key }, span_of(value) };
}

static bool line_fits(const struct line *line, const char *wish)
{
	struct line wanted = wish_read(wish);

	return same_key(line->key, wanted.key) && value_fits(wanted.value, line->value);
}

/* Whether a line of the text fits the wish. */
static bool text_has(struct span text, const char *wish)
{
	struct line line;

	while (text.len) {
		struct span here = next_line(&text);

		if (line_read(here, &text, &line) && line_fits(&line, wish))
			return true;
	}
	return false;
}

static int object_to_message(
	const struct rule_case *c, const struct rule *rule, const char *what, struct fault *f)
{
	char detail[1024];

	(void)snprintf(detail, sizeof(detail), "%s%s%s",
		rule->message->say ? rule->message->say : "", rule->message->say ? ": " : "", what);
	return rule_object(c,
		&(struct objection){ .rule = rule->name,
			.action = rule->action,
			.observe = rule->observe,
			.detail = detail,
			.instead = "write the message anew: git commit --amend, or git rebase -i "
				   "for an earlier commit",
			.configured = rule },
		f);
}

static bool is_allowed(names allow, struct span key)
{
	for (; *allow; allow++)
		if (same_key(span_of(*allow), key))
			return true;
	return false;
}

/* The first trailer that the rule does not allow.  0 or -1. */
static int judge_allowed(
	const struct rule_case *c, const struct rule *rule, struct span block, struct fault *f)
{
	struct line line;
	char what[256];

	while (block.len) {
		struct span here = next_line(&block);

		if (!line_read(here, &block, &line) || is_allowed(rule->message->allow, line.key))
			continue;
		(void)snprintf(what, sizeof(what), "the trailer '%.*s' is not allowed",
			(int)(line.key.len < 100 ? line.key.len : 100), line.key.data);
		return object_to_message(c, rule, what, f);
	}
	return 0;
}

static int judge_message(
	const struct rule_case *c, const struct rule *rule, struct span message, struct fault *f)
{
	struct span block = trailer_block(message);
	const char *why = NULL;
	char what[512];

	if (rule->message->session && session_evidence_judge(c, rule, &why, f) < 0)
		return -1;
	if (why && object_to_message(c, rule, why, f) < 0)
		return -1;

	for (names wish = rule->message->require; wish && *wish; wish++) {
		if (text_has(block, *wish))
			continue;
		(void)snprintf(what, sizeof(what), "the message has no trailer '%s'", *wish);
		if (object_to_message(c, rule, what, f) < 0)
			return -1;
	}
	for (names wish = rule->message->forbid; wish && *wish; wish++) {
		if (!text_has(message, *wish))
			continue;
		(void)snprintf(what, sizeof(what), "the message has the trailer '%s'", *wish);
		if (object_to_message(c, rule, what, f) < 0)
			return -1;
	}
	return rule->message->allow ? judge_allowed(c, rule, block, f) : 0;
}

int rule_message(const struct rule_case *c, struct fault *f)
{
	if (!c->text.data || !span_starts(c->text, "tree "))
		return 0; /* a tag */
	for (size_t i = 0; i < c->policy->rule_count; i++) {
		const struct rule *rule = &c->policy->rules[i];

		if (rule->message && rule_concerns(c, rule) &&
			judge_message(c, rule, message_of(c->text), f) < 0)
			return -1;
	}
	return 0;
}
