#include "common/path/pattern_slip.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "common/base/span.h"

/* `{a,b}`, outside of brackets. */
static bool has_braces(const char *text)
{
	const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;

	return close && memchr(open, ',', (size_t)(close - open));
}

static bool is_regex(const char *text)
{
	static const char *const pieces[] = { ".+", "(?:", "\\.", "\\d", "\\w", "\\/", ")?", "]+" };
	size_t len = strlen(text);
	const char *open = strchr(text, '(');

	if (*text == '^' || (len && text[len - 1] == '$'))
		return true;
	if (open && strchr(open, '|') && strchr(open, ')'))
		return true;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		if (strstr(text, pieces[i]))
			return true;
	return false;
}

/* `[z-a]`: a range in which nothing is. */
static bool is_backwards(const char *text)
{
	for (const char *dash = strchr(text, '-'); dash; dash = strchr(dash + 1, '-')) {
		const char *open = dash;

		while (open > text && *open != '[' && *open != ']')
			open--;
		if (*open == '[' && dash - open > 1 && dash[1] && dash[1] != ']' &&
			strchr(dash, ']') && (unsigned char)dash[-1] > (unsigned char)dash[1])
			return true;
	}
	return false;
}

static bool is_quoted(const char *text)
{
	size_t len = strlen(text);

	return len > 1 && strchr("\"'`", *text) && text[len - 1] == *text;
}

/* Characters that nobody sees. */
static bool is_invisible(const char *text)
{
	static const char *const unseen[] = { "\xc2\xa0", "\xc2\xad", "\xe2\x80\x8b",
		"\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa",
		"\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa0",
		"\xef\xbb\xbf", "\xe3\x80\x80" };

	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (strstr(text, unseen[i]))
			return true;
	return false;
}

/* A backslash between names, as on Windows: it only quotes the letter behind it. */
static bool is_windows(const char *text)
{
	for (const char *at = strchr(text, '\\'); at; at = strchr(at + 1, '\\'))
		if (isalnum((unsigned char)at[1]))
			return true;
	return isalpha((unsigned char)text[0]) && text[1] == ':' && strchr("/\\", text[2]) &&
	       text[2];
}

static bool ends_in_stars(const char *text)
{
	size_t len = strlen(text);

	return len > 4 && strcmp(text + len - 4, "/**/") == 0;
}

const char *pattern_slip(const char *pattern)
{
	const char *text = *pattern == '!' ? pattern + 1 : pattern;

	if (is_invisible(text))
		return "holds a character that nobody sees, and matches only names that hold it, "
		       "too";
	if (is_quoted(text))
		return "matches only names with these quotes in them: leave them out";
	if (has_braces(text))
		return "braces mean nothing to gitignore: write a pattern for each of what is in "
		       "them";
	if (is_backwards(text))
		return "holds a range that goes backwards, in which nothing is";
	if (strchr(text, '^') == text || is_regex(text))
		return "looks like a regular expression, and is taken as a pattern of gitignore: * "
		       "stands for any text, ? for a character";
	if (is_windows(text))
		return "a backslash quotes the character behind it: write / between names";
	if (isspace((unsigned char)*text))
		return "begins with a space, and matches only names that do";
	if (*text == '~' || *text == '$')
		return "is taken letter by letter: paths begin at the top of the repository's tree";
	if (*text == '!')
		return "the second ! is a letter: it matches only names that begin with it";
	if (ends_in_stars(text))
		return "has only what is two folders deep: leave out the last /";
	return NULL;
}
