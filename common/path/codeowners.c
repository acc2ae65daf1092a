#include "common/path/codeowners.h"

#include <stdlib.h>
#include <string.h>

#include "common/path/codeowners_private.h"

#define LINES_MAX 20000
#define OWNERS_MAX 200 /* of a line */
#define MEMORY_MAX ((size_t)64 << 20)

static const char *const nobody[] = { NULL };

/* The words of a line, taken apart where blanks stand that no backslash escapes. */
struct line_words {
	struct span items[OWNERS_MAX + 1];
	size_t count;
	bool over;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes a line apart; in GitHub's and Gitea's, a `#` at a word's beginning ends it. */
static void split(struct line_words *words, struct span line, bool comments)
{
	size_t at = 0;

	words->count = 0;
	words->over = false;
	while (at < line.len) {
		size_t start;

		while (at < line.len && is_blank(line.data[at]))
			at++;
		start = at;
		if (at == line.len || (comments && line.data[at] == '#'))
			return;
		for (; at < line.len && !is_blank(line.data[at]); at++)
			at += line.data[at] == '\\' && at + 1 < line.len;
		if (words->count > OWNERS_MAX) {
			words->over = true;
			return;
		}
		words->items[words->count++] = (struct span){ line.data + start, at - start };
	}
}

/* `@name`, `@org/team`, `a@b.c` */
static bool is_owner(struct span word)
{
	const char *at = word.len ? memchr(word.data, '@', word.len) : NULL;

	for (size_t i = 0; i < word.len; i++)
		if ((unsigned char)word.data[i] <= ' ' || word.data[i] == 0x7f)
			return false;
	return at && (size_t)(at - word.data) + 1 < word.len;
}

/*
 * Copies the owners among the words from the first on; *odd says whether another word stands among
 * them.
 */
static names copy_owners(
	struct codeowners *o, const struct line_words *words, size_t first, bool *odd)
{
	const char **list = NULL;
	size_t count = 0;

	*odd = false;
	list = arena_alloc(&o->arena, (words->count + 1) * sizeof(*list));
	for (size_t i = first; list && i < words->count; i++) {
		if (!is_owner(words->items[i])) {
			*odd = true;
			continue;
		}
		list[count] = arena_copy(&o->arena, words->items[i].data, words->items[i].len);
		if (!list[count++])
			return NULL;
	}
	return list;
}

static size_t section_find(const struct codeowners *o, const char *name)
{
	size_t i = 0;

	while (i < o->section_count && strcasecmp(o->sections[i].name, name) != 0)
		i++;
	return i;
}

/* The section of that name, made when it is new; -1: no memory. */
static long section_named(struct codeowners *o, struct span name)
{
	char *copy = arena_copy(&o->arena, name.data, name.len);
	size_t i = copy ? section_find(o, copy) : 0;
	struct codeowners_section *grown;

	if (!copy)
		return -1;
	if (i < o->section_count)
		return (long)i;
	grown = arena_grow(&o->arena, o->sections, o->section_count, sizeof(*grown));
	if (!grown)
		return -1;
	o->sections = grown;
	grown[o->section_count] = (struct codeowners_section){ .name = copy, .owners = nobody };
	return (long)o->section_count++;
}

/* What stands behind a heading's name: `[2]` and owners.  0, 1: not understood, -1: no memory. */
static int heading_rest(struct codeowners *o, struct codeowners_section *section, struct span rest)
{
	struct line_words words;
	bool odd;
	names owners;

	if (rest.len && rest.data[0] == '[') {
		size_t i = 1;
		int number = 0;

		for (; i < rest.len && rest.data[i] >= '0' && rest.data[i] <= '9' && number < 1000;
			i++)
			number = number * 10 + (rest.data[i] - '0');
		if (i == rest.len || rest.data[i] != ']' || !number)
			return 1;
		if (number > section->approvals)
			section->approvals = number;
		rest = (struct span){ rest.data + i + 1, rest.len - i - 1 };
	}
	split(&words, rest, false);
	owners = copy_owners(o, &words, 0, &odd);
	if (!owners)
		return -1;
	if (*owners)
		section->owners = owners;
	return words.over;
}

/*
 * `[Name]`, `^[Name][2] @owner`: 1 when it is a heading, 0 when not, 2 when it is one that is not
 * understood, -1: no memory.
 */
static int read_heading(struct codeowners *o, struct span line, size_t *section)
{
	bool optional = line.data[0] == '^';
	const char *open = line.data + optional, *close;
	long found;
	int outcome;

	if (line.len < (size_t)optional + 2 || *open != '[')
		return 0;
	close = memchr(open, ']', line.len - optional);
	if (!close || close == open + 1)
		return 2;
	found = section_named(o, (struct span){ open + 1, (size_t)(close - open) - 1 });
	if (found < 0)
		return -1;
	*section = (size_t)found;
	o->sections[found].optional = optional;
	outcome = heading_rest(o, &o->sections[found],
		(struct span){ close + 1, (size_t)(line.data + line.len - close) - 1 });
	return outcome < 0 ? -1 : outcome ? 2 : 1;
}

/* Gitea's words have backslashes taken out before they are understood. */
static char *unescape(struct codeowners *o, struct span word)
{
	char *copy = arena_copy(&o->arena, word.data, word.len);
	size_t to = 0;

	for (size_t i = 0; copy && i < word.len; i++) {
		i += word.data[i] == '\\' && i + 1 < word.len;
		copy[to++] = word.data[i];
	}
	if (copy)
		copy[to] = '\0';
	return copy;
}

/* Fills in the pattern and what the line is.  0 or -1: no memory. */
static int read_pattern(struct codeowners *o, struct codeowners_line *line, struct span word)
{
	bool memory = false;

	if (word.len > 1 && word.data[0] == '!') {
		line->kind = o->syntax == CODEOWNERS_GITHUB ? LINE_UNKNOWN : LINE_EXCLUDES;
		word = (struct span){ word.data + 1, word.len - 1 };
	}
	if (o->syntax == CODEOWNERS_GITEA) {
		line->pattern = unescape(o, word);
		return line->pattern ? 0 : -1;
	}
	line->pattern = codeowners_pattern(o, word, &memory);
	if (!line->pattern)
		line->kind = LINE_UNKNOWN;
	return memory ? -1 : 0;
}

static struct codeowners_line *line_add(struct codeowners *o, size_t number, size_t section)
{
	struct codeowners_line *grown = arena_grow(&o->arena, o->lines, o->count, sizeof(*grown));

