/*
 * git rev-list and git merge-base are the oracles, over random histories made by fast-import.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/history/graph.h"
#include "test/sandbox.h"

#define COMMITS 120

static struct deadline past = { .at = 0.001 };
static struct fault f;
static struct oid ids[COMMITS];
static unsigned seed;

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

/* Makes a random history; dates go up by one a commit, or are false for some when skewed. */
static void make_history(const char *name, int skewed)
{
	char path[64];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s.import", name);
	out = fopen(path, "w");
	for (int i = 0; i < COMMITS; i++) {
		long date = 1700000000L + i * 100L;
		int parents = i == 0 ? 0 : rnd(40) == 0 ? 0 : rnd(4) ? 1 : 2 + (int)rnd(3);

		if (skewed && rnd(5) == 0)
			date = rnd(2) ? rnd(1000000) : date + rnd(100000) * 100L;
		fprintf(out,
			"commit refs/heads/c%d\nmark :%d\ncommitter C <c@x> %ld +0000\ndata 1\nx\n",
			i, i + 1, date);
		for (int p = 0; p < parents; p++)
			fprintf(out, "%s :%d\n", p ? "merge" : "from",
				i - (int)rnd((unsigned)(i < 12 ? i : 12)));
		if (!parents)
			fprintf(out, "deleteall\n");
	}
	fclose(out);
	sandbox_do("git init -q --bare %s.git && cd %s.git && git fast-import --quiet "
		   "--export-marks=marks --force <../%s.import",
		name, name, name);
	for (int i = 0; i < COMMITS; i++)
		sandbox_id(&ids[i], "sed -n 's/^:%d //p' %s.git/marks", i + 1, name);
}

static size_t index_of(const struct oid *id)
{
	for (size_t i = 0; i < COMMITS; i++)
		if (oid_equal(id, &ids[i]))
			return i;
	fail_msg("an unknown commit");
	return 0;
}

static void add_hex(char *text, const char *prefix, const struct oid *id)
{
	strcat(strcat(strcat(text, " "), prefix), oid_text(id).hex);
}

/* Marks what a command of git lists. */
static void ask_git(unsigned char *marks, const char *name, const char *command)
{
	static char text[COMMITS * 64];
	struct span rest;
	struct oid id;

	memset(marks, 0, COMMITS);
	(void)sandbox_run(text, sizeof(text), "git --git-dir %s.git %s", name, command);
	for (rest = span_of(text); rest.len >= (2 * OID_SHA1); rest.data += (2 * OID_SHA1) + 1) {
		assert_int_equal(oid_parse(&id, (struct span){ rest.data, (2 * OID_SHA1) }), 0);
		marks[index_of(&id)] = 1;
		rest.len -= rest.len > (2 * OID_SHA1) ? (2 * OID_SHA1) + 1 : (2 * OID_SHA1);
	}
}

static void mark_list(unsigned char *marks, const struct oid_list *list)
{
	memset(marks, 0, COMMITS);
	for (size_t i = 0; i < list->count; i++) {
		size_t at = index_of(&list->ids[i]);

		assert_int_equal(marks[at], 0);
		marks[at] = 1;
	}
}

/* Ancestors come first. */
static void check_order(struct graph *graph, const struct oid_list *list)
{
	struct oid_map seen = { 0 }, all = { 0 };

	for (size_t i = 0; i < list->count; i++)
		assert_non_null(oid_map_put(&all, &list->ids[i]));
	for (size_t i = 0; i < list->count; i++) {
		const struct oid *parents;
		size_t count;

		must(graph_parents(graph, &list->ids[i], &parents, &count, &f));
		for (size_t p = 0; p < count; p++)
			assert_true(
				!oid_map_get(&all, &parents[p]) || oid_map_get(&seen, &parents[p]));
		assert_non_null(oid_map_put(&seen, &list->ids[i]));
	}
	oid_map_release(&seen);
	oid_map_release(&all);
}

/* Exact whatever the dates, unlike rev-list with ^commits. */
static void check_ranges(struct graph *graph, const char *name, int rounds)
{
	for (int round = 0; round < rounds; round++) {
		struct oid_list tips = { 0 }, hidden = { 0 }, out = { 0 };
		unsigned char ours[COMMITS], theirs[COMMITS], gone[COMMITS] = { 0 };
		char command[8192] = "rev-list", hide[8192] = "rev-list";
		enum graph_end end;

		for (unsigned i = 0; i < 1 + rnd(3); i++) {
			oid_list_add(&tips, &ids[rnd(COMMITS)]);
			add_hex(command, "", &tips.ids[i]);
		}
		for (unsigned i = 0, n = rnd(4); i < n; i++) {
			oid_list_add(&hidden, &ids[rnd(COMMITS)]);
			add_hex(hide, "", &hidden.ids[i]);
		}
		must(graph_range(graph, &tips, &hidden, &out, &end, &f));
		assert_int_equal(end, GRAPH_WHOLE);
		mark_list(ours, &out);
		ask_git(theirs, name, command);
		if (hidden.count)
			ask_git(gone, name, hide);
		for (size_t i = 0; i < COMMITS; i++)
			theirs[i] = theirs[i] && !gone[i];
		check_order(graph, &out);
		assert_memory_equal(ours, theirs, COMMITS);
		oid_list_release(&tips);
		oid_list_release(&hidden);
		oid_list_release(&out);
	}
}

