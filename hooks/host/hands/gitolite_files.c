/*
 * gitolite owns its repositories' hooks: what lies in its folder of common hooks it links into
 * each of them, whenever one is made and at every `gitolite setup`.  So that is where ours go.
 *  hooks/update is its own; there it runs programs that its configuration names, and
 * VREF/countersign is ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/facts/host.h"
#include "common/facts/shim.h"
#include "hooks/host/hands/gitolite_files.h"

#define TEXT_MAX 65536
#define VREF "countersign"

/* Where hooks/update leads, from where we stand; "" when it is no link. */
void gitolite_update_leads(const struct hands *h, char out[INSTALL_PATH_MAX])
{
	struct buf link = BUF_INIT(INSTALL_PATH_MAX - 8);
	struct fault ignored = { 0 };

	(void)beneath_link(h->dir, "hooks/update", &link, &ignored);
	(void)snprintf(out, INSTALL_PATH_MAX, "%s%s",
		link.len && link.data[0] != '/' ? "hooks/" : "", link.len ? link.data : "");
	buf_release(&link);
}

/* Where root itself would follow a link of somebody else's, nothing is gitolite's. */
bool hands_gitolite_owns(struct hands *h)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	char path[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };
	bool owns;

	if (h->owner.shared)
		return false;
	gitolite_update_leads(h, path);
	if (*path)
		(void)file_read(path, &text, &ignored);
	else
		(void)hands_text(h, "hooks/update", &text);
	owns = text.data && host_is_gitolite(text.data);
	buf_release(&text);
	return owns;
}

/* gitolite's answer, a line; -1 when it says nothing. */
int gitolite_query(struct hands *h, const char *name, char out[INSTALL_PATH_MAX], struct fault *f)
{
	const char *argv[] = { "gitolite", "query-rc", name, NULL };
	struct buf said = BUF_INIT(TEXT_MAX);
	int status = hands_run_well(h, argv, (struct span){ 0 }, &said, f);

	(void)snprintf(out, INSTALL_PATH_MAX, "%.*s", (int)strcspn(said.len ? said.data : "", "\n"),
		said.len ? said.data : "");
	if (status == 0 && out[0] != '/')
		status = fault_set(f, FAULT_ADMIN, "gitolite query-rc %s says nothing", name);
	buf_release(&said);
	return status;
}

/* Opens a folder of gitolite's to be worked on like a repository. */
static int folder_open(
	struct hands *folder, const struct hands *h, const char *path, struct fault *f)
{
	*folder = *h;
	folder->path = path;
	folder->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->dir < 0 || fstat(folder->dir, &folder->st) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	return 0;
}

/*
 * The folder of common hooks as gitolite says, which the repository's update hook has to lead to.
 */
static int common_find(struct hands *h, struct gitolite *g, struct fault *f)
{
	char base[INSTALL_PATH_MAX], update[INSTALL_PATH_MAX], path[PATH_MAX], *slash;

	gitolite_update_leads(h, update);
	slash = strrchr(update, '/');
	if (!slash || update[0] != '/')
		return fault_set(f, FAULT_ADMIN,
			"%s/hooks/update is not a link to gitolite's: run gitolite setup first",
			h->path);
	*slash = '\0';
	if (gitolite_query(h, "GL_ADMIN_BASE", base, f) < 0 ||
		install_paths_join(path, base, "hooks/common", f) < 0)
		return -1;
	if (!realpath(path, g->common_path) || !realpath(update, path) ||
		strcmp(path, g->common_path) != 0)
		return fault_set(f, FAULT_ADMIN,
			"%s/hooks/update leads to %s, and gitolite's common hooks lie in "
			"%s/hooks/common: run gitolite setup first",
			h->path, update, base);
	return folder_open(&g->common, h, g->common_path, f);
}

/* The folder of VREF programs: the site's own code if it has any, else gitolite's. */
static int vrefs_find(struct hands *h, struct gitolite *g, struct fault *f)
{
	char code[INSTALL_PATH_MAX];
	struct fault none = { 0 };

	if (gitolite_query(h, "LOCAL_CODE", code, &none) < 0 &&
		gitolite_query(h, "GL_BINDIR", code, f) < 0)
		return -1;
	if (access(code, W_OK) < 0)
		g->vrefs_are_roots = true;
	return folder_open(&g->vrefs, h, strcpy(g->vrefs_path, code), f);
}

