/* Glass that was broken and is owed for, and glass that nobody can break. */
#include "hooks/host/status.h"

#define PROBLEM_MAX 4096

static int on_debt(void *context, const struct hold_row *hold)
{
	struct status *status = context;
	json_t *verdict = json_loads(hold->verdict, 0, NULL),
	       *glass = json_object_get(verdict, "glass");
	const char *by = json_string_value(json_object_get(glass, "by"));
	struct buf problem = BUF_INIT(PROBLEM_MAX), advice = BUF_INIT(256);

	buf_addf(&problem, "%s broke it for %s on %s, and %s is owed since: ", by ? by : "somebody",
		hold->ref, hold->since, hold->id);
	buf_adds(&problem, json_string_value(json_object_get(glass, "reason")));
	buf_addf(&advice, "reviewers: git countersign show %s, then approve it", hold->id);
	status_problem(status, STATUS_GLASS, problem.len ? problem.data : "",
		advice.len ? advice.data : "");
	buf_release(&problem);
	buf_release(&advice);
	json_decref(verdict);
	return 0;
}

/* What landed as glass was broken, and nobody has approved yet. */
static void look_for_debts(struct status *status, struct state *state)
{
	struct fault f = { 0 };

	if (state_holds(state, NULL, "owed", on_debt, status, &f) < 0)
		status_problem(status, STATUS_GLASS, f.text, "mend the state first");
}

/* Whoever may break glass needs a nonce of this server's. */
static void look_for_nonce(struct status *status)
{
	const struct policy *policy = status->in_force.policy;
	bool anybody = false;

	for (size_t i = 0; policy && i < LAYER_COUNT; i++)
		anybody = anybody ||
			  (policy->layers[i].approval.glass && *policy->layers[i].approval.glass);
	if (anybody && !config_get(&status->settings, "receive.certnonceseed"))
		status_problem(status, STATUS_GLASS,
			"receive.certNonceSeed is not set, so nobody can break it",
			"git config receive.certNonceSeed \"$(openssl rand -hex 32)\"");
}

void status_look_at_glass(struct status *status, struct state *state)
{
	look_for_nonce(status);
	if (state)
		look_for_debts(status, state);
}
