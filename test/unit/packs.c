#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "common/git/repo.h"
#include "common/store/delta.h"
#include "common/store/packs.h"
#include "test/sandbox.h"

#define OBJECTS_MAX 4000

static struct oid ids[OBJECTS_MAX];
static size_t count;

static size_t id_len = OID_SHA1; /* of the format at hand */

/* The packs of a repository in the sandbox. */
static struct packs *packs_at(const char *git_dir)
{
	static char path[256];
	static struct alternates folders = { .folders = { path }, .count = 1 };

	(void)snprintf(path, sizeof(path), "%s/%s/objects", sandbox_path, git_dir);
	return packs_new(&folders, id_len);
}

/* Asks git for the ids of all objects. */
static void list_objects(const char *git_dir)
{
	FILE *in;
	char line[OID_HEX_MAX + 2];

	sandbox_do("git -C %s cat-file --batch-all-objects --batch-check='%%(objectname)' >ids",
		git_dir);
	in = fopen("ids", "r");
	assert_non_null(in);
	for (count = 0; fgets(line, sizeof(line), in); count++) {
		line[strcspn(line, "\n")] = '\0';
		assert_true(count < OBJECTS_MAX);
		assert_int_equal(oid_parse(&ids[count], span_of(line)), 0);
	}
	fclose(in);
	assert_true(count > 0);
}

/* The id that an object of these bytes has, by another reckoning than our own. */
static struct oid id_of(const struct stored *object)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	struct oid id = { .len = (unsigned char)id_len };
	char head[64];
	int len = snprintf(
		head, sizeof(head), "%s %zu", object_type_name(object->type), object->size);

	assert_int_equal(EVP_DigestInit(hash, id_len == OID_SHA1 ? EVP_sha1() : EVP_sha256()), 1);
	EVP_DigestUpdate(hash, head, (size_t)len + 1);
	EVP_DigestUpdate(hash, object->data, object->size);
	EVP_DigestFinal(hash, id.hash, NULL);
	EVP_MD_CTX_free(hash);
	return id;
}

/* A history whose files are edited again and again, with a tag. */
static void make_history(void)
{
	sandbox_do("rm -rf *.git && git init -q --bare --object-format=%s history.git && seq 400 "
		   ">numbers && "
		   "{ for i in $(seq 300); do echo commit refs/heads/main; "
		   "echo \"committer C <c@example.org> $((1600000000 + i)) +0000\"; "
		   "printf 'data 2\\nx\\nM 100644 inline empty\\ndata 0\\n'; for file in a d/b; do "
		   "printf 'M 100644 inline %%s\\ndata <<END\\n%%s %%s\\n' $file $file $i; "
		   "cat numbers; echo END; echo; done; done; "
		   "printf 'tag t\\nfrom refs/heads/main\\ntagger C <c@example.org> 1 +0000\\n"
		   "data 1\\nt\\n'; } | git -C history.git fast-import --quiet",
		oid_format(id_len));
}

static void pack_history(const char *name, const char *pack)
{
	sandbox_do("cp -r history.git %s && cd %s && %s", name, name, pack);
	list_objects(name);
}

/* Every object is read, each as what its id says, and its head alone as git tells it. */
static void all_are_read(const char *git_dir, bool backwards)
{
	struct packs *packs = packs_at(git_dir);

	assert_non_null(packs);
	assert_true(packs_are_whole(packs));
	for (size_t i = 0; i < count; i++) {
		const struct oid *id = &ids[backwards ? count - 1 - i : i];
		struct oid computed, ours;
		struct stored *object;
		enum object_type type;
		size_t size;

		assert_int_equal(packs_head(packs, id, &type, &size), STORED_READ);
		assert_int_equal(packs_read(packs, id, SIZE_MAX, &object), STORED_READ);
		assert_true(type == object->type && size == object->size);
		computed = id_of(object);
		ours = stored_id(type, (struct span){ object->data, size }, id_len);
		assert_string_equal(oid_text(&computed).hex, oid_text(id).hex);
		assert_true(oid_equal(&computed, &ours));
		stored_drop(object);
	}
	packs_free(packs);
}

static int count_one(void *context, const struct oid *id)
{
	(void)id;
	++*(size_t *)context;
	return 0;
}