/* gitolite's name of the repository: its place below the base, without `.git`. */
static int name_find(struct hands *h, struct gitolite *g, struct fault *f)
{
	char said[INSTALL_PATH_MAX], base[PATH_MAX];
	size_t len;

	if (gitolite_query(h, "GL_REPO_BASE", said, f) < 0)
		return -1;
	if (!realpath(said, base))
		return fault_set(f, FAULT_ADMIN, "%s: %s", said, strerror(errno));
	len = strlen(base);
	if (strncmp(h->path, base, len) != 0 || h->path[len] != '/')
		return fault_set(
			f, FAULT_ADMIN, "%s does not lie below gitolite's %s", h->path, base);
	(void)snprintf(g->name, sizeof(g->name), "%s", h->path + len + 1);
	len = strlen(g->name);
	if (len > 4 && strcmp(g->name + len - 4, ".git") == 0)
		g->name[len - 4] = '\0';
	return 0;
}

void gitolite_close(struct gitolite *g)
{
	if (g->common.dir >= 0)
		(void)close(g->common.dir);
	if (g->vrefs.dir >= 0)
		(void)close(g->vrefs.dir);
}

int gitolite_find(struct hands *h, struct gitolite *g, struct fault *f)
{
	g->common.dir = g->vrefs.dir = -1;
	return common_find(h, g, f) < 0 || vrefs_find(h, g, f) < 0 || name_find(h, g, f) < 0 ? -1
											     : 0;
}

bool gitolite_is_ours(const struct hands *folder, const char *path)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	bool ours = shim_is_ours(hands_text(folder, path, &text));

	buf_release(&text);
	return ours;
}

/* gitolite's exit status does not tell a rule from none, so what it says counts. */
static bool has_rule(struct hands *h, const struct gitolite *g)
{
	const char *argv[] = { "gitolite", "access", g->name, "anyone", "W", "VREF/countersign",
		NULL };
	struct buf said = BUF_INIT(TEXT_MAX), wanted = BUF_INIT(TEXT_MAX);
	struct fault ignored = { 0 };
	int exited;
	bool has;

	(void)buf_addf(
		&wanted, "W VREF/countersign %s anyone DENIED by VREF/countersign\n", g->name);
	has = hands_run(h, argv, (struct span){ 0 }, &said, &exited, &ignored) == 0 &&
	      span_equal(buf_span(&said), buf_span(&wanted));
	buf_release(&said);
	buf_release(&wanted);
	return has;
}

/* What would stop us half-way is found out before anything is done. */
static int check(struct hands *h, struct gitolite *g, struct fault *f)
{
	static const char *const hooks[] = { "pre-receive", "post-receive" };

	if (gitolite_find(h, g, f) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++)
		if (hands_is_there(&g->common, hooks[i]) && !gitolite_is_ours(&g->common, hooks[i]))
			return fault_set(f, FAULT_ADMIN,
				"%s/%s is a hook of all repositories and not ours: take it out of "
				"there, and chain it in each repository that needs it "
				"(countersign/chained/%s)",
				g->common.path, hooks[i], hooks[i]);
	if (g->vrefs_are_roots && h->caller != 0)
		return fault_set(f, FAULT_ADMIN,
			"may not write %s/VREF: run this as root, or set LOCAL_CODE in "
			".gitolite.rc to "
			"a folder of your own",
			g->vrefs.path);
	if ((!gitolite_is_ours(&g->common, hooks[0]) || !gitolite_is_ours(&g->common, hooks[1])) &&
		hands_may_write(&g->common, ".", f) < 0)
		return -1;
	return g->vrefs_are_roots || gitolite_is_ours(&g->vrefs, "VREF/" VREF) ||
			       hands_may_write(&g->vrefs, "VREF", f) == 0
		       ? 0
		       : -1;
}

static int link_put(struct hands *h, const struct gitolite *g, const char *hook, struct fault *f)
{
	char place[INSTALL_PATH_MAX], target[INSTALL_PATH_MAX];
	struct buf now = BUF_INIT(INSTALL_PATH_MAX);
	bool there;

	if (install_paths_join(place, "hooks", hook, f) < 0 ||
		install_paths_join(target, g->common.path, hook, f) < 0 ||
		beneath_link(h->dir, place, &now, f) < 0)
		return -1;
	there = now.len && strcmp(now.data, target) == 0;
	buf_release(&now);
	if (there)
		return 0;
	if (hands_hook_keep(h, hook, place, f) < 0)
		return -1;
	if (!hands_step(h, "link %s/%s to %s, as gitolite does", h->path, place, target))
		return 0;
	return beneath_remove(h->dir, place, 0, f) < 0 ||
			       beneath_symlink(h->dir, place, target, f) < 0
		       ? fault_context(f, "could not link %s/%s", h->path, place)
		       : 0;
}

/* Only gitolite's admin can write in its configuration. */
static void say_rules(struct hands *h, const struct gitolite *g)
{
	if (has_rule(h, g))
		return;
	hands_say(h,
		"  a held ref refuses the refs pushed with it until conf/gitolite.conf of "
		"gitolite-admin says for this repository,\n"
		"  and reviewers can approve only where they may push (name in @reviewers only who "
		"may "
		"read it, too):\n"
		"      repo %s\n"
		"          -   VREF/countersign = @all\n"
		"          RW+ refs/countersign/approvals/ = @reviewers",
		g->name);
}

