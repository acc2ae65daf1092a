#include "rules/rule/rule.h"

#define DETAIL_MAX ((size_t)1 << 16)

static const struct entry nothing;

bool rule_governed(const struct rule_case *c, enum layer layer)
{
	for (size_t g = 0; g < c->policy->group_count; g++) {
		const struct group *group = &c->policy->groups[g];

		if (!c->governing[g] || !group->standard)
			continue;
		if (layer == LAYER_COUNT)
			return true;
		for (const enum layer *l = group->layers; *l != LAYER_COUNT; l++)
			if (*l == layer)
				return true;
	}
	return false;
}

int rule_each_grant(const struct rule_case *c,
	int (*judge)(const struct rule_case *c, const struct granted *granted, struct fault *f),
	struct fault *f)
{
	const struct agent *start = policy_agent(c->policy, "*");

	for (size_t i = 0; i < c->who->count; i++) {
		const struct attributed_agent *who = &c->who->agents[i];
		const struct agent *const entries[] = { start,
			who->entry != start ? who->entry : NULL };

		for (size_t e = 0; e < 2; e++)
			for (size_t g = 0; entries[e] && g < entries[e]->grant_count; g++) {
				const struct granted granted = { who, entries[e],
					&entries[e]->grants[g] };

				if (judge(c, &granted, f) < 0)
					return -1;
			}
	}
	return 0;
}

static bool names_agent(const struct rule *rule, const struct attribution *who)
{
	for (names name = rule->by_names; *name; name++)
		for (size_t i = 0; i < who->count; i++)
			if (strcmp(*name, who->agents[i].name) == 0)
				return true;
	return who->more;
}

bool rule_concerns(const struct rule_case *c, const struct rule *rule)
{
	if (!c->governing[rule->group] || (c->change && c->kinds && !(c->kinds & rule->changes)))
		return false;
	switch (rule->by) {
	case BY_ANYONE:
		return true;
	case BY_AGENTS:
		return c->who->count > 0;
	case BY_NAMED:
		return names_agent(rule, c->who);
	}
	return true;
}

/* Who can approve it; what is to be said of them is put behind the detail. */
static int name_approvers(const struct rule_case *c, const struct rule *rule,
	struct finding *finding, struct buf *detail, struct fault *f)
{
	struct rule_owners owners;

	if (c->owners(c, rule, &owners, f) < 0)
		return -1;
	finding->approvers = owners.approvers;
	finding->approvals = owners.approvals;
	finding->presence = rule->presence;
	if (!*owners.note)
		return 0;
	(void)buf_addf(
		detail, "%s%s%s", finding->detail, *finding->detail ? "; " : "", owners.note);
	if (detail->failed)
		return fault_memory(f);
	finding->detail = detail->data;
	return 0;
}

/* The agent judged most strictly: one that the policy narrows before one that it only knows. */
static const char *strictest(const struct attribution *who)
{
	const char *best = who->count ? who->agents[0].name : NULL;
	size_t most = 0;

	for (size_t i = 0; i < who->count; i++) {
		const struct agent *entry = who->agents[i].entry;
		size_t weight = (entry ? 1 + entry->grant_count : 0) + !who->agents[i].verified;

		if (weight > most) {
			most = weight;
			best = who->agents[i].name;
		}
	}
	return best;
}

int rule_object(const struct rule_case *c, const struct objection *objection, struct fault *f)
{
	const struct rule *rule = objection->configured;
	struct buf detail = BUF_INIT(DETAIL_MAX);
	int status;
	struct finding finding = {
		.rule = objection->rule,
		.action = objection->action,
		.observe = objection->observe,
		.commit = c->commit ? *c->commit : (struct oid){ 0 },
		.agents = c->who->names,
		.agent = objection->agent ? objection->agent : strictest(c->who),
		.identified_by = c->who->by,
		.path = c->change ? c->change->path : (struct span){ "", 0 },
		.old = c->change ? c->change->old : nothing,
		.new = c->change ? c->change->new : nothing,
		.line = objection->line,
		.column = objection->column,
		.detail = objection->detail,
		.kind = objection->kind,
		.confidence = objection->confidence,
		.fingerprint = objection->fingerprint,
		.revoke = objection->revoke,
		.allowed = objection->allowed,
		.instead = objection->instead,
		.owners = c->who->owners,
		.layer = rule ? rule->layer : LAYER_SITE,
	};

	if (rule && name_approvers(c, rule, &finding, &detail, f) < 0) {
		buf_release(&detail);
		return -1;
	}
	if (!c->commit) {
		finding.old.id = c->update->old;
		finding.new.id = c->update->new;
	}
	status = verdict_add(c->verdict, &finding, f);
	buf_release(&detail);
	return status;
}

int rule_deny_by(const struct rule_case *c, enum layer layer, const char *rule, const char *detail,
	struct fault *f)
{
	if (!rule_governed(c, layer))
		return 0;
	return rule_object(c,
		&(struct objection){ .rule = rule,
			.action = ACTION_DENY,
			.observe = c->policy->layers[layer].observe,
			.detail = detail },
		f);
}

const struct grant *rule_grant(const struct agent *agent, enum layer layer)
{
	for (size_t i = 0; agent && i < agent->grant_count; i++)
		if (agent->grants[i].layer == layer)
			return &agent->grants[i];
	return NULL;
}
