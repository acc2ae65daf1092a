/*
 * Changing a policy file by a command: read as JSON, changed, tried with all the layers that are in
 * force, and put in its place in one go, with the owner and the rights that it had.  A change that
 * would make the policy refuse every push is not written.
 *
 * The repository's file may lie where others write, so everything goes by descriptors and follows
 * no link (common/base/beneath.h).  Comments there are none in JSON; spacing becomes our own.
 */
#ifndef HOOKS_ADMIN_POLICY_EDIT_H
#define HOOKS_ADMIN_POLICY_EDIT_H

#include <jansson.h>

#include "hooks/admin/policy_in_force.h"

struct policy_edit {
	struct policy_in_force *in_force; /* loaded */
	enum layer layer;                 /* whose file it is: the site's or the repository's */
	json_t *root;                     /* what is changed, and then written */
};

/* Reads the layer's file; for policy_edit_release().  0 or -1. */
int policy_edit_open(struct policy_edit *edit, struct fault *f);

/* Tries the policy as it was changed, and writes it.  0, or -1: nothing was written. */
int policy_edit_write(struct policy_edit *edit, struct fault *f);

/* Frees what was read. */
void policy_edit_release(struct policy_edit *edit);

#endif
