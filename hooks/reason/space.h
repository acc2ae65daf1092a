/*
 * The outcome of every path at once, for somebody who makes some kind of change on some ref.
 *
 *	space_init(&space, policy, &alphabet)
 *	space_letters(policy, &alphabet)		before it is finished
 *	space_parts(&space, &asker, &outcomes, &parts)	what has a say, and where
 *	space_outcomes(&parts, ..., &automaton)		labels are numbers of outcomes
 */
#ifndef HOOKS_REASON_SPACE_H
#define HOOKS_REASON_SPACE_H

#include "common/automaton/automaton.h"
#include "hooks/reason/cells.h"
#include "hooks/reason/outcome.h"

/* Who changes what kind of thing where. */
struct asker {
	const char *agent; /* NULL: a person; `*`: an agent that the policy does not name */
	bool verified;     /* known by a key or an account */
	const char *ref;
	bool adds;      /* the path is new */
	unsigned kinds; /* bits of enum change_kind */
};

/* The automata of one policy, each made when it is first asked for. */
struct space {
	const struct policy *policy;
	const struct alphabet *alphabet;
	struct automaton **protected, **scopes; /* by list */
	const struct cells *cells;
	struct pattern_set *delegated_set; /* the delegated policy file */
	struct automaton *delegated;
	const char *head; /* what HEAD names */
	int64_t now;      /* the clock, for what expires */
};

/* Where a part has the path. */
enum inversion {
	INVERTED_NOT,     /* LABEL_HAS */
	INVERTED,         /* any other label: a scope */
	INVERTED_NARROWS, /* LABEL_TAKEN_BACK: a scope of `!` patterns alone */
	EVERYWHERE,
};

/* A rule, a scope, or whatever else decides. */
struct part {
	const struct automaton *where; /* what its patterns say; NULL: it has none */
	enum inversion inverted;
	unsigned cells; /* which it has where its patterns say nothing */
	struct effect effect;
	const char *name; /* of the rule; `scope`, `agent-refs`, `agent-expired` */
	char *identity;   /* the same in two policies: the same part */
	bool aside;       /* left out of the outcomes */
};

struct parts {
	struct part *items;
	size_t count;
};

/* Adds all characters of the policy's patterns.  0 or -1. */
int space_letters(const struct policy *policy, struct alphabet *alphabet, struct fault *f);

/*
 * Ready to be asked; for space_release(), also after -1.  `head`, `now` and `cells` are the
 * caller's to set.
 */
int space_init(struct space *space, const struct policy *policy, const struct alphabet *alphabet,
	struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void space_release(struct space *space);

/* What a list of rules' paths says, as enum list_label; the space's own.  0 or -1. */
int space_protected(struct space *space, int list, const struct automaton **out, struct fault *f);

/* What a list of scopes says, as enum list_label; the space's own.  0 or -1. */
int space_scope(struct space *space, int list, const struct automaton **out, struct fault *f);

/* Where the delegated policy file is, label LABEL_HAS; the space's own.  0 or -1. */
int space_delegated(struct space *space, const struct automaton **out, struct fault *f);

/* Whether the part has a path of that label which these cells have. */
bool part_has(const struct part *part, uint32_t label, unsigned cells);

/* All that has a say for the asker; for parts_release(), also after -1. */
int space_parts(struct space *space, const struct asker *asker, struct outcomes *outcomes,
	struct parts *out, struct fault *f);

/* Frees what it holds; harmless on zeroed ones. */
void parts_release(struct parts *parts);

/* The cells that the outcome of some path can depend on. */
unsigned parts_cells(const struct parts *parts);

/* A way to look at parts: as if all paths were in just these cells. */
struct parts_view {
	const struct parts *parts;
	unsigned cells;
	const struct alphabet *alphabet;
};

/* The outcome of each path, if it is in the view's cells; for automaton_free().  0 or -1. */
int parts_outcomes(const struct parts_view *view, struct outcomes *outcomes, struct automaton **out,
	struct fault *f);

/* The outcome of one path; -1: a fault. */
int64_t parts_outcome(const struct parts_view *view, struct span path, struct outcomes *outcomes,
	struct fault *f);

/* Appends the texts of a list of patterns to an identity. */
void space_say(struct buf *out, names patterns);

#endif
