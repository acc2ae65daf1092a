/*
 * Verdict objects as they are read again: rows of the log, holds, and single findings of them.
 */
#ifndef COMMON_FACTS_VERDICT_ROW_H
#define COMMON_FACTS_VERDICT_ROW_H

#include <jansson.h>
#include <stdbool.h>

#include "common/base/buf.h"

/* Whether commits of that agent (`*`: of any) were judged, whether or not something was found. */
bool verdict_row_took_part(const json_t *verdict, const char *agent);

/* Whether an object has a finding of that agent (`*`: of any), or is about that agent. */
bool verdict_row_names_agent(const json_t *verdict, const char *agent);

/* Adds the finding's approvers to the text, "a or b", each once. */
void verdict_row_add_approvers(struct buf *text, const json_t *finding);

#endif
