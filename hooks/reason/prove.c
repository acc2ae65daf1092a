#include "hooks/reason/prove.h"

#include <stdlib.h>
#include <time.h>

#include "common/path/classes.h"
#include "hooks/admin/path_decision.h"

struct proving {
	struct proof *proof;
	struct fault *f;
};

/* ---- what is ruled out */

/* How many of the people who can give the approvals are not among those of the statement. */
static int64_t outsiders(const struct proof *p, const struct need *need)
{
	int64_t count = 0;

	for (size_t i = 0; i < p->policy->person_count; i++) {
		const struct person *person = &p->policy->people[i];

		count += policy_names_person(need->approvers, person) &&
			 !policy_names_person(p->statement->approvers, person);
	}
	return count;
}

/* Whether the need cannot be met without the approvals of the statement. */
static bool forces(const struct proof *p, const struct need *need)
{
	if (!*p->statement->approvers)
		return need->approvals >= p->statement->approvals;
	return !need->open && need->approvals - outsiders(p, need) >= p->statement->approvals;
}

static bool ruled_out(const struct proof *p, const struct outcome *outcome)
{
	if (p->statement->may)
		return outcome->decision != DECISION_ALLOW;
	if (outcome->decision == DECISION_ALLOW || !p->statement->without)
		return !outcome->hopeless;
	if (outcome->hopeless)
		return false;
	for (size_t i = 0; i < p->outcomes.need_count; i++)
		if (outcome->needs >> i & 1 && forces(p, &p->outcomes.needs[i]))
			return false;
	return true;
}

/* ---- looking for a path */

struct view {
	const struct proof *proof;
	unsigned cells;
};

static int64_t in_question(void *context, uint32_t outcome, uint32_t meant)
{
	const struct view *view = context;
	const struct proof *p = view->proof;
	bool is = meant == LABEL_HAS || (meant == LABEL_NONE && view->cells & p->named);

	return is && ruled_out(p, &p->outcomes.items[outcome]);
}

static int64_t of_paths(void *context, uint32_t label, uint32_t path)
{
	(void)context;
	return label && path;
}

/* The paths of one view that the statement means and that have an outcome it rules out. */
static int find_ruled_out(
	struct proving *g, const struct parts *parts, unsigned cells, struct automaton **out)
{
	struct proof *p = g->proof;
	struct view context = { p, cells };
	const struct automaton_rule question = { in_question, &context },
				    restricting = { of_paths, NULL };
	const struct parts_view view = { parts, cells, &p->alphabet };
	struct automaton *outcomes = NULL, *all = NULL;
	int status = parts_outcomes(&view, &p->outcomes, &outcomes, g->f);

	*out = NULL;
	if (status == 0)
		status = automaton_combine(&all, outcomes, p->meant, &question, g->f);
	if (status == 0)
		status = automaton_combine(out, all, p->paths, &restricting, g->f);
	automaton_free(outcomes);
	automaton_free(all);
	return status;
}

static bool is_one(void *context, uint32_t label)
{
	(void)context;
	return label == 1;
}

/* A path of the view that is in just its cells.  1, 0 or -1. */
static int find_path(struct proving *g, const struct parts *parts, unsigned mask, unsigned cells)
{
	struct proof *p = g->proof;
	struct automaton *paths = NULL, *exact = NULL;
	int found = find_ruled_out(g, parts, cells, &paths);

	if (found == 0 && automaton_labels(paths))
		found = cells_example(&p->cells, mask, cells, paths, &p->path, g->f);
	if (found == 0 && automaton_labels(paths)) {
		found = cells_within(&p->cells, mask, cells, paths, &exact, g->f);
		if (found == 0)
			found = automaton_shortest(exact, is_one, NULL, &p->path, g->f);
		else if (g->f->class == FAULT_LIMIT)
			(void)fault_context(g->f, "no counterexample was found, and no proof");
	}
	automaton_free(paths);
	automaton_free(exact);
	return found;
}

/* Keeps what was found, once the matcher in force agrees. */
static int take_found(
	struct proving *g, const struct asker *asker, const struct parts *parts, const char *change)
{
	struct proof *p = g->proof;
	int64_t cells = cells_of_path(&p->cells, buf_span(&p->path)), outcome;
	const struct parts_view view = { parts, (unsigned)cells, &p->alphabet };
	const struct differ_example example = { .asker = *asker, .path = p->path.data };

	if (cells < 0)
		return fault_memory(g->f);
	outcome = parts_outcome(&view, buf_span(&p->path), &p->outcomes, g->f);
	if (outcome < 0)
		return -1;
	p->found = true;
	p->asker = *asker;
	p->change = change;
	p->outcome = p->outcomes.items[outcome];
	return differ_asked(&p->space, &example, &p->outcome, g->f) < 0 ? -1 : 1;
}

static int ask(struct proving *g, const struct asker *asker, const char *change)
{
	struct proof *p = g->proof;
	struct parts parts = { .count = 0 };
	int found = space_parts(&p->space, asker, &p->outcomes, &parts, g->f);
	unsigned mask = parts_cells(&parts) | p->named;

	for (unsigned cells = 0; found == 0 && cells <= mask; cells++)
		if ((cells & ~mask) == 0)
			found = find_path(g, &parts, mask, cells);
	if (found > 0)
		found = take_found(g, asker, &parts, change);
	parts_release(&parts);
	return found;
}

/* Whether the statement is about such a change. */
static bool means_kind(const struct proof *p, const struct kind_case *kind)
{
	if (p->statement->kinds & KIND_ADD)
		return p->statement->kinds == KIND_ALL || kind->adds;
	return p->statement->kinds & kind->kinds;
}

