#include "common/pattern.h"

#include <stdint.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/glob.h"
#include "common/pattern_index.h"
#include "common/short_name.h"

#define PATTERN_MAX 4096
#define PATTERNS_MAX 100000
#define CODE_MAX ((size_t)256 << 20)
#define INDEXED_COMPONENTS \
	8 /* of a pattern; what comes after them is not considered for the index */

enum kind {
	KIND_LITERAL,
	KIND_GLOB,
	KIND_DEEP, /* `**`: any number of components */
};

struct component {
	enum kind kind;
	uint32_t start, len; /* in the set's code; of a literal, the bytes themselves */
};

struct pattern {
	uint32_t first, count; /* components */
	int32_t list, index;
	int32_t same_key;  /* filed before under the same key, or -1 */
	int32_t same_list; /* the next one of its list, or -1 */
	int32_t exact;     /* of a `!` one in a generous set: its number in the set's `exact` */
	bool negated, directory, anchored;
};

struct list {
	int32_t first, last, count;
	int32_t best
		[2]; /* scratch of a match, for the path and its other reading: pattern, or -1 */
};

struct pattern_set {
	enum pattern_mode mode;
	struct glob_compiler compiler;
	struct buf code;
	struct component *components;
	size_t component_count, component_cap;
	struct pattern *patterns;
	size_t pattern_count, pattern_cap;
	struct list *lists;
	size_t list_count, list_cap;
	struct pattern_index index;
	int32_t unfiled; /* the newest pattern without any literal part, or -1 */
	/* Scratch of a match. */
	struct span *names; /* components of the path */
	size_t name_count, name_cap;
	int *touched; /* lists that have a best, room for all */
	size_t touched_count, touched_cap;
	struct buf other; /* the path with backslashes as slashes */
	bool shortened;   /* the path may hold short names, which the index does not know */
	int reading;      /* which of best[] is being looked for */
	struct pattern_set
		*exact; /* of a generous set: its `!` patterns byte for byte, one list; or NULL */
	struct span bytes; /* the path as it is, for `exact` */
	bool bytes_split;  /* and it lies in the names of `exact` already */
};

/* Makes room for one more item in an array. */
static int make_room(void *array, size_t *cap, size_t count, size_t size)
{
	void **items = array;
	size_t wide = *cap ? *cap * 2 : 64;
	void *grown;

	if (count < *cap)
		return 0;
	grown = realloc(*items, wide * size);
	if (!grown)
		return -1;
	*items = grown;
	*cap = wide;
	return 0;
}

int pattern_set_new(struct pattern_set **out, enum pattern_mode mode, struct fault *f)
{
	struct pattern_set *set = *out = calloc(1, sizeof(*set));

	if (!set)
		return fault_memory(f);
	set->mode = mode;
	set->unfiled = -1;
	set->code.max = CODE_MAX;
	set->other.max = CODE_MAX;
	set->compiler.run.max = PATTERN_MAX;
	set->compiler.generous = mode == PATTERN_GENEROUS;
	set->compiler.code = &set->code;
	return 0;
}

void pattern_set_free(struct pattern_set *set)
{
	if (!set)
		return;
	pattern_set_free(set->exact);
	buf_release(&set->code);
	buf_release(&set->other);
	buf_release(&set->compiler.run);
	index_release(&set->index);
	free(set->components);
	free(set->patterns);
	free(set->lists);
	free(set->names);
	free(set->touched);
	free(set);
}

int pattern_set_list(struct pattern_set *set)
{
	if (make_room(&set->lists, &set->list_cap, set->list_count, sizeof(*set->lists)) < 0 ||
		make_room(&set->touched, &set->touched_cap, set->list_count,
			sizeof(*set->touched)) < 0)
		return -1;
	set->lists[set->list_count] = (struct list){ .first = -1, .last = -1, .best = { -1, -1 } };
	return (int)set->list_count++;
}

static struct span component_code(const struct pattern_set *set, const struct component *c)
{
	return (struct span){ set->code.data + c->start, c->len };
}

/* ---- compiling ---- */

