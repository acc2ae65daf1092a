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

static bool is_of(const char *text, size_t most, const char *letters)
{
	size_t len = strlen(text);

	return len && len < most && strspn(text, letters) == len;
}

bool spend_parse(struct spend *out, char *line)
{
	static const char digits[] = "0123456789";
	const char *word = strsep(&line, " ");

	*out = (struct spend){ .repository = strsep(&line, " ") };
	out->agent = strsep(&line, " ");
	out->claimed = strsep(&line, " ");
	out->pushes = strsep(&line, " ");
	out->commits = strsep(&line, " ");
	out->limits = strsep(&line, " ");
	out->git_dir = line;
	return strcmp(word, "spend") == 0 && line && *line == '/' && is_hex(out->repository, 32) &&
	       is_of(out->agent, SPEND_AGENT, "0123456789abcdef") && is_of(out->claimed, 2, "01") &&
	       is_of(out->pushes, 13, digits) && is_of(out->commits, 13, digits) &&
	       is_of(out->limits, 1024, "0123456789pc/,-");
}
