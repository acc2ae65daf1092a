#include "hooks/gitolite.h"

#include <string.h>
#include <unistd.h>

#include "common/place.h"
#include "common/run.h"

#define ASK_SECONDS 10
#define ANSWER_MAX 4096
#define VREF "VREF/countersign"

bool gitolite_is_update(const char *text)
{
	return strstr(text, "Gitolite::Hooks::Update") != NULL;
}

/* gitolite's command: beside its shell, as its own installer puts it, else where Debian does. */
static const char *program(const struct session *session, char path[PLACE_MAX])
{
	const char *folder = env_get(session->env, "GL_BINDIR");
	struct fault ignored = { 0 };

	if (folder && folder[0] == '/' && place_join(path, folder, "gitolite", &ignored) == 0 &&
		access(path, X_OK) == 0)
		return path;
	return "/usr/bin/gitolite";
}

/* gitolite's exit status does not tell a rule from none: of a VREF that no rule names it says `allowed by fallthru`. */
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
	const char *repo = env_get(session->env, "GL_REPO");
	const char *user = env_get(session->env, "GL_USER");
	const char *bypass = env_get(session->env, "GL_BYPASS_ACCESS_CHECKS");
	char path[PLACE_MAX];
	const char *argv[] = { program(session, path), "access", repo, user, "W", VREF, NULL };
	struct run what = { .argv = argv, .env = session->env->vars, .seconds = ASK_SECONDS };
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
