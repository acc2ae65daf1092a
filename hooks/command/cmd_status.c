/* countersign status: is this repository really guarded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/facts/host.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/table.h"
#include "hooks/command/command.h"
#include "hooks/host/hook_check.h"
#include "hooks/host/run_as_owner.h"
#include "hooks/host/sshd.h"
#include "hooks/host/status.h"
#include "hooks/watch/watch.h"

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void print_chained(const json_t *chained)
{
	bool first = strcmp(text_at(chained, "when"), "first") == 0;

	printf("  %s: %s%s%s (", text_at(chained, "hook"), first ? "" : "Countersign, then ",
		json_is_true(json_object_get(chained, "runs"))
			? "the hook that was there"
			: "nothing, since the hook that was there is not executable",
		first ? ", then Countersign" : "");
	cli_print(text_at(chained, "path"));
	(void)puts(")");
}

/* Who is stopped is no drift: somebody wanted it so. */
static void print_stopped(const struct terminal *terminal, const struct stops *stops)
{
	struct buf shown = BUF_INIT((size_t)1 << 18);

	for (size_t i = 0; i < stops->count; i++) {
		const struct stopped *who = &stops->items[i];

		buf_clear(&shown);
		buf_addf(&shown, "  stopped%s: %s ", who->everywhere ? " on this host" : "",
			who->kind);
		(void)text_escape(&shown, span_of(who->name));
		buf_adds(&shown, ": ");
		(void)text_escape(&shown, span_of(who->reason));
		terminal_print(terminal, shown.len ? shown.data : "", 4);
	}
	buf_release(&shown);
}

static json_t *stopped_json(const struct stops *stops)
{
	json_t *list = json_array();

	for (size_t i = 0; i < stops->count; i++)
		(void)json_array_append_new(list, cli_stopped(&stops->items[i]));
	return list;
}

/* `  before WHAT: PROBLEM; ADVICE`, escaped, which a terminal shows broken to fit. */
static void print_item(const struct terminal *terminal, const char *before, const json_t *item)
{
	struct buf line = BUF_INIT((size_t)1 << 16), shown = BUF_INIT((size_t)1 << 18);

	buf_addf(&line, "  %s%s: %s; %s", before, text_at(item, "what"), text_at(item, "problem"),
		text_at(item, "advice"));
	(void)text_escape(&shown, buf_span(&line));
	terminal_print(terminal, shown.len ? shown.data : "", 4);
	buf_release(&line);
	buf_release(&shown);
}

/* What guards it and was changed since somebody last looked. */
static void print_changed(const struct terminal *terminal, const json_t *changed)
{
	struct buf line = BUF_INIT((size_t)1 << 20), shown = BUF_INIT((size_t)1 << 22);
	const json_t *item;
	size_t i;

	if (changed)
		printf("  changed since %s (row %lld of the log):\n", text_at(changed, "since"),
			(long long)json_integer_value(json_object_get(changed, "row")));
	json_array_foreach(json_object_get(changed, "changes"), i, item)
	{
		buf_clear(&line);
		buf_addf(&line, "    %s: was %s, is %s", text_at(item, "what"),
			text_at(item, "was"), text_at(item, "is"));
		terminal_print(terminal, line.len ? line.data : "", 6);
	}
	json_array_foreach(json_object_get(changed, "policy"), i, item)
	{
		buf_clear(&shown);
		buf_adds(&shown, "    ");
		(void)text_escape(&shown, span_of(json_string_value(item)));
		terminal_print(terminal, shown.len ? shown.data : "", 8);
	}
	buf_release(&line);
	buf_release(&shown);
}

