/*
 * A layer below never makes a verdict better for the pusher: random pairs of layers, of every key
 * that a policy has, and pushes of every kind of maker, judged with the upper layer alone and with
 * both.  What approves is compared as the policies have it: no push here is approved.  One pair in
 * three is of budgets alone, so that nothing else refuses first.  PAIRS in the environment says how
 * many pairs are tried, SEED which.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hooks/gate/budget.h"
#include "hooks/gate/session.h"
#include "test/sandbox.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define COMMITS_MAX 64

static struct buf text = BUF_INIT(1u << 20);
static uint64_t dice = 1;
static char *public[4]; /* of alice, carol, release-bot and low-bot */
static struct oid base, commits[COMMITS_MAX];
static size_t commit_count;
static bool comma, budgets_alone;

static uint32_t roll(uint32_t sides)
{
	dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(dice >> 33) % sides;
}

/* One of the words, NULL-terminated. */
static const char *pick(const char *const *words)
{
	uint32_t count = 0;

	while (words[count])
		count++;
	return words[roll(count)];
}

#define PICK(...) pick((const char *const[]){ __VA_ARGS__, NULL })

/*
 * Appends a member in one of `sides` cases; values have single quotes in the place of double ones.
 */
static void member(uint32_t sides, const char *key, const char *value)
{
	if (roll(sides))
		return;
	(void)buf_addf(&text, "%s'%s':", comma ? "," : "", key);
	(void)buf_adds(&text, value);
	comma = true;
}

static void open_member(const char *key, char bracket)
{
	(void)buf_addf(&text, "%s'%s':%c", comma ? "," : "", key, bracket);
	comma = false;
}

static void close_member(char bracket)
{
	(void)buf_addc(&text, bracket);
	comma = true;
}

#define REFS                                                                            \
	"['HEAD']", "['refs/heads/**']", "['refs/tags/**']", "['HEAD','refs/tags/**']", \
		"['refs/**','!refs/heads/topic']", "['refs/heads/topic']", "['refs/**']"
#define SCOPES                                                                            \
	"['/src/']", "['/src/','/docs/']", "['!/docs/']", "['*']", "['/.github/','*.c']", \
		"['/src/','!/src/a.c']"

static void put_people(bool low)
{
	static const char *const names_of[2][2] = { { "alice", "bob" }, { "carol", "dave" } };
	char key[1024];

	open_member("people", '{');
	for (size_t i = 0; i < 2; i++) {
		const char *name = names_of[low != (roll(12) == 0)][i];
		char account[64], email[64];

		(void)snprintf(account, sizeof(account), "['%s']", name);
		(void)snprintf(email, sizeof(email), "['%s@example.org']", name);
		(void)snprintf(key, sizeof(key), "['%s']",
			public[strcmp(name, "alice") != 0 && strcmp(name, "bob") != 0]);
		if (roll(4) == 0)
			continue;
		open_member(name, '{');
		member(2, "accounts", account);
		member(2, "emails", email);
		member(2, "groups", low ? "['low']" : PICK("['team']", "['team','other']"));
		if (i == 0)
			member(2, PICK("keys", "approval_keys"), key);
		close_member('}');
	}
	close_member('}');
}

static void put_budget(void)
{
	open_member("budget", '{');
	member(2, "pushes", PICK("'1/d'", "'1000/h'"));
	member(2, "commits", PICK("'1/h'", "'100000/s'"));
	member(2, "files", PICK("1", "100000"));
	member(2, "bytes", PICK("1", "'1GiB'"));
	member(3, "holds", PICK("1", "1000"));
	member(3, "action", PICK("'deny'", "'warn'"));
	close_member('}');
}

/* Agents that nothing else than a budget stops; the upper layer alone says who they are. */
static void put_budgets(bool low)
{
	static const char *const entries[] = { "*", "claude-code", "release-bot" };

	if (!low)
		(void)buf_adds(&text, ",'people':{'alice':{'accounts':['alice']}}");
	open_member("agents", '{');
	for (size_t i = 0; i < COUNT(entries); i++) {
		bool bot = i == 2;

		if (roll(4) == 0 && (low || !bot))
			continue;
		open_member(entries[i], '{');
		member(1, "description", "'x'");
		if (bot && !low)
			(void)buf_adds(&text, ",'owner':'alice','accounts':['release-bot'],"
					      "'trailers':['Agent: release-bot']");
		if (roll(4))
			put_budget();
		close_member('}');
	}
	close_member('}');
}

