/*
 * Links to where an agent worked, as its tools put them into messages: alone on a line, or behind a
 * label: `Task: https://...`, `[Devin session](https://...)`.  Lines are folded (fold.h).
 */
#ifndef COMMON_MARK_SESSION_LINK_H
#define COMMON_MARK_SESSION_LINK_H

#include <stdbool.h>

#include "common/base/span.h"

/*
 * Finds the link that the line is, or labels; *link is without `https://`.  False where there is
 * none, where a sentence goes on around it, or where it is what the change refers to: `See
 * https://...`.
 */
bool session_link_read(struct span line, struct span *link);

#endif
