/* countersign policy show: the policy in force, with the layer of each part. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "common/base/text.h"
#include "common/notify/outbox.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/admin/table.h"

/* A terminal shows a long list broken to fit. */
static void print_names(const struct terminal *terminal, const char *title, names list)
{
	struct buf line = BUF_INIT((size_t)1 << 26);

	if (!*list)
		return;
	(void)buf_addf(&line, "    %s:", title);
	for (; *list; list++) {
		(void)buf_addc(&line, ' ');
		(void)text_escape(&line, span_of(*list));
	}
	terminal_print(terminal, line.len ? line.data : "", 6);
	buf_release(&line);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void show_people(const struct terminal *terminal, const struct policy *policy)
{
	printf("people\n");
	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *p = &policy->people[i];

		printf("  %s (%s): %zu key%s, %zu approval key%s, %zu passkey%s\n", p->name,
			layer_name(p->layer), p->key_count, plural(p->key_count),
			p->approval_key_count, plural(p->approval_key_count), p->passkey_count,
			plural(p->passkey_count));
		print_names(terminal, "groups", p->groups);
		print_names(terminal, "accounts", p->accounts);
		print_names(terminal, "emails", p->emails);
	}
}

static void show_grant(
	const struct terminal *terminal, const struct policy *policy, const struct grant *grant)
{
	char title[64];

	(void)snprintf(title, sizeof(title), "scope (%s, %s)", layer_name(grant->layer),
		action_name(grant->scope_action));
	if (grant->scope >= 0)
		print_names(terminal, title, policy->scope_texts[grant->scope]);
	(void)snprintf(title, sizeof(title), "refs (%s)", layer_name(grant->layer));
	if (grant->refs >= 0)
		print_names(terminal, title, policy->scope_texts[grant->refs]);
}

/* The first moment that it may push nothing. */
static void print_expiry(int64_t expires)
{
	time_t when = (time_t)expires;
	char text[32];
	struct tm tm;

	if (expires && gmtime_r(&when, &tm) && strftime(text, sizeof(text), "%FT%TZ", &tm))
		printf("    expires: %s\n", text);
}

static void show_agents(const struct terminal *terminal, const struct policy *policy)
{
	printf("agents\n");
	for (size_t i = 0; i < policy->agent_count; i++) {
		const struct agent *a = &policy->agents[i];

		printf("  %s%s%s: %zu key%s%s\n", a->name, a->owner ? ", owner " : "",
			a->owner ? a->owner : "", a->key_count, plural(a->key_count),
			a->rewrite ? ", may rewrite" : "");
		print_expiry(a->expires);
		for (size_t g = 0; g < a->grant_count; g++)
			show_grant(terminal, policy, &a->grants[g]);
		print_names(terminal, "accounts", a->accounts);
		print_names(terminal, "emails", a->emails);
		print_names(terminal, "trailers", a->trailers);
	}
}

/* Kinds of change, if it names some, and what messages have to say. */
static void show_looks(const struct terminal *terminal, const struct rule *rule)
{
	static const char *const nothing[] = { NULL };
	const struct rule_message *message = rule->message;

	if (rule->changes != KIND_ALL)
		printf("    changes:");
	for (unsigned kind = 1; rule->changes != KIND_ALL && kind <= KIND_ALL; kind <<= 1)
		if (rule->changes & kind)
			printf(" %s", policy_kind_name(kind));
	if (rule->changes != KIND_ALL)
		putchar('\n');
	if (!message)
		return;
	print_names(terminal, "message requires", message->require ? message->require : nothing);
	print_names(terminal, "message forbids", message->forbid ? message->forbid : nothing);
	print_names(terminal, "message allows", message->allow ? message->allow : nothing);
	print_names(terminal, "session at", message->session ? message->session : nothing);
}

static void show_rules(const struct terminal *terminal, const struct policy *policy)
{
	static const char *const anyone[] = { "anyone", NULL };

	printf("rules\n");
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *r = &policy->rules[i];

		printf("  %s (%s): %s%s, %d approval%s%s\n", r->name, layer_name(r->layer),
			action_name(r->action), r->observe ? " (observed only)" : "", r->approvals,
			plural((size_t)r->approvals), r->presence ? " with presence" : "");
		print_names(terminal, "classes", r->classes);
		if (r->paths >= 0)
			print_names(terminal, "paths", policy->protected_texts[r->paths]);
		print_names(terminal, "content", r->content);
		show_looks(terminal, r);
		if (r->by != BY_AGENTS)
			print_names(terminal, "by", r->by == BY_ANYONE ? anyone : r->by_names);
		print_names(terminal, "approvers", r->approvers);
		print_names(terminal, "refs", policy->groups[r->group].refs);
	}
}

