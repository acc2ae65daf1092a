/*
 * Attribution notes: what tools have written about a commit beside it (refs/notes/ai and others).
 */
#ifndef COMMON_MARK_ATTRIBUTION_NOTE_H
#define COMMON_MARK_ATTRIBUTION_NOTE_H

#include "common/mark/catalogue.h"

#define ATTRIBUTION_NOTE_MAX (16u << 20) /* larger ones are not understood */

/*
 * Adds whom a note in JSON names: git-ai's (attestations, `---`, then a JSON object with prompts or
 * sessions), or another object with such names.  *json is false when it is none, and nothing is
 * added.  Prompts and sessions that are empty say that no AI took part; JSON that cannot be read
 * says that one did.
 */
void attribution_note_read(struct span note, struct agent_set *out, bool *json);

#endif
