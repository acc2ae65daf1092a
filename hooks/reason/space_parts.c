/* What has a say when somebody changes something: rules, scopes and refs, each with where. */
#include <stdlib.h>
#include <string.h>

#include "hooks/reason/space.h"

struct gathering {
	struct space *space;
	const struct asker *asker;
	struct outcomes *outcomes;
	struct parts *parts;
	struct fault *f;
};

void space_say(struct buf *out, names patterns)
{
	for (; patterns && *patterns; patterns++)
		(void)buf_addf(out, "%zu:%s,", strlen(*patterns), *patterns);
	(void)buf_addc(out, ';');
}

/* Adds a part; the identity is taken over and released.  0 or -1. */
static int add(struct gathering *g, struct part part, struct buf *identity)
{
	struct parts *parts = g->parts;
	struct part *grown = realloc(parts->items, (parts->count + 1) * sizeof(*grown));

	(void)buf_addf(identity, "%d %d", (int)part.effect.action, part.effect.need);
	part.identity = identity->failed ? NULL : strdup(identity->data);
	buf_release(identity);
	if (grown)
		parts->items = grown;
	if (!grown || !part.identity) {
		free(part.identity);
		return fault_memory(g->f);
	}
	grown[parts->count++] = part;
	return 0;
}

/* ---- agents */

static bool named_by(names list, const char *agent)
{
	for (; *list; list++)
		if (strcmp(*list, agent) == 0)
			return true;
	return false;
}

static bool rule_about(const struct rule *rule, const struct asker *asker)
{
	if (rule->by == BY_ANYONE)
		return true;
	return asker->agent && (rule->by == BY_AGENTS || named_by(rule->by_names, asker->agent));
}

static bool layer_governs(const struct gathering *g, enum layer layer)
{
	const struct policy *policy = g->space->policy;

	for (size_t i = 0; i < policy->group_count; i++)
		for (const enum layer *l = policy->groups[i].layers; l && *l != LAYER_COUNT; l++)
			if (*l == layer &&
				policy_group_governs(policy, &policy->groups[i], g->asker->ref))
				return true;
	return false;
}

static const struct grant *own_grant(const struct gathering *g, enum layer layer)
{
	const struct agent *own =
		g->asker->verified ? policy_agent(g->space->policy, g->asker->agent) : NULL;

	for (size_t i = 0; own && i < own->grant_count; i++)
		if (own->grants[i].layer == layer)
			return &own->grants[i];
	return NULL;
}

static int add_scope(struct gathering *g, const struct grant *grant)
{
	struct buf identity = BUF_INIT((size_t)1 << 26);
	struct part part = { .name = "scope",
		.effect = { grant->observe ? ACTION_WARN : grant->scope_action, -1 } };

	if (space_scope(g->space, grant->scope, &part.where, g->f) < 0)
		return -1;
	part.inverted = grant->scope_narrows ? INVERTED_NARROWS : INVERTED;
	(void)buf_addf(&identity, "scope %d ", grant->scope_narrows);
	space_say(&identity, g->space->policy->scope_texts[grant->scope]);
	return add(g, part, &identity);
}

static int add_everywhere(struct gathering *g, const struct grant *grant, const char *name)
{
	struct buf identity = BUF_INIT(4096);

	(void)buf_addf(&identity, "%s ", name);
	return add(g,
		(struct part){ .name = name,
			.inverted = EVERYWHERE,
			.effect = { grant->observe ? ACTION_WARN : ACTION_DENY, -1 } },
		&identity);
}

static int add_grant(struct gathering *g, const struct grant *grant, const struct grant *own)
{
	struct pattern_set *scopes = g->space->policy->scopes;

	if (grant->expires && g->space->now && g->space->now >= grant->expires &&
		add_everywhere(g, grant, "agent-expired") < 0)
		return -1;
	if (grant->refs >= 0 && !(own && own->refs >= 0) &&
		!pattern_set_has(scopes, grant->refs, span_of(g->asker->ref)) &&
		add_everywhere(g, grant, "agent-refs") < 0)
		return -1;
	if (grant->scope < 0 || !layer_governs(g, grant->layer) ||
		(own && own->scope >= 0 && !own->scope_narrows))
		return 0;
	return add_scope(g, grant);
}

static int add_agent(struct gathering *g, const struct agent *agent, bool start)
{
	for (size_t i = 0; agent && i < agent->grant_count; i++) {
		const struct grant *grant = &agent->grants[i];

		if (add_grant(g, grant, start ? own_grant(g, grant->layer) : NULL) < 0)
			return -1;
	}
	return 0;
}

/* ---- rules */

static int add_rule(struct gathering *g, size_t index)
{
	const struct policy *policy = g->space->policy;
	const struct rule *rule = &policy->rules[index];
	struct buf identity = BUF_INIT((size_t)1 << 26);
	struct part part = { .name = rule->name };

	if (!rule_about(rule, g->asker) || !(rule->changes & g->asker->kinds) ||
		(rule->paths < 0 && !*rule->classes) ||
		!policy_group_governs(policy, &policy->groups[rule->group], g->asker->ref))
		return 0;
	part.cells = cells_named(g->space->cells, policy, rule->classes, g->asker->adds);
	if ((rule->paths >= 0 && space_protected(g->space, rule->paths, &part.where, g->f) < 0) ||
		outcomes_effect(g->outcomes, policy, rule, &part.effect, g->f) < 0)
		return -1;
	(void)buf_addf(&identity, "rule %x ", part.cells);
	space_say(&identity, rule->paths >= 0 ? policy->protected_texts[rule->paths] : NULL);
	return add(g, part, &identity);
}

