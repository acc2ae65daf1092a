#include "hooks/gate/gitolite.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "common/base/run.h"

#define ASK_SECONDS 10
#define ANSWER_MAX 4096
#define SETTINGS_MAX ((size_t)1 << 20)
#define VREF "VREF/countersign"

/* gitolite's command: beside its shell, as its own installer puts it, else where Debian does. */
static const char *program(const struct session *session, char path[INSTALL_PATH_MAX])
{
	const char *folder = env_get(session->facts.env, "GL_BINDIR");
	struct fault ignored = { 0 };

	if (folder && folder[0] == '/' &&
		install_paths_join(path, folder, "gitolite", &ignored) == 0 &&
		access(path, X_OK) == 0)
		return path;
	return "/usr/bin/gitolite";
}

/*
 * gitolite's exit status does not tell a rule from none: of a VREF that no rule names it says
 * `allowed by fallthru`.
 */
static bool answer_is_rule(const struct buf *answer, const char *repo, const char *user)
{
	struct buf wanted = BUF_INIT(ANSWER_MAX);
	bool same;

	buf_addf(&wanted, "W " VREF " %s %s DENIED by " VREF "\n", repo, user);
	same = !wanted.failed && !answer->failed && span_equal(buf_span(answer), buf_span(&wanted));
	buf_release(&wanted);
	return same;
}

bool gitolite_runs_update(const struct session *session)
{
	const char *repo = env_get(session->facts.env, "GL_REPO");
	const char *user = env_get(session->facts.env, "GL_USER");
	const char *bypass = env_get(session->facts.env, "GL_BYPASS_ACCESS_CHECKS");
	char path[INSTALL_PATH_MAX];
	const char *argv[] = { program(session, path), "access", repo, user, "W", VREF, NULL };
	struct run what = { .argv = argv, .env = session->facts.env->vars, .seconds = ASK_SECONDS };
	struct buf answer = BUF_INIT(ANSWER_MAX);
	struct fault ignored = { 0 };
	bool runs;
	int status;

	if (!repo || !*repo || !user || !*user || (bypass && *bypass))
		return false;
	runs = run(&what, &answer, &status, &ignored) == 0 && answer_is_rule(&answer, repo, user);
	buf_release(&answer);
	return runs;
}

/* What a question is answered with; its exit status says nothing that we need.  0 or -1. */
static int ask(struct buf *out, const char *const *argv, const struct env *env, struct fault *f)
{
	struct run what = { .argv = argv, .env = env->vars, .seconds = ASK_SECONDS };
	int exited = 0;

	if (run(&what, out, &exited, f) < 0)
		return -1;
	return out->len && !out->failed ? 0
					: fault_set(f, FAULT_ADMIN, "gitolite %s %s tells nothing",
						  argv[1], argv[2]);
}

/* Of its settings, a line each, one that is a path.  Whether it is set. */
static bool setting(const struct buf *settings, const char *name, char out[INSTALL_PATH_MAX])
{
	const char *line = settings->data;
	size_t len = strlen(name);

	while (line && !(strncmp(line, name, len) == 0 && line[len] == '=')) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line || line[len + 1] != '/')
		return false;
	line += len + 1;
	(void)snprintf(out, INSTALL_PATH_MAX, "%.*s", (int)strcspn(line, "\n"), line);
	return true;
}

/* The name that gitolite has for a repository: its place below the base, without `.git`. */
static int name_of(struct gitolite_answer *out, const char *git_dir, struct fault *f)
{
	char base[PATH_MAX];
	size_t len;

	if (!realpath(out->base, base))
		return fault_set(f, FAULT_ADMIN, "%s: %s", out->base, strerror(errno));
	len = strlen(base);
	if (strncmp(git_dir, base, len) != 0 || git_dir[len] != '/')
		return fault_set(
			f, FAULT_ADMIN, "%s does not lie below gitolite's %s", git_dir, base);
	(void)snprintf(out->name, sizeof(out->name), "%s", git_dir + len + 1);
	len = strlen(out->name);
	if (len > 4 && strcmp(out->name + len - 4, ".git") == 0)
		out->name[len - 4] = '\0';
	return 0;
}

static int read_settings(
	struct gitolite_answer *out, const char *git_dir, const struct env *env, struct fault *f)
{
	static const char *const argv[] = { "gitolite", "query-rc", "-a", NULL };
	struct buf all = BUF_INIT(SETTINGS_MAX);
	char code[INSTALL_PATH_MAX], admin[INSTALL_PATH_MAX];
	int status = ask(&all, argv, env, f);

	if (status == 0 &&
		(!(setting(&all, "LOCAL_CODE", code) || setting(&all, "GL_BINDIR", code)) ||
			!setting(&all, "GL_REPO_BASE", out->base) ||
			!setting(&all, "GL_ADMIN_BASE", admin)))
		status =
			fault_set(f, FAULT_ADMIN, "gitolite query-rc -a does not tell its folders");
	buf_release(&all);
	return status < 0 || install_paths_join(out->vref, code, VREF, f) < 0 ||
			       install_paths_join(out->rules, admin,
				       "conf/gitolite.conf-compiled.pm", f) < 0 ||
			       name_of(out, git_dir, f) < 0
		       ? -1
		       : 0;
}

int gitolite_ask(
	struct gitolite_answer *out, const char *git_dir, const struct env *env, struct fault *f)
{
	static const char *const commands[] = { "gitolite", "query-rc", "COMMANDS", NULL };
	const char *access_of[] = { "gitolite", "access", out->name, "anyone", "W", VREF, NULL };
	struct buf answer = BUF_INIT(ANSWER_MAX);
	struct fault none = { 0 };

	*out = (struct gitolite_answer){ 0 };
	if (read_settings(out, git_dir, env, f) < 0)
		return -1;
	if (ask(&answer, commands, env, &none) == 0)
		(void)snprintf(out->commands, sizeof(out->commands), "\n%s", answer.data);
	buf_clear(&answer);
	out->has_rule = ask(&answer, access_of, env, &none) == 0 &&
			answer_is_rule(&answer, out->name, "anyone");
	buf_release(&answer);
	return 0;
}
