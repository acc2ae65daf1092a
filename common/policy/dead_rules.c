/* Rules that do nothing beside another, and scopes that nothing is left of. */
#include <stdlib.h>
#include <string.h>

#include "common/path/classes.h"
#include "common/policy/dead.h"

#define DEAD_RULES 300

static bool names_within(names few, names many)
{
	for (; *few; few++)
		if (!names_have(many, *few))
			return false;
	return true;
}

static bool by_within(const struct rule *a, const struct rule *b)
{
	if (b->by == BY_ANYONE || (b->by == BY_AGENTS && a->by != BY_ANYONE))
		return true;
	return a->by == BY_NAMED && b->by == BY_NAMED && names_within(a->by_names, b->by_names);
}

static bool classes_within(const struct rule *a, const struct rule *b)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; *a->classes && i < count; i++)
		if (class_list_covers(a->classes, &parts[i]) &&
			!class_list_covers(b->classes, &parts[i]))
			return false;
	return true;
}

/* Whether what the one does, the other does, too. */
static bool effect_within(const struct rule *a, const struct rule *b)
{
	if (b->observe && !a->observe)
		return false;
	if (b->action == ACTION_DENY && !*b->approvers && !*b->content)
		return true;
	return a->action == b->action && a->approvals <= b->approvals &&
	       names_within(a->approvers, b->approvers) &&
	       names_within(b->approvers, a->approvers) && a->presence <= b->presence &&
	       a->layer >= b->layer;
}

/* Two lists of a set, with what is written in them. */
struct pair {
	struct pattern_set *set;
	int lists[2];
	names texts[2];
	bool narrows; /* the first has only `!` patterns: it has all that they do not take back */
};

static int64_t not_taken_back(void *context, uint32_t list, uint32_t words)
{
	(void)context;
	return list != LABEL_TAKEN_BACK && words == LABEL_HAS;
}

/* Holds the two lists against each other; whether any path has a label.  1, 0 or -1. */
static int pair_any(struct policy_loading *l, const struct pair *pair,
	int64_t (*label)(void *, uint32_t, uint32_t))
{
	struct alphabet *alphabet = calloc(1, sizeof(*alphabet));
	struct automaton *automata[2] = { NULL }, *words = NULL, *kept = NULL;
	const struct automaton_rule of_words = { pair->narrows ? not_taken_back : dead_both, NULL };
	int found = alphabet ? alphabet_init(alphabet, l->fault) : fault_memory(l->fault);

	for (int i = 0; i < 2; i++)
		for (names text = pair->texts[i]; found == 0 && text && *text; text++)
			found = alphabet_add(alphabet, span_of(*text), l->fault);
	if (found == 0)
		found = alphabet_finish(alphabet, l->fault);
	for (int i = 0; i < 2 && found == 0; i++) {
		const struct automaton_list list = { pair->set, pair->lists[i] };

		found = automaton_of_list(&automata[i], alphabet, &list, l->fault);
	}
	if (found == 0)
		found = automaton_words(&words, alphabet, l->fault);
	if (found == 0)
		found = automaton_combine(&kept, automata[0], words, &of_words, l->fault);
	if (found == 0)
		found = dead_any(kept, automata[1], label, l->fault);
	automaton_free(automata[0]);
	automaton_free(automata[1]);
	automaton_free(words);
	automaton_free(kept);
	free(alphabet);
	return found;
}

/* Whether all that the first list has the second has.  1, 0 or -1. */
static int list_within(struct policy_loading *l, const struct pair *pair)
{
	int others = pair_any(l, pair, dead_first_alone);

	return others < 0 ? -1 : !others;
}

/* Whether the list has a pattern that takes back. */
static bool takes_back(const struct policy_loading *l, int list)
{
	for (names text = list >= 0 ? l->protected_texts.lists[list] : NULL; text && *text; text++)
		if (**text == '!')
			return true;
	return false;
}

static bool is_has(void *context, uint32_t label)
{
	(void)context;
	return label == LABEL_HAS;
}

/*
 * A path that the list has, in the arena; NULL: there is none, or none that was found.  What lacks
 * it does not have all that the list has, which spares nearly all comparisons.
 */
