#include "hooks/host/as_owner.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hooks/admin/cli.h"
#include "hooks/host/run_as_owner.h"

/* Commands that go on as the owner, and from which word on they are about a repository. */
static const struct {
	const char *name, *when;
} commands[] = {
	{ "check", NULL },
	{ "evidence", NULL },
	{ "events", NULL },
	{ "holds", NULL },
	{ "log", NULL },
	{ "replay", NULL },
	{ "rehearse", NULL },
	{ "tidy", NULL },
	{ "metrics", NULL },
	{ "policy", "--repo" },
	{ "scan", "--range" },
};

/* What stands behind an option, as `--name VALUE` or `--name=VALUE`; NULL: it is not there. */
static const char *value_of(int argc, char **argv, const char *option)
{
	size_t len = strlen(option);

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], option, len) != 0)
			continue;
		if (argv[i][len] == '=')
			return argv[i] + len + 1;
		if (!argv[i][len])
			return i + 1 < argc ? argv[i + 1] : "";
	}
	return NULL;
}

static bool is_about_repository(int argc, char **argv)
{
	if (strcmp(argv[0], "tidy") == 0 && value_of(argc, argv, "--all"))
		return false; /* each in a process of its own */
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, argv[0]) == 0)
			return !commands[i].when || value_of(argc, argv, commands[i].when);
	return false;
}

int as_owner(int argc, char **argv, struct fault *f)
{
	char git_dir[INSTALL_PATH_MAX];
	const char *path;

	if (geteuid() != 0 || argc < 1 || !is_about_repository(argc, argv))
		return 0;
	path = value_of(argc, argv, "--repo");
	if (owner_find(path && *path ? path : ".", git_dir, f) < 0)
		return -1;
	return git_dir[0] ? run_as_owner(git_dir, f) : 0;
}

char *as_owner_git_dir(const char *path, struct fault *f)
{
	char git_dir[INSTALL_PATH_MAX], *copy;

	if (geteuid() != 0)
		return cli_git_dir(path, f);
	if (owner_find(path ? path : ".", git_dir, f) < 0)
		return NULL;
	if (!git_dir[0]) {
		(void)fault_set(
			f, FAULT_ADMIN, "%s: no git repository here or above", path ? path : ".");
		return NULL;
	}
	copy = strdup(git_dir);
	if (!copy)
		(void)fault_memory(f);
	return copy;
}
