#include "hooks/fleet/decision_push.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hooks/admin/approval_tag.h"
#include "hooks/host/run_as_owner.h"

#define SECONDS 150 /* git, and the hooks */

/* Pushes it as the owner, for whom the policy that is in force here knows. */
static int push(
	const struct decision_pushed *decision, struct buf *said, bool *taken, struct fault *f)
{
	const struct facts_choice choice = { .path = decision->git_dir };
	struct facts facts = { 0 };
	struct env env = { 0 };
	struct approval_tag tag = {
		.facts = &facts, .id = decision->hold, .text = decision->object
	};
	int status;

	if (run_as_owner(decision->git_dir, f) < 0 || env_seal(&env, f) < 0)
		return -1;
	status = facts_open(&facts, &env, &choice, f);
	if (status == 0) {
		tag.person = policy_person(facts.policy, decision->person);
		status = tag.person ? approval_tag_push(&tag, taken, said, f)
				    : fault_set(f, FAULT_PUSHER,
					      "nobody in the policy here is called %s",
					      decision->person);
	}
	facts_close(&facts);
	env_release(&env);
	return status;
}

/* A tag that git cannot read is nobody's decision; what else went wrong may go better later. */
static enum decision_word word_for(
	int status, bool taken, const struct buf *said, const struct fault *f)
{
	if (status < 0)
		return f->class == FAULT_PUSHER ? DECISION_REFUSED : DECISION_FAULT;
	if (said->len && strstr(said->data, "could not be judged"))
		return DECISION_FAULT;
	return taken ? DECISION_TAKEN : DECISION_REFUSED;
}

static _Noreturn void be_child(const struct decision_pushed *decision, int to)
{
	struct buf said = BUF_INIT(DECISION_SAID_MAX);
	struct fault f = { 0 };
	bool taken = false;
	int status;
	char word;

	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)alarm(SECONDS);
	status = push(decision, &said, &taken, &f);
	word = (char)word_for(status, taken, &said, &f);
	if (status < 0)
		buf_adds(&said, f.text);
	status = write(to, &word, 1) == 1 &&
		 (!said.len || write(to, said.data, said.len) == (ssize_t)said.len);
	_exit(status ? 0 : 1);
}

pid_t decision_push(const struct decision_pushed *decision, int *from, struct fault *f)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fault_set(f, FAULT_ADMIN, "no pipe to a process that pushes a decision");
	(void)fflush(NULL);
	child = fork();
	if (child == 0) {
		(void)close(ends[0]);
		be_child(decision, ends[1]);
	}
	(void)close(ends[1]);
	*from = ends[0];
	if (child > 0)
		return child;
	(void)close(ends[0]);
	return fault_set(f, FAULT_ADMIN, "no process to push a decision");
}
