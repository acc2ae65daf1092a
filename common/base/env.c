#include "common/base/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"

extern char **environ;

static const char *const fixed[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"LC_ALL=C",
	"HOME=/nonexistent",
	"GIT_NO_REPLACE_OBJECTS=1",
};

static const char *const kept[] = {
	"GIT_DIR",
	"GIT_COMMON_DIR",
	"GIT_OBJECT_DIRECTORY",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_QUARANTINE_PATH",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void vars_free(char **vars)
{
	for (size_t i = 0; vars && vars[i]; i++)
		free(vars[i]);
	free(vars);
}

static char **vars_copy(char **vars)
{
	size_t count = 0;
	char **copy;

	while (vars && vars[count])
		count++;
	copy = calloc(count + 1, sizeof(*copy));
	for (size_t i = 0; copy && i < count; i++) {
		copy[i] = strdup(vars[i]);
		if (!copy[i]) {
			vars_free(copy);
			return NULL;
		}
	}
	return copy;
}

static char *var_join(const char *name, const char *value)
{
	char *var = NULL;

	return asprintf(&var, "%s=%s", name, value) < 0 ? NULL : var;
}

static char **vars_sealed(const struct env *env)
{
	char **vars = calloc(COUNT(fixed) + COUNT(kept) + 1, sizeof(*vars));
	size_t n = 0;

	for (size_t i = 0; vars && i < COUNT(fixed) + COUNT(kept); i++) {
		const char *name = i < COUNT(fixed) ? NULL : kept[i - COUNT(fixed)];
		const char *value = name ? env_get(env, name) : NULL;

		if (name && !value)
			continue;
		vars[n] = name ? var_join(name, value) : strdup(fixed[i]);
		if (!vars[n++]) {
			vars_free(vars);
			return NULL;
		}
	}
	return vars;
}

int env_seal(struct env *env, struct fault *f)
{
	*env = (struct env){ 0 };
	env->vars = vars_copy(environ);
	env->sealed = env->vars ? vars_sealed(env) : NULL;
	if (!env->sealed) {
		vars_free(env->vars);
		env->vars = NULL;
		return fault_memory(f);
	}
	environ = env->sealed;
	return 0;
}

const char *env_get(const struct env *env, const char *name)
{
	size_t len = strlen(name);

	for (char **var = env->vars; var && *var; var++)
		if (strncmp(*var, name, len) == 0 && (*var)[len] == '=')
			return *var + len + 1;
	return NULL;
}

void env_release(struct env *env)
{
	if (environ == env->sealed)
		environ = NULL;
	vars_free(env->vars);
	vars_free(env->sealed);
	*env = (struct env){ 0 };
}
