/* The scope that `countersign policy init` gives every assistant. */
#ifndef HOOKS_COMMAND_POLICY_POLICY_SCOPE_H
#define HOOKS_COMMAND_POLICY_POLICY_SCOPE_H

#include <jansson.h>

#include "hooks/report/survey.h"

/*
 * All there is at the top, as a list of patterns: what is left out is denied, and what was not
 * recognised may be what the project is about.  Empty where there is too much, or nothing.
 */
json_t *policy_scope(const struct survey *s);

/* What to say of it: also what was not recognised, and what no pattern can name. */
json_t *policy_scope_text(const struct survey *s);

#endif
