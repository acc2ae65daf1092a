/* Approval, limits and what else counts for the whole; and how layers tighten it. */
#include <string.h>

#include "common/policy/load.h"

enum {
	EXCLUDE_PUSHER = 1,
	EXCLUDE_OWNER = 2,
};

static struct policy_settings settings_of(const struct policy_loading *l, enum layer below);

/* A list of words, each of which is a bit. */
static int read_bits(struct policy_loading *l, const struct json_at *at, const struct field *field,
	unsigned *bits)
{
	names words = NULL;

	*bits = 0;
	if (policy_read_words(l, at, field, &words) < 0)
		return -1;
	for (size_t i = 0; words && words[i]; i++) {
		struct json_at item = json_at_item(at, i);
		int bit = 0;

		if (item.value && policy_read_choice(l, &item, field, &bit) < 0)
			return -1;
		*bits |= (unsigned)bit;
	}
	return 0;
}

static const struct choice accepts[] = {
	{ "tag", ACCEPT_TAG },
	{ "merge", ACCEPT_MERGE },
	{ "push", ACCEPT_PUSH },
	{ "commit", ACCEPT_COMMIT },
	{ NULL, 0 },
};

static int read_accept(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	unsigned bits;

	if (read_bits(l, at, field, &bits) < 0)
		return -1;
	*(unsigned *)out = bits | ACCEPT_TAG;
	return json_at_kind(at) == JSON_KIND_LIST && !json_at_count(at)
		       ? policy_warn(l, at, "is empty: signed tags count all the same")
		       : 0;
}

static const struct choice excludes[] = {
	{ "pusher", EXCLUDE_PUSHER },
	{ "owner", EXCLUDE_OWNER },
	{ NULL, 0 },
};

static int read_exclude(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct policy_settings *said = out;
	unsigned bits;

	if (read_bits(l, at, field, &bits) < 0)
		return -1;
	said->exclude_pusher = (bits & EXCLUDE_PUSHER) != 0;
	said->exclude_owner = (bits & EXCLUDE_OWNER) != 0;
	return 0;
}

static const struct choice drivers[] = { { "counts", 1 }, { "excluded", 0 }, { NULL, 0 } };

static const struct field approval_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "accept", read_accept, offsetof(struct policy_settings, accept), 0, accepts },
	{ "expires", policy_read_duration, offsetof(struct policy_settings, expires), 0, NULL },
	{ "remind", policy_read_duration, offsetof(struct policy_settings, remind), 0, NULL },
	{ "exclude", read_exclude, 0, 0, excludes },
	{ "presence", policy_read_flag, offsetof(struct policy_settings, presence), 0, NULL },
	{ "land", policy_read_flag, offsetof(struct policy_settings, land), 0, NULL },
	{ "driver", policy_read_choice, offsetof(struct policy_settings, driver), 0, drivers },
	FIELDS_END,
};

/*
 * Says that what stands there is without effect, where the wish is wider than a layer above allows.
 */
static int warn_wider(
	struct policy_loading *l, const struct json_at *object, const char *key, bool wider)
{
	struct json_at at;

	if (!wider || !json_at_member(object, key, &at))
		return 0;
	return policy_warn(l, &at, "is without effect: a layer above is stricter");
}

static bool lasts_longer(int64_t said, int64_t above)
{
	return said >= 0 && above > 0 && (said == 0 || said > above);
}

static bool is_more(int64_t said, int64_t above)
{
	return said >= 0 && above >= 0 && said > above;
}

int policy_read_approval(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const struct policy_settings *said = out;
	struct policy_settings above = settings_of(l, l->layer);

	(void)field;
	if (policy_fields(l, at, approval_fields, out) < 0)
		return -1;
	return warn_wider(l, at, "accept", above.accept && said->accept & ~above.accept) < 0 ||
			       warn_wider(l, at, "expires",
				       lasts_longer(said->expires, above.expires)) < 0 ||
			       warn_wider(l, at, "remind",
				       lasts_longer(said->remind, above.remind)) < 0 ||
			       warn_wider(l, at, "exclude",
				       is_more(above.exclude_pusher, said->exclude_pusher) ||
					       is_more(above.exclude_owner, said->exclude_owner)) <
				       0 ||
			       warn_wider(l, at, "presence",
				       is_more(above.presence, said->presence)) < 0 ||
			       warn_wider(l, at, "land", is_more(said->land, above.land)) < 0 ||
			       warn_wider(l, at, "driver", is_more(said->driver, above.driver)) < 0
		       ? -1
		       : 0;
}

static const int64_t seconds_most = 86400;