/* Every kind that some rule tells from others. */
static int ask_kinds(struct proving *g, struct asker *asker)
{
	bool all = kinds_matter(g->proof->policy);
	size_t count;
	const struct kind_case *cases = kind_cases(&count);
	int found = 0;

	for (size_t i = 0; found == 0 && i < count; i++) {
		if (!means_kind(g->proof, &cases[i]))
			continue;
		if (!all && i > 1 && g->proof->statement->kinds == KIND_ALL)
			break; /* adding and modifying are all the difference there is */
		asker->adds = cases[i].adds;
		asker->kinds = cases[i].kinds;
		found = ask(g, asker, cases[i].name);
	}
	return found;
}

static bool means_who(const struct statement *s, const struct differ_who *who)
{
	switch (s->who) {
	case WHO_ANYONE:
		return true;
	case WHO_PEOPLE:
		return !who->agent;
	case WHO_AGENTS:
		return who->agent != NULL;
	default:
		if (!who->agent || strcmp(who->agent, s->agent) != 0)
			return false;
		return s->who == WHO_AGENT || who->verified == (s->who == WHO_VERIFIED);
	}
}

static int each_who(void *context, const struct differ_who *who)
{
	struct proving *g = context;
	struct proof *p = g->proof;
	int found = 0;

	if (!means_who(p->statement, who))
		return 0;
	for (size_t i = 0; found == 0 && i < p->refs.count; i++) {
		struct asker asker = {
			.agent = who->agent, .verified = who->verified, .ref = p->refs.examples[i]
		};

		if (asker.ref && pattern_set_has(p->ref_set, 0, span_of(asker.ref)))
			found = ask_kinds(g, &asker);
	}
	return found;
}

/* ---- the statement's names */

static int check_approvers(const struct proof *p, struct fault *f)
{
	for (names name = p->statement->approvers; *name; name++) {
		const char *const one[] = { *name, NULL };
		bool known = false;

		for (size_t i = 0; !known && i < p->policy->person_count; i++)
			known = policy_names_person(one, &p->policy->people[i]);
		if (!known)
			return fault_set(f, FAULT_ADMIN,
				"the policy knows no person and no group '%s'", *name);
	}
	return 0;
}

static int check_names(const struct proof *p, struct fault *f)
{
	const struct statement *s = p->statement;
	const struct path_decision q = {
		.policy = p->policy, .agent = s->agent, .ref = p->head, .path = "a"
	};

	for (names name = s->classes; *name; name++)
		if (!class_known(*name))
			return fault_set(f, FAULT_ADMIN,
				"no class of paths '%s' (countersign policy classes)", *name);
	return path_decision_valid(&q, f) < 0 ? -1 : check_approvers(p, f);
}

/* The paths that the statement's patterns mean. */
static int make_meant(struct proof *p, struct fault *f)
{
	struct automaton_list list = { .list = 0 };

	if (pattern_set_new(&p->set, PATTERN_EXACT, f) < 0 || pattern_set_list(p->set) < 0)
		return fault_memory(f);
	for (names pattern = p->statement->patterns; *pattern; pattern++)
		if (pattern_set_add(p->set, 0, span_of(*pattern), f) < 0)
			return fault_context(f, "%s", *pattern);
	list.set = p->set;
	return automaton_of_list(&p->meant, &p->alphabet, &list, f);
}

static int begin(struct proof *p, struct fault *f)
{
	const struct ref_question refs = { &p->policy, 1, p->head, p->statement->refs };

	outcomes_init(&p->outcomes);
	p->path = (struct buf)BUF_INIT((size_t)1 << 20);
	if (check_names(p, f) < 0 || alphabet_init(&p->alphabet, f) < 0 ||
		space_letters(p->policy, &p->alphabet, f) < 0)
		return -1;
	for (names pattern = p->statement->patterns; *pattern; pattern++)
		if (alphabet_add(&p->alphabet, span_of(*pattern), f) < 0)
			return -1;
	if (alphabet_finish(&p->alphabet, f) < 0 ||
		automaton_words(&p->paths, &p->alphabet, f) < 0 || make_meant(p, f) < 0 ||
		space_init(&p->space, p->policy, &p->alphabet, f) < 0 ||
		cells_find(&p->cells, &p->policy, 1, p->statement->classes, f) < 0 ||
		ref_space_find(&p->refs, &refs, f) < 0)
		return -1;
	p->space.head = p->head;
	p->space.now = time(NULL);
	p->space.cells = &p->cells;
	p->named = cells_named(&p->cells, p->policy, p->statement->classes, false);
	return ref_space_set(&p->ref_set, p->statement->refs, p->head, f);
}

int prove(struct proof *proof, struct fault *f)
{
	struct proving g = { proof, f };
	struct differ_who named = { proof->statement->agent, false };
	int found = begin(proof, f);

	if (found == 0)
		found = differ_everybody(&proof->policy, 1, each_who, &g);
	/* an agent of the catalogue of which the policy says nothing of its own */
	if (found == 0 && named.agent && !policy_agent(proof->policy, named.agent)) {
		found = each_who(&g, &named);
		named.verified = true;
		if (found == 0)
			found = each_who(&g, &named);
	}
	return found < 0 ? -1 : !found;
}

void proof_release(struct proof *p)
{
	space_release(&p->space);
	ref_space_release(&p->refs);
	automaton_free(p->paths);
	automaton_free(p->meant);
	pattern_set_free(p->set);
	pattern_set_free(p->ref_set);
	cells_release(&p->cells);
	outcomes_release(&p->outcomes);
	buf_release(&p->path);
}
