/*
 * Checkpoints, and proofs of leaves, as texts.
 */
#include <stdio.h>

#include "common/base/base64.h"
#include "common/tlog/checkpoint.h"

#define PROOF_HEAD "c2sp.org/tlog-proof@v1"

int checkpoint_number(struct span text, uint64_t *out)
{
	uint64_t value = 0;

	if (text.len == 0 || text.len > 19 || (text.len > 1 && text.data[0] == '0'))
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return -1;
		value = value * 10 + (uint64_t)(text.data[i] - '0');
	}
	if (value >> 63)
		return -1;
	*out = value;
	return 0;
}

static int hash_read(struct span text, struct merkle_hash *out)
{
	struct buf bytes = BUF_INIT(MERKLE_SIZE);
	bool good = base64_decode(&bytes, text) == 0 && bytes.len == MERKLE_SIZE;

	if (good)
		memcpy(out->bytes, bytes.data, MERKLE_SIZE);
	buf_release(&bytes);
	return good ? 0 : -1;
}

static int hash_write(struct buf *out, const struct merkle_hash *hash)
{
	if (base64_encode(out, (struct span){ (const char *)hash->bytes, MERKLE_SIZE }) < 0)
		return -1;
	return buf_addc(out, '\n');
}

int checkpoint_read(struct checkpoint *out, struct span text, struct fault *f)
{
	struct span rest = text, origin, size, root;

	if (!note_take_line(&rest, &origin) || !note_take_line(&rest, &size) ||
		!note_take_line(&rest, &root) || !note_name_is_good(origin) ||
		checkpoint_number(size, &out->tree.size) < 0 ||
		hash_read(root, &out->tree.root) < 0)
		return fault_set(f, FAULT_ADMIN, "no checkpoint of a log");
	memset(out->origin, 0, sizeof(out->origin));
	memcpy(out->origin, origin.data, origin.len);
	return 0;
}

int checkpoint_write(struct buf *out, const struct checkpoint *checkpoint)
{
	if (buf_addf(out, "%s\n%llu\n", checkpoint->origin,
		    (unsigned long long)checkpoint->tree.size) < 0)
		return -1;
	return hash_write(out, &checkpoint->tree.root);
}

int checkpoint_add_proof(struct buf *out, const struct merkle_proof *proof)
{
	for (unsigned i = 0; i < proof->count; i++)
		if (hash_write(out, &proof->hashes[i]) < 0)
			return -1;
	return 0;
}

int checkpoint_take_proof(struct span *rest, struct merkle_proof *out)
{
	struct span line;

	for (out->count = 0; note_take_line(rest, &line); out->count++) {
		if (line.len == 0)
			return 0;
		if (out->count == MERKLE_DEPTH || hash_read(line, &out->hashes[out->count]) < 0)
			return -1;
	}
	return -1;
}

int leaf_proof_write(struct buf *out, const struct leaf_proof *proof)
{
	if (buf_addf(out, PROOF_HEAD "\nindex %llu\n", (unsigned long long)proof->index) < 0 ||
		checkpoint_add_proof(out, &proof->path) < 0 || buf_addc(out, '\n') < 0)
		return -1;
	return buf_addspan(out, proof->note);
}

int leaf_proof_read(struct leaf_proof *out, struct span bytes, struct fault *f)
{
	struct span rest = bytes, line;

	if (!note_take_line(&rest, &line) || !span_is(line, PROOF_HEAD) ||
		!note_take_line(&rest, &line))
		return fault_set(f, FAULT_ADMIN, "no proof of a log: it begins with " PROOF_HEAD);
	if (span_starts(line, "extra ") && !note_take_line(&rest, &line))
		return fault_set(f, FAULT_ADMIN, "no proof of a log: it has no index");
	if (!span_starts(line, "index ") ||
		checkpoint_number((struct span){ line.data + 6, line.len - 6 }, &out->index) < 0)
		return fault_set(f, FAULT_ADMIN, "not a proof of a log: its index is not a number");
	if (checkpoint_take_proof(&rest, &out->path) < 0)
		return fault_set(f, FAULT_ADMIN, "not a proof of a log: a line is not a hash");
	out->note = rest;
	return 0;
}
