/* Approval, limits and what else counts for the whole; and how layers tighten it. */
#include <string.h>

#include "common/policy_load.h"

enum {
	EXCLUDE_PUSHER = 1,
	EXCLUDE_OWNER = 2,
};

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
	return 0;
}

static const struct choice excludes[] = {
	{ "pusher", EXCLUDE_PUSHER },
	{ "owner", EXCLUDE_OWNER },
	{ NULL, 0 },
};

static int read_exclude(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct settings *said = out;
	unsigned bits;

	if (read_bits(l, at, field, &bits) < 0)
		return -1;
	said->exclude_pusher = (bits & EXCLUDE_PUSHER) != 0;
	said->exclude_owner = (bits & EXCLUDE_OWNER) != 0;
	return 0;
}

static const struct field approval_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "accept", read_accept, offsetof(struct settings, accept), 0, accepts },
	{ "expires", policy_read_duration, offsetof(struct settings, expires), 0, NULL },
	{ "exclude", read_exclude, 0, 0, excludes },
	{ "presence", policy_read_flag, offsetof(struct settings, presence), 0, NULL },
	{ "land", policy_read_flag, offsetof(struct settings, land), 0, NULL },
	FIELDS_END,
};

int policy_read_approval(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_fields(l, at, approval_fields, out);
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
	FIELDS_END,
};

int policy_read_limits(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_fields(l, at, limit_fields, out);
}

struct settings policy_settings_unsaid(void)
{
	return (struct settings){
		.unattributed = -1,
		.exclude_pusher = -1,
		.exclude_owner = -1,
		.presence = -1,
		.land = -1,
		.syslog = -1,
		.expires = -1,
		.limits = { -1, -1, -1, -1, -1, -1 },
	};
}

struct settings policy_defaults(void)
{
	return (struct settings){
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

static int64_t said_least(int64_t said, int64_t now)
{
	return said >= 0 && said < now ? said : now;
}

/* The first layer: what it does not say is as by default, and counts as said. */
static struct settings settings_first(const struct settings *said)
{
	struct settings s = policy_defaults();

	s.unattributed = (int)said_or(said->unattributed, s.unattributed);
	s.accept = said->accept ? said->accept : s.accept;
	s.expires = said_or(said->expires, s.expires);
	s.exclude_pusher = (int)said_or(said->exclude_pusher, s.exclude_pusher);
	s.exclude_owner = (int)said_or(said->exclude_owner, s.exclude_owner);
	s.presence = (int)said_or(said->presence, s.presence);
	s.land = (int)said_or(said->land, s.land);
	s.limits.commits = said_or(said->limits.commits, s.limits.commits);
	s.limits.changes = said_or(said->limits.changes, s.limits.changes);
	s.limits.refs = said_or(said->limits.refs, s.limits.refs);
	s.limits.blob = said_or(said->limits.blob, s.limits.blob);
	s.limits.seconds = said_or(said->limits.seconds, s.limits.seconds);
	s.limits.holds = said_or(said->limits.holds, s.limits.holds);
	return s;
}

/* The time an approval lasts; 0 is for ever. */
static int64_t expires_least(int64_t said, int64_t now)
{
	if (said < 0 || now == 0)
		return said < 0 ? now : said;
	return said == 0 || said > now ? now : said;
}

/* A layer below: it can only tighten. */
static void settings_tighten(struct settings *s, const struct settings *said)
{
	s->unattributed = (int)said_least(said->unattributed, s->unattributed);
	s->accept &= said->accept ? said->accept : ~0u;
	s->expires = expires_least(said->expires, s->expires);
	s->exclude_pusher = s->exclude_pusher || said->exclude_pusher == 1;
	s->exclude_owner = s->exclude_owner || said->exclude_owner == 1;
	s->presence = s->presence || said->presence == 1;
	s->land = s->land && said->land != 0;
	s->limits.commits = said_least(said->limits.commits, s->limits.commits);
	s->limits.changes = said_least(said->limits.changes, s->limits.changes);
	s->limits.refs = said_least(said->limits.refs, s->limits.refs);
	s->limits.blob = said_least(said->limits.blob, s->limits.blob);
	s->limits.seconds = said_least(said->limits.seconds, s->limits.seconds);
	s->limits.holds = said_least(said->limits.holds, s->limits.holds);
}

static const char *const accounts_from[] = { "COUNTERSIGN_USER", "GL_USER", "GL_USERNAME",
	"GITEA_PUSHER_NAME", "FORGEJO_PUSHER_NAME", "REMOTE_USER", NULL };

static const char *const nobody[] = { NULL };

void policy_settle(struct policy_loading *l)
{
	struct settings s = { 0 };
	struct policy *policy = l->policy;
	bool first = true;

	policy->observe = true;
	for (size_t i = 0; i < LAYER_COUNT; i++) {
		const struct policy_layer *layer = &l->layers[i];

		if (!layer->there)
			continue;
		if (first)
			s = settings_first(&layer->said);
		else
			settings_tighten(&s, &layer->said);
		first = false;
		policy->observe = policy->observe && layer->observe;
		s.account_env = s.account_env ? s.account_env : layer->said.account_env;
		s.delegates = s.delegates ? s.delegates : layer->said.delegates;
		s.syslog = s.syslog > 0 ? s.syslog : layer->said.syslog;
	}
	policy->unattributed = (enum unattributed)s.unattributed;
	policy->approval = (struct approval_terms){
		.accept = s.accept,
		.expires = s.expires,
		.exclude_pusher = s.exclude_pusher,
		.exclude_owner = s.exclude_owner,
		.presence = s.presence,
		.land = s.land,
	};
	policy->limits = s.limits;
	policy->account_env = s.account_env ? s.account_env : accounts_from;
	policy->delegates = s.delegates ? s.delegates : nobody;
	policy->syslog = s.syslog > 0;
}
