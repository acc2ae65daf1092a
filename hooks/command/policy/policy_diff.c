/* countersign policy diff OLD NEW: where two policies differ, for people and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/admin/table.h"
#include "hooks/command/policy/policy_history.h"
#include "hooks/reason/differ_words.h"
#include "hooks/reason/reason_json.h"

/* One of the two files, as the layer that it is to be. */
struct side {
	struct policy_in_force in_force;
	struct buf delegated;
	bool read; /* from standard input */
};

/* Both files, parted by a NUL. */
static int read_both(struct side sides[2], struct fault *f)
{
	struct side *side = sides;
	char bytes[65536];
	size_t got;

	while ((got = fread(bytes, 1, sizeof(bytes), stdin)) > 0)
		for (const char *at = bytes; at < bytes + got;) {
			size_t left = (size_t)(bytes + got - at);
			const char *nul = memchr(at, '\0', left);

			(void)buf_add(&side->delegated, at, nul ? (size_t)(nul - at) : left);
			at += nul ? (size_t)(nul - at) + 1 : left;
			if (nul && side++ != sides)
				return fault_set(f, FAULT_ADMIN, "standard input: more than two");
		}
	if (side == sides)
		return fault_set(f, FAULT_ADMIN, "standard input: two files, parted by a NUL");
	sides[0].read = sides[1].read = true;
	return sides[0].delegated.failed || sides[1].delegated.failed
		       ? fault_set(f, FAULT_ADMIN, "standard input: too large")
		       : 0;
}

/* Where both are `-`, they are read before they are opened. */
static int sides_read(struct side sides[2], const struct policy_args *words, struct fault *f)
{
	bool delegated = words->layer && strcmp(words->layer, layer_name(LAYER_DELEGATED)) == 0;

	for (int i = 0; i < 2; i++)
		sides[i].delegated = (struct buf)BUF_INIT(POLICY_FILE_MAX);
	if (strcmp(words->rest[0], "-") != 0 && strcmp(words->rest[1], "-") != 0)
		return 0;
	if (strcmp(words->rest[0], words->rest[1]) != 0 || !delegated)
		return fault_set(f, FAULT_ADMIN, "- stands for both files, of --layer delegated");
	return read_both(sides, f);
}

static int side_open(
	struct side *side, const struct policy_args *words, const char *file, struct fault *f)
{
	struct policy_args as = *words;
	const char *layer = words->layer ? words->layer : layer_name(LAYER_REPOSITORY);

	as.policy = strcmp(layer, layer_name(LAYER_REPOSITORY)) == 0 ? file : NULL;
	if (policy_in_force_open_as(&side->in_force, &as, f) < 0)
		return -1;
	if (strcmp(layer, layer_name(LAYER_SITE)) == 0) {
		side->in_force.sources.site = file;
	} else if (strcmp(layer, layer_name(LAYER_DELEGATED)) == 0) {
		if (!side->read && file_read(file, &side->delegated, f) < 0)
			return -1;
		side->in_force.sources.delegated = buf_span(&side->delegated);
		if (side->read && !side->delegated.len) /* there is none */
			side->in_force.sources.delegated = (struct span){ NULL, 0 };
	} else if (!as.policy) {
		return fault_set(f, FAULT_ADMIN, "--layer must be site, repository or delegated");
	}
	if (policy_in_force_load(&side->in_force, f) < 0)
		return -1;
	if (side->in_force.policy->passed_over)
		return fault_set(f, FAULT_ADMIN, "%s", side->in_force.policy->passed_over);
	return 0;
}

static void side_release(struct side *side)
{
	policy_in_force_release(&side->in_force);
	buf_release(&side->delegated);
}

static json_t *who_json(const struct differ_row *row)
{
	json_t *who = json_array();

	for (size_t i = 0; i < row->who_count; i++)
		(void)json_array_append_new(who,
			json_pack("{s:o, s:b}", "agent",
				row->who[i].agent ? cli_string(row->who[i].agent) : json_null(),
				"verified", (int)row->who[i].verified));
	return who;
}

static json_t *kinds_json(const struct differ_row *row)
{
	size_t count;
	const struct kind_case *cases = kind_cases(&count);
	json_t *kinds = json_array();

	for (size_t i = 0; i < count; i++)
		if (row->kinds >> i & 1)
			(void)json_array_append_new(kinds, json_string(cases[i].name));
	return kinds;
}

struct telling {
	const struct env *env;
	struct differ *differ;
	json_t *changes; /* NULL: for people */
};

static json_t *refs_json(const struct phrase *refs)
{
	json_t *array = json_array();

	for (size_t i = 0; i < refs->count; i++)
		for (names p = refs->terms[i].patterns; *p; p++)
			(void)json_array_append_new(array, cli_string(*p));
	return array;
}

/* What is told of one term of a region. */
struct told {
	const struct differ_row *row;
	const struct differ_region *region;
	const struct phrase *refs;
	const struct phrase_term *term;
	struct differ_example example;
};

static json_t *classes_json(const struct cells *cells, const struct differ_region *region, bool in)
{
	json_t *classes = json_array();

	for (size_t i = 0; i < cells->count; i++)
		if (region->mask >> i & 1 && (region->cells >> i & 1) == in)
			(void)json_array_append_new(classes, json_string(cells->items[i].name));
	return classes;
}

