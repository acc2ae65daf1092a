/*
 * Taking patterns into a set: compiled, and filed under the literal part that fewest others share.
 */
#include "common/path/pattern_private.h"

#define PATTERNS_MAX 100000
#define INDEXED_COMPONENTS \
	8 /* of a pattern; what comes after them is not considered for the index */

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

	if (pattern_room(&set->components, &set->component_cap, set->component_count,
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

/* The best key found so far; 0: none. */
struct filing {
	struct pattern_filed at;
	uint32_t rivals;
};

static void propose(const struct pattern_set *set, struct filing *best,
	enum pattern_index_place place, struct span part)
{
	uint64_t key;
	uint32_t rivals;

	if (!part.len)
		return;
	key = pattern_index_key(place, &part);
	rivals = pattern_index_count(&set->index, key);
	if (best->at.key && rivals >= best->rivals)
		return;
	*best = (struct filing){ { key, (uint8_t)place, (uint8_t)(part.len < 31 ? part.len : 31) },
		rivals };
}

static void propose_glob(const struct pattern_set *set, struct filing *best, struct span code)
{
	struct glob_literals l = glob_literals(code);
	bool backward = l.last.len >= l.first.len;

	propose(set, best, backward ? INDEX_LAST : INDEX_FIRST, backward ? l.last : l.first);
	propose(set, best, backward ? INDEX_FIRST : INDEX_LAST, backward ? l.first : l.last);
	if (!best->at.key)
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

/* Where it is filed: under the literal part that fewest others share. */
static struct pattern_filed choose(struct pattern_set *set, const struct pattern *p)
{
	struct filing best = { .rivals = 0 };

	if (p->anchored)
		propose_root(set, &best, p);
	for (uint32_t i = 0; i < p->count && i < INDEXED_COMPONENTS; i++) {
		const struct component *c = &set->components[p->first + i];

		if (c->kind == KIND_LITERAL)
			propose(set, &best, INDEX_WHOLE, component_code(set, c));
		else if (c->kind == KIND_GLOB)
			propose_glob(set, &best, component_code(set, c));
	}
	return best.at;
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

/* The newest of its list and of what is filed where it is.  0, or -1: memory ran out. */
static int join(struct pattern_set *set, struct pattern *p, const struct pattern_filed *at)
{
	struct pattern_list *l = &set->lists[p->list];
	int32_t number = (int32_t)set->pattern_count;

	if (pattern_room(&set->patterns, &set->pattern_cap, set->pattern_count, sizeof(*p)) < 0)
		return -1;
	set->last = *at;
	if (!at->key) {
		p->same_key = set->unfiled;
		set->unfiled = number;
	} else if (pattern_index_file(&set->index, at, number, &p->same_key) < 0)
		return -1;
	p->index = l->count++;
	if (l->last >= 0)
		set->patterns[l->last].same_list = number;
	else
		l->first = number;
	l->last = number;
	set->patterns[set->pattern_count++] = *p;
	return 0;
}

static int add(
	struct pattern_set *set, int list, struct span pattern, bool permits, struct fault *f)
{
	size_t code = set->code.len, components = set->component_count;
	struct pattern p = { .list = list, .same_list = -1, .same_key = -1, .exact = -1 };
	struct pattern_filed at;
	const char *why;

	if (set->pattern_count >= PATTERNS_MAX)
		return fault_set(f, FAULT_ADMIN, "there are more than %d patterns", PATTERNS_MAX);
	why = compile(set, pattern, &p);
	if (why) {
		set->code.len = code;
		set->component_count = components;
		return fault_set(f, FAULT_ADMIN, "the pattern can match nothing: %s", why);
	}
	if (permits && add_exact(set, pattern, &p, f) < 0)
		return -1;
	at = choose(set, &p);
	return join(set, &p, &at) < 0 ? fault_memory(f) : 0;
}

static int put_off(struct pattern_set *set, const struct pattern_later *later, struct fault *f)
{
	if (pattern_room(&set->later, &set->later_cap, set->later_count, sizeof(*set->later)) < 0)
		return fault_memory(f);
	set->later[set->later_count++] = *later;
	set->lists[later->list].later = true;
	return 0;
}

/* Behind patterns that were put off it has to come later as well; it is refused now. */
static int add_behind(struct pattern_set *set, int list, struct span pattern, struct fault *f)
{
	size_t code = set->code.len, components = set->component_count;
	struct pattern_later later = { .list = list, .copied = true };
	const char *why = compile(set, pattern, &(struct pattern){ .list = list });
	char *copy;

	set->code.len = code;
	set->component_count = components;
	if (why)
		return fault_set(f, FAULT_ADMIN, "the pattern can match nothing: %s", why);
	copy = strndup(pattern.data, pattern.len);
	if (!copy || put_off(set, &later, f) < 0) {
		free(copy);
		return fault_memory(f);
	}
	set->later[set->later_count - 1].text = copy;
	return 0;
}

int pattern_set_add(struct pattern_set *set, int list, struct span pattern, struct fault *f)
{
	return set->lists[list].later ? add_behind(set, list, pattern, f)
				      : add(set, list, pattern, true, f);
}

int pattern_set_add_class_later(
	struct pattern_set *set, int list, const struct pattern_kept *kept, struct fault *f)
{
	return put_off(set, &(struct pattern_later){ list, false, kept->text, kept->filed }, f);
}

void pattern_set_later_release(struct pattern_set *set)
{
	for (size_t i = 0; i < set->later_count; i++)
		if (set->later[i].copied)
			free((char *)(uintptr_t)set->later[i].text);
	free(set->later);
	set->later = NULL;
	set->later_count = set->later_cap = 0;
}

/* A policy's own, behind patterns of a class. */
static int take_policys(struct pattern_set *set, const struct pattern_later *later)
{
	struct fault ignored = { 0 };
	int status = add(set, later->list, span_of(later->text), true, &ignored);

	fault_clear(&ignored);
	return status;
}

/* One of a class is only filed: most are never looked at. */
static int take_in(struct pattern_set *set, const struct pattern_later *later)
{
	struct pattern p = { .list = later->list,
		.same_list = -1,
		.same_key = -1,
		.exact = -1,
		.text = later->text };

	return later->copied ? take_policys(set, later) : join(set, &p, &later->filed);
}

/* Room for all of them at once: to grow towards it touches twice the memory. */
static int reserve(struct pattern_set *set, size_t count)
{
	size_t wide = set->pattern_count + count;
	struct pattern *patterns = realloc(set->patterns, wide * sizeof(*patterns));

	if (!patterns)
		return -1;
	set->patterns = patterns;
	set->pattern_cap = wide;
	return pattern_index_reserve(&set->index, count);
}

int pattern_set_ready(struct pattern_set *set)
{
	if (!set->later || set->failed)
		return set->failed ? -1 : 0;
	set->failed = reserve(set, set->later_count) < 0;
	for (size_t i = 0; i < set->later_count && !set->failed; i++)
		set->failed = take_in(set, &set->later[i]) < 0;
	if (set->failed)
		return -1; /* for good: some have been taken in */
	pattern_set_later_release(set);
	return 0;
}

void pattern_compile(struct pattern_set *set, int32_t number)
{
	struct pattern *p = &set->patterns[number];

	if (compile(set, span_of(p->text), p))
		set->failed = true;
	else
		p->text = NULL;
}

int pattern_set_compile(struct pattern_set *set, int list)
{
	int status = pattern_set_ready(set);

	for (int32_t i = set->lists[list].first; status == 0 && i >= 0;
		i = set->patterns[i].same_list)
		if (set->patterns[i].text)
			pattern_compile(set, i);
	return status < 0 || set->failed ? -1 : 0;
}

int pattern_set_add_class(struct pattern_set *set, int list, struct span pattern, struct fault *f)
{
	return add(set, list, pattern, false, f);
}

struct pattern_filed pattern_set_filed(const struct pattern_set *set)
{
	return set->last;
}
