#include "hooks/gate/auto_land.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/run.h"
#include "common/git/refname.h"

#define LAND_SECONDS 300

/* The hold that is to land, as it was recorded. */
struct landing {
	bool found;
	char ref[REFNAME_MAX + 1], account[256], id[17];
	char old[OID_HEX_MAX + 1], new[OID_HEX_MAX + 1];
};

static int on_hold(void *context, const struct hold_row *hold)
{
	struct landing *landing = context;

	landing->found = true;
	(void)snprintf(landing->ref, sizeof(landing->ref), "%s", hold->ref);
	(void)snprintf(landing->account, sizeof(landing->account), "%s", hold->account);
	(void)snprintf(landing->old, sizeof(landing->old), "%s", hold->old);
	(void)snprintf(landing->new, sizeof(landing->new), "%s", hold->new);
	return 1;
}

/* Judges the held update as its pusher would have it judged now. */
static int judge_landing(const struct session *of, const struct landing *landing,
	enum decision *decision, const char **stale, struct fault *f)
{
	struct session session = { 0 };
	struct verdict verdict;
	struct push push;
	char objects[INSTALL_PATH_MAX];
	struct facts_choice choice = { .objects = objects };
	int status;

	if (hold_store_objects(&of->facts.holds, objects, f) < 0)
		return -1;
	if (push_of_arguments(&push, landing->ref, landing->old, landing->new, f) < 0 ||
		session_open(&session, of->facts.env, &choice, f) < 0) {
		push_release(&push);
		session_close(&session);
		return -1;
	}
	session.facts.push = push;
	session.facts.push.account = landing->account;
	status = session_push(&session, false, f);
	*stale = status == 0 ? session.facts.push.updates[0].stale : NULL;
	if (status == 0 && !*stale) {
		verdict_init(&verdict, &session.facts.push.updates[0]);
		status = session_judge(&session, &verdict, f);
		*decision = verdict.decision;
		verdict_release(&verdict);
	}
	session_close(&session);
	return status;
}

/* The sealed environment, whose push it is, and where what is held lies. */
static char **landing_environment(const struct session *session, char *account, char *objects)
{
	size_t count = 0;
	char **vars;

	while (session->facts.env->sealed[count])
		count++;
	vars = calloc(count + 3, sizeof(*vars));
	for (size_t i = 0; vars && i < count; i++)
		vars[i] = session->facts.env->sealed[i];
	if (vars) {
		vars[count] = account;
		vars[count + 1] = objects;
	}
	return vars;
}

static int push_landing(const struct session *session, const struct landing *landing, int *exited,
	struct buf *output, struct fault *f)
{
	char refspec[REFNAME_MAX + OID_HEX_MAX + 2], lease[REFNAME_MAX + OID_HEX_MAX + 32],
		account[512];
	char folder[INSTALL_PATH_MAX], objects[INSTALL_PATH_MAX + 64];
	const char *argv[] = { "git", "push", "--quiet", "--no-signed", "--no-follow-tags", lease,
		"--receive-pack=git -c safe.directory=* receive-pack",
		repo_git_dir(session->facts.repo), refspec, NULL };
	struct run what = { .argv = argv, .seconds = LAND_SECONDS };
	int status;

	(void)snprintf(refspec, sizeof(refspec), "%s:%s", landing->new, landing->ref);
	(void)snprintf(lease, sizeof(lease), "--force-with-lease=%s:%s", landing->ref,
		landing->old[strspn(landing->old, "0")] == '\0' ? "" : landing->old);
	(void)snprintf(account, sizeof(account), "%s=%s", session->facts.policy->account_env[0],
		landing->account);
	if (hold_store_objects(&session->facts.holds, folder, f) < 0)
		return -1;
	(void)snprintf(objects, sizeof(objects), "GIT_ALTERNATE_OBJECT_DIRECTORIES=%s", folder);
	what.env = landing_environment(session, account, objects);
	status = what.env ? run(&what, output, exited, f) : fault_memory(f);
	free((void *)what.env);
	return status;
}

static int on_landed(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

/* Whether another approval has landed it meanwhile. */
static int has_landed(
	struct session *session, const struct landing *landing, bool *landed, struct fault *f)
{
	int status = state_holds(session->facts.state, landing->id, "landed", on_landed, landed, f);

	return status < 0 ? -1 : 0;
}

static int land_one(struct session *session, const struct landing *landing, struct report *report,
	struct fault *f)
{
	enum decision decision = DECISION_DENY;
	struct buf output = BUF_INIT(65536);
	const char *stale;
	int exited = 1, status;
	bool landed = false;

	if (judge_landing(session, landing, &decision, &stale, f) < 0)
		return -1;
	if (stale) {
		report_line(report,
			"%s has moved since %s was held, and is left alone: rebase it and push "
			"again",
			landing->ref, landing->id);
		return 0;
	}
	if (decision != DECISION_ALLOW)
		return 0;
	status = push_landing(session, landing, &exited, &output, f);
	if (status == 0 && exited != 0)
		status = has_landed(session, landing, &landed, f);
	if (status == 0 && (exited == 0 || landed))
		report_line(report, "%s has landed on %s", landing->id, landing->ref);
	else if (status == 0)
		report_line(report, "%s could not land on %s: push it again", landing->id,
			landing->ref);
	buf_release(&output);
	return status;
}

int auto_land_approved(struct session *session, struct report *report, struct fault *f)
{
	char repository[33];

	if (!session->facts.policy->approval.land)
		return 0;
	if (state_repository_id(session->facts.state, repository, f) < 0 ||
		facts_holds(&session->facts, repository, f) < 0)
		return -1;
	for (size_t i = 0; i < session->facts.push.count; i++) {
		const struct ref_update *update = &session->facts.push.updates[i];
		struct landing landing = { 0 };
		const char *id = update->name + strlen("refs/countersign/approvals/");

		if (!refname_is_approval(update->name) || strlen(id) < 16)
			continue;
		(void)snprintf(landing.id, sizeof(landing.id), "%.16s", id);
		if (state_holds(session->facts.state, landing.id, "open", on_hold, &landing, f) < 0)
			return -1;
		if (landing.found && land_one(session, &landing, report, f) < 0)
			return -1;
	}
	return 0;
}
