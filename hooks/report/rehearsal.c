#include "hooks/report/rehearsal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/run.h"

#define SECONDS_MAX 300
#define OUTPUT_MAX ((size_t)1 << 20)
#define VARIABLES_MAX 20

/* The environment that the scripts see. */
struct variables {
	char *list[VARIABLES_MAX + 1];
	size_t count;
};

__attribute__((format(printf, 3, 4))) static void add(
	struct rehearsal *r, struct variables *variables, const char *format, ...)
{
	struct buf text = BUF_INIT((size_t)3 * INSTALL_PATH_MAX);
	char value[2 * INSTALL_PATH_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	(void)buf_adds(&text, value);
	if (variables->count < VARIABLES_MAX && !text.failed)
		variables->list[variables->count++] = arena_strdup(&r->arena, text.data);
	buf_release(&text);
}

static void describe(struct rehearsal *r, struct variables *v)
{
	const struct policy_in_force *in_force = r->in_force;
	const struct limits *limits = &in_force->policy->limits;

	*v = (struct variables){ 0 };
	add(r, v, "PATH=/usr/local/bin:/usr/bin:/bin");
	add(r, v, "LC_ALL=C");
	add(r, v, "HOME=%s/home", r->folder);
	add(r, v, "GIT_CONFIG_NOSYSTEM=1");
	add(r, v, "REHEARSAL=%s", r->folder);
	add(r, v, "REHEARSAL_GIT_DIR=%s", repo_git_dir(in_force->repo));
	add(r, v, "REHEARSAL_PREFIX=%s", in_force->paths.prefix);
	add(r, v, "REHEARSAL_BRANCH=%s", in_force->head);
	add(r, v, "REHEARSAL_REVIEWERS=%d", r->reviewers);
	add(r, v, "REHEARSAL_ACCOUNT=%s", in_force->policy->account_env[0]);
	add(r, v, "REHEARSAL_INSIDE=%s", r->inside);
	add(r, v, "REHEARSAL_OUTSIDE=%s", r->outside);
	add(r, v, "REHEARSAL_REFS=%" PRId64, limits->refs);
	add(r, v, "REHEARSAL_HOLDS=%" PRId64, limits->holds);
	add(r, v, "REHEARSAL_BLOB=%" PRId64, limits->blob);
}

/* Runs a script with sh; -1 with what it said when it fails. */
static int script(struct rehearsal *r, const char *name, const char *argument, const char *play,
	struct fault *f)
{
	char path[INSTALL_PATH_MAX];
	const char *const argv[] = { "/bin/sh", path, argument, NULL };
	struct buf output = BUF_INIT(OUTPUT_MAX);
	struct variables variables;
	int status, result;

	describe(r, &variables);
	if (play)
		add(r, &variables, "REHEARSAL_PLAY=%s", play);
	if (install_paths_join(path, r->programs, name, f) < 0)
		return -1;
	result = run(&(struct run){ .argv = argv,
			     .env = variables.list,
			     .seconds = SECONDS_MAX,
			     .folder = r->folder },
		&output, &status, f);
	if (result == 0 && status != 0)
		result = fault_set(f, FAULT_ADMIN, "%s: exit status %d: %s",
			argument ? argument : path, status, output.data ? output.data : "");
	buf_release(&output);
	arena_release(&r->arena);
	return result;
}

/* How many people a rehearsal needs, so that what may be approved at all can be. */
static int count_reviewers(const struct policy *policy)
{
	int most = 1;

	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].approvals > most)
			most = policy->rules[i].approvals;
	return most < REHEARSAL_REVIEWERS_MAX ? most : REHEARSAL_REVIEWERS_MAX;
}

static int make_folder(struct rehearsal *r, struct fault *f)
{
	char folder[INSTALL_PATH_MAX];

	if (install_paths_join(folder, r->temporary ? r->temporary : "/tmp",
		    "countersign-rehearsal.XXXXXX", f) < 0)
		return -1;
	if (!mkdtemp(folder))
		return fault_set(
			f, FAULT_ADMIN, "cannot make the folder %s: %s", folder, strerror(errno));
	(void)snprintf(r->folder, sizeof(r->folder), "%s", folder);
	return 0;
}

