/*
 * countersign stop, countersign resume: nothing of an agent, an account or a key is let through
 * from now on, here or on the whole host; and it is again.
 */
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "common/base/text.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/stop.h"
#include "hooks/command/command.h"
#include "hooks/gate/record.h"
#include "hooks/host/as_owner.h"
#include "hooks/host/guarded_list.h"
#include "hooks/host/run_as_owner.h"

const char cmd_stop_usage[] =
	"usage: countersign stop AGENT --reason TEXT [--all | --fleet | --repo DIR]\n"
	"       countersign stop --account NAME --reason TEXT\n"
	"                        [--all | --fleet | --repo DIR]\n"
	"       countersign stop --key FINGERPRINT --reason TEXT\n"
	"                        [--all | --fleet | --repo DIR]\n"
	"       countersign stop [--list] [--json] [--iso] [--color WHEN]\n"
	"                        [--all | --repo DIR]\n"
	"\n"
	"From the next push on, denies everything by the agent (*: any agent), from the\n"
	"account, or signed with the key, and shows the reason. The agent's holds cannot\n"
	"be approved. Works without a policy. The accounts, SSH keys, trailers and\n"
	"addresses that identify the agent in the policy stay blocked until resume, even\n"
	"if the policy changes. Without arguments, lists who is stopped.\n"
	"\n"
	"  --account NAME     an account\n"
	"  --key FINGERPRINT  a key: SHA256:..., or an OpenPGP fingerprint\n"
	"  --reason TEXT      shown to whoever is blocked\n"
	"  --all              in every repository of this host\n"
	"  --fleet            on every host of the fleet\n"
	"  --list             list who is stopped\n"
	"  --json             one JSON object per line\n"
	"  --iso              times as with --json, on a terminal, too\n"
	"  --color WHEN       auto (default: on a terminal, unless NO_COLOR is set),\n"
	"                     always or never\n"
	"  --repo DIR         the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 1 no such agent, or not recorded everywhere, 2 error.\n";

const char cmd_resume_usage[] =
	"usage: countersign resume AGENT [--all | --fleet | --repo DIR]\n"
	"       countersign resume --account NAME [--all | --fleet | --repo DIR]\n"
	"       countersign resume --key FINGERPRINT [--all | --fleet | --repo DIR]\n"
	"\n"
	"Ends a stop: from the next push on, the policy decides again.\n"
	"\n"
	"  --account NAME     an account\n"
	"  --key FINGERPRINT  a key: SHA256:..., or an OpenPGP fingerprint\n"
	"  --all              in every repository of this host\n"
	"  --fleet            on every host of the fleet\n"
	"  --repo DIR         the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 1 it was not stopped, 2 error.\n";

static const struct option options[] = {
	{ "account", required_argument, NULL, 'a' },
	{ "all", no_argument, NULL, 'e' },
	{ "color", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "iso", no_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'j' },
	{ "key", required_argument, NULL, 'k' },
	{ "list", no_argument, NULL, 'l' },
	{ "reason", required_argument, NULL, 'r' },
	{ "repo", required_argument, NULL, 'd' },
	{ NULL, 0, NULL, 0 },
};

struct command_stop {
	const char *command;
	struct stopping stopping;
	struct install_paths paths;
	const char *repo;
	bool list, json;
	struct terminal terminal;
	char by[256], since[32], key[160];
	/* of all repositories: one of them could not be written to; one knows the agent */
	bool failed, known;
};

/* Takes who it is about; -1: a second one. */
static int name(struct command_stop *c, const char *kind, const char *who)
{
	if (c->stopping.who.kind)
		return -1;
	c->stopping.who.kind = kind;
	c->stopping.who.name = who;
	return 0;
}

static int read_option(struct command_stop *c, int option)
{
	switch (option) {
	case 'a':
		return name(c, STOPPED_ACCOUNT, optarg);
	case 'k':
		return name(c, STOPPED_KEY, optarg);
	case 'e':
		c->stopping.who.everywhere = true;
		return 0;
	case 'j':
		c->json = true;
		return 0;
	case 'l':
		c->list = true;
		return 0;
	case 'r':
		c->stopping.who.reason = optarg;
		return 0;
	case 'd':
		c->repo = optarg;
		return 0;
	case 'c':
		c->terminal.colour_asked = optarg;
		return 0;
	case 'i':
		c->terminal.iso = true;
		return 0;
	case 'h':
		return 1;
	default:
		return -1;
	}
}

