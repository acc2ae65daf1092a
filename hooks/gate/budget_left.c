#include "hooks/gate/budget_left.h"

#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/facts/verdict_row.h"
#include "rules/rule/rule.h"

#define ACCOUNTS_MAX 16 /* whose shares are told apart */
#define KEPT_SECONDS \
	(31 * 86400) /* what was spent is kept so long, or as long as a budget's time */

/* A kind of budget: in a time, when `rate`; else in a push.  Amounts lie at these places. */
static const struct budget_kind {
	const char *one, *many;
	bool rate;
	size_t budget, left, spent;
} kinds[BUDGET_KINDS] = {
	{ "push", "pushes", true, offsetof(struct budget, pushes),
		offsetof(struct budget_left, pushes), offsetof(struct spent, pushes) },
	{ "commit", "commits", true, offsetof(struct budget, commits),
		offsetof(struct budget_left, commits), offsetof(struct spent, commits) },
	{ "file", "files", false, offsetof(struct budget, files),
		offsetof(struct budget_left, files), 0 },
	{ "byte", "bytes", false, offsetof(struct budget, bytes),
		offsetof(struct budget_left, bytes), 0 },
};

static int64_t number_at(const void *base, size_t offset)
{
	int64_t value;

	memcpy(&value, (const char *)base + offset, sizeof(value));
	return value;
}

static struct rate limit_of(const struct budget *budget, const struct budget_kind *kind)
{
	struct rate rate = { 0 };

	if (budget && kind->rate)
		memcpy(&rate, (const char *)budget + kind->budget, sizeof(rate));
	else if (budget)
		rate.amount = number_at(budget, kind->budget);
	return rate;
}

static const struct grant *grant_at(const struct budget_left *left, size_t source)
{
	const struct grant *grant =
		rule_grant(source % 2 ? left->star : left->own, (enum layer)(source / 2));

	return grant && grant->budget ? grant : NULL;
}

/*
 * In a layer, what agents."*" says counts for an agent of which it does not say it, and for all
 * that is only claimed.
 */
static const struct grant *source_of(
	const struct budget_left *left, size_t source, const struct budget_kind *kind)
{
	const struct grant *own = grant_at(left, source & ~(size_t)1);

	if (source % 2 == 0)
		return own;
	return left->claimed || !own || !limit_of(own->budget, kind).amount ? grant_at(left, source)
									    : NULL;
}

bool budget_left_weighs(const struct budget_left *left)
{
	for (size_t i = 0; i < BUDGET_SOURCES; i++) {
		const struct grant *grant = grant_at(left, i);

		if (grant && (grant->budget->files || grant->budget->bytes))
			return true;
	}
	return false;
}

/* One agent's spending in a time. */
struct account_share {
	char account[128];
	int64_t amount;
};

struct budget_used {
	const struct budget_kind *kind;
	int64_t used;
	struct account_share shares[ACCOUNTS_MAX];
	size_t share_count;
	int64_t excess, room; /* how much must fall out of the time, and when that has happened */
};

static void add_share(struct budget_used *use, const char *account, int64_t amount)
{
	struct account_share *share = use->shares;

	while (share < use->shares + use->share_count && strcmp(share->account, account) != 0)
		share++;
	if (share == use->shares + ACCOUNTS_MAX)
		return;
	if (share == use->shares + use->share_count) {
		(void)snprintf(share->account, sizeof(share->account), "%s", account);
		use->share_count++;
	}
	share->amount += amount;
}

static int on_spent(void *context, const struct spent *what)
{
	struct budget_used *use = context;
	int64_t amount = number_at(what, use->kind->spent);

	use->used += amount;
	add_share(use, what->account, amount);
	return 0;
}

/* The other way round: which row must fall out. */
static int on_falling(void *context, const struct spent *what)
{
	struct budget_used *use = context;

	use->excess -= number_at(what, use->kind->spent);
	use->room = what->time;
	return use->excess <= 0;
}

static struct spent asked(const struct budget_query *query, const struct rate *limit)
{
	return (struct spent){ .agent = query->left->name,
		.claimed = query->left->claimed,
		.time = query->now - limit->seconds * 1000 };
}

