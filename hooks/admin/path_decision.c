/*
 * What a policy says of one path: which patterns match in which order, whose they are, and what is
 * needed.
 */
#include <stdarg.h>
#include <string.h>

#include "common/base/typo.h"
#include "common/git/refname.h"
#include "common/mark/catalogue.h"
#include "common/path/classes.h"
#include "common/path/fold.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/path_decision.h"
#include "hooks/admin/policy_in_force.h"

__attribute__((format(printf, 2, 3))) static void say(
	const struct path_decision *q, const char *format, ...)
{
	char text[8192];
	va_list args;

	if (!q->out && !q->told)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (q->told)
		(void)json_array_append_new(q->told, cli_string(text));
	if (!q->out)
		return;
	policy_print(q->out, text);
	fputc('\n', q->out);
}

static void worsen(struct path_decision *q, enum action action, bool observe)
{
	if (observe || action == ACTION_WARN)
		q->warned = true;
	else if (action == ACTION_DENY)
		q->decision = DECISION_DENY;
	else if (q->decision == DECISION_ALLOW)
		q->decision = DECISION_HOLD;
}

/* The patterns of one list that match: said in order, and the last one kept. */
struct list_hits {
	const struct path_decision *q;
	names texts;
	const struct class_part *part; /* whose list it is, or NULL */
	bool any, negated;
};

static int listing_hit(void *context, const struct pattern_hit *hit)
{
	struct list_hits *listing = context;
	const struct class_part *part = listing->part;
	size_t index = (size_t)hit->index;

	listing->any = true;
	listing->negated = hit->negated;
	if (part && index < part->count)
		say(listing->q, "    class:%s  %s  %s", part->name, part->entries[index].pattern,
			part->entries[index].why);
	else if (part)
		say(listing->q, "    class:%s  %s  (added by the policy)", part->name,
			listing->texts[index - part->count]);
	else
		say(listing->q, "    pattern  %s", listing->texts[index]);
	return 0;
}

static void listing_ask(struct list_hits *listing, struct pattern_set *set, int list)
{
	const struct path_decision *q = listing->q;
	const struct pattern_asked asked = { set, list,
		{ .bytes = span_of(q->path), .folded = buf_span(&q->folded) } };

	(void)pattern_set_explain(&asked, listing_hit, listing);
}

/* Whether the rule has the path, saying why. */
static bool rule_has(const struct path_decision *q, const struct rule *rule)
{
	const struct policy *policy = q->policy;
	size_t count;
	const struct class_part *parts = class_parts(&count);
	bool has = false;

	for (size_t i = 0; i < count; i++) {
		int list = policy->class_lists[i];
		struct list_hits listing = { .q = q, .part = &parts[i] };

		if (list < 0 || (q->adds && parts[i].existing) ||
			!class_list_covers(rule->classes, &parts[i]))
			continue;
		listing.texts = policy->protected_texts[list];
		listing_ask(&listing, policy->protected, list);
		has = has || (listing.any && !listing.negated);
	}
	if (rule->paths >= 0) {
		struct list_hits listing = { .q = q,
			.texts = policy->protected_texts[rule->paths] };

		listing_ask(&listing, policy->protected, rule->paths);
		has = listing.any ? !listing.negated : has;
	}
	return has;
}

static const struct agent *entry_of(const struct path_decision *q)
{
	return q->agent ? policy_agent(q->policy, q->agent) : NULL;
}

static bool rule_about(const struct path_decision *q, const struct rule *rule)
{
	if (rule->by == BY_ANYONE)
		return true;
	if (!q->agent)
		return false;
	for (names name = rule->by_names; rule->by == BY_NAMED && *name; name++)
		if (strcmp(*name, q->agent) == 0)
			return true;
	return rule->by == BY_AGENTS;
}

/*
 * The rule's approvers, with the owners of the path among them when that can be found out.
 * 0 or -1.
 */
static int find_approvers(const struct path_decision *q, const struct rule *rule,
	struct code_owners_answer *out, struct fault *f)
{
	const struct code_owners_question question = { &q->commit, span_of(q->path), rule };

	if (q->owners && code_owners_asked(rule->approvers))
		return code_owners_find(q->owners, &question, out, f);
	*out = (struct code_owners_answer){ rule->approvers, rule->approvals, "" };
	return 0;
}

