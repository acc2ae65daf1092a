/*
 * Being a witness (C2SP tlog-witness): a checkpoint is cosigned when a log that we know signed it
 * and it goes on from the last one that we cosigned.  What we have seen of a log is a file in a
 * folder, named by the SHA-256 of the log's name, and is durable before a cosignature is given: if
 * we die half-way a log may have to ask again, and is never cosigned twice in different ways.
 */
#ifndef HOOKS_WITNESS_WITNESSING_H
#define HOOKS_WITNESS_WITNESSING_H

#include "common/tlog/checkpoint.h"
#include "common/tlog/signer.h"

#define WITNESSING_LOGS 256
#define WITNESSING_BODY_MAX ((size_t)2 * NOTE_MAX)
#define WITNESSING_SIZE_TYPE "text/x.tlog.size"

struct witnessing {
	struct signers signers; /* by which we cosign */
	struct note_key logs[WITNESSING_LOGS];
	unsigned log_count;
	int folder; /* of what we have seen */
};

/* What is answered. */
struct witnessing_answer {
	unsigned status; /* of HTTP */
	const char *type;
	struct buf body;
};

/* Reads the key that cosigns and those of logs, a line each, and opens the folder.  0 or -1. */
int witnessing_open(struct witnessing *out, const char *key_file, const char *logs_file,
	const char *folder, struct fault *f);

/* Forgets the keys. */
void witnessing_close(struct witnessing *witnessing);

/* Answers a POST to add-checkpoint; `now`: seconds since 1970.  For buf_release() of the body. */
void witnessing_add(const struct witnessing *witnessing, struct span body, uint64_t now,
	struct witnessing_answer *out);

#endif
