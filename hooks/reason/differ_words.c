#include "hooks/reason/differ_words.h"

#include <string.h>

#include "hooks/admin/policy_in_force.h"

static bool every_kind(const struct differ_row *row)
{
	size_t count;

	(void)kind_cases(&count);
	return row->kinds == (1u << count) - 1;
}

static void print_who(FILE *out, const struct differ_row *row)
{
	for (size_t i = 0; i < row->who_count; i++) {
		const struct differ_who *who = &row->who[i];

		fputs(i ? ", " : "", out);
		if (!who->agent)
			fputs("people", out);
		else if (strcmp(who->agent, "*") == 0)
			fputs("any other agent", out);
		else
			policy_print(out, who->agent);
		if (who->agent && strcmp(who->agent, "*") != 0)
			fputs(who->verified ? " (verified)" : " (claimed)", out);
	}
}

static void print_patterns(FILE *out, const struct phrase *phrase, const char *separator)
{
	for (size_t i = 0; i < phrase->count; i++) {
		fputs(i ? separator : "", out);
		for (names p = phrase->terms[i].patterns; *p; p++) {
			fputs(p == phrase->terms[i].patterns ? "" : " ", out);
			policy_print(out, *p);
		}
	}
	if (!phrase->whole)
		fprintf(out, "%sand others", separator);
}

static void print_outcome(FILE *out, const char *title, const struct outcomes *outcomes,
	const struct outcome *outcome)
{
	struct buf text = BUF_INIT(65536);

	outcome_say(outcomes, outcome, &text);
	fprintf(out, "    %s: ", title);
	policy_print(out, text.data ? text.data : "");
	fputc('\n', out);
	buf_release(&text);
}

static void print_heading(FILE *out, const struct differ_row *row, const struct phrase *refs)
{
	size_t count, told = 0;
	const struct kind_case *cases = kind_cases(&count);

	print_who(out, row);
	fputs(" on ", out);
	print_patterns(out, refs, ", ");
	for (size_t i = 0; !every_kind(row) && i < count; i++)
		if (row->kinds >> i & 1)
			fprintf(out, "%s%s", told++ ? ", " : "; changes: ", cases[i].name);
	fputc('\n', out);
}

/* The classes that the paths are in, and those that they are not in. */
static void print_classes(FILE *out, const struct cells *cells, const struct differ_region *region)
{
	for (size_t i = 0; i < cells->count; i++)
		if (region->mask >> i & 1)
			fprintf(out, "%s %s  ", region->cells >> i & 1 ? "and" : "and not",
				cells->items[i].name);
}

static void print_term(FILE *out, const struct phrase_term *term,
	const struct differ_region *region, const struct cells *cells)
{
	fputs("  ", out);
	for (names p = term->patterns; *p; p++) {
		policy_print(out, *p);
		fputs("  ", out);
	}
	if (term->part)
		fputs("(in part)  ", out);
	print_classes(out, cells, region);
	fputs(term->example ? "such as " : "(perhaps: no example was found)", out);
	policy_print(out, term->example ? term->example : "");
	fputc('\n', out);
}

/* Of one region: its terms, each with its example, and what changes there. */
static int print_region(struct differ *differ, const struct differ_row *row,
	const struct differ_region *region, FILE *out, struct fault *f)
{
	const struct outcomes *outcomes = &differ->outcomes;
	struct differ_example example;

	for (size_t i = 0; i < region->phrase.count; i++) {
		const struct phrase_term *term = &region->phrase.terms[i];

		if (term->example && differ_example(differ, row, term, &example, f) < 0)
			return -1;
		print_term(out, term, region, &differ->cells);
	}
	if (!region->phrase.whole)
		fputs("  and others\n", out);
	print_outcome(out, "was", outcomes, &outcomes->items[region->old]);
	print_outcome(out, "now", outcomes, &outcomes->items[region->new]);
	return 0;
}

static int print_row(
	struct differ *differ, const struct differ_row *row, FILE *out, struct fault *f)
{
	const struct differ_case *c = &differ->cases[row->which];
	struct phrase refs;
	int status = ref_space_say(&differ->refs, row->refs, &refs, f);

	if (status == 0)
		print_heading(out, row, &refs);
	for (size_t i = 0; status == 0 && i < c->count; i++)
		status = print_region(differ, row, &c->regions[i], out, f);
	phrase_release(&refs);
	return status;
}

int differ_words(struct differ *differ, FILE *out, struct fault *f)
{
	for (size_t i = 0; i < differ->row_count; i++)
		if (print_row(differ, &differ->rows[i], out, f) < 0)
			return -1;
	if (!differ->row_count)
		fputs("no difference: each path is decided alike, by the same approvers\n", out);
	return 0;
}
