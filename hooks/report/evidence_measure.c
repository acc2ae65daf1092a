/* Which measures there are, and whether they are in place: a row each. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "common/policy/rule_list.h"
#include "hooks/report/evidence.h"

/* What a measure is looked up in. */
struct look {
	const struct policy *policy;
	const struct log_figures *figures;
	const char *name; /* behind the colon */
	struct measure *out;
	struct buf says;
};

static void add_tally(struct look *look, const char *rule)
{
	struct tally tally = log_figures_rule(look->figures, rule);

	look->out->tally.denied += tally.denied;
	look->out->tally.held += tally.held;
	look->out->tally.warned += tally.warned;
}

static void add_rule(struct look *look, const struct rule *rule)
{
	(void)buf_addf(&look->says, "%s%s (%s%s)", look->says.len ? ", " : "", rule->name,
		action_name(rule->action), rule->observe ? ", observed only" : "");
	add_tally(look, rule->name);
}

/*
 * Whether the class is the one asked for, or one that it is a part of: a part alone does not stand
 * for the whole.
 */
static bool class_meets(const char *rule, const char *asked)
{
	size_t len = strlen(rule);

	return strncmp(rule, asked, len) == 0 && (asked[len] == '\0' || asked[len] == '.');
}

static bool names_class(names classes, const char *asked)
{
	for (; *classes; classes++)
		if (class_meets(*classes, asked))
			return true;
	return false;
}

static void look_class(struct look *look)
{
	for (size_t i = 0; i < look->policy->rule_count; i++) {
		const struct rule *rule = &look->policy->rules[i];

		if (!names_class(rule->classes, look->name) &&
			!names_class(rule->content, look->name))
			continue;
		add_rule(look, rule);
		look->out->in_place |=
			!rule->observe && rule->action != ACTION_WARN && rule->by != BY_NAMED;
	}
	if (!look->says.len)
		(void)buf_addf(&look->says, "no rule names class:%s", look->name);
}

/* What some agents of the policy have, and others not. */
static void look_agents(struct look *look, bool (*has)(const struct agent *agent), const char *what)
{
	size_t with = 0, all = 0;
	bool every = false; /* the entry that all start from has it */

	for (size_t i = 0; i < look->policy->agent_count; i++) {
		const struct agent *agent = &look->policy->agents[i];
		bool named = strcmp(agent->name, "*") != 0;

		with += named && has(agent);
		all += named;
		every = every || (!named && has(agent));
	}
	look->out->in_place = with > 0 || every;
	(void)buf_addf(&look->says, "%zu of %zu agents of the policy %s%s", with, all, what,
		every ? ", and so does the entry * for all of them" : "");
}

static bool has_keys(const struct agent *agent)
{
	return agent->key_count > 0;
}

static bool has_accounts(const struct agent *agent)
{
	return agent->accounts && *agent->accounts;
}

static bool has_owner(const struct agent *agent)
{
	return agent->owner != NULL;
}

static bool has_end(const struct agent *agent)
{
	return agent->expires != 0;
}

static bool has_budget(const struct agent *agent)
{
	for (size_t i = 0; i < agent->grant_count; i++) {
		const struct budget *b = agent->grants[i].budget;

		if (b &&
			(b->pushes.amount || b->commits.amount || b->files || b->bytes || b->holds))
			return true;
	}
	return false;
}

static void look_keys(struct look *look)
{
	look_agents(look, has_keys, "are known by a key");
}

static void look_accounts(struct look *look)
{
	look_agents(look, has_accounts, "have an account of their own");
}

static void look_owner(struct look *look)
{
	look_agents(look, has_owner, "have an owner");
}

static void look_expires(struct look *look)
{
	look_agents(look, has_end, "have an end date");
}

static void look_budget(struct look *look)
{
	look_agents(look, has_budget, "have a budget");
}

/* Grants that have a list: of paths, or of refs. */
static void look_grants(struct look *look, bool refs)
{
	size_t with = 0, all = 0;

	for (size_t i = 0; i < look->policy->agent_count; i++)
		for (size_t g = 0; g < look->policy->agents[i].grant_count; g++) {
			const struct grant *grant = &look->policy->agents[i].grants[g];

			all++;
			with += (refs ? grant->refs : grant->scope) >= 0;
			look->out->in_place |=
				(refs ? grant->refs : grant->scope) >= 0 && !grant->observe;
		}
	(void)buf_addf(&look->says, "%zu of %zu entries of agents name their %s", with, all,
		refs ? "refs" : "paths");
}

