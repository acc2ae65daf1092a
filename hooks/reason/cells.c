#include "hooks/reason/cells.h"

#include <stdio.h>

#include "common/path/classes.h"
#include "common/path/fold.h"

/* ---- which there are */

struct sorting {
	struct cells *cells;
	const struct policy *const *policies;
	size_t count;
	names beside;
};

static void add_user(uint64_t users[2], uint64_t which, bool uses)
{
	for (int i = 0; i < 2; i++) {
		users[i] ^= (which * 2 + uses + 1) *
			    (i ? UINT64_C(0x9e3779b97f4a7c15) : UINT64_C(0xc2b2ae3d27d4eb4f));
		users[i] = (users[i] << 7 | users[i] >> 57) * UINT64_C(0xff51afd7ed558ccd);
	}
}

/* Whether two policies have the same list for the part. */
static bool same_part(const struct policy *a, const struct policy *b, size_t part)
{
	int x = a ? a->class_lists[part] : -1, y = b ? b->class_lists[part] : -1;
	names p, q;

	if (x < 0 || y < 0)
		return x < 0 && y < 0;
	p = a->protected_texts[x];
	q = b->protected_texts[y];
	for (; p && q && *p && *q; p++, q++)
		if (strcmp(*p, *q) != 0)
			return false;
	return (!p || !*p) && (!q || !*q);
}

/* Who names the part, of all policies that have the same list for it. */
static bool find_users(
	const struct sorting *s, const struct policy *policy, size_t part, uint64_t users[2])
{
	size_t parts;
	const struct class_part *all = class_parts(&parts);
	bool any = s->beside && class_list_covers(s->beside, &all[part]);

	users[0] = users[1] = 0;
	add_user(users, 0, any);
	add_user(users, 1, all[part].existing);
	for (size_t p = 0; p < s->count; p++)
		for (size_t i = 0; i < s->policies[p]->rule_count; i++) {
			const struct rule *rule = &s->policies[p]->rules[i];
			bool uses = class_list_covers(rule->classes, &all[part]) &&
				    same_part(policy, s->policies[p], part);

			add_user(users, p * 100000 + i + 2, uses);
			any = any || uses;
		}
	return any;
}

/* The cell of parts with these users, begun when there is none; NULL: too many. */
static struct cell *cell_of(struct cells *cells, const uint64_t users[2])
{
	for (size_t i = 0; i < cells->count; i++)
		if (memcmp(cells->items[i].parts[0].users, users, sizeof(uint64_t[2])) == 0)
			return &cells->items[i];
	if (cells->count == CELLS_MAX)
		return NULL;
	cells->items[cells->count].count = 0;
	return &cells->items[cells->count++];
}

/* Named after its class, if it has all that a rule gets who names that; else after its parts. */
static void name_cell(struct cell *cell)
{
	size_t count, covered = 0, used = 0;
	const struct class_part *all = class_parts(&count), *first = &all[cell->parts[0].part];

	for (size_t i = 0; i < count; i++)
		covered += class_covers(first->class, &all[i]);
	if (covered == cell->count && class_covers(first->class, first)) {
		(void)snprintf(cell->name, sizeof(cell->name), "class:%s", first->class);
		return;
	}
	for (size_t i = 0; i < cell->count && used < sizeof(cell->name); i++)
		used += (size_t)snprintf(cell->name + used, sizeof(cell->name) - used, "%sclass:%s",
			i ? " " : "", all[cell->parts[i].part].name);
}

/* A list of the part's patterns; -1: a fault. */
static int own_list(struct cells *cells, size_t part, struct fault *f)
{
	size_t count;
	const struct class_part *all = class_parts(&count);
	int list;

	if (!cells->own && pattern_set_new(&cells->own, PATTERN_GENEROUS, f) < 0)
		return -1;
	list = pattern_set_list(cells->own);
	for (size_t i = 0; list >= 0 && i < all[part].count; i++)
		if (pattern_set_add_class(
			    cells->own, list, span_of(all[part].entries[i].pattern), f) < 0)
			return -1;
	return list < 0 ? fault_memory(f) : list;
}

