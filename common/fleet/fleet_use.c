#include "common/fleet/fleet_use.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/digest.h"

/* Ref and flagged transitions, as one. */
static int use_digest(const struct verdict *verdict, struct digest_text *out, struct fault *f)
{
	struct buf text = BUF_INIT(65536);
	int status;

	buf_addf(&text, "countersign-use\n%s\n%s\n", verdict->update->target, verdict->set);
	status = text.failed ? fault_memory(f) : digest_of(buf_span(&text), out, f);
	buf_release(&text);
	return status;
}

/* By the folder's own descriptor, so that its path may be of any length.  A socket, or -1. */
static int dial(const char *etc)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int folder = open(etc, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", folder,
		FLEET_SOCKET);
	if (folder < 0 || end < 0 ||
		connect(end, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		if (end >= 0)
			(void)close(end);
		end = -1;
	}
	if (folder >= 0)
		(void)close(folder);
	return end;
}

/* Waits until the socket can be read, or written to.  Whether it can. */
static bool await(int end, short events, double until)
{
	struct pollfd at = { .fd = end, .events = events };
	int left = (int)((until - deadline_clock()) * 1000), ready;

	do
		ready = left > 0 ? poll(&at, 1, left) : 0;
	while (ready < 0 && errno == EINTR);
	return ready > 0;
}

void fleet_ask(const char *etc, const char *question, char answer[FLEET_USE_LINE])
{
	double until = deadline_clock() + FLEET_USE_SECONDS;
	size_t len = strlen(question), got = 0;
	int end = dial(etc);
	ssize_t done = 0;

	answer[0] = '\0';
	if (end < 0)
		return;
	for (size_t sent = 0; sent < len && done >= 0; sent += (size_t)done) {
		done = await(end, POLLOUT, until)
			       ? send(end, question + sent, len - sent, MSG_NOSIGNAL)
			       : -1;
	}
	while (done >= 0 && got < FLEET_USE_LINE - 1 && !memchr(answer, '\n', got)) {
		done = await(end, POLLIN, until)
			       ? recv(end, answer + got, FLEET_USE_LINE - 1 - got, 0)
			       : -1;
		if (done == 0)
			break;
		got += done > 0 ? (size_t)done : 0;
	}
	(void)close(end);
	answer[done > 0 ? got : 0] = '\0';
	if (!strchr(answer, '\n'))
		answer[0] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
}

/* Under which name what has landed through others is counted. */
static void name_elsewhere(char out[96], const struct verdict *verdict)
{
	(void)snprintf(out, 96, "%s elsewhere", verdict->set);
}

int fleet_use_elsewhere(
	struct state *state, const struct verdict *verdict, int64_t *landed, struct fault *f)
{
	char name[96];

	name_elsewhere(name, verdict);
	return state_landed(state, verdict->update->target, name, landed, f);
}

/* What has landed through another host counts here, too: the next approvals are for more. */
static int catch_up(
	const struct facts *facts, const struct verdict *verdict, int64_t landed, struct fault *f)
{
	const char *ref = verdict->update->target;
	struct state *state = NULL;
	int64_t here = 0, elsewhere = 0;
	char name[96];
	int status = state_open(&state, repo_git_dir(facts->repo), STATE_WRITE, f);

	name_elsewhere(name, verdict);
	if (status == 0)
		status = state_begin(state, f);
	if (status == 0)
		status = state_landed(state, ref, verdict->set, &here, f);
	if (status == 0)
		status = state_landed(state, ref, name, &elsewhere, f);
	for (int64_t n = here + elsewhere; status == 0 && n < landed && n < here + 1000; n++)
		status = state_landed_add(state, ref, name, f);
	if (status == 0)
		status = state_commit(state, f);
	state_close(state);
	return status;
}

static int no_answer(struct fault *f)
{
	return fault_set(f, FAULT_ADMIN,
		"what was approved waits: this repository is on several servers, and whether it "
		"has "
		"landed through another cannot be asked now; push again when the fleet answers "
		"(countersign fleet status)");
}

static int weigh(const struct facts *facts, const struct verdict *verdict, const char *answer,
	struct fault *f)
{
	char host[64] = "";
	int64_t landed = 0;

	if (strcmp(answer, "taken") == 0)
		return 0;
	if (sscanf(answer, "used %63s %" SCNd64, host, &landed) != 2 || landed <= verdict->landed)
		return no_answer(f);
	if (catch_up(facts, verdict, landed, f) < 0)
		return -1;
	return fault_set(f, FAULT_PUSHER,
		"what was approved has landed through the server %s already: push again, and the "
		"same change is held anew",
		host);
}

static int take(const struct facts *facts, const struct verdict *verdict, struct fault *f)
{
	const struct ref_update *update = verdict->update;
	char question[FLEET_USE_LINE], answer[FLEET_USE_LINE];
	struct digest_text digest;
	int len;

	if (!facts->fleet.joined)
		return fault_set(f, FAULT_ADMIN,
			"what was approved waits: the policy says that other servers serve this "
			"repository, too (fleet.shared), and this one is in no fleet");
	if (use_digest(verdict, &digest, f) < 0)
		return -1;
	len = snprintf(question, sizeof(question), "use %s %s %" PRId64 " %s..%s %s\n",
		verdict->repository, digest.hex, verdict->landed, oid_text(&update->old).hex,
		oid_text(&update->new).hex, repo_git_dir(facts->repo));
	if (len < 0 || (size_t)len >= sizeof(question))
		return no_answer(f);
	fleet_ask(facts->paths.etc, question, answer);
	return weigh(facts, verdict, answer, f);
}

int fleet_use_take(
	const struct facts *facts, const struct verdict *verdicts, size_t count, struct fault *f)
{
	for (size_t i = 0; facts->policy->fleet_shared && i < count; i++)
		if (verdicts[i].decision == DECISION_ALLOW && verdicts[i].approved_count &&
			verdicts[i].set[0] && take(facts, &verdicts[i], f) < 0)
			return -1;
	return 0;
}