static void check_bases(struct graph *graph, const char *name, int rounds)
{
	for (int round = 0; round < rounds; round++) {
		unsigned char ours[COMMITS], theirs[COMMITS];
		char command[8192] = "merge-base --all --octopus";
		struct oid_list commits = { 0 }, out = { 0 };
		bool reaches;

		for (unsigned i = 0, n = 2 + rnd(2); i < n; i++) {
			oid_list_add(&commits, &ids[rnd(COMMITS)]);
			add_hex(command, "", &commits.ids[i]);
		}
		must(graph_merge_bases(graph, commits.ids, commits.count, &out, &f));
		mark_list(ours, &out);
		ask_git(theirs, name, command);
		assert_memory_equal(ours, theirs, COMMITS);
		must(graph_reaches(graph, &commits.ids[0], &commits.ids[1], &reaches, &f));
		assert_int_equal(reaches,
			sandbox_run(NULL, 0, "git --git-dir %s.git merge-base --is-ancestor %s %s",
				name, oid_text(&commits.ids[1]).hex,
				oid_text(&commits.ids[0]).hex) == 0);
		oid_list_release(&commits);
		oid_list_release(&out);
	}
}

static void compare_with_git(const char *name, int skewed)
{
	struct repo *repo;
	struct graph *graph;

	make_history(name, skewed);
	must(repo_open(&repo, name[0] == 's' ? "skewed.git" : "plain.git", &f));
	must(graph_new(&graph, repo, &f));
	check_ranges(graph, name, 150);
	check_bases(graph, name, 100);
	graph_free(graph);
	repo_free(repo);
}

static void ranges_and_bases_are_those_of_git(void **state)
{
	(void)state;
	seed = 1;
	compare_with_git("plain", 0);
}

static void false_dates_change_nothing_in_small_histories(void **state)
{
	(void)state;
	seed = 2;
	compare_with_git("skewed", 1);
}

static void limits_are_told_of(void **state)
{
	struct repo *repo;
	struct graph *graph;
	struct oid_list tips = { 0 }, hidden = { 0 }, out = { 0 };
	enum graph_end end;

	(void)state;
	must(repo_open(&repo, "plain.git", &f));
	must(graph_new(&graph, repo, &f));
	sandbox_id(&ids[0], "git --git-dir plain.git rev-parse c%d", COMMITS - 1);
	oid_list_add(&tips, &ids[0]);
	graph_limit(graph, 3, NULL);
	must(graph_range(graph, &tips, &hidden, &out, &end, &f));
	assert_int_equal(end, GRAPH_LIMIT);
	oid_list_release(&out);
	graph_limit(graph, 1000, &past);
	must(graph_range(graph, &tips, &hidden, &out, &end, &f));
	assert_int_equal(end, GRAPH_LIMIT);
	oid_list_release(&out);
	oid_list_release(&tips);
	graph_free(graph);
	repo_free(repo);
}

static void a_walk_that_cannot_read_is_a_fault(void **state)
{
	struct repo *repo;
	struct graph *graph;
	struct oid tip, other, first, blob;
	struct oid_list tips = { .ids = &tip, .count = 1 }, hidden = { .ids = &other, .count = 1 };
	struct oid_list out = { 0 };
	enum graph_end end;
	bool reaches;

	(void)state;
	sandbox_do("git init -q broken && cd broken && for i in 1 2 3; do git commit -q "
		   "--allow-empty -m $i; done");
	sandbox_id(&tip, "cd broken && git rev-parse HEAD");
	sandbox_id(&first, "cd broken && git rev-parse HEAD~2");
	sandbox_id(&blob, "cd broken && echo x | git hash-object -w --stdin");
	must(repo_open(&repo, "broken", &f));
	must(graph_new(&graph, repo, &f));
	memset(&other, 7, sizeof(other));
	assert_int_equal(graph_range(graph, &tips, &hidden, &out, &end, &f), -1);
	assert_int_not_equal(end, GRAPH_WHOLE);
	fault_clear(&f);
	other = blob;
	assert_int_equal(graph_range(graph, &tips, &hidden, &out, &end, &f), -1);
	fault_clear(&f);
	graph_free(graph);
	sandbox_do("cd broken/.git/objects && rm -f %.2s/%s", oid_text(&first).hex,
		oid_text(&first).hex + 2);
	must(graph_new(&graph, repo, &f));
	hidden.count = 0;
	assert_int_equal(graph_range(graph, &tips, &hidden, &out, &end, &f), -1);
	assert_int_equal(f.class, FAULT_PUSHER);
	fault_clear(&f);
	assert_int_equal(graph_reaches(graph, &tip, &first, &reaches, &f), -1);
	assert_false(reaches);
	fault_clear(&f);
	oid_list_release(&out);
	graph_free(graph);
	repo_free(repo);
}

