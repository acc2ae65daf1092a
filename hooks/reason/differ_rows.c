/* The rows of a difference: askers for whom it is the same are told together. */
#include <stdlib.h>
#include <string.h>

#include "hooks/admin/path_decision.h"
#include "hooks/reason/differ.h"

struct running {
	struct differ *differ;
	struct fault *f;
};

static bool same_person(const struct differ_who *a, const struct differ_who *b)
{
	if (a->verified != b->verified || !a->agent || !b->agent)
		return a->verified == b->verified && a->agent == b->agent;
	return strcmp(a->agent, b->agent) == 0;
}

/* A row of that case, that kind of change and that asker, on one more class of refs. */
static int add_row(
	struct running *r, size_t which, const struct differ_who *who, size_t kind, size_t ref)
{
	struct differ *d = r->differ;
	struct differ_row *row = NULL, *grown;

	for (size_t i = 0; !row && i < d->row_count; i++)
		if (d->rows[i].which == which && d->rows[i].kinds == 1u << kind &&
			same_person(&d->rows[i].who[0], who))
			row = &d->rows[i];
	if (!row) {
		grown = realloc(d->rows, (d->row_count + 1) * sizeof(*grown));
		if (!grown)
			return fault_memory(r->f);
		d->rows = grown;
		row = &grown[d->row_count];
		*row = (struct differ_row){ .which = which, .kinds = 1u << kind, .who_count = 1 };
		row->who = malloc(sizeof(*who));
		if (!row->who)
			return fault_memory(r->f);
		row->who[0] = *who;
		d->row_count++;
	}
	row->refs |= UINT64_C(1) << ref;
	return 0;
}

static int each_kind(struct running *r, const struct differ_who *who, size_t ref)
{
	size_t count;
	const struct kind_case *cases = kind_cases(&count);

	for (size_t kind = 0; kind < count; kind++) {
		struct asker asker = { .agent = who->agent,
			.verified = who->verified,
			.ref = r->differ->refs.examples[ref],
			.adds = cases[kind].adds,
			.kinds = cases[kind].kinds };
		int64_t which = differ_ask(r->differ, &asker, r->f);

		if (which == -1)
			return -1;
		if (which >= 0 && r->differ->cases[which].count > 0 &&
			add_row(r, (size_t)which, who, kind, ref) < 0)
			return -1;
	}
	return 0;
}

static int each_who(void *context, const struct differ_who *who)
{
	struct running *r = context;

	for (size_t ref = 0; ref < r->differ->refs.count; ref++)
		if (r->differ->refs.examples[ref] && each_kind(r, who, ref) < 0)
			return -1;
	return 0;
}

static bool same_who(const struct differ_row *a, const struct differ_row *b)
{
	if (a->who_count != b->who_count)
		return false;
	for (size_t i = 0; i < a->who_count; i++)
		if (!same_person(&a->who[i], &b->who[i]))
			return false;
	return true;
}

static void drop_row(struct differ *d, size_t row)
{
	free(d->rows[row].who);
	d->row_count--;
	memmove(&d->rows[row], &d->rows[row + 1], (d->row_count - row) * sizeof(d->rows[0]));
}

/* Kinds of change that differ alike are one row. */
static void merge_kinds(struct differ *d)
{
	for (size_t i = 0; i < d->row_count; i++)
		for (size_t k = i + 1; k < d->row_count;) {
			struct differ_row *a = &d->rows[i], *b = &d->rows[k];

			if (a->which != b->which || a->refs != b->refs || !same_who(a, b)) {
				k++;
				continue;
			}
			a->kinds |= b->kinds;
			drop_row(d, k);
		}
}

