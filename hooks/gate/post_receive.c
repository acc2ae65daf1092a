/*
 * post-receive settles what landed.  It never fails a push, and nothing depends on it having run.
 */
#include <string.h>

#include "common/facts/landing.h"
#include "common/facts/passed.h"
#include "common/git/refname.h"
#include "common/notify/outbox.h"
#include "hooks/gate/auto_land.h"
#include "hooks/gate/chain.h"
#include "hooks/gate/hook.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/settle.h"

static int on_any_pending(void *context, const struct pending *pending)
{
	(void)context, (void)pending;
	return 1;
}

static int on_any_awaited(void *context, const struct awaited *what)
{
	(void)context, (void)what;
	return 1;
}

static struct pass pass_of(const struct ref_update *update)
{
	return (struct pass){ .ref = update->name,
		.target = update->name,
		.old = update->claimed,
		.new = update->new };
}

/* Whether pre-receive allowed it, and it is nothing that may let something else land. */
static bool is_allowed(const struct passed *passed, const struct ref_update *update)
{
	struct pass pass = pass_of(update);
	char hold[PASS_HOLD_MAX + 1];

	return strncmp(update->name, "refs/countersign/", 17) != 0 &&
	       passed_find(passed, "post-receive", &pass, hold) == PASS_ALLOWED;
}

/* Whether nothing waits for any of the refs. */
static bool is_settled(const struct passed *passed, const struct push *push, struct fault *f)
{
	struct state *state = NULL;
	bool settled = state_open(&state, passed->git_dir, STATE_READ, f) == 0;

	for (size_t i = 0; settled && i < push->count; i++)
		settled =
			state_pending(state, push->updates[i].name, on_any_pending, NULL, f) == 0 &&
			state_outcomes(state, push->updates[i].name, on_any_awaited, NULL, f) == 0;
	state_close(state);
	return settled;
}

/* The end of most pushes: there is nothing to settle, to tell or to land, and no other hook. */
static bool is_over(const struct push *push)
{
	struct fault ignored = { 0 };
	struct passed passed;
	bool over = push->count && passed_open(&passed, &ignored) == 0;

	for (size_t i = 0; over && i < push->count; i++)
		over = is_allowed(&passed, &push->updates[i]);
	over = over && is_settled(&passed, push, &ignored);
	for (size_t i = 0; over && i < push->count; i++) {
		struct pass pass = pass_of(&push->updates[i]);

		pass.policy = passed.policy;
		(void)pass_drop(passed.git_dir, &pass);
	}
	if (over)
		passes_end(passed.git_dir);
	if (over && landing_is_attested(&passed.paths))
		(void)outbox_start_attesting(passed.git_dir, &ignored);
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

/* What landed is attested by a deliverer, if this host has a key. */
static void attest(const struct session *session)
{
	struct fault ignored = { 0 };

	if (session->facts.repo && landing_is_attested(&session->facts.paths))
		(void)outbox_start_attesting(repo_git_dir(session->facts.repo), &ignored);
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
