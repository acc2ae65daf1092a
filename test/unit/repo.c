#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/git/refname.h"
#include "common/git/repo.h"
#include "common/store/packed_refs.h"
#include "test/sandbox.h"

static struct fault f;

static struct repo *open_at(const char *path)
{
	struct repo *repo;

	fault_clear(&f);
	if (repo_open(&repo, path, &f) < 0)
		fail_msg("%s", f.text);
	return repo;
}

/* Opening must fail with these words in the fault. */
static void refused(const char *path, const char *words)
{
	struct repo *repo;

	fault_clear(&f);
	assert_int_equal(repo_open(&repo, path, &f), -1);
	assert_null(repo);
	assert_int_equal(f.class, FAULT_ADMIN);
	if (!strstr(f.text, words))
		fail_msg("\"%s\" is not in: %s", words, f.text);
}

static void objects_are_read_as_they_are(void **state)
{
	struct repo *repo;
	struct object object;
	struct oid blob, commit, missing = { .hash = { 1 } };
	enum object_type type;
	size_t size;
	bool found;

	(void)state;
	sandbox_do("git init -q a && cd a && mkdir d && printf hello >d/f && ln -s f d/l && git "
		   "add . && git commit -qm 1");
	sandbox_id(&blob, "cd a && git rev-parse HEAD:d/f");
	sandbox_id(&commit, "cd a && git rev-parse HEAD");
	repo = open_at("a/d");
	assert_int_equal(repo_read(repo, &blob, &object, &f), 0);
	assert_int_equal(object.type, OBJECT_BLOB);
	assert_true(span_is(object.data, "hello"));
	object_release(&object);
	assert_int_equal(repo_read_header(repo, &commit, &type, &size, &f), 0);
	assert_int_equal(type, OBJECT_COMMIT);
	assert_true(repo_has(repo, &blob) && repo_had(repo, &blob) && !repo_has(repo, &missing));
	assert_int_equal(repo_read(repo, &missing, &object, &f), -1);
	assert_int_equal(f.class, FAULT_PUSHER);
	fault_clear(&f);
	assert_int_equal(repo_blob_at(repo, &commit, "d/f", &object, &found, &f), 0);
	assert_true(found && span_is(object.data, "hello"));
	object_release(&object);
	for (const char *const *path =
			(const char *const[]){ "d", "d/x", "d/f/x", "x", "d/l", "", NULL };
		*path; path++) {
		assert_int_equal(repo_blob_at(repo, &commit, *path, &object, &found, &f), 0);
		assert_false(found);
	}
	repo_free(repo);
}

