/*
 * Layers can only tighten: whatever a layer below says, in all that a policy can say, either it is
 * refused, or no answer to any question becomes looser, nobody else may approve, and no setting is
 * wider than without it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "hooks/admin/path_decision.h"
#include "hooks/admin/policy_in_force.h"

/* What a site might say, of every kind. */
static const char above[] =
	"{'version':1,'mode':'enforce','refs':['HEAD','refs/tags/**'],'unattributed':'agent',"
	"'classes':{'infrastructure.ci':['/pipelines/'],'money':['/ledger/']},"
	"'people':{'alice':{'accounts':['alice'],'emails':['alice@example.com'],'groups':['"
	"platform']},"
	"'bob':{'accounts':['bob'],'groups':['platform','security']}},"
	"'agents':{'*':{'scope':['/src/','/ci/','/.github/'],'refs':['refs/heads/**']},"
	"'claude-code':{'owner':'alice','scope':['!/src/crypto/'],'expires':'2027-06-30',"
	"'budget':{'pushes':'60/h','files':300}},"
	"'release-bot':{'owner':'alice','accounts':['release-bot'],'scope':['/CHANGELOG.md'],"
	"'refs':['refs/heads/main']}},"
	"'rules':[{'name':'infrastructure','paths':['class:infrastructure'],'action':'hold','"
	"approvers':['platform'],'approvals':2},"
	"{'name':'keys','paths':['/keys/'],'action':'deny','by':'anyone'},"
	"{'name':'money','paths':['class:money'],'action':'hold','approvers':['bob'],'presence':"
	"true,'refs':['refs/**']},"
	"{'name':'credentials','content':['class:credentials'],'action':'deny','approvers':['"
	"security']}],"
	"'approval':{'accept':['tag','merge'],'expires':'7d','exclude':['pusher','owner'],'driver':"
	"'excluded','land':"
	"false},"
	"'delegates':['platform'],'account_env':['REMOTE_USER'],'syslog':true,"
	"'allow':[{'kind':'aws-access-key','paths':['/test/'],'reason':'samples'}],"
	"'webhooks':[{'url':'https://a.example/x','events':['held']}],"
	"'limits':{'commits':100,'changes':1000,'refs':10,'blob':'1MiB','seconds':5,'holds':7}}";

