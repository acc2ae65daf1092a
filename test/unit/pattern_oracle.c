/*
 * pattern.c against an obvious and slow version of itself, and that against `git check-ignore`:
 * random patterns and paths, alone and in lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/path/pattern.h"
#include "common/path/reading.h"

/* ---- the slow version: recursion over text, no compilation, no index ---- */

#define PARTS 64

struct parts {
	struct span part[PARTS];
	size_t count;
};

/* Whether the bracket at p takes c (-1: no bracket); *end is behind it. */
static int slow_bracket(struct span p, unsigned char c, size_t *end)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = { { "[:alpha:]", isalpha }, { "[:digit:]", isdigit },
		{ "[:upper:]", isupper }, { "[:space:]", isspace }, { "[:punct:]", ispunct },
		{ "[:xdigit:]", isxdigit } };
	size_t at = 1;
	bool negated = at < p.len && (p.data[at] == '!' || p.data[at] == '^'), in = false;
	int before = -1;

	at += negated;
	for (size_t first = at; at < p.len && (at == first || p.data[at] != ']'); at++) {
		struct span rest = { p.data + at, p.len - at };
		bool named = false;

		for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
			if (span_starts(rest, classes[i].name)) {
				named = true;
				in = in || (c < 128 && classes[i].is(c));
				at += strlen(classes[i].name) - 1;
			}
		if (named) {
			before = -1;
		} else if (rest.data[0] == '-' && before >= 0 && rest.len > 1 &&
			   rest.data[1] != ']') {
			at += 1 + (rest.data[1] == '\\');
			if (at >= p.len)
				return -1;
			in = in || (c >= before && c <= (unsigned char)p.data[at]);
			before = -1;
		} else {
			at += rest.data[0] == '\\';
			if (at >= p.len)
				return -1;
			before = (unsigned char)p.data[at];
			in = in || c == before;
		}
	}
	*end = at + 1;
	return at < p.len ? in != negated : -1;
}

static bool slow_glob(struct span p, struct span t)
{
	struct span p1 = { p.data + 1, p.len - 1 }, t1 = { t.data + 1, t.len - 1 };
	size_t end;
	int in;

	if (!p.len)
		return !t.len;
	switch (p.data[0]) {
	case '*':
		return slow_glob(p1, t) || (t.len && slow_glob(p, t1));
	case '?':
		return t.len && slow_glob(p1, t1);
	case '[':
		in = slow_bracket(p, t.len ? (unsigned char)t.data[0] : 0, &end);
		return in == 1 && t.len &&
		       slow_glob((struct span){ p.data + end, p.len - end }, t1);
	case '\\':
		p1 = (struct span){ p.data + 2, p.len - 2 };
		return p.len > 1 && t.len && t.data[0] == p.data[1] && slow_glob(p1, t1);
	default:
		return t.len && t.data[0] == p.data[0] && slow_glob(p1, t1);
	}
}

/* Splits at slashes, of a pattern at those outside of brackets. */
static void split(struct span s, bool pattern, struct parts *out)
{
	size_t start = 0, end;

	out->count = 0;
	for (size_t at = 0; at <= s.len; at++) {
		struct span rest = { s.data + at, s.len - at };

		if (at == s.len || s.data[at] == '/') {
			out->part[out->count++] = (struct span){ s.data + start, at - start };
			start = at + 1;
		} else if (pattern && s.data[at] == '\\' && at + 1 < s.len &&
			   s.data[at + 1] != '/') {
			at++;
		} else if (pattern && s.data[at] == '[' && slow_bracket(rest, 'x', &end) >= 0) {
			at += end - 1;
		}
	}
}

static bool is_deep(struct span part)
{
	size_t stars = 0;

	while (stars < part.len && part.data[stars] == '*')
		stars++;
	return stars >= 2 && stars == part.len;
}