static void put_rate(char *out, size_t size, const struct rate *rate)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = { { 604800, 'w' }, { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (rate->seconds % units[i].seconds)
		i++;
	(void)snprintf(out, size, "%" PRId64 "%c", rate->seconds / units[i].seconds, units[i].unit);
}

/* When that is, by the clock. */
static void put_room(char *out, size_t size, int64_t at)
{
	time_t when = (time_t)at;
	struct tm tm;
	size_t len;

	(void)gmtime_r(&when, &tm);
	len = strftime(out, size, "there is room at %Y-%m-%dT%H:%M:%SZ", &tm);
	out[len] = '\0';
}

/* `; most from dev7 (58)`, when what was spent is only claimed: who did it. */
static void put_share(char *out, size_t size, const struct budget_used *use)
{
	const struct account_share *most = use->shares;

	out[0] = '\0';
	for (size_t i = 1; i < use->share_count; i++)
		if (use->shares[i].amount > most->amount)
			most = &use->shares[i];
	if (use->share_count)
		(void)snprintf(out, size, ", most of it from the account %.100s (%" PRId64 ")",
			most->account, most->amount);
}

/* Says budget, what is used, and when it suffices. */
static int tell_rate(const struct budget_query *query, struct budget_used *use,
	const struct rate *limit, struct budget_excess *out, struct fault *f)
{
	const struct budget_left *left = query->left;
	struct spent of = asked(query, limit);
	int64_t need = number_at(left, use->kind->left);
	char room[64] = "push fewer at a time", in[32], share[160];

	use->excess = use->used + need - limit->amount;
	if (need <= limit->amount && query->state) {
		if (state_spent(query->state, &of, on_falling, use, f) < 0)
			return -1;
		put_room(room, sizeof(room), use->room / 1000 + limit->seconds + 1 - query->lag);
		out->retry_after = (use->room + limit->seconds * 1000 - query->now + 999) / 1000;
	}
	put_rate(in, sizeof(in), limit);
	put_share(share, sizeof(share), use);
	(void)snprintf(out->text, sizeof(out->text),
		"%s%s has a budget of %" PRId64 " %s in %s, of which %" PRId64
		" are used%s; this push needs %" PRId64 ": %s",
		left->claimed ? "what is claimed to be of " : "", left->name, limit->amount,
		limit->amount == 1 ? use->kind->one : use->kind->many, in, use->used, share, need,
		room);
	return 0;
}

static int rate_excess(const struct budget_query *query, const struct budget_kind *kind,
	const struct rate *limit, struct budget_excess *out, struct fault *f)
{
	struct budget_used use = { .kind = kind };
	struct spent of = asked(query, limit);

	if (query->state && state_spent(query->state, &of, on_spent, &use, f) < 0)
		return -1;
	if (use.used + number_at(query->left, kind->left) <= limit->amount)
		return 0;
	query->left->over = true;
	return tell_rate(query, &use, limit, out, f);
}

static void push_excess(const struct budget_left *left, const struct budget_kind *kind,
	const struct rate *limit, struct budget_excess *out)
{
	int64_t need = number_at(left, kind->left);
	const char *unit = limit->amount == 1 ? kind->one : kind->many;

	if (left->unweighed)
		(void)snprintf(out->text, sizeof(out->text),
			"%s has a budget of %" PRId64 " %s in a push, and this one could not be "
			"counted to the end",
			left->name, limit->amount, unit);
	else if (need > limit->amount)
		(void)snprintf(out->text, sizeof(out->text),
			"%s%s has a budget of %" PRId64 " %s in a push, and this one has %" PRId64
			": push in smaller steps",
			left->claimed ? "what is claimed to be of " : "", left->name, limit->amount,
			unit, need);
}

int budget_left_excess(
	const struct budget_query *query, size_t which, struct budget_excess *out, struct fault *f)
{
	const struct budget_kind *kind = &kinds[which / BUDGET_SOURCES];
	const struct grant *grant = source_of(query->left, which % BUDGET_SOURCES, kind);
	struct rate limit = limit_of(grant ? grant->budget : NULL, kind);

	*out = (struct budget_excess){ 0 };
	if (!limit.amount)
		return 0;
	out->action = grant->budget->action;
	out->approvers = grant->budget->approvers;
	out->layer = grant->layer;
	out->observe = grant->observe;
	if (kind->rate)
		return rate_excess(query, kind, &limit, out, f);
	push_excess(query->left, kind, &limit, out);
	return 0;
}

/* The limit of that number, when it is for a time and counts; amount 0: it is none. */
static struct rate rate_of(const struct budget_left *left, size_t which)
{
	const struct budget_kind *kind = &kinds[which / BUDGET_SOURCES];
	const struct grant *grant = source_of(left, which % BUDGET_SOURCES, kind);

	return kind->rate && grant && !grant->observe ? limit_of(grant->budget, kind)
						      : (struct rate){ 0 };
}

bool budget_left_limits(const struct budget_left *left, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < BUDGET_KINDS * BUDGET_SOURCES; i++) {
		struct rate limit = rate_of(left, i);

		if (limit.amount && !left->over)
			buf_addf(out, "%s%c%" PRId64 "/%" PRId64, any ? "," : "",
				*kinds[i / BUDGET_SOURCES].one, limit.amount, limit.seconds);
		any = any || limit.amount;
	}
	buf_adds(out, any && !left->over ? "" : "-");
	return any;
}

