/*
 * Verifying attestations in a clone: by the notes that it has fetched and a public key, and nothing
 * of the server's.  git alone is asked.
 */
#ifndef HOOKS_ATTEST_VERIFY_H
#define HOOKS_ATTEST_VERIFY_H

#include <jansson.h>
#include <stdbool.h>

#include "common/tlog/dsse.h"

struct verify_asked {
	const char *folder;            /* the clone */
	const char *what;              /* a commit, a tag, or a range A..B */
	const char *keys;              /* the file of public keys, or NULL: */
	const struct dsse_keys *known; /* the keys */
	const char *ref;               /* landings on that ref alone count; NULL: any */
	const char *repository;        /* what resourceUri has to be; NULL: anything */
	int level;                     /* that each has to have, at least */
	bool reviewed;                 /* two people have to stand for each */
};

/*
 * Verifies it.  *out gets an object for json_decref(): `commits`, a list of what was found of each
 * commit that landed, and `problems`, sentences.  0: all is as asked, 1: not so, -1.
 */
int verify_attestations(json_t **out, const struct verify_asked *asked, struct fault *f);

#endif
