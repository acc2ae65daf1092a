/*
 * Names of assistants in a text: `Claude Opus 4.6 (1M context)`, `Kiro:claude-opus-4.8`, `Sonnet
 * 4.5 via Crush`, `Claude Code, Codex`.  Texts are folded (fold.h).
 *
 * A name may be followed by talk about models and versions, and by what it ran in or for, and by
 * nothing else: `Claude Dupont` names no assistant.
 */
#ifndef COMMON_MARK_AGENT_NAME_H
#define COMMON_MARK_AGENT_NAME_H

#include "common/mark/catalogue.h"

struct agent_name {
	struct agent_set all;    /* whom people might mean by it */
	struct agent_set likely; /* of those: whom no person is called like, but things may be */
	struct agent_set sure;   /* of those: whom nobody and nothing else is called like */
	bool any;
	bool whole; /* and the text says nothing else */
};

/* Whom the text names, which holds no addresses. */
struct agent_name agent_name_resolve(struct span text);

/* The entry for models and for AI as such, where no assistant is named. */
uint16_t agent_name_generic(void);

/* Drops that entry where an assistant is named as well: `Codex / gpt-5`. */
void agent_name_particular(struct agent_set *set);

#endif