static void what_cannot_be_read_is_refused(void **state)
{
	static const struct {
		const char *command, *words;
	} cases[] = {
		{ "echo 0123456789012345678901234567890123456789 >shallow", "shallow" },
		{ "mkdir -p info && echo x >info/grafts", "grafts" },
		{ "git config core.repositoryformatversion 2", "format version 2" },
		{ "git config extensions.objectFormat sha256", "extensions.objectformat = sha256" },
		{ "git config extensions.refStorage reftable", "reftable" },
		{ "git config extensions.partialClone origin", "partialclone" },
		{ "git config extensions.whatever 1", "whatever" },
		{ "echo /nonexistent/objects >objects/info/alternates", "/nonexistent/objects" },
		{ "echo '[x' >config", "config" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sandbox_do("rm -rf bad.git && git init -q --bare bad.git && cd bad.git && %s",
			cases[i].command);
		refused("bad.git", cases[i].words);
	}
	refused("/nonexistent", "no git repository");
	sandbox_do("rm -rf bad.git && git init -q --bare bad.git && cd bad.git && >shallow && "
		   "git config core.repositoryformatversion 1 && git config "
		   "extensions.objectFormat sha1 && "
		   "git config extensions.worktreeConfig true");
	repo_free(open_at("bad.git"));
	assert_int_equal(unsetenv("GIT_DIR"), 0);
	refused(NULL, "GIT_DIR");
}

static void quarantine_is_told_from_what_was_there(void **state)
{
	struct repo *repo;
	struct oid old, new, written;
	char path[256];

	(void)state;
	sandbox_do("git init -q --bare 'q:u\"o.git' && cd 'q:u\"o.git' && mkdir quarantine");
	sandbox_id(&old, "cd 'q:u\"o.git' && echo old | git hash-object -w --stdin");
	sandbox_id(&new, "cd 'q:u\"o.git' && echo new | GIT_OBJECT_DIRECTORY=quarantine git "
			 "hash-object -w --stdin");
	(void)snprintf(path, sizeof(path), "%s/q:u\"o.git", sandbox_path);
	setenv("GIT_DIR", path, 1);
	(void)snprintf(path, sizeof(path), "%s/q:u\"o.git/quarantine", sandbox_path);
	setenv("GIT_OBJECT_DIRECTORY", path, 1);
	setenv("GIT_QUARANTINE_PATH", path, 1);
	(void)snprintf(path, sizeof(path), "\"%s/q\\072u\\\"o.git/objects\"", sandbox_path);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", path, 1);
	repo = open_at(NULL);
	assert_true(repo_in_quarantine(repo));
	assert_true(repo_has(repo, &old) && repo_had(repo, &old));
	assert_true(repo_has(repo, &new) && !repo_had(repo, &new));
	assert_int_equal(repo_write(repo, OBJECT_BLOB, span_of("x"), &written, &f), 0);
	assert_true(repo_has(repo, &written) && !repo_had(repo, &written));
	sandbox_do("test -f \"$GIT_OBJECT_DIRECTORY\"/%.2s/%s", oid_text(&written).hex,
		oid_text(&written).hex + 2);
	repo_free(repo);
	setenv("GIT_QUARANTINE_PATH", sandbox_path, 1);
	refused(NULL, "GIT_QUARANTINE_PATH");
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nonexistent", 1);
	refused(NULL, "/nonexistent");
	for (const char *const *name = (const char *const[]){ "GIT_DIR", "GIT_OBJECT_DIRECTORY",
		     "GIT_QUARANTINE_PATH", "GIT_ALTERNATE_OBJECT_DIRECTORIES", NULL };
		*name; name++)
		unsetenv(*name);
}

static void alternates_are_read_as_git_does(void **state)
{
	struct repo *repo;
	struct oid far, near;

	(void)state;
	sandbox_do("git init -q --bare far.git && git init -q --bare near.git && git init -q "
		   "--bare here.git");
	sandbox_do("echo ../../far.git/objects >near.git/objects/info/alternates");
	sandbox_do("printf '# comment\\n\"../../\\156ear.git/objects\"\\n' "
		   ">here.git/objects/info/alternates");
	sandbox_id(&far, "echo far | git --git-dir far.git hash-object -w --stdin");
	sandbox_id(&near, "echo near | git --git-dir near.git hash-object -w --stdin");
	repo = open_at("here.git");
	assert_true(repo_has(repo, &far) && repo_has(repo, &near));
	repo_free(repo);
	sandbox_do("for i in 1 2 3 4 5 6 7 8; do git init -q --bare c$i.git && "
		   "echo ../../c$((i+1)).git/objects >c$i.git/objects/info/alternates; done; mkdir "
		   "-p c9.git/objects");
	refused("c1.git", "too deep");
}

static void refs_are_read_and_not_followed(void **state)
{
	struct repo *repo;
	struct ref_value value;
	struct oid one;
	char *branch;

	(void)state;
	sandbox_do("git init -q -b main r && cd r && git commit -q --allow-empty -m 1 && git "
		   "branch packed && "
		   "git tag -am t annotated && git pack-refs --all && git branch loose && "
		   "git symbolic-ref refs/heads/alias refs/heads/main && ln -s refs/heads/main "
		   ".git/refs/heads/link");
	sandbox_id(&one, "cd r && git rev-parse HEAD");
	repo = open_at("r");
	for (const char *const *name = (const char *const[]){ "refs/heads/main",
		     "refs/heads/packed", "refs/heads/loose", NULL };
		*name; name++) {
		assert_int_equal(repo_ref(repo, *name, &value, &f), 0);
		assert_int_equal(value.kind, REF_DIRECT);
		assert_true(oid_equal(&value.id, &one));
	}
	for (const char *const *name = (const char *const[]){ "refs/heads/alias", "refs/heads/link",
		     "HEAD", NULL };
		*name; name++) {
		assert_int_equal(repo_ref(repo, *name, &value, &f), 0);
		assert_int_equal(value.kind, REF_SYMBOLIC);
		assert_string_equal(value.target, "refs/heads/main");
		free(value.target);
	}
	for (const char *const *name = (const char *const[]){ "refs/heads/none", "refs/heads",
		     "refs/heads/main/x", "refs/tags/a", NULL };
		*name; name++) {
		assert_int_equal(repo_ref(repo, *name, &value, &f), 0);
		assert_int_equal(value.kind, REF_ABSENT);
	}
	for (const char *const *name =
			(const char *const[]){ "", "main", "refs/../config", "refs/heads/",
				"refs/heads/a.lock", "config", "refs//heads", "ORIG_HEAD", NULL };
		*name; name++) {
		assert_int_equal(repo_ref(repo, *name, &value, &f), -1);
		assert_int_equal(f.class, FAULT_PUSHER);
		fault_clear(&f);
	}
	assert_int_equal(repo_head_branch(repo, &branch, &f), 0);
	assert_string_equal(branch, "refs/heads/main");
	free(branch);
	sandbox_do("cd r && git symbolic-ref refs/heads/master refs/heads/main && git symbolic-ref "
		   "HEAD refs/heads/master");
	assert_int_equal(repo_head_branch(repo, &branch, &f), 0);
	assert_string_equal(branch, "refs/heads/main");
	free(branch);
	for (const char *const *head =
			(const char *const[]){ "refs/tags/a", "refs/heads/round", NULL };
		*head; head++) {
		sandbox_do("cd r && git symbolic-ref refs/heads/round refs/heads/round && printf "
			   "'ref: %s\\n' >.git/HEAD",
			*head);
		assert_int_equal(repo_head_branch(repo, &branch, &f), -1);
		assert_null(branch);
		fault_clear(&f);
	}
	sandbox_do("cd r && printf 'ref: refs/heads/main\\n' >.git/HEAD && rm "
		   ".git/refs/heads/round .git/refs/heads/master");
	for (const char *const *text = (const char *const[]){ "", "x",
		     "ref:", "0000000000000000000000000000000000000000", NULL };
		*text; text++) {
		sandbox_do("printf '%s\\n' >r/.git/refs/heads/broken", *text);
		assert_int_equal(repo_ref(repo, "refs/heads/broken", &value, &f), -1);
		assert_int_equal(f.class, FAULT_ADMIN);
		fault_clear(&f);
	}
	repo_free(repo);
}

static int list_ref(void *context, const char *name, const struct oid *id)
{
	FILE *out = context;

	fprintf(out, "%s %s\n", oid_text(id).hex, name);
	return 0;
}

static int ignore(void *context, const char *name, const struct oid *id)
{
	(void)context, (void)name, (void)id;
	return 0;
}

static int stop(void *context, const char *name, const struct oid *id)
{
	(void)context, (void)name, (void)id;
	return 7;
}

static void listed_refs_are_those_of_for_each_ref(void **state)
{
	static const char *const prefixes[] = { "refs/", "refs/heads/", "refs/heads/n/1",
		"refs/tags/", "refs/x", "refs/heads/n/", "refs/heads/n/1/", "refs/heads/none/",
		"refs//heads/", "refs/heads" };
	struct repo *repo;

	(void)state;
	sandbox_do("git init -q -b main l && cd l && git commit -q --allow-empty -m 1 && "
		   "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do git branch n/$i; git tag -am $i t$i; "
		   "done && "
		   "git pack-refs --all && git commit -q --allow-empty -m 2 && git branch -f n/3 "
		   "&& git branch new && "
		   "git tag -d t5 >/dev/null && git pack-refs && git branch -f n/4 && "
		   ">.git/refs/heads/x.lock && mkdir .git/refs/heads/empty");
	repo = open_at("l");
	for (int sorted = 1; sorted >= 0; sorted--) {
		for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
			FILE *out = fopen("ours", "w");

			assert_int_equal(repo_refs(repo, prefixes[i], list_ref, out, &f), 0);
			fclose(out);
			sandbox_do("cd l && git for-each-ref --format='%%(objectname) %%(refname)' "
				   "| grep ' %s' | sort >../theirs; "
				   "sort ../ours | cmp - ../theirs",
				prefixes[i]);
		}
		assert_int_equal(repo_refs(repo, "refs/", stop, NULL, &f), 7);
		/* the second time as git-new-workdir has it */
		sandbox_do("cd l/.git && sed 1d packed-refs >p && mv p packed-refs && "
			   "if [ ! -L refs ]; then mv refs elsewhere && ln -s elsewhere refs; fi");
	}
	sandbox_do("ln -s n l/.git/refs/heads/link");
	assert_int_equal(repo_refs(repo, "refs/heads/link/", stop, NULL, &f), 0);
	sandbox_do("cd l/.git && echo junk >>packed-refs");
	assert_int_equal(repo_refs(repo, "refs/", ignore, NULL, &f), -1);
	fault_clear(&f);
	repo_free(repo);
}

