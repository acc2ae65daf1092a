/* Where an assistant may write under the policy, and where not. */
#include <string.h>

#include "common/base/run.h"
#include "hooks/admin/path_decision.h"
#include "hooks/report/rehearsal.h"

#define FOLDERS_MAX ((size_t)4 << 20)

static const char assistant[] = "claude-code";

/* What would become of a file that the assistant adds. */
static int ask(const struct rehearsal *r, const char *path, enum decision *out, struct fault *f)
{
	struct path_decision question = { .policy = r->in_force->policy,
		.agent = assistant,
		.ref = r->in_force->head,
		.path = path };

	if (path_decision_make(&question, f) < 0)
		return -1;
	*out = question.decision;
	return 0;
}

/*
 * Takes the folder (with a slash behind it, or "") if an assistant may write there.  1: taken, 0:
 * not, -1.
 */
static int try_inside(struct rehearsal *r, struct span folder, struct fault *f)
{
	static const char note[] = "rehearsal-note.txt";
	char path[INSTALL_PATH_MAX];
	enum decision decision;

	if (folder.len + sizeof(note) > sizeof(path))
		return 0;
	(void)snprintf(path, sizeof(path), "%.*s%s", (int)folder.len,
		folder.data ? folder.data : "", note);
	if (ask(r, path, &decision, f) < 0)
		return -1;
	if (decision != DECISION_ALLOW)
		return 0;
	(void)snprintf(r->inside, sizeof(r->inside), "%.*s", (int)folder.len,
		folder.data ? folder.data : "");
	return 1;
}

/* The folders that the scopes name from the root. */
static int try_scopes(struct rehearsal *r, struct fault *f)
{
	const struct agent *start = policy_agent(r->in_force->policy, "*");
	int taken = 0;

	for (size_t i = 0; taken == 0 && start && i < start->grant_count; i++) {
		int list = start->grants[i].scope;

		for (names text = list < 0 ? NULL : r->in_force->policy->scope_texts[list];
			text && *text && taken == 0; text++)
			if (**text == '/' && !strpbrk(*text, "*?[\\") &&
				span_ends(span_of(*text), "/"))
				taken = try_inside(r, span_of(*text + 1), f);
	}
	return taken;
}

/* The folders of the branch that HEAD names, as git lists them: terminated by NUL. */
static int list_folders(const struct rehearsal *r, struct buf *out, struct fault *f)
{
	char *const environment[] = { (char[]){ "PATH=/usr/bin:/bin" }, (char[]){ "LC_ALL=C" },
		(char[]){ "GIT_NO_REPLACE_OBJECTS=1" }, NULL };
	char git_dir[INSTALL_PATH_MAX];
	const char *const argv[] = { "git", "--git-dir", git_dir, "ls-tree", "-rdz", "--name-only",
		r->in_force->head, NULL };
	int status;

	if (install_paths_join(git_dir, r->folder, "server.git", f) < 0)
		return -1;
	return run(
		&(struct run){ .argv = argv, .env = environment, .seconds = 30 }, out, &status, f);
}

static int try_folders(struct rehearsal *r, struct fault *f)
{
	struct buf folders = BUF_INIT(FOLDERS_MAX);
	int taken = list_folders(r, &folders, f);

	for (char *at = folders.data; taken == 0 && at && at < folders.data + folders.len;) {
		size_t len = strnlen(at, (size_t)(folders.data + folders.len - at));

		at[len] = '/';
		if (!memchr(at, '\n', len))
			taken = try_inside(r, (struct span){ at, len + 1 }, f);
		at += len + 1;
	}
	buf_release(&folders);
	return taken;
}

static int find_inside(struct rehearsal *r, struct fault *f)
{
	static const char *const usual[] = { "src/", "lib/", "docs/", "test/", "" };
	int taken = try_scopes(r, f);

	for (size_t i = 0; taken == 0 && i < sizeof(usual) / sizeof(usual[0]); i++)
		taken = try_inside(r, span_of(usual[i]), f);
	return taken ? taken : try_folders(r, f);
}

/* The last of them stands for all when an assistant may write anywhere. */
static int find_outside(struct rehearsal *r, struct fault *f)
{
	static const char *const places[] = { "rehearsal-elsewhere/note.txt", "billing/note.txt",
		"src/rehearsal-elsewhere/note.txt", "note.rehearsal",
		"rehearsal-elsewhere/note.txt" };
	enum decision decision = DECISION_ALLOW;

	for (size_t i = 0; decision == DECISION_ALLOW && i < sizeof(places) / sizeof(places[0]);
		i++) {
		if (ask(r, places[i], &decision, f) < 0)
			return -1;
		(void)snprintf(r->outside, sizeof(r->outside), "%s", places[i]);
	}
	return 0;
}

int rehearsal_targets(struct rehearsal *r, struct fault *f)
{
	return find_inside(r, f) < 0 ? -1 : find_outside(r, f);
}