/* Without the address, which is a secret of its own with many receivers. */
static void show_webhooks(const struct terminal *terminal, const struct policy *policy)
{
	for (size_t i = 0; i < policy->webhook_count; i++) {
		const struct webhook *w = &policy->webhooks[i];

		printf("webhook (%s): %s\n", layer_name(w->layer), webhook_format_name(w->format));
		print_names(terminal, "to", w->to);
		print_names(terminal, "events", w->events);
		print_names(terminal, "refs", w->refs);
		print_names(terminal, "rules", w->rules);
	}
}

static void show_settings(const struct terminal *terminal, const struct policy *policy)
{
	static const char *const unattributed[] = { "deny", "agent", "human" };
	const struct approval_terms *a = &policy->approval;
	const struct limits *l = &policy->limits;

	printf("approval\n    accept: tag%s%s%s\n    expires: %" PRId64 " s\n    exclude:%s%s\n",
		a->accept & ACCEPT_MERGE ? " merge" : "", a->accept & ACCEPT_PUSH ? " push" : "",
		a->accept & ACCEPT_COMMIT ? " commit" : "", a->expires,
		a->exclude_pusher ? " pusher" : "", a->exclude_owner ? " owner" : "");
	printf("    presence: %s\n    land: %s\n", a->presence ? "true" : "false",
		a->land ? "true" : "false");
	printf("    driver: %s\n", a->driver ? "counts" : "excluded");
	printf("limits\n    commits: %" PRId64 "\n    changes: %" PRId64 "\n    refs: %" PRId64
	       "\n    blob: %" PRId64 " bytes\n    seconds: %" PRId64 "\n    holds: %" PRId64 "\n",
		l->commits, l->changes, l->refs, l->blob, l->seconds, l->holds);
	printf("unattributed: %s\n", unattributed[policy->unattributed]);
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (policy->layers[i].keep_history)
			printf("keep_history: true (%s)\n", layer_name((enum layer)i));
	if (policy->review.url)
		printf("review\n    url: %s\n    presence: %s\n", policy->review.url,
			policy->review.presence ? "true" : "false");
	if (policy->review.readers)
		print_names(terminal, "readers", policy->review.readers);
	print_names(terminal, "delegates", policy->delegates);
	print_names(terminal, "account_env", policy->account_env);
	show_webhooks(terminal, policy);
}

static json_t *names_json(names list)
{
	json_t *array = json_array();

	for (; *list; list++)
		(void)json_array_append_new(array, cli_string(*list));
	return array;
}

static json_t *layers_json(const struct policy *policy)
{
	json_t *layers = json_array();

	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (policy->files[i])
			(void)json_array_append_new(layers,
				json_pack("{s:s, s:o, s:b}", "layer", layer_name((enum layer)i),
					"file", cli_string(policy->files[i]), "observe",
					(int)policy->layers[i].observe));
	return layers;
}

static json_t *people_json(const struct policy *policy)
{
	json_t *people = json_array();

	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *p = &policy->people[i];

		(void)json_array_append_new(people,
			json_pack("{s:s, s:s, s:o, s:o, s:o, s:I, s:I, s:I}", "name", p->name,
				"layer", layer_name(p->layer), "emails", names_json(p->emails),
				"accounts", names_json(p->accounts), "groups",
				names_json(p->groups), "keys", (json_int_t)p->key_count,
				"approval_keys", (json_int_t)p->approval_key_count, "passkeys",
				(json_int_t)p->passkey_count));
	}
	return people;
}

static json_t *grants_json(const struct policy *policy, const struct agent *agent)
{
	json_t *grants = json_array();

	for (size_t i = 0; i < agent->grant_count; i++) {
		const struct grant *g = &agent->grants[i];
		json_t *grant = json_pack("{s:s}", "layer", layer_name(g->layer));

		if (g->scope >= 0) {
			json_object_set_new(
				grant, "scope", names_json(policy->scope_texts[g->scope]));
			json_object_set_new(
				grant, "scope_action", json_string(action_name(g->scope_action)));
		}
		if (g->refs >= 0)
			json_object_set_new(
				grant, "refs", names_json(policy->scope_texts[g->refs]));
		if (g->expires)
			json_object_set_new(grant, "expires", json_integer(g->expires));
		(void)json_array_append_new(grants, grant);
	}
	return grants;
}

