/*
 * The tree of RFC 6962, signed notes and proofs.  Roots and proofs of small trees are compared with
 * those of the definition, computed here by recursion over all leaves; the roots of eight known
 * leaves and the signed note are published ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "common/tlog/checkpoint.h"

#define LEAVES 200

static struct merkle_hash leaves[LEAVES], kept[2 * LEAVES + 64];
static uint64_t kept_count;

static int read_kept(void *context, uint64_t place, struct merkle_hash *out)
{
	(void)context;
	if (place >= kept_count)
		return -1;
	*out = kept[place];
	return 0;
}

static const struct merkle_store store = { .read = read_kept };

static void grow(void)
{
	for (uint64_t i = 0; i < LEAVES; i++) {
		struct merkle_proof added;
		char entry[16];

		snprintf(entry, sizeof(entry), "leaf %llu", (unsigned long long)i);
		merkle_leaf(span_of(entry), &leaves[i]);
		assert_int_equal(kept_count, merkle_kept(i));
		assert_int_equal(0, merkle_add(&store, i, &leaves[i], &added));
		memcpy(kept + kept_count, added.hashes, added.count * sizeof(kept[0]));
		kept_count += added.count;
	}
}

/* MTH as the RFC defines it. */
static struct merkle_hash root_of(uint64_t from, uint64_t to)
{
	unsigned char bytes[65] = { 1 };
	struct merkle_hash out, part;
	uint64_t k = 1;

	if (to - from == 1)
		return leaves[from];
	while (2 * k < to - from)
		k *= 2;
	part = root_of(from, from + k);
	memcpy(bytes + 1, part.bytes, 32);
	part = root_of(from + k, to);
	memcpy(bytes + 33, part.bytes, 32);
	assert_int_equal(1, EVP_Digest(bytes, 65, out.bytes, NULL, EVP_sha256(), NULL));
	return out;
}

static struct merkle_head head_of(uint64_t size)
{
	struct merkle_head head = { .size = size };

	assert_int_equal(0, merkle_root(&store, size, &head.root));
	return head;
}

static void test_roots(void **state)
{
	struct merkle_frontier frontier = { 0 };
	struct merkle_hash root;

	(void)state;
	for (uint64_t size = 1; size <= LEAVES; size++) {
		struct merkle_head head = head_of(size);
		struct merkle_hash expected = root_of(0, size);

		assert_true(merkle_equal(&head.root, &expected));
		merkle_frontier_add(&frontier, &leaves[size - 1]);
		merkle_frontier_root(&frontier, &root);
		assert_true(merkle_equal(&root, &expected));
	}
}

static void test_inclusion(void **state)
{
	struct merkle_proof proof;

	(void)state;
	for (uint64_t size = 1; size <= LEAVES; size += size < 20 ? 1 : 13) {
		struct merkle_head head = head_of(size);

		for (uint64_t i = 0; i < size; i++) {
			assert_int_equal(0, merkle_inclusion(&store, i, size, &proof));
			assert_true(merkle_includes(&head, i, &leaves[i], &proof));
			assert_false(merkle_includes(&head, i, &leaves[i + 1], &proof));
			assert_false(merkle_includes(&head, i ^ 1, &leaves[i], &proof) && size > 1);
			proof.count++;
			assert_false(merkle_includes(&head, i, &leaves[i], &proof));
			proof.count -= proof.count > 1 ? 2 : 1;
			assert_true(size == 1 || !merkle_includes(&head, i, &leaves[i], &proof));
		}
		assert_int_equal(-1, merkle_inclusion(&store, size, size, &proof));
	}
}

