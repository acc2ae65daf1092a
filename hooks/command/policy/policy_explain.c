/* countersign policy explain PATH, and policy test FILE: an admin's own table of expectations. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/file.h"
#include "common/base/json.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/path_decision.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/admin/table.h"

static const char *ref_or_head(const struct policy_in_force *in_force, const char *ref)
{
	return ref ? ref : in_force->head ? in_force->head : "refs/heads/main";
}

/* Where CODEOWNERS is read: the ref's value, or that of the branch that HEAD names.  0 or -1. */
static int find_owners(
	const struct policy_in_force *in_force, struct path_decision *q, struct fault *f)
{
	const char *const refs[] = { q->ref, in_force->head };
	struct ref_value value = { 0 };

	if (!in_force->repo)
		return 0;
	for (size_t i = 0; i < 2 && value.kind != REF_DIRECT; i++) {
		if (repo_ref(in_force->repo, refs[i], &value, f) < 0)
			return -1;
		free(value.target);
	}
	if (value.kind == REF_DIRECT)
		q->commit = value.id;
	return code_owners_new(&q->owners, in_force->policy, in_force->repo, f);
}

static const char *who_of(const struct path_decision *q)
{
	return !q->agent ? "a person" : strcmp(q->agent, "*") == 0 ? "any agent" : q->agent;
}

/* What is asked, before the answer is explained. */
static void print_question(const struct path_decision *q)
{
	policy_print(q->out, q->path);
	(void)fputs(" on ", q->out);
	policy_print(q->out, q->ref);
	(void)fputs(", changed by ", q->out);
	policy_print(q->out, who_of(q));
	if (q->agent)
		(void)fputs(q->verified ? " (verified)" : " (claimed)", q->out);
	(void)fputc('\n', q->out);
}

/* The answer as an object; its lines are those of the explanation for people. */
static int print_json(const struct path_decision *q)
{
	return cli_line(json_pack("{s:o, s:o, s:o, s:b, s:s, s:b, s:O}", "path",
		cli_string(q->path), "ref", cli_string(q->ref), "agent",
		q->agent ? cli_string(q->agent) : json_null(), "verified", q->verified, "decision",
		decision_name(q->decision), "warned", q->warned, "because", q->told));
}

static int explain(struct policy_in_force *in_force, struct path_decision *q, struct fault *f)
{
	int status = path_decision_valid(q, f);

	if (status == 0)
		status = find_owners(in_force, q, f);
	if (status == 0 && q->out)
		print_question(q);
	if (status == 0)
		status = path_decision_make(q, f);
	code_owners_free(q->owners);
	if (status == 0 && q->out)
		(void)fprintf(q->out, "decision: %s%s\n", decision_name(q->decision),
			q->warned ? ", with a warning" : "");
	if (status == 0 && q->told && print_json(q) < 0)
		status = fault_set(f, FAULT_ADMIN, "standard output: %m");
	return status;
}

int policy_explain(const struct policy_args *words)
{
	struct policy_in_force in_force;
	struct fault f = { 0 };
	int status = policy_in_force_open_as(&in_force, words, &f);
	struct path_decision q = { .verified = words->verified,
		.path = words->rest[0],
		.now = time(NULL),
		.told = words->json ? json_array() : NULL };
	struct terminal_text text = { .out = NULL };

	if (!words->json && terminal_text_begin(&text, words->env) < 0)
		status = fault_memory(&f);
	q.out = text.out;
	if (words->person && (words->agent || words->verified))
		status = fault_set(&f, FAULT_ADMIN,
			"--person is not an agent, and cannot be recognised as one");
	if (status == 0)
		status = policy_in_force_load(&in_force, &f);
	if (status == 0) {
		q.policy = in_force.policy;
		q.agent = words->person ? NULL : words->agent ? words->agent : "*";
		q.ref = ref_or_head(&in_force, words->ref);
		q.head = in_force.head;
		status = explain(&in_force, &q, &f);
	}
	terminal_text_end(&text);
	json_decref(q.told);
	policy_in_force_release(&in_force);
	return status < 0 ? policy_failed(&f) : 0;
}

static const char *text_of(const struct json_at *row, const char *key)
{
	struct json_at at;

	return json_at_member(row, key, &at) ? json_at_text(&at) : NULL;
}

static const struct {
	const char *name;
	enum json_kind kind;
} row_keys[] = {
	{ "agent", JSON_KIND_TEXT },
	{ "verified", JSON_KIND_BOOLEAN },
	{ "ref", JSON_KIND_TEXT },
	{ "path", JSON_KIND_TEXT },
	{ "expect", JSON_KIND_TEXT },
	{ "description", JSON_KIND_TEXT },
};

