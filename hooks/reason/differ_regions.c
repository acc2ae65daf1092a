/*
 * Where one outcome becomes another: for each way in which a path can be in classes, the paths of
 * each pair of outcomes, said as patterns.
 */
#include <stdlib.h>

#include "hooks/reason/differ.h"

#define VIEWS_MAX (1u << CELLS_MAX)

struct regions {
	struct differ *differ;
	struct differ_case *of;
	unsigned mask;            /* the cells that matter */
	struct automaton **pairs; /* by cells: label old * OUTCOMES_MAX + new; 0: the same */
	struct fault *f;
};

static int64_t pair(void *context, uint32_t old, uint32_t new)
{
	(void)context;
	return old == new ? 0 : (int64_t)old *OUTCOMES_MAX + new;
}

static int64_t of_paths(void *context, uint32_t label, uint32_t path)
{
	(void)context;
	return path ? label : 0;
}

static int make_pairs(struct regions *r, const struct parts sides[2], unsigned cells)
{
	const struct automaton_rule pairing = { pair, NULL }, restricting = { of_paths, NULL };
	struct automaton *outcomes[2] = { NULL }, *all = NULL;
	struct differ *d = r->differ;
	int status = 0;

	for (int s = 0; s < 2 && status == 0; s++) {
		const struct parts_view view = { &sides[s], cells, &d->alphabet };

		status = parts_outcomes(&view, &d->outcomes, &outcomes[s], r->f);
	}
	if (status == 0)
		status = automaton_combine(&all, outcomes[0], outcomes[1], &pairing, r->f);
	if (status == 0)
		status = automaton_combine(&r->pairs[cells], all, d->paths, &restricting, r->f);
	automaton_free(outcomes[0]);
	automaton_free(outcomes[1]);
	automaton_free(all);
	return status;
}

/* The label of the paths that are asked about; 0: any. */
struct label_wanted {
	uint32_t label;
};

static int64_t differs(void *context, uint32_t a, uint32_t b)
{
	const struct label_wanted *wanted = context;

	return wanted->label ? a == wanted->label && b != wanted->label : a != b;
}

/* Whether all paths of the label in one view have it in the other; of any label: all labels. */
static int within(struct regions *r, unsigned a, unsigned b, uint32_t label)
{
	struct label_wanted wanted = { label };
	const struct automaton_rule rule = { differs, &wanted };
	struct automaton *other = NULL;
	int is;

	if (automaton_combine(&other, r->pairs[a], r->pairs[b], &rule, r->f) < 0)
		return -1;
	is = automaton_labels(other) == 0;
	automaton_free(other);
	return is;
}

/* Takes from the mask the cells that make no difference. */
static int drop_cells(struct regions *r)
{
	for (unsigned cell = 1; cell < VIEWS_MAX; cell <<= 1) {
		int same = 1;

		for (unsigned view = 0; same == 1 && r->mask & cell && view <= r->mask; view++)
			if ((view & ~r->mask) == 0 && !(view & cell))
				same = within(r, view, view | cell, 0);
		if (same < 0)
			return -1;
		if (same)
			r->mask &= ~cell;
	}
	return 0;
}

/* Which of the cells that a view does not have can be had, too, with the same change. */
static int64_t needless(struct regions *r, unsigned view, uint32_t label)
{
	unsigned dropped = 0;

	for (unsigned cell = 1; cell < VIEWS_MAX; cell <<= 1) {
		int same = 1;

		if (!(r->mask & cell) || view & cell)
			continue;
		for (unsigned more = 0; same == 1 && more <= dropped; more++)
			if ((more & ~dropped) == 0)
				same = within(r, view, view | more | cell, label);
		if (same < 0)
			return -1;
		dropped |= same ? cell : 0;
	}
	return dropped;
}

/* Whether a view with one cell less has the same paths of the label, and tells of them. */
static int told_already(struct regions *r, unsigned view, uint32_t label)
{
	int same = 0;

	for (unsigned cell = 1; !same && cell < VIEWS_MAX; cell <<= 1) {
		if (!(view & cell))
			continue;
		same = within(r, view, view & ~cell, label);
		if (same == 1)
			same = within(r, view & ~cell, view, label);
	}
	return same;
}

static int64_t just(void *context, uint32_t label, uint32_t path)
{
	const struct label_wanted *wanted = context;

	return path == 1 && label == wanted->label;
}

