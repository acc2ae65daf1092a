/* Outcomes, askers and lists of names as JSON: the same in every answer. */
#ifndef HOOKS_REASON_REASON_JSON_H
#define HOOKS_REASON_REASON_JSON_H

#include <jansson.h>

#include "hooks/reason/space.h"

/* A list of names. */
json_t *reason_names(names list);

/* An outcome: `decision`, `warned`, `approvable`, `needs`. */
json_t *reason_outcome(const struct outcomes *outcomes, const struct outcome *outcome);

/* Who changes which path: `agent`, `verified`, `ref`, `path`. */
json_t *reason_asker(const struct asker *asker, const char *path);

#endif
