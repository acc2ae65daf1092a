/* Path classes: which exist, what the policy adds to them, and their lists in `protected`. */
#include <stdio.h>
#include <string.h>

#include "common/mark/catalogue_site.h"
#include "common/path/classes.h"
#include "common/policy/load.h"

static bool is_part(const char *name)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(parts[i].name, name) == 0)
			return true;
	return false;
}

/* Offers the classes that are built in; */
static void builtin_near(struct typo *near)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++) {
		typo_offer(near, parts[i].name);
		typo_offer(near, parts[i].class);
	}
}

/*
 * Whether the addition counts for a rule that names the class: the class itself, or a part of it.
 */
static bool addition_covered(const struct class_addition *addition, const char *name)
{
	size_t len = strlen(name);

	return strncmp(addition->name, name, len) == 0 &&
	       (addition->name[len] == '\0' || addition->name[len] == '.');
}

int policy_class_unknown(struct policy_loading *l, const struct json_at *at, const char *name)
{
	struct name_list known = { 0 }, also = { 0 };
	size_t count, dot = strcspn(name, ".");
	const struct class_part *parts = class_parts(&count);
	int status = 0;

	for (size_t i = 0; status == 0 && name[dot] && i < count; i++)
		if (strncmp(parts[i].name, name, dot + 1) == 0)
			status = name_list_add(l, &known, parts[i].name);
	if (status == 0 && known.count)
		return policy_unknown(l, at,
			&(struct vocabulary){ .what = "class",
				.word = name,
				.known = name_list_names(&known),
				.more = "the whole class" });

	for (size_t i = 0; status == 0 && i < count; i++) {
		if (i == 0 || strcmp(parts[i].class, parts[i - 1].class) != 0)
			status = name_list_add(l, &known, parts[i].class);
		if (status == 0)
			status = name_list_add(l, &also, parts[i].name);
	}
	for (size_t i = 0; status == 0 && i < l->addition_count; i++)
		if (l->additions[i].layer <= l->layer && !class_known(l->additions[i].name))
			status = name_list_add(l, &known, l->additions[i].name);
	return status < 0 ? -1
			  : policy_unknown(l, at,
				    &(struct vocabulary){ .what = "class",
					    .word = name,
					    .known = name_list_names(&known),
					    .also = name_list_names(&also),
					    .more = "their parts (countersign policy classes)" });
}

bool policy_class_known(const struct policy_loading *l, const char *name)
{
	if (class_known(name))
		return true;
	for (size_t i = 0; i < l->addition_count; i++)
		if (l->additions[i].layer <= l->layer && addition_covered(&l->additions[i], name))
			return true;
	return false;
}

int policy_class_own(struct policy_loading *l, const char *name, int list, struct name_list *texts)
{
	for (size_t i = 0; i < l->addition_count; i++) {
		struct class_addition *addition = &l->additions[i];

		if (!addition_covered(addition, name))
			continue;
		addition->used = true;
		for (names p = addition->patterns; !is_part(addition->name) && *p; p++)
			if (pattern_set_add(l->policy->protected, list, span_of(*p), l->fault) <
					0 ||
				name_list_add(l, texts, *p) < 0)
				return -1;
	}
	return 0;
}

/* Whether some rule covers the part. */
static bool part_covered(const struct policy_loading *l, const struct class_part *part)
{
	for (size_t i = 0; i < l->rule_count; i++)
		if (class_list_covers(l->rules[i].classes, part))
			return true;
	return false;
}

/* What the agents obey that the site adds to the catalogue. */
static int agents_fill(struct policy_loading *l, int list, struct name_list *texts)
{
	size_t count;
	const struct catalogue_site_path *paths = catalogue_site_paths(&count);

	for (size_t i = 0; i < count; i++)
		if (pattern_set_add(
			    l->policy->protected, list, span_of(paths[i].pattern), l->fault) < 0 ||
			name_list_add(l, texts, paths[i].pattern) < 0)
			return -1;
	return 0;
}

/* The part's own patterns, and behind them what the policy adds, which is remembered as texts. */
static int part_fill(struct policy_loading *l, const struct class_part *part, int list)
{
	struct name_list texts = { 0 };

	for (size_t i = 0; i < part->count; i++)
		if (pattern_set_add_class_later(l->policy->protected, list,
			    &(struct pattern_kept){ part->entries[i].pattern, part->filed[i] },
			    l->fault) < 0)
			return fault_context(l->fault, "class %s", part->name);
	if (strcmp(part->name, "agent-instructions") == 0 && agents_fill(l, list, &texts) < 0)
		return -1;
	for (size_t i = 0; i < l->addition_count; i++) {
		if (strcmp(l->additions[i].name, part->name) != 0)
			continue;
		l->additions[i].used = true;
		for (names p = l->additions[i].patterns; *p; p++)
			if (pattern_set_add(l->policy->protected, list, span_of(*p), l->fault) <
					0 ||
				name_list_add(l, &texts, *p) < 0)
				return -1;
	}
	return policy_list_texts(l, &l->protected_texts, list, name_list_names(&texts));
}