static const struct field limit_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "commits", policy_read_count, offsetof(struct limits, commits), 0, NULL },
	{ "changes", policy_read_count, offsetof(struct limits, changes), 0, NULL },
	{ "refs", policy_read_count, offsetof(struct limits, refs), 0, NULL },
	{ "blob", policy_read_size, offsetof(struct limits, blob), 0, NULL },
	{ "seconds", policy_read_count, offsetof(struct limits, seconds), 0, &seconds_most },
	{ "holds", policy_read_count, offsetof(struct limits, holds), 0, NULL },
	{ "approvers", policy_read_people_names, offsetof(struct limits, approvers), FIELD_UPPER,
		NULL },
	FIELDS_END,
};

static bool limits_said(const struct limits *l)
{
	return l->commits >= 0 || l->changes >= 0 || l->refs >= 0 || l->blob >= 0 ||
	       l->seconds >= 0 || l->holds >= 0;
}

int policy_read_limits(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct policy_settings above = settings_of(l, l->layer);
	const int64_t *said = out, *most = (const int64_t *)&above.limits;

	(void)field;
	if (policy_fields(l, at, limit_fields, out) < 0)
		return -1;
	for (const struct field *limit = limit_fields; limit->name; limit++) {
		size_t i = limit->offset / sizeof(*said);

		if (limit->read != policy_read_nothing && limit->read != policy_read_people_names &&
			warn_wider(l, at, limit->name, is_more(said[i], most[i])) < 0)
			return -1;
	}
	return warn_wider(l, at, "approvers", limits_said(&above.limits) || above.limits.approvers);
}

struct policy_settings policy_settings_unsaid(void)
{
	return (struct policy_settings){
		.unattributed = -1,
		.exclude_pusher = -1,
		.exclude_owner = -1,
		.presence = -1,
		.land = -1,
		.driver = -1,
		.syslog = -1,
		.expires = -1,
		.remind = -1,
		.limits = { -1, -1, -1, -1, -1, -1, NULL },
	};
}

struct policy_settings policy_defaults(void)
{
	return (struct policy_settings){
		.unattributed = UNATTRIBUTED_HUMAN,
		.accept = ACCEPT_TAG | ACCEPT_MERGE,
		.expires = 14 * 86400,
		.exclude_pusher = true,
		.exclude_owner = true,
		.limits = {
			.commits = 100000,
			.changes = 1000000,
			.refs = 1000,
			.blob = INT64_C(32) << 20,
			.seconds = 30,
			.holds = 200,
		},
	};
}

static int64_t said_or(int64_t said, int64_t otherwise)
{
	return said >= 0 ? said : otherwise;
}

/* What is not said anywhere is as by default. */
static struct policy_settings settings_filled(const struct policy_settings *said)
{
	struct policy_settings s = policy_defaults();

	s.unattributed = (int)said_or(said->unattributed, s.unattributed);
	s.accept = said->accept ? said->accept : s.accept;
	s.expires = said_or(said->expires, s.expires);
	s.remind = said_or(said->remind, s.remind);
	s.exclude_pusher = (int)said_or(said->exclude_pusher, s.exclude_pusher);
	s.exclude_owner = (int)said_or(said->exclude_owner, s.exclude_owner);
	s.presence = (int)said_or(said->presence, s.presence);
	s.land = (int)said_or(said->land, s.land);
	s.driver = (int)said_or(said->driver, s.driver);
	s.limits.commits = said_or(said->limits.commits, s.limits.commits);
	s.limits.changes = said_or(said->limits.changes, s.limits.changes);
	s.limits.refs = said_or(said->limits.refs, s.limits.refs);
	s.limits.blob = said_or(said->limits.blob, s.limits.blob);
	s.limits.seconds = said_or(said->limits.seconds, s.limits.seconds);
	s.limits.holds = said_or(said->limits.holds, s.limits.holds);
	s.limits.approvers = said->limits.approvers;
	return s;
}

/*
 * Of what two layers say the smaller one, or the greater one; what one does not say is left to the
 * other.
 */
static int64_t least(int64_t above, int64_t said)
{
	return said < 0 || (above >= 0 && above < said) ? above : said;
}

static int64_t most(int64_t above, int64_t said)
{
	return said > above ? said : above;
}

/* The shorter time, of which 0 is for ever. */
static int64_t shorter(int64_t above, int64_t said)
{
	if (above == 0 && said >= 0)
		return said;
	return said == 0 && above > 0 ? above : least(above, said);
}

/*
 * Who lets through what is over a limit: a layer below one that limits anything cannot soften that.
 */
static names limits_approvers(const struct limits *above, const struct limits *said)
{
	return above->approvers || limits_said(above) ? above->approvers : said->approvers;
}

