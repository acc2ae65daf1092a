/*
 * The notes of refs/notes/countersign-attestations: on a commit, the envelopes of all landings that
 * came to it, a line each.  Written by git (fast-import), so that it is any other ref of notes.
 */
#ifndef HOOKS_ATTEST_NOTES_REF_H
#define HOOKS_ATTEST_NOTES_REF_H

#include <jansson.h>

#include "common/git/repo.h"

#define ATTESTATIONS_REF "refs/notes/countersign-attestations"

/*
 * Adds lines to the notes of commits: an object, by the commit's id, of texts that are whole lines.
 * A line that a note has already is not added again.  0 or -1.
 */
int notes_ref_add(struct repo *repo, json_t *lines, int64_t seconds, struct fault *f);

/* The ref as it is; zero: there is none.  0 or -1. */
int notes_ref_value(struct repo *repo, struct oid *out, struct fault *f);

#endif