/* The policy file in the default branch is the delegates'. */
static int add_delegated(struct gathering *g)
{
	const struct policy *policy = g->space->policy;
	const struct rule rule = { .approvers = policy->delegates,
		.approvals = 1,
		.action = ACTION_HOLD,
		.observe = policy->observe,
		.layer = policy->delegates_layer };
	struct part part = { .name = "delegated" };
	struct buf identity = BUF_INIT(4096);

	if (!*policy->delegates || !g->space->head || strcmp(g->asker->ref, g->space->head) != 0)
		return 0;
	if (space_delegated(g->space, &part.where, g->f) < 0 ||
		outcomes_effect(g->outcomes, policy, &rule, &part.effect, g->f) < 0)
		return -1;
	(void)buf_adds(&identity, "delegated ");
	return add(g, part, &identity);
}

int space_parts(struct space *space, const struct asker *asker, struct outcomes *outcomes,
	struct parts *out, struct fault *f)
{
	struct gathering g = { space, asker, outcomes, out, f };
	const char *agent = asker->agent;

	*out = (struct parts){ .count = 0 };
	if (agent && (add_agent(&g, policy_agent(space->policy, "*"), true) < 0 ||
			     (strcmp(agent, "*") != 0 &&
				     add_agent(&g, policy_agent(space->policy, agent), false) < 0)))
		return -1;
	for (size_t i = 0; i < space->policy->rule_count; i++)
		if (add_rule(&g, i) < 0)
			return -1;
	return add_delegated(&g);
}

void parts_release(struct parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		free(parts->items[i].identity);
	free(parts->items);
	*parts = (struct parts){ .count = 0 };
}

/* ---- the outcome of them all */

bool part_has(const struct part *part, uint32_t label, unsigned cells)
{
	switch (part->inverted) {
	case EVERYWHERE:
		return true;
	case INVERTED:
		return label != LABEL_HAS;
	case INVERTED_NARROWS:
		return label == LABEL_TAKEN_BACK;
	default:
		return label == LABEL_HAS || (label == LABEL_NONE && part->cells & cells);
	}
}

unsigned parts_cells(const struct parts *parts)
{
	unsigned cells = 0;

	for (size_t i = 0; i < parts->count; i++)
		if (!parts->items[i].aside)
			cells |= parts->items[i].cells;
	return cells;
}

struct folding {
	struct outcomes *outcomes;
	const struct part *part;
	unsigned cells;
	struct fault *f;
};

static int64_t fold(void *context, uint32_t outcome, uint32_t label)
{
	const struct folding *folding = context;

	if (!part_has(folding->part, folding->part->where ? label : LABEL_NONE, folding->cells))
		return outcome;
	return outcomes_add(folding->outcomes, outcome, folding->part->effect, folding->f);
}

static int64_t join(void *context, uint32_t a, uint32_t b)
{
	const struct folding *folding = context;

	return outcomes_join(folding->outcomes, a, b, folding->f);
}

/* The outcomes of one part alone. */
static int one_part(
	struct folding *folding, const struct alphabet *alphabet, struct automaton **out)
{
	const struct part *part = folding->part;
	const struct automaton_rule rule = { fold, folding };
	struct automaton *nothing = automaton_new(alphabet);
	int status =
		nothing ? automaton_add_state(nothing, 0, 0, folding->f) : fault_memory(folding->f);

	if (status == 0 && part && !part->aside)
		status = automaton_combine(
			out, nothing, part->where ? part->where : nothing, &rule, folding->f);
	else if (status == 0) {
		*out = nothing;
		return 0;
	}
	automaton_free(nothing);
	return status;
}

/*
 * The outcomes of the parts from one to before another: those of the halves together, so that an
 * automaton is gone through once for each doubling of the parts, not once for each part.
 */
static int some_parts(const struct parts_view *view, struct folding *folding, const size_t range[2],
	struct automaton **out)
{
	const struct automaton_rule rule = { join, folding };
	struct automaton *halves[2] = { NULL };
	size_t count = range[1] - range[0], middle = range[0] + count / 2;
	int status;

	if (count <= 1) {
		folding->part = count ? &view->parts->items[range[0]] : NULL;
		return one_part(folding, view->alphabet, out);
	}
	status = some_parts(view, folding, (const size_t[]){ range[0], middle }, &halves[0]);
	if (status == 0)
		status =
			some_parts(view, folding, (const size_t[]){ middle, range[1] }, &halves[1]);
	if (status == 0)
		status = automaton_combine(out, halves[0], halves[1], &rule, folding->f);
	automaton_free(halves[0]);
	automaton_free(halves[1]);
	return status;
}

int parts_outcomes(const struct parts_view *view, struct outcomes *outcomes, struct automaton **out,
	struct fault *f)
{
	struct folding folding = { outcomes, NULL, view->cells, f };

	*out = NULL;
	return some_parts(view, &folding, (const size_t[]){ 0, view->parts->count }, out);
}

int64_t parts_outcome(
	const struct parts_view *view, struct span path, struct outcomes *outcomes, struct fault *f)
{
	int64_t outcome = 0;

	for (size_t i = 0; outcome >= 0 && i < view->parts->count; i++) {
		const struct part *part = &view->parts->items[i];
		uint32_t label = part->where ? automaton_label(part->where, path) : LABEL_NONE;

		if (part_has(part, label, view->cells))
			outcome = outcomes_add(outcomes, (uint32_t)outcome, part->effect, f);
	}
	return outcome;
}
