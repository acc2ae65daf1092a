#include "hooks/host/sshd.h"

#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 16 /* of files that include each other: sshd's own */
#define SEPARATORS " \t\r\n=\""

const char *const sshd_perils[] = { "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS",
	"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_EXEC_PATH", "HOME", "XDG_CONFIG_HOME",
	"PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", NULL };

struct search {
	const char *const *names;
	struct sshd_accept *out;
	int depth;
	struct fault *fault;
};

static int search_file(struct search *s, const char *path);

static void look_at_pattern(struct search *s, const char *pattern, const char *path, unsigned line)
{
	for (size_t i = 0; s->names[i] && !s->out->name; i++) {
		if (fnmatch(pattern, s->names[i], FNM_NOESCAPE) != 0)
			continue;
		s->out->name = s->names[i];
		s->out->line = line;
		(void)snprintf(s->out->file, sizeof(s->out->file), "%s", path);
		(void)snprintf(s->out->pattern, sizeof(s->out->pattern), "%s", pattern);
	}
}

/* What an Include names, from /etc/ssh on, may be several files, or none. */
static int include(struct search *s, const char *pattern)
{
	char path[INSTALL_PATH_MAX];
	glob_t found = { 0 };
	int status = 0, failed;

	if (snprintf(path, sizeof(path), "%s%s", pattern[0] == '/' ? "" : "/etc/ssh/", pattern) >=
		INSTALL_PATH_MAX)
		return fault_set(s->fault, FAULT_ADMIN, "path too long: %s", pattern);
	failed = glob(path, 0, NULL, &found);
	if (failed && failed != GLOB_NOMATCH)
		return fault_set(s->fault, FAULT_ADMIN, "%s cannot be read", path);
	for (size_t i = 0; !failed && i < found.gl_pathc && status == 0; i++)
		status = search_file(s, found.gl_pathv[i]);
	globfree(&found);
	return status;
}

static int search_line(struct search *s, char *text, const char *path, unsigned line)
{
	char *rest = NULL, *word, *keyword = strtok_r(text, SEPARATORS, &rest);
	bool accepts = keyword && strcasecmp(keyword, "AcceptEnv") == 0;
	int status = 0;

	if (!accepts && (!keyword || strcasecmp(keyword, "Include") != 0))
		return 0;
	while (status == 0 && (word = strtok_r(NULL, SEPARATORS, &rest)) && word[0] != '#') {
		if (accepts)
			look_at_pattern(s, word, path, line);
		else
			status = include(s, word);
	}
	return status;
}

static int search_file(struct search *s, const char *path)
{
	FILE *file = NULL;
	char *text = NULL;
	size_t size = 0;
	int status = 0;

	if (s->depth == DEPTH_MAX)
		return fault_set(
			s->fault, FAULT_ADMIN, "%s: too many files include each other", path);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT
			       ? 0
			       : fault_set(s->fault, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	s->depth++;
	for (unsigned line = 1; status == 0 && getline(&text, &size, file) >= 0; line++)
		status = search_line(s, text, path, line);
	if (status == 0 && ferror(file))
		status = fault_set(s->fault, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	s->depth--;
	free(text);
	(void)fclose(file);
	return status;
}

int sshd_accepts(
	const char *config, const char *const *names, struct sshd_accept *out, struct fault *f)
{
	struct search search = { .names = names, .out = out, .fault = f };

	*out = (struct sshd_accept){ 0 };
	return search_file(&search, config);
}
