#include "hooks/fleet/uses_child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/deadline.h"
#include "common/fleet/fleet_use.h"
#include "hooks/fleet/uses.h"
#include "hooks/host/guarded_list.h"

#define CLIENTS 64
#define PATIENCE 2  /* seconds for an answer of the engine's */
#define SILENCE 1.0 /* seconds until a client that has not asked is let go */
#define PEER_GROUPS 64

struct client {
	int end; /* 0: free */
	double since;
	char line[FLEET_USE_LINE];
	size_t len;
};

struct answering {
	struct uses_engine engine;
	struct portions portions;
	struct client clients[CLIENTS];
	int listener;
};

/* ---- who asks */

/* Whether it is that folder, by whatever name. */
static int on_guarded(void *context, const char *git_dir)
{
	const struct stat *asked = context;
	struct stat st;

	return stat(git_dir, &st) == 0 && st.st_dev == asked->st_dev && st.st_ino == asked->st_ino;
}

static bool is_in_group(int end, gid_t group)
{
	gid_t groups[PEER_GROUPS];
	socklen_t size = sizeof(groups);
	struct ucred who;
	socklen_t length = sizeof(who);

	if (getsockopt(end, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 && who.gid == group)
		return true;
	if (getsockopt(end, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* Whoever can write where the state is could change it anyway. */
static bool may_ask(const struct answering *a, int end, const char *git_dir)
{
	char path[INSTALL_PATH_MAX];
	struct ucred who;
	socklen_t length = sizeof(who);
	struct fault ignored = { 0 };
	struct stat folder, st;

	if (getsockopt(end, SOL_SOCKET, SO_PEERCRED, &who, &length) < 0 ||
		stat(git_dir, &folder) < 0 ||
		guarded_list_each(a->engine.settings.paths.etc, on_guarded, &folder, &ignored) !=
			1 ||
		install_paths_join(path, git_dir, "countersign", &ignored) < 0 ||
		lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return false;
	return who.uid == 0 || who.uid == st.st_uid ||
	       ((st.st_mode & S_IWGRP) && is_in_group(end, st.st_gid)) || (st.st_mode & S_IWOTH);
}

/* ---- what the engine says */

int uses_ask(struct uses_engine *engine, const struct link_question *question,
	struct pg_result **out, struct fault *f)
{
	struct link *link = &engine->link;
	bool was = link->conn != NULL;

	if (was && link_ask(link, question, out, f) == 0)
		return 0;
	if (link->conn)
		return -1;
	if (was)
		fault_clear(f);
	return link_open(link, &engine->settings, f) < 0 ? -1 : link_ask(link, question, out, f);
}

/* The use is this host's when nobody else has it, or a later one. */
static int take(struct answering *a, const struct use *use, char answer[128], struct fault *f)
{
	const char *host = a->engine.settings.host;
	const struct link_question put = {
		.sql = "INSERT INTO countersign.used (repository, digest, use, host, change)"
		       " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
		.params = { use->repository, use->digest, use->number, host, use->change },
		.count = 5
	};
	const struct link_question others = {
		.sql = "SELECT host, use + 1 FROM countersign.used WHERE repository = $1 AND digest"
		       " = $2 AND use >= $3 AND host <> $4 ORDER BY use DESC LIMIT 1",
		.params = { use->repository, use->digest, use->number, host },
		.count = 4
	};
	struct pg_result *result;

	if (uses_ask(&a->engine, &put, NULL, f) < 0 ||
		uses_ask(&a->engine, &others, &result, f) < 0)
		return -1;
	if (link_rows(result))
		(void)snprintf(answer, 128, "used %.63s %.20s\n", link_value(result, 0, 0),
			link_value(result, 0, 1));
	else
		(void)snprintf(answer, 128, "taken\n");
	link_clear(result);
	return 0;
}

static void answer(struct answering *a, struct client *client)
{
	struct fault f = { 0 };
	char text[128] = "down\n";
	struct use use;
	struct spend spend;
	int status = 0;

	client->line[strcspn(client->line, "\n")] = '\0';
	if (strncmp(client->line, "use ", 4) == 0) {
		if (use_parse(&use, client->line) && may_ask(a, client->end, use.git_dir))
			status = take(a, &use, text, &f);
	} else if (spend_parse(&spend, client->line) && may_ask(a, client->end, spend.git_dir)) {
		bool lent;

		status = portions_take(&a->portions, &a->engine, &spend, &lent, &f);
		(void)snprintf(text, sizeof(text), "%s\n", lent ? "taken" : "over");
	}
	if (status < 0) {
		(void)snprintf(text, sizeof(text), "down\n");
		(void)fprintf(stderr, "countersign-fleet: a push waits: %s\n", f.text);
	}
	(void)send(client->end, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* ---- the socket */

static void let_go(struct client *client)
{
	(void)close(client->end);
	*client = (struct client){ 0 };
}

static void welcome(struct answering *a)
{
	int end = accept4(a->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *oldest = &a->clients[0];

	if (end < 0)
		return;
	for (size_t i = 0; i < CLIENTS; i++)
		if (!a->clients[i].end || (oldest->end && a->clients[i].since < oldest->since))
			oldest = &a->clients[i];
	if (oldest->end)
		let_go(oldest);
	*oldest = (struct client){ .end = end, .since = deadline_clock() };
}

static void hear(struct answering *a, struct client *client)
{
	ssize_t got = recv(
		client->end, client->line + client->len, sizeof(client->line) - 1 - client->len, 0);

	if (got > 0) {
		client->len += (size_t)got;
		if (!memchr(client->line, '\n', client->len) &&
			client->len < sizeof(client->line) - 1)
			return;
		answer(a, client);
	} else if (got < 0 && errno == EAGAIN) {
		return;
	}
	let_go(client);
}

/* By the folder's own descriptor, as hooks find it.  A socket, or -1. */
static int open_socket(const char *etc)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int folder = open(etc, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", folder,
		FLEET_SOCKET);
	(void)unlinkat(folder, FLEET_SOCKET, 0);
	if (folder < 0 || end < 0 ||
		bind(end, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
		fchmodat(folder, FLEET_SOCKET, 0666, 0) < 0 || listen(end, CLIENTS) < 0) {
		(void)fprintf(stderr, "countersign-fleet: %s/%s: %s\n", etc, FLEET_SOCKET,
			strerror(errno));
		if (end >= 0)
			(void)close(end);
		end = -1;
	}
	if (folder >= 0)
		(void)close(folder);
	return end;
}

static void turn(struct answering *a)
{
	struct pollfd at[CLIENTS + 1] = { { .fd = a->listener, .events = POLLIN } };

	for (size_t i = 0; i < CLIENTS; i++) {
		if (a->clients[i].end && deadline_clock() - a->clients[i].since > SILENCE)
			let_go(&a->clients[i]);
		at[i + 1] = (struct pollfd){ .fd = a->clients[i].end ? a->clients[i].end : -1,
			.events = POLLIN };
	}
	portions_return(&a->portions, &a->engine);
	if (poll(at, CLIENTS + 1, 1000) <= 0)
		return;
	for (size_t i = 0; i < CLIENTS; i++)
		if (at[i + 1].revents)
			hear(a, &a->clients[i]);
	if (at[0].revents)
		welcome(a);
}

int uses_serve(const struct fleet_settings *settings)
{
	static struct answering a;
	struct fault ignored = { 0 };

	a = (struct answering){ .engine = { .settings = *settings },
		.listener = open_socket(settings->paths.etc) };
	a.engine.settings.patience = PATIENCE;
	if (a.listener < 0)
		return 1;
	(void)link_open(&a.engine.link, &a.engine.settings, &ignored);
	for (;;)
		turn(&a);
}
