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
		return "it is UTF-16: save it as UTF-8";
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

const char *json_slip(struct span text, size_t pos)
{
	const char *slip = of_encoding(text);

	if (!slip && is_yaml(text))
		slip = "it looks like YAML, and a policy is JSON";
	return slip ? slip : of_token(text, pos);
}
