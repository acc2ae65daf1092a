/* Which landings a sample has, by a seed that whoever asks for it gives. */
#ifndef HOOKS_ATTEST_BUNDLE_SAMPLE_H
#define HOOKS_ATTEST_BUNDLE_SAMPLE_H

#include <jansson.h>

/*
 * Of objects with `digest` those whose SHA-256 over SEED, a colon and the digest is smallest, so
 * many, in the order in which they stand; seed NULL: all.  A new list; NULL: out of memory.
 */
json_t *bundle_sample(const json_t *all, const char *seed, unsigned long count);

#endif
