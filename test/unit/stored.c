/* Our readers against git: every object of a repository in all the ways it can lie there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "common/git/repo.h"
#include "common/store/cat_file.h"
#include "common/store/loose.h"
#include "test/sandbox.h"

static struct fault f;
static char git_dir[256];

static const size_t formats[] = { OID_SHA1, OID_SHA256 };

static void make(size_t id_len)
{
	sandbox_do("rm -rf r.git w far && git init -q --bare --object-format=%s r.git && "
		   "git init -q --object-format=%s w && cd w && git remote add origin ../r.git && "
		   "mkdir d && seq 5000 >d/long && : >empty && printf x >x && "
		   "head -c 300000 /dev/urandom >noise && "
		   "for n in 4070 4071 4072 4073 4074 4075 4076 4077 4078 4079 4080 4081 4082 4083 "
		   "4084 4085 4086 4087 4088 4089 4090 4091 4092 4093 4094 4095 4096 4097 8192; do "
		   "head -c $n /dev/zero >z$n; head -c $n noise >n$n; done && git add . && git "
		   "commit -qm one && "
		   "git tag -am t t && seq 5001 >d/long && git commit -qam 2 && "
		   "git push -q origin HEAD:refs/heads/main t",
		oid_format(id_len), oid_format(id_len));
	(void)snprintf(git_dir, sizeof(git_dir), "%s/r.git", sandbox_path);
}

/* One object: all three ways to it agree with git's own answer, of which we have the id. */
static void agrees(struct repo *repo, struct cat_file *git, const struct oid *id)
{
	struct object object;
	struct cat_file_head head;
	struct stored *theirs;
	enum object_type type;
	struct oid computed;
	size_t size;
	bool over;

	assert_int_equal(repo_read(repo, id, &object, &f), 0);
	computed = stored_id(object.type, object.data, id->len);
	assert_true(oid_equal(&computed, id));
	assert_int_equal(repo_read_header(repo, id, &type, &size, &f), 0);
	assert_int_equal(cat_file_head(git, id, &head, &f), 0);
	assert_true(type == head.type && size == head.size && size == object.data.len);
	assert_int_equal(cat_file_read(git, id, &theirs, &f), 0);
	assert_true(span_equal(object.data, (struct span){ theirs->data, theirs->size }));
	stored_drop(theirs);
	object_release(&object);
	assert_int_equal(repo_read_within(repo, id, size, &object, &over, &f), 0);
	assert_false(over);
	object_release(&object);
	if (size == 0)
		return;
	assert_int_equal(repo_read_within(repo, id, size - 1, &object, &over, &f), 0);
	assert_true(over && !object.data.data);
}

/* Every object that git knows of. */
static size_t all_agree(void)
{
	char objects[300];
	struct alternates folders = { .folders = { objects }, .count = 1 };
	struct cat_file git = { .git_dir = git_dir, .folders = &folders };
	char line[OID_HEX_MAX + 2];
	struct repo *repo;
	size_t count = 0;
	FILE *in;

	fault_clear(&f);
	(void)snprintf(objects, sizeof(objects), "%s/objects", git_dir);
	sandbox_do("git -C r.git cat-file --batch-all-objects --batch-check='%%(objectname)' >ids");
	in = fopen("ids", "r");
	assert_non_null(in);
	assert_int_equal(repo_open(&repo, git_dir, &f), 0);
	for (; fgets(line, sizeof(line), in); count++) {
		struct oid id;

		line[strcspn(line, "\n")] = '\0';
		assert_int_equal(oid_parse(&id, span_of(line)), 0);
		assert_true(repo_has(repo, &id));
		agrees(repo, &git, &id);
	}
	fclose(in);
	repo_free(repo);
	cat_file_end(&git);
	return count;
}

static void objects_are_read_wherever_they_lie(void **state)
{
	static const char *const ways[] = { "true", "git repack -qad",
		"git repack -qd --no-write-bitmap-index",
		"git repack -qad --cruft && git gc -q --cruft",
		"mkdir -p ../far && rm -rf ../far/objects && mv objects ../far/objects && "
		"mkdir -p objects/info objects/pack && echo ../../far/objects "
		">objects/info/alternates" };

	(void)state;
	for (size_t n = 0; n < 2; n++)
		for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
			make(formats[n]);
			sandbox_do("cd r.git && %s", ways[i]);
			assert_true(all_agree() >= 68);
		}
}

/* What our readers do not understand is read by git. */
static void what_is_odd_is_left_to_git(void **state)
{
	(void)state;
	for (size_t n = 0; n < 2; n++) {
		make(formats[n]);
		sandbox_do(
			"cd r.git && git repack -qad && p=$(ls objects/pack/*.pack) && "
			"chmod u+w $p && printf '\\003' | dd of=$p bs=1 seek=7 conv=notrunc "
			"status=none && head -c -%zu $p >p && { cat p; %ssum p | cut -d' ' -f1 | "
			"perl -ne 'print pack(\"H*\", $1) if /(\\w+)/'; } >$p && "
			"rm -f p objects/pack/*.idx objects/pack/*.rev && git index-pack $p "
			">/dev/null",
			formats[n], oid_format(formats[n]));
		assert_true(all_agree() >= 68);
	}
}

