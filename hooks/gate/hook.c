#include "hooks/gate/hook.h"

#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/text.h"
#include "common/facts/host.h"
#include "common/facts/shim.h"
#include "common/git/config.h"
#include "hooks/gate/gitolite.h"

#define JSON_MAX ((size_t)128 << 20)

static const struct {
	const char *name;
	int (*run)(const struct env *env, int argc, char **argv);
} hooks[] = {
	{ "pre-receive", hook_pre_receive },
	{ "update", hook_update },
	{ "post-receive", hook_post_receive },
};

/* What a hook says that ends by a signal: with nothing but what was prepared. */
static void last_word(int number)
{
	static const char line[] =
		"countersign: the push could not be judged: the hook was ended by "
		"a limit of this machine (processor time, stack or memory)\n";

	(void)number;
	(void)!write(STDERR_FILENO, line, sizeof(line) - 1);
	_exit(HOOK_UNJUDGED);
}

/*
 * No limit of the machine ends a hook without a word: a file that grew too large is an error of the
 * write, as on a full disk, and what cannot be survived is said.
 */
static void prepare_last_word(void)
{
	static char stack[65536];
	const stack_t where = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = last_word, .sa_flags = SA_ONSTACK };
	static const int fatal[] = { SIGXCPU, SIGSEGV, SIGBUS, SIGABRT };

	(void)signal(SIGXFSZ, SIG_IGN);
#ifndef __SANITIZE_ADDRESS__
	if (sigaltstack(&where, NULL) < 0)
		return;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		(void)sigaction(fatal[i], &action, NULL);
#else
	(void)where;
	(void)action;
	(void)fatal;
#endif
}

int hook_run(const struct env *env, int argc, char **argv)
{
	prepare_last_word();
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (strcmp(argv[0], hooks[i].name) == 0)
			return hooks[i].run(env, argc, argv);
	(void)fprintf(stderr,
		"countersign: unknown hook %s (expected pre-receive, update or post-receive)\n",
		argv[0]);
	return HOOK_UNJUDGED;
}

/* For programs: as a verdict that denies, with why nothing was judged in the place of findings. */
static void say_fault_json(const char *ref, const struct fault *f)
{
	struct buf text = BUF_INIT(65536), name = BUF_INIT(65536);
	json_t *object = NULL;
	char *line = NULL;

	report_add_fault(&text, f);
	(void)text_escape(&name, span_of(ref ? ref : ""));
	if (!text.failed && !name.failed)
		object = json_pack("{s:i, s:s%, s:s, s:s%, s:b, s:[]}", "version", 1, "ref",
			name.data ? name.data : "", name.len, "decision", "deny", "fault",
			text.data, text.len, "approvable", 0, "findings");
	if (object)
		line = json_dumps(object, JSON_COMPACT);
	if (line)
		report_json(line);
	free(line);
	json_decref(object);
	buf_release(&text);
	buf_release(&name);
}

int hook_fault(struct report *report, const char *ref, const struct fault *f)
{
	report_unjudged(report, ref, f);
	if (report->json)
		say_fault_json(ref, f);
	return f->class == FAULT_PUSHER || f->class == FAULT_LIMIT ? HOOK_REFUSED : HOOK_UNJUDGED;
}

int hook_say(struct report *report, const struct session *session, const struct verdict *verdict,
	struct fault *f)
{
	struct verdict_context context = facts_context(&session->facts);
	struct buf line = BUF_INIT(JSON_MAX);
	int status = 0;

	context.asked = report->asked;
	report->held_at = context.held_at;
	if (!report->told && (verdict->decision != DECISION_ALLOW || verdict->count ||
				     verdict->approved_count || report->asked))
		report_verdict(report, verdict);
	if (report->json) {
		status = verdict_json(verdict, &context, &line, f);
		if (status == 0)
			report_json(line.data);
	}
	buf_release(&line);
	return status;
}

/*
 * The file that git runs for updates, wherever its settings say so: NULL when that is not sure, or
 * it is to run none.
 */
static const char *update_path(
	const struct session *session, const struct config *settings, char out[INSTALL_PATH_MAX])
{
	const struct config_value *folder = config_get(settings, "core.hookspath");
	const struct config_value *enabled = config_get(settings, "hook.update.enabled");
	struct fault ignored = { 0 };
	char usual[INSTALL_PATH_MAX];

	if ((folder && folder->value[0] != '/') || (enabled && !config_is_yes(enabled->value)) ||
		install_paths_join(usual, repo_git_dir(session->facts.repo), "hooks", &ignored) <
			0 ||
		install_paths_join(out, folder ? folder->value : usual, "update", &ignored) < 0)
		return NULL;
	return out;
}

/*
 * The update hook of an earlier version, which the repair replaces within minutes: it calls the
 * same program, but takes any answer for the program's own.  So that program is asked now.
 */
static bool is_earlier(const struct session *session, const struct buf *shim)
{
	char program[INSTALL_PATH_MAX], last[INSTALL_PATH_MAX + 64];
	struct fault ignored = { 0 };

	if (!shim_is_ours(shim->data) || install_paths_join(program, session->facts.paths.prefix,
						 shim_program(SHIM_UPDATE), &ignored) < 0)
		return false;
	(void)snprintf(last, sizeof(last), "\nexec \"%s\" \"$@\"\n", program);
	return span_ends(buf_span(shim), last) && host_program_runs(program);
}

/* gitolite links its hooks into each repository: what counts is what the link leads to. */
static bool is_in_place(const struct session *session, const char *hook)
{
	struct fault ignored = { 0 };
	char path[PATH_MAX];
	struct buf shim = BUF_INIT(SHIM_MAX);
	char expected[INSTALL_PATH_MAX + 64];
	bool exists = false, ours;

	if (!realpath(hook, path) || access(path, X_OK) < 0)
		return false;
	(void)snprintf(expected, sizeof(expected),
		"\n\"%s/libexec/countersign/update\" " SHIM_ANSWERING " \"$@\"\n",
		session->facts.paths.prefix);
	ours = file_read_trusted(path, file_owner(repo_git_dir(session->facts.repo)), &shim,
		       &exists, &ignored) == 0 &&
	       exists && shim.len &&
	       (strstr(shim.data, expected) != NULL || is_earlier(session, &shim) ||
		       (host_is_gitolite(shim.data) && gitolite_runs_update(session)));
	buf_release(&shim);
	return ours;
}

/* Whether git may hand any of the push's refs to a proc-receive hook. */
static bool proc_receive_takes(const struct session *session, const struct config *settings)
{
	const struct push *push = &session->facts.push;

	for (size_t i = 0; i < push->count; i++)
		if (config_hands_over(settings, push->updates[i].name))
			return true;
	return false;
}

bool hook_update_in_place(const struct session *session)
{
	struct config settings;
	struct fault ignored = { 0 };
	char path[INSTALL_PATH_MAX];
	bool in_place = config_read_called(&settings, session->facts.env, &ignored) == 0 &&
			!proc_receive_takes(session, &settings) &&
			update_path(session, &settings, path) && is_in_place(session, path);

	config_release(&settings);
	return in_place;
}
