/*
 * countersign events: what is told to whom, and what could not be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/notify/outbox.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/table.h"
#include "hooks/command/command.h"

const char cmd_events_usage[] =
	"usage: countersign events [--json] [--iso] [--color WHEN] [--repo DIR]\n"
	"       countersign events retry [ID] [--repo DIR]\n"
	"       countersign events test ADDRESS|NAME [--sendmail PROGRAM] [--repo DIR]\n"
	"       countersign events test URL [--secret FILE] [--ca FILE]\n"
	"                    [--format " WEBHOOK_FORMATS_USAGE "]\n"
	"                    [--client-certificate FILE --client-key FILE]\n"
	"                    [--repo DIR]\n"
	"\n"
	"Shows notifications: queued, delivered, and abandoned after three days (dead).\n"
	"retry re-sends undelivered ones: all of them, or the one with that ID, which may\n"
	"be shortened to eight characters. test sends a sample of each type and shows the\n"
	"answers: to the URL of a webhook, or by mail to an address, or to a person or\n"
	"group of the policy. Settings not given as options are taken from the policy's\n"
	"webhook for that URL.\n"
	"\n"
	"  --json              one JSON object per line\n"
	"  --iso               times as with --json, on a terminal, too\n"
	"  --color WHEN        auto (default: on a terminal, unless NO_COLOR is\n"
	"                      set), always or never\n"
	"  --repo DIR          the repository (default: the current directory)\n"
	"  --format FORMAT     " WEBHOOK_FORMATS_HELP "\n"
	"  --secret FILE       the file with the signing key\n"
	"  --ca FILE           CA certificates to verify the receiver with\n"
	"  --client-certificate FILE\n"
	"                      client certificate, if the receiver requires one\n"
	"  --client-key FILE   its private key\n"
	"  --sendmail PROGRAM  instead of /usr/sbin/sendmail\n"
	"\n"
	"Exit status: 0 success, 1 nothing to retry, or a sample was refused, 2 error.\n";

struct events {
	const char *repo, *verb, *id;
	bool json;
	struct terminal terminal;
	struct table table; /* where standard output is a terminal */
};

static const struct table_column columns[] = {
	{ .heading = "WHEN" },
	{ .heading = "WHAT" },
	{ .heading = "STATUS" },
	{ .heading = "TRIES" },
	{ .heading = "RECEIVER", .least = 12 },
	{ .heading = "ANSWER", .least = 10 },
	{ .heading = "ID", .least = 12, .id = true, .spare = 1 },
};

static void time_text(char out[32], int64_t milliseconds)
{
	time_t seconds = (time_t)(milliseconds / 1000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
		out[0] = '\0';
}

/* Where to, without what may be a secret in the address: its path. */
static void receiver_text(char out[256], const char *webhook)
{
	json_t *json = json_loads(webhook, 0, NULL);
	const char *url = json_string_value(json_object_get(json, "url"));
	const char *host = url ? strstr(url, "://") : NULL;
	const char *format = json_string_value(json_object_get(json, "format"));
	const char *at = host ? memrchr(host + 3, '@', strcspn(host + 3, "/?#")) : NULL;

	host = at ? at + 1 : host ? host + 3 : "";
	(void)snprintf(out, 256, "%.20s %.*s", format ? format : "?",
		(int)strcspn(host, "/?#") % 200, host);
	json_decref(json);
}

static void show_row(struct table *table, const struct event_row *event, const char *created,
	const char *receiver)
{
	char tries[24];

	(void)snprintf(tries, sizeof(tries), "%lld", (long long)event->tries);
	table_cell(table, terminal_time(table->terminal, created).text, TONE_SOFT);
	table_cell(table, event->event.type, TONE_PLAIN);
	table_cell(table, event->status,
		strcmp(event->status, "dead") == 0        ? TONE_BAD
		: strcmp(event->status, "delivered") == 0 ? TONE_GOOD
							  : TONE_WARN);
	table_cell(table, tries, TONE_PLAIN);
	table_cell(table, receiver, TONE_PLAIN);
	table_cell(table, event->answer, TONE_PLAIN);
	table_cell(table, event->id, TONE_SOFT);
}

static int show(void *context, const struct event_row *event)
{
	struct events *events = context;
	char created[32], due[32], receiver[256];

	time_text(created, event->created);
	time_text(due, event->due);
	receiver_text(receiver, event->event.webhook);
	if (events->json)
		return cli_line(json_pack("{s:o, s:o, s:o, s:s, s:s, s:I, s:o, s:o}", "id",
			cli_string(event->id), "type", cli_string(event->event.type), "status",
			cli_string(event->status), "created", created, "due", due, "tries",
			(json_int_t)event->tries, "receiver", cli_string(receiver), "answer",
			cli_string(event->answer)));
	if (events->terminal.is) {
		show_row(&events->table, event, created, receiver);
		return 0;
	}
	printf("%s  %-9s  %-8s  %s  tries %lld  ", event->id, event->status, event->event.type,
		created, (long long)event->tries);
	cli_print(receiver);
	fputs("  ", stdout);
	cli_print(event->answer);
	return printf("\n") < 0 ? -1 : 0;
}

static int retry(const char *git_dir, const char *id, struct fault *f)
{
	struct state *state = NULL;
	int64_t count = 0;
	int result = state_open(&state, git_dir, STATE_WRITE, f);

	if (result == 0)
		result = state_begin(state, f);
	if (result == 0)
		result = state_events_retry(state, id, &count, f);
	if (result == 0)
		result = state_commit(state, f);
	state_close(state);
	if (result < 0 || outbox_start(git_dir, f) < 0)
		return -1;
	printf("%lld to be sent again\n", (long long)count);
	return id && !count ? 1 : 0;
}

static int options_read(struct events *events, int argc, char **argv)
{
	const struct cli_option options[] = {
		{ "json", NULL, &events->json },
		{ "repo", &events->repo, NULL },
		{ "iso", NULL, &events->terminal.iso },
		{ "color", &events->terminal.colour_asked, NULL },
		{ NULL, NULL, NULL },
	};
	int first = cli_options(options, argc, argv);

	if (cli_surplus(first, 2, argc, argv))
		return -1;
	events->verb = first < argc ? argv[first] : NULL;
	events->id = first + 1 < argc ? argv[first + 1] : NULL;
	return !events->verb || strcmp(events->verb, "retry") == 0
		       ? 0
		       : cli_wrong("events", "'%s' is neither retry nor test", events->verb);
}

int cmd_events(const struct env *env, int argc, char **argv)
{
	struct events events = { 0 };
	struct state *state = NULL;
	struct fault f = { 0 };
	char *git_dir;
	int result;

	if (argc > 1 && strcmp(argv[1], "test") == 0)
		return cmd_events_test(argc, argv);
	if (options_read(&events, argc, argv) < 0) {
		fputs(cmd_events_usage, stderr);
		return 2;
	}
	if (terminal_read(&events.terminal, env, "events") < 0)
		return 2;
	git_dir = cli_git_dir(events.repo, &f);
	if (!git_dir)
		return cli_complain("events", &f);
	if (events.verb) {
		result = retry(git_dir, events.id, &f);
	} else {
		result = state_open(&state, git_dir, STATE_READ, &f);
		table_begin(&events.table, columns, sizeof(columns) / sizeof(columns[0]),
			&events.terminal);
		events.table.empty = "no notifications";
		if (result == 0)
			result = state_events(state, 0, show, &events, &f);
		if (table_end(&events.table) < 0)
			result = fault_memory(&f);
		state_close(state);
	}
	free(git_dir);
	return result < 0 ? cli_complain("events", &f) : result;
}