static int vref_put(struct hands *h, struct gitolite *g, struct fault *f)
{
	char text[SHIM_MAX];
	struct span whole;

	if (shim_vref_text(text, h->terms->place.prefix) < 0)
		return fault_set(f, FAULT_ADMIN, "path too long");
	whole = (struct span){ text, strlen(text) };
	if (g->vrefs_are_roots) {
		h->more = HANDS_VREF_PUT;
		return 0;
	}
	return hands_put_folder(&g->vrefs, "VREF", 0755, f) < 0 ||
			       hands_put_text(&g->vrefs, "VREF/" VREF, 0755, whole, f) < 0
		       ? -1
		       : 0;
}

static int put(struct hands *h, struct gitolite *g, struct fault *f)
{
	static const size_t hooks[] = { 0, 2 }; /* of shim_hooks */
	char text[SHIM_MAX];

	if (check(h, g, f) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++)
		if (shim_text(text, h->terms->place.prefix, hooks[i]) < 0 ||
			hands_put_text(&g->common, shim_hooks[hooks[i]], 0755,
				(struct span){ text, strlen(text) }, f) < 0 ||
			link_put(h, g, shim_hooks[hooks[i]], f) < 0)
			return -1;
	if (vref_put(h, g, f) < 0)
		return -1;
	say_rules(h, g);
	gitolite_beside(h, g);
	return 0;
}

int hands_gitolite_put(struct hands *h, struct fault *f)
{
	struct gitolite g = { 0 };
	int status = put(h, &g, f);

	gitolite_close(&g);
	return status;
}

int hands_gitolite_check(struct hands *h, struct fault *f)
{
	struct gitolite g = { 0 };
	int status = check(h, &g, f);

	gitolite_close(&g);
	return status;
}

/* Whether another guarded repository has gitolite's common hooks. */
static bool has_others(const struct hands *h, const struct gitolite *g)
{
	char path[INSTALL_PATH_MAX], target[PATH_MAX];
	struct fault ignored = { 0 };
	size_t len = strlen(g->common.path);

	for (char *const *one = h->listed; *one; one++)
		if (strcmp(*one, h->path) != 0 &&
			install_paths_join(path, *one, "hooks/update", &ignored) == 0 &&
			realpath(path, target) && strncmp(target, g->common.path, len) == 0 &&
			target[len] == '/')
			return true;
	return false;
}

static int links_take(struct hands *h, const struct gitolite *g, struct fault *f)
{
	static const char *const hooks[] = { "pre-receive", "post-receive" };
	char place[INSTALL_PATH_MAX], target[INSTALL_PATH_MAX];

	for (size_t i = 0; i < 2; i++) {
		struct buf now = BUF_INIT(INSTALL_PATH_MAX);

		if (install_paths_join(place, "hooks", hooks[i], f) < 0 ||
			install_paths_join(target, g->common.path, hooks[i], f) < 0 ||
			beneath_link(h->dir, place, &now, f) < 0)
			return -1;
		if (now.len && strcmp(now.data, target) == 0 && hands_drop_file(h, place, f) < 0)
			return -1;
		buf_release(&now);
		if (hands_hook_take(h, hooks[i], place, f) < 0)
			return -1;
	}
	return 0;
}

static int take(struct hands *h, struct gitolite *g, struct fault *f)
{
	if (gitolite_find(h, g, f) < 0 || links_take(h, g, f) < 0)
		return -1;
	if (has_others(h, g)) {
		hands_say(h,
			"  kept: %s, since other repositories are guarded; gitolite setup links it "
			"into "
			"this one again",
			g->common.path);
		return 0;
	}
	if ((gitolite_is_ours(&g->common, "pre-receive") &&
		    hands_drop_file(&g->common, "pre-receive", f) < 0) ||
		(gitolite_is_ours(&g->common, "post-receive") &&
			hands_drop_file(&g->common, "post-receive", f) < 0))
		return -1;
	if (g->vrefs_are_roots)
		h->more = HANDS_VREF_TAKE;
	else if (gitolite_is_ours(&g->vrefs, "VREF/" VREF) &&
		 hands_drop_file(&g->vrefs, "VREF/" VREF, f) < 0)
		return -1;
	if (has_rule(h, g))
		hands_say(h, "  take VREF/countersign out of conf/gitolite.conf: gitolite refuses "
			     "pushes while its program is gone");
	return 0;
}

int hands_gitolite_take(struct hands *h, struct fault *f)
{
	struct gitolite g = { 0 };
	int status = take(h, &g, f);

	gitolite_close(&g);
	return status;
}
