#include "hooks/gate/push_passes.h"

#include <string.h>

#include "common/state/log.h"
#include "common/state/tie.h"

static const char *git_dir_of(const struct session *session)
{
	return repo_git_dir(session->facts.repo);
}

static struct pass pass_of(
	const struct session *session, const struct ref_update *update, const struct oid *old)
{
	return (struct pass){
		.ref = update->name,
		.target = update->target,
		.old = *old,
		.new = update->new,
		.policy = session->facts.files_digest,
	};
}

enum pass_answer push_passes_find(const struct session *session, const struct ref_update *update,
	char hold[PASS_HOLD_MAX + 1])
{
	struct pass asked = pass_of(session, update, &update->old);

	return pass_find(git_dir_of(session), &asked, hold);
}

/* A ref of ours that nobody pushes, or an approval that is to be deleted: all has been said. */
static bool is_refused_for_good(const struct ref_update *update)
{
	return update->reserved || oid_is_zero(&update->new);
}

/* Whether nothing at all waits to land: most pushes need not ask for each ref. */
static bool is_idle(const struct session *session)
{
	return session->facts.state && !state_waits(session->facts.state, NULL);
}

/* What update and post-receive are told of it. */
static enum pass_answer answer_of(
	const struct session *session, const struct verdict *verdict, bool idle)
{
	const char *name = verdict->update->name;

	if (verdict->decision != DECISION_ALLOW)
		return PASS_HELD;
	if (*verdict->hold || strncmp(name, "refs/countersign/", 17) == 0 ||
		!session->facts.state || session->facts.tie.own)
		return PASS_ALLOWED;
	return idle || !state_waits(session->facts.state, name) ? PASS_SETTLED : PASS_ALLOWED;
}

int push_passes_leave(const struct session *session, const struct verdict *verdicts, size_t count,
	struct fault *f)
{
	const char *git_dir = git_dir_of(session);
	bool idle = is_idle(session);
	int status = 0;

	passes_begin(git_dir);
	tie_put(git_dir, &session->facts.tie, session->facts.files_digest);
	for (size_t i = 0; status == 0 && i < count; i++) {
		struct pass pass = pass_of(session, verdicts[i].update, &verdicts[i].update->old);

		if (verdicts[i].decision == DECISION_DENY &&
			!is_refused_for_good(verdicts[i].update)) {
			(void)pass_drop(git_dir, &pass); /* update judges it, and refuses it */
			continue;
		}
		status = pass_put(
			git_dir, &pass, answer_of(session, &verdicts[i], idle), verdicts[i].hold);
	}
	return status < 0 ? fault_set(f, FAULT_ADMIN,
				    "the pass of an earlier push cannot be taken back")
			  : 0;
}

void push_passes_revoke(const struct session *session, const struct verdict *verdicts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct pass pass = pass_of(session, verdicts[i].update, &verdicts[i].update->old);

		(void)pass_drop(git_dir_of(session), &pass);
	}
	passes_end(git_dir_of(session));
}

void push_passes_landed(const struct session *session)
{
	const struct push *push = &session->facts.push;

	for (size_t i = 0; i < push->count; i++) {
		struct pass pass = pass_of(session, &push->updates[i], &push->updates[i].claimed);

		(void)pass_drop(git_dir_of(session), &pass);
	}
	passes_end(git_dir_of(session));
}

int push_passes_settled(const struct session *session, const char *ref, struct fault *f)
{
	return passes_take_back(git_dir_of(session), ref, NULL, f);
}

int push_passes_reconsider(const struct session *session, const char *hold, struct fault *f)
{
	return passes_take_back(git_dir_of(session), NULL, hold, f);
}