static void test_consistency(void **state)
{
	struct merkle_proof proof;

	(void)state;
	for (uint64_t size = 1; size <= LEAVES; size += size < 20 ? 1 : 11) {
		struct merkle_head head = head_of(size);

		for (uint64_t before = 1; before <= size; before++) {
			struct merkle_head earlier = head_of(before), other = head_of(before);

			assert_int_equal(0, merkle_consistency(&store, before, size, &proof));
			assert_true(merkle_extends(&head, &earlier, &proof));
			other.root.bytes[3] ^= 1;
			assert_false(merkle_extends(&head, &other, &proof));
			if (proof.count) {
				proof.hashes[proof.count - 1].bytes[0] ^= 1;
				assert_false(merkle_extends(&head, &earlier, &proof));
				proof.hashes[proof.count - 1].bytes[0] ^= 1;
				proof.count--;
				assert_false(merkle_extends(&head, &earlier, &proof));
			}
		}
		assert_int_equal(-1, merkle_consistency(&store, size + 1, size, &proof));
	}
}

static void to_hex(const struct merkle_hash *hash, char hex[65])
{
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash->bytes[i]);
}

/* The eight leaves, and their roots, with which implementations of Certificate Transparency are
 * tested. */
static void test_published_roots(void **state)
{
	static const struct span entries[] = { { "", 0 }, { "\0", 1 }, { "\x10", 1 },
		{ "\x20\x21", 2 }, { "\x30\x31", 2 }, { "\x40\x41\x42\x43", 4 },
		{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8 },
		{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16 } };
	static const char *const roots[] = {
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	};
	struct merkle_hash before[8], root;
	char hex[65];

	(void)state;
	memcpy(before, leaves, sizeof(before));
	for (int i = 0; i < 8; i++)
		merkle_leaf(entries[i], &leaves[i]);
	for (unsigned i = 0; i < 8; i++) {
		root = root_of(0, i + 1);
		to_hex(&root, hex);
		assert_string_equal(roots[i], hex);
	}
	memcpy(leaves, before, sizeof(before));
	assert_int_equal(0, merkle_root(&store, 0, &root));
	to_hex(&root, hex);
	assert_string_equal(
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex);
}

/* The note that the documentation of Go's package has. */
static void test_published_note(void **state)
{
	static const char text[] =
		"If you think cryptography is the answer to your problem,\n"
		"then you don't know what your problem is.\n\n"
		"\xe2\x80\x94 PeterNeumann "
		"x08go/ZJkuBS9UG/"
		"SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
	static const char written[] =
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
	struct buf again = BUF_INIT(200);
	struct fault f = { 0 };
	struct note_key key;
	struct note note;
	uint64_t time;
	char altered[sizeof(text)];

	(void)state;
	assert_int_equal(0, note_key_read(&key, span_of(written), &f));
	assert_int_equal(0, note_key_write(&again, &key));
	assert_string_equal(written, again.data);
	buf_release(&again);
	assert_int_equal(0, note_read(&note, span_of(text), &f));
	assert_int_equal(NOTE_GOOD, note_verify(&note, &key, &time));
	memcpy(altered, text, sizeof(text));
	altered[3] = 'Y';
	assert_int_equal(0, note_read(&note, span_of(altered), &f));
	assert_int_equal(NOTE_BAD, note_verify(&note, &key, &time));
	key.id[0] ^= 1;
	assert_int_equal(NOTE_ABSENT, note_verify(&note, &key, &time));
}