static void a_ref_is_found_among_many(void **state)
{
	struct repo *repo;
	char name[64];

	(void)state;
	sandbox_do(
		"git init -q --bare m.git && awk 'BEGIN { print \"# pack-refs with: peeled "
		"fully-peeled sorted \"; "
		"for (i = 0; i < 1000; i++) { printf \"%%040x refs/heads/%%06d\\n\", i + 1, i * 2; "
		"if (i %% 3 == 0) printf \"^%%040x\\n\", i + 7 } }' >m.git/packed-refs");
	repo = open_at("m.git");
	for (int i = -1; i <= 2000; i++) {
		struct ref_value value;
		char hex[64];

		(void)snprintf(name, sizeof(name), "refs/heads/%06d", i);
		(void)snprintf(hex, sizeof(hex), "%040x", i / 2 + 1);
		assert_int_equal(repo_ref(repo, name, &value, &f), 0);
		assert_int_equal(
			value.kind, i >= 0 && i < 2000 && i % 2 == 0 ? REF_DIRECT : REF_ABSENT);
		if (value.kind == REF_DIRECT)
			assert_string_equal(oid_text(&value.id).hex, hex);
	}
	repo_free(repo);
}

static void names_of_refs_are_what_git_takes(void **state)
{
	static const char *const names[] = { "refs/heads/a", "refs/a", "refs/heads/.a",
		"refs/heads/a.", "refs/heads/a..b", "refs/heads/a.lock", "refs/heads/a.lock/b",
		"refs/heads/@{", "refs/heads/@", "refs/heads/a~1", "refs/heads/a^",
		"refs/heads/a:b", "refs/heads/a?", "refs/heads/a*", "refs/heads/[a",
		"refs/heads/a\\b", "refs/heads/a b", "refs/heads/a\tb", "refs/heads/a\x7f",
		"refs/heads/\xff", "refs/heads/a//b", "refs/heads/a/", "/refs/heads/a",
		"refs/heads/-a", "refs/heads/a.b", "refs/heads/a@b", "refs/heads/{a",
		"refs/heads/a;b'c\"d$e", "refs/" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		setenv("NAME", names[i], 1);
		assert_int_equal(refname_is_valid(span_of(names[i])),
			sandbox_run(NULL, 0, "git check-ref-format \"$NAME\"") == 0);
	}
	assert_false(refname_is_valid(span_of("HEAD")));
	assert_false(refname_is_valid(span_of("")));
}

