/* The hooks of a repository: ours put in, those of others kept and chained, and put back. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/facts/shim.h"
#include "hooks/host/hands/hands.h"

#define TEXT_MAX 65536

/* Hooks that run before Countersign judges, and those that run after it has allowed. */
static const struct {
	const char *when, *folder;
} kept_in[] = { { "first", "countersign/chained-first" }, { "after", "countersign/chained" } };

#define WAYS (sizeof(kept_in) / sizeof(kept_in[0]))

static const struct shim_layout *layout_named(const char *host)
{
	const struct shim_layout *layout = shim_layouts;

	while (layout->host && strcmp(layout->host, host) != 0)
		layout++;
	return layout->host ? layout : NULL;
}

static bool is_ours(const struct hands *h, const char *path)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	bool ours = shim_is_ours(hands_text(h, path, &text));

	buf_release(&text);
	return ours;
}

/*
 * Gitea and Forgejo write delegates that run every program in HOOK.d; Gitaly runs custom_hooks/HOOK
 * and HOOK.d there.
 */
static const char *host_found(struct hands *h)
{
	if (hands_is_there(h, "hooks/pre-receive.d/gitea") ||
		hands_is_there(h, "hooks/pre-receive.d/forgejo"))
		return "gitea";
	if (h->gitlab || strstr(h->path, "/@hashed/"))
		return "gitlab";
	return hands_gitolite_owns(h) ? "gitolite" : "plain";
}

void hands_host(struct hands *h)
{
	h->host = h->terms->host ? h->terms->host : host_found(h);
}

static int kept_path(char out[INSTALL_PATH_MAX], size_t way, const char *hook, struct fault *f)
{
	return install_paths_join(out, kept_in[way].folder, hook, f);
}

/* One that is kept already: it stays, or goes where --chain wants it. */
static int keep_kept(struct hands *h, const char *hook, size_t way, struct fault *f)
{
	char from[INSTALL_PATH_MAX], to[INSTALL_PATH_MAX], words[3 * INSTALL_PATH_MAX];
	const char *chain = h->terms->chain;

	if (!chain || strcmp(chain, kept_in[way].when) == 0)
		return 0;
	if (kept_path(from, way, hook, f) < 0 || kept_path(to, 1 - way, hook, f) < 0)
		return -1;
	(void)snprintf(words, sizeof(words),
		"let the %s hook that was there run %s: move it to %s/%s", hook, chain, h->path,
		to);
	if (!h->terms->dry_run) {
		struct beneath_like as = hands_like(h, 0755);

		if (beneath_mkdir(h->dir, kept_in[1 - way].folder, &as, f) < 0)
			return fault_context(f, "%s", h->path);
	}
	return hands_move(h, words, (const char *[2]){ from, to }, f);
}

static int keep_fresh(struct hands *h, const char *hook, const char *target, struct fault *f)
{
	const char *chain = h->terms->chain ? h->terms->chain : "after";
	size_t way = strcmp(chain, "first") == 0 ? 0 : 1;
	char to[INSTALL_PATH_MAX], words[3 * INSTALL_PATH_MAX];

	if (kept_path(to, way, hook, f) < 0 ||
		hands_put_folder(h, kept_in[way].folder, 0755, f) < 0)
		return -1;
	(void)snprintf(words, sizeof(words),
		"chain the %s hook that is there, to run %s: move it to %s/%s", hook, chain,
		h->path, to);
	return hands_move(h, words, (const char *[2]){ target, to }, f);
}

int hands_hook_keep(struct hands *h, const char *hook, const char *target, struct fault *f)
{
	bool foreign = hands_is_there(h, target) && !is_ours(h, target);
	char kept[INSTALL_PATH_MAX];

	for (size_t way = 0; way < WAYS; way++) {
		if (kept_path(kept, way, hook, f) < 0)
			return -1;
		if (!hands_is_there(h, kept))
			continue;
		if (foreign)
			return fault_set(f, FAULT_ADMIN,
				"%s/%s and %s/%s are both hooks of somebody else's: make one of "
				"them "
				"in %s/%s, and remove %s/%s",
				h->path, target, h->path, kept, h->path, kept, h->path, target);
		return keep_kept(h, hook, way, f);
	}
	return foreign ? keep_fresh(h, hook, target, f) : 0;
}