static void look_scope(struct look *look)
{
	look_grants(look, false);
	add_tally(look, "scope");
}

static void look_agent_refs(struct look *look)
{
	look_grants(look, true);
	add_tally(look, "agent-refs");
}

/* Rules that are always on, unless the whole policy observes. */
static void look_builtin(struct look *look)
{
	look->out->in_place = !look->policy->observe;
	(void)buf_addf(&look->says, "%s is built in%s: %s", look->name,
		look->policy->observe ? ", and observed only" : "",
		rule_list_find(look->name)->sentence);
	add_tally(look, look->name);
}

/* Stops are obeyed even where the policy observes. */
static void look_stopped(struct look *look)
{
	look->out->in_place = true;
	(void)buf_adds(&look->says, "stops are built in, and deny in every mode");
	add_tally(look, look->name);
}

static void look_hidden_text(struct look *look)
{
	look->name = "agent-instructions";
	look_class(look);
	look->out->tally = log_figures_rule(look->figures, "hidden-text");
}

static void look_approvals(struct look *look)
{
	for (size_t i = 0; i < look->policy->rule_count; i++) {
		const struct rule *rule = &look->policy->rules[i];

		if (!*rule->approvers || rule->action == ACTION_WARN)
			continue;
		look->out->in_place |= !rule->observe;
		(void)buf_addf(&look->says, "%s%s: %d of", look->says.len ? "; " : "", rule->name,
			rule->approvals);
		for (names name = rule->approvers; *name; name++)
			(void)buf_addf(&look->says, " %s", *name);
	}
	if (!look->says.len)
		(void)buf_adds(&look->says, "no rule names approvers");
}

/* Rules that people can approve, and how many of them ask for a touch. */
static size_t count_approved(const struct policy *policy, size_t *touched)
{
	size_t count = 0;

	*touched = 0;
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (!*rule->approvers || rule->action == ACTION_WARN || rule->observe)
			continue;
		count++;
		*touched += rule->presence || policy->approval.presence;
	}
	return count;
}

static void look_exclude(struct look *look)
{
	const struct approval_terms *terms = &look->policy->approval;
	size_t touched;

	look->out->in_place = count_approved(look->policy, &touched) > 0;
	(void)buf_addf(&look->says, "authors, committers and signers never approve their own%s%s",
		terms->exclude_pusher ? ", nor who pushed it" : "",
		terms->exclude_owner ? ", nor the agent's owner" : "");
}

static void look_presence(struct look *look)
{
	size_t touched, all = count_approved(look->policy, &touched);

	look->out->in_place = all > 0 && touched == all;
	(void)buf_addf(&look->says,
		"%zu of %zu rules that people approve want a touched hardware key", touched, all);
}

static void look_unattributed(struct look *look)
{
	static const char *const words[] = { [UNATTRIBUTED_DENY] = "refused",
		[UNATTRIBUTED_AGENT] = "taken for an agent's",
		[UNATTRIBUTED_HUMAN] = "taken for a person's" };

	look->out->in_place =
		look->policy->unattributed != UNATTRIBUTED_HUMAN && !look->policy->observe;
	(void)buf_addf(&look->says, "a commit that nothing is known of is %s",
		words[look->policy->unattributed]);
}

static void look_mode(struct look *look)
{
	look->out->in_place = !look->policy->observe;
	(void)buf_addf(&look->says, "the policy %s; digest %.16s",
		look->policy->observe ? "observes" : "enforces", look->policy->digest);
}

/* Whether some layer that is enforced keeps history for everybody. */
static void look_history(struct look *look)
{
	for (size_t i = 0; i < LAYER_COUNT; i++)
		look->out->in_place |=
			look->policy->layers[i].keep_history && !look->policy->layers[i].observe;
	(void)buf_addf(&look->says, "governed branches and tags %s",
		look->out->in_place ? "are rewound, moved and deleted by nobody"
				    : "may be rewound, moved and deleted by people");
}