static void put_grant(void)
{
	member(2, "scope", PICK(SCOPES));
	member(3, "scope_action", PICK("'deny'", "'hold'", "'warn'"));
	member(4, "refs", PICK(REFS));
	member(5, "expires", PICK("'2020-01-01'", "'2099-01-01'"));
	member(6, "rewrite", PICK("true", "false"));
	if (roll(3) == 0)
		put_budget();
}

static void put_agents(bool low)
{
	static const char *const bots[] = { "release-bot", "low-bot" };
	char key[1024], account[64], email[64], trailer[64];

	open_member("agents", '{');
	for (size_t i = 0; i < 2; i++)
		if (roll(2)) {
			open_member(i ? "claude-code" : "*", '{');
			put_grant();
			close_member('}');
		}
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(key, sizeof(key), "['%s']", public[2 + i]);
		(void)snprintf(account, sizeof(account), "['%s']", bots[i]);
		(void)snprintf(email, sizeof(email), "['%s@example.org']", bots[i]);
		(void)snprintf(trailer, sizeof(trailer), "['Agent: %s']", bots[i]);
		if (roll(2) || (!low && i && roll(3)))
			continue;
		open_member(bots[i], '{');
		member(2, "owner", low ? "'carol'" : "'alice'");
		member(2, "accounts", account);
		member(3, "keys", key);
		member(2, "emails", email);
		member(2, "trailers", trailer);
		put_grant();
		close_member('}');
	}
	close_member('}');
}

#define APPROVERS(low)                                          \
	((low) ? PICK("['low']", "['carol']", "['codeowners']") \
	       : PICK("['team']", "['alice']", "['bob','team']"))

static void put_rules(bool low)
{
	(void)buf_addf(&text, "%s'rules':[", comma ? "," : "");
	for (uint32_t i = 0, count = roll(4); i < count; i++) {
		(void)buf_addf(&text, "%s{'name':'%s%u'", i ? "," : "",
			roll(15) ? (low ? "l" : "u") : "u", i);
		comma = true;
		member(1, "action", PICK("'deny'", "'hold'", "'hold'", "'warn'"));
		if (roll(4))
			member(1, "paths",
				PICK("['/docs/']", "['class:infrastructure']", "['class:money']",
					"['*.c','!/src/a.c']", "['/src/']",
					"['class:agent-instructions']"));
		else
			member(1, "content", "['class:credentials']");
		member(4, "mode", PICK("'observe'", "'enforce'"));
		member(2, "by", PICK("'anyone'", "'agents'", "['claude-code']", "['release-bot']"));
		member(3, "refs", PICK(REFS));
		if (roll(3)) {
			member(1, "approvers", APPROVERS(low));
			member(3, "approvals", PICK("1", "2"));
		}
		member(6, "presence", PICK("true", "false"));
		close_member('}');
	}
	close_member(']');
}

static void put_settings(bool low)
{
	if (roll(3) == 0) {
		open_member("approval", '{');
		member(2, "accept", PICK("['push']", "['tag']", "['push','commit']", "['merge']"));
		member(3, "expires", PICK("'never'", "'1s'", "'14d'"));
		member(2, "exclude", PICK("[]", "['owner']", "['pusher','owner']"));
		member(4, "presence", PICK("true", "false"));
		member(4, "land", PICK("true", "false"));
		member(4, "driver", PICK("'counts'", "'excluded'"));
		close_member('}');
	}
	if (roll(3) == 0) {
		open_member("limits", '{');
		member(4, "commits", PICK("1", "100000000"));
		member(4, "changes", PICK("1", "100000000"));
		member(4, "refs", PICK("1", "1000000"));
		member(4, "blob", PICK("1", "'1GiB'"));
		member(4, "seconds", PICK("10", "86400"));
		member(4, "holds", PICK("1", "100000"));
		member(3, "approvers", APPROVERS(low));
		close_member('}');
	}
	member(4, "delegates", roll(4) ? APPROVERS(low) : "[]");
	member(6, "account_env", "['X_PUSHER']");
	member(9, "syslog", PICK("true", "false"));
	member(9, "webhooks", "[{'url':'https://a.example/x'}]");
	member(6, "allow", "[{'kind':'private-key','paths':['*'],'reason':'r'}]");
}