static void what_is_missing_or_broken_is_told(void **state)
{
	struct object object;
	struct repo *repo;
	struct oid id;

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		struct oid missing = { .hash = { 1 }, .len = (unsigned char)formats[n] };
		struct oid other = { .hash = { 1 }, .len = (unsigned char)formats[1 - n] };

		make(formats[n]);
		sandbox_do("rm -rf r.git/objects/pack/*; cp -r w/.git/objects/* r.git/objects/");
		sandbox_id(&id, "git -C r.git rev-parse main:noise");
		sandbox_do("cd r.git/objects/%.2s && chmod u+w * && truncate -s -100 %s",
			oid_text(&id).hex, oid_text(&id).hex + 2);
		assert_int_equal(repo_open(&repo, git_dir, &f), 0);
		assert_int_equal(repo_id_len(repo), formats[n]);
		assert_int_equal(repo_read(repo, &id, &object, &f), -1);
		assert_int_equal(f.class, FAULT_ADMIN);
		fault_clear(&f);
		for (int i = 0; i < 2; i++) {
			sandbox_id(&id, "git -C r.git rev-parse main:%s", i ? "z4090" : "x");
			sandbox_do("cd r.git/objects/%.2s && chmod u+w * && truncate -s -1 %s",
				oid_text(&id).hex, oid_text(&id).hex + 2);
			assert_int_equal(repo_read(repo, &id, &object, &f), -1);
			fault_clear(&f);
			assert_int_equal(repo_read(repo, &id, &object, &f), -1);
			fault_clear(&f);
		}
		assert_int_equal(repo_read(repo, &missing, &object, &f), -1);
		assert_int_equal(f.class, FAULT_PUSHER);
		fault_clear(&f);
		assert_int_equal(repo_read(repo, &other, &object, &f), -1);
		assert_int_equal(f.class, FAULT_PUSHER);
		fault_clear(&f);
		assert_false(repo_has(repo, &missing) || repo_has(repo, &other));
		repo_free(repo);
	}
}

/* A repository that is open finds what git has packed and pruned meanwhile. */
/* A file whose head claims a size that its content has not; none of its ways to be read gives it. */
static void claims(const char *whole, size_t len, bool *told)
{
	struct libdeflate_compressor *deflater = libdeflate_alloc_compressor(6);
	struct oid id = { .hash = { 0xab, 1 }, .len = OID_SHA1 };
	struct loose_reader reader = { 0 };
	struct stored *object;
	enum object_type type;
	char out[8192];
	size_t size;
	FILE *file;

	sandbox_do("mkdir -p odd/ab && rm -f odd/ab/*");
	file = fopen("odd/ab/01000000000000000000000000000000000000", "w");
	assert_non_null(file);
	size = libdeflate_zlib_compress(deflater, whole, len, out, sizeof(out));
	assert_true(size && fwrite(out, 1, size, file) == size && fclose(file) == 0);
	libdeflate_free_compressor(deflater);
	*told = loose_read(&reader, &(struct loose_sought){ "odd", &id, SIZE_MAX }, &object) ==
		STORED_READ;
	stored_drop(object);
	loose_reader_release(&reader);
	(void)loose_head("odd", &id, &type, &size);
}

static void a_size_that_is_not_true_is_odd(void **state)
{
	char large[6001] = "blob 5991";
	bool read;

	(void)state;
	claims("blob 3\0abc", 10, &read);
	assert_true(read);
	claims("blob 2\0abc", 10, &read);
	assert_false(read);
	claims("blob 4\0abc", 10, &read);
	assert_false(read);
	claims("blob 03\0abc", 11, &read);
	assert_false(read);
	claims("blob 3", 6, &read);
	assert_false(read);
	claims(large, sizeof(large), &read);
	assert_true(read);
	claims(large, sizeof(large) - 1, &read);
	assert_false(read);
}

static void what_git_moves_is_found_again(void **state)
{
	struct object object;
	struct repo *repo;
	struct oid first, last;

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		make(formats[n]);
		sandbox_id(&first, "git -C r.git rev-parse main~");
		sandbox_id(&last, "git -C r.git rev-parse main:noise");
		assert_int_equal(repo_open(&repo, git_dir, &f), 0);
		assert_int_equal(repo_read(repo, &first, &object, &f), 0);
		object_release(&object);
		sandbox_do("cd r.git && git repack -qad && git prune-packed && git repack -qadF");
		assert_int_equal(repo_read(repo, &last, &object, &f), 0);
		object_release(&object);
		repo_free(repo);
	}
}

static void what_is_written_git_reads(void **state)
{
	static const char *const texts[] = { "", "x", "hello\n" };
	struct repo *repo;

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		make(formats[n]);
		assert_int_equal(repo_open(&repo, git_dir, &f), 0);
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			struct oid id, theirs;

			assert_int_equal(
				repo_write(repo, OBJECT_BLOB, span_of(texts[i]), &id, &f), 0);
			sandbox_id(&theirs, "printf '%s' | git -C r.git hash-object --stdin",
				texts[i]);
			assert_true(oid_equal(&id, &theirs));
			sandbox_do(
				"cd r.git && test \"$(git cat-file blob %s; echo .)\" = \"$(printf "
				"'%s'; echo .)\" && test \"$(stat -c %%a objects/%.2s/%s)\" = 444",
				oid_text(&id).hex, texts[i], oid_text(&id).hex,
				oid_text(&id).hex + 2);
		}
		repo_free(repo);
		sandbox_do("cd r.git && git fsck --strict");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_read_wherever_they_lie),
		cmocka_unit_test(what_is_odd_is_left_to_git),
		cmocka_unit_test(what_is_missing_or_broken_is_told),
		cmocka_unit_test(a_size_that_is_not_true_is_odd),
		cmocka_unit_test(what_git_moves_is_found_again),
		cmocka_unit_test(what_is_written_git_reads),
	};

	return cmocka_run_group_tests(tests, sandbox_group, NULL);
}