/* 0, 1 when help was asked for, or -1. */
static int read_options(struct command_stop *c, int argc, char **argv)
{
	int option, status = 0;

	optind = 1;
	while (status == 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		status = read_option(c, option);
	for (; status == 0 && optind < argc; optind++)
		status = name(c, STOPPED_AGENT, argv[optind]);
	return status;
}

static int wrong(const struct command_stop *c, const char *what)
{
	(void)fprintf(stderr, "countersign %s: %s\n", c->command, what);
	return -1;
}

/* Whether a reader sees something: blanks and what is invisible are none. */
static bool has_words(struct span text)
{
	unsigned int before = 0, c;

	for (size_t len; (len = text_decode(text, &c)); before = c) {
		if (c > 0x20 && c != 0x7f && c != 0xa0 && !(c >= 0x2000 && c <= 0x200a) &&
			c != 0x3000 && !text_is_invisible(before, c))
			return true;
		text.data += len;
		text.len -= len;
	}
	return false;
}

static bool is_text(const char *text)
{
	return has_words(span_of(text)) && strlen(text) <= STOPS_TEXT_MAX &&
	       text_is_utf8(span_of(text));
}

/* Whether the words make a stop, or a resume, that can be written down. */
static int check_words(struct command_stop *c)
{
	struct stopped *who = &c->stopping.who;
	bool resume = strcmp(c->command, "resume") == 0;

	if (!who->kind && (resume || who->reason))
		return wrong(c, "say which agent, --account or --key");
	if (who->everywhere && c->repo)
		return wrong(c, "--all and --repo exclude each other");
	if (!who->kind)
		return 0;
	if (c->list || c->json || c->terminal.iso || c->terminal.colour_asked)
		return wrong(c, "--list, --json, --iso and --color are for the list of who is "
				"stopped");
	if (!resume && (!who->reason || !is_text(who->reason)))
		return wrong(
			c, "say why: --reason TEXT, not empty, in UTF-8, of at most 1000 bytes");
	if (resume && who->reason)
		return wrong(c, "a resume has no --reason");
	if (!is_text(who->name))
		return wrong(c, "not a valid name");
	if (strcmp(who->kind, STOPPED_KEY) == 0 && stops_fingerprint(c->key, who->name) < 0)
		return wrong(c,
			"a key is named by its fingerprint: SHA256:... of 43 letters, or 16, "
			"40 or 64 hex digits");
	if (strcmp(who->kind, STOPPED_KEY) == 0)
		who->name = c->key;
	return 0;
}

/* Who does it is whom the machine says we are. */
static void sign(struct command_stop *c)
{
	struct passwd *user = getpwuid(getuid());

	if (user)
		(void)snprintf(c->by, sizeof(c->by), "%s", user->pw_name);
	else
		(void)snprintf(c->by, sizeof(c->by), "uid %lu", (unsigned long)getuid());
	record_time(c->since);
	c->stopping.who.by = c->by;
	c->stopping.who.since = c->since;
}

static void print_who(const struct stopped *who)
{
	(void)printf("%s ", who->kind);
	cli_print(who->name);
}

/* What a stop could not do for want of a policy that can be read. */
static void print_silence(const struct command_stop *c, const struct stop_outcome *outcome)
{
	if (outcome->unchecked) {
		(void)fprintf(stderr,
			"countersign: could not check that there is an agent '%s'; a misspelt "
			"name blocks nothing\n",
			c->stopping.who.name);
	}
	if (outcome->silent.class != FAULT_NONE) {
		(void)fprintf(stderr, "countersign: nobody is notified: ");
		(void)fprintf(stderr, "%s\n", outcome->silent.text);
	}
}

/* In one repository.  The exit status. */
static int run_here(struct command_stop *c)
{
	struct stop_outcome outcome;
	struct fault f = { 0 };
	bool resume = !c->stopping.who.reason;

	if (stop_record(&c->stopping, c->repo, &outcome, &f) < 0)
		return cli_complain(c->command, &f);
	if (!resume && outcome.unknown) {
		(void)fprintf(stderr,
			"countersign stop: neither the catalogue nor the policy has an agent "
			"'%s'%s%s%s\n",
			c->stopping.who.name, outcome.meant[0] ? "; did you mean '" : "",
			outcome.meant, outcome.meant[0] ? "'?" : "");
		return 1;
	}
	print_who(&c->stopping.who);
	if (resume && !outcome.was) {
		(void)printf(" was not stopped in this repository\n");
		return 1;
	}
	(void)printf(resume ? " is resumed\n" : " is stopped: its pushes are denied from now on\n");
	if (outcome.holds)
		(void)printf("%lld open hold%s of it %s\n", (long long)outcome.holds,
			outcome.holds == 1 ? "" : "s",
			resume ? "can be approved again"
			       : "cannot be approved until it is resumed");
	print_silence(c, &outcome);
	return 0;
}

enum noted { NOTED_KNOWN = 0, NOTED_UNKNOWN = 1, NOTED_NOT = 2 };

/* What a child does: the row and the event of one repository, as its owner. */
static enum noted note_one(struct command_stop *c, const char *git_dir)
{
	struct stop_outcome outcome;
	struct fault f = { 0 };

	if (run_as_owner(git_dir, &f) < 0 || stop_record(&c->stopping, git_dir, &outcome, &f) < 0) {
		(void)fprintf(stderr, "countersign %s: %s: could not record this in its log: %s\n",
			c->command, git_dir, f.text);
		return NOTED_NOT;
	}
	return outcome.unknown || outcome.unchecked ? NOTED_UNKNOWN : NOTED_KNOWN;
}

static int on_repository(void *context, const char *git_dir)
{
	struct command_stop *c = context;
	int status = 0;
	pid_t child;

	(void)fflush(stdout);
	child = fork();
	if (child == 0)
		_exit((int)note_one(c, git_dir));
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
		WEXITSTATUS(status) == NOTED_NOT)
		c->failed = true;
	else if (WEXITSTATUS(status) == NOTED_KNOWN)
		c->known = true;
	return 0;
}

