/* What a push takes of budgets that several servers of one repository keep together. */
#include <string.h>

#include "common/fleet/fleet_use.h"
#include "hooks/gate/budget.h"
#include "hooks/gate/budget_left.h"

struct borrowing {
	struct session *session;
	const struct budget_left *left;
};

/* The word `spend`, about one agent; *rates: it has such budgets.  0 or -1. */
static int ask_line(struct borrowing *b, bool *rates, struct buf *line, struct fault *f)
{
	struct session *session = b->session;
	const struct budget_left *left = b->left;
	char id[33] = "";

	if (facts_repository_id(&session->facts, true, id, f) < 0)
		return -1;
	buf_addf(line, "spend %s ", id);
	for (const char *c = left->name; *c; c++)
		buf_addf(line, "%02x", (unsigned)(unsigned char)*c);
	buf_addf(line, " %d %lld %lld ", left->claimed, (long long)left->pushes,
		(long long)left->commits);
	*rates = budget_left_limits(left, line);
	buf_addf(line, " %s\n", repo_git_dir(session->facts.repo));
	return line->failed ? fault_memory(f) : 0;
}

static int borrow(struct borrowing *b, struct fault *f)
{
	const struct budget_left *left = b->left;
	struct buf line = BUF_INIT(FLEET_USE_LINE - 1);
	char answer[FLEET_USE_LINE] = "";
	bool rates = false;
	int status = ask_line(b, &rates, &line, f);

	if (status == 0 && rates && b->session->facts.fleet.joined)
		fleet_ask(b->session->facts.paths.etc, line.data, answer);
	buf_release(&line);
	if (status < 0 || !rates || strcmp(answer, "taken") == 0)
		return status;
	if (strcmp(answer, "over") == 0)
		return fault_set(f, FAULT_PUSHER,
			"a push to another server has just taken what this one needs of the budget "
			"of %s: push again later",
			left->name);
	return fault_set(f, FAULT_ADMIN,
		"this repository is on several servers, and what is left of the budget of %s "
		"cannot be asked now: push again when the fleet answers (countersign fleet status)",
		left->name);
}

int budget_borrow(struct session *session, struct fault *f)
{
	if (!session->facts.policy->fleet_shared)
		return 0;
	if (budget_tally(session, f) < 0)
		return -1;
	for (size_t i = 0; i < session->budget->count; i++) {
		struct borrowing borrowing = { session, &session->budget->agents[i] };

		if (borrow(&borrowing, f) < 0)
			return -1;
	}
	return 0;
}
