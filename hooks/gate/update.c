/*
 * update judges one ref, when there is no pass that says how it was decided: on hosts that offer
 * only this hook, and wherever a pass could not be made or found.
 */
#include "common/git/vref.h"
#include "hooks/gate/chain.h"
#include "hooks/gate/hold.h"
#include "hooks/gate/hook.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/record.h"
#include "hooks/gate/settle.h"

struct updating {
	struct session session;
	struct report report;
	struct verdict verdict;
	bool judged;
	bool awaits; /* it was allowed, and is to land */
};

static int judge_it(struct updating *u, struct fault *f)
{
	struct recording recording = {
		.session = &u->session, .verdicts = &u->verdict, .count = 1
	};
	bool wrote;

	verdict_init(&u->verdict, &u->session.facts.push.updates[0]);
	u->judged = true;
	if (session_judge(&u->session, &u->verdict, f) < 0 ||
		(u->verdict.decision == DECISION_HOLD &&
			hold_save(&u->session, &u->verdict, f) < 0)) {
		record_fault(&u->session, u->session.facts.push.updates[0].name, f);
		return -1;
	}
	recording.refused = u->verdict.decision != DECISION_ALLOW;
	recording.denied = u->verdict.decision == DECISION_DENY;
	if (record_push(&recording, &wrote, f) < 0) {
		record_late(&u->session, f);
		return -1;
	}
	if (wrote)
		notify_start(&u->session);
	return hook_say(&u->report, &u->session, &u->verdict, f);
}

static int chain(
	struct updating *u, char **argv, enum chain_when when, int *status, struct fault *f)
{
	struct chain_call call = {
		.env = u->session.facts.env,
		.git_dir = repo_git_dir(u->session.facts.repo),
		.argv = argv,
	};

	return chain_run(&call, when, status, f);
}

static int decide(struct updating *u, char **argv)
{
	struct fault fault = { 0 };
	enum pass_answer answer;
	char hold[PASS_HOLD_MAX + 1];
	int chained;

	if (chain(u, argv, CHAIN_FIRST, &chained, &fault) < 0)
		return hook_fault(&u->report, argv[1], &fault);
	if (chained != 0)
		return chained;
	answer = push_passes_find(&u->session, &u->session.facts.push.updates[0], hold);
	if (answer == PASS_HELD) /* pre-receive has said it all */
		return HOOK_REFUSED;
	if (answer == PASS_NONE && judge_it(u, &fault) < 0)
		return hook_fault(&u->report, argv[1], &fault);
	if (answer == PASS_NONE && u->verdict.decision != DECISION_ALLOW)
		return HOOK_REFUSED;
	u->awaits = true;
	if (chain(u, argv, CHAIN_AFTER, &chained, &fault) < 0)
		return hook_fault(&u->report, argv[1], &fault);
	return chained;
}

int hook_update(const struct env *env, int argc, char **argv)
{
	struct updating u = { 0 };
	struct fault fault = { 0 };
	struct push push = { 0 };
	int status = HOOK_UNJUDGED;

	report_begin(&u.report, env);
	if (argc != 4)
		report_line(&u.report, "usage: update REF OLD NEW");
	else if (push_of_arguments(&push, argv[1], argv[2], argv[3], &fault) < 0 ||
		 session_of_push(&u.session, env, &push, &fault) < 0) {
		record_fault(&u.session, argv[1], &fault);
		status = hook_fault(&u.report, argv[1], &fault);
	} else
		status = decide(&u, argv);
	fault_clear(&fault);
	if (u.awaits && status != HOOK_ALLOWED)
		(void)settle_lost(&u.session, &fault); /* else the next push does it */
	push_release(&push);
	report_end(&u.report);
	if (u.judged)
		verdict_release(&u.verdict);
	session_close(&u.session);
	if (status == HOOK_REFUSED)
		vref_refused(env);
	return status;
}