static const char *list_example(struct policy_loading *l, const struct automaton_list *list)
{
	struct alphabet *alphabet = calloc(1, sizeof(*alphabet));
	struct automaton *all = NULL, *words = NULL, *paths = NULL;
	const struct automaton_rule of_words = { dead_both, NULL };
	struct buf path = BUF_INIT(65536);
	struct fault f = { 0 };
	int found = alphabet ? alphabet_init(alphabet, &f) : -1;
	const char *example = NULL;

	for (names text = l->protected_texts.lists[list->list]; found == 0 && *text; text++)
		found = alphabet_add(alphabet, span_of(*text), &f);
	if (found == 0 && alphabet_finish(alphabet, &f) == 0 &&
		automaton_of_list(&all, alphabet, list, &f) == 0 &&
		automaton_words(&words, alphabet, &f) == 0 &&
		automaton_combine(&paths, all, words, &of_words, &f) == 0)
		found = automaton_shortest(paths, is_has, NULL, &path, &f);
	if (found == 1 && path.len &&
		pattern_set_has(l->policy->protected, list->list, buf_span(&path)))
		example = arena_copy(l->arena, path.data, path.len);
	buf_release(&path);
	automaton_free(all);
	automaton_free(words);
	automaton_free(paths);
	free(alphabet);
	return example;
}

/* Whether the rule lacks the path. */
static bool lacks(const struct policy_loading *l, const struct rule *rule, const char *path)
{
	return path && !pattern_set_has(l->policy->protected, rule->paths, span_of(path));
}

/* Whether rule a, which has the path (NULL: is not known), does nothing beside b.  1, 0 or -1. */
static int rule_within(
	struct policy_loading *l, const struct rule *a, const struct rule *b, const char *path)
{
	int within = 1;

	if (*a->content || (a->paths < 0 && !*a->classes) || !by_within(a, b) ||
		!classes_within(a, b) || !effect_within(a, b) || (a->changes & ~b->changes) ||
		(*a->classes && takes_back(l, b->paths)) ||
		(a->paths >= 0 && (b->paths < 0 || lacks(l, b, path))))
		return 0;
	if (a->group != b->group)
		within = list_within(
			l, &(struct pair){ l->policy->refs,
				   { l->groups[a->group].list, l->groups[b->group].list },
				   { l->groups[a->group].refs, l->groups[b->group].refs }, false });
	if (within == 1 && a->paths >= 0)
		within =
			list_within(l, &(struct pair){ l->policy->protected, { a->paths, b->paths },
					       { l->protected_texts.lists[a->paths],
						       l->protected_texts.lists[b->paths] },
					       false });
	return within;
}

/* The place of a rule in its file: each member is within the one before. */
struct rule_place {
	struct json_at root, rules, rule;
};

static bool rule_place(struct policy_loading *l, size_t number, struct rule_place *out)
{
	size_t index = 0;

	l->layer = l->rules[number].layer;
	for (size_t i = 0; i < number; i++)
		index += l->rules[i].layer == l->layer;
	out->root = json_at_root(&l->layers[l->layer].doc);
	if (!json_at_member(&out->root, "rules", &out->rules) ||
		index >= json_at_count(&out->rules))
		return false;
	out->rule = json_at_item(&out->rules, index);
	return true;
}

static int check_rule(struct policy_loading *l, size_t i, const char *const *known)
{
	const struct rule *rule = &l->rules[i];
	struct rule_place at;
	struct json_at paths, name, refs;

	if (!rule_place(l, i, &at))
		return 0;
	if (json_at_member(&at.rule, "refs", &refs) && dead_refs(l, &refs) < 0)
		return -1;
	if (json_at_member(&at.rule, "paths", &paths) &&
		dead_list(l, &paths, PATTERN_GENEROUS, *rule->classes != NULL) < 0)
		return -1;
	for (size_t k = 0; k < l->rule_count; k++) {
		int within = k == i ? 0 : rule_within(l, rule, &l->rules[k], known[i]);

		if (within == 1 && k > i) /* told of the later one */
			within = !rule_within(l, &l->rules[k], rule, NULL);
		if (within < 0)
			return -1;
		if (within)
			return policy_warn(l,
				json_at_member(&at.rule, "name", &name) ? &name : &at.rule,
				"does nothing that '%s' does not do already", l->rules[k].name);
	}
	return 0;
}

/* ---- agents */

static int64_t taken(void *context, uint32_t star, uint32_t own)
{
	(void)context;
	return star == LABEL_HAS && own == LABEL_TAKEN_BACK;
}

/* What an agent's scope leaves of, or takes from, that of all agents in the same layer. */
static int check_beside(struct policy_loading *l, const struct grant *star, const struct grant *own,
	struct json_at *at)
{
	const struct pair pair = { l->policy->scopes, { star->scope, own->scope },
		{ l->scope_texts.lists[star->scope], l->scope_texts.lists[own->scope] },
		star->scope_narrows };
	int found = pair_any(l, &pair, own->scope_narrows ? taken : dead_both);

