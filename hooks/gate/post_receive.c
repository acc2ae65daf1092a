/*
 * post-receive settles what landed.  It never fails a push, and nothing depends on it having run.
 */
#include "common/facts/passed.h"
#include "common/git/refname.h"
#include "common/notify/deliver_start.h"
#include "hooks/gate/auto_land.h"
#include "hooks/gate/chain.h"
#include "hooks/gate/hook.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/settle.h"

/* The end of most pushes, where git's own settings call this program; else update sees to it. */
static bool is_over(const struct push *push)
{
	struct fault ignored = { 0 };
	struct passed passed;
	bool over = passed_is_settled(&passed, push);

	if (over && install_paths_may_sign(&passed.paths))
		(void)deliver_start(passed.git_dir, DELIVER_ATTEST, &ignored);
	fault_clear(&ignored);
	return over;
}

/* An approval may have paid a debt. */
static int pay(struct session *session, bool *wrote, struct fault *f)
{
	for (size_t i = 0; i < session->facts.push.count; i++)
		if (refname_is_approval(session->facts.push.updates[i].name)) {
			*wrote = true;
			return settle_debts(session, f);
		}
	return 0;
}

static int settle(struct session *session, const struct env *env, struct push *push, bool *wrote,
	struct fault *f)
{
	if (session_of_push(session, env, push, f) < 0)
		return -1;
	push_passes_landed(session);
	return settle_landed(session, wrote, f) < 0 ? -1 : pay(session, wrote, f);
}

/* What landed is attested by a deliverer, if this host has a key that we may read. */
static void attest(const struct session *session)
{
	struct fault ignored = { 0 };

	if (session->facts.repo && install_paths_may_sign(&session->facts.paths))
		(void)deliver_start(repo_git_dir(session->facts.repo), DELIVER_ATTEST, &ignored);
}

int hook_post_receive(const struct env *env, int argc, char **argv)
{
	struct session session = { 0 };
	struct report report;
	struct push push;
	struct fault fault = { 0 };
	bool wrote = false;
	int chained = 0, status;

	(void)argc;
	report_begin(&report, env);
	status = push_read(&push, stdin, &fault);
	if (status == 0 && is_over(&push)) {
		push_release(&push);
		report_end(&report);
		return 0;
	}
	if (status < 0 || settle(&session, env, &push, &wrote, &fault) < 0)
		report_fault(
			&report, "what landed was not settled (the next push does it)", &fault);
	else if (wrote)
		notify_start(&session);
	attest(&session);
	push_release(&push);
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