static void contents_are_merged_as_git_does(void **state)
{
	struct oid base, ours, theirs, merged, clash;
	struct repo *repo;
	bool same;

	(void)state;
	sandbox_do("git init -q --bare g.git && seq 20 >base && sed s/^3$/three/ base >ours && "
		   "sed s/^17$/x/ base >theirs && sed s/^3$/drei/ base >clash");
	sandbox_id(&base, "git --git-dir g.git hash-object -w base");
	sandbox_id(&ours, "git --git-dir g.git hash-object -w ours");
	sandbox_id(&theirs, "git --git-dir g.git hash-object -w theirs");
	sandbox_id(&clash, "git --git-dir g.git hash-object -w clash");
	sandbox_id(&merged,
		"git merge-file -p ours base theirs | git --git-dir g.git hash-object -w --stdin");
	repo = open_at("g.git");
	assert_int_equal(repo_merge_is(repo,
				 &(struct repo_merge){ &base, &ours, &theirs, &merged, NULL, NULL },
				 &same, &f),
		0);
	assert_true(same);
	assert_int_equal(repo_merge_is(repo,
				 &(struct repo_merge){ &base, &ours, &theirs, &ours, NULL, NULL },
				 &same, &f),
		0);
	assert_false(same);
	assert_int_equal(
		repo_merge_is(repo, &(struct repo_merge){ &base, &ours, &clash, &ours, NULL, NULL },
			&same, &f),
		0);
	assert_false(same);
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_read_as_they_are),
		cmocka_unit_test(what_cannot_be_read_is_refused),
		cmocka_unit_test(quarantine_is_told_from_what_was_there),
		cmocka_unit_test(alternates_are_read_as_git_does),
		cmocka_unit_test(refs_are_read_and_not_followed),
		cmocka_unit_test(listed_refs_are_those_of_for_each_ref),
		cmocka_unit_test(a_ref_is_found_among_many),
		cmocka_unit_test(names_of_refs_are_what_git_takes),
		cmocka_unit_test(contents_are_merged_as_git_does),
	};

	return cmocka_run_group_tests(tests, sandbox_group, NULL);
}
