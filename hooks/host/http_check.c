#include "hooks/host/http_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/run.h"
#include "common/notify/deliver_start.h"

#define SAID_MAX 16384
#define SECONDS 60
#define SEE "docs/hosts.md has a configuration for each way to log in"

/* What is wrong when the request of that kind is taken, and what to do. */
static const struct {
	const char *who, *taken, *advice;
} kinds[] = {
	{ "nobody",
		"takes pushes of whoever does not log in; their account is the user that the web "
		"server runs as",
		"let git-receive-pack be asked for by who has logged in alone: " SEE },
	{ "wrong",
		"takes a wrong password: whoever writes the name of an account is believed to be "
		"it",
		"pass as REMOTE_USER only what was checked, and no `satisfy any`: " SEE },
	{ "empty",
		"takes an empty password: whoever writes the name of an account is believed to be "
		"it",
		"let no account have an empty password, and pass as REMOTE_USER only what was "
		"checked: " SEE },
	{ "unknown", "takes a name that nobody has: whoever writes any name is believed to be it",
		"pass as REMOTE_USER only what was checked, and no `satisfy any`: " SEE },
	{ "nameless", "takes an empty name, as the account of nobody",
		"pass as REMOTE_USER only what was checked: " SEE },
	{ "header", "believes a header of the client's that says who it is",
		"take such headers off what clients send, or pass another value: " SEE },
	{ "certificate",
		"takes a certificate that no authority has signed: whoever writes the name of an "
		"account in one is believed to be it",
		"let the web server verify certificates: " SEE },
};
/* How many of them are asked of every server. */
#define ALWAYS (sizeof(kinds) / sizeof(kinds[0]) - 1)

static int tell(const struct http_check *check, const char *problem, const char *advice, bool mild)
{
	const struct drift drift = {
		.what = check->url, .problem = problem, .advice = advice, .mild = mild
	};

	return check->each(check->context, &drift);
}

/* A line of what the deliverer prints: `WHO STATUS WORDS`. */
static int answer(const struct http_check *check, const char *line, size_t *refused)
{
	const char *space = strchr(line, ' ');
	bool is_tls = strncmp(check->url, "https:", 6) == 0;
	long status = space ? strtol(space + 1, NULL, 10) : 0;
	char problem[1024];

	if (strcmp(line, "file 1") == 0)
		return tell(check,
			"serves Countersign's files in the repository to everybody: its log may be "
			"read, with what is held and where",
			"let the web server refuse whatever is below countersign/: docs/hosts.md "
			"shows how",
			false);
	for (size_t i = 0; space && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i].who) != (size_t)(space - line) ||
			strncmp(line, kinds[i].who, (size_t)(space - line)) != 0)
			continue;
		if (status >= 200 && status < 300)
			return tell(check, kinds[i].taken, kinds[i].advice, false);
		/* what nginx says to who shows no certificate, and what Apache does */
		if (status == 401 || status == 403 ||
			(is_tls && (status == 400 || strstr(space, "certificate required") ||
					   (i >= ALWAYS && status == 0)))) {
			*refused += i < ALWAYS;
			return 0;
		}
		(void)snprintf(problem, sizeof(problem),
			"answers %.200s, and not 401 or 403: what it lets in is not known",
			strchr(space + 1, ' ') ? strchr(space + 1, ' ') + 1 : "nothing");
		return tell(check, problem,
			"give the address that git pushes to, without /info/refs behind it",
			status >= 500); /* a backend that is not there takes nothing */
	}
	return 0;
}

int http_check(const struct http_check *check, struct fault *f)
{
	char *program = deliver_program(), *rest, *line;
	const char *argv[] = { program, "--probe", check->url, "--account", check->account,
		check->ca_file ? "--ca" : NULL, check->ca_file, NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .seconds = SECONDS };
	struct buf said = BUF_INIT(SAID_MAX);
	size_t refused = 0;
	int exited, status = program ? run(&what, &said, &exited, f) : fault_memory(f);

	rest = status == 0 && said.len ? said.data : NULL;
	while (status == 0 && rest && (line = strsep(&rest, "\n")))
		if (*line)
			status = answer(check, line, &refused);
	if (status == 0 && refused == ALWAYS)
		status = tell(check,
			"refuses an empty push without an account, with a wrong and an empty "
			"password, with a name that nobody has and an empty one, and with headers "
			"that say who it is",
			"no correct password, digest answer or client certificate was tried", true);
	free(program);
	buf_release(&said);
	return status;
}