static void every_kind_of_pack_is_read(void)
{
	size_t listed = 0;
	struct packs *packs;

	make_history();
	pack_history("whole.git", "git repack -q -adf --depth=0 && git prune-packed");
	all_are_read("whole.git", false);
	pack_history("deep.git",
		"git repack -q -adf --depth=400 --window=400 && "
		"git verify-pack -v objects/pack/*.idx | grep -q 'chain length = [12]..'");
	all_are_read("deep.git", false);
	all_are_read("deep.git", true);
	packs = packs_at("deep.git");
	assert_int_equal(packs_each(packs, 0, count_one, &listed), 0);
	assert_int_equal(listed, count);
	packs_free(packs);
	pack_history("ids.git", "git -c repack.useDeltaBaseOffset=false repack -q -adf");
	all_are_read("ids.git", false);
	pack_history("big.git", "git -c pack.indexVersion=2 repack -q -adf && "
				"p=$(ls objects/pack/*.pack) && chmod u+w objects/pack/* && "
				"git index-pack --index-version=2,0x40 $p >/dev/null");
	all_are_read("big.git", false);
	pack_history("old.git", "git -c pack.indexVersion=1 repack -q -adf && "
				"! grep -q tOc objects/pack/*.idx");
	all_are_read("old.git", false);
	pack_history("several.git", "git repack -q -adf --max-pack-size=1m --write-bitmap-index "
				    "2>/dev/null; git multi-pack-index write 2>/dev/null");
	all_are_read("several.git", false);
}

static void packs_of_all_kinds_are_read_as_git_reads_them(void **state)
{
	(void)state;
	id_len = OID_SHA256;
	every_kind_of_pack_is_read();
	id_len = OID_SHA1;
	every_kind_of_pack_is_read();
}

static void what_is_too_large_is_not_read(void **state)
{
	struct packs *packs = packs_at("deep.git");

	(void)state;
	list_objects("deep.git");
	for (size_t i = 0; i < count; i++) {
		struct stored *object, *again;

		assert_int_equal(packs_read(packs, &ids[i], SIZE_MAX, &object), STORED_READ);
		assert_int_equal(packs_read(packs, &ids[i], object->size, &again), STORED_READ);
		stored_drop(again);
		if (object->size)
			assert_int_equal(
				packs_read(packs, &ids[i], object->size - 1, &again), STORED_OVER);
		stored_drop(object);
	}
	packs_free(packs);
}

static void what_is_not_in_a_pack_is_left_to_others(void **state)
{
	static const char *const damages[] = {
		"truncate -s -1 $p.idx",
		"truncate -s -1 $p.pack",
		"printf '\\0' | dd of=$p.idx conv=notrunc status=none",
		"printf '\\0' | dd of=$p.pack conv=notrunc status=none",
		"printf '\\3' | dd of=$p.idx bs=1 seek=7 conv=notrunc status=none",
		"printf '\\377' | dd of=$p.idx bs=1 seek=8 conv=notrunc status=none",
		"printf '\\1' | dd of=$p.pack bs=1 seek=8 conv=notrunc status=none",
		": >$p.idx",
		"rm $p.pack",
	};
	struct oid missing = { .hash = { 1 } };
	struct stored *object;
	struct packs *packs = packs_at("deep.git");

	(void)state;
	assert_int_equal(packs_read(packs, &missing, SIZE_MAX, &object), STORED_NONE);
	packs_free(packs);
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		sandbox_do("rm -rf bad.git && cp -r deep.git bad.git && cd bad.git && "
			   "chmod -R u+w objects && p=$(ls objects/pack/*.pack) && p=${p%%.pack} "
			   "&& %s",
			damages[i]);
		packs = packs_at("bad.git");
		assert_non_null(packs);
		for (size_t n = 0; n < count; n++)
			assert_int_equal(
				packs_read(packs, &ids[n], SIZE_MAX, &object), STORED_NONE);
		assert_false(packs_are_whole(packs));
		packs_free(packs);
	}
}

/*
 * Flips one byte after the other: what comes out may be wrong where git's own check would have
 * told, but is whole.
 */
