/*
 * git diff-tree is the oracle for commits of one parent; merges are made by git, honestly or not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "common/history/change.h"
#include "test/sandbox.h"

static struct deadline past = { .at = 0.001 };
static struct fault f;
static struct repo *repo;
static struct graph *graph;
static struct changes changes;
static unsigned seed;

static unsigned rnd(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % below;
}

static void begin(const char *path)
{
	if (repo_open(&repo, path, &f) < 0 || graph_new(&graph, repo, &f) < 0)
		fail_msg("%s", f.text);
	changes = (struct changes){
		.repo = repo, .graph = graph, .limit = 1000000, .blob_limit = 1 << 20
	};
}

static void finish(void)
{
	changes_release(&changes);
	graph_free(graph);
	repo_free(repo);
}

static int add_raw(void *context, const struct change *change, struct fault *fault)
{
	struct buf *out = context;

	(void)fault;
	buf_addf(out, ":%06o %06o %s %s ", change->old.mode, change->new.mode,
		oid_text(&change->old.id).hex, oid_text(&change->new.id).hex);
	buf_addspan(out, change->path);
	return buf_addc(out, '\n');
}

static int add_path(void *context, const struct change *change, struct fault *fault)
{
	struct buf *out = context;

	(void)fault;
	if (out->len)
		buf_addc(out, ' ');
	return buf_addspan(out, change->path);
}

static void run(const char *rev, struct buf *out,
	int (*each)(void *context, const struct change *change, struct fault *f))
{
	struct object object;
	struct commit commit;
	struct oid id;
	const char *why;

	sandbox_id(&id, "git --git-dir '%s' rev-parse '%s'", repo_git_dir(repo), rev);
	if (repo_read(repo, &id, &object, &f) < 0 ||
		commit_parse(&commit, id.len, object.data, &why) < 0 ||
		changes_of(&changes, &commit,
			&(struct change_listener){ .each = each, .context = out }, &f) < 0)
		fail_msg("%s: %s", rev, f.text);
	object_release(&object);
}

/* What the commit did must be just these paths, separated by blanks. */
static void did(const char *rev, const char *paths)
{
	struct buf out = BUF_INIT(1 << 20);

	buf_adds(&out, "");
	run(rev, &out, add_path);
	assert_int_equal(changes.end, CHANGES_WHOLE);
	if (strcmp(out.data, paths) != 0)
		fail_msg("%s did \"%s\", not \"%s\"", rev, out.data, paths);
	buf_release(&out);
}

static void a_commit_of_one_parent_did_what_diff_tree_says(void **state)
{
	static const char *const names[] = { "a", "b", "a.b", "a0", "dir", "x" };
	static const char *const modes[] = { "100644", "100755", "120000", "160000" };
	FILE *import = fopen("random.import", "w");

	(void)state;
	seed = 3;
	for (int i = 0; i < 100; i++) {
		fprintf(import,
			"commit refs/heads/m\nmark :%d\ncommitter C <c@x> %d +0000\ndata 0\n",
			i + 1, i);
		for (unsigned n = rnd(6); n > 0; n--) {
			char path[64] = "";

			for (unsigned depth = 1 + rnd(4); depth > 0; depth--)
				strcat(strcat(path, names[rnd(6)]), depth > 1 ? "/" : "");
			if (rnd(4) == 0)
				fprintf(import, "D %s\n", path);
			else if (rnd(6) == 0)
				fprintf(import, "M 160000 %040x %s\n", rnd(5) + 1, path);
			else
				fprintf(import, "M %s inline %s\ndata 1\n%u\n", modes[rnd(3)], path,
					rnd(5));
		}
	}
	fclose(import);
	sandbox_do("git init -q --bare random.git && git --git-dir random.git fast-import --quiet "
		   "<random.import");
	begin("random.git");
	for (int i = 0; i < 100; i++) {
		static char theirs[65536];
		struct buf out = BUF_INIT(1 << 20);
		char rev[32];

		(void)snprintf(rev, sizeof(rev), "m~%d", i);
		buf_adds(&out, "");
		run(rev, &out, add_raw);
		(void)sandbox_run(theirs, sizeof(theirs),
			"git --git-dir random.git diff-tree --root --no-commit-id -r --no-renames "
			"--raw --no-abbrev %s | "
			"sed 's/ [AMDT]\\t/ /'",
			rev);
		while (out.len && out.data[out.len - 1] == '\n')
			out.data[--out.len] = '\0';
		assert_string_equal(out.data, theirs);
		buf_release(&out);
	}
	finish();
}

