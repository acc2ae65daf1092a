#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "common/facts/verdict.h"

static const struct ref_update update = { .name = "refs/heads/main", .target = "refs/heads/main" };
static const char *const platform[] = { "platform", NULL };

static struct finding finding_at(const char *path, enum action action)
{
	return (struct finding){
		.rule = "infrastructure",
		.action = action,
		.commit = { .hash = { 1 } },
		.agents = "claude-code",
		.path = { path, strlen(path) },
		.new = { MODE_FILE, { .hash = { 9 } } },
		.detail = "",
		.approvers = platform,
		.approvals = 1,
	};
}

static void add(struct verdict *verdict, struct finding finding)
{
	struct fault f = { 0 };

	assert_int_equal(verdict_add(verdict, &finding, &f), 0);
}

static void conclude(struct verdict *verdict)
{
	struct fault f = { 0 };

	assert_int_equal(verdict_conclude(verdict, "r", 0, &f), 0);
}

static void it_starts_from_deny(void **state)
{
	struct verdict verdict;

	(void)state;
	verdict_init(&verdict, &update);
	assert_int_equal(verdict.decision, DECISION_DENY);
	assert_int_equal(((struct verdict){ 0 }).decision, DECISION_DENY);
	conclude(&verdict);
	assert_int_equal(verdict.decision, DECISION_ALLOW);
	assert_string_equal(verdict.digest, "");
	verdict_release(&verdict);
}

static void the_worst_finding_wins(void **state)
{
	struct verdict verdict;
	struct finding observed = finding_at("c", ACTION_DENY);

	(void)state;
	verdict_init(&verdict, &update);
	add(&verdict, finding_at("a", ACTION_WARN));
	conclude(&verdict);
	assert_int_equal(verdict.decision, DECISION_ALLOW);
	add(&verdict, finding_at("b", ACTION_HOLD));
	observed.observe = true;
	add(&verdict, observed);
	conclude(&verdict);
	assert_int_equal(verdict.decision, DECISION_HOLD);
	assert_int_equal(verdict.would_be, DECISION_DENY);
	add(&verdict, finding_at("d", ACTION_DENY));
	conclude(&verdict);
	assert_int_equal(verdict.decision, DECISION_DENY);
	verdict_release(&verdict);
}

/* The digest of a verdict on the findings, in the order given. */
static void digest(char out[65], const struct finding *findings, size_t count, int64_t landed)
{
	struct verdict verdict;
	struct fault f = { 0 };

	verdict_init(&verdict, &update);
	for (size_t i = 0; i < count; i++)
		add(&verdict, findings[i]);
	assert_int_equal(verdict_conclude(&verdict, "r", landed, &f), 0);
	memcpy(out, verdict.digest, 65);
	verdict_release(&verdict);
}

static void the_digest_is_of_the_flagged_transitions(void **state)
{
	struct finding ab[] = { finding_at("a", ACTION_HOLD), finding_at("b", ACTION_HOLD) };
	struct finding ba[] = { ab[1], ab[0] };
	struct finding rebased[] = { ab[0], ab[1] };
	struct finding warned[] = { ab[0], ab[1], finding_at("z", ACTION_WARN) };
	struct finding other[] = { ab[0], ab[1] };
	char first[65], second[65];

	(void)state;
	digest(first, ab, 2, 0);
	digest(second, ba, 2, 0);
	assert_string_equal(first, second);
	rebased[0].commit.hash[0] = 7;
	digest(second, rebased, 2, 0);
	assert_string_equal(first, second);
	digest(second, warned, 3, 0);
	assert_string_equal(first, second);
	other[1].new.id.hash[0] = 8;
	digest(second, other, 2, 0);
	assert_string_not_equal(first, second);
	digest(second, ab, 1, 0);
	assert_string_not_equal(first, second);
	digest(second, ab, 2, 1);
	assert_string_not_equal(first, second);
}

static void findings_do_not_run_together(void **state)
{
	struct finding one[] = { finding_at("a\n14 infrastructure 0", ACTION_HOLD) };
	struct finding two[] = { finding_at("a", ACTION_HOLD),
		finding_at("14 infrastructure 0", ACTION_HOLD) };
	char first[65], second[65];

	(void)state;
	digest(first, one, 1, 0);
	digest(second, two, 2, 0);
	assert_string_not_equal(first, second);
}

static void the_same_finding_twice_is_one(void **state)
{
	struct verdict verdict;

	(void)state;
	verdict_init(&verdict, &update);
	add(&verdict, finding_at("a", ACTION_HOLD));
	add(&verdict, finding_at("a", ACTION_HOLD));
	assert_int_equal(verdict.count, 1);
	verdict_release(&verdict);
}

