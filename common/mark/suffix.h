/*
 * The agent behind a person's name: `robin (codex)`, `robin via codex`, `robin (Claude Opus 4.5)`.
 *
 * People have nicknames in brackets, and firms and departments behind a dash: what is written with
 * a capital counts where no person is called so, and behind a dash where nothing else is.
 */
#ifndef COMMON_MARK_SUFFIX_H
#define COMMON_MARK_SUFFIX_H

#include "common/mark/catalogue.h"

/* How the agent is written that may stand behind a person's name: `robin (codex)`. */
enum suffix {
	SUFFIX_NONE,
	SUFFIX_SMALL,   /* as tools write it */
	SUFFIX_CAPITAL, /* with a capital in it, as nicknames are: `Ada (Goose)` */
};

/* What the name, not folded, and before an address if there is one, has behind the person's. */
enum suffix suffix_of(struct span raw);

/* Adds whom it names: in brackets, or behind `via`, `with` and the like.  Folded. */
void suffix_agents(struct span text, enum suffix suffix, struct agent_set *out);

#endif