/* What somebody below might try, a key and its value each. */
static const char *const below[] = {
	/* the whole */
	"'mode':'observe'",
	"'refs':['refs/heads/nowhere']",
	"'refs':['refs/tags/none','!refs/heads/main']",
	"'unattributed':'human'",
	"'unattributed':'deny'",
	"'delegates':['alice']",
	"'delegates':[]",
	"'account_env':['X_PUSHER']",
	"'syslog':false",
	"'webhooks':[]",
	"'webhooks':[{'url':'https://b.example/x'}]",
	"'allow':[{'kind':'aws-access-key','paths':['*'],'reason':'all of them'}]",
	"'classes':{'infrastructure.ci':['!/pipelines/']}",
	"'classes':{'infrastructure.ci':['!.github/']}",
	"'classes':{'money':['!/ledger/']}",
	"'classes':{'money':['/other/']}",
	"'limits':{'commits':1000000,'changes':100000000,'refs':1000,'blob':'1GiB','seconds':3600,'"
	"holds':1000}",
	"'limits':{'commits':1,'holds':1}",
	"'approval':{'accept':['tag','merge','push','commit']}",
	"'approval':{'expires':'never'}",
	"'approval':{'expires':'3650d'}",
	"'approval':{'exclude':[]}",
	"'approval':{'land':true}",
	"'approval':{'driver':'counts'}",
	"'approval':{'presence':false}",
	/* people */
	"'people':{'alice':{'accounts':['mallory']}}",
	"'people':{'alice':{'groups':['security']}}",
	"'people':{'mallory':{'groups':['platform']}}",
	"'people':{'mallory':{'groups':['security']}}",
	"'people':{'mallory':{'accounts':['alice']}}",
	"'people':{'mallory':{'accounts':['release-bot']}}",
	"'people':{'mallory':{'emails':['alice@example.com']}}",
	"'people':{'platform':{}}",
	"'people':{'mallory':{'groups':['bob']}}",
	/* agents */
	"'agents':{'*':{'scope':['*']}}",
	"'agents':{'*':{'scope':['/src/crypto/','/keys/']}}",
	"'agents':{'*':{'refs':['refs/**']}}",
	"'agents':{'*':{'scope_action':'warn','scope':['/nothing/']}}",
	"'agents':{'*':{'rewrite':true}}",
	"'agents':{'*':{'expires':'2099-01-01'}}",
	"'agents':{'claude-code':{'scope':['*']}}",
	"'agents':{'claude-code':{'scope':['/src/crypto/']}}",
	"'agents':{'claude-code':{'scope':['!/nothing/']}}",
	"'agents':{'claude-code':{'refs':['refs/**']}}",
	"'agents':{'claude-code':{'expires':'2099-01-01'}}",
	"'agents':{'claude-code':{'owner':'bob'}}",
	"'agents':{'claude-code':{'accounts':['claude']}}",
	"'agents':{'claude-code':{'budget':{'pushes':'100000/h','files':100000}}}",
	"'agents':{'claude-code':{'budget':{'pushes':'1/s'}}}",
	"'agents':{'release-bot':{'accounts':['alice']}}",
	"'agents':{'release-bot':{'scope':['*'],'refs':['refs/**']}}",
	"'agents':{'release-bot':{'rewrite':true}}",
	"'agents':{'github-copilot':{'scope':['*'],'refs':['refs/**'],'rewrite':true}}",
	"'agents':{'other-bot':{'owner':'alice','emails':['o@example.com'],'scope':['*'],'rewrite':"
	"true}}",
	"'agents':{'other-bot':{'owner':'alice','accounts':['alice']}}",
	"'agents':{'other-bot':{'owner':'alice','accounts':['release-bot']}}",
	/* rules */
	"'rules':[{'name':'keys','paths':['/keys/'],'action':'warn'}]",
	"'rules':[{'name':'infrastructure','paths':['class:infrastructure'],'action':'warn','mode':"
	"'observe'}]",
	"'rules':[{'name':'looser','paths':['class:infrastructure'],'action':'warn','by':'anyone'}"
	"]",
	"'rules':[{'name':'looser','paths':['*','!/keys/','!.github/"
	"'],'action':'hold','approvers':['alice']}]",
	"'rules':[{'name':'looser','paths':['/keys/"
	"'],'action':'hold','approvers':['alice'],'refs':['refs/**'],'mode':'observe'}]",
	"'rules':[{'name':'looser','content':['class:credentials'],'action':'warn','deny_from':'"
	"never','hold_from':'never'}]",
	"'rules':[{'name':'scope','paths':['/a/'],'action':'warn'}]",
	"'rules':[]",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char folder[] = "/tmp/countersign-layers-XXXXXX";

/* Double quotes for single ones. */
static char *json_of(const char *text)
{
	char *copy = strdup(text);

	assert_non_null(copy);
	for (char *at = copy; *at; at++)
		if (*at == '\'')
			*at = '"';
	return copy;
}

static void put(const char *name, const char *text)
{
	char path[256], *json = json_of(text);
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(json, out);
	fclose(out);
	(void)chmod(path, 0644);
	free(json);
}

/* Loads the site's layer, with one below it unless that is NULL; NULL when it is refused. */
static struct policy *load(enum layer layer, const char *key)
{
	char site[256], repository[256], text[2048] = "", *delegated = NULL;
	struct policy_sources sources = { .site = site, .head = "refs/heads/main" };
	struct policy *policy = NULL;
	struct fault f = { 0 };

	(void)snprintf(site, sizeof(site), "%s/site.json", folder);
	(void)snprintf(repository, sizeof(repository), "%s/repository.json", folder);
	put("site.json", above);
	if (key)
		(void)snprintf(text, sizeof(text), "{'version':1,%s}", key);
	if (key && layer == LAYER_REPOSITORY) {
		put("repository.json", text);
		sources.repository = repository;
	} else if (key) {
		delegated = json_of(text);
		sources.delegated = span_of(delegated);
	}
	(void)policy_load(&policy, &sources, &f);
	if (!policy && !key)
		fail_msg("%s", f.text);
	free(delegated);
	return policy;
}

/* How strict an answer is: 0 the most. */
static int strictness(const struct policy *policy, const struct path_decision *asked)
{
	struct path_decision q = *asked;
	struct fault f = { 0 };

	q.policy = policy;
	assert_int_equal(path_decision_make(&q, &f), 0);
	return q.decision == DECISION_ALLOW ? (q.warned ? 2 : 3) : (int)q.decision;
}

static void answers_are_no_looser(
	const struct policy *strict, const struct policy *policy, const char *key)
{
	static const char *const agents[] = { NULL, "claude-code", "release-bot", "github-copilot",
		"cursor", "other-bot" };
	static const char *const paths[] = { "src/a.c", "src/crypto/a.c", "keys/a",
		".github/workflows/a.yml", "pipelines/a", "ledger/a", "CHANGELOG.md", "docs/a",
		"Dockerfile", "nothing/a" };
	static const char *const refs[] = { "refs/heads/main", "refs/heads/topic", "refs/tags/v1" };

	for (size_t a = 0; a < COUNT(agents); a++)
		for (size_t p = 0; p < COUNT(paths); p++)
			for (size_t r = 0; r < 2 * COUNT(refs); r++) {
				const struct path_decision q = { .agent = agents[a],
					.path = paths[p],
					.ref = refs[r / 2],
					.verified = r % 2 };

				if (strictness(policy, &q) > strictness(strict, &q))
					fail_msg("%s: %s by %s on %s is looser", key, q.path,
						q.agent ? q.agent : "a person", q.ref);
			}
}

/* Of a rule that is above, all stays, and nobody else may approve. */
static void rules_stay(const struct policy *strict, const struct policy *policy, const char *key)
{
	for (size_t i = 0; i < strict->rule_count; i++) {
		const struct rule *was = &strict->rules[i], *is = NULL;

		for (size_t k = 0; k < policy->rule_count; k++)
			if (strcmp(policy->rules[k].name, was->name) == 0) {
				assert_null(is);
				is = &policy->rules[k];
			}
		assert_non_null(is);
		if (is->action != was->action || is->observe || is->approvals < was->approvals ||
			is->presence < was->presence || is->by != was->by ||
			is->deny_from > was->deny_from || is->hold_from > was->hold_from)
			fail_msg("%s: the rule %s is looser", key, was->name);
		for (size_t k = 0; k < policy->person_count; k++) {
			const struct person *person = &policy->people[k],
					    *known = policy_person(strict, person->name);

			if (policy_names_person(is->approvers, person) &&
				!(known && policy_names_person(was->approvers, known)))
				fail_msg("%s: %s may approve %s", key, person->name, was->name);
		}
	}
}

static void people_stay(const struct policy *strict, const struct policy *policy, const char *key)
{
	for (size_t i = 0; i < strict->person_count; i++) {
		const struct person *was = &strict->people[i],
				    *is = policy_person(policy, was->name);

		assert_non_null(is);
		if (is->key_count != was->key_count ||
			is->approval_key_count != was->approval_key_count)
			fail_msg("%s: %s has other keys", key, was->name);
		for (names account = was->accounts; *account; account++)
			if (policy_account_person(policy, *account) != is)
				fail_msg("%s: the account %s is another's", key, *account);
	}
	if (policy_account_person(policy, "release-bot") ||
		!policy_account_agent(policy, "release-bot"))
		fail_msg("%s: the agent's account is another's", key);
}

static void agents_stay(const struct policy *strict, const struct policy *policy, const char *key)
{
	for (size_t i = 0; i < policy->agent_count; i++) {
		const struct agent *is = &policy->agents[i], *was = policy_agent(strict, is->name);

		if (is->rewrite && !(was && was->rewrite))
			fail_msg("%s: %s may rewrite", key, is->name);
		if (was && (is->owner != was->owner) &&
			(!is->owner || !was->owner || strcmp(is->owner, was->owner) != 0) &&
			was->owner)
			fail_msg("%s: %s has another owner", key, is->name);
		if (was && was->expires && (!is->expires || is->expires > was->expires))
			fail_msg("%s: %s expires later", key, is->name);
		if (was && (is->key_count != was->key_count))
			fail_msg("%s: %s has other keys", key, is->name);
		for (size_t k = 0; was && k < was->grant_count; k++) {
			const struct budget *a = was->grants[k].budget, *b = is->grants[k].budget;

			if (a && (!b || memcmp(&a->pushes, &b->pushes, sizeof(a->pushes)) != 0 ||
					 a->files != b->files))
				fail_msg("%s: the budget of %s is another", key, is->name);
		}
	}
}

static void settings_are_no_wider(
	const struct policy *strict, const struct policy *policy, const char *key)
{
	const struct approval_terms *a = &policy->approval, *s = &strict->approval;
	const struct limits *l = &policy->limits, *m = &strict->limits;
	bool wider = policy->observe || policy->unattributed > strict->unattributed ||
		     (a->accept & ~s->accept) || !a->expires || a->expires > s->expires ||
		     a->exclude_pusher < s->exclude_pusher || a->exclude_owner < s->exclude_owner ||
		     a->presence < s->presence || a->land > s->land || a->driver > s->driver ||
		     l->commits > m->commits || l->changes > m->changes || l->refs > m->refs ||
		     l->blob > m->blob || l->seconds > m->seconds || l->holds > m->holds ||
		     !policy->syslog || policy->webhook_count < strict->webhook_count;

	if (wider || strcmp(policy->account_env[0], "REMOTE_USER") != 0 || policy->account_env[1] ||
		strcmp(policy->delegates[0], "platform") != 0 || policy->delegates[1])
		fail_msg("%s: a setting is wider", key);
	for (size_t i = 0; i < policy->allowance_count; i++)
		if (policy->allowances[i].layer != LAYER_SITE)
			assert_true(policy->allowances[i].layer > strict->rules[3].layer);
}

static void whatever_is_said_below_only_tightens(void **state)
{
	struct policy *strict = load(LAYER_SITE, NULL);
	size_t loaded = 0, refused = 0;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(below); i++) {
		const char *key = below[i / 2];
		struct policy *policy = load(i % 2 ? LAYER_DELEGATED : LAYER_REPOSITORY, key);

		if (!policy) {
			refused++;
			continue;
		}
		loaded++;
		answers_are_no_looser(strict, policy, key);
		rules_stay(strict, policy, key);
		people_stay(strict, policy, key);
		agents_stay(strict, policy, key);
		settings_are_no_wider(strict, policy, key);
		policy_free(policy);
	}
	policy_free(strict);
	assert_true(loaded >= 50); /* or nothing was tried */
	assert_true(refused >= 20);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char path[256];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/site.json", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/repository.json", folder);
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_said_below_only_tightens),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
