/* Rows read in portions, so that a caller may use the state between two rows. */
#include "common/state/sql.h"

#define BATCH_ROWS 256
#define BATCH_BYTES ((size_t)4 << 20)

int state_batch_read(
	struct state_batch *batch, struct state *state, sqlite3_stmt *statement, struct fault *f)
{
	int more = statement ? 0 : -1;

	arena_release(&batch->arena);
	batch->rows = NULL;
	batch->count = 0;
	while (more == 0 && batch->count < BATCH_ROWS && batch->arena.total < BATCH_BYTES) {
		char *row;

		more = state_step(state, statement, f);
		batch->ended = more == 0;
		if (more <= 0)
			return more;
		batch->rows = arena_grow(&batch->arena, batch->rows, batch->count, batch->size);
		row = batch->rows ? (char *)batch->rows + batch->count * batch->size : NULL;
		if (!row || batch->read(&batch->arena, statement, row) < 0)
			more = fault_memory(f);
		else
			more = 0;
		batch->count++;
	}
	state_done(statement);
	return more;
}

void state_batch_release(struct state_batch *batch)
{
	arena_release(&batch->arena);
	batch->rows = NULL;
	batch->count = 0;
}
