/*
 * By what documents in YAML and JSON are known: what gen_recognise makes of
 * rules/data/recognise.json.  A fact is a bit; it is true of a document in which a mapping has the
 * words that it asks for, at the place that it asks for.  A kind is what a document is, by the
 * words of its root and by facts.
 */
#ifndef RULES_RECOGNISE_FACTS_H
#define RULES_RECOGNISE_FACTS_H

#include <stddef.h>

#include "rules/recognise/words.h"

/* Where a mapping is. */
enum fact_where {
	ANYWHERE,
	IN_ROOT_LIST, /* an item of a document that is a list */
	BELOW_ROOT,   /* the value of a key of the root, which is one of `key` if that names any */
	TWO_BELOW,    /* a value or item in the value of such a key */
	ITEM_OF,      /* an item of a list that is the value of such a key, anywhere */
	IN_ITEM,      /* the value of such a key in an item */
	WITHIN,       /* a value or item in the value of such a key, from the third level on */
	DEEP,         /* from the second level on */
};

struct recognise_fact {
	enum fact_where where;
	outline_set key;
	outline_set all, any; /* of its own keys */
	outline_set none;     /* neither of its own nor that whose value it is */
	unsigned fact;
};

/* The set of the words whose bits are in the two halves. */
#define WORDS_OF(high, low) ((outline_set)(high) << 64 | (low))

struct recognise_kind {
	const char *part, *why;
	outline_set all, any; /* of the root's keys */
	unsigned fact;        /* that is true of it; 0: none is needed */
	unsigned with;        /* and this one */
	enum word tells;      /* whose line is told */
};

extern const struct recognise_fact recognise_facts[];
extern const size_t recognise_facts_count;
extern const struct recognise_kind recognise_kinds[];
extern const size_t recognise_kinds_count;

#endif
