/*
 * The replay: what the policy would have made of history, as if each step along a ref's first
 * parents had been a push.
 *
 *	replay_open()		the repository, the policy, and the steps
 *	replay_run()		judges them all, in as many processes as there are processors
 *	replay_json(), replay_text(), replay_html()
 *	replay_close()
 *
 * Each step is judged by the same judge as a push (session.h), with the ref where it stood before
 * the step and nothing else hidden; it changes nothing, neither the repository nor the state.
 * Nobody's account pushes, and the clock is today's: what history does not tell, the replay does
 * not make up.  Modes are all read as `enforce`.
 *
 * History is read by worker processes, a line of JSON for each step in which something was found;
 * paths, names and messages in it are strangers' bytes, escaped where a worker writes them.  A
 * worker that fails or goes ends the replay with a fault.
 */
#ifndef HOOKS_REPORT_REPLAY_H
#define HOOKS_REPORT_REPLAY_H

#include <jansson.h>
#include <stdio.h>

#include "hooks/gate/session.h"

#define REPLAY_FINDINGS 100 /* of one step that are told; what comes after is counted */

struct replay_wish {
	struct facts_choice choice;
	const char *ref;   /* NULL: the branch that HEAD names */
	const char *since; /* `2025-06-30`, or how long ago: `90d`; NULL: from the beginning */
	const char *range; /* `OLD..NEW`; NULL: all of the ref */
};

struct replay_step {
	struct oid old, new; /* old zero: the ref is made */
	int64_t date;        /* of the commit, as its committer claims */
};

/* All counts of the replay.  The objects count by name; see replay_tally.c. */
struct replay_tally {
	size_t done, commits, agent_commits;
	size_t allowed, approved, held,
		denied; /* steps; approved: flagged, but a signed merge had satisfied it */
	size_t findings, approvals;
	json_t *rules, *agents, *paths, *patterns, *months;
	char **lines; /* for each step the worker's line, or NULL */
};

struct replay {
	const struct env *env;
	struct replay_wish wish;
	struct session session;
	const char *ref;
	char *made_ref;            /* what `ref` points to, when it was made here */
	struct replay_step *steps; /* oldest first */
	size_t count;
	bool governed; /* some rule governs the ref */
	struct replay_tally tally;
};

/*
 * Finds what is to be replayed; for replay_close() whatever it returns.  No step at all is a fault.
 * 0 or -1.
 */
int replay_open(struct replay *replay, const struct env *env, const struct replay_wish *wish,
	struct fault *f);

/* Judges all steps; shows on `progress` how far it has got, unless NULL.  0 or -1. */
int replay_run(struct replay *replay, FILE *progress, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void replay_close(struct replay *replay);

/*
 * Judges the steps of one of so many workers and tells of them on `out`; the worker's exit status.
 */
int replay_judge(const struct replay *replay, size_t worker, size_t workers, FILE *out);

/* Takes in a line of a worker; *ended is set by its last one.  0 or -1. */
int replay_tally_line(struct replay *replay, const char *line, bool *ended, struct fault *f);

/* Ready to count steps.  0 or -1. */
int replay_tally_begin(struct replay *replay, struct fault *f);

/* Frees what it holds; `steps` is how many it was begun for. */
void replay_tally_release(struct replay_tally *tally, size_t steps);

struct replay_row {
	const char *name;
	json_t *counts;
	int64_t weight;
};

/*
 * The names of an object in descending order of the sum of those of their counts; for free().
 * NULL: no memory.
 */
struct replay_row *replay_rows(json_t *object, const char *const *keys, size_t *count);

/* A count of an object, 0 when it is not there. */
int64_t replay_count(const json_t *object, const char *key);

/* Adds to that count. */
void replay_add(json_t *object, const char *key, int64_t more);

/* The object's member of that name, an object, made when it is not there; the object's own. */
json_t *replay_child(json_t *object, const char *key);

struct replay_day {
	char text[16];
};

/* The day of a step: `2025-06-30`. */
struct replay_day replay_day(int64_t date);

/* The first day of all steps, whatever their order: dates are claims. */
struct replay_day replay_from(const struct replay *replay);

/* The last one. */
struct replay_day replay_to(const struct replay *replay);

/* Whether no commit of it is an agent's, so that most rules had nothing to judge. */
bool replay_is_empty(const struct replay *replay);

/* Its month: `2025-06`. */
struct replay_day replay_month(int64_t date);

/* What came of it, for programs.  0, or -1: it could not be written. */
int replay_json(const struct replay *replay, FILE *out, struct fault *f);

/* The same for people, in a few lines. */
void replay_text(const struct replay *replay, FILE *out);

/* The same as a page.  0, or -1: it could not be written. */
int replay_html(const struct replay *replay, FILE *out, struct fault *f);

#endif
