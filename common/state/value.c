/* Single values by name, the repository's id among them. */
#include <stdlib.h>
#include <string.h>

#include "common/state/sql.h"

int state_value(struct state *state, const char *name, char **value, struct fault *f)
{
	sqlite3_stmt *statement;
	int found;

	*value = NULL;
	if (state_is_empty(state))
		return 0;
	statement = state_query(state, f, "SELECT value FROM value WHERE name = ?", "t", name);
	found = statement ? state_step(state, statement, f) : -1;
	if (found <= 0)
		return found;
	*value = strdup((const char *)sqlite3_column_text(statement, 0));
	state_done(statement);
	return *value ? 0 : fault_memory(f);
}

int state_value_set(struct state *state, const char *name, const char *value, struct fault *f)
{
	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state,
		state_query(
			state, f, "INSERT OR REPLACE INTO value VALUES (?, ?)", "tt", name, value),
		f);
}

int state_value_drop(struct state *state, const char *name, struct fault *f)
{
	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, "DELETE FROM value WHERE name = ?", "t", name), f);
}

int state_repository_id(struct state *state, char id[33], struct fault *f)
{
	char *value = NULL;

	id[0] = '\0';
	if (state_value(state, "repository-id", &value, f) < 0)
		return -1;
	if (value && strlen(value) == 32)
		memcpy(id, value, 33);
	free(value);
	return 0;
}