/* Why a pattern is refused before it is even taken apart; NULL: it is not. */
static const char *refusal(struct span p)
{
	if (!p.len)
		return "it is empty";
	if (p.len > PATTERN_MAX)
		return "it is longer than 4096 bytes";
	if (memchr(p.data, '\0', p.len))
		return "it holds a NUL";
	if (p.data[0] == '#')
		return "it is a comment in gitignore(5); quote the sign: \\#";
	if (p.data[p.len - 1] == ' ' && (p.len < 2 || p.data[p.len - 2] != '\\'))
		return "it ends in a space; quote that: \"\\ \"";
	return NULL;
}

/* Whether the component that begins here is made of two or more stars. */
static bool is_deep(struct span p, size_t at)
{
	size_t stars = 0;

	while (at + stars < p.len && p.data[at + stars] == '*')
		stars++;
	return stars >= 2 && (at + stars == p.len || p.data[at + stars] == '/');
}

static const char *add_component(struct pattern_set *set, struct span p, size_t *at, bool anchored)
{
	struct component c = { .start = (uint32_t)set->code.len };
	struct span literal;
	const char *why;

	if (make_room(&set->components, &set->component_cap, set->component_count,
		    sizeof(*set->components)) < 0)
		return "memory ran out";
	c.kind = anchored && is_deep(p, *at) ? KIND_DEEP : KIND_GLOB;
	why = glob_compile(&set->compiler, p, at);
	if (why)
		return why;
	c.len = (uint32_t)(set->code.len - c.start);
	if (c.kind == KIND_GLOB && glob_is_literal(component_code(set, &c), &literal)) {
		if (span_is(literal, ".") || span_is(literal, ".."))
			return "no path has a part `.` or `..`";
		c.kind = KIND_LITERAL;
		c.start = (uint32_t)(literal.data - set->code.data);
		c.len = (uint32_t)literal.len;
	}
	set->components[set->component_count++] = c;
	return NULL;
}

static const char *compile(struct pattern_set *set, struct span p, struct pattern *out)
{
	const char *why = refusal(p);
	size_t at = 0;

	if (why)
		return why;
	if (p.data[0] == '!') {
		out->negated = true;
		p = (struct span){ p.data + 1, p.len - 1 };
	}
	if (p.len && p.data[p.len - 1] == '/') {
		out->directory = true;
		p.len--;
	}
	if (!p.len)
		return "nothing is left of it";
	out->anchored = memchr(p.data, '/', p.len) != NULL;
	if (p.data[0] == '/')
		at = 1;
	out->first = (uint32_t)set->component_count;
	for (;;) {
		why = add_component(set, p, &at, out->anchored);
		if (why)
			return why;
		if (at == p.len)
			break;
		at++; /* the slash */
	}
	out->count = (uint32_t)(set->component_count - out->first);
	return NULL;
}

/* ---- filing ---- */

/* The best key found so far. */
struct filing {
	uint64_t key;
	uint32_t rivals;
	enum index_place place;
	size_t length;
	bool found;
};

static void propose(const struct pattern_set *set, struct filing *best, enum index_place place,
	struct span part)
{
	uint64_t key;
	uint32_t rivals;

	if (!part.len)
		return;
	key = index_key(place, &part);
	rivals = index_count(&set->index, key);
	if (best->found && rivals >= best->rivals)
		return;
	*best = (struct filing){ key, rivals, place, part.len, true };
}

static void propose_glob(const struct pattern_set *set, struct filing *best, struct span code)
{
	struct glob_literals l = glob_literals(code);
	bool backward = l.last.len >= l.first.len;

	propose(set, best, backward ? INDEX_LAST : INDEX_FIRST, backward ? l.last : l.first);
	propose(set, best, backward ? INDEX_FIRST : INDEX_LAST, backward ? l.first : l.last);
	if (!best->found)
		propose(set, best, INDEX_INSIDE, l.inside);
}