int policy_classes_build(struct policy_loading *l)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);
	int *lists = arena_alloc(l->arena, count * sizeof(*lists));

	if (!lists)
		return fault_memory(l->fault);
	for (size_t i = 0; i < count; i++) {
		lists[i] = -1;
		if (!part_covered(l, &parts[i]))
			continue;
		if (policy_list_new(l, l->policy->protected, &lists[i]) < 0 ||
			part_fill(l, &parts[i], lists[i]) < 0)
			return -1;
	}
	l->policy->class_lists = lists;
	return 0;
}

/* Whether it is the first layer that there is: only that can take back from a class. */
static bool is_first_layer(const struct policy_loading *l)
{
	for (enum layer above = LAYER_SITE; above < l->layer; above++)
		if (l->layers[above].there)
			return false;
	return true;
}

/* One pattern of an addition, tried in a set that is thrown away. */
static int addition_pattern(struct policy_loading *l, const struct json_at *at,
	struct pattern_set *set, struct name_list *texts)
{
	const char *text = json_at_text(at);
	size_t wrong = l->wrong;
	char *copy;

	if (text && *text == '!' && !is_first_layer(l))
		return policy_wrong(
			l, at, "'%s' would take back what a layer above protects", text);
	if (policy_pattern(l, at, set, 0) < 0)
		return -1;
	if (wrong != l->wrong)
		return 0;
	if (policy_exists_check(l, at, text, PATTERN_GENEROUS) < 0)
		return -1;
	copy = arena_strdup(l->arena, text);
	return copy ? name_list_add(l, texts, copy) : fault_memory(l->fault);
}

static int addition_patterns(
	struct policy_loading *l, const struct json_at *at, struct name_list *texts)
{
	struct pattern_set *set = NULL;
	int outcome = 0;

	if (pattern_set_new(&set, PATTERN_GENEROUS, l->fault) < 0)
		return -1;
	if (pattern_set_list(set) < 0)
		outcome = fault_memory(l->fault);
	for (size_t i = 0; outcome == 0 && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		outcome = addition_pattern(l, &item, set, texts);
	}
	pattern_set_free(set);
	return outcome;
}

/*
 * Whether the name is good for a class of the policy's own, or is one that is there.  As
 * policy_name_good.
 */
static int addition_name(struct policy_loading *l, const struct json_at *key, const char *name)
{
	struct typo near = typo_begin(name);

	if (class_is_content(name))
		return policy_wrong(
			l, key, "class '%s' is one of content, it has no patterns", name);
	if (class_known(name))
		return 1;
	if (strspn(name, NAME_CHARACTERS) != strlen(name) || strlen(name) > POLICY_NAME_MAX ||
		!*name)
		return policy_wrong(l, key,
			"the name '%s' may have only letters, digits and . _ + @ -, at most 64",
			name);
	builtin_near(&near);
	return near.found && typo_distance(near.found, name) <= 2
		       ? policy_wrong(l, key, "unknown class '%s' (did you mean '%s'?)", name,
				 near.found)
		       : 1;
}

static int addition_read(struct policy_loading *l, const struct json_at *at, void *out)
{
	struct class_addition *grown;
	struct name_list texts = { 0 };
	struct json_at key = json_at_key(at);
	int good = addition_name(l, &key, at->key);

	(void)out;
	if (good != 1)
		return good;
	if (json_at_kind(at) != JSON_KIND_LIST)
		return policy_wrong_kind(l, at, "a list");
	if (addition_patterns(l, at, &texts) < 0)
		return -1;
	grown = policy_grow(l, l->additions, l->addition_count, sizeof(*grown));
	if (!grown)
		return -1;
	l->additions = grown;
	grown[l->addition_count] = (struct class_addition){
		.name = arena_strdup(l->arena, at->key),
		.patterns = name_list_names(&texts),
		.layer = l->layer,
	};
	return grown[l->addition_count++].name ? 0 : fault_memory(l->fault);
}

int policy_read_classes(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_members(l, at, addition_read, out);
}