static bool wants_sign_off(const struct rule *rule)
{
	static const char key[] = "Signed-off-by";
	names wanted = rule->message ? rule->message->require : NULL;

	for (; wanted && *wanted; wanted++)
		if (strncasecmp(*wanted, key, sizeof(key) - 1) == 0 &&
			((*wanted)[sizeof(key) - 1] == '\0' || (*wanted)[sizeof(key) - 1] == ':'))
			return true;
	return false;
}

/* Rules that refuse what lacks a sign-off; of agents' commits alone does not do. */
static void look_sign_off(struct look *look)
{
	for (size_t i = 0; i < look->policy->rule_count; i++) {
		const struct rule *rule = &look->policy->rules[i];

		if (!wants_sign_off(rule))
			continue;
		add_rule(look, rule);
		look->out->in_place |=
			!rule->observe && rule->action != ACTION_WARN && rule->by == BY_ANYONE;
	}
	if (!look->says.len)
		(void)buf_adds(&look->says, "no rule wants the trailer Signed-off-by");
}

static void look_log(struct look *look)
{
	look->out->in_place = look->figures->whole && look->figures->chain > 0;
	(void)buf_addf(&look->says, "%zu rows, chained; the chain is %s", look->figures->chain,
		look->figures->whole ? "whole" : "BROKEN");
}

static void look_webhooks(struct look *look)
{
	look->out->in_place = look->policy->webhook_count > 0;
	(void)buf_addf(&look->says, "%zu receivers of events", look->policy->webhook_count);
}

static void look_number(struct look *look)
{
	const struct log_figures *f = look->figures;
	const struct {
		const char *name, *words;
		size_t number;
	} numbers[] = { { "decisions", "decisions on pushes", f->decisions },
		{ "denied", "pushes denied", f->denied }, { "held", "pushes held", f->held },
		{ "approved", "approvals taken", f->approved },
		{ "stopped", "agents, keys or accounts stopped", f->stopped } };

	look->out->figure = true;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(look->name, numbers[i].name) == 0)
			(void)buf_addf(&look->says, "%s: %zu", numbers[i].words, numbers[i].number);
}

static const struct {
	const char *name; /* with nothing behind the colon: any */
	void (*look)(struct look *look);
} measures[] = {
	{ "class:", look_class },
	{ "rule:scope", look_scope },
	{ "rule:agent-refs", look_agent_refs },
	{ "rule:hidden-text", look_hidden_text },
	{ "rule:stopped", look_stopped },
	{ "rule:", look_builtin },
	{ "setting:agent-keys", look_keys },
	{ "setting:agent-accounts", look_accounts },
	{ "setting:owner", look_owner },
	{ "setting:expires", look_expires },
	{ "setting:budget", look_budget },
	{ "setting:approvals", look_approvals },
	{ "setting:exclude", look_exclude },
	{ "setting:presence", look_presence },
	{ "setting:unattributed", look_unattributed },
	{ "setting:mode", look_mode },
	{ "setting:history", look_history },
	{ "setting:sign-off", look_sign_off },
	{ "setting:log", look_log },
	{ "setting:webhooks", look_webhooks },
	{ "log:decisions", look_number },
	{ "log:denied", look_number },
	{ "log:held", look_number },
	{ "log:approved", look_number },
	{ "log:stopped", look_number },
};

int measure_of(struct measure *out, const struct policy *policy, const struct log_figures *figures,
	const char *name, struct fault *f)
{
	struct look look = { .policy = policy,
		.figures = figures,
		.out = out,
		.says = BUF_INIT(sizeof(out->says) - 1) };

	*out = (struct measure){ 0 };
	if (strncmp(name, "rule:", 5) == 0 && !rule_list_find(name + 5))
		return fault_set(f, FAULT_INTERNAL, "no built-in rule '%s'", name + 5);
	for (size_t i = 0; i < sizeof(measures) / sizeof(measures[0]); i++) {
		size_t len = strlen(measures[i].name);
		bool any = measures[i].name[len - 1] == ':';

		if (strncmp(name, measures[i].name, len) != 0 || (!any && name[len]))
			continue;
		look.name = strchr(name, ':') + 1;
		measures[i].look(&look);
		(void)snprintf(
			out->says, sizeof(out->says), "%s", look.says.data ? look.says.data : "");
		buf_release(&look.says);
		return 0;
	}
	return fault_set(f, FAULT_INTERNAL, "no measure '%s'", name);
}
