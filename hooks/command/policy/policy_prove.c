/* countersign policy prove STATEMENT: yes, or a counterexample. */
#include <stdlib.h>
#include <string.h>

#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/admin/table.h"
#include "hooks/reason/prove.h"
#include "hooks/reason/reason_json.h"

/* The counterexample as one sentence: who, what change, where, and what becomes of it. */
static void print_counterexample(const struct proof *p, FILE *out)
{
	struct buf outcome = BUF_INIT(65536);
	const char *agent = p->asker.agent;

	(void)fputs("no: ", out);
	policy_print(out, !agent ? "a person" : strcmp(agent, "*") == 0 ? "any agent" : agent);
	if (agent && strcmp(agent, "*") != 0)
		(void)fputs(p->asker.verified ? " (verified)" : " (claimed)", out);
	(void)fputs(", ", out);
	policy_print(out, p->path.data);
	(void)fputs(" on ", out);
	policy_print(out, p->asker.ref);
	(void)fprintf(out, " (%s): ", p->change);
	outcome_say(&p->outcomes, &p->outcome, &outcome);
	policy_print(out, outcome.data ? outcome.data : "");
	(void)fputc('\n', out);
	buf_release(&outcome);
}

static int print_json(const struct proof *p)
{
	json_t *counterexample = json_null();

	if (p->found) {
		counterexample = reason_asker(&p->asker, p->path.data);
		json_object_set_new(counterexample, "change", json_string(p->change));
		json_object_set_new(
			counterexample, "outcome", reason_outcome(&p->outcomes, &p->outcome));
	}
	return cli_line(json_pack("{s:i, s:s, s:b, s:o, s:o}", "version", 1, "policy",
		p->policy->digest, "holds", (int)!p->found, "refs",
		reason_names(p->statement->refs), "counterexample", counterexample));
}

static void print_yes(const struct proof *p, FILE *out)
{
	(void)fputs("yes, on", out);
	for (names ref = p->statement->refs; *ref; ref++) {
		(void)fputc(' ', out);
		policy_print(out, strcmp(*ref, "HEAD") == 0 ? p->head : *ref);
	}
	(void)fputc('\n', out);
}

static int answer(const struct proof *p, const struct policy_args *words, struct fault *f)
{
	struct terminal_text text;

	if (words->json)
		return print_json(p) < 0 ? fault_set(f, FAULT_ADMIN, "standard output: %m") : 0;
	if (terminal_text_begin(&text, words->env) < 0)
		return fault_memory(f);
	if (p->found)
		print_counterexample(p, text.out);
	else
		print_yes(p, text.out);
	terminal_text_end(&text);
	return 0;
}

int policy_prove(const struct policy_args *words)
{
	struct policy_in_force in_force;
	struct statement statement;
	struct arena arena = ARENA_INIT((size_t)16 << 20);
	struct proof *proof = calloc(1, sizeof(*proof));
	struct fault f = { 0 };
	int status = policy_in_force_open_as(&in_force, words, &f), holds = -1;

	if (status == 0 && !proof)
		status = fault_memory(&f);
	if (status == 0)
		status = policy_in_force_load(&in_force, &f);
	if (status == 0)
		status = statement_read(&statement, words->rest, words->count, &arena, &f);
	if (status == 0) {
		proof->policy = in_force.policy;
		proof->statement = &statement;
		proof->head = in_force.head ? in_force.head : "refs/heads/main";
		holds = prove(proof, &f);
		status = holds < 0 ? -1 : answer(proof, words, &f);
		proof_release(proof);
	}
	free(proof);
	arena_release(&arena);
	policy_in_force_release(&in_force);
	return status < 0 ? policy_failed(&f) : !holds;
}
