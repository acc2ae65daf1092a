/*
 * pre-receive decides for the whole push, while the new objects are in quarantine.
 */
#include <stdlib.h>

#include "common/facts/landing.h"
#include "hooks/gate/chain.h"
#include "hooks/gate/hold.h"
#include "hooks/gate/hook.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/record.h"
#include "hooks/gate/settle.h"
#include "hooks/glass/glass.h"

#define OURS "refs/countersign/"
#define OURS_LEN (sizeof(OURS) - 1)

struct pre_receive {
	struct session session;
	struct report report;
	struct verdict *verdicts;
	size_t count;        /* of verdicts that were begun */
	enum decision worst; /* refs of ours aside, where update refuses them alone */
	size_t alone;        /* denied refs of ours */
	bool all_held;
	bool awaits; /* what was recorded was allowed, and is to land */
};

/* That is found of the first of them, and about all. */
static bool has_too_many_refs(const struct pre_receive *p)
{
	return p->session.facts.push.count > (uint64_t)p->session.facts.policy->limits.refs;
}

/*
 * Of a push of too many refs, or one that has taken too long, the first denial is enough: all would
 * say the same, and each would cost a row and a line.
 */
static bool is_enough(const struct pre_receive *p, const struct verdict *verdict)
{
	return verdict->decision == DECISION_DENY &&
	       (has_too_many_refs(p) || judge_is_late(p->session.judge));
}

/*
 * A ref below refs/countersign, or the notes of attestations, as mirrors bring them along.  Update
 * refuses it alone: nothing that anybody reads is told by it.
 */
static bool is_ours(const struct verdict *verdict)
{
	const char *name = verdict->update->name;

	return strncmp(name, OURS, OURS_LEN) == 0 ||
	       strcmp(name, "refs/notes/countersign-attestations") == 0;
}

/*
 * A ref of ours as a mirror of this repository or another brings it along, or asks to delete it: it
 * is told of with others like it.
 */
static bool is_of_mirror(const struct pre_receive *p, const struct verdict *verdict)
{
	const struct ref_update *update = verdict->update;

	return is_ours(verdict) &&
	       (!ref_update_moves(update) ||
		       (p->count > 1 && (update->reserved || oid_is_zero(&update->new))));
}

static int judge_all(struct pre_receive *p, const char **ref, struct fault *f)
{
	const struct push *push = &p->session.facts.push;

	p->verdicts = calloc(push->count + 1, sizeof(*p->verdicts));
	if (!p->verdicts)
		return fault_memory(f);
	p->worst = DECISION_ALLOW;
	p->all_held = true;
	for (size_t i = 0; i < push->count; i++) {
		struct verdict *verdict = &p->verdicts[p->count++];

		verdict_init(verdict, &push->updates[i]);
		*ref = push->updates[i].name;
		if (session_judge(&p->session, verdict, f) < 0)
			return -1;
		if (verdict->decision == DECISION_DENY && is_ours(verdict))
			p->alone++;
		else if (verdict->decision < p->worst)
			p->worst = verdict->decision;
		p->all_held = p->all_held && verdict->decision == DECISION_HOLD;
		if (is_enough(p, verdict))
			break;
	}
	if (p->alone && (p->alone == p->count || !hook_update_in_place(&p->session)))
		p->worst = DECISION_DENY;
	*ref = NULL;
	return 0;
}

/* What was held of the push lands at once, where a person may break glass for it and does. */
static int break_glass(struct pre_receive *p, struct fault *f)
{
	const struct glass_push push = { &p->session.facts, p->session.judge, p->verdicts,
		p->count };
	struct buf refused = BUF_INIT(8192);
	int status = 0;

	if (!glass_reason(p->session.facts.env) || p->worst == DECISION_ALLOW)
		return 0;
	if (p->worst == DECISION_DENY)
		(void)buf_adds(&refused, "what is denied stays denied");
	else
		status = settle_debts(&p->session, f) < 0 ? -1 : glass_break(&push, &refused, f);
	if (status == 0 && refused.len)
		report_line(&p->report, "glass was not broken: %s", refused.data);
	else if (status == 0) {
		p->worst = DECISION_ALLOW;
		p->all_held = false;
	}
	buf_release(&refused);
	return status;
}

/*
 * Holds are saved only when nothing in the push is denied: then git throws all of it away.  So are
 * debts.
 */
static int save_holds(struct pre_receive *p, struct fault *f)
{
	for (size_t i = 0; p->worst != DECISION_DENY && i < p->count; i++)
		if ((p->verdicts[i].decision == DECISION_HOLD || p->verdicts[i].glass.by) &&
			hold_save(&p->session, &p->verdicts[i], f) < 0)
			return -1;
	return 0;
}

/*
 * A deny refuses the whole push; a hold just its ref, when our update hook is there to refuse it,
 * and not where holds are kept apart: then git would let all objects of the push in.
 */
static bool refuses_all(const struct pre_receive *p)
{
	if (p->worst == DECISION_DENY)
		return true;
	return p->worst == DECISION_HOLD &&
	       (p->all_held || p->session.facts.holds.apart || has_too_many_refs(p) ||
		       !hook_update_in_place(&p->session));
}

/* All that mirrors bring along at once, and how to push without it. */
static void say_mirrored(struct pre_receive *p)
{
	bool notes = false;
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		if (is_of_mirror(p, &p->verdicts[i])) {
			notes = notes || strncmp(p->verdicts[i].update->name, OURS, OURS_LEN) != 0;
			count++;
		}
	if (!count)
		return;
	report_line(&p->report,
		"%zu ref%s of the push %s Countersign's own, which a mirror neither writes nor "
		"deletes; what is here stays as it is",
		count, count == 1 ? "" : "s", count == 1 ? "is" : "are");
	report_line(&p->report,
		"  to mirror all others: git push --prune REMOTE '+refs/*:refs/*' "
		"'^refs/countersign/*'%s",
		notes ? " '^refs/notes/countersign-attestations'" : "");
}

