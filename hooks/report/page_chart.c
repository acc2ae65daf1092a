/*
 * Bars and charts of a page, as SVG that stretches to its place; all text is HTML beside it, and so
 * stays legible on a phone.
 */
#include <math.h>
#include <string.h>

#include "hooks/report/page.h"

#define HEIGHT 100.0
#define STEP 10.0 /* of one column */
#define GAP 1.6
#define LABELS 6

static const char *tone_class(const struct page_series *series, size_t index)
{
	static const char *const tones[] = { NULL, "good", "hold", "deny" };
	static const char *const own[PAGE_SERIES_MAX] = { "s1", "s2", "s3", "s4", "s5", "s6",
		"s7" };

	return series->tone == PAGE_PLAIN ? own[index % PAGE_SERIES_MAX] : tones[series->tone];
}

void page_bar(struct page *page, double part, enum page_tone tone)
{
	const struct page_series series = { .tone = tone };

	part = part < 0 ? 0 : part > 1 ? 1 : part;
	page_add(page,
		"<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\"><rect class=\"%s\" width=\"%.2f\" height=\"8\"/></svg>",
		tone_class(&series, 0), part > 0 && part < 0.01 ? 1.0 : part * 100);
}

static double column_total(const struct page_chart *chart, size_t column)
{
	double total = 0;

	for (size_t s = 0; s < chart->series_count; s++)
		total += chart->series[s].values[column];
	return total;
}

/* The least of 2, 4, 6, 8, 10, 20 ... that is at least so much; half of it is whole, too. */
static double round_up(double most)
{
	double power = pow(10, floor(log10(most > 1 ? most : 1)));

	for (int i = 0; i < 5; i++) {
		static const double steps[] = { 2, 4, 6, 8, 10 };

		if (steps[i] * power >= most)
			return steps[i] * power;
	}
	return 20 * power;
}

static double scale_of(const struct page_chart *chart)
{
	double most = 0;

	for (size_t i = 0; i < chart->count; i++)
		if (column_total(chart, i) > most)
			most = column_total(chart, i);
	if (!chart->share)
		return round_up(most);
	return most > 0.5 ? 1 : most > 0.2 ? 0.5 : most > 0.1 ? 0.2 : 0.1;
}

static void add_value(struct page *page, const struct page_chart *chart, double value)
{
	if (chart->share)
		page_add(page, value > 0 && value < 0.0995 ? "%.1f%%" : "%.0f%%", value * 100);
	else
		page_add(page, value > floor(value) ? "%.1f" : "%.0f", value);
}

static void add_legend(struct page *page, const struct page_chart *chart)
{
	if (chart->series_count < 2)
		return;
	page_add(page, "<ul class=\"legend\">");
	for (size_t s = 0; s < chart->series_count; s++)
		page_add(page,
			"<li><svg viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"%s\" "
			"width=\"8\" height=\"8\"/></svg>%s</li>",
			tone_class(&chart->series[s], s), chart->series[s].name);
	page_add(page, "</ul>\n");
}

/* One column: its parts from the bottom up, each told when pointed at. */
static void add_column(
	struct page *page, const struct page_chart *chart, size_t column, double scale)
{
	double top = HEIGHT;

	for (size_t s = 0; s < chart->series_count; s++) {
		double value = chart->series[s].values[column];
		double height = value / scale * HEIGHT;

		if (value <= 0)
			continue;
		top -= height;
		page_add(page,
			"<rect class=\"%s\" x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\">"
			"<title>%s, %s: ",
			tone_class(&chart->series[s], s), (double)column * STEP + GAP / 2, top,
			STEP - GAP, height, chart->labels[column], chart->series[s].name);
		add_value(page, chart, value);
		page_add(page, "</title></rect>");
	}
}

static void add_plot(struct page *page, const struct page_chart *chart)
{
	double scale = scale_of(chart), width = (double)chart->count * STEP;
	/* Each label begins where its column does; so few that they have room. */
	size_t every = (chart->count + LABELS - 1) / LABELS;

	page_add(page, "<div class=\"plot\"><div class=\"scale\" aria-hidden=\"true\"><span>");
	add_value(page, chart, scale);
	page_add(page, "</span><span>");
	add_value(page, chart, scale / 2);
	page_add(page,
		"</span><span>0</span></div>\n<svg viewBox=\"0 0 %.0f %.0f\" "
		"preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">"
		"<line class=\"grid\" x2=\"%.0f\" y1=\"0.5\" y2=\"0.5\"/>"
		"<line class=\"grid\" x2=\"%.0f\" y1=\"50\" y2=\"50\"/>\n",
		width, HEIGHT, chart->summary, width, width);
	for (size_t i = 0; i < chart->count; i++)
		add_column(page, chart, i, scale);
	page_add(page, "</svg>\n<div class=\"months\" aria-hidden=\"true\">");
	for (size_t i = 0; i < chart->count; i++)
		page_add(page, "<span>%s</span>", i % every ? "" : chart->labels[i]);
	page_add(page, "</div></div>\n");
}

/* The same in numbers, for who reads rather than looks. */
static void add_numbers(struct page *page, const struct page_chart *chart)
{
	struct page_column columns[PAGE_SERIES_MAX + 1] = { { chart->axis, false } };

	for (size_t s = 0; s < chart->series_count; s++)
		columns[s + 1] = (struct page_column){ chart->series[s].name, true };
	page_add(page, "<details><summary>These numbers as a table</summary>\n");
	page_table(page, chart->caption, columns, chart->series_count + 1);
	for (size_t i = 0; i < chart->count; i++) {
		page_cell(page, "%s", chart->labels[i]);
		for (size_t s = 0; s < chart->series_count; s++) {
			page_cell_begin(page);
			add_value(page, chart, chart->series[s].values[i]);
			page_cell_end(page);
		}
	}
	page_table_end(page);
	page_add(page, "</details>\n");
}

void page_chart(struct page *page, const struct page_chart *chart)
{
	page_add(
		page, "<figure id=\"%s\"><figcaption>%s</figcaption>\n", chart->id, chart->caption);
	if (!chart->count || !chart->series_count) {
		page_add(page, "<p class=\"note\">Nothing to show.</p></figure>\n");
		return;
	}
	add_legend(page, chart);
	add_plot(page, chart);
	add_numbers(page, chart);
	page_add(page, "</figure>\n");
}