	if (found != 0)
		return found < 0 ? -1 : 0;
	return policy_warn(l, at, "%s",
		own->scope_narrows ? "does nothing: nothing of it is in the scope of agents.\"*\""
				   : "has no path of the scope of agents.\"*\": without a key or "
				     "an account the "
				     "agent may change nothing");
}

static const struct grant *star_of(const struct policy_loading *l, enum layer layer)
{
	for (size_t i = 0; i < l->agent_count; i++)
		for (size_t k = 0;
			strcmp(l->agents[i].name, "*") == 0 && k < l->agents[i].grant_count; k++)
			if (l->agents[i].grants[k].layer == layer)
				return &l->agents[i].grants[k];
	return NULL;
}

static int check_grant(struct policy_loading *l, const struct agent *agent, const struct grant *own)
{
	struct json_at root, agents, entry, scope;
	const struct grant *star = star_of(l, own->layer);

	l->layer = own->layer;
	root = json_at_root(&l->layers[own->layer].doc);
	if (own->scope < 0 || !json_at_member(&root, "agents", &agents) ||
		!json_at_member(&agents, agent->name, &entry) ||
		!json_at_member(&entry, "scope", &scope))
		return 0;
	if (dead_list(l, &scope, PATTERN_EXACT, own->scope_narrows) < 0)
		return -1;
	if (!star || star == own || star->scope < 0 || !json_at_count(&scope))
		return 0;
	return check_beside(l, star, own, &scope);
}

static int check_layer_refs(struct policy_loading *l, enum layer layer)
{
	struct json_at root = json_at_root(&l->layers[layer].doc), refs;

	l->layer = layer;
	return json_at_member(&root, "refs", &refs) ? dead_refs(l, &refs) : 0;
}

static int check_rules(struct policy_loading *l)
{
	const char *paths[DEAD_RULES] = { NULL };

	for (size_t i = 0; i < l->rule_count && i < DEAD_RULES; i++)
		if (l->rules[i].paths >= 0)
			paths[i] = list_example(l, &(struct automaton_list){ l->policy->protected,
							   l->rules[i].paths });
	for (size_t i = 0; i < l->rule_count && i < DEAD_RULES; i++)
		if (check_rule(l, i, paths) < 0)
			return -1;
	return 0;
}

static int check_all(struct policy_loading *l)
{
	for (enum layer layer = 0; layer < LAYER_COUNT; layer++)
		if (l->layers[layer].there && check_layer_refs(l, layer) < 0)
			return -1;
	if (check_rules(l) < 0)
		return -1;
	for (size_t i = 0; i < l->agent_count; i++)
		for (size_t k = 0; k < l->agents[i].grant_count; k++)
			if (check_grant(l, &l->agents[i], &l->agents[i].grants[k]) < 0)
				return -1;
	return 0;
}

int policy_dead(struct policy_loading *l)
{
	if (check_all(l) == 0)
		return 0;
	if (l->fault->class != FAULT_LIMIT)
		return -1;
	fault_clear(l->fault); /* too much to compare: then nothing more is told */
	return 0;
}

/* What a scope of `!` patterns alone takes from: the starting entry's, or everything. */
static names narrowed_by(const struct policy_loading *l, const struct grant *own)
{
	static const char *const everything[] = { "*", NULL };
	const struct grant *star = star_of(l, own->layer);

	return star && star->scope >= 0 && !star->scope_narrows ? l->scope_texts.lists[star->scope]
								: everything;
}

static int settle_scope(struct policy_loading *l, const struct grant *grant)
{
	names own = l->scope_texts.lists[grant->scope];
	struct name_list all = { 0 };

	if (!grant->scope_narrows)
		return policy_list_texts(l, &l->scope_may, grant->scope, own);
	for (names text = narrowed_by(l, grant); *text; text++)
		if (name_list_add(l, &all, *text) < 0)
			return -1;
	for (; *own; own++)
		if (name_list_add(l, &all, *own) < 0)
			return -1;
	return policy_list_texts(l, &l->scope_may, grant->scope, name_list_names(&all));
}

int policy_settle_scopes(struct policy_loading *l)
{
	for (size_t i = 0; i < l->agent_count; i++)
		for (size_t k = 0; k < l->agents[i].grant_count; k++)
			if (l->agents[i].grants[k].scope >= 0 &&
				settle_scope(l, &l->agents[i].grants[k]) < 0)
				return -1;
	return 0;
}