int budget_left_take(const struct budget_query *query, const char *account, struct fault *f)
{
	const struct budget_left *left = query->left;
	struct spent what = { left->name, left->claimed, query->now, account, left->pushes,
		left->commits };
	int64_t kept = KEPT_SECONDS;
	bool over = left->over;

	for (size_t i = 0; i < BUDGET_KINDS * BUDGET_SOURCES; i++) {
		const struct budget_kind *kind = &kinds[i / BUDGET_SOURCES];
		const struct grant *grant = source_of(left, i % BUDGET_SOURCES, kind);
		struct rate limit = limit_of(grant ? grant->budget : NULL, kind);
		struct budget_excess excess;

		kept = limit.seconds > kept ? limit.seconds : kept;
		if (!kind->rate || over)
			continue;
		if (budget_left_excess(query, i, &excess, f) < 0)
			return -1;
		if (excess.text[0])
			return fault_set(f, FAULT_PUSHER,
				"another push has just taken what this one needs of the budget of "
				"%s: push again later",
				left->name);
	}
	return state_spend(query->state, &what, query->now - kept * 1000, f);
}

struct hold_count {
	const struct budget_left *left;
	const char *hold;
	int64_t open;
	bool mine;
};

/* Whether the finding is of that agent, recognised in that way. */
static bool is_of(const json_t *finding, const struct budget_left *left)
{
	static const char *const verifying[] = { "account", "remembered", "key" };
	size_t count = left->has_account ? 2 : 3;
	const json_t *word, *by = json_object_get(finding, "identified_by");
	bool claimed = true;
	size_t i;

	if (!verdict_row_names_agent(finding, left->name))
		return false;
	json_array_foreach(by, i, word) for (size_t k = 0; k < count;
					     k++) if (strcmp(json_string_value(word),
							      verifying[k]) == 0) claimed = false;
	return claimed == left->claimed;
}

static int on_hold(void *context, const struct hold_row *hold)
{
	struct hold_count *c = context;
	json_t *verdict = json_loads(hold->verdict, 0, NULL), *finding;
	bool counts = !verdict && !hold->cleared;
	size_t i;

	json_array_foreach(hold->cleared ? NULL : json_object_get(verdict, "findings"), i, finding)
		counts = counts || is_of(finding, c->left);
	if (counts && strcmp(hold->id, c->hold) == 0)
		c->mine = true;
	c->open += counts;
	json_decref(verdict);
	return 0;
}

/*
 * The smallest of the budgets that count, of layers that observe or of those that enforce; 0: none.
 */
static int64_t holds_limit(const struct budget_left *left, bool observe)
{
	int64_t least = 0;

	for (size_t i = 0; i < BUDGET_SOURCES; i++) {
		const struct grant *own = grant_at(left, i & ~(size_t)1),
				   *grant = grant_at(left, i);
		int64_t holds = grant && grant->observe == observe ? grant->budget->holds : 0;

		if (i % 2 && own && own->budget->holds && !left->claimed)
			continue;
		if (holds && (!least || holds < least))
			least = holds;
	}
	return least;
}

int budget_left_holds(struct state *state, struct budget_left *left, const char *hold,
	struct budget_excess *out, struct fault *f)
{
	struct hold_count counting = { .left = left, .hold = hold };
	int64_t limit = holds_limit(left, false), observed = holds_limit(left, true), open;

	if (!limit && !observed)
		return 0;
	if (state_holds(state, NULL, "open", on_hold, &counting, f) < 0 ||
		state_holds(state, NULL, "superseded", on_hold, &counting, f) < 0)
		return -1;
	if (counting.mine)
		return 0;
	open = counting.open + left->new_holds++;
	out->observe = !limit || open < limit;
	if (out->observe && (!observed || open < observed))
		return 0;
	limit = out->observe ? observed : limit;
	(void)snprintf(out->text, sizeof(out->text),
		"%s%s has a budget of %" PRId64 " open hold%s, and has %" PRId64
		": there is room when one has landed or is dropped",
		left->claimed ? "what is claimed to be of " : "", left->name, limit,
		limit == 1 ? "" : "s", counting.open);
	return 0;
}
