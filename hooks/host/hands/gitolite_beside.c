/*
 * The repositories beside one that is guarded: gitolite links its common hooks, and so ours, into
 * all of them.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hooks/host/hands/gitolite_files.h"

static bool is_listed(const struct hands *h, const char *path)
{
	for (char *const *one = h->listed; *one; one++)
		if (strcmp(*one, path) == 0)
			return true;
	return false;
}

/* Names it if gitolite has linked our hook into it. */
static void beside_name(const struct hands *h, const struct gitolite *g, const char *path)
{
	char hook[INSTALL_PATH_MAX], target[INSTALL_PATH_MAX], link[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };
	ssize_t len;

	if (strcmp(path, h->path) == 0 || is_listed(h, path) ||
		install_paths_join(hook, path, "hooks/pre-receive", &ignored) < 0 ||
		install_paths_join(target, g->common.path, "pre-receive", &ignored) < 0)
		return;
	len = readlink(hook, link, sizeof(link) - 1);
	link[len < 0 ? 0 : len] = '\0';
	if (len > 0 && strcmp(link, target) == 0)
		printf("%c%s\n", HANDS_BESIDE, path);
}

void gitolite_beside(struct hands *h, const struct gitolite *g)
{
	const char *argv[] = { "gitolite", "list-phy-repos", NULL };
	struct buf said = BUF_INIT((size_t)16 << 20);
	char base[INSTALL_PATH_MAX], path[INSTALL_PATH_MAX], *rest, *name;
	struct fault ignored = { 0 };

	if (!gitolite_is_ours(&g->common, "pre-receive") ||
		gitolite_query(h, "GL_REPO_BASE", base, &ignored) < 0 ||
		hands_run_well(h, argv, (struct span){ 0 }, &said, &ignored) < 0)
		said.len = 0;
	rest = said.len ? said.data : NULL;
	while (rest && (name = strsep(&rest, "\n")))
		if (*name &&
			snprintf(path, sizeof(path), "%s/%s.git", base, name) < (int)sizeof(path))
			beside_name(h, g, path);
	buf_release(&said);
}

/* Whether it is the first on the list with gitolite's hooks: one of them is enough to ask. */
static bool is_first(const struct hands *h)
{
	char mine[INSTALL_PATH_MAX], hook[INSTALL_PATH_MAX], link[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };
	ssize_t len;

	gitolite_update_leads(h, mine);
	for (char *const *one = h->listed; *one && strcmp(*one, h->path) != 0; one++) {
		if (install_paths_join(hook, *one, "hooks/update", &ignored) < 0)
			continue;
		len = readlink(hook, link, sizeof(link) - 1);
		link[len < 0 ? 0 : len] = '\0';
		if (len > 0 && strcmp(link, mine) == 0)
			return false;
	}
	return *mine == '/';
}

void hands_gitolite_beside(struct hands *h)
{
	struct gitolite g = { 0 };
	struct fault ignored = { 0 };

	if (!is_first(h) || !hands_gitolite_owns(h))
		return;
	if (gitolite_find(h, &g, &ignored) == 0)
		gitolite_beside(h, &g);
	gitolite_close(&g);
}
