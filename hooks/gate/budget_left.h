/* What one push takes of one agent's budget, and what that budget still has. */
#ifndef HOOKS_GATE_BUDGET_LEFT_H
#define HOOKS_GATE_BUDGET_LEFT_H

#include "hooks/gate/session.h"

struct budget_left {
	const char *name;
	bool claimed;     /* the budget of what anybody could push in its name */
	bool has_account; /* so that a key alone does not tell that it pushes itself */
	const struct agent *own, *star; /* its entry, and agents."*"; or NULL */
	const char *owners[2];
	unsigned by;                           /* bits of enum identified_by */
	int64_t pushes, commits, files, bytes; /* what the push takes */
	bool unweighed;                        /* files and bytes could not be told to the end */
	bool over;                             /* it was over a rate when it was judged */
	int64_t new_holds;                     /* that the push would open */
	struct oid_map paths, blobs;           /* counted already */
};

struct budget_push {
	struct session *session;
	struct arena arena;
	struct budget_left *agents;
	size_t count;
	struct oid old, new; /* of the first update: which push it is about */
};

/*
 * A budget, where what was spent before is looked up (NULL: nothing was), and when: milliseconds
 * since 1970.
 */
struct budget_query {
	struct state *state;
	struct budget_left *left;
	int64_t now; /* the time that has passed, milliseconds */
	int64_t lag; /* seconds that the clock is behind that */
};

/*
 * Each layer's word counts for itself, that of the agent's own entry and that of agents."*": so
 * many budgets of a kind.
 */
#define BUDGET_SOURCES (2 * LAYER_COUNT)

/* Why a budget does not suffice; text "": it does. */
struct budget_excess {
	enum action action;
	enum layer layer;
	bool observe;
	names approvers;
	int64_t retry_after; /* seconds until it suffices; 0: never */
	char text[512];
};

#define BUDGET_KINDS 4 /* pushes, commits, files, bytes */

/* Whether it has a budget for files or bytes, so that changes must be looked at. */
bool budget_left_weighs(const struct budget_left *left);

/*
 * Whether it has budgets for a time, of pushes or of commits, that count.  Adds them, as
 * common/fleet/fleet_use.h says; `-` when what is over them was approved.
 */
bool budget_left_limits(const struct budget_left *left, struct buf *out);

/*
 * Whether the push goes over the budget number `which`, below BUDGET_SOURCES times BUDGET_KINDS.  0
 * or -1.
 */
int budget_left_excess(
	const struct budget_query *query, size_t which, struct budget_excess *out, struct fault *f);

/*
 * Whether the agent has as many holds open as it may, besides that one; out->observe when only
 * layers that observe say so. 0 or -1.
 */
int budget_left_holds(struct state *state, struct budget_left *left, const char *hold,
	struct budget_excess *out, struct fault *f);

/*
 * Takes what the push spends, from that account; a fault when it is not there any more.  In a
 * transaction.  0 or -1.
 */
int budget_left_take(const struct budget_query *query, const char *account, struct fault *f);

#endif