static void put_terms(bool low)
{
	member(3, "mode", PICK("'observe'", "'enforce'"));
	member(2, "refs", PICK(REFS));
	member(2, "unattributed", PICK("'human'", "'agent'", "'deny'"));
	member(4, "classes",
		PICK("{'infrastructure.ci':['/docs/']}", "{'money':['/docs/']}",
			"{'infrastructure.ci':['!/.github/']}", "{'money':['/src/','!/src/a.c']}"));
	if (roll(3))
		put_people(low);
	if (roll(3))
		put_agents(low);
	if (roll(4))
		put_rules(low);
	put_settings(low);
}

static void put_policy(bool low)
{
	buf_clear(&text);
	(void)buf_adds(&text, "{'version':1");
	comma = true;
	if (budgets_alone)
		put_budgets(low);
	else
		put_terms(low);
	close_member('}');
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '\'')
			text.data[i] = '"';
}

static void write_policy(const char *name, bool low)
{
	FILE *out = fopen(name, "w");

	assert_non_null(out);
	put_policy(low);
	assert_int_equal(fwrite(text.data, 1, text.len, out), text.len);
	assert_int_equal(fclose(out), 0);
}

/* ---- pushes */

struct attempt {
	const char *account, *other; /* other: what the variable X_PUSHER says */
	const char *ref;
	struct oid old, new;
};

static struct attempt attempt_roll(void)
{
	struct attempt a = {
		.account = PICK("alice", "carol", "release-bot", "low-bot", "nobody"),
		.other = PICK("bob", "carol", "release-bot", "nobody"),
		.ref = PICK(
			"refs/heads/main", "refs/heads/main", "refs/heads/topic", "refs/tags/v1"),
		.old = base,
		.new = commits[roll((uint32_t)commit_count)],
	};

	if (roll(8) == 0) {
		a.old = a.new;
		a.new = roll(2) ? base : (struct oid){ 0 };
	}
	return a;
}

static void open_repository(struct session *session, struct policy *policy)
{
	struct facts *facts = &session->facts;
	struct fault f = { 0 };

	*session = (struct session){ .syslog = BUF_INIT(65536) };
	facts->dry = true;
	facts->past = true; /* nothing is spent, and nobody stopped */
	facts->policy = policy;
	facts->clock.now = 1800000000;
	facts->head = strdup("refs/heads/main");
	facts->name = strdup("r");
	if (repo_open(&facts->repo, "r.git", &f) < 0 ||
		state_open(&facts->state, repo_git_dir(facts->repo), STATE_READ, &f) < 0)
		fail_msg("%s", f.text);
}

static enum decision judged(struct session *session, const struct attempt *a)
{
	struct push *push = &session->facts.push;
	struct verdict verdict;
	struct ref_update *update;
	struct fault f = { 0 };
	enum decision decision;

	*push = (struct push){ .arena = ARENA_INIT(1u << 20), .count = 1 };
	push->updates = update = arena_alloc(&push->arena, sizeof(*update));
	*update = (struct ref_update){
		.name = a->ref, .target = a->ref, .claimed = a->old, .old = a->old, .new = a->new
	};
	push->account = strcmp(session->facts.policy->account_env[0], "X_PUSHER") == 0 ? a->other
										       : a->account;
	verdict_init(&verdict, update);
	if (session_push(session, true, &f) < 0 || session_judge(session, &verdict, &f) < 0)
		fail_msg("%s", f.text);
	decision = verdict.decision;
	verdict_release(&verdict);
	budget_free(session->budget);
	session->budget = NULL;
	judge_free(session->judge);
	session->judge = NULL;
	push_release(push);
	return decision;
}

static struct policy *load(bool as_site, bool below, struct span delegated)
{
	struct policy_sources sources = { .head = "refs/heads/main", .delegated = delegated };
	struct policy *policy = NULL;
	struct fault f = { 0 };

