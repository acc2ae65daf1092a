/* What status says of the state: its files, the clock, and glass that was broken. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/state/backup.h"
#include "common/state/clock.h"
#include "hooks/host/status.h"

#define PROBLEM_MAX 4096
#define CLOCK_TOLD 300 /* seconds that it has to be behind */

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

static void put_time(char out[32], int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;
	size_t len = 0;

	if (gmtime_r(&when, &tm))
		len = strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	out[len] = '\0';
}

void status_look_at_clock(struct status *status, struct state *state)
{
	struct clock clock;
	struct fault f = { 0 };
	char seen[32], now[32], problem[256];

	if (clock_read(state, &clock, &f) < 0) {
		status_problem(status, STATUS_CLOCK, f.text, "mend the state first");
		return;
	}
	if (clock.seen - clock.now < CLOCK_TOLD)
		return;
	put_time(seen, clock.seen);
	put_time(now, clock.now);
	(void)snprintf(problem, sizeof(problem),
		"is at %s, and the log has seen it at %s: agents, keys and allowances that end "
		"before that are over, and so are approvals from before it was set back",
		now, seen);
	status_problem(status, STATUS_CLOCK, problem,
		"if it is right now: countersign state clock --reason TEXT, so that dates it had "
		"passed are ahead again; approvals have to be given anew");
}

/* A copy that was put in the state's place knows nothing of what came after it. */
void status_look_at_age(struct status *status, struct state *state)
{
	struct fault f = { 0 };
	int64_t rows, had;
	char problem[256];

	if (state_rows_had(state, &rows, &had, &f) < 0) {
		status_problem(status, STATUS_AGE, f.text, "mend the state first");
		return;
	}
	if (rows >= had)
		return;
	(void)snprintf(problem, sizeof(problem),
		"the log has %lld rows, and had %lld: an older copy is in its place, which knows "
		"nothing of stops, holds and commits since",
		(long long)rows, (long long)had);
	status_problem(status, STATUS_AGE, problem,
		"restore the newest copy: countersign state restore FILE");
}

void status_look_at_files(struct status *status, const char *folder)
{
	static const char *const files[] = { "state.db", "state.db-journal" };
	char path[INSTALL_PATH_MAX], problem[PROBLEM_MAX];
	struct fault ignored = { 0 };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !status->stranger; i++) {
		const char *at = path;
		int may;

		if (install_paths_join(path, folder, files[i], &ignored) < 0)
			return;
		may = access(path, W_OK);
		if (may < 0 && errno == ENOENT) {
			at = folder; /* it is still to be made there */
			may = access(folder, W_OK | X_OK);
		}
		if (may == 0 || errno == ENOENT)
			continue;
		(void)snprintf(problem, sizeof(problem), "user %lu may not write to %.3000s: %s",
			(unsigned long)geteuid(), at, strerror(errno));
		status_problem(status, "state", problem,
			"until it is mended every push that has to be recorded is refused");
		return;
	}
}
