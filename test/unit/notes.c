#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/history/notes.h"
#include "test/sandbox.h"

static struct fault f;

/* Opens the repository, and the notes of the tree that the command prints. */
static struct repo *open_notes(struct notes *notes, const char *command)
{
	struct repo *repo;

	fault_clear(&f);
	if (repo_open(&repo, "r", &f) < 0)
		fail_msg("%s", f.text);
	*notes = (struct notes){ 0 };
	sandbox_id(&notes->tree, "%s", command);
	return repo;
}

/* The note on the object has to be the text; NULL: there is none. */
static void noted(struct notes *notes, struct repo *repo, const struct oid *id, const char *text)
{
	struct object object = { 0 };
	bool found;

	if (notes_find(notes, repo, id, &object, &found, &f) < 0)
		fail_msg("%s", f.text);
	assert_int_equal(found, text != NULL);
	if (text)
		assert_true(span_is(object.data, text));
	object_release(&object);
}

/* 600 notes on commits, which git spreads over folders. */
static const char fanned_out[] =
	"git init -q r && cd r && who='committer a <a@example.com> 0 +0000' && "
	"{ for n in $(seq 600); do printf 'commit refs/heads/n\nmark :%s\n%s\ndata 0\n\n' $n "
	"\"$who\"; done; "
	"printf 'commit refs/notes/ai\n%s\ndata 0\n' \"$who\"; "
	"for n in $(seq 600); do printf 'N inline :%s\ndata <<.\nnote %s\n.\n' $n $n; done; } | "
	"git fast-import --quiet && git ls-tree refs/notes/ai | grep -q ' tree '";

static void notes_are_found_as_git_fans_them_out(void **state)
{
	struct notes notes;
	struct repo *repo;
	struct oid id, none = { .hash = { 7 } };

	(void)state;
	sandbox_do("%s", fanned_out);
	repo = open_notes(&notes, "cd r && git rev-parse 'refs/notes/ai^{tree}'");
	sandbox_id(&id, "cd r && git rev-parse n~599");
	noted(&notes, repo, &id, "note 1\n");
	sandbox_id(&id, "cd r && git rev-parse n");
	noted(&notes, repo, &id, "note 600\n");
	noted(&notes, repo, &none, NULL);
	notes_release(&notes);
	repo_free(repo);
}

static const char any_folders[] =
	"cd r && b=$(echo flat | git hash-object -w --stdin) && d=$(echo deep | git hash-object -w "
	"--stdin) && "
	"s=$(printf '100644 blob %s\\t%s\\n' $d $(printf 'f%.0s' $(seq 34)) | git mktree) && "
	"s=$(printf '040000 tree %s\\tcc\\n' $s | git mktree) && s=$(printf '040000 tree "
	"%s\\tbb\\n' $s | git mktree) && "
	"{ printf '040000 tree %s\\taa\\n' $s; printf '100644 blob %s\\t%s\\n' $b $(printf 'a%.0s' "
	"$(seq 40)); "
	"printf '100644 blob %s\\tREADME\\n' $b; printf '100644 blob %s\\tzz\\n' $b; } | git "
	"mktree >tree";

static void notes_are_found_in_any_folders(void **state)
{
	struct notes notes;
	struct repo *repo;
	struct oid flat, deep, none = { .hash = { 7 } };

	(void)state;
	sandbox_do("%s", any_folders);
	repo = open_notes(&notes, "cat r/tree");
	assert_int_equal(oid_parse(&flat, span_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")), 0);
	assert_int_equal(oid_parse(&deep, span_of("aabbccffffffffffffffffffffffffffffffffff")), 0);
	noted(&notes, repo, &flat, "flat\n");
	noted(&notes, repo, &deep, "deep\n");
	noted(&notes, repo, &none, NULL);
	notes_release(&notes);
	repo_free(repo);
}

/* A few trees that name each other 256 times each. */
static const char bomb[] = "cd r && s=$(git mktree </dev/null) && for depth in 1 2 3 4; do s=$(for "
			   "a in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do "
			   "for b in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do printf '040000 tree "
			   "%s\\t%s%s\\n' $s $a $b; done; done | "
			   "git mktree); done; echo $s >bomb";

static void folders_that_multiply_are_in_nobodys_way(void **state)
{
	struct oid id = { .hash = { 0xaa } };
	struct notes notes;
	struct repo *repo;

	(void)state;
	sandbox_do("%s", bomb);
	repo = open_notes(&notes, "cat r/bomb");
	for (int i = 0; i < 256; i++) {
		id.hash[1] = (unsigned char)i;
		noted(&notes, repo, &id, NULL);
	}
	assert_true(notes.read < 1000);
	assert_null(notes.why);
	notes_release(&notes);
	repo_free(repo);
}

static const char malformed[] =
	"cd r && b=$(echo x | git hash-object -w --stdin) && h=$(git cat-file blob $b | wc -c) && "
	"{ printf '100644 zz\\000'; printf '%s' $b | sed 's/../\\\\x&/g' | xargs -0 printf; printf "
	"'100644 aa\\000'; printf '%s' $b | sed 's/../\\\\x&/g' | xargs -0 printf; } | git "
	"hash-object -w -t tree --literally --stdin >tree";

static void malformed_trees_name_nobody(void **state)
{
	struct oid id = { .hash = { 0xaa } };
	struct notes notes;
	struct repo *repo;

	(void)state;
	sandbox_do("%s", malformed);
	repo = open_notes(&notes, "cat r/tree");
	noted(&notes, repo, &id, NULL);
	assert_non_null(notes.why);
	notes_release(&notes);
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_are_found_as_git_fans_them_out),
		cmocka_unit_test(notes_are_found_in_any_folders),
		cmocka_unit_test(folders_that_multiply_are_in_nobodys_way),
		cmocka_unit_test(malformed_trees_name_nobody),
	};

	return cmocka_run_group_tests(tests, sandbox_group, NULL);
}