static int add_part(struct sorting *s, const struct policy *policy, size_t part, struct fault *f)
{
	struct cell_part new = { policy, policy ? policy->class_lists[part] : -1, part, { 0 } };
	struct cell *cell;

	if ((policy && new.list < 0) || !find_users(s, policy, part, new.users))
		return 0;
	if (!policy && (new.list = own_list(s->cells, part, f)) < 0)
		return -1;
	cell = cell_of(s->cells, new.users);
	for (size_t i = 0; cell && i < cell->count; i++)
		if (cell->parts[i].part == part && same_part(cell->parts[i].policy, policy, part))
			return 0;
	if (!cell || cell->count == CELL_PARTS)
		return fault_set(
			f, FAULT_LIMIT, "the rules name classes in too many ways to be compared");
	cell->parts[cell->count++] = new;
	return 0;
}

int cells_find(struct cells *cells, const struct policy *const *policies, size_t count,
	names beside, struct fault *f)
{
	struct sorting s = { cells, policies, count, beside };
	size_t parts;

	(void)class_parts(&parts);
	for (size_t p = 0; p < count; p++)
		for (size_t i = 0; i < parts; i++)
			if (add_part(&s, policies[p], i, f) < 0)
				return -1;
	for (size_t i = 0; beside && i < parts; i++)
		if (policies[0]->class_lists[i] < 0 && add_part(&s, NULL, i, f) < 0)
			return -1;
	for (size_t i = 0; i < cells->count; i++)
		name_cell(&cells->items[i]);
	return 0;
}

void cells_release(struct cells *cells)
{
	pattern_set_free(cells->own);
	cells->own = NULL;
	cells->count = 0;
}

unsigned cells_named(
	const struct cells *cells, const struct policy *policy, names classes, bool adds)
{
	size_t count;
	const struct class_part *all = class_parts(&count);
	unsigned bits = 0;

	for (size_t i = 0; *classes && i < cells->count; i++) {
		const struct cell_part *first = &cells->items[i].parts[0];

		if (class_list_covers(classes, &all[first->part]) &&
			same_part(policy, first->policy, first->part) &&
			!(adds && all[first->part].existing))
			bits |= 1u << i;
	}
	return bits;
}

/* ---- questions about paths */

static int on_hit(void *context, const struct pattern_hit *hit)
{
	*(bool *)context = !hit->negated;
	return 0;
}

static struct pattern_set *set_of(const struct cells *cells, const struct cell_part *part)
{
	return part->policy ? part->policy->protected : cells->own;
}

static struct automaton_list list_of(const struct cells *cells, const struct cell_part *part)
{
	return (struct automaton_list){ set_of(cells, part), part->list };
}

/* Whether the part has the path.  1, 0 or -1. */
static int part_has_path(
	const struct cells *cells, const struct cell_part *part, const struct pattern_path *path)
{
	const struct automaton_list list = list_of(cells, part);
	const struct pattern_asked asked = { set_of(cells, part), list.list, *path };
	bool has = false;

	return pattern_set_explain(&asked, on_hit, &has) < 0 ? -1 : has;
}

int64_t cells_of_path(const struct cells *cells, struct span path)
{
	struct buf folded = BUF_INIT((size_t)1 << 20);
	struct pattern_path both = { .bytes = path };
	int64_t bits = fold_path(&folded, path);

	both.folded = buf_span(&folded);
	for (size_t i = 0; bits >= 0 && i < cells->count; i++)
		for (size_t k = 0; bits >= 0 && k < cells->items[i].count; k++) {
			int has = part_has_path(cells, &cells->items[i].parts[k], &both);

			bits = has < 0 ? -1 : bits | (int64_t)has << i;
		}
	buf_release(&folded);
	return bits;
}

/* ---- within a context */

/* Of the context's paths those that no part of the cell has. */
static int outside(const struct cells *cells, size_t number, const struct automaton *context,
	struct automaton **out, struct fault *f)
{
	const struct cell *cell = &cells->items[number];
	struct automaton *left = NULL;

