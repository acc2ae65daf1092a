#include "hooks/fleet/uses.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/deadline.h"
#include "hooks/fleet/uses_child.h"

#define AGAIN 1.0 /* seconds until one that has ended is started again */

void uses_keep(struct uses *uses, const struct fleet_settings *settings)
{
	pid_t parent = getpid();

	if (uses->child > 0 && waitpid(uses->child, NULL, WNOHANG) == 0)
		return;
	uses->child = 0;
	if (uses->started > 0 && deadline_clock() - uses->started < AGAIN)
		return;
	uses->started = deadline_clock();
	(void)fflush(NULL);
	uses->child = fork();
	if (uses->child != 0)
		return;
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(getppid() == parent ? uses_serve(settings) : 0);
}

void uses_end(struct uses *uses)
{
	if (uses->child <= 0)
		return;
	(void)kill(uses->child, SIGKILL);
	(void)waitpid(uses->child, NULL, 0);
	uses->child = 0;
}

static bool is_hex(const char *text, size_t len)
{
	return strlen(text) == len && strspn(text, "0123456789abcdef") == len;
}

bool use_parse(struct use *out, char *line)
{
	const char *word = strsep(&line, " ");

	*out = (struct use){ .repository = strsep(&line, " ") };
	out->digest = strsep(&line, " ");
	out->number = strsep(&line, " ");
	out->change = strsep(&line, " ");
	out->git_dir = line;
	return strcmp(word, "use") == 0 && line && *line == '/' && is_hex(out->repository, 32) &&
	       is_hex(out->digest, 64) && *out->number && strlen(out->number) < 16 &&
	       out->number[strspn(out->number, "0123456789")] == '\0' &&
	       strlen(out->change) <= 160 &&
	       out->change[strspn(out->change, "0123456789abcdef.")] == '\0';
}