static void print_text(const struct status *status, const json_t *changed)
{
	static const char *const words[] = {
		[STATUS_OK] = "guarded",
		[STATUS_WARNING] = "guarded, but something needs attention",
		[STATUS_CRITICAL] = "NOT SAFELY GUARDED: pushes may land unjudged, or none at all",
		[STATUS_UNKNOWN] = "whether it is guarded cannot be seen by this user",
	};
	struct buf head = BUF_INIT((size_t)1 << 16);
	struct terminal terminal = { 0 };
	size_t index;
	json_t *item;

	(void)terminal_read(&terminal, status->env, "status");
	buf_addf(&head, "%s: %s (%s, version %s, %s)", repo_git_dir(status->in_force.repo),
		words[status_level(status)], host_name(status->in_force.repo), COUNTERSIGN_VERSION,
		status->in_force.paths.prefix);
	terminal_print(&terminal, head.len ? head.data : "", 4);
	buf_release(&head);
	json_array_foreach(status->problems, index, item) print_item(&terminal, "", item);
	json_array_foreach(status->notes, index, item) print_item(&terminal, "note: ", item);
	json_array_foreach(status->chained, index, item) print_chained(item);
	print_changed(&terminal, changed);
	print_stopped(&terminal, &status->stops);
	if (status->made)
		printf("  remembers what agents made of paths: %lld\n", (long long)status->made);
	if (status->canary)
		printf("  the canary push was refused, as expected\n");
}

/* What monitoring plugins print: one line, figures behind a bar. */
static int print_nagios(const struct status *status)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	const json_t *first = json_array_get(status->problems, 0);
	size_t problems = json_array_size(status->problems);
	struct state *state = NULL;
	struct state_figures now = { 0 };
	struct event_counts events = { 0 };
	struct fault ignored = { 0 };
	int level = (int)status_level(status);

	printf("COUNTERSIGN %s - ", words[level]);
	cli_print(repo_git_dir(status->in_force.repo));
	if (first) {
		printf(": ");
		cli_print(text_at(first, "what"));
		printf(": ");
		cli_print(text_at(first, "problem"));
	} else
		printf(": guarded");
	if (problems > 1)
		printf(" (and %zu more)", problems - 1);
	if (state_open(&state, repo_git_dir(status->in_force.repo), STATE_READ, &ignored) == 0 &&
		state_figures(state, &now, &ignored) == 0 &&
		state_events_count(state, &events, &ignored) == 0)
		printf(" | holds=%lld queued=%lld dead=%lld rows=%lld bytes=%lldB",
			(long long)now.holds, (long long)events.queued, (long long)events.dead,
			(long long)now.rows, (long long)now.bytes);
	state_close(state);
	(void)puts("");
	return level;
}

static int print_json(const struct status *status, json_t *changed)
{
	json_t *object = json_pack("{s:o, s:b, s:s, s:s, s:s, s:O, s:O, s:O, s:I, s:b, s:o, s:O*}",
		"repository", cli_string(repo_git_dir(status->in_force.repo)), "guarded",
		(int)(json_array_size(status->problems) == 0), "host",
		host_name(status->in_force.repo), "version", COUNTERSIGN_VERSION, "prefix",
		status->in_force.paths.prefix, "problems", status->problems, "notes", status->notes,
		"chained", status->chained, "made", (json_int_t)status->made, "canary_refused",
		(int)status->canary, "stopped", stopped_json(&status->stops), "changed", changed);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(object);
	return text ? 0 : -1;
}

const char cmd_status_usage[] =
	"usage: countersign status [--repo DIR] [--json | --format nagios] [--canary]\n"
	"                          [--sshd-config FILE] [--http URL [--ca FILE]]\n"
	"       countersign status --fleet [--json] [--host NAME]\n"
	"\n"
	"Checks that a repository is really guarded: hooks, settings, policy, sshd, state\n"
	"and queued notifications; attribution notes that cannot be read; governed refs,\n"
	"and HEAD, that moved without a push. Also shows chained hooks, who is stopped,\n"
	"and how many paths are remembered as made by agents. Changes of policy, keys,\n"
	"stops, hooks, programs and settings since the last run are shown once, recorded\n"
	"in the log, and sent as the event `changed`.\n"
	"\n"
	"  --repo DIR  the repository (default: the current directory)\n"
	"  --json      one JSON object\n"
	"  --format WORD\n"
	"              nagios: one line for a monitor; exit status 0 ok, 1 warning,\n"
	"              2 critical, 3 unknown\n"
	"  --canary    also prove it with a test push that must be refused\n"
	"  --sshd-config FILE\n"
	"              the settings of its sshd (default: " SSHD_CONFIG ")\n"
	"  --http URL  its address by HTTP: tries to log in there with wrong names and\n"
	"              passwords\n"
	"  --fleet     the state of all hosts of the fleet instead\n"
	"  --host NAME only that host\n"
	"  --ca FILE   CA certificates to verify that address with\n"
	"\n"
	"Exit status: 0 guarded, 1 a problem was found, 2 error.\n";

