#include "common/base/json_slip.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blank(struct span text, size_t at)
{
	while (at < text.len && is_blank(text.data[at]))
		at++;
	return at;
}

/* The last byte before `at` that is no white space; 0: there is none. */
static char byte_before(struct span text, size_t at)
{
	while (at > 0 && is_blank(text.data[at - 1]))
		at--;
	return at ? text.data[at - 1] : '\0';
}

static const char *of_encoding(struct span text)
{
	const unsigned char *bytes = (const unsigned char *)text.data;

	if (skip_blank(text, 0) == text.len)
		return "the file is empty: a policy begins with {\"version\": 1}";
	if (text.len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		return "it begins with a byte order mark: save it as UTF-8 without one";
	if (text.len >= 2 &&
		((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff) ||
			!bytes[0] || !bytes[1]))
		return "it is UTF-16 or UTF-32: save it as UTF-8";
	if (bytes[0] == 0x1f && text.len >= 2 && bytes[1] == 0x8b)
		return "it is compressed";
	return NULL;
}

static bool begins(struct span text, size_t at, const char *word)
{
	size_t len = strlen(word);

	return at <= text.len && text.len - at >= len && memcmp(text.data + at, word, len) == 0;
}

/* Whether the first line is `[section]` or `key = value`. */
static bool is_toml(struct span text)
{
	size_t at = skip_blank(text, 0), start = at;

	if (at < text.len && text.data[at] == '[') {
		at = skip_blank(text, at + 1);
		return at < text.len && isalpha((unsigned char)text.data[at]) &&
		       !begins(text, at, "true") && !begins(text, at, "false") &&
		       !begins(text, at, "null");
	}
	while (at < text.len && (isalnum((unsigned char)text.data[at]) || text.data[at] == '_'))
		at++;
	return at > start && skip_blank(text, at) < text.len &&
	       text.data[skip_blank(text, at)] == '=';
}

/* What the whole is instead. */
static const char *of_beginning(struct span text)
{
	size_t at = skip_blank(text, 0);

	if (begins(text, at, "<<<<<<<"))
		return "git left conflict markers in it";
	if (begins(text, at, "<"))
		return "it looks like XML or a web page, and a policy is JSON";
	if (begins(text, at, "```"))
		return "leave out the fences of Markdown";
	if (is_toml(text))
		return "it looks like TOML or INI, and a policy is JSON";
	return NULL;
}

/* Whether the first line is `---`, `# comment`, or `key: value` without quotes. */
static bool is_yaml(struct span text)
{
	size_t at = skip_blank(text, 0), start = at;

	if (text.len - at >= 3 && memcmp(text.data + at, "---", 3) == 0)
		return true;
	while (at < text.len && text.data[at] == '#') {
		while (at < text.len && text.data[at] != '\n')
			at++;
		at = start = skip_blank(text, at);
	}
	while (at < text.len &&
		(isalnum((unsigned char)text.data[at]) || strchr("_-$", text.data[at])))
		at++;
	return at > start && at < text.len && text.data[at] == ':';
}

/* What stands where the parser stopped: at the token that it did not expect, or behind it. */
static const char *of_token(struct span text, size_t pos)
{
	size_t at = pos;
	char c;

	while (at > 0 && (at >= text.len || !is_blank(text.data[at - 1])) && pos - at < 3 &&
		!strchr("#/'}]", text.data[at - 1]))
		at--;
	at = at ? at - 1 : 0;
	c = at < text.len ? text.data[at] : '\0';
	if ((c == '}' || c == ']') && byte_before(text, at) == ',')
		return "there is a trailing comma before it";
	if (c == '#' || (c == '/' && at + 1 < text.len && strchr("/*", text.data[at + 1])) ||
		(c == '/' && at > 0 && text.data[at - 1] == '/'))
		return "JSON has no comments: a \"description\" may stand in every object";
	if (c == '\'')
		return "text stands in double quotes";
	return NULL;
}

/* Where the token begins in which, or behind which, the parser stopped. */
static size_t token_begin(struct span text, size_t pos)
{
	size_t at = pos < text.len ? pos : text.len;

	while (at && at < text.len && ((unsigned char)text.data[at] & 0xc0) == 0x80)
		at--; /* within a character */
	if (at && ((unsigned char)text.data[at - 1] & 0x80)) {
		while (--at && ((unsigned char)text.data[at] & 0xc0) == 0x80)
			;
		return at;
	}
	if (at && (at == text.len || is_blank(text.data[at]) ||
			  !isalnum((unsigned char)text.data[at])))
		at--;
	if (at < text.len && text.data[at] == '"')
		while (at && text.data[at - 1] != '"' && text.data[at - 1] != '\n')
			at--;
	if (at && at < text.len && text.data[at] != '"' && text.data[at - 1] == '"')
		return at - 1;
	while (at && at < text.len && isalnum((unsigned char)text.data[at]) &&
		isalnum((unsigned char)text.data[at - 1]))
		at--;
	return at;
}

/* A word or a number that JSON does not have. */
static const char *of_word(struct span text, size_t pos)
{
	static const char *const words[] = { "True", "TRUE", "False", "FALSE", "None", "NULL",
		"Null", "nil", "NaN", "Infinity", "undefined", "yes", "no", "on", "off" };
	size_t at = token_begin(text, pos);
	char before = byte_before(text, at);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (begins(text, at, words[i]))
			return "JSON has true, false and null, in small letters";
	if (begins(text, at, "\xe2\x80\x9c") || begins(text, at, "\xe2\x80\x9d") ||
		begins(text, at, "\xe2\x80\x98") || begins(text, at, "\xe2\x80\x99"))
		return "these quotes are of a word processor: text stands in \"straight\" ones";
	if (begins(text, at, "\xc2\xa0"))
		return "there is a no-break space: take it for a blank";
	if (begins(text, at, "="))
		return "a key is followed by a colon";
	if (at < text.len && (isalpha((unsigned char)text.data[at]) || text.data[at] == '_') &&
		(before == '{' || before == ','))
		return "a key stands in double quotes";
	if (at < text.len && (isdigit((unsigned char)text.data[at]) || text.data[at] == '+') &&
		before == ':')
		return "numbers are decimal, without a sign or a zero in front";
	if (at < text.len && text.data[at] == '"' && before && strchr("\"}]0123456789el", before))
		return "a comma is missing before it";
	return NULL;
}

/* How far brackets and quotes go: what is open at the end, or what follows behind. */
static const char *of_brackets(struct span text, size_t pos)
{
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
			if (c == '\n')
				return NULL;
		} else if (c == '"')
			quoted = true;
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && (!depth || !--depth))
			return skip_blank(text, i + 1) < text.len && pos > i + 1
				       ? "something follows: a file has one object, and nothing "
					 "behind it"
				       : NULL;
	}
	return quoted  ? "the closing quote is missing"
	       : depth ? "it ends before its last bracket is closed"
		       : NULL;
}

/* What is wrong within text. */
static const char *of_text(struct span text, size_t pos)
{
	size_t at = pos < text.len ? pos : text.len;

	while (at && pos - at < 8 && text.data[at - 1] != '\\')
		at--;
	if (at && pos - at < 8 && begins(text, at - 1, "\\u0000"))
		return "a zero byte can be in no name";
	if (at && pos - at < 3 && !begins(text, at - 1, "\\u"))
		return "a backslash in text is written twice";
	return NULL;
}

const char *json_slip(struct span text, size_t pos)
{
	const char *slip = of_encoding(text);

	if (!slip && is_yaml(text))
		slip = "it looks like YAML, and a policy is JSON";
	slip = slip ? slip : of_beginning(text);
	slip = slip ? slip : of_token(text, pos);
	slip = slip ? slip : of_text(text, pos);
	slip = slip ? slip : of_word(text, pos);
	return slip ? slip : of_brackets(text, pos);
}
