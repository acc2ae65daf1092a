/*
 * Whom a checkpoint has to be signed by (C2SP tlog-policy): logs, witnesses, groups of them, and
 * the quorum of those that have to cosign.
 */
#ifndef COMMON_TLOG_TRUST_H
#define COMMON_TLOG_TRUST_H

#include "common/tlog/checkpoint.h"

#define TRUST_LOGS 64
#define TRUST_NAMES 128  /* witnesses and groups */
#define TRUST_MEMBERS 64 /* of one group */
#define TRUST_URL 1024

/* A witness, or a group when `members` is not 0. */
struct trust_name {
	struct span name; /* lies in what was read */
	struct note_key key;
	char url[TRUST_URL]; /* its submission prefix, "" for none */
	unsigned needed, members, member[TRUST_MEMBERS];
	bool taken; /* it is in a group */
};

struct trust {
	struct note_key logs[TRUST_LOGS];
	unsigned log_count;
	struct trust_name names[TRUST_NAMES];
	unsigned name_count;
	int quorum; /* its index; -1: none is asked for */
};

/* Reads such a file; `path` is for faults, which name the line.  0 or -1. */
int trust_read(struct trust *out, struct span bytes, const char *path, struct fault *f);

/*
 * Whether the key of a log may sign for that origin: it is named so, or the origin is one below its
 * name: NAME/..., as a host's key signs for all its repositories.  `key` is then the key by that
 * name.
 */
bool trust_log_key(const struct note_key *log, const char *origin, struct note_key *key);

/* What a checkpoint's signatures are worth. */
struct trust_answer {
	enum note_state log;         /* signed by a log of these; NOTE_BAD: a false signature */
	bool quorum;                 /* as many witnesses as asked for */
	unsigned witnesses;          /* that cosigned */
	uint64_t times[TRUST_NAMES]; /* when each of them did, 0: it did not */
};

/* Looks at the signatures of a note that is a checkpoint of that origin. */
void trust_judge(const struct trust *trust, const struct note *note, const char *origin,
	struct trust_answer *out);

#endif
