#include "hooks/attest/bundle_row.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/state/log.h"

static bool read_proof(const json_t *list, struct merkle_proof *out)
{
	json_t *text;
	size_t i;

	out->count = 0;
	json_array_foreach(list, i, text)
	{
		struct buf bytes = BUF_INIT(256);
		bool good = i < MERKLE_DEPTH && json_is_string(text) &&
			    base64_decode(&bytes, span_of(json_string_value(text))) == 0 &&
			    bytes.len == MERKLE_SIZE;

		if (good)
			memcpy(out->hashes[out->count++].bytes, bytes.data, MERKLE_SIZE);
		buf_release(&bytes);
		if (!good)
			return false;
	}
	return true;
}

/* That a row is what was logged: by its own hash, and by the tree of the checkpoint. */
void bundle_row_check(struct verifying *v, const struct merkle_head *tree, const json_t *row)
{
	const struct log_entry entry = { .seq = json_integer_value(json_object_get(row, "seq")),
		.row = { .time = verifying_text(row, "time"),
			.kind = verifying_text(row, "kind"),
			.account = verifying_text(row, "account"),
			.ref = verifying_text(row, "ref"),
			.old = verifying_text(row, "old"),
			.new = verifying_text(row, "new"),
			.decision = verifying_text(row, "decision"),
			.policy = verifying_text(row, "policy"),
			.verdict = verifying_text(row, "verdict") },
		.previous = verifying_text(row, "previous") };
	struct merkle_proof proof;
	struct merkle_hash leaf;
	char hash[65];

	log_hash(&entry, hash);
	if (strcmp(hash, verifying_text(row, "hash")) != 0)
		verifying_problem(v, "row %" PRId64 " of the log was altered", entry.seq);
	else if (!tree || entry.seq < 1 || log_leaf(hash, &leaf) < 0 ||
		 !read_proof(json_object_get(row, "proof"), &proof) ||
		 !merkle_includes(tree, (uint64_t)entry.seq - 1, &leaf, &proof))
		verifying_problem(v, "row %" PRId64 " of the log is not in the log that was signed",
			entry.seq);
}

/* Whether the row names the attestations that are here. */
bool bundle_row_attests(const json_t *row, const json_t *landing)
{
	json_t *verdict, *list;
	bool both;

	if (strcmp(verifying_text(row, "kind"), "attested") != 0)
		return false;
	verdict = json_loads(verifying_text(row, "verdict"), JSON_REJECT_DUPLICATES, NULL);
	list = json_object_get(verdict, "attestations");
	both = json_array_size(list) == 2 && json_is_string(json_array_get(list, 0)) &&
	       json_is_string(json_array_get(list, 1)) &&
	       strcmp(json_string_value(json_array_get(list, 0)),
		       verifying_text(landing, "digest")) == 0 &&
	       strcmp(json_string_value(json_array_get(list, 1)),
		       verifying_text(landing, "summary")) == 0;
	json_decref(verdict);
	return both;
}

/* An approval tag as it is has to be the object that it says it is. */
void bundle_tag_check(struct verifying *v, const json_t *tag)
{
	const char *object = verifying_text(tag, "object");
	size_t size = strlen(object) / 2;
	struct buf bytes = BUF_INIT(DSSE_MAX), head = BUF_INIT(64);
	unsigned char hash[DIGEST_SIZE];
	struct digest digest;
	struct oid id;

	if ((size != DIGEST_SHA1 && size != DIGEST_SIZE) ||
		base64_decode(&bytes, span_of(verifying_text(tag, "tag"))) < 0) {
		verifying_problem(v, "an approval cannot be read");
		buf_release(&bytes);
		return;
	}
	(void)buf_addf(&head, "tag %zu", bytes.len);
	digest_begin(&digest, size);
	digest_add(&digest, (struct span){ head.data, head.len + 1 });
	digest_add(&digest, buf_span(&bytes));
	digest_end(&digest, hash);
	id = oid_of(hash, size);
	if (strcmp(oid_text(&id).hex, object) != 0)
		verifying_problem(v, "the approval %s was altered", verifying_text(tag, "ref"));
	buf_release(&head);
	buf_release(&bytes);
}
