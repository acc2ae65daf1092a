#include "hooks/gate/passing.h"

#include "common/state/pass.h"
#include "hooks/gate/record.h"

static struct ticket ticket_of(const struct session *session, const struct ref_update *update)
{
	return (struct ticket){
		.ref = update->name,
		.old = update->old,
		.new = update->new,
		.policy = session->facts.files_digest,
	};
}

static bool is_clean(const struct session *session, const struct verdict *verdict)
{
	return verdict->decision == DECISION_ALLOW && !record_is_due(session, verdict);
}

void passing_let(const struct session *session, const struct verdict *verdicts, size_t count)
{
	struct passes passes;

	passes_begin(&passes, repo_git_dir(session->facts.repo));
	for (size_t i = 0; i < count; i++) {
		struct ticket ticket = ticket_of(session, verdicts[i].update);

		if (is_clean(session, &verdicts[i]))
			pass_put(&passes, &ticket);
		else
			pass_drop(&passes, &ticket);
	}
	passes_end(&passes);
}

void passing_done(const struct session *session)
{
	struct passes passes;

	passes_find(&passes, repo_git_dir(session->facts.repo));
	for (size_t i = 0; i < session->facts.push.count; i++) {
		struct ticket ticket = ticket_of(session, &session->facts.push.updates[i]);

		ticket.old = session->facts.push.updates[i].claimed;
		pass_drop(&passes, &ticket);
	}
	passes_end(&passes);
}