/* Whether parts i.. of the pattern match the names j.. up to `end`. */
static bool slow_parts(const struct parts *p, size_t i, const struct parts *t, size_t j, size_t end)
{
	if (i == p->count)
		return j == end;
	if (is_deep(p->part[i])) {
		if (i + 1 == p->count)
			return j < end;
		return slow_parts(p, i + 1, t, j, end) ||
		       (j < end && slow_parts(p, i, t, j + 1, end));
	}
	return j < end && slow_glob(p->part[i], t->part[j]) && slow_parts(p, i + 1, t, j + 1, end);
}

/* Whether the pattern matches just the first `end` names of the path. */
static bool slow_prefix(struct span pattern, const struct parts *path, size_t end)
{
	struct parts p;
	bool anchored;

	if (span_starts(pattern, "!"))
		pattern = (struct span){ pattern.data + 1, pattern.len - 1 };
	if (span_ends(pattern, "/")) {
		if (end == path->count)
			return false;
		pattern.len--;
	}
	anchored = pattern.len && memchr(pattern.data, '/', pattern.len);
	if (span_starts(pattern, "/"))
		pattern = (struct span){ pattern.data + 1, pattern.len - 1 };
	if (!anchored)
		return slow_glob(pattern, path->part[end - 1]);
	split(pattern, true, &p);
	return slow_parts(&p, 0, path, 0, end);
}

static bool slow_matches(struct span pattern, const struct parts *path)
{
	for (size_t end = 1; end <= path->count; end++)
		if (slow_prefix(pattern, path, end))
			return true;
	return false;
}

/* ---- random things ---- */

static uint64_t state = 88172645463325252u;

static size_t pick(size_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const pieces[] = { "a", "a", "b", "b", "c", "ab", ".", "*", "*", "?", "**", "/",
	"/", "/", "/**/", "**/", "/**", "[ab]", "[!a]", "[^b]", "[a-c]", "[[:alpha:]]", "[]a]",
	"[[:digit:]-]", "[a-]", "[\\]b]", "[a/b]", "[[:upper:]b]", "\\a", "\\*", "\\?", "\\[", "]",
	"-", "A", "1", "\xc3\xa9", "\\ ", "#", "!", "[", "\\" };
static const char *const names[] = { "a", "b", "c", "ab", "abc", "ba", "a.b", "b.c", "aa", "*", "?",
	"]", "-", "A", "1", "\xc3\xa9", "a\xc3\xa9", " ", "a ", "[", "#", "!a", "ab.c", "cab",
	"\\" };

static void random_pattern(struct buf *out)
{
	size_t count = 1 + pick(6);

	buf_clear(out);
	if (pick(5) == 0)
		buf_adds(out, "!");
	if (pick(4) == 0)
		buf_adds(out, "/");
	for (size_t i = 0; i < count; i++)
		buf_adds(out, pieces[pick(COUNT(pieces) - (pick(4) ? 5 : 0))]);
	if (pick(5) == 0)
		buf_adds(out, "/");
}

static void random_path(struct buf *out)
{
	size_t count = 1 + pick(4);

	buf_clear(out);
	for (size_t i = 0; i < count; i++) {
		buf_adds(out, i ? "/" : "");
		buf_adds(out, names[pick(COUNT(names))]);
	}
}

/* ---- git ---- */

#define PATHS 150

static char folder[] = "/tmp/pattern-oracle-XXXXXX";
static struct buf paths[PATHS];

static void write_file(const char *name, const struct buf *content)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(content->data, 1, content->len, file), content->len);
	assert_int_equal(fclose(file), 0);
}

static void git_setup(void)
{
	struct buf all = BUF_INIT(1 << 20);

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("HOME", folder, 1);
	assert_int_equal(system("git init -q . && git config core.ignorecase false"), 0);
	for (size_t i = 0; i < PATHS; i++) {
		paths[i] = (struct buf)BUF_INIT(1000);
		random_path(&paths[i]);
		buf_add(&all, paths[i].data, paths[i].len + 1);
	}
	write_file("paths", &all);
	buf_release(&all);
}