static void a_long_way_is_gone_to_its_end(void **state)
{
	struct repo *repo;
	struct graph *graph;
	struct oid main, first, side;
	struct oid_list tips = { .ids = &side, .count = 1 }, hidden = { .ids = &main, .count = 1 };
	struct oid_list out = { 0 };
	enum graph_end end;
	bool reaches;

	(void)state;
	sandbox_do(
		"git init -q --bare -b main long.git && awk 'BEGIN { for (i = 1; i <= 25000; i++) "
		"printf \"commit refs/heads/main\\ncommitter A <a@example.org> %%d +0000\\ndata "
		"0\\n\", 1000000000 + 60 * i }' | git -C long.git fast-import --quiet");
	sandbox_id(&main, "git -C long.git rev-parse main");
	sandbox_id(&first, "git -C long.git rev-list --max-parents=0 main");
	sandbox_id(&side,
		"cd long.git && git -c user.name=A -c user.email=a@example.org commit-tree "
		"-p $(git rev-list --max-parents=0 main) -m side main^{tree}");
	must(repo_open(&repo, "long.git", &f));
	must(graph_new(&graph, repo, &f));
	must(graph_range(graph, &tips, &hidden, &out, &end, &f));
	assert_int_equal(end, GRAPH_WHOLE);
	assert_int_equal(out.count, 1);
	assert_true(oid_equal(&out.ids[0], &side));
	oid_list_release(&out);
	must(graph_reaches(graph, &main, &first, &reaches, &f));
	assert_true(reaches);
	graph_free(graph);
	repo_free(repo);
}

static void only_what_a_push_brings_is_introduced(void **state)
{
	struct repo *repo;
	struct graph *graph;
	struct oid old, tip, third;
	struct oid_list tips = { .ids = &tip, .count = 1 }, hidden = { .ids = &old, .count = 1 };
	struct oid_list out = { 0 };
	enum graph_end end;
	char path[256];

	(void)state;
	sandbox_do("git init -q --bare in.git && git clone -q in.git w 2>/dev/null && cd w && "
		   "for i in 1 2; do git commit -q --allow-empty -m $i; done && git push -q origin "
		   "HEAD:main && "
		   "for i in 3 4; do GIT_COMMITTER_DATE=\"1970-01-02T00:00:00Z\" git commit -q "
		   "--allow-empty -m $i; done && "
		   "mkdir ../in.git/q && git rev-list --objects HEAD~2..HEAD | git pack-objects -q "
		   "../in.git/q/p >/dev/null && "
		   "mkdir ../in.git/q/pack && mv ../in.git/q/p-* ../in.git/q/pack && cd "
		   "../in.git/q/pack && "
		   "for i in *; do mv $i pack-${i#p-}; done");
	sandbox_id(&old, "cd w && git rev-parse HEAD~2");
	sandbox_id(&third, "cd w && git rev-parse HEAD~1");
	sandbox_id(&tip, "cd w && git rev-parse HEAD");
	(void)snprintf(path, sizeof(path), "%s/in.git/q", sandbox_path);
	setenv("GIT_DIR", "in.git", 1);
	setenv("GIT_OBJECT_DIRECTORY", path, 1);
	setenv("GIT_QUARANTINE_PATH", path, 1);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "in.git/objects", 1);
	must(repo_open(&repo, NULL, &f));
	must(graph_new(&graph, repo, &f));
	must(graph_introduced(graph, &tips, &out, &end, &f));
	assert_int_equal(end, GRAPH_WHOLE);
	assert_int_equal(out.count, 2);
	assert_true(oid_equal(&out.ids[0], &third) && oid_equal(&out.ids[1], &tip));
	oid_list_release(&out);
	must(graph_range(graph, &tips, &hidden, &out, &end, &f));
	assert_int_equal(out.count, 2);
	oid_list_release(&out);
	hidden.count = 0;
	must(graph_range(graph, &tips, &hidden, &out, &end, &f));
	assert_int_equal(out.count, 4);
	oid_list_release(&out);
	graph_limit(graph, 1, NULL);
	must(graph_introduced(graph, &tips, &out, &end, &f));
	assert_int_equal(end, GRAPH_LIMIT);
	oid_list_release(&out);
	graph_free(graph);
	repo_free(repo);
	unsetenv("GIT_DIR"), unsetenv("GIT_OBJECT_DIRECTORY"), unsetenv("GIT_QUARANTINE_PATH");
	unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_and_bases_are_those_of_git),
		cmocka_unit_test(false_dates_change_nothing_in_small_histories),
		cmocka_unit_test(limits_are_told_of),
		cmocka_unit_test(a_walk_that_cannot_read_is_a_fault),
		cmocka_unit_test(a_long_way_is_gone_to_its_end),
		cmocka_unit_test(only_what_a_push_brings_is_introduced),
	};

	return cmocka_run_group_tests(tests, sandbox_group, NULL);
}
