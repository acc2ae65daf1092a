/*
 * Which letters make a difference to a set of nodes; all others lead to one and the same state, so
 * that one of them will do.
 */
#ifndef COMMON_AUTOMATON_INTEREST_H
#define COMMON_AUTOMATON_INTEREST_H

#include "common/automaton/trie.h"

struct interest {
	uint32_t bytes[2][8]; /* at which some node looks; [1]: as they are written */
	bool wide;            /* characters of more bytes matter, too */
	bool exact;           /* some node looks at letters as they are written */
};

/* Adds what the node looks at. */
void interest_add(struct interest *in, const struct trie *trie, const struct trie_node *node);

/* Whether the letter could make a difference. */
bool interest_has(const struct interest *in, const struct letter *letter);

#endif