static int folder_of(char out[INSTALL_PATH_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');

	return snprintf(out, INSTALL_PATH_MAX, "%.*s", slash ? (int)(slash - path) : 0, path);
}

static int hook_put(struct hands *h, const struct shim_layout *layout, size_t hook, struct fault *f)
{
	char target[INSTALL_PATH_MAX], folder[INSTALL_PATH_MAX], text[SHIM_MAX];

	if (shim_path(target, layout, shim_hooks[hook]) < 0 ||
		shim_text(text, h->terms->place.prefix, hook) < 0)
		return fault_set(f, FAULT_ADMIN, "path too long");
	(void)folder_of(folder, target);
	if (hands_put_folder(h, folder, 0755, f) < 0 ||
		hands_hook_keep(h, shim_hooks[hook], target, f) < 0)
		return -1;
	return hands_put_text(h, target, 0755, (struct span){ text, strlen(text) }, f);
}

/*
 * Takes out what lies where a forge would call it, and this host is none of that kind: somebody
 * named the wrong one, or the repository has moved.
 */
static int elsewhere_take(struct hands *h, struct fault *f)
{
	char target[INSTALL_PATH_MAX];

	for (size_t hook = 0; hook < SHIM_HOOKS; hook++)
		for (const struct shim_layout *other = shim_layouts; other[1].host; other++) {
			if (strcmp(other->host, h->host) == 0 ||
				shim_path(target, other, shim_hooks[hook]) < 0 ||
				!is_ours(h, target))
				continue;
			if (hands_step(h, "remove %s/%s, where only %s has hooks", h->path, target,
				    other->host) &&
				beneath_remove(h->dir, target, 0, f) < 0)
				return fault_context(f, "%s", h->path);
		}
	return 0;
}

int hands_hooks_put(struct hands *h, struct fault *f)
{
	const struct shim_layout *layout = layout_named(h->host);

	if (!layout && hands_gitolite_put(h, f) < 0)
		return -1;
	for (size_t hook = 0; layout && hook < SHIM_HOOKS; hook++)
		if (hook_put(h, layout, hook, f) < 0)
			return -1;
	return elsewhere_take(h, f);
}

/* A place that ours is taken out of. */
struct spot {
	const char *hook, *target;
	bool vacant;
};

static int kept_back(struct hands *h, struct spot *spot, size_t way, struct fault *f)
{
	char kept[INSTALL_PATH_MAX], words[2 * INSTALL_PATH_MAX];

	if (kept_path(kept, way, spot->hook, f) < 0)
		return -1;
	if (!hands_is_there(h, kept))
		return 0;
	if (!spot->vacant) {
		hands_say(h,
			"note: %s/%s was replaced by another hook and is left alone; the original "
			"is still in %s/%s",
			h->path, spot->target, h->path, kept);
		return 0;
	}
	spot->vacant = false;
	(void)snprintf(words, sizeof(words), "put back %s/%s, as it was", h->path, spot->target);
	return hands_move(h, words, (const char *[2]){ kept, spot->target }, f);
}

int hands_hook_take(struct hands *h, const char *hook, const char *target, struct fault *f)
{
	struct spot spot = { hook, target, true };

	if (is_ours(h, target)) {
		if (hands_drop_file(h, target, f) < 0)
			return -1;
	} else {
		spot.vacant = !hands_is_there(h, target);
	}
	for (size_t way = 0; way < WAYS; way++)
		if (kept_back(h, &spot, way, f) < 0)
			return -1;
	return 0;
}

/* Folders of kept hooks that are empty by now; in a dry run those that would be. */
static void kept_folders_take(struct hands *h)
{
	struct fault ignored = { 0 };

	for (size_t way = 0; way < WAYS; way++) {
		if (!hands_is_there(h, kept_in[way].folder) || h->terms->dry_run)
			continue;
		if (beneath_remove(h->dir, kept_in[way].folder, AT_REMOVEDIR, &ignored) == 0)
			hands_say(h, "  remove %s/%s", h->path, kept_in[way].folder);
		fault_clear(&ignored);
	}
}

int hands_hooks_take(struct hands *h, struct fault *f)
{
	const struct shim_layout *layout = layout_named(h->host);
	char target[INSTALL_PATH_MAX];

	if (!layout && hands_gitolite_take(h, f) < 0)
		return -1;
	for (size_t hook = 0; layout && hook < SHIM_HOOKS; hook++)
		if (shim_path(target, layout, shim_hooks[hook]) < 0 ||
			hands_hook_take(h, shim_hooks[hook], target, f) < 0)
			return -1;
	if (elsewhere_take(h, f) < 0)
		return -1;
	kept_folders_take(h);
	return 0;
}