static int say_needs(const struct path_decision *q, const struct rule *rule, struct fault *f)
{
	struct buf who = BUF_INIT(65536);
	struct code_owners_answer answer;

	if (!q->out && !q->told)
		return 0;
	if (find_approvers(q, rule, &answer, f) < 0)
		return -1;
	for (names name = answer.approvers; *name; name++)
		(void)buf_addf(&who, "%s%s", who.len ? ", " : "", *name);
	if (*answer.note)
		say(q, "    %s", answer.note);
	if (!who.len)
		say(q, "    no approval can help");
	else
		say(q, "    needs %d approval%s from %s%s", answer.approvals,
			answer.approvals == 1 ? "" : "s", who.data,
			rule->presence ? ", with a touched hardware key" : "");
	buf_release(&who);
	return 0;
}

/* The classes of the rule that a file can be one of by what it says, whatever its path. */
static void say_content(const struct path_decision *q, const struct rule *rule)
{
	struct buf classes = BUF_INIT(4096);
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++)
		if (parts[i].content && class_list_covers(rule->classes, &parts[i]))
			(void)buf_addf(
				&classes, "%sclass:%s", classes.len ? ", " : "", parts[i].name);
	for (names class = rule->content; *class; class ++)
		(void)buf_addf(&classes, "%sclass:%s", classes.len ? ", " : "", *class);
	if (classes.len)
		say(q, "    what the file says may yet make it one of %s", classes.data);
	buf_release(&classes);
}

static int ask_rule(struct path_decision *q, const struct rule *rule, struct fault *f)
{
	const struct group *group = &q->policy->groups[rule->group];
	bool has = false;

	say(q, "  rule %s (%s): %s%s", rule->name, layer_name(rule->layer),
		action_name(rule->action), rule->observe ? ", observed only" : "");
	if (!policy_group_governs(q->policy, group, q->ref)) {
		say(q, "    does not govern %s", q->ref);
		return 0;
	}
	if (!rule_about(q, rule)) {
		say(q, "    is not about %s", q->agent ? q->agent : "people");
		return 0;
	}
	if (q->kinds && !(q->kinds & rule->changes)) {
		say(q, "    is not about such a change");
		return 0;
	}
	if (rule->paths >= 0 || *rule->classes)
		has = rule_has(q, rule);
	if (!has) {
		say(q, rule->paths >= 0 || *rule->classes ? "    does not have the path"
							  : "    names no paths");
		say_content(q, rule);
		return 0;
	}
	worsen(q, rule->action, rule->observe);
	return rule->action == ACTION_WARN ? 0 : say_needs(q, rule, f);
}

/* The policy file in the default branch is the delegates'. */
static int ask_delegated(struct path_decision *q, struct fault *f)
{
	const struct rule rule = { .approvers = q->policy->delegates,
		.approvals = 1,
		.layer = q->policy->delegates_layer };

	if (!*q->policy->delegates || !q->head || strcmp(q->ref, q->head) != 0 ||
		!span_is(buf_span(&q->folded), POLICY_DELEGATED))
		return 0;
	say(q, "  rule delegated (built in): hold, whoever changes it");
	worsen(q, ACTION_HOLD, q->policy->observe);
	return say_needs(q, &rule, f);
}

static bool layer_governs(const struct path_decision *q, enum layer layer)
{
	for (size_t i = 0; i < q->policy->group_count; i++) {
		const struct group *group = &q->policy->groups[i];

		for (const enum layer *l = group->layers; l && *l != LAYER_COUNT; l++)
			if (*l == layer && policy_group_governs(q->policy, group, q->ref))
				return true;
	}
	return false;
}

/* The own entry's grant of that layer that stands in the place of `*`: NULL when there is none. */
static const struct grant *own_grant(const struct path_decision *q, enum layer layer)
{
	const struct agent *own = q->verified ? entry_of(q) : NULL;

	for (size_t i = 0; own && i < own->grant_count; i++)
		if (own->grants[i].layer == layer)
			return &own->grants[i];
	return NULL;
}

static void ask_scope(struct path_decision *q, const struct agent *agent, const struct grant *g)
{
	struct list_hits listing = { .q = q };
	bool permits;

	listing.texts = q->policy->scope_texts[g->scope];
	say(q, "  scope of agents.\"%s\" (%s)", agent->name, layer_name(g->layer));
	listing_ask(&listing, q->policy->scopes, g->scope);
	permits = listing.any ? !listing.negated : g->scope_narrows;
	say(q, "    %s", permits ? "permits it" : "does not permit it");
	if (!permits)
		worsen(q, g->scope_action, g->observe);
}

