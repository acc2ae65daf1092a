/*
 * The environment the server handed us.  A hook runs in what git, sshd and the web server made
 * of it, parts of which a client may have sent.  So the first act of main() is env_seal(): what
 * was there is kept aside to be asked for by name, and the process (with every library and child)
 * goes on in a fixed one.
 */
#ifndef COMMON_BASE_ENV_H
#define COMMON_BASE_ENV_H

struct fault;

struct env {
	char **vars;   /* as they were: NAME=value, NULL-terminated; for hooks that we chain */
	char **sealed; /* what the process was left with, likewise */
};

/*
 * Keeps a copy of the environment in *env and leaves the process with a fixed PATH, LC_ALL=C,
 * HOME=/nonexistent, GIT_NO_REPLACE_OBJECTS=1 and what tells where the repository is: GIT_DIR,
 * GIT_OBJECT_DIRECTORY, GIT_ALTERNATE_OBJECT_DIRECTORIES and GIT_QUARANTINE_PATH.  0 or -1.
 */
int env_seal(struct env *env, struct fault *f);

/* The value that the variable had before env_seal(); NULL when it was unset. */
const char *env_get(const struct env *env, const char *name);

/* Frees the copies; the process's environment stays as it is only until then. */
void env_release(struct env *env);

#endif
