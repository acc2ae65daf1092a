#include "hooks/witness/log_alarm.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/notify/outbox.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/gate/record.h"
#include "hooks/host/run_as_owner.h"

#define TOLD "tampered-told" /* what was told last */

static const char *const words[] = { [LOG_WHOLE] = "whole",
	[LOG_ALTERED] = "altered",
	[LOG_REMOVED] = "removed",
	[LOG_REORDERED] = "reordered",
	[LOG_TRUNCATED] = "truncated",
	[LOG_REWRITTEN] = "rewritten" };

static char *describe(const char *repository, const struct log_check *check)
{
	json_t *object = json_pack("{s:i, s:s, s:s, s:I, s:s}", "version", 1, "repository",
		repository, "log_is", words[check->state], "row", (json_int_t)check->broken,
		"last_sound", check->tip);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	return text;
}

/* Whether exactly this has been told already. */
static int was_told(struct state *state, const char *what, bool *told, struct fault *f)
{
	char *before = NULL;
	int status = state_value(state, TOLD, &before, f);

	*told = status == 0 && before && strcmp(before, what) == 0;
	free(before);
	return status;
}

/* Once, in a transaction of its own. */
static int put(struct state *state, const struct policy *policy, const char *what,
	const struct outbox_event *event, struct fault *f)
{
	bool told = false;
	int status = was_told(state, what, &told, f);

	if (status < 0 || told)
		return status;
	if (state_begin(state, f) < 0)
		return -1;
	if (outbox_add(state, policy, event, f) == 0 && state_value_set(state, TOLD, what, f) == 0)
		return state_commit(state, f);
	state_rollback(state);
	return -1;
}

static int tell(const struct env *env, const struct policy_in_force *in_force,
	const struct log_check *check, struct fault *f)
{
	static const char *const nobody[] = { NULL };
	const char *git_dir = repo_git_dir(in_force->repo);
	char *name = facts_repository_name(env, git_dir),
	     *json = name ? describe(name, check) : NULL;
	char time[32], what[64];
	struct outbox_event event = { .type = "tampered",
		.ref = "",
		.rules = nobody,
		.owners = nobody,
		.time = time,
		.repository = name,
		.log = check->tip,
		.verdict = json };
	struct state *state = NULL;
	int status = json ? state_open(&state, git_dir, STATE_WRITE, f) : fault_memory(f);

	record_time(time);
	(void)snprintf(what, sizeof(what), "%s %" PRId64, words[check->state], check->broken);
	if (status == 0)
		status = put(state, in_force->policy, what, &event, f);
	state_close(state);
	free(json);
	free(name);
	return status < 0 ? -1 : outbox_start(git_dir, f);
}

int log_alarm_tell(
	const struct env *env, const char *git_dir, const struct log_check *check, struct fault *f)
{
	struct policy_in_force in_force;
	int status = run_as_owner(git_dir, f);

	if (status < 0)
		return -1;
	status = policy_in_force_open(&in_force, git_dir, f);
	if (status == 0)
		status = policy_in_force_load(&in_force, f);
	if (status == 0 && in_force.policy->webhook_count)
		status = tell(env, &in_force, check, f);
	policy_in_force_release(&in_force);
	return status;
}