/* The literal components that an anchored pattern begins with, joined as in a path. */
static void propose_root(struct pattern_set *set, struct filing *best, const struct pattern *p)
{
	buf_clear(&set->other);
	for (uint32_t i = 0; i < p->count; i++) {
		const struct component *c = &set->components[p->first + i];

		if (c->kind != KIND_LITERAL)
			break;
		if (i)
			(void)buf_addc(&set->other, '/');
		(void)buf_addspan(&set->other, component_code(set, c));
	}
	if (!set->other.failed)
		propose(set, best, INDEX_ROOT, buf_span(&set->other));
}

static int file_pattern(struct pattern_set *set, struct pattern *p, int32_t number)
{
	struct filing best = { .found = false };

	if (p->anchored)
		propose_root(set, &best, p);
	for (uint32_t i = 0; i < p->count && i < INDEXED_COMPONENTS; i++) {
		const struct component *c = &set->components[p->first + i];

		if (c->kind == KIND_LITERAL)
			propose(set, &best, INDEX_WHOLE, component_code(set, c));
		else if (c->kind == KIND_GLOB)
			propose_glob(set, &best, component_code(set, c));
	}
	if (!best.found) {
		p->same_key = set->unfiled;
		set->unfiled = number;
		return 0;
	}
	index_note(&set->index, best.place, best.length);
	return index_file(&set->index, best.key, number, &p->same_key);
}

/* Keeps a `!` pattern of a generous set byte for byte as well: what permits. */
static int add_exact(
	struct pattern_set *set, struct span pattern, struct pattern *p, struct fault *f)
{
	struct span taken = { pattern.data + 1, pattern.len - 1 };

	if (set->mode == PATTERN_EXACT || !p->negated)
		return 0;
	if (!set->exact && (pattern_set_new(&set->exact, PATTERN_EXACT, f) < 0 ||
				   pattern_set_list(set->exact) < 0))
		return fault_memory(f);
	p->exact = (int32_t)set->exact->pattern_count;
	return pattern_set_add(set->exact, 0, taken, f);
}

static int add(
	struct pattern_set *set, int list, struct span pattern, bool permits, struct fault *f)
{
	size_t code = set->code.len, components = set->component_count;
	struct pattern p = { .list = list, .same_list = -1, .same_key = -1, .exact = -1 };
	int32_t number = (int32_t)set->pattern_count;
	struct list *l = &set->lists[list];
	const char *why;

	if (set->pattern_count >= PATTERNS_MAX)
		return fault_set(f, FAULT_ADMIN, "there are more than %d patterns", PATTERNS_MAX);
	if (make_room(&set->patterns, &set->pattern_cap, set->pattern_count, sizeof(p)) < 0)
		return fault_memory(f);
	why = compile(set, pattern, &p);
	if (why) {
		set->code.len = code;
		set->component_count = components;
		return fault_set(f, FAULT_ADMIN, "the pattern can match nothing: %s", why);
	}
	if (permits && add_exact(set, pattern, &p, f) < 0)
		return -1;
	p.index = l->count++;
	if (file_pattern(set, &p, number) < 0)
		return fault_memory(f);
	if (l->last >= 0)
		set->patterns[l->last].same_list = number;
	else
		l->first = number;
	l->last = number;
	set->patterns[set->pattern_count++] = p;
	return 0;
}

int pattern_set_add(struct pattern_set *set, int list, struct span pattern, struct fault *f)
{
	return add(set, list, pattern, true, f);
}

int pattern_set_add_class(struct pattern_set *set, int list, struct span pattern, struct fault *f)
{
	return add(set, list, pattern, false, f);
}

/* ---- matching ---- */

