/* The policy: what a loaded one says, and how layers come together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <dirent.h>

#include "common/policy/policy.h"

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

static char *slurp(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = calloc(1, 65536);

	assert_non_null(in);
	assert_non_null(text);
	assert_true(fread(text, 1, 65535, in) > 0);
	fclose(in);
	return text;
}

static void each_invalid_policy_is_refused_with_its_message(void **state)
{
	struct dirent **entries;
	int count;

	(void)state;
	assert_return_code(chdir(SOURCE_DIR "/test/data/policies/invalid"), 0);
	count = scandir(".", &entries, NULL, alphasort);
	assert_true(count > 20);
	for (int i = 0; i < count; i++) {
		char *name = entries[i]->d_name, *dot = strstr(name, ".json"), wanted[512];
		struct buf errors = BUF_INIT(65536);
		struct fault f = { 0 };
		char *text;

		if (dot) {
			(void)snprintf(
				wanted, sizeof(wanted), "%.*s.error", (int)(dot - name), name);
			text = slurp(wanted);
			assert_int_equal(policy_check_file(name, LAYER_REPOSITORY, &errors, &f), 1);
			assert_string_equal(errors.data, text);
			free(text);
		}
		buf_release(&errors);
		free(entries[i]);
	}
	free(entries);
}

static void each_odd_policy_is_good_and_warned_of(void **state)
{
	struct dirent **entries;
	int count;

	(void)state;
	assert_return_code(chdir(SOURCE_DIR "/test/data/policies/warned"), 0);
	count = scandir(".", &entries, NULL, alphasort);
	assert_true(count > 2);
	for (int i = 0; i < count; i++) {
		char *name = entries[i]->d_name, *dot = strstr(name, ".json"), wanted[512];
		struct buf warnings = BUF_INIT(65536);
		struct fault f = { 0 };
		char *text;

		if (dot) {
			(void)snprintf(
				wanted, sizeof(wanted), "%.*s.warning", (int)(dot - name), name);
			text = slurp(wanted);
			assert_int_equal(
				policy_check_file(name, LAYER_REPOSITORY, &warnings, &f), 0);
			assert_string_equal(warnings.data, text);
			free(text);
		}
		buf_release(&warnings);
		free(entries[i]);
	}
	free(entries);
}

/* A site's policy in a folder of its own, and a delegated one given as text. */
static int load_two(const char *site, const char *delegated, struct policy **out, struct fault *f)
{
	char path[] = "/tmp/countersign-policy-XXXXXX";
	int fd = mkstemp(path), outcome;
	struct policy_sources sources = { .site = path, .delegated = span_of(delegated) };

	assert_return_code(fd, 0);
	assert_int_equal(write(fd, site, strlen(site)), strlen(site));
	close(fd);
	outcome = policy_load(out, &sources, f);
	unlink(path);
	return outcome;
}

static const char site[] = "{\"version\":1,\"people\":{\"alice\":{\"groups\":[\"platform\"]}},"
			   "\"delegates\":[\"platform\"],\"limits\":{\"commits\":50},"
			   "\"rules\":[{\"name\":\"a\",\"paths\":[\"/a/"
			   "\"],\"action\":\"hold\",\"approvers\":[\"platform\"]}]}";

static void a_layer_below_can_only_tighten(void **state)
{
	static const char *const loosening[] = {
		"{\"version\":1,\"people\":{\"mallory\":{\"groups\":[\"platform\"]}}}",
		"{\"version\":1,\"people\":{\"alice\":{}}}",
		"{\"version\":1,\"people\":{\"mallory\":{\"accounts\":[\"m\"]}}}",
		("{\"version\":1,\"people\":{\"mallory\":{\"approval_keys\":"
		 "[\"openpgp:/tmp/a.asc\"]}}}"),
		"{\"version\":1,\"delegates\":[\"alice\"]}",
		"{\"version\":1,\"account_env\":[\"X\"]}",
		"{\"version\":1,\"webhooks\":[]}",
		"{\"version\":1,\"allow\":[]}",
		"{\"version\":1,\"classes\":{\"infrastructure.ci\":[\"!/a/\"]}}",
		"{\"version\":1,\"agents\":{\"*\":{\"rewrite\":true}}}",
		("{\"version\":1,\"rules\":[{\"name\":\"a\",\"paths\":[\"/b/"
		 "\"],\"action\":\"warn\"}]}"),
	};
	struct policy *policy;

	(void)state;
	for (size_t i = 0; i < sizeof(loosening) / sizeof(loosening[0]); i++) {
		struct fault f = { 0 };

		assert_int_equal(load_two(site, loosening[i], &policy, &f), 0);
		assert_non_null(strstr(policy->passed_over, ".countersign.json:1:"));
		assert_true(policy->rule_count == 1 && !*policy->people[0].accounts);
		for (size_t k = 1; k < policy->person_count; k++)
			assert_true(!*policy->people[k].groups && !policy->people[k].key_count &&
				    !policy->people[k].approval_key_count);
		policy_free(policy);
	}
}

