/*
 * Rules with `content: ["class:credentials"]`: what a change brings in, the messages of commits and
 * tags, and names.  A finding never holds the secret, nor a part that narrows it down.
 *
 * What stood on the same line of the old version is not new.
 */
#include "rules/rule/rule.h"

struct scanning {
	const struct rule_case *c;
	bool names_only;       /* a path or a ref's name is scanned: there is no line */
	enum confidence least; /* that a rule does something about */
	struct fault *fault;
};

/*
 * Whether the rule lets it pass: an allowance of a layer below cannot loosen what a rule of a layer
 * above says.
 */
static bool is_allowed(const struct rule_case *c, const struct rule *rule,
	const struct credential_hit *hit, const char *fingerprint)
{
	for (size_t i = 0; i < c->policy->allowance_count; i++) {
		const struct allowance *allowance = &c->policy->allowances[i];

		if (allowance->layer > rule->layer)
			continue;
		if (allowance->until && c->now >= allowance->until)
			continue;
		if (allowance->fingerprint && strcmp(allowance->fingerprint, fingerprint) != 0)
			continue;
		if (allowance->kind && strcmp(allowance->kind, hit->kind) != 0)
			continue;
		if (allowance->paths < 0 ||
			(c->change && pattern_set_has(c->policy->scopes, allowance->paths,
					      c->change->path)))
			return true;
	}
	return false;
}

/*
 * What the rule does about a hit of that confidence; false: nothing.  Whoever can fetch can fetch
 * every object, so what would be held is not stored for review: it is denied, and can be approved
 * by its digest.
 */
static bool choose_action(const struct rule *rule, enum confidence confidence, enum action *action)
{
	if (confidence < rule->hold_from && confidence < rule->deny_from)
		return false;
	*action = rule->action == ACTION_WARN ? ACTION_WARN : ACTION_DENY;
	return true;
}

bool rule_wants_credentials(const struct rule *rule)
{
	for (names name = rule->content; *name; name++)
		if (strcmp(*name, "credentials") == 0 || strcmp(*name, "class:credentials") == 0)
			return true;
	return false;
}

static int object_all(
	const struct scanning *s, const struct credential_hit *hit, const char *fingerprint)
{
	static const char *const confidences[] = { "low", "medium", "high", "certain" };
	const struct rule_case *c = s->c;

	for (size_t i = 0; i < c->policy->rule_count; i++) {
		const struct rule *rule = &c->policy->rules[i];
		enum action action;

		if (!rule_wants_credentials(rule) || !rule_concerns(c, rule) ||
			!choose_action(rule, hit->confidence, &action) ||
			is_allowed(c, rule, hit, fingerprint))
			continue;
		if (rule_object(c,
			    &(struct objection){ .rule = rule->name,
				    .action = action,
				    .observe = rule->observe,
				    .detail = hit->what,
				    .configured = rule,
				    .line = s->names_only ? 0 : hit->line,
				    .column = s->names_only ? 0 : hit->column,
				    .kind = hit->kind,
				    .confidence = confidences[hit->confidence],
				    .fingerprint = fingerprint,
				    .revoke = hit->revoke },
			    s->fault) < 0)
			return -1;
	}
	return 0;
}

static int on_hit(void *context, const struct credential_hit *hit)
{
	struct scanning *s = context;
	char fingerprint[CREDENTIAL_FINGERPRINT + 1];

	if (credentials_fingerprint(
		    span_of(s->c->fingerprint_key), hit->kind, hit->secret, fingerprint) < 0)
		return fault_set(s->fault, FAULT_INTERNAL, "a fingerprint could not be made");
	return object_all(s, hit, fingerprint);
}

/* Scans what the change has that was not there before, or a message. */
static int scan(struct scanning *s, struct span bytes)
{
	const struct change *change = s->c->change;
	struct credential_versions versions = {
		.path = change ? change->path : span_of(""), .bytes = bytes, .from = s->least
	};
	int status = change ? s->c->old_content(s->c, &versions.old, s->fault) : 0;

	if (status == 0)
		status = credentials_scan_new(s->c->credentials, &versions, on_hit, s, s->fault);
	return status < 0 && !s->fault->class ? fault_memory(s->fault) : status;
}

static int scan_name(struct scanning *s, struct span name)
{
	struct credential_versions versions = { span_of(""), span_of(""), name, s->least };
	int status;

	s->names_only = true;
	status = credentials_scan_new(s->c->credentials, &versions, on_hit, s, s->fault);
	s->names_only = false;
	return status < 0 && !s->fault->class ? fault_memory(s->fault) : status;
}

/* Whether a rule asks; *least: the least confidence that any of them does something about. */
static bool anyone_asks(const struct rule_case *c, enum confidence *least)
{
	bool asked = false;

	*least = CONFIDENCE_CERTAIN;
	for (size_t i = 0; i < c->policy->rule_count; i++) {
		const struct rule *rule = &c->policy->rules[i];

		if (!rule_wants_credentials(rule) || !rule_concerns(c, rule))
			continue;
		asked = true;
		*least = rule->hold_from < *least ? rule->hold_from : *least;
		*least = rule->deny_from < *least ? rule->deny_from : *least;
	}
	return asked;
}

int rule_credentials(const struct rule_case *c, struct fault *f)
{
	struct scanning s = { .c = c, .fault = f };
	struct rule_case words;

	if (c->words) {
		words = *c;
		words.who = c->words;
		words.words = NULL;
		return rule_credentials(&words, f);
	}
	if (!anyone_asks(c, &s.least))
		return 0;
	if (!c->change && !c->commit)
		return scan_name(&s, span_of(c->update->name));
	if (!c->change)
		return c->text.data ? scan(&s, c->text) : 0;
	if (c->change->new.mode && scan_name(&s, c->change->path) < 0)
		return -1;
	return c->content.data ? scan(&s, c->content) : 0;
}
