/* Holding a path against a set: which lists have it, and by which pattern. */
#include "common/path/pattern_private.h"
#include "common/path/short_name.h"

static int split(struct pattern_set *set, struct span path)
{
	size_t start = 0;

	set->name_count = 0;
	for (size_t i = 0; i <= path.len; i++) {
		if (i < path.len && path.data[i] != '/')
			continue;
		if (pattern_room(
			    &set->names, &set->name_cap, set->name_count, sizeof(*set->names)) < 0)
			return -1;
		set->names[set->name_count++] = (struct span){ path.data + start, i - start };
		start = i + 1;
	}
	return 0;
}

static bool component_matches(
	const struct pattern_set *set, const struct component *c, struct span name)
{
	struct span code = component_code(set, c);

	if (c->kind == KIND_LITERAL)
		return span_equal(code, name) || (set->shortened && short_name_fits(name, code));
	return glob_match(code, set->mode == PATTERN_GENEROUS, name);
}

/*
 * From the root, over as many components as it takes; whatever is below belongs to it too.  After
 * a `**` the leftmost place where the components up to the next one match will do, since what
 * follows can only gain from it.
 */
static bool matches_anchored(const struct pattern_set *set, const struct pattern *p, size_t names)
{
	const struct component *c = &set->components[p->first];
	size_t i = 0, at = 0, after_deep = 0, deep_at = 0;

	while (i < p->count) {
		if (c[i].kind == KIND_DEEP) {
			if (++i == p->count)
				return at < names;
			after_deep = i;
			deep_at = at;
		} else if (at < names && component_matches(set, &c[i], set->names[at])) {
			i++;
			at++;
		} else {
			if (!after_deep || deep_at >= names)
				return false;
			at = ++deep_at;
			i = after_deep;
		}
	}
	return true;
}

/* Whether the pattern begins with the whole path, so that what it is for could lie below. */
static bool begins_with(const struct pattern_set *set, const struct pattern *p)
{
	const struct component *c = &set->components[p->first];

	if (p->count <= set->name_count)
		return false;
	for (size_t i = 0; i < set->name_count; i++)
		if (c[i].kind == KIND_DEEP || !component_matches(set, &c[i], set->names[i]))
			return false;
	return true;
}

/* Whether the pattern protects what could lie below the path, which is a link's. */
static bool protects_below(const struct pattern_set *set, const struct pattern *p)
{
	if (!set->link || p->negated != (set->mode == PATTERN_EXACT))
		return false;
	if (!p->anchored)
		return p->directory && component_matches(set, &set->components[p->first],
					       set->names[set->name_count - 1]);
	return begins_with(set, p) || matches_anchored(set, p, set->name_count) ||
	       (p->count > 1 && set->components[p->first + p->count - 1].kind == KIND_DEEP &&
		       matches_anchored(set,
			       &(struct pattern){ .first = p->first, .count = p->count - 1 },
			       set->name_count));
}

/* Whether the pattern has the path that was split, or one of its parents. */
static bool matches(const struct pattern_set *set, const struct pattern *p)
{
	size_t names = set->name_count - p->directory;

	if (protects_below(set, p))
		return true;
	if (p->anchored)
		return matches_anchored(set, p, names);
	for (size_t i = 0; i < names; i++)
		if (component_matches(set, &set->components[p->first], set->names[i]))
			return true;
	return false;
}

/* Whether the pattern permits the path as it is: only a `!` one of a generous set has to. */
static bool permits(struct pattern_set *set, const struct pattern *p)
{
	struct pattern_set *exact = set->exact;

	if (!exact || p->exact < 0)
		return true;
	if (!set->bytes_split && split(exact, set->bytes) < 0)
		return false;
	set->bytes_split = true;
	return matches(exact, &exact->patterns[p->exact]);
}

static void try_pattern(struct pattern_set *set, int32_t number)
{
	const struct pattern *p = &set->patterns[number];
	struct pattern_list *list = &set->lists[p->list];

	if (list->best[set->reading] >= number)
		return;
	if (p->text)
		pattern_compile(set, number);
	if (p->text || !matches(set, p) || !permits(set, p))
		return;
	if (!list->touched)
		set->touched[set->touched_count++] = p->list;
	list->touched = true;
	list->best[set->reading] = number;
}

/* Tries all patterns filed under one key, the newest first. */
static void try_chain(void *context, int32_t head)
{
	struct pattern_set *set = context;

	for (int32_t i = head; i >= 0; i = set->patterns[i].same_key)
		try_pattern(set, i);
}

static int find_best(struct pattern_set *set, struct span path, int reading)
{
	if (split(set, path) < 0)
		return -1;
	set->reading = reading;
	if (set->shortened || set->link) {
		for (size_t i = 0; i < set->pattern_count; i++)
			try_pattern(set, (int32_t)i);
		return 0;
	}
	pattern_index_visit(&set->index, path, try_chain, set);
	try_chain(set, set->unfiled);
	return 0;
}