/* So are people and agents. */
static int merge_who(struct differ *d, struct fault *f)
{
	for (size_t i = 0; i < d->row_count; i++)
		for (size_t k = i + 1; k < d->row_count;) {
			struct differ_row *a = &d->rows[i], *b = &d->rows[k];
			struct differ_who *grown;

			if (a->which != b->which || a->refs != b->refs || a->kinds != b->kinds) {
				k++;
				continue;
			}
			grown = realloc(a->who, (a->who_count + b->who_count) * sizeof(*grown));
			if (!grown)
				return fault_memory(f);
			memcpy(grown + a->who_count, b->who, b->who_count * sizeof(*grown));
			a->who = grown;
			a->who_count += b->who_count;
			drop_row(d, k);
		}
	return 0;
}

int differ_run(struct differ *d, struct fault *f)
{
	const struct policy *const policies[] = { d->policies[0], d->policies[1] };
	struct running running = { d, f };

	if (differ_everybody(policies, 2, each_who, &running) < 0)
		return -1;
	merge_kinds(d);
	return merge_who(d, f);
}

/* The whole outcome of one path, under all parts. */
static int whole_outcome(struct differ *d, int side, const struct differ_example *example,
	struct outcome *out, struct fault *f)
{
	struct parts parts = { .count = 0 };
	int64_t outcome = -1, cells = cells_of_path(&d->cells, span_of(example->path));
	struct parts_view view = { &parts, (unsigned)cells, &d->alphabet };

	if (cells < 0)
		return fault_memory(f);
	if (space_parts(&d->spaces[side], &example->asker, &d->outcomes, &parts, f) == 0)
		outcome = parts_outcome(&view, span_of(example->path), &d->outcomes, f);
	parts_release(&parts);
	if (outcome >= 0)
		*out = d->outcomes.items[outcome];
	return outcome < 0 ? -1 : 0;
}

int differ_asked(const struct space *space, const struct differ_example *example,
	const struct outcome *outcome, struct fault *f)
{
	struct path_decision q = { .policy = space->policy,
		.agent = example->asker.agent,
		.verified = example->asker.verified,
		.ref = example->asker.ref,
		.path = example->path,
		.kinds = example->asker.kinds,
		.adds = example->asker.adds,
		.head = space->head,
		.now = space->now };

	if (path_decision_make(&q, f) < 0)
		return -1;
	if (q.decision == outcome->decision)
		return 0;
	return fault_set(f, FAULT_INTERNAL,
		"%s: the comparison says %s, the matcher %s; please report this", example->path,
		decision_name(outcome->decision), decision_name(q.decision));
}

int differ_example(struct differ *d, const struct differ_row *row, const struct phrase_term *term,
	struct differ_example *out, struct fault *f)
{
	size_t count, kind = 0, ref = 0;
	const struct kind_case *cases = kind_cases(&count);

	while (!(row->kinds >> kind & 1))
		kind++;
	while (!(row->refs >> ref & 1))
		ref++;
	*out = (struct differ_example){ .path = term->example,
		.asker = { .agent = row->who[0].agent,
			.verified = row->who[0].verified,
			.ref = d->refs.examples[ref],
			.adds = cases[kind].adds,
			.kinds = cases[kind].kinds } };
	if (row->refs >> ref_space_class(&d->refs, d->head) & 1)
		out->asker.ref = d->head;
	for (int side = 0; side < 2; side++)
		if (whole_outcome(d, side, out, &out->outcomes[side], f) < 0 ||
			differ_asked(&d->spaces[side], out, &out->outcomes[side], f) < 0)
			return -1;
	return 0;
}

void differ_release(struct differ *d)
{
	for (size_t i = 0; i < d->case_count; i++) {
		free(d->cases[i].signature);
		for (size_t k = 0; k < d->cases[i].count; k++)
			phrase_release(&d->cases[i].regions[k].phrase);
		free(d->cases[i].regions);
	}
	for (size_t i = 0; i < d->row_count; i++)
		free(d->rows[i].who);
	free(d->cases);
	free(d->rows);
	phrase_words_release(&d->words);
	ref_space_release(&d->refs);
	space_release(&d->spaces[0]);
	space_release(&d->spaces[1]);
	automaton_free(d->paths);
	cells_release(&d->cells);
	outcomes_release(&d->outcomes);
}
