/*
 * The names of eight and three letters that Windows file systems make for long ones.  A tree entry
 * `WORKFL~1` opens `workflows` there, if that exists: so it counts as that where matching is
 * generous.
 */
#ifndef COMMON_PATH_SHORT_NAME_H
#define COMMON_PATH_SHORT_NAME_H

#include <stdbool.h>

#include "common/base/span.h"

/* Whether a component of the folded path could be such a name. */
bool short_name_in(struct span path);

/* Whether the folded name could be the short one that is made for the folded long name. */
bool short_name_fits(struct span name, struct span longer);

#endif