/* For each path the number of the line that decides, 0: none. */
static void git_ask(const struct buf *list, int deciding[PATHS])
{
	char text[4096];
	FILE *out;

	write_file(".git/info/exclude", list);
	out = popen("git check-ignore --no-index -v -n --stdin -z <paths", "r");
	assert_non_null(out);
	for (size_t i = 0; i < PATHS; i++)
		for (int field = 0; field < 4; field++) {
			size_t len = 0;
			int c;

			while ((c = fgetc(out)) > 0)
				text[len++ % (sizeof(text) - 1)] = (char)c;
			assert_int_equal(c, 0);
			text[len] = '\0';
			if (field == 1)
				deciding[i] = atoi(text);
			if (field == 3)
				assert_string_equal(text, paths[i].data);
		}
	(void)pclose(out);
}

/* What git does with a list, by the slow version: a directory that is out stays out. */
static int slow_git(const struct buf *list, size_t count, struct span path)
{
	struct parts p;
	int found = 0;

	split(path, false, &p);
	for (size_t end = 1; end <= p.count; end++) {
		found = 0;
		for (size_t i = count; i > 0 && !found; i--)
			if (slow_prefix(buf_span(&list[i - 1]), &p, end))
				found = (int)i;
		if (found && list[found - 1].data[0] != '!')
			return found;
	}
	return found;
}

static bool taken(struct pattern_set *set, struct span pattern)
{
	struct fault f = { 0 };

	return pattern_set_add(set, 0, pattern, &f) == 0;
}

/*
 * Two ways of writing that are left out: git takes `a**` + `/` for `**` when only plain letters
 * stand before the stars (it cuts them off first), and a quoted slash after stars for no bound of
 * them.
 */
static bool is_odd(const struct buf *pattern)
{
	for (const char *at = strstr(pattern->data, "**"); at; at = strstr(at + 1, "**"))
		if (at > pattern->data && !strchr("/!*", at[-1]))
			return true;
	return strstr(pattern->data, "\\/") != NULL;
}

static bool slow_list(const struct buf *list, size_t count, struct span path)
{
	struct parts p;
	bool has = false;

	split(path, false, &p);
	for (size_t i = 0; i < count; i++)
		if (slow_matches(buf_span(&list[i]), &p))
			has = list[i].data[0] != '!';
	return has;
}

/* What permits has to permit what Windows makes of the path, too. */
static bool slow_permits(const struct buf *list, size_t count, struct span path)
{
	bool has = slow_list(list, count, path), odd;

	for (int n = 2; n <= READINGS && reading_any(path); n++) {
		struct buf reading = BUF_INIT(4096);

		assert_int_equal(reading_add(&reading, path, n, &odd), 0);
		if (odd && reading.len)
			has = has && slow_list(list, count, buf_span(&reading));
		buf_release(&reading);
	}
	return has;
}

static void check_round(size_t count)
{
	struct buf list[20], text = BUF_INIT(1 << 16);
	struct pattern_set *set;
	struct fault f = { 0 };
	int deciding[PATHS];

	assert_int_equal(pattern_set_new(&set, PATTERN_EXACT, &f), 0);
	assert_int_equal(pattern_set_list(set), 0);
	for (size_t i = 0; i < count; i++) {
		list[i] = (struct buf)BUF_INIT(1000);
		do
			random_pattern(&list[i]);
		while (is_odd(&list[i]) || !taken(set, buf_span(&list[i])));
		buf_addspan(&text, buf_span(&list[i]));
		buf_adds(&text, "\n");
	}
	git_ask(&text, deciding);
	for (size_t i = 0; i < PATHS; i++) {
		int slow = slow_git(list, count, buf_span(&paths[i]));
		bool has = slow_permits(list, count, buf_span(&paths[i]));

		if (slow != deciding[i])
			fail_msg("git: line %d, slowly: %d, of\n%sfor `%s`", deciding[i], slow,
				text.data, paths[i].data);
		if (has != pattern_set_has(set, 0, buf_span(&paths[i])))
			fail_msg("slowly: %d, of\n%sfor `%s`", has, text.data, paths[i].data);
	}
	for (size_t i = 0; i < count; i++)
		buf_release(&list[i]);
	buf_release(&text);
	pattern_set_free(set);
}