	if (as_site)
		sources.site = "upper.json";
	else
		sources.repository = "upper.json";
	if (below)
		sources.repository = "lower.json";
	(void)policy_load(&policy, &sources, &f);
	return policy;
}

/* Whether what lasts so long (0: for ever) lasts no longer than the other. */
static bool no_longer(int64_t some, int64_t other)
{
	return !other || (some && some <= other);
}

static bool terms_no_wider(const struct approval_terms *both, const struct approval_terms *alone)
{
	return !(both->accept & ~alone->accept) && no_longer(both->expires, alone->expires) &&
	       both->exclude_pusher >= alone->exclude_pusher &&
	       both->exclude_owner >= alone->exclude_owner && both->presence >= alone->presence &&
	       both->land <= alone->land && both->driver <= alone->driver;
}

/* Whether what the upper layer says stays; what it leaves open, a policy on the server may say. */
static bool limit_no_wider(int64_t both, int64_t alone, int64_t standard)
{
	return both <= alone || alone == standard;
}

static bool limits_no_wider(const struct limits *both, const struct limits *alone)
{
	return limit_no_wider(both->commits, alone->commits, 100000) &&
	       limit_no_wider(both->changes, alone->changes, 1000000) &&
	       limit_no_wider(both->refs, alone->refs, 1000) &&
	       limit_no_wider(both->blob, alone->blob, 32 << 20) &&
	       limit_no_wider(both->seconds, alone->seconds, 30) &&
	       limit_no_wider(both->holds, alone->holds, 200);
}

static size_t members_of(const struct policy *policy, const char *group)
{
	size_t count = 0;

	for (size_t i = 0; i < policy->person_count; i++)
		for (names of = policy->people[i].groups; *of; of++)
			count += strcmp(*of, group) == 0;
	return count;
}

/* The upper layer's rules ask as many of the same people, and of nobody else. */
static bool rules_no_wider(const struct policy *both, const struct policy *alone)
{
	for (size_t i = 0; i < alone->rule_count; i++) {
		const struct rule *rule = &alone->rules[i], *now = both->rules;

		while (now < both->rules + both->rule_count && strcmp(now->name, rule->name) != 0)
			now++;
		if (now == both->rules + both->rule_count || now->approvals < rule->approvals ||
			now->presence < rule->presence)
			return false;
		for (names name = now->approvers; *name; name++)
			if (members_of(both, *name) != members_of(alone, *name))
				return false;
	}
	return true;
}

static bool no_wider(const struct policy *both, const struct policy *alone)
{
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (alone->layers[i].there &&
			!terms_no_wider(&both->layers[i].approval, &alone->layers[i].approval))
			return false;
	return limits_no_wider(&both->limits, &alone->limits) &&
	       both->unattributed <= alone->unattributed && rules_no_wider(both, alone);
}

static bool try_pair(uint64_t seed, size_t pushes)
{
	bool as_site, in_tree;
	struct span delegated = { NULL, 0 };
	struct session alone, both;
	struct policy *upper, *lower;

	dice = seed * 2654435761u + 12345;
	budgets_alone = roll(3) == 0;
	write_policy("upper.json", false);
	write_policy("lower.json", true);
	in_tree = roll(3) == 0;
	as_site = !in_tree || roll(2);
	if (in_tree)
		delegated = buf_span(&text);
	upper = load(as_site, false, (struct span){ NULL, 0 });
	lower = upper ? load(as_site, !in_tree, delegated) : NULL;
	if (!lower) {
		policy_free(upper);
		return false;
	}
	if (!no_wider(lower, upper))
		fail_msg("SEED=%llu (%s): with lower.json the terms are wider",
			(unsigned long long)seed, in_tree ? "delegated" : "repository");
	open_repository(&alone, upper);
	open_repository(&both, lower);
	for (size_t i = 0; i < pushes; i++) {
		struct attempt a = attempt_roll();
		enum decision before = judged(&alone, &a), after = judged(&both, &a);

		if (after > before)
			fail_msg("SEED=%llu (%s): %s..%s to %s by %s was %s, and is %s with "
				 "lower.json",
				(unsigned long long)seed, in_tree ? "delegated" : "repository",
				oid_text(&a.old).hex, oid_text(&a.new).hex, a.ref, a.account,
				decision_name(before), decision_name(after));
	}
	session_close(&alone);
	session_close(&both);
	return true;
}