static void a_layer_below_tightens(void **state)
{
	struct fault f = { 0 };
	struct policy *policy;

	(void)state;
	assert_int_equal(
		load_two(site,
			"{\"version\":1,\"mode\":\"observe\",\"unattributed\":\"deny\",\"limits\":"
			"{\"commits\":100,\"holds\":5},\"approval\":{\"exclude\":[],\"land\":true,"
			"\"accept\":[\"push\"],\"expires\":\"never\"}}",
			&policy, &f),
		0);
	assert_int_equal(policy->limits.commits, 50);
	assert_int_equal(policy->limits.holds, 5);
	assert_int_equal(policy->unattributed, UNATTRIBUTED_DENY);
	assert_int_equal(policy->approval.accept, ACCEPT_TAG);
	assert_int_equal(policy->approval.expires, 14 * 86400);
	assert_true(policy->approval.exclude_owner);
	assert_false(policy->approval.land);
	assert_false(policy->observe);
	assert_false(policy->rules[0].observe);
	policy_free(policy);
}

static void a_delegated_file_that_nobody_answers_for_is_ignored(void **state)
{
	struct fault f = { 0 };
	struct policy *policy;

	(void)state;
	assert_int_equal(load_two("{\"version\":1}", "nonsense", &policy, &f), 0);
	assert_null(policy->files[LAYER_DELEGATED]);
	policy_free(policy);
}

static void no_layer_at_all_is_a_fault(void **state)
{
	struct policy_sources sources = { .site = "/nonexistent/policy.json",
		.delegated = span_of("{\"version\":1}") };
	struct fault f = { 0 };
	struct policy *policy;

	(void)state;
	assert_int_equal(policy_load(&policy, &sources, &f), -1);
	assert_non_null(strstr(f.text, "no policy found"));
}

/* A hundred rules of ten patterns each, of which two rules do what another does already. */
static void a_thousand_patterns_are_checked_at_once(void **state)
{
	char path[] = "/tmp/countersign-policy-XXXXXX";
	FILE *out = fdopen(mkstemp(path), "w");
	struct buf errors = BUF_INIT(65536);
	struct fault f = { 0 };
	clock_t begun;

	(void)state;
	assert_non_null(out);
	fputs("{\"version\":1,\"people\":{\"alice\":{\"emails\":[\"a@b.org\"],"
	      "\"accounts\":[\"alice\"]}},\"rules\":[",
		out);
	for (int i = 0; i < 100; i++) {
		fprintf(out,
			"%s{\"name\":\"r%d\",\"action\":\"hold\",\"approvers\":[\"alice\"],"
			"\"paths\":[",
			i ? "," : "", i);
		for (int k = 0; k < 10; k++) /* the rules 50 and 99 are parts of rule 0 */
			fprintf(out, i == 50 || i == 99 ? "%s\"/d0/e%d/f%d/\"" : "%s\"/d%d/e%d/\"",
				k ? "," : "", i == 50 || i == 99 ? k : i,
				i == 50 || i == 99 ? i : k);
		fputs("]}", out);
	}
	fputs("]}", out);
	assert_return_code(fclose(out), 0);
	begun = clock();
	assert_int_equal(policy_check_file(path, LAYER_REPOSITORY, &errors, &f), 0);
	assert_true(clock() - begun < 5 * CLOCKS_PER_SEC);
	assert_non_null(strstr(errors.data, "$.rules[50].name: warning: does nothing that 'r0'"));
	assert_non_null(strstr(errors.data, "$.rules[99].name: warning: does nothing that 'r0'"));
	assert_null(strstr(errors.data, "$.rules[51]"));
	buf_release(&errors);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_interface_is_loaded_whole),
		cmocka_unit_test(each_invalid_policy_is_refused_with_its_message),
		cmocka_unit_test(each_odd_policy_is_good_and_warned_of),
		cmocka_unit_test(a_layer_below_can_only_tighten),
		cmocka_unit_test(a_layer_below_tightens),
		cmocka_unit_test(a_delegated_file_that_nobody_answers_for_is_ignored),
		cmocka_unit_test(no_layer_at_all_is_a_fault),
		cmocka_unit_test(a_thousand_patterns_are_checked_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
