/* Patterns that do nothing, since others of their list do it: by automata, not by trying. */
#include "common/policy/dead.h"

#include <stdlib.h>
#include <string.h>

#define DEAD_PATTERNS 2000 /* of one list; of longer ones nothing is told */

/* One pattern of a list. */
struct single {
	struct json_at at;
	const char *text; /* with its `!` */
	bool negated;
	struct automaton *paths; /* NULL: not made, or none */
};

struct checked_list {
	struct policy_loading *l;
	struct alphabet alphabet;
	struct automaton *words;
	struct pattern_set *set; /* each pattern a list of its own, without its `!` */
	struct single *items;
	size_t count;
	unsigned char *hit; /* patterns that have the path at hand */
};

int64_t dead_first_alone(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS && b != LABEL_HAS;
}

int64_t dead_both(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS && b == LABEL_HAS;
}

/* Whether any path has a label under the rule.  1, 0 or -1. */
int dead_any(const struct automaton *a, const struct automaton *b,
	int64_t (*label)(void *, uint32_t, uint32_t), struct fault *f)
{
	const struct automaton_rule rule = { label, NULL };
	struct automaton *made = NULL;
	int found;

	if (automaton_combine(&made, a, b, &rule, f) < 0)
		return -1;
	found = automaton_labels(made) != 0;
	automaton_free(made);
	return found;
}

static void list_release(struct checked_list *d)
{
	for (size_t i = 0; i < d->count; i++)
		automaton_free(d->items[i].paths);
	automaton_free(d->words);
	pattern_set_free(d->set);
	free(d->items);
	free(d->hit);
	free(d);
}

/* Takes in the patterns at the place, classes left out.  0 or -1. */
static int take_patterns(struct checked_list *d, const struct json_at *list)
{
	for (size_t i = 0; i < json_at_count(list); i++) {
		struct json_at item = json_at_item(list, i);
		const char *text = json_at_text(&item);
		struct single *single = &d->items[d->count];
		int number;

		if (!text || strncmp(text + (*text == '!'), "class:", 6) == 0)
			continue;
		*single = (struct single){ .at = item, .text = text, .negated = *text == '!' };
		text += single->negated;
		number = pattern_set_list(d->set);
		if (number < 0 || pattern_set_add(d->set, number, span_of(text), d->l->fault) < 0 ||
			alphabet_add(&d->alphabet, span_of(text), d->l->fault) < 0)
			return -1;
		d->count++;
	}
	return alphabet_finish(&d->alphabet, d->l->fault);
}

/* The automaton of each pattern.  0 or -1. */
static int make_singles(struct checked_list *d)
{
	const struct automaton_rule rule = { dead_both, NULL };

	if (automaton_words(&d->words, &d->alphabet, d->l->fault) < 0)
		return -1;
	for (size_t i = 0; i < d->count; i++) {
		const struct automaton_list list = { d->set, (int)i };
		struct automaton *all = NULL;
		int status = automaton_of_list(&all, &d->alphabet, &list, d->l->fault);

		if (status == 0)
			status = automaton_combine(
				&d->items[i].paths, all, d->words, &rule, d->l->fault);
		automaton_free(all);
		if (status < 0)
			return -1;
	}
	return 0;
}

static int on_hit(void *context, const struct pattern_hit *hit)
{
	struct checked_list *d = context;

	d->hit[hit->list] = 1;
	return 0;
}

static bool is_has(void *context, uint32_t label)
{
	(void)context;
	return label == LABEL_HAS;
}

/* Marks the patterns that have an example of the one.  1, 0: it has no path, or -1. */
static int mark_hits(struct checked_list *d, const struct single *single)
{
	struct buf path = BUF_INIT(65536);
	struct pattern_path both_ways;
	int found = automaton_shortest(single->paths, is_has, NULL, &path, d->l->fault);

	memset(d->hit, 0, d->count);
	both_ways = pattern_path_exact(buf_span(&path));
	if (found == 1 && pattern_set_match(d->set, &both_ways, on_hit, d) < 0)
		found = fault_memory(d->l->fault);
	buf_release(&path);
	return found;
}

/* Whether a pattern of the other kind between the two has paths of the later one.  1, 0 or -1. */
static int parted(struct checked_list *d, size_t before, size_t i)
{
	int found = 0;

	for (size_t k = before + 1; found == 0 && k < i; k++)
		if (d->items[k].negated != d->items[i].negated)
			found = dead_any(
				d->items[k].paths, d->items[i].paths, dead_both, d->l->fault);
	return found;
}

