/*
 * Rules with `content: ["class:credentials"]`: what a change brings in, the messages of commits and
 * tags, and names.  A finding never holds the secret, nor a part that narrows it down.
 *
 * What stood on the same line of the old version is not new.
 */
#include "rules/rule/rule.h"

struct scanning {
	const struct rule_case *c;
	struct span bytes;              /* that are scanned */
	struct credential_old_hits old; /* what the old version has; collected at the first hit */
	bool old_ready, collecting;
	bool names_only; /* a path or a ref's name is scanned: there is no line */
	struct fault *fault;
};

static int on_old_hit(void *context, const struct credential_hit *hit)
{
	struct scanning *s = context;

	return credential_old_hits_add(&s->old, s->bytes, hit);
}

/* Remembers what the old version has. */
static int collect_old(struct scanning *s)
{
	struct span new = s->bytes;
	int status = 0;

	s->old_ready = true;
	if (!s->c->change || s->names_only)
		return 0;
	if (s->c->old_content(s->c, &s->bytes, s->fault) < 0)
		return -1;
	if (s->bytes.len)
		status = credentials_scan(s->c->old_credentials, s->c->change->path, s->bytes,
			on_old_hit, s, s->fault);
	s->bytes = new;
	return status;
}

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

	if (!s->old_ready && collect_old(s) < 0)
		return -1;
	if (credential_old_hits_has(&s->old, s->bytes, hit))
		return 0;
	if (credentials_fingerprint(
		    span_of(s->c->fingerprint_key), hit->kind, hit->secret, fingerprint) < 0)
		return fault_set(s->fault, FAULT_INTERNAL, "a fingerprint could not be made");
	return object_all(s, hit, fingerprint);
}

static int scan(const struct rule_case *c, struct span bytes, bool names_only, struct fault *f)
{
	struct scanning s = { .c = c, .bytes = bytes, .names_only = names_only, .fault = f };
	struct span path = c->change && !names_only ? c->change->path : (struct span){ "", 0 };
	int status = credentials_scan(c->credentials, path, bytes, on_hit, &s, f);

	credential_old_hits_release(&s.old);
	return status < 0 && !f->class ? fault_memory(f) : status;
}

static bool anyone_asks(const struct rule_case *c)
{
	for (size_t i = 0; i < c->policy->rule_count; i++)
		if (rule_wants_credentials(&c->policy->rules[i]) &&
			rule_concerns(c, &c->policy->rules[i]))
			return true;
	return false;
}

int rule_credentials(const struct rule_case *c, struct fault *f)
{
	if (!anyone_asks(c))
		return 0;
	if (!c->change && !c->commit)
		return scan(c, span_of(c->update->name), true, f);
	if (!c->change)
		return c->text.data ? scan(c, c->text, false, f) : 0;
	if (c->change->new.mode && scan(c, c->change->path, true, f) < 0)
		return -1;
	return c->content.data ? scan(c, c->content, false, f) : 0;
}
