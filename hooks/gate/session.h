/*
 * Everything that one run of a hook or a command works with, gathered in one place.
 *
 *	session_open()	the repository, the policy in force, what is remembered
 *	session_push()	the push, made ready to be judged
 *	session_close()
 */
#ifndef HOOKS_GATE_SESSION_H
#define HOOKS_GATE_SESSION_H

#include "common/base/env.h"
#include "common/base/install_paths.h"
#include "hooks/gate/syslog_copy.h"
#include "hooks/judge/judge.h"

struct session {
	const struct env *env;
	struct install_paths paths;
	struct repo *repo;
	char *head; /* what HEAD names: `refs/heads/main` */
	struct policy *policy;
	char files_digest
		[65]; /* of the policy's files and of who is stopped: what tickets are tied to */
	struct state *state; /* for reading */
	struct stops stops;  /* read after files_digest, so that no ticket outlives a stop */
	struct push push;
	/* all of the push will be judged, not one ref of it; set before session_push() */
	bool whole;
	struct judge *judge;
	char fingerprint_key[65];   /* of the repository: keys credentials' fingerprints */
	char *name;                 /* of the repository, for people and in the verdict object */
	int64_t new_holds;          /* that this push would open */
	struct budget_push *budget; /* of hooks/gate/budget.h; NULL until it is asked for */
	bool past;                  /* as in session_choice */
	int64_t now;                /* the server's clock, seconds since 1970 */
	struct buf syslog;          /* rows for syslog, until they are committed */
};

/*
 * Opens the repository at path (NULL: where git or the working folder says), and loads its policy.
 * 0 or -1.
 */
int session_open(struct session *session, const struct env *env, const char *path, struct fault *f);

/* What a command may have otherwise than a push has it. */
struct session_choice {
	const char *path;   /* of the repository; NULL as above */
	const char *policy; /* a file in the place of the repository's layer, or NULL */
	bool enforce;       /* what only observes is taken to enforce */
	/* pushes of long ago: who is stopped and what agents spent lately say nothing of them */
	bool past;
};

/* The same, with that choice. */
int session_open_as(struct session *session, const struct env *env,
	const struct session_choice *choice, struct fault *f);

/*
 * Reads who is stopped, by the state and under the session's policy; for stops_release(), also
 * after -1.  0 or -1.
 */
int session_stops(struct session *session, struct state *state, struct stops *out, struct fault *f);

/*
 * Resolves the push that stands in session->push, and makes the judge.  `dry` as in judge_facts.
 * 0 or -1.
 */
int session_push(struct session *session, bool dry, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void session_close(struct session *session);

/*
 * Judges one update of the push and concludes the verdict, which the caller has initialised.
 * Unless dry, a repository that has no state gets it when something was flagged: the digest carries
 * the repository's own id.  0 or -1.
 */
int session_judge(struct session *session, struct verdict *verdict, bool dry, struct fault *f);

/*
 * What people call the repository: as the host does, else the folder's name without `.git`; for
 * free(), NULL: no memory.
 */
char *session_repository_name(const struct env *env, const char *git_dir);

/* What the verdict objects of this session say beside the verdict itself. */
struct verdict_context session_context(const struct session *session);

#endif
