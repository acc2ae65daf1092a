/*
 * Checkpoints (C2SP tlog-checkpoint): a signed note that says how many leaves a log has and what
 * their root is; and proofs that a row is in it (C2SP tlog-proof).
 */
#ifndef COMMON_TLOG_CHECKPOINT_H
#define COMMON_TLOG_CHECKPOINT_H

#include "common/tlog/merkle.h"
#include "common/tlog/note.h"

struct checkpoint {
	char origin[NOTE_NAME_MAX + 1]; /* which log; also the name of the key that signs for it */
	struct merkle_head tree;
};

/* Reads the text of a note, as far as every checkpoint has it.  0 or -1. */
int checkpoint_read(struct checkpoint *out, struct span text, struct fault *f);

/* Appends the text: origin, size, root.  0 or -1. */
int checkpoint_write(struct buf *out, const struct checkpoint *checkpoint);

/* Appends each hash of a proof in base64, a line each.  0 or -1. */
int checkpoint_add_proof(struct buf *out, const struct merkle_proof *proof);

/* Reads such lines, up to an empty one, which is taken, too.  0 or -1. */
int checkpoint_take_proof(struct span *rest, struct merkle_proof *out);

/* Reads a number without zeros in front.  0 or -1. */
int checkpoint_number(struct span text, uint64_t *out);

/* A leaf's place in a tree that a note vouches for. */
struct leaf_proof {
	uint64_t index;
	struct merkle_proof path;
	struct span note; /* the signed checkpoint; lies in what was read */
};

/* Appends it as C2SP tlog-proof has it.  0 or -1. */
int leaf_proof_write(struct buf *out, const struct leaf_proof *proof);

/* Reads it so.  0 or -1. */
int leaf_proof_read(struct leaf_proof *out, struct span bytes, struct fault *f);

#endif