/* Each byte of a note changed: it is refused, or its signature does not count any more. */
static void test_altered_notes(void **state)
{
	static const unsigned char log_secret[32] = { 1 }, witness_secret[32] = { 2 };
	unsigned char log_public[32], witness_public[32];
	struct checkpoint checkpoint = { .origin = "git.example.com/1", .tree = head_of(77) },
			  read = { 0 };
	struct buf note_bytes = BUF_INIT(NOTE_MAX), text = BUF_INIT(1000);
	struct note_key log_key, witness;
	struct fault f = { 0 };
	struct note note;
	uint64_t time;

	(void)state;
	assert_int_equal(0, note_public(log_secret, log_public));
	assert_int_equal(0, note_public(witness_secret, witness_public));
	assert_int_equal(
		0, note_key_make(&log_key, "git.example.com/1", NOTE_SIGNED, log_public, &f));
	assert_int_equal(
		0, note_key_make(&witness, "w.example.org", NOTE_COSIGNED, witness_public, &f));
	assert_int_equal(0, checkpoint_write(&text, &checkpoint));
	buf_addspan(&note_bytes, buf_span(&text));
	buf_addc(&note_bytes, '\n');
	assert_int_equal(0, note_sign(&note_bytes, buf_span(&text), &log_key, log_secret, 0));
	assert_int_equal(
		0, note_sign(&note_bytes, buf_span(&text), &witness, witness_secret, 1796000000));
	assert_int_equal(0, note_read(&note, buf_span(&note_bytes), &f));
	assert_int_equal(NOTE_GOOD, note_verify(&note, &log_key, &time));
	assert_int_equal(NOTE_GOOD, note_verify(&note, &witness, &time));
	assert_int_equal(1796000000, time);
	assert_int_equal(0, checkpoint_read(&read, note.text, &f));
	assert_memory_equal(&checkpoint, &read, sizeof(read));
	for (size_t i = 0; i < note_bytes.len; i++) {
		bool both;

		note_bytes.data[i] ^= 1;
		both = note_read(&note, buf_span(&note_bytes), &f) == 0 &&
		       note_verify(&note, &log_key, &time) == NOTE_GOOD &&
		       note_verify(&note, &witness, &time) == NOTE_GOOD;
		assert_false(both);
		note_bytes.data[i] ^= 1;
	}
	buf_release(&note_bytes);
	buf_release(&text);
}

static void test_bad_texts(void **state)
{
	static const char *const keys[] = { "", "+", "a+b+c", "PeterNeumann",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq" };
	static const char *const notes[] = { "", "\n", "\n\n", "text\n", "text\n\n", "text\n\nx\n",
		"text\n\n\xe2\x80\x94 a b", "te\txt\n\n\xe2\x80\x94 a b\n",
		"te\xffxt\n\n\xe2\x80\x94 a b\n" };
	static const char *const checkpoints[] = { "", "a\n", "a\n1\n", "a b\n1\n", "a\n01\n",
		"a\n1\nAAAA\n", "a\n99999999999999999999\n", "a\n-1\n" };
	struct fault f = { 0 };
	struct checkpoint checkpoint;
	struct leaf_proof proof;
	struct note_key key;
	struct note note;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_int_equal(-1, note_key_read(&key, span_of(keys[i]), &f));
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		assert_int_equal(-1, note_read(&note, span_of(notes[i]), &f));
	for (size_t i = 0; i < sizeof(checkpoints) / sizeof(checkpoints[0]); i++)
		assert_int_equal(-1, checkpoint_read(&checkpoint, span_of(checkpoints[i]), &f));
	assert_int_equal(-1, leaf_proof_read(&proof, span_of("c2sp.org/tlog-proof@v2\n"), &f));
	assert_int_equal(
		-1, leaf_proof_read(&proof, span_of("c2sp.org/tlog-proof@v1\nindex x\n\n"), &f));
	assert_int_equal(-1,
		leaf_proof_read(&proof, span_of("c2sp.org/tlog-proof@v1\nindex 1\nAA\n\n"), &f));
}

static void test_proof_text(void **state)
{
	struct leaf_proof proof = { .index = 41, .note = span_of("the note\n") }, read;
	struct buf text = BUF_INIT(10000), again = BUF_INIT(10000);
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(0, merkle_inclusion(&store, 41, 150, &proof.path));
	assert_int_equal(0, leaf_proof_write(&text, &proof));
	assert_int_equal(0, leaf_proof_read(&read, buf_span(&text), &f));
	assert_int_equal(41, read.index);
	assert_int_equal(0, leaf_proof_write(&again, &read));
	assert_string_equal(text.data, again.data);
	buf_release(&text);
	buf_release(&again);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_inclusion),
		cmocka_unit_test(test_consistency),
		cmocka_unit_test(test_published_roots),
		cmocka_unit_test(test_published_note),
		cmocka_unit_test(test_altered_notes),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_proof_text),
	};

	grow();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
