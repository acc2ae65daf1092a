/*
 * Statements about a policy, as people write them:
 *
 *	agent claude-code never changes /payments/ on HEAD without security
 *	any agent never deletes /migrations/
 *	anyone never changes class:infrastructure on HEAD without 2 approvals from ops
 *	verified agent release-bot may change /docs/ on refs/heads/release
 *
 *	WHO	agent NAME, claimed agent NAME, verified agent NAME, any agent, people, anyone
 *	VERB	never changes, never adds, never modifies, never deletes, never renames; may change
 *	WHAT	patterns, and classes; `,`, `and` and `or` between them are passed over
 *	on	refs or patterns of them; without it HEAD
 *	without	people and groups, `N approvals from` them, or `approval`: anybody's
 */
#ifndef HOOKS_REASON_STATEMENT_H
#define HOOKS_REASON_STATEMENT_H

#include "common/base/arena.h"
#include "common/base/fault.h"
#include "common/base/names.h"

enum statement_who {
	WHO_AGENT,    /* `agent`, claimed or verified */
	WHO_CLAIMED,  /* `agent`, claimed */
	WHO_VERIFIED, /* `agent`, verified */
	WHO_AGENTS,
	WHO_PEOPLE,
	WHO_ANYONE,
};

struct statement {
	enum statement_who who;
	const char *agent;
	bool may;       /* `may change`: it is allowed at once */
	unsigned kinds; /* bits of enum change_kind */
	names patterns; /* in their order; without classes */
	names classes;  /* without `class:` */
	names refs;
	bool without;    /* approvals are named: */
	int approvals;   /* that many */
	names approvers; /* of these; empty: of anybody */
};

/* Reads the words; texts are the arena's.  0, or -1: what is not understood, and what can be. */
int statement_read(
	struct statement *out, char *const *words, int count, struct arena *arena, struct fault *f);

#endif
