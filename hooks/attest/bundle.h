/*
 * Bundles: what landed in a range, in one file for somebody who has no account here.
 *
 * Lines of JSON: a header; a line for each landing, with its attestations, the log's rows about it,
 * each with its proof, and the approval tags as they are; and an in-toto statement in a signed
 * envelope, by which no byte before it can be another.  The same state gives the same bytes.
 */
#ifndef HOOKS_ATTEST_BUNDLE_H
#define HOOKS_ATTEST_BUNDLE_H

#include "common/base/env.h"
#include "common/base/fault.h"
#include "common/base/span.h"

#define BUNDLE_MAX ((size_t)1 << 30)
#define BUNDLE_STATEMENT "urn:countersign:bundle:v1"

/* What a bundle is made of. */
struct bundle_asked {
	const char *git_dir, *range, *ref; /* ref NULL: the branch on which the range ended */
	const char *seed;                  /* of a sample; NULL: all landings */
	unsigned long sample;              /* how many */
};

/*
 * Verifies a bundle, by the keys in a file (NULL: those that it names itself).  0 good, 1 not so,
 * -1: the file of keys cannot be read.
 */
int bundle_verify(struct span bytes, const char *keys, struct fault *f);

/* `countersign evidence bundle`: writes it to standard output.  The exit status. */
int bundle_command(const struct env *env, int argc, char **argv);

/* `countersign evidence verify`: verifies a file.  The exit status. */
int bundle_verify_command(const struct env *env, int argc, char **argv);

#endif