static int usage(void)
{
	(void)fputs(cmd_status_usage, stderr);
	return 2;
}

static int tell(struct status *status, bool json, bool canary, bool monitor)
{
	json_t *changed = NULL;
	struct fault f = { 0 };
	int told = 0;

	status_look(status);
	if (canary)
		status_canary(status);
	if (watch_look(status, &changed, &f) < 0)
		status_problem(status, STATUS_CHANGES, f.text,
			"until it is mended nobody learns what was changed here");
	if (monitor)
		told = print_nagios(status);
	else if (json)
		told = print_json(status, changed);
	else
		print_text(status, changed);
	json_decref(changed);
	if (monitor || told < 0)
		return told < 0 ? 2 : told;
	if (status_level(status) == STATUS_UNKNOWN)
		return 2;
	return json_array_size(status->problems) ? 1 : 0;
}

/* What else is to be looked at, and how it is told. */
struct asked {
	bool json, canary;
	const char *http, *ca; /* or NULL */
};

/*
 * Root looks into a repository of somebody else's by the hands alone, which give up its rights
 * first: what lies there must neither be read nor run with them.  Does not return if that is so.
 * 0, or -1: it cannot be told whose it is.
 */
static int hand_over(const char *path, const struct asked *asked, struct fault *f)
{
	const char *argv[16] = { NULL, "--called", "countersign", "status", path };
	struct install_paths paths;
	char program[INSTALL_PATH_MAX];
	struct trail trail;
	struct owner owner = { 0 };
	size_t n = 5;
	bool absent, ours;
	int status;

	if (geteuid() != 0)
		return 0;
	status = trail_to(&trail, path, TRAIL_LINKS_OURS, &absent, f);
	if (status == 0)
		status = owner_of(&owner, &trail, f);
	trail_release(&trail);
	ours = status == 0 && owner.uid == 0;
	if (status < 0 || ours)
		return status;
	if (install_paths_find(&paths, f) < 0 ||
		install_paths_join(program, paths.prefix, "libexec/countersign/hands", f) < 0)
		return -1;
	argv[0] = program;
	if (asked->json)
		argv[n++] = "--json";
	if (asked->canary)
		argv[n++] = "--canary";
	if (asked->http) {
		argv[n++] = "--http";
		argv[n++] = asked->http;
	}
	if (asked->ca) {
		argv[n++] = "--ca";
		argv[n++] = asked->ca;
	}
	(void)execv(program, (char *const *)argv);
	return fault_set(f, FAULT_ADMIN, "cannot run %s: %m", program);
}

int cmd_status(const struct env *env, int argc, char **argv)
{
	struct status status;
	struct fault f = { 0 };
	const char *path = ".", *sshd_config = SSHD_CONFIG, *format = NULL;
	struct asked asked = { 0 };
	const struct cli_option options[] = {
		{ "json", NULL, &asked.json },
		{ "canary", NULL, &asked.canary },
		{ "format", &format, NULL },
		{ "http", &asked.http, NULL },
		{ "ca", &asked.ca, NULL },
		{ "repo", &path, NULL },
		{ "sshd-config", &sshd_config, NULL },
		{ NULL, NULL, NULL },
	};
	int exit_status = 2;

	if (cli_surplus(cli_options(options, argc, argv), 0, argc, argv) ||
		(format && strcmp(format, "nagios") != 0 &&
			cli_wrong("status", "--format is nagios, not '%s'", format)) ||
		(format && asked.json && cli_wrong("status", "--json or --format, not both")))
		return usage();
	status = (struct status){ 0 };
	if ((format ? run_as_owner(path, &f) : hand_over(path, &asked, &f)) < 0 ||
		status_open(&status, path, env, &f) < 0) {
		if (format)
			printf("COUNTERSIGN UNKNOWN - %s: %s\n", path, f.text);
		else
			(void)fprintf(stderr, "countersign: %s: %s\n", path, f.text);
		exit_status = format ? 3 : 2;
	} else {
		status.sshd_config = sshd_config;
		status.http = asked.http;
		status.ca = asked.ca;
		exit_status = tell(&status, asked.json, asked.canary, format != NULL);
	}
	status_release(&status);
	return exit_status;
}