static void ask_refs(struct path_decision *q, const struct agent *agent, const struct grant *g)
{
	struct list_hits listing = { .q = q, .texts = q->policy->scope_texts[g->refs] };
	const struct pattern_asked asked = { q->policy->scopes, g->refs,
		pattern_path_exact(span_of(q->ref)) };
	bool permits;

	say(q, "  refs of agents.\"%s\" (%s)", agent->name, layer_name(g->layer));
	(void)pattern_set_explain(&asked, listing_hit, &listing);
	permits = listing.any && !listing.negated;
	say(q, "    %s %s", permits ? "permit" : "do not permit", q->ref);
	if (!permits)
		worsen(q, ACTION_DENY, g->observe);
}

/* An agent that has expired may push nothing. */
static void ask_expiry(struct path_decision *q, const struct agent *agent, const struct grant *g)
{
	if (!g->expires || !q->now || q->now < g->expires)
		return;
	say(q, "  agents.\"%s\" has expired: it may push nothing", agent->name);
	worsen(q, ACTION_DENY, g->observe);
}

static void ask_grants(struct path_decision *q, const struct agent *agent)
{
	bool start = agent && strcmp(agent->name, "*") == 0;

	for (size_t i = 0; agent && i < agent->grant_count; i++) {
		const struct grant *g = &agent->grants[i];
		const struct grant *own = start ? own_grant(q, g->layer) : NULL;

		ask_expiry(q, agent, g);
		if (g->refs >= 0 && !(own && own->refs >= 0))
			ask_refs(q, agent, g);
		if (!layer_governs(q, g->layer))
			say(q, "  agents.\"%s\" (%s): that layer's refs do not govern %s",
				agent->name, layer_name(g->layer), q->ref);
		else if (g->scope >= 0 && !(own && own->scope >= 0 && !own->scope_narrows))
			ask_scope(q, agent, g);
	}
}

/* Whether a tree can hold a file of that name. */
static bool path_is_file(const char *path)
{
	for (;;) {
		size_t len = strcspn(path, "/");

		if (!len || (*path == '.' && (len == 1 || (len == 2 && path[1] == '.'))))
			return false;
		if (!path[len])
			return true;
		path += len + 1;
	}
}

/* Whether somebody is known by that name, and who may be meant if not. */
static bool agent_known(const struct path_decision *q, struct typo *near)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);

	*near = typo_begin(q->agent);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(agents[i].id, q->agent) == 0)
			return true;
		typo_offer(near, agents[i].id);
	}
	return entry_of(q) || strcmp(q->agent, "*") == 0;
}

int path_decision_valid(const struct path_decision *q, struct fault *f)
{
	struct typo near;

	if (!path_is_file(q->path))
		return fault_set(f, FAULT_ADMIN,
			"'%s' is not a file's path from the top of the tree, such as src/a.c",
			q->path);
	if (!refname_is_valid(span_of(q->ref)))
		return fault_set(f, FAULT_ADMIN,
			"'%s' is not a ref's full name, such as refs/heads/main", q->ref);
	if (q->agent && !agent_known(q, &near))
		return fault_set(f, FAULT_ADMIN,
			"neither the policy nor the catalogue knows an agent '%s'%s%s%s", q->agent,
			near.found ? " (did you mean '" : "", near.found ? near.found : "",
			near.found ? "'?)" : "");
	return 0;
}

int path_decision_make(struct path_decision *q, struct fault *f)
{
	int status = 0;

	q->decision = DECISION_ALLOW;
	q->warned = false;
	q->folded = (struct buf)BUF_INIT(1u << 20);
	if (fold_path(&q->folded, span_of(q->path)) < 0)
		return fault_memory(f);
	if (q->agent) {
		ask_grants(q, policy_agent(q->policy, "*"));
		ask_grants(q, strcmp(q->agent, "*") == 0 ? NULL : entry_of(q));
	}
	for (size_t i = 0; status == 0 && i < q->policy->rule_count; i++)
		status = ask_rule(q, &q->policy->rules[i], f);
	if (status == 0)
		status = ask_delegated(q, f);
	buf_release(&q->folded);
	return status;
}
