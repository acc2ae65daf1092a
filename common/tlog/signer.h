/*
 * The secret keys by which a host signs for its logs, or a witness cosigns.  A file has one a line,
 * as Go's package of signed notes writes them: PRIVATE+KEY+NAME+ID+BASE64 of type and seed.  The
 * first signs; those behind it sign, too, while a key is being replaced.
 */
#ifndef COMMON_TLOG_SIGNER_H
#define COMMON_TLOG_SIGNER_H

#include "common/tlog/note.h"

#define SIGNERS_MAX 4

struct signer {
	struct note_key key; /* its public half, by the name in the file */
	unsigned char seed[32];
};

struct signers {
	struct signer list[SIGNERS_MAX];
	unsigned count;
};

/* Makes a new key of that name and type.  0 or -1. */
int signer_new(struct signer *out, const char *name, enum note_type type, struct fault *f);

/* Reads the lines of such a file; `path` is for faults.  At least one.  0 or -1. */
int signers_read(struct signers *out, struct span bytes, const char *path, struct fault *f);

/* Appends a line of the file.  0 or -1. */
int signer_write(struct buf *out, const struct signer *signer);

/*
 * Appends a signature over the text by each key, under another name (NULL: their own); `time` as
 * note_sign().  0 or -1.
 */
int signers_sign(struct buf *out, struct span text, const struct signers *signers, const char *name,
	uint64_t time, struct fault *f);

#endif
