/*
 * countersign reviewer invite and accept: a person's passkey, from a link to a line of the policy.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/notify/review_link.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/invitation.h"
#include "hooks/admin/policy_edit.h"
#include "hooks/command/command.h"
#include "hooks/host/as_owner.h"
#include "hooks/host/run_as_owner.h"

struct call {
	const char *repo, *name;
	bool invites, yes;
	struct policy_in_force in_force;
	const struct person *person;
	struct passkey_site site;
	char repository[33];
};

/* The id comes with the state, which the first push would make. */
static int find_repository(struct call *call, struct fault *f)
{
	struct state *state = NULL;
	int status = state_open(&state, repo_git_dir(call->in_force.repo),
		call->invites ? STATE_WRITE : STATE_READ, f);

	if (status == 0)
		status = state_repository_id(state, call->repository, f);
	state_close(state);
	return status;
}

/* What both need: the policy, the person, and a page at which passkeys are made. */
static int call_open(struct call *call, struct fault *f)
{
	const struct review *review;
	char *git_dir = as_owner_git_dir(call->repo, f);
	int status = git_dir ? 0 : -1;

	if (status == 0 && call->invites) /* it needs no more than to write there */
		status = run_as_owner(git_dir, f);
	free(git_dir);
	if (status < 0 || policy_in_force_open(&call->in_force, call->repo, f) < 0 ||
		find_repository(call, f) < 0 || policy_in_force_load(&call->in_force, f) < 0)
		return -1;
	review = &call->in_force.policy->review;
	call->site = (struct passkey_site){ review->origin, review->rp_id, review->presence };
	call->person = policy_person(call->in_force.policy, call->name);
	if (!call->person)
		return fault_set(f, FAULT_ADMIN,
			"the policy has nobody called '%s': add them to 'people' first",
			call->name);
	if (!review->url)
		return fault_set(f, FAULT_ADMIN,
			"no policy in force has a review.url, where passkeys are made");
	if (!review->rp_id)
		return fault_set(f, FAULT_ADMIN,
			"review.url has an address for a host, and passkeys need a name");
	return 0;
}

static void print_until(int64_t until)
{
	time_t when = until;
	struct tm tm;
	char text[32] = "";

	if (gmtime_r(&when, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	(void)printf("%s", text);
}

static int invite(struct call *call, struct fault *f)
{
	struct invitation invitation = INVITATION_INIT;
	struct buf link = BUF_INIT(INSTALL_PATH_MAX * 3);
	char secret[INVITATION_SECRET_SIZE];
	const char *git_dir = repo_git_dir(call->in_force.repo);
	int status;

	(void)snprintf(invitation.person, sizeof(invitation.person), "%s", call->name);
	memcpy(invitation.repository, call->repository, sizeof(invitation.repository));
	status = invitation_make(git_dir, &invitation, time(NULL), secret, f);
	if (status == 0 && review_link(&link, call->in_force.policy, git_dir, "invitation/") < 0)
		status = fault_memory(f);
	if (status == 0) {
		(void)printf("%s%s/%s\n", link.data, call->name, secret);
		(void)printf("Good once, until ");
		print_until(invitation.until);
		(void)printf(". Send it to %s so that nobody else sees it.\n", call->name);
		(void)printf("When a passkey was made there: countersign reviewer accept %s\n",
			call->name);
	}
	buf_release(&link);
	invitation_release(&invitation);
	return status;
}

/* Only a terminal is asked; a script that calls this has decided. */
static bool confirmed(const struct call *call)
{
	char answer[16];

	if (call->yes || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return true;
	(void)printf("Does %s see the same fingerprint? [y/N] ", call->name);
	(void)fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* Writes the line into the policy file that has the person. */
static int write_line(struct call *call, const char *line, struct fault *f)
{
	struct policy_edit edit = { .in_force = &call->in_force, .layer = call->person->layer };
	int status = policy_edit_open(&edit, f);
	json_t *person, *list;

	if (status == 0) {
		person = json_object_get(json_object_get(edit.root, "people"), call->name);
		list = json_object_get(person, "passkeys");
		if (!list && json_object_set_new(person, "passkeys", json_array()) == 0)
			list = json_object_get(person, "passkeys");
		if (json_array_append_new(list, json_string(line)) < 0)
			status = fault_memory(f);
	}
	if (status == 0)
		status = policy_edit_write(&edit, f);
	policy_edit_release(&edit);
	return status;
}

static int accept_answer(struct call *call, const struct invitation *invitation, struct fault *f)
{
	struct buf line = BUF_INIT(KEY_TEXT_MAX);
	struct invited invited = { .line = &line };
	int status = invitation_verify(invitation, &call->site, &invitation->answer, &invited, f);

	if (status == 0 && invited.why)
		status = fault_set(f, FAULT_ADMIN, "%s", invited.why);
	if (status == 0) {
		(void)printf("%s's passkey  %s\n", call->name, invited.fingerprint);
		status = confirmed(call) ? write_line(call, line.data, f) : 1;
	}
	if (status == 0)
		status = invitation_drop(repo_git_dir(call->in_force.repo), call->name, f);
	if (status == 0)
		(void)printf("%s approves with it from now on: it is in %s\n", call->name,
			call->in_force.policy->files[call->person->layer]);
	buf_release(&line);
	return status;
}

static int accept(struct call *call, struct fault *f)
{
	struct invitation invitation = INVITATION_INIT;
	int status = invitation_find(&invitation, repo_git_dir(call->in_force.repo), call->name, f);

	if (status == 1 && strcmp(invitation.repository, call->repository) != 0)
		status = 0;
	if (status == 1 && invitation.answered) {
		status = accept_answer(call, &invitation, f);
	} else if (status >= 0) {
		(void)printf(
			status ? "%s has not made a passkey yet\n" : "%s has no invitation here\n",
			call->name);
		status = 1;
	}
	invitation_release(&invitation);
	return status;
}

int cmd_reviewer_passkey(int argc, char **argv)
{
	struct call call = { .invites = strcmp(argv[0], "invite") == 0 };
	const struct cli_option known[] = {
		{ "repo", &call.repo, NULL },
		{ "yes", NULL, &call.yes },
		{ NULL, NULL, NULL },
	};
	struct fault f = { 0 };
	int first = cli_options(known, argc, argv), status;

	if (first < 0 || argc - first != 1 || (call.invites && call.yes)) {
		if (first >= 0)
			(void)fputs(cmd_reviewer_usage, stderr);
		return 2;
	}
	call.name = argv[first];
	status = call_open(&call, &f);
	if (status == 0)
		status = call.invites ? invite(&call, &f) : accept(&call, &f);
	policy_in_force_release(&call.in_force);
	return status < 0 ? cli_complain("reviewer", &f) : status;
}
