#include "common/path/pattern_slip.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/base/span.h"
#include "common/base/typo.h"

/* `{a,b}`, outside of brackets. */
static bool has_braces(const char *text)
{
	const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;

	return close && close > open + 1;
}

static bool is_regex(const char *text)
{
	static const char *const pieces[] = { ".+", "(?:", "\\.", "\\d", "\\w", "\\/", ")?", "]+" };
	size_t len = strlen(text);
	const char *open = strchr(text, '(');

	if (*text == '^' || (len && text[len - 1] == '$'))
		return true;
	if ((open && strchr(open, '|') && strchr(open, ')')) || strchr(text, '|'))
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

bool pattern_invisible(const char *text)
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

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len > end_len && strcmp(text + len - end_len, end) == 0;
}

/* Several patterns in one text. */
static bool is_list(const char *text)
{
	for (const char *at = strpbrk(text, ",;: "); at; at = strpbrk(at + 1, ",;: "))
		if (at > text && at[-1] != '\\' &&
			(at[1] == '/' || at[1] == '!' || strncmp(at + 1, "refs/", 5) == 0 ||
				strncmp(at + 1, " /", 2) == 0 || (at[-1] == '/' && at[1])))
			return true;
	return false;
}

/* Two stars that stand beside other letters are as one. */
static bool is_beside(const char *text)
{
	const char *stars = strstr(text, "**");

	for (; stars && strchr(text, '/'); stars = strstr(stars + 2, "**"))
		if ((stars > text && stars[-1] != '/') || (stars[2] && stars[2] != '/'))
			return true;
	return false;
}

/* `glob:NAME`, as other programs' patterns begin. */
static bool has_kind(const char *text)
{
	static const char *const kinds[] = { "re:", "regex:", "regexp:", "glob:", "path:", "paths:",
		"file:", "files:", "dir:", "folder:", "pattern:", "ref:", "branch:", "class=" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncasecmp(text, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

/* A path of the machine, not of the repository. */
static bool is_machines(const char *text)
{
	static const char *const roots[] = { "~", "$", "/home/", "/Users/", "/root/", "/srv/git/",
		"/var/lib/", "%" };

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (strncmp(text, roots[i], strlen(roots[i])) == 0)
			return true;
	return false;
}

/* `*.tf/`: folders of such a name. */
static bool is_file_folder(const char *text)
{
	const char *slash = strrchr(text, '/'), *name = slash;

	if (!slash || slash[1])
		return false;
	while (name > text && name[-1] != '/')
		name--;
	return name[0] == '*' && name[1] == '.' && isalpha((unsigned char)name[2]);
}

/* git keeps its own in .git, and takes no tree that has an entry of that name. */
static bool is_gits(const char *text)
{
	for (const char *at = strcasestr(text, ".git"); at; at = strcasestr(at + 4, ".git"))
		if ((at == text || at[-1] == '/') && (!at[4] || at[4] == '/'))
			return true;
	return false;
}

/* `.github/workflow/`: none of the folders that GitHub reads. */
static bool is_misspelt(const char *text)
{
	static const char begin[] = ".github/";
	const char *name = text + sizeof(begin) - 1;
	char folder[16];
	size_t len;

	if (strncmp(text, begin, sizeof(begin) - 1) != 0)
		return false;
	len = strcspn(name, "/");
	if (len >= sizeof(folder) || strpbrk(name, "*?["))
		return false;
	memcpy(folder, name, len);
	folder[len] = '\0';
	return strcmp(folder, "workflows") != 0 && typo_distance(folder, "workflows") <= 2;
}

/* What other programs take for all that is below. */
static bool is_foreign_all(const char *text)
{
	return ends_with(text, "/...") || ends_with(text, "/%") || ends_with(text, "/.*");
}

const char *pattern_slip(const char *pattern)
{
	const char *text = *pattern == '!' ? pattern + 1 : pattern;

	if (pattern_invisible(text))
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
	if (is_list(text))
		return "looks like several patterns in one: write each as a text of its own";
	if (has_kind(text))
		return "is taken letter by letter: patterns are of one kind, that of gitignore, "
		       "and "
		       "only class:NAME is written with a colon";
	if (is_foreign_all(text))
		return "has only names that begin so: all that is below a folder is FOLDER/";
	if (is_file_folder(text))
		return "has only folders of that name: leave out the / at its end";
	if (is_beside(text))
		return "has no folders below: ** stands for folders only between slashes, as in "
		       "src/**/*.c";
	if (strchr(text, '\n') || strchr(text, '\r') || strchr(text, '\t'))
		return "holds a line break or a tab, and matches only names that do";
	if (strncmp(text + (*text == '/'), "github/workflows", 16) == 0 ||
		is_misspelt(text + (*text == '/')))
		return "workflows are not read from there: did you mean '/.github/workflows/'?";
	if (is_gits(text))
		return "names what is in no tree: git keeps its own in .git, and hooks there are "
		       "not "
		       "pushed";
	if (is_machines(text))
		return "is taken letter by letter: paths begin at the top of the repository's tree";
	if (*text == '!')
		return "the second ! is a letter: it matches only names that begin with it";
	if (ends_with(text, "/**/"))
		return "has only what is two folders deep: leave out the last /";
	return NULL;
}