/*
 * A repository of two branches that differ: main edits `top` and adds, side edits `end` and others.
 */
#define START                                                                                      \
	"set -e; rm -rf m; git init -q -b main m; cd m; mkdir d e; seq 30 >both; echo 1 >d/mine; " \
	"echo 1 >e/theirs; echo 1 >d/kept; echo x >gone; git add .; git commit -qm base; "         \
	"git checkout -qb side; sed -i s/^2$/two/ both; echo 2 >e/theirs; chmod +x e/theirs; "     \
	"git rm -q gone; echo new >e/new; git add .; git commit -qm side; git checkout -q main; "  \
	"sed -i s/^28$/eight/ both; echo 2 >d/mine; echo new >d/new; git add .; git commit -qm "   \
	"main; "

/* Then two branches that left main at different places, and one more edit on main. */
#define OCTOPUS                                                                             \
	"git checkout -qb early main~1; echo 1 >d/early; git add .; git commit -qm early; " \
	"git checkout -qb late main; echo 1 >d/late; git add .; git commit -qm late; "      \
	"git checkout -q main; echo 3 >d/mine; git commit -qam later; "

static void honest_merges_did_nothing(void **state)
{
	static const char *const merges[] = {
		"git merge -q -m x side",
		"git checkout -q side; git merge -q -m x main",
		/* a back-merge after a merge */
		"git checkout -q side; git merge -q -m x main; echo 3 >e/theirs; git commit -qam "
		"y; git checkout -q main; "
		"git merge -q --no-ff -m z side",
		/* criss-cross: both merge each other, and then again */
		"git branch old; git merge -q -m x side; git checkout -q side; git merge -q -m y "
		"old; "
		"echo 5 >e/theirs; git commit -qam s; git checkout -q main; echo 5 >d/mine; git "
		"commit -qam m; "
		"git merge -q -m z side",
		/* criss-cross with one more edit of the same file on either side */
		"git branch old; git merge -q -m x side; git checkout -q side; git merge -q -m y "
		"old; "
		"sed -i s/^10$/ten/ both; git commit -qam s; git checkout -q main; sed -i "
		"s/^20$/twenty/ both; git commit -qam m; "
		"git merge -q -m z side",
		/* three at once */
		"git checkout -qb third main~1; echo 3 >d/third; git add .; git commit -qm t; git "
		"checkout -q main; "
		"git merge -q -m x side third",
		OCTOPUS "git merge -q -m x early late",
		OCTOPUS "git checkout -q early; git merge -q -m x main late",
		/* one side changes the mode, the other the content */
		"git checkout -q side; chmod +x both; git commit -qam mode; git checkout -q main; "
		"git merge -q -m x side",
		/* not related */
		"git checkout -q --orphan root; git rm -qrf .; echo r >r; git add r; git commit "
		"-qm r; git checkout -q main; "
		"git merge -q --allow-unrelated-histories -m x root",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(merges) / sizeof(merges[0]); i++) {
		sandbox_do(START "%s", merges[i]);
		begin("m");
		did("HEAD", "");
		finish();
	}
}

