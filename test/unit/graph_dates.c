/*
 * Reaching, ranges and merge bases over thousands of small histories, whatever their dates say.
 * The oracle is the definition itself, over bit sets; git has the last word on a part of them, by
 * what it does not find by dates.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/history/graph.h"
#include "test/sandbox.h"

#define HISTORIES 2000
#define COMMITS 64
#define ASKED_GIT 25

enum dates { ORDERED, EQUAL, REVERSED, RANDOM, SLOW_CLOCK, DATES };

static struct fault f;
static struct oid ids[HISTORIES][COMMITS];
static uint64_t above[HISTORIES][COMMITS]; /* a commit and its ancestors, a bit each */
static unsigned seed = 17;

static unsigned rnd(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % below;
}

static void must(int result)
{
	if (result < 0)
		fail_msg("%s", f.text);
}

static long date_of(enum dates dates, int i)
{
	switch (dates) {
	case ORDERED:
		return 1700000000L + i * 60L;
	case EQUAL:
		return 1700000000L;
	case REVERSED:
		return 1700000000L - i * 60L;
	case SLOW_CLOCK:
		return 1700000000L + i * 60L - (i % 3 == 0 ? 86400L : 0);
	default:
		return rnd(5) ? 1600000000L + (long)rnd(100000) * 1000 : (long)rnd(1000);
	}
}

/* One commit of history h: a root, a line, or a merge of up to four. */
static void write_commit(FILE *out, int h, int i)
{
	int parents = i == 0 || rnd(h % 2 ? 25 : 60) == 0 ? 0 : rnd(3) ? 1 : 2 + (int)rnd(3);

	above[h][i] = 1ull << i;
	fprintf(out,
		"%scommit refs/heads/x\nmark :%d\ncommitter C <c@x> %ld +0000\ndata 7\n%04d %02d\n",
		parents ? "" : "reset refs/heads/x\n", h * COMMITS + i + 1,
		date_of((enum dates)(h % DATES), i), h, i);
	for (int p = 0; p < parents; p++) {
		int window = h % 2 ? 9 : 1 + p;
		int parent = i - 1 - (int)rnd((unsigned)(i < window ? i : window));

		above[h][i] |= above[h][parent];
		fprintf(out, "%s :%d\n", p ? "merge" : "from", h * COMMITS + parent + 1);
	}
}

static int make_histories(void **state)
{
	FILE *out, *marks;
	char line[64];
	int n;

	(void)sandbox_group(state);
	out = fopen("import", "w");
	for (int h = 0; h < HISTORIES; h++)
		for (int i = 0; i < COMMITS; i++)
			write_commit(out, h, i);
	fclose(out);
	sandbox_do("git init -q --bare h.git && git -C h.git fast-import --quiet "
		   "--export-marks=../marks --force <import");
	marks = fopen("marks", "r");
	while (fgets(line, sizeof(line), marks)) {
		n = atoi(line + 1) - 1;
		must(oid_parse(&ids[n / COMMITS][n % COMMITS],
			(struct span){ strchr(line, ' ') + 1, (2 * OID_SHA1) }));
	}
	fclose(marks);
	return 0;
}

static uint64_t set_of(int h, const struct oid_list *list)
{
	uint64_t set = 0;

	for (size_t i = 0; i < list->count; i++)
		for (int c = 0; c < COMMITS; c++)
			if (oid_equal(&list->ids[i], &ids[h][c])) {
				assert_false(set >> c & 1);
				set |= 1ull << c;
			}
	assert_int_equal(__builtin_popcountll(set), list->count);
	return set;
}

static uint64_t bases_of(int h, const int *commits, int count)
{
	uint64_t common = ~0ull, best;

	for (int i = 0; i < count; i++)
		common &= above[h][commits[i]];
	best = common;
	for (int c = 0; c < COMMITS; c++)
		if (common >> c & 1)
			best &= ~(above[h][c] & ~(1ull << c));
	return best;
}