static json_t *agents_json(const struct policy *policy)
{
	json_t *agents = json_array();

	for (size_t i = 0; i < policy->agent_count; i++) {
		const struct agent *a = &policy->agents[i];

		(void)json_array_append_new(
			agents, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:b, s:o}", "name",
					a->name, "layer", layer_name(a->layer), "owner",
					a->owner ? json_string(a->owner) : json_null(), "emails",
					names_json(a->emails), "accounts", names_json(a->accounts),
					"trailers", names_json(a->trailers), "keys",
					(json_int_t)a->key_count, "rewrite", (int)a->rewrite,
					"grants", grants_json(policy, a)));
	}
	return agents;
}

static json_t *changes_json(const struct rule *rule)
{
	json_t *array = json_array();

	for (unsigned kind = 1; kind <= KIND_ALL; kind <<= 1)
		if (rule->changes & kind)
			(void)json_array_append_new(array, json_string(policy_kind_name(kind)));
	return array;
}

static json_t *message_json(const struct rule *rule)
{
	const struct rule_message *message = rule->message;
	json_t *object;

	if (!message)
		return json_null();
	object = json_object();
	if (message->require)
		json_object_set_new(object, "require", names_json(message->require));
	if (message->forbid)
		json_object_set_new(object, "forbid", names_json(message->forbid));
	if (message->allow)
		json_object_set_new(object, "allow", names_json(message->allow));
	if (message->session)
		json_object_set_new(object, "session", names_json(message->session));
	if (message->say)
		json_object_set_new(object, "say", cli_string(message->say));
	return object;
}

static json_t *rules_json(const struct policy *policy)
{
	static const char *const nothing[] = { NULL };
	json_t *rules = json_array();

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *r = &policy->rules[i];
		json_t *by = r->by == BY_NAMED
				     ? names_json(r->by_names)
				     : json_string(r->by == BY_ANYONE ? "anyone" : "agents");

		(void)json_array_append_new(
			rules, json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
					 "s:i, s:b, s:o}",
				       "name", r->name, "layer", layer_name(r->layer), "action",
				       action_name(r->action), "observe", (int)r->observe,
				       "classes", names_json(r->classes), "paths",
				       names_json(r->paths >= 0 ? policy->protected_texts[r->paths]
								: nothing),
				       "content", names_json(r->content), "changes",
				       changes_json(r), "message", message_json(r), "by", by,
				       "approvers", names_json(r->approvers), "approvals",
				       r->approvals, "presence", (int)r->presence, "refs",
				       names_json(policy->groups[r->group].refs)));
	}
	return rules;
}

/* The same as one object; settings as the lowest layer has them. */
static int show_json(const struct policy *policy, struct fault *f)
{
	static const char *const unattributed[] = { "deny", "agent", "human" };
	json_t *object = json_pack("{s:i, s:s, s:b, s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "version",
		1, "policy", policy->digest, "observe", (int)policy->observe, "layers",
		layers_json(policy), "people", people_json(policy), "agents", agents_json(policy),
		"rules", rules_json(policy), "unattributed", unattributed[policy->unattributed],
		"delegates", names_json(policy->delegates), "account_env",
		names_json(policy->account_env));

	return object && cli_line(object) == 0
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "the policy could not be printed");
}

int policy_show(const struct policy_args *words)
{
	struct policy_in_force in_force;
	struct terminal terminal = { .colour_asked = NULL };
	struct fault f = { 0 };
	int status = policy_in_force_open_as(&in_force, words, &f);

	if (status == 0)
		status = policy_in_force_load(&in_force, &f);
	if (status == 0 && words->json) {
		status = show_json(in_force.policy, &f);
	} else if (status == 0) {
		(void)terminal_read(&terminal, words->env, "policy show");
		printf("policy %s%s\n", in_force.policy->digest,
			in_force.policy->observe ? " (observes only)" : "");
		for (size_t i = 0; i < LAYER_COUNT; i++)
			printf("  %-10s %s\n", layer_name((enum layer)i),
				in_force.policy->files[i] ? in_force.policy->files[i] : "none");
		show_people(&terminal, in_force.policy);
		show_agents(&terminal, in_force.policy);
		show_rules(&terminal, in_force.policy);
		show_settings(&terminal, in_force.policy);
	}
	policy_in_force_release(&in_force);
	return status < 0 ? policy_failed(&f) : 0;
}
