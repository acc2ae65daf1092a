#include "common/git/config.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/run.h"

#define OUTPUT_MAX ((size_t)8 << 20)
#define SECONDS 20
#define PATHS "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *home_of(const char *git_dir, const struct env *env)
{
	uid_t owner = file_owner(git_dir);
	const struct passwd *user = owner == getuid() ? NULL : getpwuid(owner);
	const char *own = env_get(env, "HOME");

	return user && user->pw_dir ? user->pw_dir : own ? own : "/nonexistent";
}

/* What of the caller's environment says where settings come from, and nothing else. */
static const char **environment(
	struct arena *arena, const char *git_dir, const struct env *env, size_t more)
{
	char home[PATH_MAX];
	const char **vars = arena_alloc(arena, (more + 5) * sizeof(*vars));
	size_t n = 0;

	if (!vars)
		return NULL;
	(void)snprintf(home, sizeof(home), "GIT_DIR=%s", git_dir);
	vars[n++] = "PATH=" PATHS;
	vars[n++] = "LC_ALL=C";
	vars[n++] = arena_strdup(arena, home);
	(void)snprintf(home, sizeof(home), "HOME=%s", home_of(git_dir, env));
	vars[n++] = arena_strdup(arena, home);
	for (char **var = env->vars; *var; var++)
		if (starts(*var, "GIT_CONFIG") || starts(*var, "XDG_CONFIG_HOME="))
			vars[n++] = *var;
	return vars[2] && vars[3] ? vars : NULL;
}

/* The text up to the next NUL, which is taken off; NULL when there is none. */
static char *take(struct span *rest)
{
	char *text = (char *)rest->data;
	const char *end = rest->len ? memchr(rest->data, '\0', rest->len) : NULL;

	if (!end)
		return NULL;
	rest->len -= (size_t)(end + 1 - rest->data);
	rest->data = end + 1;
	return text;
}

/* `origin NUL name NEWLINE value NUL`, again and again; a setting without a value means yes. */
static int parse(struct config *out, struct span rest, struct fault *f)
{
	while (rest.len) {
		const char *origin = take(&rest);
		char *name = take(&rest), *value = name ? strchr(name, '\n') : NULL;

		if (!name)
			return fault_set(f, FAULT_ADMIN, "git config says what is not understood");
		out->list = arena_grow(&out->arena, out->list, out->count, sizeof(*out->list));
		if (!out->list)
			return fault_memory(f);
		if (value)
			*value++ = '\0';
		out->list[out->count++] = (struct config_value){
			.name = name, .value = value ? value : "true", .origin = origin
		};
	}
	return 0;
}

static int read_all(struct config *out, const char *const *vars, struct fault *f)
{
	const char *argv[] = { "git", "config", "--list", "--show-origin", "-z", NULL };
	struct run what = { .argv = argv, .env = (char *const *)vars, .seconds = SECONDS };
	struct buf output = BUF_INIT(OUTPUT_MAX);
	char *copy;
	int exited, status = run(&what, &output, &exited, f);

	while (exited != 0 && output.len && output.data[output.len - 1] == '\n')
		output.data[--output.len] = '\0';
	if (status == 0 && (exited != 0 || output.failed))
		status = fault_set(f, FAULT_ADMIN, "git config: %s",
			output.failed ? "more settings than can be read"
			: output.len  ? output.data
				      : "failed without a word");
	copy = status == 0 ? arena_copy(&out->arena, output.data ? output.data : "", output.len)
			   : NULL;
	if (status == 0)
		status = copy ? parse(out, (struct span){ copy, output.len }, f) : fault_memory(f);
	buf_release(&output);
	return status;
}

int config_read(struct config *out, const char *git_dir, const struct env *env, struct fault *f)
{
	const char **vars;
	size_t count = 0;

	*out = (struct config){ .arena = ARENA_INIT(4 * OUTPUT_MAX) };
	while (env->vars[count])
		count++;
	vars = environment(&out->arena, git_dir, env, count);
	return vars ? read_all(out, vars, f) : fault_memory(f);
}

int config_read_called(struct config *out, const struct env *env, struct fault *f)
{
	*out = (struct config){ .arena = ARENA_INIT(4 * OUTPUT_MAX) };
	return read_all(out, (const char *const *)env->vars, f);
}

const struct config_value *config_get(const struct config *settings, const char *name)
{
	for (size_t i = settings->count; i > 0; i--)
		if (strcmp(settings->list[i - 1].name, name) == 0)
			return &settings->list[i - 1];
	return NULL;
}

/*
 * Whether a value of receive.procReceiveRefs may cover the ref: a prefix, perhaps behind letters
 * and a colon.  Which updates the letters mean is not asked, and what names all refs but some is
 * taken to name all.
 */
static bool may_cover(const char *value, const char *ref)
{
	const char *prefix = strchr(value, ':');
	size_t len;

	if (prefix && memchr(value, '!', (size_t)(prefix - value)))
		return true;
	prefix = prefix ? prefix + 1 : value;
	for (len = strlen(prefix); len && prefix[len - 1] == '/'; len--)
		;
	return strncmp(ref, prefix, len) == 0;
}

const struct config_value *config_hands_over(const struct config *settings, const char *ref)
{
	for (size_t i = 0; i < settings->count; i++)
		if (strcmp(settings->list[i].name, "receive.procreceiverefs") == 0 &&
			may_cover(settings->list[i].value, ref))
			return &settings->list[i];
	return NULL;
}

/* Whether one of the text's lines is just that. */
static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		if (strncmp(text, line, len) == 0 && (text[len] == '\n' || !text[len]))
			return true;
	return false;
}

int config_hooks_known(const char *git_dir, bool *known, struct fault *f)
{
	const char *argv[] = { "git", "--git-dir", git_dir, "-c", "hook.probe.event=pre-receive",
		"-c", "hook.probe.command=true", "hook", "list", "pre-receive", NULL };
	const char *env[] = { "PATH=" PATHS, "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", NULL };
	struct run what = { .argv = argv, .env = (char *const *)env, .seconds = SECONDS };
	struct buf output = BUF_INIT(OUTPUT_MAX);
	int exited, status = run(&what, &output, &exited, f);

	*known = status == 0 && exited == 0 && has_line(output.data, "probe");
	buf_release(&output);
	return status;
}

static bool is_one_of(const char *value, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(value, *words) == 0)
			return true;
	return false;
}

bool config_is_yes(const char *value)
{
	return is_one_of(value, (const char *const[]){ "true", "yes", "on", "1", NULL });
}

bool config_is_no(const char *value)
{
	return is_one_of(value, (const char *const[]){ "false", "no", "off", "0", "", NULL });
}

void config_release(struct config *settings)
{
	arena_release(&settings->arena);
	*settings = (struct config){ 0 };
}
