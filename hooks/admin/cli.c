#include "hooks/admin/cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/text.h"
#include "common/git/repo.h"

char *cli_git_dir(const char *path, struct fault *f)
{
	struct repo *repo = NULL;
	char *git_dir = NULL;

	if (repo_open(&repo, path ? path : ".", f) < 0)
		return NULL;
	git_dir = strdup(repo_git_dir(repo));
	repo_free(repo);
	if (!git_dir)
		(void)fault_memory(f);
	return git_dir;
}

int cli_complain(const char *command, const struct fault *f)
{
	fprintf(stderr, "countersign %s: %s\n", command, f->text);
	return 2;
}

static void escape(struct buf *out, const char *text)
{
	(void)text_escape(out, span_of(text));
}

void cli_print(const char *text)
{
	struct buf out = BUF_INIT((size_t)1 << 26);

	escape(&out, text);
	fputs(out.data ? out.data : "", stdout);
	buf_release(&out);
}

json_t *cli_string(const char *text)
{
	struct buf out = BUF_INIT((size_t)1 << 26);
	json_t *string = json_string(text);

	if (string)
		return string;
	escape(&out, text);
	string = json_string(out.data ? out.data : "");
	buf_release(&out);
	return string;
}

json_t *cli_stopped(const struct stopped *who)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "kind", cli_string(who->kind), "name",
		cli_string(who->name), "since", cli_string(who->since), "by", cli_string(who->by),
		"reason", cli_string(who->reason), "everywhere", who->everywhere);
}

int cli_line(json_t *json)
{
	int result = json ? json_dumpf(json, stdout, JSON_COMPACT) : -1;

	json_decref(json);
	return result < 0 || putchar('\n') == EOF ? -1 : 0;
}

/* The beginning of what rows of that time carry: its day alone, or its second.  0 or -1. */
static int time_begin(char out[32], const struct tm *tm, bool day)
{
	if (tm->tm_year < 0 || !strftime(out, 32, "%Y-%m-%dT%H:%M:%S", tm))
		return -1;
	if (day)
		out[strcspn(out, "T")] = '\0';
	return 0;
}

static int time_read(char out[32], const char *text)
{
	static const struct {
		char unit;
		time_t seconds;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	char *end = NULL;
	unsigned long count = strtoul(text, &end, 10);
	bool day;
	struct tm tm;
	time_t then;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end == text || *end != units[i].unit || end[1] || count > 100000)
			continue;
		then = time(NULL) - (time_t)count * units[i].seconds;
		return gmtime_r(&then, &tm) ? time_begin(out, &tm, false) : -1;
	}
	memset(&tm, 0, sizeof(tm));
	end = strptime(text, "%Y-%m-%d", &tm);
	day = end && *end != 'T';
	if (end && !day)
		end = strptime(end, "T%H:%M:%S", &tm);
	if (!end || (*end && (day || strcmp(end, "Z") != 0)))
		return -1;
	return time_begin(out, &tm, day);
}

int cli_time(char out[32], const char *command, const char *text)
{
	if (time_read(out, text) == 0)
		return 0;
	return cli_wrong(command,
		"'%s' is not a time: 2026-11-23, 2026-11-23T10:00:00Z, or 30m, 12h, 7d ago", text);
}

int cli_wrong(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "countersign %s: ", command);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	return -1;
}

bool cli_surplus(int first, int most, int argc, char **argv)
{
	if (first >= 0 && argc - first > most)
		(void)cli_wrong(argv[0], "'%s' is one word too many", argv[first + most]);
	return first < 0 || argc - first > most;
}

#define OPTIONS_MAX 24

int cli_options(const struct cli_option *known, int argc, char **argv)
{
	struct option options[OPTIONS_MAX + 1] = { { 0 } };
	int which;

	for (int i = 0; i < OPTIONS_MAX && known[i].name; i++)
		options[i] = (struct option){ .name = known[i].name,
			.has_arg = known[i].value ? required_argument : no_argument,
			.val = i };
	optind = 1;
	while ((which = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (which == '?')
			return -1;
		if (known[which].value)
			*known[which].value = optarg;
		else
			*known[which].flag = true;
	}
	return optind;
}

int cli_add(const char **list, size_t most, const char *word)
{
	for (size_t i = 0; i < most; i++)
		if (!list[i]) {
			list[i] = word;
			return 0;
		}
	return -1;
}
