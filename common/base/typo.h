/*
 * Near misses: which of the known words an unknown one was probably meant to be.  A word is near by
 * its letters, as a part of the name, or as what others call the same; of short words no letter may
 * be wrong, so that nothing is offered rather than something that nobody meant.
 */
#ifndef COMMON_BASE_TYPO_H
#define COMMON_BASE_TYPO_H

#include <stddef.h>

#define TYPO_MAX 64 /* longer words are not compared */

/*
 * How many letters must be put in, left out, replaced or swapped with their neighbour to make one
 * word of the other; letter case makes no difference.  TYPO_MAX when one of them is too long.
 */
size_t typo_distance(const char *a, const char *b);

/* The search for the nearest word. */
struct typo {
	const char *word;  /* what was written */
	const char *found; /* the nearest so far that is near enough; NULL: none */
	size_t distance;   /* in half letters; 0: but for case and dashes the same, or an alias */
};

#define TYPO_SURE 2 /* up to this distance hardly anything else was meant */

/* Begins a search. */
struct typo typo_begin(const char *word);

/* Offers a candidate, which must live as long as the search. */
void typo_offer(struct typo *near, const char *candidate);

#endif