static int split(struct pattern_set *set, struct span path)
{
	size_t start = 0;

	set->name_count = 0;
	for (size_t i = 0; i <= path.len; i++) {
		if (i < path.len && path.data[i] != '/')
			continue;
		if (make_room(&set->names, &set->name_cap, set->name_count, sizeof(*set->names)) <
			0)
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

/* Whether the pattern has the path that was split, or one of its parents. */
static bool matches(const struct pattern_set *set, const struct pattern *p)
{
	size_t names = set->name_count - p->directory;

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
	struct list *list = &set->lists[p->list];

	if (list->best[set->reading] >= number || !matches(set, p) || !permits(set, p))
		return;
	if (list->best[0] < 0 && list->best[1] < 0)
		set->touched[set->touched_count++] = p->list;
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
	if (set->shortened) {
		for (size_t i = 0; i < set->pattern_count; i++)
			try_pattern(set, (int32_t)i);
		return 0;
	}
	index_visit(&set->index, path, try_chain, set);
	try_chain(set, set->unfiled);
	return 0;
}

/* The path as a system sees it to which a backslash is a slash; data NULL: no other reading. */
static struct span other_reading(struct pattern_set *set, struct span path)
{
	if (set->mode == PATTERN_EXACT || !path.len || !memchr(path.data, '\\', path.len))
		return (struct span){ NULL, 0 };
	buf_clear(&set->other);
	if (buf_addspan(&set->other, path) < 0)
		return (struct span){ NULL, path.len };
	for (size_t i = 0; i < set->other.len; i++)
		if (set->other.data[i] == '\\')
			set->other.data[i] = '/';
	return buf_span(&set->other);
}

/* The path that the set looks at, and the one that its `!` patterns look at, too. */
static struct span path_take(struct pattern_set *set, const struct pattern_path *path)
{
	set->bytes = path->bytes;
	set->bytes_split = false;
	return set->mode == PATTERN_GENEROUS ? path->folded : path->bytes;
}

static int find_all(struct pattern_set *set, struct span path)
{
	struct span other = other_reading(set, path);

	set->touched_count = 0;
	set->shortened = set->mode == PATTERN_GENEROUS && short_name_in(path);
	if ((!other.data && other.len) || find_best(set, path, 0) < 0)
		return -1;
	return other.data ? find_best(set, other, 1) : 0;
}

static struct pattern_hit hit_of(const struct pattern_set *set, int32_t number)
{
	const struct pattern *p = &set->patterns[number];

	return (struct pattern_hit){ p->list, p->index, p->negated };
}

/* What decides for a list: of two readings of the path the one that has it. */
static struct pattern_hit take_hit(struct pattern_set *set, int number)
{
	struct list *list = &set->lists[number];
	int32_t a = list->best[0], b = list->best[1];

	list->best[0] = list->best[1] = -1;
	if (a < 0 || (b >= 0 && set->patterns[a].negated && !set->patterns[b].negated))
		a = b;
	return hit_of(set, a);
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

int pattern_set_match(struct pattern_set *set, const struct pattern_path *path,
	int (*hit)(void *context, const struct pattern_hit *hit), void *context)
{
	int result = find_all(set, path_take(set, path));

	if (set->touched_count > 1)
		qsort(set->touched, set->touched_count, sizeof(*set->touched), by_number);
	for (size_t i = 0; i < set->touched_count; i++) {
		struct pattern_hit h = take_hit(set, set->touched[i]);

		if (result == 0)
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

/* Whether one pattern has the path in either reading.  1, 0, or -1: memory ran out. */
static int has_either(
	struct pattern_set *set, const struct pattern *p, struct span path, struct span other)
{
	bool found;

	if (split(set, path) < 0)
		return -1;
	found = matches(set, p);
	if (!found && other.data) {
		if (split(set, other) < 0)
			return -1;
		found = matches(set, p);
	}
	return found && permits(set, p);
}

int pattern_set_explain(const struct pattern_asked *asked,
	int (*hit)(void *context, const struct pattern_hit *hit), void *context)
{
	struct pattern_set *set = asked->set;
	struct span path = path_take(set, &asked->path), other = other_reading(set, path);
	int result = 0;

	set->shortened = set->mode == PATTERN_GENEROUS && short_name_in(path);
	for (int32_t i = set->lists[asked->list].first; i >= 0 && result == 0;
		i = set->patterns[i].same_list) {
		int found = has_either(set, &set->patterns[i], path, other);

		if (found < 0)
			return -1;
		if (found) {
			struct pattern_hit h = hit_of(set, i);

			result = hit(context, &h);
		}
	}
	return result;
}
