#include "common/automaton/interest.h"

void interest_add(struct interest *in, const struct trie *trie, const struct trie_node *node)
{
	bool exact = node->exact || !trie->generous;

	in->exact = in->exact || exact;
	for (unsigned i = 0; i < 8; i++) {
		in->bytes[exact][i] |= node->wanted[i];
		in->wide = in->wide || (i >= 4 && node->wanted[i]);
	}
	for (uint32_t c = node->others; c != NO_NODE; c = trie->nodes[c].sibling) {
		const struct trie_node *child = &trie->nodes[c];

		in->wide = in->wide || child->step == STEP_ANY || child->step == STEP_SET;
		for (unsigned i = 0; child->step == STEP_SET && i < 8; i++)
			in->bytes[exact][i] |= trie->sets[child->set].bits[i];
	}
}

static bool any_of(const uint32_t bytes[8], const char *letter, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[(unsigned char)letter[i] / 32] >> ((unsigned char)letter[i] % 32) & 1)
			return true;
	return false;
}

bool interest_has(const struct interest *in, const struct letter *letter)
{
	return (in->wide && letter_is_wide(letter)) ||
	       any_of(in->bytes[0], letter->folded, letter->folded_len) ||
	       any_of(in->bytes[1], letter->raw, letter->raw_len);
}
