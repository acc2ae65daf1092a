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

/* gitolite's answer without the newline; -1 when it fails or says nothing. */
static int ask(
	char out[INSTALL_PATH_MAX], const char *const *argv, const struct env *env, struct fault *f)
{
	struct run what = { .argv = argv, .env = env->vars, .seconds = ASK_SECONDS };
	struct buf answer = BUF_INIT(ANSWER_MAX);
	int exited = 0, status = run(&what, &answer, &exited, f);

	if (status == 0 &&
		(exited || answer.failed || answer.len < 2 || answer.len > INSTALL_PATH_MAX))
		status =
			fault_set(f, FAULT_ADMIN, "gitolite %s %s tells nothing", argv[1], argv[2]);
	if (status == 0)
		(void)snprintf(out, INSTALL_PATH_MAX, "%.*s", (int)strcspn(answer.data, "\n"),
			answer.data);
	buf_release(&answer);
	return status;
}

static int query(
	char out[INSTALL_PATH_MAX], const char *name, const struct env *env, struct fault *f)
{
	const char *argv[] = { "gitolite", "query-rc", name, NULL };

	return ask(out, argv, env, f);
}

/* The name that gitolite has for a repository: its place below the base, without `.git`. */
static int name_of(
	char out[INSTALL_PATH_MAX], const char *git_dir, const struct env *env, struct fault *f)
{
	char said[INSTALL_PATH_MAX], base[PATH_MAX];
	size_t len;

	if (query(said, "GL_REPO_BASE", env, f) < 0)
		return -1;
	if (!realpath(said, base))
		return fault_set(f, FAULT_ADMIN, "%s: %s", said, strerror(errno));
	len = strlen(base);
	if (strncmp(git_dir, base, len) != 0 || git_dir[len] != '/')
		return fault_set(
			f, FAULT_ADMIN, "%s does not lie below gitolite's %s", git_dir, base);
	(void)snprintf(out, INSTALL_PATH_MAX, "%s", git_dir + len + 1);
	len = strlen(out);
	if (len > 4 && strcmp(out + len - 4, ".git") == 0)
		out[len - 4] = '\0';
	return 0;
}

int gitolite_ask(
	struct gitolite_answer *out, const char *git_dir, const struct env *env, struct fault *f)
{
	char code[INSTALL_PATH_MAX], name[INSTALL_PATH_MAX];
	const char *argv[] = { "gitolite", "access", name, "anyone", "W", VREF, NULL };
	struct run what = { .argv = argv, .env = env->vars, .seconds = ASK_SECONDS };
	struct buf answer = BUF_INIT(ANSWER_MAX);
	struct fault none = { 0 };
	int exited, status;

	*out = (struct gitolite_answer){ 0 };
	if ((query(code, "LOCAL_CODE", env, &none) < 0 && query(code, "GL_BINDIR", env, f) < 0) ||
		install_paths_join(out->vref, code, VREF, f) < 0 ||
		name_of(name, git_dir, env, f) < 0)
		return -1;
	status = run(&what, &answer, &exited, f);
	out->has_rule = status == 0 && answer_is_rule(&answer, name, "anyone");
	buf_release(&answer);
	return status;
}
