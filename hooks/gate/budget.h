/*
 * Budgets: what a push takes of its agents' budgets.
 *
 *	budget_judge()	for each ref: objects to a push that goes over a budget
 *	budget_hold()		for each ref that would be held
 *	budget_record()	in the recording's transaction
 *
 * An agent has a budget in each repository, and a second one for what anybody could push in its
 * name: what is only claimed to be its work and, when it has accounts, what it signed but another
 * brings.  So nobody can empty the first one but the agent.  What is let through counts; what is
 * refused does not.  Two pushes at once cannot both take what is left: the second one to be
 * recorded finds it gone, and is refused.
 */
#ifndef HOOKS_GATE_BUDGET_H
#define HOOKS_GATE_BUDGET_H

#include "hooks/gate/session.h"

/* Finds out, once a push, what it takes of which budgets: session->budget.  0 or -1. */
int budget_tally(struct session *session, struct fault *f);

/* Adds a finding when the push goes over a budget of one of its agents.  0 or -1. */
int budget_judge(struct session *session, struct verdict *verdict, struct fault *f);

/*
 * Adds a finding when one of its agents has as many holds open as it may, and says so in *over.
 * 0 or -1.
 */
int budget_hold(struct session *session, struct verdict *verdict, bool *over, struct fault *f);

/*
 * Looks again when a hold is recorded: a fault when another push has opened the last one meanwhile.
 * In a transaction.  0 or -1.
 */
int budget_hold_again(struct session *session, struct state *state, const struct verdict *verdict,
	struct fault *f);

/*
 * Where several servers serve the repository: asks the host's service for what the push spends, so
 * that all of them together keep to the budgets.  Before the transaction.  0, or -1: it is not
 * there, or nobody answered.
 */
int budget_borrow(struct session *session, struct fault *f);

/*
 * Takes what the push spends out of the budgets; a fault when another push has taken it meanwhile.
 * In a transaction.  0 or -1.
 */
int budget_record(struct session *session, struct state *state, struct fault *f);

/* Frees it; NULL is fine. */
void budget_free(struct budget_push *budget);

#endif
