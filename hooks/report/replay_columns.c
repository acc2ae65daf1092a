#include "hooks/report/replay_columns.h"

#include <stdlib.h>
#include <string.h>

#define MONTHS_MAX 36   /* shown one by one */
#define QUARTERS_MAX 48 /* else years */
#define COLUMNS_MAX 60
#define SERIES_MAX (PAGE_SERIES_MAX - 1) /* and one for the rest */

/* Months since year 0 are put together, so many a column. */
struct month_columns {
	long first; /* month of the first column */
	long width; /* months a column: 1, 3, 12 */
	size_t count;
	char labels[COLUMNS_MAX][16];
	const char *pointers[COLUMNS_MAX];
	double values[PAGE_SERIES_MAX][COLUMNS_MAX];
};

/* `2025-06` as a number of months; -1: it is none. */
static long month_number(const char *text)
{
	int year, month;

	return sscanf(text, "%4d-%2d", &year, &month) == 2 && month >= 1 && month <= 12
		       ? year * 12L + month - 1
		       : -1;
}

static void label(struct month_columns *c, size_t column)
{
	long month = c->first + (long)column * c->width;
	char *out = c->labels[column];

	c->pointers[column] = out;
	if (c->width == 1)
		(void)snprintf(out, 16, "%04ld-%02ld", month / 12 % 10000, month % 12 + 1);
	else if (c->width == 3)
		(void)snprintf(out, 16, "%04ld Q%ld", month / 12 % 10000, month % 12 / 3 + 1);
	else
		(void)snprintf(out, 16, "%04ld", month / 12 % 10000);
}

/* Lays out columns over all months there are; the oldest are left out where there are too many. */
static void lay_out(struct month_columns *c, json_t *months)
{
	long first = -1, last = -1, all;
	const char *name;
	json_t *counts;

	json_object_foreach(months, name, counts)
	{
		long month = month_number(name);

		if (month < 0)
			continue;
		first = first < 0 || month < first ? month : first;
		last = month > last ? month : last;
	}
	if (first < 0)
		return;
	all = last - first + 1;
	c->width = all <= MONTHS_MAX ? 1 : all <= QUARTERS_MAX * 3 ? 3 : 12;
	c->first = first - first % c->width;
	all = (last - c->first) / c->width + 1;
	if (all > COLUMNS_MAX) {
		c->first += (all - COLUMNS_MAX) * c->width;
		all = COLUMNS_MAX;
	}
	c->count = (size_t)all;
	for (size_t i = 0; i < c->count; i++)
		label(c, i);
}

/* The column of a month; -1: none. */
static long column_of(const struct month_columns *c, const char *name)
{
	long month = month_number(name);

	return c->count && month >= c->first ? (month - c->first) / c->width : -1;
}

static const char *unit(const struct month_columns *c)
{
	return c->width == 12 ? "Year" : c->width == 3 ? "Quarter" : "Month";
}

/* Adds one count of all months to a row of columns. */
static void sum(struct month_columns *c, json_t *months, const char *key, double *into)
{
	const char *month;
	json_t *counts;

	json_object_foreach(months, month, counts)
	{
		long column = column_of(c, month);

		if (column >= 0)
			into[column] += (double)replay_count(counts, key);
	}
}

/* Makes parts of all commits out of counts of commits. */
static void divide(struct month_columns *c, json_t *months)
{
	double commits[COLUMNS_MAX] = { 0 };

	sum(c, months, "commits", commits);
	for (size_t i = 0; i < PAGE_SERIES_MAX; i++)
		for (size_t k = 0; k < c->count; k++)
			c->values[i][k] = commits[k] > 0 ? c->values[i][k] / commits[k] : 0;
}

/*
 * A chart of one count within each month's member `part`, by name: the greatest names apart, the
 * rest together.
 */
static void chart_by_name(struct page *page, const struct replay *replay, json_t *totals,
	const char *const *keys, struct page_chart *chart, const char *member)
{
	struct month_columns *c = calloc(1, sizeof(*c));
	struct page_series series[PAGE_SERIES_MAX];
	size_t count = 0, shown;
	struct replay_row *rows = c ? replay_rows(totals, keys, &count) : NULL;
	const char *month;
	json_t *counts;

	while (count && !rows[count - 1].weight)
		count--;
	shown = count > SERIES_MAX ? SERIES_MAX : count;
	if (rows)
		lay_out(c, replay->tally.months);
	json_object_foreach(replay->tally.months, month, counts)
	{
		long column = rows ? column_of(c, month) : -1;

		for (size_t i = 0; column >= 0 && i < count; i++)
			c->values[i < shown ? i : shown][column] +=
				(double)replay_count(json_object_get(counts, member), rows[i].name);
	}
	if (rows && chart->share)
		divide(c, replay->tally.months);
	for (size_t i = 0; rows && i < shown + (count > shown); i++)
		series[i] = (struct page_series){ i < shown ? rows[i].name : "all others",
			c->values[i], PAGE_PLAIN };
	if (rows) {
		chart->axis = unit(c);
		chart->labels = c->pointers;
		chart->count = c->count;
		chart->series = series;
		chart->series_count = shown + (count > shown);
		page_chart(page, chart);
	}
	free(rows);
	free(c);
}

void replay_chart_rules(struct page *page, const struct replay *replay)
{
	static const char *const keys[] = { "held", "denied", NULL };
	struct page_chart chart = { .id = "chart-rules",
		.caption = "Stopped pushes by rule",
		.summary = "Columns over time: how many pushes each rule would have stopped. The "
			   "numbers are in the table below." };

	chart_by_name(page, replay, replay->tally.rules, keys, &chart, "rules");
}

void replay_chart_outcomes(struct page *page, const struct replay *replay)
{
	struct month_columns *c = calloc(1, sizeof(*c));
	struct page_series series[2];
	struct page_chart chart = { .id = "chart-outcomes",
		.caption = "Pushes that would have been held or denied",
		.summary = "Columns over time: pushes held, and on top of them pushes denied. The "
			   "numbers are in the table below.",
		.series = series,
		.series_count = 2 };

	if (!c)
		return;
	lay_out(c, replay->tally.months);
	sum(c, replay->tally.months, "held", c->values[0]);
	sum(c, replay->tally.months, "denied", c->values[1]);
	series[0] = (struct page_series){ "held", c->values[0], PAGE_HOLD };
	series[1] = (struct page_series){ "denied", c->values[1], PAGE_DENY };
	chart.axis = unit(c);
	chart.labels = c->pointers;
	chart.count = c->count;
	page_chart(page, &chart);
	free(c);
}

void replay_chart_agents(struct page *page, const struct replay *replay)
{
	static const char *const keys[] = { "commits", NULL };
	struct page_chart chart = { .id = "chart-agents",
		.caption = "Agents' share of commits",
		.summary = "Columns over time: which part of all commits each agent made. The "
			   "numbers are in the table below.",
		.share = true };

	chart_by_name(page, replay, replay->tally.agents, keys, &chart, "agents");
}
