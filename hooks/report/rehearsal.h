/*
 * A rehearsal: misuse played by real pushes, through the real hooks, against a scratch copy of a
 * repository under the policy in force.
 *
 *	rehearsal_begin()	a folder of our own, with programs, a copy of the repository, keys,
 *				and the policy with people and an agent of the rehearsal added
 *	rehearsal_play()	one scenario: what came of it
 *	rehearsal_end()		takes all of it away
 *
 * Scenarios are files (hooks/report/rehearse/play.sh tells their language).  The repository is only
 * read; nobody is told of anything.  What is left when we are killed: a folder below TMPDIR, and
 * nothing that knows of it.
 */
#ifndef HOOKS_REPORT_REHEARSAL_H
#define HOOKS_REPORT_REHEARSAL_H

#include "common/base/arena.h"
#include "common/base/file.h"
#include "hooks/admin/policy_in_force.h"

#define REHEARSAL_REVIEWERS_MAX 5

struct rehearsal {
	const struct policy_in_force *in_force; /* the policy in force, loaded */
	const char *programs;                   /* folder of stage.sh and play.sh */
	const char *temporary;                  /* TMPDIR, or NULL */
	bool enforce;                           /* as if nothing were only observed */
	char folder[INSTALL_PATH_MAX];          /* "" until there is one */
	char inside[INSTALL_PATH_MAX], outside[INSTALL_PATH_MAX]; /* see play.sh */
	int reviewers;
	size_t plays;
	struct arena arena; /* what the environment is made of */
};

/* A scenario, as its file says what it is; for scenario_release(). */
struct scenario {
	char *path, *name; /* name: of the file, without `.sh` */
	char *title, *part;
	enum must { MUST_REFUSE, MUST_LAND, MUST_ANY } must;
	char **lines; /* of policy that refuse it */
	size_t line_count;
};

enum outcome {
	OUTCOME_DENIED,
	OUTCOME_HELD,
	OUTCOME_REFUSED, /* by something else: git itself, or a fault */
	OUTCOME_LANDED,
	OUTCOME_SKIPPED,
};

/* What came of a scenario; for play_release(). */
struct play {
	enum outcome outcome;
	char *rules;   /* that objected, comma-separated; "" for none */
	char *detail;  /* why it was skipped, or what else refused it; "" */
	bool observed; /* it landed, and only since the policy observes */
};

/* Reads what the file says of itself.  0, or -1: with what is missing in it. */
int scenario_read(struct scenario *out, const char *path, struct fault *f);

/* Frees what it holds. */
void scenario_release(struct scenario *scenario);

/* Sets the stage.  Always for rehearsal_end().  0 or -1. */
int rehearsal_begin(struct rehearsal *rehearsal, struct fault *f);

/* Plays one scenario.  0, or -1: it could not be played as it is written. */
int rehearsal_play(struct rehearsal *rehearsal, const struct scenario *scenario, struct play *out,
	struct fault *f);

/* Frees what it holds. */
void play_release(struct play *play);

/* Takes the folder away.  0, or -1: with what is left where. */
int rehearsal_end(struct rehearsal *rehearsal, struct fault *f);

/* The parts of it, each in a file of its own. */

/*
 * Writes the policy's layers into the scratch installation, with the cast added and nobody told.
 * 0 or -1.
 */
int rehearsal_policies(const struct rehearsal *rehearsal, struct fault *f);

/* Finds where an assistant may write, and where not.  0 or -1. */
int rehearsal_targets(struct rehearsal *rehearsal, struct fault *f);

/* Reads what the last push said into *play.  0 or -1. */
int play_read_answer(struct play *play, const char *path, struct fault *f);

#endif
