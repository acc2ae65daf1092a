/*
 * Budgets that several servers keep together: lent in portions, so that not every push has to wait
 * for the engine.  A portion that is lost with the process is spent.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/deadline.h"
#include "hooks/fleet/uses_child.h"

#define IDLE 5.0 /* seconds until what is left of a portion is given back */

static struct portion *find(struct portions *portions, const char *key)
{
	struct portion *oldest = portions->rows;

	for (size_t i = 0; i < PORTIONS_MOST; i++) {
		struct portion *row = &portions->rows[i];

		if (strcmp(row->key, key) == 0)
			return row;
		if (!row->key[0] || (oldest->key[0] && row->since < oldest->since))
			oldest = row;
	}
	return oldest;
}

/* What cannot be given back now stays spent. */
static void give_back(struct portion *row, struct uses_engine *engine)
{
	char pushes[24], commits[24];
	const struct link_question question = { .sql = "SELECT countersign.give_back($1, $2, $3)",
		.params = { row->id, pushes, commits },
		.count = 3 };
	struct fault f = { 0 };

	(void)snprintf(pushes, sizeof(pushes), "%" PRId64, row->pushes);
	(void)snprintf(commits, sizeof(commits), "%" PRId64, row->commits);
	if (row->key[0] && (row->pushes || row->commits) &&
		uses_ask(engine, &question, NULL, &f) < 0)
		(void)fprintf(stderr, "countersign-fleet: a portion stays spent: %s\n", f.text);
	*row = (struct portion){ 0 };
}

/* Another portion, with what is needed in it; *lent: there was enough.  0 or -1. */
static int borrow(struct portion *row, struct uses_engine *engine, const struct spend *spend,
	bool *lent, struct fault *f)
{
	char agent[SPEND_AGENT + 4];
	const struct link_question question = {
		.sql = "SELECT portion, pushes, commits FROM countersign.borrow($1, $2, $3, $4, "
		       "$5)",
		.params = { spend->repository, agent, spend->pushes, spend->commits,
			spend->limits },
		.count = 5
	};
	struct pg_result *result;

	(void)snprintf(agent, sizeof(agent), "%s %s", spend->claimed, spend->agent);
	if (uses_ask(engine, &question, &result, f) < 0)
		return -1;
	*lent = !link_is_null(result, 0, 1);
	(void)snprintf(row->id, sizeof(row->id), "%s", link_value(result, 0, 0));
	row->pushes = strtoll(link_value(result, 0, 1), NULL, 10);
	row->commits = strtoll(link_value(result, 0, 2), NULL, 10);
	link_clear(result);
	return 0;
}

int portions_take(struct portions *portions, struct uses_engine *engine, const struct spend *spend,
	bool *lent, struct fault *f)
{
	int64_t pushes = strtoll(spend->pushes, NULL, 10);
	int64_t commits = strtoll(spend->commits, NULL, 10);
	struct portion none = { 0 }, *row = &none;
	char key[sizeof(none.key)];

	*lent = true;
	(void)snprintf(
		key, sizeof(key), "%s %s %s", spend->repository, spend->claimed, spend->agent);
	if (strcmp(spend->limits, "-") == 0) /* what was approved takes of no portion */
		return borrow(row, engine, spend, lent, f);
	row = find(portions, key);
	if (strcmp(row->key, key) != 0 || row->pushes < pushes || row->commits < commits) {
		give_back(row, engine);
		if (borrow(row, engine, spend, lent, f) < 0 || !*lent)
			return *lent ? -1 : 0;
		(void)snprintf(row->key, sizeof(row->key), "%s", key);
		row->since = deadline_clock();
	}
	row->pushes -= pushes;
	row->commits -= commits;
	return 0;
}

void portions_return(struct portions *portions, struct uses_engine *engine)
{
	double now = deadline_clock();

	for (size_t i = 0; i < PORTIONS_MOST; i++)
		if (portions->rows[i].key[0] && now - portions->rows[i].since > IDLE)
			give_back(&portions->rows[i], engine);
}