static json_t *example_json(const struct differ *differ, const struct told *told)
{
	const struct outcomes *outcomes = &differ->outcomes;
	json_t *example;

	if (!told->term->example)
		return json_null();
	example = reason_asker(&told->example.asker, told->term->example);
	json_object_set_new(example, "old", reason_outcome(outcomes, &told->example.outcomes[0]));
	json_object_set_new(example, "new", reason_outcome(outcomes, &told->example.outcomes[1]));
	return example;
}

static json_t *told_json(const struct differ *differ, const struct told *told)
{
	const struct outcomes *outcomes = &differ->outcomes;
	const struct differ_region *region = told->region;

	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:o, s:o, s:o}", "who",
		who_json(told->row), "kinds", kinds_json(told->row), "refs", refs_json(told->refs),
		"patterns", reason_names(told->term->patterns), "part", (int)told->term->part,
		"classes", classes_json(&differ->cells, region, true), "not_classes",
		classes_json(&differ->cells, region, false), "whole", (int)region->phrase.whole,
		"old", reason_outcome(outcomes, &outcomes->items[region->old]), "new",
		reason_outcome(outcomes, &outcomes->items[region->new]), "example",
		example_json(differ, told));
}

static int tell_region(struct telling *t, const struct differ_row *row,
	const struct differ_region *region, const struct phrase *refs, struct fault *f)
{
	for (size_t i = 0; i < region->phrase.count; i++) {
		struct told told = {
			.row = row, .region = region, .refs = refs, .term = &region->phrase.terms[i]
		};

		if (told.term->example &&
			differ_example(t->differ, row, told.term, &told.example, f) < 0)
			return -1;
		(void)json_array_append_new(t->changes, told_json(t->differ, &told));
	}
	return 0;
}

static int tell_row(struct telling *t, const struct differ_row *row, struct fault *f)
{
	const struct differ_case *c = &t->differ->cases[row->which];
	struct phrase refs;
	int status = ref_space_say(&t->differ->refs, row->refs, &refs, f);

	for (size_t i = 0; status == 0 && i < c->count; i++)
		status = tell_region(t, row, &c->regions[i], &refs, f);
	phrase_release(&refs);
	return status;
}

static void print_history(const json_t *history, FILE *out)
{
	size_t i;
	json_t *step;

	if (!history)
		return;
	(void)fprintf(out, "%zu push%s of that history would have ended differently\n",
		json_array_size(history), json_array_size(history) == 1 ? "" : "es");
	json_array_foreach(history, i, step)
	{
		const char *old, *new, *commit, *date;

		if (json_unpack(step, "{s:s, s:s, s:{s:s}, s:{s:s}}", "commit", &commit, "date",
			    &date, "old", "decision", &old, "new", "decision", &new) == 0)
			(void)fprintf(out, "  %.12s  %s  %s, now %s%s\n", commit, date, old, new,
				strcmp(old, new) == 0 ? " for other reasons" : "");
	}
}

static int print(struct telling *t, const json_t *history, struct fault *f)
{
	struct terminal_text text;
	int status;

	if (terminal_text_begin(&text, t->env) < 0)
		return fault_memory(f);
	status = differ_words(t->differ, text.out, f);
	if (status == 0)
		print_history(history, text.out);
	terminal_text_end(&text);
	return status;
}

static int tell(struct telling *t, const struct side sides[2], json_t *history, struct fault *f)
{
	json_t *object;

	if (!t->changes)
		return print(t, history, f);
	for (size_t i = 0; i < t->differ->row_count; i++)
		if (tell_row(t, &t->differ->rows[i], f) < 0)
			return -1;
	object = json_pack("{s:i, s:s, s:s, s:O}", "version", 1, "old",
		sides[0].in_force.policy->digest, "new", sides[1].in_force.policy->digest,
		"changes", t->changes);
	if (object && history)
		json_object_set(object, "history", history);
	return cli_line(object) < 0 ? fault_set(f, FAULT_ADMIN, "standard output: %m") : 0;
}

static int diff(const struct policy_args *words, struct telling *telling, struct side sides[2],
	struct fault *f)
{
	json_t *history = NULL;
	const char *head;
	int status = sides_read(sides, words, f);

	for (int i = 0; i < 2 && status == 0; i++)
		status = side_open(&sides[i], words, words->rest[i], f);
	if (status < 0)
		return -1;
	head = sides[0].in_force.head ? sides[0].in_force.head : "refs/heads/main";
	if (words->range && words->layer && strcmp(words->layer, layer_name(LAYER_REPOSITORY)) != 0)
		return fault_set(f, FAULT_ADMIN, "--range needs files of the repository's layer");
	status = differ_init(
		telling->differ, sides[0].in_force.policy, sides[1].in_force.policy, head, f);
	if (status == 0)
		status = differ_run(telling->differ, f);
	if (status == 0 && words->range)
		status = policy_history(words->env, words, &history, f);
	if (status == 0)
		status = tell(telling, sides, history, f);
	if (status == 0 && words->exit_code)
		status = telling->differ->row_count || json_array_size(history) > 0;
	json_decref(history);
	return status;
}

int policy_diff(const struct policy_args *words)
{
	struct side sides[2] = { { .delegated = { .len = 0 } } };
	struct differ *differ = calloc(1, sizeof(*differ));
	struct telling telling = { words->env, differ, words->json ? json_array() : NULL };
	struct fault f = { 0 };
	int status = differ ? diff(words, &telling, sides, &f) : fault_memory(&f);

	json_decref(telling.changes);
	if (differ)
		differ_release(differ);
	free(differ);
	side_release(&sides[0]);
	side_release(&sides[1]);
	return status < 0 ? policy_failed(&f) : status;
}
