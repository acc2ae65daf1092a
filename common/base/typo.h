/*
 * Near misses: which of the known words an unknown one was probably meant to be.
 */
#ifndef COMMON_BASE_TYPO_H
#define COMMON_BASE_TYPO_H

#include <stddef.h>

#define NEAR_MAX 64 /* longer words are not compared */

/*
 * How many letters must be put in, left out, replaced or swapped with their neighbour to make one
 * word of the other; letter case makes no difference.  NEAR_MAX when one of them is too long.
 */
size_t near_distance(const char *a, const char *b);

/* The search for the nearest word. */
struct near {
	const char *word;  /* what was written */
	const char *found; /* the nearest so far that is near enough; NULL: none */
	size_t distance;
};

/* Begins a search. */
struct near near_begin(const char *word);

/* Offers a candidate, which must live as long as the search. */
void near_offer(struct near *near, const char *candidate);

#endif