static void patterns_match_what_git_says(void **context)
{
	(void)context;
	for (int round = 0; round < 250; round++)
		check_round(1);
	for (int round = 0; round < 100; round++)
		check_round(2 + pick(18));
}

/* Refused patterns, written into one list each: git matches nothing by them either. */
static void what_is_refused_matches_nothing(void **context)
{
	struct buf pattern = BUF_INIT(1000), list = BUF_INIT(1 << 20);
	int deciding[PATHS];
	size_t refused = 0;

	(void)context;
	while (refused < 2000) {
		struct pattern_set *set;
		struct fault f = { 0 };

		assert_int_equal(pattern_set_new(&set, PATTERN_EXACT, &f), 0);
		assert_int_equal(pattern_set_list(set), 0);
		random_pattern(&pattern);
		if (!taken(set, buf_span(&pattern)) && pattern.data[0] != '#' &&
			!is_odd(&pattern)) {
			refused++;
			buf_addspan(&list, buf_span(&pattern));
			buf_adds(&list, "\n");
		}
		pattern_set_free(set);
	}
	git_ask(&list, deciding);
	for (size_t i = 0; i < PATHS; i++)
		if (deciding[i])
			fail_msg("line %d matches `%s`", deciding[i], paths[i].data);
	buf_release(&pattern);
	buf_release(&list);
}

/* Many lists in one set: each is answered as if it were alone. */
struct answer {
	bool has[300];
	int before;
};

static int note(void *context, const struct pattern_hit *hit)
{
	struct answer *a = context;

	assert_true(hit->list > a->before);
	a->before = hit->list;
	a->has[hit->list] = !hit->negated;
	return 0;
}

static void lists_do_not_disturb_each_other(void **context)
{
	static struct buf list[300][4];
	struct buf path = BUF_INIT(1000);
	struct pattern_set *set;
	struct fault f = { 0 };

	(void)context;
	assert_int_equal(pattern_set_new(&set, PATTERN_EXACT, &f), 0);
	for (size_t i = 0; i < COUNT(list); i++) {
		assert_int_equal(pattern_set_list(set), (int)i);
		for (size_t j = 0; j < COUNT(list[i]); j++) {
			list[i][j] = (struct buf)BUF_INIT(1000);
			do {
				random_pattern(&list[i][j]);
				fault_clear(&f);
			} while (pattern_set_add(set, (int)i, buf_span(&list[i][j]), &f) < 0);
		}
	}
	for (int round = 0; round < 1000; round++) {
		struct answer a = { .before = -1 };
		struct pattern_path whole;

		random_path(&path);
		whole = pattern_path_exact(buf_span(&path));
		assert_int_equal(pattern_set_match(set, &whole, note, &a), 0);
		for (size_t i = 0; i < COUNT(list); i++) {
			bool has = slow_permits(list[i], COUNT(list[i]), buf_span(&path));

			if (has != a.has[i])
				fail_msg("list %zu and `%s`", i, path.data);
		}
	}
	for (size_t i = 0; i < COUNT(list); i++)
		for (size_t j = 0; j < COUNT(list[i]); j++)
			buf_release(&list[i][j]);
	pattern_set_free(set);
	buf_release(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_what_git_says),
		cmocka_unit_test(what_is_refused_matches_nothing),
		cmocka_unit_test(lists_do_not_disturb_each_other),
	};
	int failed;

	git_setup();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	for (size_t i = 0; i < PATHS; i++)
		buf_release(&paths[i]);
	if (chdir("/") == 0) {
		char command[100];

		(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
		failed += system(command) != 0;
	}
	return failed;
}
