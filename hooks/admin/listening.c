#include "hooks/admin/listening.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

int listening_at(const char *text, struct addrinfo **out, struct fault *f)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	const char *colon = strrchr(text, ':');
	char host[256];
	size_t len = colon ? (size_t)(colon - text) : 0;
	int wrong;

	if (!colon || !len || len >= sizeof(host))
		return fault_set(f, FAULT_ADMIN, "'%s' is not ADDRESS:PORT", text);
	(void)snprintf(host, sizeof(host), "%.*s", (int)len, text);
	if (host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		memmove(host, host + 1, len - 1);
	}
	wrong = getaddrinfo(host, colon + 1, &hints, out);
	return wrong ? fault_set(f, FAULT_ADMIN, "'%s': %s", text, gai_strerror(wrong)) : 0;
}

static void ends_of(sigset_t *ends)
{
	(void)sigemptyset(ends);
	(void)sigaddset(ends, SIGTERM);
	(void)sigaddset(ends, SIGINT);
	(void)sigaddset(ends, SIGHUP);
}

void listening_begin(void)
{
	sigset_t ends;

	(void)signal(SIGPIPE, SIG_IGN);
	ends_of(&ends);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
}

void listening_wait(void)
{
	sigset_t ends;
	int which;

	ends_of(&ends);
	(void)sigwait(&ends, &which);
}