	if (automaton_minimise(&left, context, f) < 0)
		return -1;
	for (size_t i = 0; i < cell->count; i++) {
		const struct automaton_list list = list_of(cells, &cell->parts[i]);
		struct automaton *next = NULL;
		int status = automaton_within(&next, left, &list, false, f);

		automaton_free(left);
		if (status < 0)
			return -1;
		left = next;
	}
	*out = left;
	return 0;
}

static int64_t first_alone(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == 1 && b != 1;
}

int cells_within(const struct cells *cells, unsigned mask, unsigned bits,
	const struct automaton *context, struct automaton **out, struct fault *f)
{
	const struct automaton_rule difference = { first_alone, NULL };
	struct automaton *now = NULL;

	*out = NULL;
	if (automaton_minimise(&now, context, f) < 0)
		return -1;
	for (size_t i = 0; i < cells->count; i++) {
		struct automaton *without = NULL, *with = NULL;
		int status;

		if (!(mask >> i & 1))
			continue;
		status = outside(cells, i, now, &without, f);
		if (status == 0 && bits >> i & 1)
			status = automaton_combine(&with, now, without, &difference, f);
		automaton_free(now);
		now = bits >> i & 1 ? with : without;
		if (bits >> i & 1)
			automaton_free(without);
		if (status < 0)
			return -1;
	}
	*out = now;
	return 0;
}

/* ---- examples */

#define TRIES 3000

struct trying {
	const struct cells *cells;
	unsigned mask, bits;
	struct buf *path;
	size_t tries;
};

static int try_path(void *context, struct span path)
{
	struct trying *t = context;
	int64_t bits = cells_of_path(t->cells, path);

	if (bits < 0 || ++t->tries > TRIES)
		return bits < 0 ? -1 : 2;
	if (((unsigned)bits & t->mask) != t->bits)
		return 0;
	buf_clear(t->path);
	return buf_addspan(t->path, path) < 0 ? -1 : 1;
}

/* Tries paths that one pattern of a class has.  1, 0 or -1. */
static int try_pattern(
	struct trying *t, const char *pattern, const struct automaton *context, struct fault *f)
{
	struct automaton_list list = { .list = 0 };
	struct pattern_set *set = NULL;
	struct automaton *paths = NULL;
	int found = 0;

	if (*pattern == '!')
		return 0;
	if (pattern_set_new(&set, PATTERN_GENEROUS, f) < 0 || pattern_set_list(set) < 0 ||
		pattern_set_add_class(set, 0, span_of(pattern), f) < 0)
		found = -1;
	list.set = set;
	if (found == 0)
		found = automaton_within(&paths, context, &list, true, f);
	t->tries = TRIES > 50 ? TRIES - 50 : 0;
	if (found == 0)
		found = automaton_examples(paths, 1, try_path, t, f);
	automaton_free(paths);
	pattern_set_free(set);
	return found == 2 ? 0 : found;
}

static int try_part(struct trying *t, const struct cell_part *part, const struct automaton *context,
	struct fault *f)
{
	size_t count;
	const struct class_part *all = class_parts(&count);
	names added = part->policy ? part->policy->protected_texts[part->list] : NULL;
	int found = 0;

	for (size_t i = 0; found == 0 && i < all[part->part].count; i++)
		found = try_pattern(t, all[part->part].entries[i].pattern, context, f);
	for (; found == 0 && added && *added; added++)
		found = try_pattern(t, *added, context, f);
	return found;
}

int cells_example(const struct cells *cells, unsigned mask, unsigned bits,
	const struct automaton *context, struct buf *path, struct fault *f)
{
	struct trying t = { cells, mask, bits & mask, path, 0 };
	int found = automaton_examples(context, 1, try_path, &t, f);

	if (found == 2)
		found = 0;
	for (size_t i = 0; found == 0 && i < cells->count; i++)
		for (size_t k = 0; t.bits >> i & 1 && found == 0 && k < cells->items[i].count; k++)
			found = try_part(&t, &cells->items[i].parts[k], context, f);
	return found;
}
