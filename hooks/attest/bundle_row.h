/* What a bundle has of the log and of approvals, verified piece by piece. */
#ifndef HOOKS_ATTEST_BUNDLE_ROW_H
#define HOOKS_ATTEST_BUNDLE_ROW_H

#include "common/tlog/merkle.h"
#include "hooks/attest/verifying.h"

/* That a row is what was logged: by its own hash, and its proof in the tree (NULL: none). */
void bundle_row_check(struct verifying *v, const struct merkle_head *tree, const json_t *row);

/* Whether the row names the attestations of the landing. */
bool bundle_row_attests(const json_t *row, const json_t *landing);

/* That an approval tag is the object that it says it is. */
void bundle_tag_check(struct verifying *v, const json_t *tag);

#endif