/* A layer below one that has spoken can only tighten; where none above has, its word counts. */
static void settings_stack(struct policy_settings *s, const struct policy_settings *said)
{
	s->unattributed = (int)least(s->unattributed, said->unattributed);
	s->accept = s->accept && said->accept ? s->accept & said->accept : s->accept | said->accept;
	s->expires = shorter(s->expires, said->expires);
	s->remind = shorter(s->remind, said->remind);
	s->exclude_pusher = (int)most(s->exclude_pusher, said->exclude_pusher);
	s->exclude_owner = (int)most(s->exclude_owner, said->exclude_owner);
	s->presence = (int)most(s->presence, said->presence);
	s->land = (int)least(s->land, said->land);
	s->driver = (int)least(s->driver, said->driver);
	s->limits.approvers = limits_approvers(&s->limits, &said->limits);
	s->limits.commits = least(s->limits.commits, said->limits.commits);
	s->limits.changes = least(s->limits.changes, said->limits.changes);
	s->limits.refs = least(s->limits.refs, said->limits.refs);
	s->limits.blob = least(s->limits.blob, said->limits.blob);
	s->limits.seconds = least(s->limits.seconds, said->limits.seconds);
	s->limits.holds = least(s->limits.holds, said->limits.holds);
}

/*
 * What the layers above say together.  A delegated file lies in the tree: to it what nobody says is
 * as by default, and counts as said.
 */
static struct policy_settings settings_of(const struct policy_loading *l, enum layer below)
{
	struct policy_settings s = policy_settings_unsaid();

	for (enum layer i = 0; i < below; i++)
		if (l->layers[i].there)
			settings_stack(&s, &l->layers[i].said);
	return below == LAYER_DELEGATED ? settings_filled(&s) : s;
}

static const char *const accounts_from[] = { "COUNTERSIGN_USER", "GL_USER", "GL_USERNAME",
	"GITEA_PUSHER_NAME", "FORGEJO_PUSHER_NAME", "REMOTE_USER", NULL };

static const char *const nobody[] = { NULL };

static struct approval_terms terms_of(const struct policy_settings *s)
{
	return (struct approval_terms){
		.accept = s->accept,
		.expires = s->expires,
		.remind = s->remind,
		.exclude_pusher = s->exclude_pusher,
		.exclude_owner = s->exclude_owner,
		.presence = s->presence,
		.land = s->land,
		.driver = s->driver,
	};
}

/*
 * To a layer's rules what it and those above leave open is as by default; those below can only
 * tighten that.
 */
static struct policy_settings settings_for(const struct policy_loading *l, enum layer layer)
{
	struct policy_settings s = settings_of(l, layer);

	settings_stack(&s, &l->layers[layer].said);
	s = settings_filled(&s);
	for (size_t below = layer + 1; below < LAYER_COUNT; below++)
		settings_stack(&s, &l->layers[below].said);
	return s;
}

static void settle_layers(struct policy_loading *l)
{
	struct policy *policy = l->policy;

	for (size_t i = LAYER_COUNT; i-- > 0;) {
		const struct policy_layer *layer = &l->layers[i];
		struct policy_settings s = settings_for(l, (enum layer)i);

		policy->layers[i] = (struct layer_terms){
			.there = layer->there,
			.observe = layer->observe,
			.unattributed = layer->there && layer->said.unattributed >= 0
						? (enum unattributed)layer->said.unattributed
						: UNATTRIBUTED_HUMAN,
			.keep_history = layer->there && layer->said.keep_history > 0,
			.approval = layer->there || i == LAYER_DELEGATED
					    ? terms_of(&s)
					    : policy->layers[i + 1].approval,
		};
	}
}

/* What only one layer says: the first that does. */
static void settle_first(struct policy_loading *l)
{
	struct policy *policy = l->policy;
	names account_env = NULL, delegates = NULL;

	policy->observe = true;
	for (size_t i = 0; i < LAYER_COUNT; i++) {
		const struct policy_layer *layer = &l->layers[i];

		if (!layer->there)
			continue;
		policy->observe = policy->observe && layer->observe;
		policy->syslog = policy->syslog || layer->said.syslog > 0;
		if (!policy->holds.store)
			policy->holds = layer->said.holds;
		account_env = account_env ? account_env : layer->said.account_env;
		if (!delegates && layer->said.delegates) {
			delegates = layer->said.delegates;
			policy->delegates_layer = (enum layer)i;
		}
		if (policy->limits.approvers == layer->said.limits.approvers)
			policy->limits_layer = (enum layer)i;
	}
	policy->account_env = account_env ? account_env : accounts_from;
	policy->delegates = delegates ? delegates : nobody;
}

void policy_settle(struct policy_loading *l)
{
	struct policy_settings s = settings_for(l, LAYER_DELEGATED);
	struct policy *policy = l->policy;

	settle_layers(l);
	policy->unattributed = (enum unattributed)s.unattributed;
	policy->approval = terms_of(&s);
	policy->limits = s.limits;
	settle_first(l);
	policy->limits.approvers = policy->limits.approvers ? policy->limits.approvers : nobody;
}