static void check_range(struct graph *graph, int h)
{
	struct oid_list tips = { 0 }, hidden = { 0 }, out = { 0 };
	uint64_t wanted = 0, gone = 0;
	enum graph_end end;

	for (unsigned i = 0, n = 1 + rnd(3); i < n; i++) {
		int c = (int)rnd(COMMITS);

		assert_int_equal(oid_list_add(&tips, &ids[h][c]), 0);
		wanted |= above[h][c];
	}
	for (unsigned i = 0, n = rnd(5); i < n; i++) {
		int c = (int)rnd(COMMITS);

		assert_int_equal(oid_list_add(&hidden, &ids[h][c]), 0);
		gone |= above[h][c];
	}
	must(graph_range(graph, &tips, &hidden, &out, &end, &f));
	assert_int_equal(end, GRAPH_WHOLE);
	if (set_of(h, &out) != (wanted & ~gone))
		fail_msg("history %d: range %llx, not %llx", h, (unsigned long long)set_of(h, &out),
			(unsigned long long)(wanted & ~gone));
	oid_list_release(&tips);
	oid_list_release(&hidden);
	oid_list_release(&out);
}

static void check_bases(struct graph *graph, int h)
{
	int commits[3] = { (int)rnd(COMMITS), (int)rnd(COMMITS), (int)rnd(COMMITS) };
	int count = 2 + (int)rnd(2);
	struct oid asked[3];
	struct oid_list out = { 0 };

	for (int i = 0; i < count; i++)
		asked[i] = ids[h][commits[i]];
	must(graph_merge_bases(graph, asked, (size_t)count, &out, &f));
	if (set_of(h, &out) != bases_of(h, commits, count))
		fail_msg("history %d: bases of %d and %d", h, commits[0], commits[1]);
	oid_list_release(&out);
}

static void check_reaching(struct graph *graph, int h)
{
	for (int round = 0; round < 12; round++) {
		int a = (int)rnd(COMMITS), b = (int)rnd(COMMITS);
		bool reaches;

		must(graph_reaches(graph, &ids[h][a], &ids[h][b], &reaches, &f));
		if (reaches != (above[h][a] >> b & 1))
			fail_msg("history %d: whether %d reaches %d", h, a, b);
	}
}

static void dates_decide_nothing(void **state)
{
	struct repo *repo;
	struct graph *graph;

	(void)state;
	must(repo_open(&repo, "h.git", &f));
	for (int h = 0; h < HISTORIES; h++) {
		must(graph_new(&graph, repo, &f));
		for (int round = 0; round < 6; round++) {
			check_range(graph, h);
			check_bases(graph, h);
		}
		check_reaching(graph, h);
		graph_free(graph);
	}
	repo_free(repo);
}

/* The bases of two and of three commits, by git: of three, it takes them one after the other. */
static void git_finds_the_same_bases(void **state)
{
	struct repo *repo;
	struct graph *graph;

	(void)state;
	must(repo_open(&repo, "h.git", &f));
	must(graph_new(&graph, repo, &f));
	for (int round = 0; round < ASKED_GIT * DATES; round++) {
		int h = (int)rnd(HISTORIES / DATES) * DATES + round % DATES;
		struct oid asked[3];
		struct oid_list out = { 0 };
		char theirs[COMMITS * ((2 * OID_SHA1) + 1)], hex[3][(2 * OID_SHA1) + 1];
		size_t count = 2 + rnd(2);

		for (size_t i = 0; i < 3; i++) {
			asked[i] = ids[h][rnd(COMMITS)];
			memcpy(hex[i], oid_text(&asked[i]).hex, sizeof(hex[i]));
		}
		must(graph_merge_bases(graph, asked, count, &out, &f));
		(void)sandbox_run(theirs, sizeof(theirs),
			"git -C h.git -c core.commitGraph=false merge-base --all --octopus %s %s "
			"%s",
			hex[0], hex[1], count == 3 ? hex[2] : "");
		assert_int_equal(out.count, (strlen(theirs) + 1) / ((2 * OID_SHA1) + 1));
		for (size_t i = 0; i < out.count; i++)
			assert_non_null(strstr(theirs, oid_text(&out.ids[i]).hex));
		oid_list_release(&out);
	}
	graph_free(graph);
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_decide_nothing),
		cmocka_unit_test(git_finds_the_same_bases),
	};

	return cmocka_run_group_tests(tests, make_histories, NULL);
}