/* Whether a row may have the key, and such a value in it. */
static bool row_key_good(const struct json_at *at)
{
	for (size_t i = 0; i < sizeof(row_keys) / sizeof(row_keys[0]); i++)
		if (strcmp(row_keys[i].name, at->key) == 0)
			return row_keys[i].kind == json_at_kind(at);
	return false;
}

/* Whether it is a word that answer_word() can say. */
static bool expectation_good(const char *word)
{
	static const char *const words[] = { "allow", "warn", "hold", "deny" };

	for (size_t i = 0; word && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

/* Whether the row has the keys that it needs and no others. */
static bool row_good(const struct json_at *row)
{
	struct json_at at;

	if (json_at_kind(row) != JSON_KIND_OBJECT)
		return false;
	for (bool more = json_at_first(row, &at); more; more = json_at_next(&at))
		if (!row_key_good(&at))
			return false;
	return text_of(row, "path") && expectation_good(text_of(row, "expect"));
}

static const char *answer_word(const struct path_decision *q)
{
	return q->decision == DECISION_ALLOW && q->warned ? "warn" : decision_name(q->decision);
}

/* Holds one row against the policy; 0 as expected, 1 not so, -1. */
static int row_test(
	const struct policy_in_force *in_force, const struct json_at *row, struct fault *f)
{
	struct json_at verified;
	struct path_decision q = {
		.policy = in_force->policy,
		.agent = text_of(row, "agent"),
		.ref = ref_or_head(in_force, text_of(row, "ref")),
		.path = text_of(row, "path"),
		.verified = json_at_member(row, "verified", &verified) && json_at_true(&verified),
		.head = in_force->head,
		.now = time(NULL),
	};
	const char *expect = text_of(row, "expect");

	if (path_decision_valid(&q, f) < 0 || path_decision_make(&q, f) < 0)
		return -1;
	if (strcmp(answer_word(&q), expect) == 0)
		return 0;
	policy_print(stdout, q.path);
	printf(" by ");
	policy_print(stdout, q.agent ? q.agent : "a person");
	printf(" on ");
	policy_print(stdout, q.ref);
	printf(": expected ");
	policy_print(stdout, expect);
	printf(", is %s\n", answer_word(&q));
	return 1;
}

static int rows_test(const struct policy_in_force *in_force, const char *file,
	const struct json_doc *doc, struct fault *f)
{
	struct json_at root = json_at_root(doc);
	size_t wrong = 0;

	if (json_at_kind(&root) != JSON_KIND_LIST)
		return fault_set(f, FAULT_ADMIN, "%s: must be a list of rows", file);
	for (size_t i = 0; i < json_at_count(&root); i++) {
		struct json_at row = json_at_item(&root, i);
		int outcome;

		if (!row_good(&row))
			return fault_set(f, FAULT_ADMIN,
				"%s: $[%zu]: a row has \"path\" and \"expect\" (allow, warn, hold "
				"or "
				"deny), and may have \"agent\", \"verified\", \"ref\" and "
				"\"description\"",
				file, i);
		outcome = row_test(in_force, &row, f);
		if (outcome < 0)
			return fault_context(f, "%s: $[%zu]", file, i);
		wrong += (size_t)outcome;
	}
	printf("%zu of %zu as expected\n", json_at_count(&root) - wrong, json_at_count(&root));
	return wrong != 0;
}

int policy_test(const struct policy_args *words)
{
	struct policy_in_force in_force = { 0 };
	struct buf text = BUF_INIT(4u << 20);
	struct json_doc doc = { 0 };
	struct json_error error;
	struct fault f = { 0 };
	int status = -1;

	if (file_read(words->rest[0], &text, &f) == 0 &&
		policy_in_force_open_as(&in_force, words, &f) == 0 &&
		policy_in_force_load(&in_force, &f) == 0) {
		if (json_doc_parse(&doc, buf_span(&text), &error) < 0)
			(void)fault_set(&f, FAULT_ADMIN, "%s:%zu:%zu: %s: %s", words->rest[0],
				error.line, error.column, error.path, error.text);
		else
			status = rows_test(&in_force, words->rest[0], &doc, &f);
	}
	json_doc_release(&doc);
	buf_release(&text);
	policy_in_force_release(&in_force);
	return status < 0 ? policy_failed(&f) : status;
}