/*
 * On the whole host: it counts from the moment that the list is written; logs follow.  The exit
 * status.
 */
static int run_everywhere(struct command_stop *c)
{
	bool was, resume = !c->stopping.who.reason;
	struct fault f = { 0 };

	if (stops_host_set(c->paths.etc, &c->stopping.who, &was, &f) < 0)
		return cli_complain(c->command, &f);
	print_who(&c->stopping.who);
	if (resume && !was) {
		(void)printf(" was not stopped on this host\n");
		return 1;
	}
	(void)printf(resume ? " is resumed on this host\n"
			    : " is stopped on this host: its pushes are denied from now on\n");
	if (guarded_list_each(c->paths.etc, on_repository, c, &f) < 0)
		return cli_complain(c->command, &f);
	if (!resume && !c->known && strcmp(c->stopping.who.kind, STOPPED_AGENT) == 0 &&
		strcmp(c->stopping.who.name, "*") != 0)
		(void)fprintf(stderr,
			"countersign stop: no guarded repository knows an agent of that name\n");
	return c->failed ? 1 : 0;
}

static int print_json(const struct stops *stops)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < stops->count; i++)
		status = cli_line(cli_stopped(&stops->items[i]));
	return status;
}

/* Who is stopped: on the host, and in the repository if there is one here. */
static int run_list(struct command_stop *c)
{
	struct fault f = { 0 }, nowhere = { 0 };
	char *git_dir = c->stopping.who.everywhere
				? NULL
				: as_owner_git_dir(c->repo, c->repo ? &f : &nowhere);
	struct state *state = NULL;
	struct stops stops = { 0 };
	int status = git_dir || !c->repo ? 0 : -1;

	if (status == 0 && git_dir)
		status = state_open(&state, git_dir, STATE_READ, &f);
	if (status == 0)
		status = stops_read(&stops, c->paths.etc, state, &f);
	if (status == 0)
		status = c->json ? print_json(&stops) : stop_list_print(&stops, &c->terminal);
	stops_release(&stops);
	state_close(state);
	free(git_dir);
	return f.class != FAULT_NONE ? cli_complain(c->command, &f) : status < 0 ? 2 : 0;
}

static int run_command(
	const char *command, const char *usage, const struct env *env, int argc, char **argv)
{
	struct command_stop c = { .command = command, .stopping = { .env = env } };
	struct fault f = { 0 };
	int status = read_options(&c, argc, argv);

	if (status == 1)
		return fputs(usage, stdout) < 0 ? 2 : 0;
	if (status < 0)
		(void)fputs(usage, stderr);
	if (status < 0 || check_words(&c) < 0)
		return 2;
	if (install_paths_find(&c.paths, &f) < 0)
		return cli_complain(command, &f);
	if (!c.stopping.who.kind)
		return terminal_read(&c.terminal, env, command) < 0 ? 2 : run_list(&c);
	sign(&c);
	return c.stopping.who.everywhere ? run_everywhere(&c) : run_here(&c);
}

int cmd_stop(const struct env *env, int argc, char **argv)
{
	return run_command("stop", cmd_stop_usage, env, argc, argv);
}

int cmd_resume(const struct env *env, int argc, char **argv)
{
	return run_command("resume", cmd_resume_usage, env, argc, argv);
}
