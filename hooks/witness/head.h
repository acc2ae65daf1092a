/*
 * The head of a repository's log: its newest checkpoint, `countersign/log.checkpoint`, and the last
 * one that as many witnesses as asked for have cosigned, `countersign/log.witnessed`.  Made by the
 * deliverer and by hand, never in a push.
 */
#ifndef HOOKS_WITNESS_HEAD_H
#define HOOKS_WITNESS_HEAD_H

#include "hooks/witness/log_site.h"

#define HEAD_CHECKPOINT "log.checkpoint"
#define HEAD_WITNESSED "log.witnessed"

/* A checkpoint that is to be cosigned. */
struct head_asking {
	const struct checkpoint *checkpoint;
	struct span note;                 /* signed by the log */
	const struct merkle_store *store; /* for proofs */
	uint64_t known[TRUST_NAMES]; /* the size that each witness has seen as far as we know */
};

/*
 * Asks the witnesses of the site for their cosignatures and appends the good ones to the note.
 * 0, also when one does not answer, which `why` gets; or -1: one has seen a log that this is not.
 */
typedef int head_cosigner(const struct log_site *site, const struct head_asking *asking,
	struct buf *note, struct buf *why, struct fault *f);

/* What came of it. */
struct head_made {
	uint64_t rows;      /* of the checkpoint, 0: there is no log */
	unsigned witnesses; /* that cosigned it */
	bool quorum, fresh; /* fresh: it was made now */
	char why[256];      /* why there is no quorum, of what was said; "" */
};

struct head_terms {
	const struct log_site *site;
	head_cosigner *cosign; /* NULL: nobody is asked */
	bool ask;              /* witnesses are asked also where nothing is new */
};

/*
 * Makes a checkpoint of the log as it is, has it cosigned and keeps it.  Without a key nothing is
 * done, nor, unless it is to be asked, where there is one of as many rows that has its quorum.  A
 * log that does not go on from its last checkpoint is a fault, and nothing is signed.  0 or -1.
 */
int head_make(const char *git_dir, const struct head_terms *terms, struct head_made *out,
	struct fault *f);

/* Keeps a file with the state, in the place of what was there, whole or not at all.  0 or -1. */
int head_keep(const char *git_dir, const char *which, struct span bytes, struct fault *f);

/* Reads one of those that are kept; *exists is false, with 0, when there is none.  0 or -1. */
int head_read(
	const char *git_dir, const char *which, struct buf *out, bool *exists, struct fault *f);

#endif
