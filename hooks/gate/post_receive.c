/*
 * post-receive settles what landed.  It never fails a push, and nothing depends on it having run.
 */
#include "hooks/gate/auto_land.h"
#include "hooks/gate/chain.h"
#include "hooks/gate/hook.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/settle.h"

static int settle(struct session *session, const struct env *env, bool *wrote, struct fault *f)
{
	struct push push;
	int status = push_read(&push, stdin, f);

	if (status == 0)
		status = session_of_push(session, env, &push, f);
	push_release(&push);
	if (status < 0)
		return -1;
	push_passes_landed(session);
	return settle_landed(session, wrote, f);
}

int hook_post_receive(const struct env *env, int argc, char **argv)
{
	struct session session = { 0 };
	struct report report;
	struct fault fault = { 0 };
	bool wrote = false;
	int chained = 0;

	(void)argc;
	report_begin(&report, env);
	if (settle(&session, env, &wrote, &fault) < 0)
		report_fault(
			&report, "what landed was not settled (the next push does it)", &fault);
	else if (wrote)
		notify_start(&session);
	fault_clear(&fault);
	if (session.judge && auto_land_approved(&session, &report, &fault) < 0)
		report_fault(&report, "what was approved did not land by itself", &fault);
	fault_clear(&fault);
	if (session.facts.repo) {
		struct chain_call call = { env, repo_git_dir(session.facts.repo), argv,
			&session.facts.push };

		if (chain_run(&call, CHAIN_FIRST, &chained, &fault) < 0 ||
			chain_run(&call, CHAIN_AFTER, &chained, &fault) < 0)
			report_fault(&report, "a chained hook did not run", &fault);
	}
	report_end(&report);
	session_close(&session);
	return chained;
}
