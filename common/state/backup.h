/*
 * Backup, restore, and a new beginning of a repository's state, while pushes go on.
 */
#ifndef COMMON_STATE_BACKUP_H
#define COMMON_STATE_BACKUP_H

#include "common/state/state.h"

/* Writes a consistent copy of the state, an SQLite database, to the open file.  0 or -1. */
int state_backup_save(struct state *state, int file, struct fault *f);

/*
 * Puts the copy that the open file holds in the place of the repository's state, whole or not at
 * all; a state there that cannot be opened is set aside first, under the name given back in
 * `aside`, "" when there was none.  A file that is no whole state is refused.  0 or -1.
 */
int state_backup_restore(const char *git_dir, int file, char aside[4096], struct fault *f);

/* Sets a state aside that is there, so that a new one can begin; `aside` likewise.  0 or -1. */
int state_backup_set_aside(const char *git_dir, char aside[4096], struct fault *f);

/*
 * How many rows the log has, and how many it had already, as far as that is known: with more of
 * them an older copy is in the state's place.  0 or -1.
 */
int state_rows_had(struct state *state, int64_t *rows, int64_t *had, struct fault *f);

#endif
