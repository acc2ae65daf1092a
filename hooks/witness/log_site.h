/*
 * What a host keeps for its logs, in the site's folder: `log.key`, by which it signs, its public
 * half in `log.key.pub`, and `log.policy`, whom a checkpoint has to be cosigned by.
 */
#ifndef HOOKS_WITNESS_LOG_SITE_H
#define HOOKS_WITNESS_LOG_SITE_H

#include "common/base/install_paths.h"
#include "common/tlog/signer.h"
#include "common/tlog/trust.h"

#define LOG_SITE_KEY "log.key"
#define LOG_SITE_POLICY "log.policy"

struct log_site {
	struct signers
		signers; /* none: this host makes no checkpoints, or we may not read its key */
	struct note_key known[SIGNERS_MAX]; /* their public halves, also where we may not */
	unsigned known_count;
	struct trust trust; /* without a policy: nobody has to cosign */
	struct buf policy;  /* what names in `trust` lie in */
};

/* Reads what is there; for log_site_release().  0 or -1. */
int log_site_read(struct log_site *out, struct fault *f);

/* The file of the public halves beside that of the keys.  0 or -1. */
int log_site_public_path(char out[INSTALL_PATH_MAX], const char *key_path, struct fault *f);

/* Reads it; nothing where it is not there.  0 or -1. */
int log_site_public(
	const char *key_path, struct note_key out[SIGNERS_MAX], unsigned *count, struct fault *f);

/* Reads a policy that somebody names.  0 or -1. */
int log_site_policy(struct log_site *site, const char *path, struct fault *f);

/* Frees it, and forgets the keys. */
void log_site_release(struct log_site *site);

/* The name of a repository's log: the host's name and the repository's id.  0 or -1. */
int log_site_origin(const struct log_site *site, const char *repository,
	char origin[NOTE_NAME_MAX + 1], struct fault *f);

#endif