int rehearsal_begin(struct rehearsal *r, struct fault *f)
{
	const char *git_dir = repo_git_dir(r->in_force->repo);

	r->arena = (struct arena)ARENA_INIT((size_t)1 << 20);
	r->reviewers = count_reviewers(r->in_force->policy);
	if (strpbrk(git_dir, "\n\":"))
		return fault_set(f, FAULT_ADMIN,
			"%s: objects cannot be borrowed from a path with ':', '\"' or a line feed",
			git_dir);
	if (make_folder(r, f) < 0 || script(r, "stage.sh", NULL, NULL, f) < 0)
		return -1;
	return rehearsal_policies(r, f) < 0 ? -1 : rehearsal_targets(r, f);
}

static int outcome_read(struct play *play, const char *folder, struct fault *f)
{
	char path[INSTALL_PATH_MAX];
	struct buf text = BUF_INIT(4096);
	int status = install_paths_join(path, folder, "outcome", f);

	if (status == 0 && access(path, F_OK) < 0)
		status = fault_set(f, FAULT_ADMIN, "the scenario did not attempt anything");
	if (status == 0)
		status = file_read(path, &text, f);
	if (status == 0 && text.data && text.len)
		text.data[text.len - 1] = '\0';
	if (status == 0 && text.len && strcmp(text.data, "landed") == 0)
		play->outcome = OUTCOME_LANDED;
	else if (status == 0 && text.len && strcmp(text.data, "refused") == 0)
		play->outcome = OUTCOME_REFUSED;
	else if (status == 0 && text.len && strncmp(text.data, "skip ", 5) == 0)
		play->outcome = OUTCOME_SKIPPED;
	else if (status == 0)
		status = fault_set(f, FAULT_ADMIN, "unknown outcome");
	if (status == 0 && play->outcome == OUTCOME_SKIPPED)
		play->detail = strdup(text.data + 5);
	buf_release(&text);
	return status;
}

static int remove_folder(const char *folder, struct fault *f)
{
	char *const environment[] = { (char[]){ "PATH=/usr/bin:/bin" }, NULL };
	const char *const argv[] = { "/bin/rm", "-rf", "--", folder, NULL };
	struct buf output = BUF_INIT(4096);
	int status, result = run(&(struct run){ .argv = argv, .env = environment, .seconds = 120 },
			    &output, &status, f);

	if (result == 0 && status != 0)
		result = fault_set(f, FAULT_ADMIN, "cannot remove %s: %s", folder,
			output.data ? output.data : "");
	buf_release(&output);
	return result;
}

int rehearsal_play(
	struct rehearsal *r, const struct scenario *scenario, struct play *out, struct fault *f)
{
	char folder[INSTALL_PATH_MAX + 32], said[INSTALL_PATH_MAX];
	int status;

	*out = (struct play){ 0 };
	(void)snprintf(folder, sizeof(folder), "%s/play%zu", r->folder, ++r->plays);
	status = script(r, "play.sh", scenario->path, folder, f);
	if (status == 0)
		status = outcome_read(out, folder, f);
	if (status < 0)
		(void)fault_context(f, "%s", scenario->path);
	if (status == 0 && out->outcome != OUTCOME_SKIPPED)
		status = install_paths_join(said, folder, "said", f) < 0
				 ? -1
				 : play_read_answer(out, said, f);
	if (status == 0 && ((!out->rules && !(out->rules = strdup(""))) ||
				   (!out->detail && !(out->detail = strdup("")))))
		status = fault_memory(f);
	return remove_folder(folder, f) < 0 ? -1 : status;
}

void play_release(struct play *play)
{
	free(play->rules);
	free(play->detail);
	*play = (struct play){ 0 };
}

int rehearsal_end(struct rehearsal *r, struct fault *f)
{
	arena_release(&r->arena);
	return r->folder[0] ? remove_folder(r->folder, f) : 0;
}
