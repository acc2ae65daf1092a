#include "common/facts/host.h"

#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/file.h"
#include "common/base/run.h"

#define VERSION_SECONDS 10
#define VERSION_MAX 65536

bool host_hook_path(char out[INSTALL_PATH_MAX], struct repo *repo, const struct shim_layout *layout,
	const char *hook)
{
	char below[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	return shim_path(below, layout, hook) == 0 &&
	       install_paths_join(out, repo_git_dir(repo), below, &ignored) == 0;
}

char *host_hook_text(const char *path, char text[SHIM_MAX])
{
	struct buf whole = BUF_INIT(SHIM_MAX - 1);
	struct fault ignored = { 0 };
	int status = file_read(path, &whole, &ignored);

	(void)snprintf(text, SHIM_MAX, "%s", status == 0 && whole.data ? whole.data : "");
	buf_release(&whole);
	return status == 0 ? text : NULL;
}

const struct shim_layout *host_plain_layout(void)
{
	const struct shim_layout *layout = shim_layouts;

	while (layout[1].host)
		layout++;
	return layout;
}

const struct shim_layout *host_layout(struct repo *repo)
{
	char path[INSTALL_PATH_MAX], text[SHIM_MAX];

	for (const struct shim_layout *layout = shim_layouts; layout->host; layout++)
		for (size_t hook = 0; hook < SHIM_HOOKS; hook++)
			if (host_hook_path(path, repo, layout, shim_hooks[hook]) &&
				shim_is_ours(host_hook_text(path, text)))
				return layout;
	return host_plain_layout();
}

bool host_is_gitolite(const char *text)
{
	return text && strstr(text, "Gitolite::Hooks::Update") != NULL;
}

const char *host_name(struct repo *repo)
{
	char path[INSTALL_PATH_MAX], text[SHIM_MAX];

	if (host_hook_path(path, repo, host_plain_layout(), "update") &&
		host_is_gitolite(host_hook_text(path, text)))
		return "gitolite";
	return host_layout(repo)->host;
}

bool host_program_runs(const char *program)
{
	const char *argv[] = { program, "version", NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .seconds = VERSION_SECONDS };
	struct buf said = BUF_INIT(VERSION_MAX);
	struct fault ignored = { 0 };
	int status = 1;
	bool can = run(&what, &said, &status, &ignored) == 0 && status == 0 && said.len > 12 &&
		   memcmp(said.data, "countersign ", 12) == 0;

	buf_release(&said);
	fault_clear(&ignored);
	return can;
}
