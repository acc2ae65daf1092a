/* countersign metrics: figures in Prometheus' text format, for its textfile collector. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/arena.h"
#include "common/base/text.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/host/run_as_owner.h"

const char cmd_metrics_usage[] =
	"usage: countersign metrics [--repo DIR]\n"
	"\n"
	"Prints metrics in the Prometheus text format, for the node exporter's textfile\n"
	"collector: decisions, findings by rule, how long logged pushes took, open\n"
	"holds, debts of broken glass, queued notifications, and the size of log and\n"
	"state.\n"
	"\n"
	"  --repo DIR  the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 2 error.\n";

/* One kind of counter: how it is called there, and with which label. */
static const struct metric {
	const char *counter, *name, *label, *help;
} metrics[] = {
	{ "decisions", "countersign_decisions_total", "decision",
		"Decisions on refs that left a row in the log." },
	{ "rules", "countersign_findings_total", "rule",
		"Decisions in which a rule found something." },
};

static const char *const bounds[] = { "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5",
	"5", "10", "30", "+Inf" };

#define BOUNDS (sizeof(bounds) / sizeof(bounds[0]))

struct figures {
	char *repository; /* as a label */
	const struct metric *metric;
	int64_t seconds[BOUNDS], microseconds;
};

/* A label's value: quoted, with what the format wants escaped. */
static char *label_of(const char *text)
{
	struct buf out = BUF_INIT(65536);

	(void)buf_adds(&out, "");
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			(void)buf_addc(&out, '\\');
		if (*text == '\n')
			(void)buf_adds(&out, "\\n");
		else
			(void)buf_addc(&out, *text);
	}
	if (out.failed) {
		buf_release(&out);
		return NULL;
	}
	return out.data;
}

static void begin(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static int on_count(void *context, const struct counted *what)
{
	struct figures *figures = context;
	char *label;

	if (strcmp(what->name, "microseconds") == 0)
		figures->microseconds = what->value;
	for (size_t i = 0; strcmp(what->name, "seconds") == 0 && i < BOUNDS; i++)
		if (strcmp(what->label, bounds[i]) == 0)
			figures->seconds[i] = what->value;
	if (!figures->metric || strcmp(what->name, figures->metric->counter) != 0)
		return 0;
	label = label_of(what->label);
	if (label)
		printf("%s{repository=\"%s\",%s=\"%s\"} %lld\n", figures->metric->name,
			figures->repository, figures->metric->label, label, (long long)what->value);
	free(label);
	return 0;
}

static void print_time(const struct figures *figures)
{
	static const char name[] = "countersign_push_seconds";
	int64_t sum = 0;

	begin(name, "histogram", "How long it took to decide on pushes that left a row.");
	for (size_t i = 0; i < BOUNDS; i++) {
		sum += figures->seconds[i];
		printf("%s_bucket{repository=\"%s\",le=\"%s\"} %lld\n", name, figures->repository,
			bounds[i], (long long)sum);
	}
	printf("%s_sum{repository=\"%s\"} %.6f\n", name, figures->repository,
		(double)figures->microseconds / 1e6);
	printf("%s_count{repository=\"%s\"} %lld\n", name, figures->repository, (long long)sum);
}

static void print_gauge(
	const struct figures *figures, const char *name, const char *help, double value)
{
	begin(name, "gauge", help);
	printf("%s{repository=\"%s\"} %.3f\n", name, figures->repository, value);
}

static double age_of(const char *since)
{
	struct tm tm = { 0 };

	if (!*since || !strptime(since, "%Y-%m-%dT%H:%M:%S", &tm))
		return 0;
	return difftime(time(NULL), timegm(&tm));
}

static int print_now(const struct figures *figures, struct state *state, struct fault *f)
{
	struct state_figures now;
	struct event_counts events;
	int64_t oldest;

	if (state_figures(state, &now, f) < 0 || state_events_count(state, &events, f) < 0)
		return -1;
	oldest = events.oldest ? state_now() - events.oldest : 0;
	print_gauge(figures, "countersign_holds_open", "Holds that wait for people.",
		(double)now.holds);
	print_gauge(figures, "countersign_debts_open",
		"Changes that landed as glass was broken, and are not approved yet.",
		(double)now.debts);
	print_gauge(figures, "countersign_holds_oldest_seconds", "Age of the oldest open hold.",
		age_of(now.oldest));
	print_gauge(figures, "countersign_events_queued", "Events that wait to be delivered.",
		(double)events.queued);
	print_gauge(figures, "countersign_events_dead", "Events that were given up.",
		(double)events.dead);
	print_gauge(figures, "countersign_events_oldest_seconds",
		"Age of the oldest event that waits.", (double)oldest / 1000);
	print_gauge(figures, "countersign_log_rows", "Rows of the log.", (double)now.rows);
	print_gauge(figures, "countersign_state_bytes", "Size of state.db.", (double)now.bytes);
	return 0;
}

static int print_all(struct figures *figures, struct state *state, struct fault *f)
{
	begin("countersign_info", "gauge", "The version of Countersign.");
	printf("countersign_info{repository=\"%s\",version=\"%s\"} 1\n", figures->repository,
		COUNTERSIGN_VERSION);
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		figures->metric = &metrics[i];
		begin(figures->metric->name, "counter", figures->metric->help);
		if (state_counts(state, on_count, figures, f) < 0)
			return -1;
	}
	print_time(figures);
	return print_now(figures, state, f);
}

int cmd_metrics(const struct env *env, int argc, char **argv)
{
	struct figures figures = { 0 };
	struct state *state = NULL;
	struct fault f = { 0 };
	const char *repo = NULL;
	const struct cli_option options[] = {
		{ "repo", &repo, NULL },
		{ NULL, NULL, NULL },
	};
	char *git_dir;
	int status;

	(void)env;
	if (cli_surplus(cli_options(options, argc, argv), 0, argc, argv)) {
		(void)fputs(cmd_metrics_usage, stderr);
		return 2;
	}
	git_dir = cli_git_dir(repo, &f);
	status = git_dir ? run_as_owner(git_dir, &f) : -1;
	if (status == 0)
		status = state_open(&state, git_dir, STATE_READ, &f);
	figures.repository = git_dir ? label_of(git_dir) : NULL;
	if (status == 0)
		status = figures.repository ? print_all(&figures, state, &f) : fault_memory(&f);
	state_close(state);
	free(figures.repository);
	free(git_dir);
	return status < 0 ? cli_complain("metrics", &f) : 0;
}