static bool is_one(void *context, uint32_t label)
{
	(void)context;
	return label == 1;
}

/* An example of the term that is in the region's cells.  1, 0: no path of the term is, or -1. */
static int settle_term(struct regions *r, struct differ_region *region, struct phrase_term *term)
{
	const struct cells *cells = &r->differ->cells;
	struct buf path = BUF_INIT((size_t)1 << 20);
	struct automaton *paths = NULL;
	struct fault limit = { 0 };
	int found = cells_example(cells, region->mask, region->cells, term->automaton, &path, r->f);

	if (found == 0) {
		if (cells_within(cells, region->mask, region->cells, term->automaton, &paths,
			    &limit) == 0)
			found = automaton_shortest(paths, is_one, NULL, &path, r->f);
		else if (limit.class != FAULT_LIMIT)
			found = fault_set(r->f, limit.class, "%s", limit.text);
		else
			region->undecided = true;
	}
	automaton_free(paths);
	free(term->example);
	term->example = found == 1 ? strdup(path.data) : NULL;
	buf_release(&path);
	if (found == 1 && !term->example)
		return fault_memory(r->f);
	return found == 0 && region->undecided ? 1 : found;
}

/* Leaves in the phrase the terms that have a path in the region's cells. */
static int settle(struct regions *r, struct differ_region *region)
{
	struct phrase *phrase = &region->phrase;
	size_t kept = 0;

	for (size_t i = 0; i < phrase->count; i++) {
		int found = settle_term(r, region, &phrase->terms[i]);

		if (found < 0)
			return -1;
		if (found)
			phrase->terms[kept++] = phrase->terms[i];
		else
			automaton_free(phrase->terms[i].automaton);
	}
	phrase->count = kept;
	return 0;
}

static int add_region(struct regions *r, unsigned view, uint32_t label)
{
	struct differ *d = r->differ;
	struct label_wanted wanted = { label };
	const struct automaton_rule rule = { just, &wanted };
	struct differ_region *grown = realloc(r->of->regions, (r->of->count + 1) * sizeof(*grown));
	int64_t dropped = grown ? needless(r, view, label) : fault_memory(r->f);
	struct automaton *where = NULL;
	int status;

	if (grown)
		r->of->regions = grown;
	if (dropped < 0)
		return -1;
	grown += r->of->count++;
	*grown = (struct differ_region){ .old = label / OUTCOMES_MAX,
		.new = label % OUTCOMES_MAX,
		.mask = r->mask & ~(unsigned)dropped,
		.cells = view };
	if (automaton_combine(&where, r->pairs[view], d->paths, &rule, r->f) < 0)
		return -1;
	status = phrase_find(&d->words, where, &grown->phrase, r->f);
	automaton_free(where);
	if (status == 0)
		status = settle(r, grown);
	if (status == 0 && grown->phrase.count == 0)
		r->of->count--;
	return status;
}

/* The regions of all labels in one view. */
static int add_view(struct regions *r, unsigned view)
{
	const struct automaton *pairs = r->pairs[view];

	for (uint32_t before = 0;;) {
		uint32_t label = UINT32_MAX;
		int told;

		for (size_t i = 0; i < pairs->count; i++)
			if (pairs->states[i].label > before && pairs->states[i].label < label)
				label = pairs->states[i].label;
		if (label == UINT32_MAX)
			return 0;
		before = label;
		told = told_already(r, view, label);
		if (told < 0 || (told == 0 && add_region(r, view, label) < 0))
			return -1;
	}
}

int differ_regions(
	struct differ *differ, struct differ_case *c, const struct parts sides[2], struct fault *f)
{
	struct regions r = { .differ = differ, .of = c, .f = f };
	unsigned all;
	int status = 0;

	r.mask = all = parts_cells(&sides[0]) | parts_cells(&sides[1]);
	r.pairs = calloc(VIEWS_MAX, sizeof(*r.pairs));
	if (!r.pairs)
		return fault_memory(f);
	for (unsigned view = 0; status == 0 && view <= all; view++)
		if ((view & ~all) == 0)
			status = make_pairs(&r, sides, view);
	if (status == 0)
		status = drop_cells(&r);
	for (unsigned view = 0; status == 0 && view <= r.mask; view++)
		if ((view & ~r.mask) == 0)
			status = add_view(&r, view);
	for (unsigned view = 0; view < VIEWS_MAX; view++)
		automaton_free(r.pairs[view]);
	free(r.pairs);
	return status;
}