static void a_merge_did_what_its_parents_do_not_explain(void **state)
{
	static const struct {
		const char *merge, *paths;
	} merges[] = {
		{ "git merge -q -m x side; echo evil >d/kept; git commit -qa --amend --no-edit",
			"d/kept" },
		{ "git merge -q -m x side; echo evil >d/evil; git add .; git commit -qa --amend "
		  "--no-edit",
			"d/evil" },
		{ "git merge -q -m x side; sed -i s/^15$/evil/ both; git commit -qa --amend "
		  "--no-edit",
			"both" },
		{ "git merge -q -s ours -m x side", "both e/new e/theirs gone" },
		{ "git merge -q -m x side; git checkout -q main~2 -- e d/mine; git commit -qa "
		  "--amend --no-edit",
			"d/mine e/theirs" },
		{ "git merge -q -m x side; git checkout -q side~1 -- gone; git commit -qa --amend "
		  "--no-edit",
			"gone" },
		{ "git merge -q -m x side; chmod +x d/kept; git commit -qa --amend --no-edit",
			"d/kept" },
		{ "git merge -q -m x side; chmod -x e/theirs; git commit -qa --amend --no-edit",
			"e/theirs" },
		{ "git merge -q -m x side; rm e/theirs; ln -s y e/theirs; git add -A; git commit "
		  "-qa --amend --no-edit",
			"e/theirs" },
		{ "git merge -q -m x side; rm -r d; echo y >d; git add -A; git commit -qa --amend "
		  "--no-edit",
			"d d/kept d/mine d/new" },
		{ "git checkout -qb third main~1; echo 3 >d/third; git add .; git commit -qm t; "
		  "git checkout -q main; "
		  "git merge -q -m x side third; echo evil >d/third; git commit -qa --amend "
		  "--no-edit",
			"d/third" },
		/* branches that left main at different places, merged at once */
		{ OCTOPUS "git merge -q -m x early late; git checkout -q main~2 -- d/mine; git "
			  "commit -qa --amend --no-edit",
			"d/mine" },
		{ OCTOPUS "git merge -q -m x early late; git checkout -q main~3 -- d/mine; git "
			  "commit -qa --amend --no-edit",
			"d/mine" },
		{ OCTOPUS "git merge -q -m x early late; rm d/late; git commit -qa --amend "
			  "--no-edit",
			"d/late" },
		{ OCTOPUS "git merge -q -m x early late; echo evil >d/kept; git commit -qa --amend "
			  "--no-edit",
			"d/kept" },
		{ OCTOPUS "git update-ref HEAD $(git commit-tree -m x -p main -p early -p late "
			  "main^{tree})",
			"d/early d/late" },
		{ OCTOPUS
			"git checkout -q late; echo l >d/mine; git commit -qam l; git checkout -q "
			"main; git update-ref HEAD $(git commit-tree -m x -p main -p early -p "
			"late main^{tree})",
			"d/early d/late d/mine" },
		{ OCTOPUS "git update-ref HEAD $(git commit-tree -m x -p early -p main -p late "
			  "late^{tree})",
			"d/early d/mine" },
		/* criss-cross, and an old version brought back */
		{ "git branch old; git merge -q -m x side; git checkout -q side; git merge -q -m y "
		  "old; "
		  "echo 5 >e/theirs; git commit -qam s; git checkout -q main; echo 5 >d/mine; git "
		  "commit -qam m; "
		  "git merge -q -m z side; echo 1 >d/mine; git commit -qa --amend --no-edit",
			"d/mine" },
		/* renamed here, edited there: the edit comes to another path */
		{ "git mv e/theirs e/moved; git commit -qm mv; git merge -q -m x side",
			"e/moved e/theirs" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(merges) / sizeof(merges[0]); i++) {
		sandbox_do("(" START "%s) >/dev/null 2>&1", merges[i].merge);
		begin("m");
		did("HEAD", merges[i].paths);
		finish();
	}
}

static void old_is_the_first_parent_that_differs(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	sandbox_do(START "git merge -q -s ours -m x side");
	begin("m");
	buf_adds(&out, "");
	run("HEAD", &out, add_raw);
	assert_non_null(strstr(out.data, ":100755 100644 "));
	assert_non_null(strstr(
		out.data, ":000000 100644 0000000000000000000000000000000000000000 587be6b"));
	buf_release(&out);
	finish();
}

/* A tree of `width` names for the same thing. */
static void repeat(struct oid *id, const char *mode, const struct oid *what, int width)
{
	struct buf raw = BUF_INIT(1 << 20);

	for (int i = 0; i < width; i++) {
		buf_addf(&raw, "%s n%03d", mode, i);
		buf_addc(&raw, '\0');
		buf_add(&raw, what->hash, what->len);
	}
	if (repo_write(repo, OBJECT_TREE, buf_span(&raw), id, &f) < 0)
		fail_msg("%s", f.text);
	buf_release(&raw);
}

static int never(void *context, const struct change *change, struct fault *fault)
{
	(void)context, (void)change, (void)fault;
	fail_msg("told a change over the limit");
	return 0;
}

static int number(void *context, const struct change *change, struct fault *fault)
{
	(void)change, (void)fault;
	++*(size_t *)context;
	return 0;
}

static void what_is_small_is_told_beside_a_bomb(void **state)
{
	const struct oid none = { 0 };
	struct oid bomb, blob, root;
	size_t count = 0;
	struct buf tree = BUF_INIT(4096);

	(void)state;
	sandbox_do("git init -q --bare beside.git");
	begin("beside.git");
	assert_int_equal(repo_write(repo, OBJECT_BLOB, span_of("x"), &blob, &f), 0);
	repeat(&bomb, "100644", &blob, 100);
	for (int i = 0; i < 12; i++)
		repeat(&bomb, "40000", &bomb, 100);
	buf_add(&tree, "40000 a", 8);
	buf_add(&tree, bomb.hash, bomb.len);
	buf_add(&tree, "100644 token", 13);
	buf_add(&tree, blob.hash, blob.len);
	assert_int_equal(repo_write(repo, OBJECT_TREE, buf_span(&tree), &root, &f), 0);
	changes.limit = 1000;
	assert_int_equal(
		changes_between(&changes, &none, &root,
			&(struct change_listener){ .each = number, .context = &count }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_LIMIT);
	assert_int_equal(count, 1);
	assert_true(changes.passed > 0 && changes.where[0] == 'a');
	buf_release(&tree);
	finish();
}

static void of_too_much_is_told_what_fits(void **state)
{
	const struct oid none = { 0 };
	struct oid bomb, empty, other;
	size_t count = 0;

	(void)state;
	sandbox_do("git init -q --bare bomb.git");
	begin("bomb.git");
	assert_int_equal(repo_write(repo, OBJECT_BLOB, span_of("x"), &bomb, &f), 0);
	repeat(&other, "100644", &bomb, 10);
	changes.limit = 25;
	assert_int_equal(
		changes_between(&changes, &none, &other,
			&(struct change_listener){ .each = number, .context = &count }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_WHOLE);
	assert_int_equal(count, 10);
	assert_int_equal(changes.limit, 15);
	repeat(&other, "40000", &other, 2);
	count = 0;
	assert_int_equal(
		changes_between(&changes, &none, &other,
			&(struct change_listener){ .each = number, .context = &count }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_LIMIT);
	assert_int_equal(count, 15);
	assert_int_equal(changes.limit, 15); /* what is over it uses nothing up */
	assert_int_equal(changes.passed, 5);
	changes.limit = 1000000;
	repeat(&bomb, "100644", &bomb, 100);
	for (int i = 0; i < 5; i++)
		repeat(&bomb, "40000", &bomb, 100);
	assert_int_equal(changes_between(&changes, &none, &bomb,
				 &(struct change_listener){ .each = never, .context = NULL }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_LIMIT);
	repeat(&empty, "40000", &none, 0);
	for (int i = 0; i < 9; i++)
		repeat(&empty, "40000", &empty, 100);
	assert_int_equal(changes_between(&changes, &none, &empty,
				 &(struct change_listener){ .each = never, .context = NULL }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_WHOLE);
	for (int i = 0; i < 2000; i++)
		repeat(&other, "40000", &other, 1);
	assert_int_equal(changes_between(&changes, &none, &other,
				 &(struct change_listener){ .each = never, .context = NULL }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_LIMIT);
	changes.deadline = &past;
	assert_int_equal(changes_between(&changes, &none, &bomb,
				 &(struct change_listener){ .each = never, .context = NULL }, &f),
		-1);
	assert_int_equal(f.class, FAULT_LIMIT);
	fault_clear(&f);
	finish();
}

static void malformed_trees_are_told_of(void **state)
{
	const struct oid none = { 0 };
	struct oid blob, bad, outer;
	struct buf raw = BUF_INIT(1024);

	(void)state;
	begin("bomb.git");
	assert_int_equal(repo_write(repo, OBJECT_BLOB, span_of("x"), &blob, &f), 0);
	buf_adds(&raw, "40000 .git");
	buf_addc(&raw, '\0');
	buf_add(&raw, blob.hash, blob.len);
	assert_int_equal(repo_write(repo, OBJECT_TREE, buf_span(&raw), &bad, &f), 0);
	repeat(&outer, "40000", &bad, 1);
	assert_int_equal(changes_between(&changes, &none, &outer,
				 &(struct change_listener){ .each = never, .context = NULL }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_MALFORMED);
	assert_string_equal(changes.where, "n000");
	assert_non_null(changes.why);
	repeat(&outer, "40000", &blob, 1);
	assert_int_equal(changes_between(&changes, &none, &outer,
				 &(struct change_listener){ .each = never, .context = NULL }, &f),
		0);
	assert_int_equal(changes.end, CHANGES_MALFORMED);
	blob.hash[0]++;
	repeat(&outer, "40000", &blob, 1);
	assert_int_equal(changes_between(&changes, &none, &outer,
				 &(struct change_listener){ .each = never, .context = NULL }, &f),
		-1);
	fault_clear(&f);
	buf_release(&raw);
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_commit_of_one_parent_did_what_diff_tree_says),
		cmocka_unit_test(honest_merges_did_nothing),
		cmocka_unit_test(a_merge_did_what_its_parents_do_not_explain),
		cmocka_unit_test(old_is_the_first_parent_that_differs),
		cmocka_unit_test(of_too_much_is_told_what_fits),
		cmocka_unit_test(what_is_small_is_told_beside_a_bomb),
		cmocka_unit_test(malformed_trees_are_told_of),
	};

	return cmocka_run_group_tests(tests, sandbox_group, NULL);
}