/* Whether the pattern i does nothing since there is k, and how; NULL: it does something. */
static const char *needless(struct checked_list *d, size_t i, size_t k)
{
	const struct single *one = &d->items[i], *other = &d->items[k];
	int others;

	if (one->negated != other->negated || !d->hit[k])
		return NULL;
	others = dead_any(one->paths, other->paths, dead_first_alone, d->l->fault);
	if (others != 0)
		return NULL;
	if (k > i) /* of two that are the same it is told of the later one */
		return dead_any(other->paths, one->paths, dead_first_alone, d->l->fault) == 1
			       ? "after"
			       : NULL;
	return parted(d, k, i) == 0 ? "before" : NULL;
}

/* A `!` pattern that takes back what no pattern before it gives. */
static int takes_nothing(struct checked_list *d, size_t i, bool gives)
{
	int found = 0;

	if (!d->items[i].negated || gives || i > 200)
		return 0;
	for (size_t k = 0; found == 0 && k < i; k++)
		if (!d->items[k].negated)
			found = dead_any(
				d->items[k].paths, d->items[i].paths, dead_both, d->l->fault);
	if (found < 0)
		return -1;
	return found ? 0
		     : policy_warn(d->l, &d->items[i].at,
			       "'%s' takes back what no pattern before it gives", d->items[i].text);
}

/* Whether the one has all paths of the other.  1, 0 or -1. */
static int has_all(struct checked_list *d, const struct automaton *one, const struct automaton *of)
{
	int others = dead_any(of, one, dead_first_alone, d->l->fault);

	return others < 0 ? -1 : !others;
}

/* A `!` pattern that takes back all that one before it gives, or all there is. */
static int takes_all(struct checked_list *d, size_t i, bool gives)
{
	const struct single *one = &d->items[i];
	int all = 0;

	if (!one->negated || i > 200)
		return 0;
	for (size_t k = 0; k < i; k++)
		if (policy_takes_back(one->text, d->items[k].text))
			return 0; /* that was told when it was read */
	for (size_t k = 0; k < i; k++) {
		if (d->items[k].negated)
			continue;
		all = has_all(d, one->paths, d->items[k].paths);
		if (all != 0)
			return all < 0 ? -1
				       : policy_warn(d->l, &one->at,
						 "'%s' takes back all that '%s' gives", one->text,
						 d->items[k].text);
	}
	all = gives ? has_all(d, one->paths, d->words) : 0;
	return all <= 0 ? all
			: policy_warn(d->l, &one->at, "'%s' takes back all that stands before it",
				  one->text);
}

/* `gives`: something else than the patterns gives paths, such as classes. */
static int tell_list(struct checked_list *d, bool gives)
{
	for (size_t i = 0; i < d->count; i++) {
		const char *how = NULL;
		size_t k = 0;
		int hits = mark_hits(d, &d->items[i]);

		if (hits < 0)
			return -1;
		if (hits == 0)
			continue;
		for (; !how && k < d->count; k++)
			how = k == i ? NULL : needless(d, i, k);
		if (d->l->fault->class)
			return -1;
		if (how && policy_warn(d->l, &d->items[i].at,
				   "'%s' does nothing: '%s' %s it has all its paths",
				   d->items[i].text, d->items[k - 1].text, how) < 0)
			return -1;
		if (takes_nothing(d, i, gives) < 0 || takes_all(d, i, gives) < 0)
			return -1;
	}
	return 0;
}

static struct checked_list *list_new(
	struct policy_loading *l, const struct json_at *list, enum pattern_mode mode)
{
	struct checked_list *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->l = l;
	d->items = calloc(json_at_count(list) + 1, sizeof(*d->items));
	d->hit = calloc(json_at_count(list) + 1, 1);
	if (d->items && d->hit && pattern_set_new(&d->set, mode, l->fault) == 0 &&
		alphabet_init(&d->alphabet, l->fault) == 0)
		return d;
	list_release(d);
	return NULL;
}

/* Refs may be said twice, once by `HEAD`; what is taken back whole is told. */
static int tell_refs(struct checked_list *d, bool gives)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < d->count; i++)
		status = takes_all(d, i, gives);
	return status;
}

static int list_check(struct policy_loading *l, const struct json_at *list, enum pattern_mode mode,
	int (*tell)(struct checked_list *d, bool gives), bool gives)
{
	struct checked_list *d;
	int status;

	if (json_at_kind(list) != JSON_KIND_LIST || json_at_count(list) < 2 ||
		json_at_count(list) > DEAD_PATTERNS)
		return 0;
	d = list_new(l, list, mode);
	if (!d)
		return fault_memory(l->fault);
	status = take_patterns(d, list);
	if (status == 0)
		status = make_singles(d);
	if (status == 0)
		status = tell(d, gives);
	list_release(d);
	return status;
}

int dead_list(
	struct policy_loading *l, const struct json_at *list, enum pattern_mode mode, bool gives)
{
	return list_check(l, list, mode, tell_list, gives);
}

int dead_refs(struct policy_loading *l, const struct json_at *list)
{
	return list_check(l, list, PATTERN_EXACT, tell_refs, true);
}