/*
 * The worst first, since lines are counted; what nothing was found against is only counted when it
 * is refused.
 */
static int say_all(struct pre_receive *p, bool refused, struct fault *f)
{
	size_t innocent = 0;

	for (size_t i = 0; i < p->count; i++)
		p->report.after += p->verdicts[i].decision != DECISION_ALLOW;
	p->report.unsaved = p->worst == DECISION_DENY;
	for (int d = DECISION_DENY; d <= DECISION_ALLOW; d++)
		for (size_t i = 0; i < p->count; i++) {
			if (p->verdicts[i].decision != (enum decision)d)
				continue;
			innocent += d == DECISION_ALLOW;
			p->report.after -= d != DECISION_ALLOW;
			p->report.told = is_of_mirror(p, &p->verdicts[i]);
			if (hook_say(&p->report, &p->session, &p->verdicts[i], f) < 0)
				return -1;
		}
	say_mirrored(p);
	if (refused && innocent)
		report_line(&p->report, "%zu other ref%s no findings: push %s separately", innocent,
			innocent == 1 ? " has" : "s have", innocent == 1 ? "it" : "them");
	if (refused && p->worst == DECISION_HOLD && !p->all_held)
		report_line(&p->report, "the other refs are refused with it: %s",
			has_too_many_refs(p) ? "there are too many in one push"
			: p->session.facts.holds.apart
				? "else what is held would come into the repository with them"
				: "this host may not run Countersign's update hook, which "
				  "refuses just the held refs; `countersign status` on the "
				  "server says why");
	return 0;
}

static int chain(
	struct pre_receive *p, char **argv, enum chain_when when, int *status, struct fault *f)
{
	struct chain_call call = {
		.env = p->session.facts.env,
		.git_dir = repo_git_dir(p->session.facts.repo),
		.argv = argv,
		.push = &p->session.facts.push,
	};

	return chain_run(&call, when, status, f);
}

/* Judges as ever and says so; nothing is saved, recorded, told or let through. */
static int answer(struct pre_receive *p)
{
	struct fault fault = { 0 };
	const char *ref = NULL;

	p->session.facts.asked = true;
	if (judge_all(p, &ref, &fault) < 0)
		return hook_fault(&p->report, ref, &fault);
	for (size_t i = 0; i < p->count; i++) {
		p->report.after = p->count - i - 1;
		if (hook_say(&p->report, &p->session, &p->verdicts[i], &fault) < 0)
			return hook_fault(&p->report, NULL, &fault);
	}
	report_line(&p->report, "this was a question: nothing was changed, and nothing kept");
	return HOOK_REFUSED;
}

/* The way of a push, a call a step.  Returns the hook's exit status. */
static int decide(struct pre_receive *p, char **argv)
{
	struct recording recording = { .session = &p->session };
	struct fault fault = { 0 };
	const char *ref = NULL;
	bool wrote;
	int chained;

	if (chain(p, argv, CHAIN_FIRST, &chained, &fault) < 0)
		return hook_fault(&p->report, NULL, &fault);
	if (chained != 0)
		return chained;
	if (judge_all(p, &ref, &fault) < 0 || break_glass(p, &fault) < 0 ||
		save_holds(p, &fault) < 0) {
		record_fault(&p->session, ref, &fault);
		return hook_fault(&p->report, ref, &fault);
	}
	recording.verdicts = p->verdicts;
	recording.count = p->count;
	recording.refused = refuses_all(p);
	recording.denied = p->worst == DECISION_DENY;
	if (record_push(&recording, &wrote, &fault) < 0) {
		record_late(&p->session, &fault);
		return hook_fault(&p->report, NULL, &fault);
	}
	p->awaits = wrote && !recording.refused;
	p->session.facts.tie.own = wrote;
	if (wrote)
		notify_start(&p->session);
	if (say_all(p, recording.refused, &fault) < 0)
		return hook_fault(&p->report, NULL, &fault);
	if (!recording.refused && chain(p, argv, CHAIN_AFTER, &chained, &fault) < 0)
		return hook_fault(&p->report, NULL, &fault);
	if (recording.refused || chained != 0) {
		push_passes_revoke(&p->session, p->verdicts, p->count);
		return recording.refused ? HOOK_REFUSED : chained;
	}
	if (push_passes_leave(&p->session, p->verdicts, p->count, &fault) < 0)
		return hook_fault(&p->report, NULL, &fault);
	landing_leave(&p->session.facts, p->verdicts, p->count);
	return HOOK_ALLOWED;
}

int hook_pre_receive(const struct env *env, int argc, char **argv)
{
	struct pre_receive p = { 0 };
	struct fault fault = { 0 };
	struct push push;
	int status;

	(void)argc;
	report_begin(&p.report, env);
	if (push_read(&push, stdin, &fault) < 0 ||
		session_of_push(&p.session, env, &push, &fault) < 0) {
		if (!p.report.asked)
			record_fault(&p.session, NULL, &fault);
		status = hook_fault(&p.report, NULL, &fault);
	} else {
		p.session.facts.whole = true;
		status = p.report.asked ? answer(&p) : decide(&p, argv);
	}
	fault_clear(&fault);
	if (p.awaits && status != HOOK_ALLOWED)
		(void)settle_lost(&p.session, &fault); /* else the next push does it */
	push_release(&push);
	report_end(&p.report);
	for (size_t i = 0; i < p.count; i++)
		verdict_release(&p.verdicts[i]);
	free(p.verdicts);
	session_close(&p.session);
	return status;
}
