/*
 * Where two policies differ: for whom, on which refs, for which kinds of change and at which paths
 * the decision or the approvers are others.
 *
 *	differ_init(&differ, old, new, head)
 *	differ_run(&differ, f)			rows, each with an example
 *	differ_release(&differ)
 *
 * Rows say what changes and leave out what is the same in both, such as another rule that holds the
 * path in any case; `example` has the whole decision.
 */
#ifndef HOOKS_REASON_DIFFER_H
#define HOOKS_REASON_DIFFER_H

#include "hooks/reason/kinds.h"
#include "hooks/reason/ref_space.h"
#include "hooks/reason/space.h"

struct differ_who {
	const char *agent; /* NULL: people; `*`: agents that the policy does not name */
	bool verified;
};

/* One change of outcome, and where: at the paths of the phrase that are in these cells. */
struct differ_region {
	uint32_t old, new;    /* outcomes */
	unsigned mask, cells; /* of the cells in the mask the path has just `cells` */
	bool undecided;       /* whether there is such a path was too much work to find out */
	struct phrase phrase;
};

/* What is the same for some askers: their regions. */
struct differ_case {
	char *signature;
	struct differ_region *regions;
	size_t count;
};

struct differ_row {
	size_t which; /* of the cases */
	struct differ_who *who;
	size_t who_count;
	uint64_t refs;  /* bits: classes */
	uint32_t kinds; /* bits: kind_cases() */
};

struct differ {
	const struct policy *policies[2]; /* old, new */
	const char *head;
	struct alphabet alphabet;
	struct automaton *paths;
	struct space spaces[2];
	struct cells cells;
	struct ref_space refs;
	struct phrase_words words;
	struct outcomes outcomes;
	struct differ_case *cases;
	size_t case_count;
	struct differ_row *rows;
	size_t row_count;
};

/* Ready to be run; for differ_release(), also after -1. */
int differ_init(struct differ *differ, const struct policy *old, const struct policy *new,
	const char *head, struct fault *f);

/* Finds all rows.  0 or -1. */
int differ_run(struct differ *differ, struct fault *f);

/* Finds where the parts of the two sides come to other outcomes.  0 or -1.  Of this module. */
int differ_regions(
	struct differ *differ, struct differ_case *c, const struct parts sides[2], struct fault *f);

/* The number of the asker's case; -2: nothing differs, -1.  Of this module. */
int64_t differ_ask(struct differ *differ, const struct asker *asker, struct fault *f);

/* An example of a row's region, with the whole decision of each policy. */
struct differ_example {
	struct asker asker;
	const char *path;
	struct outcome outcomes[2];
};

/*
 * The example of one of the terms, put to the matcher in force: where that decides otherwise, it is
 * a fault.  0 or -1.
 */
int differ_example(struct differ *differ, const struct differ_row *row,
	const struct phrase_term *term, struct differ_example *out, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void differ_release(struct differ *differ);

/* Puts an example to the matcher in force: a fault where that decides otherwise.  0 or -1. */
int differ_asked(const struct space *space, const struct differ_example *example,
	const struct outcome *outcome, struct fault *f);

/* Calls `each` for everybody whom the policies tell apart.  0, or what it returned. */
int differ_everybody(const struct policy *const *policies, size_t count,
	int (*each)(void *context, const struct differ_who *who), void *context);

#endif