static void damage_is_survived(void **state)
{
	FILE *file;
	char path[256];
	long size;

	(void)state;
	sandbox_do("git init -q --bare small.git && cd small.git && for i in 1 2 3; do "
		   "{ seq 100; echo $i; } | git hash-object -w --stdin; done >/dev/null && "
		   "git cat-file --batch-all-objects --batch-check='%%(objectname)' | "
		   "git pack-objects -q objects/pack/pack && git prune-packed && mv "
		   "objects/pack/*.pack "
		   "objects/pack/pack-1.pack && mv objects/pack/*.idx objects/pack/pack-1.idx && "
		   "chmod u+w objects/pack/*");
	list_objects("small.git");
	(void)snprintf(path, sizeof(path), "small.git/objects/pack/pack-1.pack");
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	for (long at = 12; at < size; at++) {
		struct packs *packs;
		int was;

		assert_int_equal(fseek(file, at, SEEK_SET), 0);
		was = fgetc(file);
		assert_int_equal(fseek(file, at, SEEK_SET), 0);
		(void)fputc(was ^ 1 << at % 8, file);
		assert_int_equal(fflush(file), 0);
		packs = packs_at("small.git");
		for (size_t n = 0; n < count; n++) {
			struct stored *object;

			(void)packs_read(packs, &ids[n], SIZE_MAX, &object);
			assert_true(!object || object->data[object->size] == '\0');
			stored_drop(object);
		}
		packs_free(packs);
		assert_int_equal(fseek(file, at, SEEK_SET), 0);
		(void)fputc(was, file);
	}
	fclose(file);
	all_are_read("small.git", false);
}

static void a_delta_that_does_not_fit_is_refused(void **state)
{
	static const struct {
		const char *delta;
		size_t len;
		const char *outcome; /* NULL: refused */
	} cases[] = {
		{ "\x04\x03\x91\x01\x03", 5, "bcd" }, { "\x04\x05\x90\x04\x01x", 6, "abcdx" },
		{ "\x04\x00", 2, "" }, { "\x04\x03\x91\x02\x03", 5, NULL }, /* beyond the base */
		{ "\x04\x03\x91\x05\x01", 5, NULL },
		{ "\x05\x03\x91\x01\x03", 5, NULL }, /* of another base */
		{ "\x04\x02\x91\x01\x03", 5, NULL }, /* more than it says */
		{ "\x04\x04\x91\x01\x03", 5, NULL }, /* less */
		{ "\x04\x01\x00", 3, NULL },         /* the reserved command */
		{ "\x04\x03\x03xy", 5, NULL },       /* cut */
		{ "\x04\x03\x91\x01", 4, NULL }, { "\x84", 1, NULL }, { "\x04", 1, NULL },
		{ "", 0, NULL }, { "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x01", 11, NULL },
		{ "\x04\x01\x80", 3, NULL }, /* 64 KiB of four bytes */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct delta delta;
		char out[64];
		int result = delta_begin(&delta, (struct span){ cases[i].delta, cases[i].len });

		memset(out, '~', sizeof(out));
		if (result == 0) {
			result = delta_apply(&delta, span_of("abcd"), out);
			assert_true(
				delta.result_size >= sizeof(out) || out[delta.result_size] == '~');
		}
		assert_int_equal(result, cases[i].outcome ? 0 : -1);
		if (cases[i].outcome)
			assert_memory_equal(out, cases[i].outcome, strlen(cases[i].outcome));
	}
}

/*
 * The repository turns to packs when there is much to read, and finds loose objects all the same.
 */
static void a_repository_reads_much_as_it_reads_little(void **state)
{
	struct fault f = { 0 };
	struct oid loose, tip;
	struct repo *repo;

	(void)state;
	sandbox_id(&loose, "cd deep.git && echo loose | git hash-object -w --stdin");
	sandbox_id(&tip, "cd deep.git && git rev-parse main");
	assert_int_equal(repo_open(&repo, "deep.git", &f), 0);
	for (int i = 0; i < 1000; i++) {
		const struct oid missing = { .hash = { 1 } };
		struct object object;
		bool over;

		assert_int_equal(repo_read(repo, &tip, &object, &f), 0);
		assert_int_equal(object.type, OBJECT_COMMIT);
		object_release(&object);
		assert_int_equal(repo_read_within(repo, &loose, 6, &object, &over, &f), 0);
		assert_true(!over && span_is(object.data, "loose\n"));
		object_release(&object);
		assert_int_equal(repo_read_within(repo, &loose, 5, &object, &over, &f), 0);
		assert_true(over);
		object_release(&object);
		assert_int_equal(repo_read_within(repo, &tip, 5, &object, &over, &f), 0);
		assert_true(over);
		object_release(&object);
		assert_int_equal(repo_read(repo, &missing, &object, &f), -1);
		assert_int_equal(f.class, FAULT_PUSHER);
		fault_clear(&f);
	}
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_of_all_kinds_are_read_as_git_reads_them),
		cmocka_unit_test(what_is_too_large_is_not_read),
		cmocka_unit_test(what_is_not_in_a_pack_is_left_to_others),
		cmocka_unit_test(damage_is_survived),
		cmocka_unit_test(a_delta_that_does_not_fit_is_refused),
		cmocka_unit_test(a_repository_reads_much_as_it_reads_little),
	};

	sandbox_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
