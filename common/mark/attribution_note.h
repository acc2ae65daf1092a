/*
 * Attribution notes: what tools have written about a commit beside it (refs/notes/ai and others).
 */
#ifndef COMMON_MARK_ATTRIBUTION_NOTE_H
#define COMMON_MARK_ATTRIBUTION_NOTE_H

#include "common/mark/catalogue.h"

#define ATTRIBUTION_NOTE_WORD "note"     /* in a policy: such a note is enough, with no address */
#define ATTRIBUTION_NOTE_MAX (16u << 20) /* larger ones are not understood */

/*
 * Adds whom a note in JSON names: git-ai's (attestations, `---`, then a JSON object with prompts or
 * sessions), or another object with such names.  *json is false when it is none, and nothing is
 * added.  Prompts and sessions that are empty say that no AI took part; JSON that cannot be read
 * says that one did.
 */
void attribution_note_read(struct span note, struct agent_set *out, bool *json);

/*
 * Tells `each`, until it returns true, every text of such a note that is the value of a key for
 * addresses (`url`, `messages_url` and the like).  *tells: it is of a known format, and has a
 * prompt, a session or a conversation.  Whether `each` has returned true.
 */
bool attribution_note_addresses(struct span note, bool (*each)(void *context, struct span text),
	void *context, bool *tells);

#endif
