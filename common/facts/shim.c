#include "common/facts/shim.h"

#include <stdio.h>
#include <string.h>

#define MARK "#!/bin/sh\n# Countersign: installed by install.sh; see countersign status\n"
/*
 * A program that is gone, empty (a shell takes that for a script that allows), or cannot run: one
 * that is newer than the last time that it was tried is tried.  %1 is the program, %2 the stamp of
 * when all of them were, %3 the program for people.
 */
#define TRIED                                                                                      \
	"[ -x \"%1$s\" ] && [ -s \"%1$s\" ] && { [ ! \"%1$s\" -nt \"%2$s\" ] ||\n"                 \
	"case $(exec 2>/dev/null; \"%1$s\" version || :) in countersign*) ;; *) false ;; esac; } " \
	"||\n"                                                                                     \
	"{ echo \"countersign: its %3$s is missing on this server, or cannot run, so pushes are "  \
	"refused: ask its admin to install Countersign again, or to take its hooks out\" >&2; "    \
	"exit 1; }\n"
#define STAMP "share/countersign/tried"

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

/* What both kinds of scripts begin with, and what they then run.  0, or -1: too long. */
static int text_of(char out[SHIM_MAX], const char *prefix, size_t hook, const char *call)
{
	char program[INSTALL_PATH_MAX], stamp[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	if (install_paths_join(program, prefix, shim_program(hook), &ignored) < 0 ||
		install_paths_join(stamp, prefix, STAMP, &ignored) < 0)
		return -1;
	return fits(snprintf(out, SHIM_MAX, MARK TRIED "exec %4$s\n", program, stamp,
			    shim_program(hook), call),
		SHIM_MAX);
}

int shim_text(char out[SHIM_MAX], const char *prefix, size_t hook)
{
	char call[SHIM_MAX], whole[SHIM_MAX];

	if (shim_call(call, prefix, hook) < 0 ||
		fits(snprintf(whole, sizeof(whole), "%.4000s \"$@\"", call), sizeof(whole)) < 0)
		return -1;
	return text_of(out, prefix, hook, whole);
}

/*
 * gitolite hands over seven arguments and more; the first three are what git gives an update hook.
 */
int shim_vref_text(char out[SHIM_MAX], const char *prefix)
{
	char call[SHIM_MAX], whole[SHIM_MAX];

	if (shim_call(call, prefix, SHIM_UPDATE) < 0 ||
		fits(snprintf(whole, sizeof(whole), "%.4000s \"$1\" \"$2\" \"$3\"", call),
			sizeof(whole)) < 0)
		return -1;
	return text_of(out, prefix, SHIM_UPDATE, whole);
}

bool shim_is_ours(const char *text)
{
	return text && strncmp(text, MARK, sizeof(MARK) - 1) == 0;
}
