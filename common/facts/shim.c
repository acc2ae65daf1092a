#include "common/facts/shim.h"

#include <stdio.h>
#include <string.h>

#define MARK "#!/bin/sh\n# Countersign: installed by install.sh; see countersign status\n"
#define MISSING                                                                                   \
	"[ -x \"%s\" ] || { echo \"countersign: its %s is missing on this server, so pushes are " \
	"refused: ask its admin to install Countersign again, or to take its hooks out\" >&2; "   \
	"exit 1; }\n"

const char *const shim_hooks[SHIM_HOOKS] = { "pre-receive", "update", "post-receive" };

const struct shim_layout shim_layouts[] = {
	{ "gitea", "hooks/%s.d/countersign" },
	{ "gitlab", "custom_hooks/%s.d/countersign" },
	{ "plain", "hooks/%s" },
	{ NULL, NULL },
};

static int fits(int len, size_t size)
{
	return len >= 0 && (size_t)len < size ? 0 : -1;
}

int shim_path(char out[INSTALL_PATH_MAX], const struct shim_layout *layout, const char *hook)
{
	int len;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	len = snprintf(
		out, INSTALL_PATH_MAX, layout->path, hook); /* formats are the table's above */
#pragma GCC diagnostic pop
	return fits(len, INSTALL_PATH_MAX);
}

const char *shim_program(size_t hook)
{
	return hook == SHIM_UPDATE ? "libexec/countersign/update" : "bin/countersign";
}

int shim_call(char out[SHIM_MAX], const char *prefix, size_t hook)
{
	return fits(snprintf(out, SHIM_MAX, "\"%s/%s\"%s%s", prefix, shim_program(hook),
			    hook == SHIM_UPDATE ? "" : " hook ",
			    hook == SHIM_UPDATE ? "" : shim_hooks[hook]),
		SHIM_MAX);
}

int shim_text(char out[SHIM_MAX], const char *prefix, size_t hook)
{
	char call[SHIM_MAX], program[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	if (install_paths_join(program, prefix, shim_program(hook), &ignored) < 0 ||
		shim_call(call, prefix, hook) < 0)
		return -1;
	return fits(snprintf(out, SHIM_MAX, MARK MISSING "exec %.4000s \"$@\"\n", program,
			    shim_program(hook), call),
		SHIM_MAX);
}

/*
 * gitolite hands over seven arguments and more; the first three are what git gives an update hook.
 */
int shim_vref_text(char out[SHIM_MAX], const char *prefix)
{
	char program[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	if (install_paths_join(program, prefix, shim_program(SHIM_UPDATE), &ignored) < 0)
		return -1;
	return fits(snprintf(out, SHIM_MAX, MARK MISSING "exec \"%s\" \"$1\" \"$2\" \"$3\"\n",
			    program, shim_program(SHIM_UPDATE), program),
		SHIM_MAX);
}

bool shim_is_ours(const char *text)
{
	return text && strncmp(text, MARK, sizeof(MARK) - 1) == 0;
}
