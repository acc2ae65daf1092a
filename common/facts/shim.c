#include "common/facts/shim.h"

#include <stdio.h>
#include <string.h>

#include "common/base/span.h"

#define SHELL "#!/bin/sh\n"
#define MARK "# Countersign: installed by install.sh; see countersign status\n"
/*
 * What is run is to say itself that it judged, by an exit status of its own: a shell runs a file
 * that is empty, text or zeros as a script, and that ends with 0.  %1 is the call, %2 the program
 * for people.
 */
#define CALL     \
	"%1$s\n" \
	"said=$?; [ $said -ge " ANSWER " ] && [ $said -le 125 ] && exit $((said - " ANSWER "))\n"
#define REFUSE                                                                                  \
	"echo \"countersign: its %2$s is missing on this server, or cannot run, so pushes are " \
	"refused: ask its admin to install Countersign again, or to take its hooks out\" >&2\n" \
	"exit 1"
/*
 * Not even run is what is gone, empty or, if newer than the last time that all were tried, does not
 * tell its version.  %3 is the program, %4 the stamp of when they were tried.
 */
#define TRIED                                                                                      \
	"[ -x \"%3$s\" ] && [ -s \"%3$s\" ] && { [ ! \"%3$s\" -nt \"%4$s\" ] ||\n"                 \
	"case $(exec 2>/dev/null; \"%3$s\" version || :) in countersign*) ;; *) false ;; esac; } " \
	"&& {\n" CALL "}\n" REFUSE "\n"
/*
 * A hook that lets nothing land needs nobody to watch what its program answers, and so no shell:
 * git runs the program by the first line.  A shell reads on where that is no program.
 */
#define DIRECT "#!%1$s " SHIM_DIRECT "\n" MARK
#define TEXT(number) #number
#define ANSWER_TEXT(number) TEXT(number)
#define ANSWER ANSWER_TEXT(SHIM_ANSWER)
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
	return hook == SHIM_PRE_RECEIVE ? "bin/countersign" : "libexec/countersign/update";
}

/* The program as it is run, up to the arguments that git has for it.  0, or -1: too long. */
static int start_of(char out[SHIM_MAX], const char *prefix, size_t hook)
{
	return fits(snprintf(out, SHIM_MAX, "\"%s/%s\"%s " SHIM_ANSWERING "%s%s", prefix,
			    shim_program(hook), hook == SHIM_PRE_RECEIVE ? " hook" : "",
			    hook == SHIM_UPDATE ? "" : " ",
			    hook == SHIM_UPDATE ? "" : shim_hooks[hook]),
		SHIM_MAX);
}

/*
 * Whether the kernel takes the program from a first line: it cuts long ones, and a blank ends the
 * path.
 */
static bool is_plain(const char *program)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789/._+-@,:=~";
	size_t len = strlen(program);

	return len < 100 && strspn(program, letters) == len;
}

/* Git puts the hook's arguments, if it has any, behind the last word. */
int shim_call(char out[SHIM_MAX], const char *prefix, size_t hook)
{
	char start[SHIM_MAX], whole[SHIM_MAX];

	if (start_of(start, prefix, hook) < 0 ||
		fits(snprintf(whole, sizeof(whole), "%.4000s \"$@\"", start), sizeof(whole)) < 0)
		return -1;
	return fits(snprintf(out, SHIM_MAX, "judge() {\n" CALL REFUSE "\n}\njudge", whole,
			    shim_program(hook)),
		SHIM_MAX);
}

/* The text of a script of ours, which hands over those arguments. */
static int text_of(char out[SHIM_MAX], const char *prefix, size_t hook, const char *arguments)
{
	char program[INSTALL_PATH_MAX], stamp[INSTALL_PATH_MAX], start[SHIM_MAX], whole[SHIM_MAX];
	struct fault ignored = { 0 };

	if (install_paths_join(program, prefix, shim_program(hook), &ignored) < 0 ||
		install_paths_join(stamp, prefix, STAMP, &ignored) < 0 ||
		start_of(start, prefix, hook) < 0 ||
		fits(snprintf(whole, sizeof(whole), "%.4000s %s", start, arguments),
			sizeof(whole)) < 0)
		return -1;
	if (hook == SHIM_POST_RECEIVE && is_plain(program))
		return fits(
			snprintf(out, SHIM_MAX, DIRECT REFUSE "\n", program, shim_program(hook)),
			SHIM_MAX);
	return fits(snprintf(out, SHIM_MAX, SHELL MARK TRIED, whole, shim_program(hook), program,
			    stamp),
		SHIM_MAX);
}

int shim_text(char out[SHIM_MAX], const char *prefix, size_t hook)
{
	return text_of(out, prefix, hook, "\"$@\"");
}

/*
 * gitolite hands over seven arguments and more; the first three are what git gives an update hook.
 */
int shim_vref_text(char out[SHIM_MAX], const char *prefix)
{
	return text_of(out, prefix, SHIM_UPDATE, "\"$1\" \"$2\" \"$3\"");
}

int shim_answer(int status)
{
	return SHIM_ANSWER + (status >= 0 && status <= 125 - SHIM_ANSWER ? status : 1);
}

bool shim_is_ours(const char *text)
{
	struct span first;

	if (!text || !strchr(text, '\n'))
		return false;
	first = (struct span){ text, (size_t)(strchr(text, '\n') - text) + 1 };
	return strncmp(text + first.len, MARK, sizeof(MARK) - 1) == 0 &&
	       (span_is(first, SHELL) ||
		       (span_starts(first, "#!/") && span_ends(first, " " SHIM_DIRECT "\n")));
}