/*
 * Reading n of the path, in set->other; *is says whether there is one that counts: to an exact set
 * only what is not the path with slashes in the place of backslashes.  0 or -1.
 */
static int read_as(struct pattern_set *set, struct span path, int n, bool *is)
{
	bool odd = false;

	buf_clear(&set->other);
	if (reading_add(&set->other, path, n, &odd) < 0)
		return -1;
	*is = set->other.len && (set->mode == PATTERN_EXACT ? odd : odd || n == 1);
	return 0;
}

/* The path that the set looks at, and the one that its `!` patterns look at, too. */
static struct span path_take(struct pattern_set *set, const struct pattern_path *path)
{
	set->bytes = path->bytes;
	set->bytes_split = false;
	set->link = path->link;
	return set->mode == PATTERN_GENEROUS ? path->folded : path->bytes;
}

static int find_all(struct pattern_set *set, struct span path)
{
	bool is;

	set->touched_count = 0;
	set->shortened = set->mode == PATTERN_GENEROUS && short_name_in(path);
	set->tried = 1;
	if (find_best(set, path, 0) < 0)
		return -1;
	for (int n = 1; n <= READINGS && reading_any(path); n++) {
		if (read_as(set, path, n, &is) < 0 ||
			(is && find_best(set, buf_span(&set->other), n) < 0))
			return -1;
		set->tried |= is ? 1u << n : 0;
	}
	return 0;
}

static struct pattern_hit hit_of(const struct pattern_set *set, int32_t number)
{
	const struct pattern *p = &set->patterns[number];

	return (struct pattern_hit){ p->list, p->index, p->negated };
}

/*
 * What decides for a list: a reading that is stricter.  So a generous set has a path that it has in
 * one reading, an exact one a path that it has in all of them.  False: none.
 */
static bool take_hit(struct pattern_set *set, int number, struct pattern_hit *out)
{
	struct pattern_list *list = &set->lists[number];
	bool exact = set->mode == PATTERN_EXACT, missed = false;
	int32_t best = -1;

	for (int n = 0; n <= READINGS; n++) {
		int32_t this = list->best[n];

		list->best[n] = -1;
		missed = missed || (exact && this < 0 && set->tried >> n & 1);
		if (this >= 0 && (best < 0 || (set->patterns[best].negated != exact &&
						      set->patterns[this].negated == exact)))
			best = this;
	}
	list->touched = false;
	if (best < 0 || (missed && !set->patterns[best].negated))
		return false;
	*out = hit_of(set, best);
	return true;
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

int pattern_set_match(struct pattern_set *set, const struct pattern_path *path,
	int (*hit)(void *context, const struct pattern_hit *hit), void *context)
{
	int result = pattern_set_ready(set);

	if (result == 0)
		result = find_all(set, path_take(set, path));
	if (set->failed)
		result = -1;
	if (set->touched_count > 1)
		qsort(set->touched, set->touched_count, sizeof(*set->touched), by_number);
	for (size_t i = 0; i < set->touched_count; i++) {
		struct pattern_hit h;

		if (take_hit(set, set->touched[i], &h) && result == 0)
			result = hit(context, &h);
	}
	return result;
}

/* What pattern_set_has() waits for. */
struct sought {
	int list;
	bool has;
};

static int seek(void *context, const struct pattern_hit *hit)
{
	struct sought *s = context;

	s->has = s->has || (hit->list == s->list && !hit->negated);
	return 0;
}

bool pattern_set_has(struct pattern_set *set, int list, struct span path)
{
	struct pattern_path both = pattern_path_exact(path);
	struct sought s = { .list = list };

	if (pattern_set_match(set, &both, seek, &s) < 0)
		return set->mode == PATTERN_GENEROUS;
	return s.has;
}

/* Whether one pattern has the path in any reading.  1, 0, or -1: memory ran out. */
static int has_any(struct pattern_set *set, const struct pattern *p, struct span path)
{
	bool found, is;

	if (split(set, path) < 0)
		return -1;
	found = matches(set, p);
	for (int n = 1; !found && n <= READINGS && reading_any(path); n++) {
		if (read_as(set, path, n, &is) < 0 || (is && split(set, buf_span(&set->other)) < 0))
			return -1;
		found = is && matches(set, p);
	}
	return found && permits(set, p);
}

int pattern_set_explain(const struct pattern_asked *asked,
	int (*hit)(void *context, const struct pattern_hit *hit), void *context)
{
	struct pattern_set *set = asked->set;
	struct span path;
	int result = pattern_set_compile(set, asked->list);

	if (result < 0)
		return -1;
	path = path_take(set, &asked->path);
	set->shortened = set->mode == PATTERN_GENEROUS && short_name_in(path);
	for (int32_t i = set->lists[asked->list].first; i >= 0 && result == 0;
		i = set->patterns[i].same_list) {
		int found = has_any(set, &set->patterns[i], path);

		if (found < 0)
			return -1;
		if (found) {
			struct pattern_hit h = hit_of(set, i);

			result = hit(context, &h);
		}
	}
	return result;
}
