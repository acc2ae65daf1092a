/*
 * The proof that pushes to a repository meet Countersign: one that must be refused.
 *
 * It is the server's half of a push: `git receive-pack` as every transport starts it, with a commit
 * for refs/countersign/canary, a ref that is Countersign's own.  What a client would send is made
 * here, so that nothing but the server's git is run.  Or it is asked to delete that ref, which
 * needs no objects: the same hook of the same repository refuses that, for a third of the work.
 * On GitLab git runs the hooks of Gitaly, which
 * call what lies in custom_hooks: there the program `canary` has git run a hook that does the same.
 */
#ifndef HOOKS_HOST_CANARY_H
#define HOOKS_HOST_CANARY_H

#include <stdbool.h>

#include "common/base/buf.h"
#include "common/base/env.h"
#include "common/base/install_paths.h"
#include "common/base/oid.h"

#define CANARY_REQUEST_MAX 4096

/* A push that was made up. */
struct canary_push {
	struct buf request; /* for receive-pack's standard input */
};

/*
 * Makes it up, for a repository whose ids have so many bytes: `whole` with a commit, else to delete
 * the ref.  For buf_release().  0 or -1.
 */
int canary_make(struct canary_push *push, size_t id_len, bool whole, struct fault *f);

/* Whether what receive-pack and the hooks said is Countersign's refusal. */
bool canary_refused(const struct buf *said);

/*
 * Whether they refused it since they cannot judge any push there, or git cannot take any; *why is
 * the rest of that line.
 */
bool canary_unjudged(const struct buf *said, struct span *why);

/* Whether the ref was made: it has to be taken back. */
bool canary_landed(const struct buf *said);

/* Who is pushed to, by which installation, in which environment. */
struct canary {
	const struct install_paths *paths;
	const char *git_dir;
	const struct env *env;
};

/*
 * Tries the push as whoever runs this; *refused says whether Countersign refused it, *said what
 * came back if not.  0 or -1.
 */
int canary_try(const struct canary *canary, bool *refused, struct buf *said, struct fault *f);

#endif