	if (!grown)
		return NULL;
	o->lines = grown;
	grown[o->count] = (struct codeowners_line){ .number = number, .section = section };
	return &grown[o->count++];
}

static int read_rule(struct codeowners *o, struct codeowners_line *line, struct span text)
{
	struct line_words words;
	bool odd = false;

	split(&words, text, o->syntax != CODEOWNERS_GITLAB);
	if (!words.count || words.over) {
		line->kind = LINE_UNKNOWN;
		return 0;
	}
	if (read_pattern(o, line, words.items[0]) < 0)
		return -1;
	line->owners = copy_owners(o, &words, 1, &odd);
	if (odd && o->syntax == CODEOWNERS_GITHUB)
		line->kind = LINE_UNKNOWN;
	return line->owners ? 0 : -1;
}

static int read_line(struct codeowners *o, struct span text, size_t number, size_t *section)
{
	struct codeowners_line *line;
	int heading = 0;

	while (text.len && (is_blank(text.data[0]) || text.data[0] == '\r'))
		text = (struct span){ text.data + 1, text.len - 1 };
	while (text.len && (is_blank(text.data[text.len - 1]) || text.data[text.len - 1] == '\r'))
		text.len--;
	if (!text.len || text.data[0] == '#')
		return 0;
	if (o->syntax == CODEOWNERS_GITLAB)
		heading = read_heading(o, text, section);
	if (heading < 0 || heading == 1)
		return heading < 0 ? -1 : 0;
	line = line_add(o, number, *section);
	if (!line)
		return -1;
	if (heading == 2) {
		line->kind = LINE_UNKNOWN;
		return 0;
	}
	return read_rule(o, line, text);
}

static int read_lines(struct codeowners *o, struct span text)
{
	size_t number = 0, section = 0;

	if (section_named(o, (struct span){ "", 0 }) < 0)
		return -1;
	while (text.len) {
		const char *feed = memchr(text.data, '\n', text.len);
		size_t len = feed ? (size_t)(feed - text.data) : text.len;

		if (++number > LINES_MAX) {
			o->uncertain = "CODEOWNERS has too many lines";
			return 0;
		}
		if (read_line(o, (struct span){ text.data, len }, number, &section) < 0)
			return -1;
		len += feed != NULL;
		text = (struct span){ text.data + len, text.len - len };
	}
	return 0;
}

int codeowners_parse(
	struct codeowners **out, enum codeowners_syntax syntax, struct span text, struct fault *f)
{
	struct codeowners *o = calloc(1, sizeof(*o));

	*out = o;
	if (!o)
		return fault_memory(f);
	o->syntax = syntax;
	o->arena = (struct arena)ARENA_INIT(MEMORY_MAX);
	if (text.len > CODEOWNERS_MAX)
		o->uncertain = "CODEOWNERS is larger than 3 MiB";
	else if (text.len && memchr(text.data, '\0', text.len))
		o->uncertain = "CODEOWNERS is not text";
	else if (read_lines(o, text) < 0) {
		codeowners_free(o);
		*out = NULL;
		return fault_memory(f);
	}
	return 0;
}

void codeowners_free(struct codeowners *o)
{
	if (!o)
		return;
	codeowners_expressions_release(o);
	arena_release(&o->arena);
	free(o->answer);
	free(o);
}
