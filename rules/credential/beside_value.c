/*
 * What a format or a call says between a name and the value that stands beside it.
 */
#include "rules/credential/assign.h"
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

/*
 * `- name: DB_PASSWORD` and on the next line its value, as in Kubernetes; `"key": "x", "value":
 * "y"`.
 */
static bool value_follows(struct cursor *c, bool name_quoted)
{
	static const char *const values[] = { "\"value\"", "'value'", "\"default\"", "value",
		":value", NULL };
	static const char *const signs[] = { ":", "=>", "=", NULL };

	if (peek(c) != '\n' && !(name_quoted && peek(c) == ','))
		return false;
	c->at++;
	cursor_space(c);
	if (!cursor_take_any(c, values))
		return false;
	cursor_blanks(c);
	return cursor_take_any(c, signs);
}

/* `variable "db_password" {` and its default */
static bool variable(struct cursor *c, bool name_quoted)
{
	if (!name_quoted || peek(c) != '{' || !cursor_go_behind(c, "default", "}"))
		return false;
	cursor_blanks(c);
	return cursor_take(c, "=");
}

/* `let(:password) { "x" }` */
static bool given(struct cursor *c, bool name_quoted)
{
	(void)name_quoted;
	return cursor_take(c, ") { ") && quote(peek(c));
}

/* `getenv("DB_PASS") ?: "x"` */
static bool otherwise(struct cursor *c, bool name_quoted)
{
	static const char *const signs[] = { "?:", "?\?", "||", "or ", "//", NULL };

	if (!name_quoted || !cursor_take(c, ")"))
		return false;
	cursor_blanks(c);
	if (!cursor_take_any(c, signs))
		return false;
	cursor_blanks(c);
	return quote(peek(c));
}

/* `find("password").send_keys("x")` */
static bool filled_in(struct cursor *c, bool name_quoted)
{
	return name_quoted && cursor_take(c, ").") && cursor_take_any(c, words_typing_verbs);
}

/* `<setting name="password" type="text"><value>x</value>` */
static bool setting(struct cursor *c, bool name_quoted)
{
	return name_quoted && (peek(c) == '>' || peek(c) == 's') &&
	       cursor_go_behind(c, "<value>", "/;{}");
}

/* `<key>password</key> <string>x</string>` */
static bool property(struct cursor *c, bool name_quoted)
{
	static const char *const ends[] = { "</key>", "</name>", "</param-name>", NULL };
	static const char *const tags[] = { "<string>", "<value>", "<param-value>", NULL };

	(void)name_quoted;
	if (!cursor_take_any(c, ends))
		return false;
	cursor_space(c);
	return cursor_take_any(c, tags);
}

/* Whether the word that stands there has a digit, as no word of a sentence. */
static bool digit_in_word(const struct cursor *c)
{
	for (size_t i = c->at; i < c->bytes.len && (unsigned char)c->bytes.data[i] > ' '; i++)
		if (c->bytes.data[i] >= '0' && c->bytes.data[i] <= '9')
			return true;
	return false;
}

/* `password for "postgres" is x`: what comes behind the name's own words, in a sentence. */
bool cursor_in_prose(struct cursor *c, struct assigned *a)
{
	static const char *const verbs[] = { " is ", " was ", ": ", NULL };
	struct cursor t = *c;

	if (t.at > 0 && t.bytes.data[t.at - 1] == ' ')
		t.at--;
	if (cursor_take_any(&t, words_prose_verbs)) {
		if (quote(peek(&t)) || digit_in_word(&t)) {
			*c = t;
			return a->said = true;
		}
	} else if (!cursor_take_any(&t, words_prose_links)) {
		return false;
	}
	for (t.at--; peek(&t) && !strchr("\n.;({=<", peek(&t)) && t.at - c->at < 80; t.at++)
		if (cursor_take_any(&t, verbs)) {
			*c = t;
			return a->said = true;
		}
	return false;
}

static bool ends_line(const struct cursor *c)
{
	char next = peek(c);

	return next == 0 || next == '\n' || next == '\r';
}

#define LINE_MOST 256 /* bytes of a line that are looked at */

/* Where the line of a text begins that has the place. */
static size_t line_start(struct span b, size_t at)
{
	size_t least = at > LINE_MOST ? at - LINE_MOST : 0;

	while (at > least && b.data[at - 1] != '\n')
		at--;
	return at;
}

/* `Token: <digest>` below `SPEC CHECKSUMS:` or another such line. */
bool credential_listed(struct span b, const struct assigned *a, struct span v)
{
	size_t end = line_start(b, a->start), from;
	struct span above;

	if (a->quoted || !credential_digest_length(v) || end == 0 || b.data[end - 1] != '\n')
		return false;
	from = line_start(b, end - 1);
	above = (struct span){ b.data + from, end - 1 - from };
	return span_ends(above, "CHECKSUMS:") ||
	       (above.len > v.len + 2 && memcmp(b.data + end - 1 - v.len - 2, ": ", 2) == 0 &&
		       credential_is_hex((struct span){ b.data + end - 1 - v.len, v.len }));
}

#define BASE64_LINE 40 /* letters in a row that no name has */

/*
 * Whether the name is a word by itself: in base64, as of a signature, `pw` comes by chance at the
 * end of a line.
 */
static bool stands_alone(struct span b, struct span name)
{
	size_t start = (size_t)(name.data - b.data), run = name.len;

	while (run < BASE64_LINE && start > 0 && credential_base64(b.data[start - 1]))
		start--, run++;
	return run < BASE64_LINE;
}

/* `Use this password to go on:`, and below it, alone on its line, the password. */
bool cursor_on_line_below(struct cursor *c, struct assigned *a)
{
	struct cursor t = *c, value;

	if (c->at == 0 || c->bytes.data[c->at - 1] == '-')
		return false;
	while (t.at - c->at < 80 &&
		(credential_alnum(peek(&t)) || (peek(&t) && strchr(" ,'()", peek(&t)))))
		t.at++;
	if (peek(&t) == ':')
		t.at++;
	if (!ends_line(&t) || !peek(&t))
		return false;
	for (int n = 0; n < 4 && peek(&t) && strchr("\r\n", peek(&t)); n++)
		t.at++;
	cursor_blanks(&t);
	for (value = t; value.at - t.at < 128 && credential_base64(peek(&value)); value.at++)
		;
	if (value.at - t.at < 16 || !ends_line(&value) || !stands_alone(c->bytes, a->name))
		return false;
	*c = t;
	return a->said = true;
}

bool cursor_beside_value(struct cursor *c, bool name_quoted)
{
	static bool (*const forms[])(struct cursor * c, bool name_quoted) = { value_follows,
		variable, given, otherwise, filled_in, setting, property };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct cursor t = *c;

		if (forms[i](&t, name_quoted)) {
			*c = t;
			return true;
		}
	}
	return false;
}
