/* The policy: what a loaded one says, and how layers come together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/policy.h"

static struct policy *loaded(const struct policy_sources *sources)
{
	struct fault f = { 0 };
	struct policy *policy;

	if (policy_load(&policy, sources, &f) < 0)
		fail_msg("%s", f.text);
	return policy;
}

static void the_example_of_the_interface_is_loaded_whole(void **state)
{
	struct policy_sources sources = {
		.site = SOURCE_DIR "/test/data/policies/valid/interface.json",
		.head = "refs/heads/main",
	};
	struct policy *policy = loaded(&sources);
	const struct agent *bot = policy_agent(policy, "release-bot");

	(void)state;
	assert_int_equal(policy->person_count, 1);
	assert_int_equal(policy->agent_count, 3);
	assert_int_equal(policy->rule_count, 6);
	assert_int_equal(policy->group_count, 3);
	assert_string_equal(bot->owner, "alice");
	assert_int_equal(bot->key_count, 1);
	assert_int_equal(bot->expires, 1814313600);
	assert_true(policy_agent(policy, "claude-code")->grants[0].scope_narrows);
	assert_true(policy_agent(policy, "claude-code")->catalogued);
	assert_false(bot->grants[0].scope_narrows);
	assert_ptr_equal(policy_account_agent(policy, "release-bot"), bot);
	assert_null(policy_account_person(policy, "release-bot"));
	assert_string_equal(policy_account_person(policy, "alice")->name, "alice");
	assert_int_equal(policy->rules[5].approvals, 2);
	assert_int_equal(policy->rules[5].by, BY_ANYONE);
	assert_int_equal(policy->rules[1].approvals, 1);
	assert_true(policy->groups[policy->rules[0].group].standard);
	assert_true(policy_group_governs(
		policy, &policy->groups[policy->rules[0].group], "refs/heads/main"));
	assert_false(policy_group_governs(
		policy, &policy->groups[policy->rules[0].group], "refs/heads/other"));
	assert_int_equal(policy->limits.blob, 32 << 20);
	assert_int_equal(policy->approval.accept, ACCEPT_TAG | ACCEPT_MERGE);
	assert_int_equal(policy->webhook_count, 1);
	policy_free(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_interface_is_loaded_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