static void of_two_about_the_same_the_one_that_decides_is_kept(void **state)
{
	struct finding observed = finding_at("a", ACTION_DENY);
	struct finding held[] = { finding_at("a", ACTION_HOLD), finding_at("b", ACTION_HOLD) };
	struct finding masked[] = { finding_at("a", ACTION_WARN), observed, held[0], observed,
		finding_at("b", ACTION_WARN), held[1] };
	struct verdict verdict;
	char first[65], second[65];

	(void)state;
	masked[1].observe = masked[3].observe = true;
	verdict_init(&verdict, &update);
	for (size_t i = 0; i < 4; i++)
		add(&verdict, masked[i]);
	conclude(&verdict);
	assert_int_equal(verdict.count, 1);
	assert_int_equal(verdict.findings[0].action, ACTION_HOLD);
	assert_false(verdict.findings[0].observe);
	assert_int_equal(verdict.decision, DECISION_HOLD);
	verdict_release(&verdict);
	digest(first, held, 2, 0);
	digest(second, masked, 6, 0);
	assert_string_equal(first, second);
}

static void what_is_flagged_beyond_the_list_is_in_the_digest(void **state)
{
	struct ref_update another = update;
	struct verdict verdict;
	char path[32], digests[2][65];

	(void)state;
	for (unsigned char tip = 0; tip < 2; tip++) {
		another.new.hash[0] = tip;
		verdict_init(&verdict, &another);
		for (int i = 0; i < FINDINGS_MAX; i++) {
			(void)snprintf(path, sizeof(path), "%d", i);
			add(&verdict, finding_at(path, ACTION_WARN));
		}
		add(&verdict, finding_at("last", ACTION_HOLD));
		conclude(&verdict);
		assert_int_equal(verdict.decision, DECISION_HOLD);
		assert_int_equal(strlen(verdict.hold), 16);
		memcpy(digests[tip], verdict.digest, 65);
		verdict_release(&verdict);
	}
	assert_string_not_equal(digests[0], digests[1]);
}

static void what_does_not_fit_still_counts(void **state)
{
	struct verdict verdict;
	char path[32];

	(void)state;
	verdict_init(&verdict, &update);
	for (int i = 0; i < FINDINGS_MAX; i++) {
		(void)snprintf(path, sizeof(path), "%d", i);
		add(&verdict, finding_at(path, ACTION_HOLD));
	}
	add(&verdict, finding_at("last", ACTION_DENY));
	conclude(&verdict);
	assert_int_equal(verdict.more, 1);
	assert_int_equal(verdict.decision, DECISION_DENY);
	verdict_release(&verdict);
}

static json_t *object_of(struct verdict *verdict)
{
	struct verdict_context context = { .repository = "app", .account = "dev1", .policy = "p" };
	struct buf out = BUF_INIT(1 << 20);
	struct fault f = { 0 };
	json_t *object;

	conclude(verdict);
	assert_int_equal(verdict_json(verdict, &context, &out, &f), 0);
	assert_null(strchr(out.data, '\n'));
	object = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(object);
	buf_release(&out);
	return object;
}

static void a_path_that_is_no_utf8_is_given_twice(void **state)
{
	struct verdict verdict;
	json_t *object, *first;

	(void)state;
	verdict_init(&verdict, &update);
	add(&verdict, finding_at("a\xff\nb", ACTION_HOLD));
	object = object_of(&verdict);
	first = json_array_get(json_object_get(object, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "path")), "a\\xff\\nb");
	assert_string_equal(json_string_value(json_object_get(first, "path_base64")), "Yf8KYg==");
	json_decref(object);
	verdict_release(&verdict);
}

static void a_path_that_had_to_be_escaped_is_given_twice(void **state)
{
	static const struct {
		const char *path, *base64;
	} rows[] = { { "a\nb", "YQpi" }, { "a\\b", "YVxi" }, { "a/b", NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct verdict verdict;
		json_t *object, *whole;

		verdict_init(&verdict, &update);
		add(&verdict, finding_at(rows[i].path, ACTION_HOLD));
		object = object_of(&verdict);
		whole = json_object_get(
			json_array_get(json_object_get(object, "findings"), 0), "path_base64");
		if (rows[i].base64)
			assert_string_equal(json_string_value(whole), rows[i].base64);
		else
			assert_null(whole);
		json_decref(object);
		verdict_release(&verdict);
	}
}

static void a_name_that_holds_a_credential_is_withheld(void **state)
{
	struct verdict verdict;
	struct finding named = finding_at("SECRET", ACTION_DENY);
	json_t *object;
	char *text;

	(void)state;
	named.rule = "credentials";
	named.kind = "token";
	verdict_init(&verdict, &update);
	add(&verdict, finding_at("SECRET", ACTION_HOLD));
	add(&verdict, named);
	object = object_of(&verdict);
	text = json_dumps(object, 0);
	assert_null(strstr(text, "SECRET"));
	free(text);
	json_decref(object);
	verdict_release(&verdict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_starts_from_deny),
		cmocka_unit_test(the_worst_finding_wins),
		cmocka_unit_test(the_digest_is_of_the_flagged_transitions),
		cmocka_unit_test(findings_do_not_run_together),
		cmocka_unit_test(the_same_finding_twice_is_one),
		cmocka_unit_test(of_two_about_the_same_the_one_that_decides_is_kept),
		cmocka_unit_test(what_is_flagged_beyond_the_list_is_in_the_digest),
		cmocka_unit_test(what_does_not_fit_still_counts),
		cmocka_unit_test(a_path_that_is_no_utf8_is_given_twice),
		cmocka_unit_test(a_path_that_had_to_be_escaped_is_given_twice),
		cmocka_unit_test(a_name_that_holds_a_credential_is_withheld),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
