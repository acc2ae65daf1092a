/*
 * What a thousand patterns cost against twenty, per path, and what building a set costs: a hook
 * builds one at every push.  Prints a table of ratios; judges nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/path/classes.h"
#include "common/path/fold.h"
#include "common/path/pattern.h"

#define PATHS 2000
#define ROUNDS 50

static char paths[PATHS][128];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(1);
}

/* Pattern number i of a kind, as people write them. */
static void write_pattern(const char *form, int i, char *out, size_t size)
{
	const char *at = strchr(form, '#');

	(void)snprintf(out, size, "%.*s%d%s", (int)(at - form), form, i, at + 1);
}

/* Each kind alone, and all kinds in turn. */
static const char *const forms[] = { "/src/module#/", "*.ext#", "name#", "config#.*",
	"/a/b/c#/**/*.json", "/services/*/deploy#.yaml", "**/generated#/*.h", "*part#*",
	"Dockerfile.#" };
#define FORMS (int)(sizeof(forms) / sizeof(forms[0]))

static struct pattern_set *build(int kind, int count)
{
	struct pattern_set *set;
	struct fault f = { 0 };
	char pattern[128];

	if (pattern_set_new(&set, PATTERN_GENEROUS, &f) < 0 || pattern_set_list(set) < 0)
		fail(f.text);
	for (int i = 0; i < count; i++) {
		write_pattern(forms[kind < FORMS ? kind : i % FORMS], i, pattern, sizeof(pattern));
		if (pattern_set_add(set, 0, span_of(pattern), &f) < 0)
			fail(f.text);
	}
	return set;
}

static int count_hit(void *context, const struct pattern_hit *hit)
{
	*(long *)context += !hit->negated;
	return 0;
}

/* Nanoseconds a path. */
static double measure(struct pattern_set *set)
{
	double best = 1e9;
	long hits = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now();

		for (int i = 0; i < PATHS; i++) {
			struct pattern_path path = pattern_path_exact(span_of(paths[i]));

			if (pattern_set_match(set, &path, count_hit, &hits) != 0)
				fail("no match");
		}
		start = (now() - start) / PATHS * 1e9;
		best = start < best ? start : best;
	}
	return best;
}

static void row(int kind)
{
	struct pattern_set *few = build(kind, 20), *many = build(kind, 1000);
	double a = measure(few), b = measure(many);

	printf("%-28s %8.0f ns %8.0f ns %6.2f\n", kind < FORMS ? forms[kind] : "all kinds in turn",
		a, b, b / a);
	pattern_set_free(few);
	pattern_set_free(many);
}

static void build_classes(void)
{
	size_t count, patterns = 0;
	const struct class_part *parts = class_parts(&count);
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now();
		struct pattern_set *set;
		struct fault f = { 0 };

		patterns = 0;
		if (pattern_set_new(&set, PATTERN_GENEROUS, &f) < 0)
			fail(f.text);
		for (size_t i = 0; i < count; i++) {
			int list = pattern_set_list(set);

			for (size_t j = 0; j < parts[i].count; j++, patterns++)
				if (pattern_set_add(set, list, span_of(parts[i].entries[j].pattern),
					    &f) < 0)
					fail(f.text);
		}
		start = now() - start;
		if (round + 1 == ROUNDS)
			printf("%-28s %8.0f ns a path\n", "all classes", measure(set));
		pattern_set_free(set);
		best = start < best ? start : best;
	}
	printf("%-28s %8.0f us for %zu patterns\n", "building all classes", best * 1e6, patterns);
}

int main(void)
{
	static const char *const tails[] = { "src/module%d/lib/parse.c", "docs/guide/part%d.md",
		"services/web%d/handlers/index.ts", "a/b/c%d/x/y/data.json", "test/unit/name%d" };

	for (int i = 0; i < PATHS; i++) {
		char number[16];
		const char *tail = tails[i % 5], *at = strchr(tail, '%');

		(void)snprintf(number, sizeof(number), "%d", i);
		(void)snprintf(paths[i], sizeof(paths[i]), "%.*s%s%s", (int)(at - tail), tail,
			number, at + 2);
	}
	printf("%-28s %11s %11s %6s\n", "patterns of the kind", "20", "1000", "ratio");
	for (int kind = 0; kind <= FORMS; kind++)
		row(kind);
	build_classes();
	return 0;
}