static void a_layer_below_never_makes_a_verdict_better(void **state)
{
	const char *seed = getenv("SEED"), *pairs = getenv("PAIRS");
	size_t wanted = seed ? 1 : pairs ? strtoul(pairs, NULL, 10) : 1200, tried = 0;

	(void)state;
	for (uint64_t i = seed ? strtoull(seed, NULL, 10) : 1; tried < wanted; i++) {
		bool loaded = try_pair(i, 8);

		tried += loaded || seed;
		if (!seed && i > 40 * wanted)
			fail_msg("of %llu pairs only %zu could be loaded", (unsigned long long)i,
				tried);
	}
}

/* ---- commits of every kind of maker */

static void make_key(const char *name, size_t which)
{
	char line[1024];

	sandbox_do("ssh-keygen -q -t ed25519 -N '' -C '' -f k_%s", name);
	assert_int_equal(sandbox_run(line, sizeof(line), "sed 's/ *$//' k_%s.pub", name), 0);
	public[which] = strdup(line);
}

static void make_commit(const char *path, const char *maker, const char *trailer, const char *key)
{
	sandbox_do("cd w && git checkout -q -B x base && mkdir -p \"$(dirname %s)\" && "
		   "echo %zu >>%s && echo %zu >>src/b.c && git add . && "
		   "GIT_AUTHOR_NAME=%s GIT_AUTHOR_EMAIL=%s@example.org GIT_COMMITTER_NAME=%s "
		   "GIT_COMMITTER_EMAIL=%s@example.org git %s%s commit -q %s -m x -m '%s'",
		path, commit_count, path, commit_count, maker, maker, maker, maker,
		key ? "-c gpg.format=ssh -c user.signingkey=../k_" : "", key ? key : "",
		key ? "-S" : "", trailer ? trailer : "");
	sandbox_id(&commits[commit_count], "cd w && git rev-parse x");
	commit_count++;
}

static int make_history(void **state)
{
	static const char *const paths[] = { "src/a.c", "docs/x", ".github/workflows/ci.yml",
		"AGENTS.md", ".countersign.json" };
	static const struct {
		const char *maker, *trailer, *key;
	} makers[] = {
		{ "alice", NULL, NULL },
		{ "carol", NULL, NULL },
		{ "zed", NULL, NULL },
		{ "zed", "Co-authored-by: Claude <noreply@anthropic.com>", NULL },
		{ "low-bot", NULL, NULL },
		{ "release-bot", "Agent: release-bot", NULL },
		{ "alice", NULL, "alice" },
		{ "carol", NULL, "carol" },
		{ "zed", NULL, "release-bot" },
		{ "low-bot", "Agent: low-bot", "low-bot" },
		{ "carol", "Agent: release-bot", "carol" },
	};

	(void)state;
	sandbox_enter();
	make_key("alice", 0);
	make_key("carol", 1);
	make_key("release-bot", 2);
	make_key("low-bot", 3);
	sandbox_do("git init -q -b main w && cd w && mkdir src && echo a >src/a.c && git add . && "
		   "git commit -q -m base && git branch base");
	sandbox_id(&base, "cd w && git rev-parse base");
	for (size_t p = 0; p < COUNT(paths); p++)
		for (size_t m = p; m < COUNT(makers); m += p < 3 ? 1 : 2)
			make_commit(paths[p], makers[m].maker, makers[m].trailer, makers[m].key);
	/* each has a branch, so that all are there; main and the tag lie at the beginning */
	sandbox_do("cd w && git checkout -q --detach base && git branch -f main base");
	for (size_t i = 0; i < commit_count; i++)
		sandbox_do("cd w && git branch c%zu %s", i, oid_text(&commits[i]).hex);
	sandbox_do("git clone -q --bare w r.git && cd r.git && git branch topic base && "
		   "git tag v1 base && git repack -qad");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_layer_below_never_makes_a_verdict_better),
	};

	return cmocka_run_group_tests(tests, make_history, NULL);
}
