/* The differing of two policies: askers that are judged alike are looked at once. */
#include "hooks/reason/differ.h"

#include <stdlib.h>
#include <time.h>

#include "hooks/admin/path_decision.h"

/* ---- the words that regions are said with */

static int offer_all(struct differ *d, names patterns, enum pattern_mode mode, struct fault *f)
{
	for (; patterns && *patterns; patterns++)
		if (phrase_offer(&d->words, *patterns, mode, f) < 0)
			return -1;
	return 0;
}

/* Offers all patterns of the policy. */
static int offer_policy(struct differ *d, const struct policy *policy, struct fault *f)
{
	for (size_t i = 0; i < policy->agent_count; i++)
		for (size_t k = 0; k < policy->agents[i].grant_count; k++) {
			int scope = policy->agents[i].grants[k].scope;

			if (scope >= 0 &&
				offer_all(d, policy->scope_texts[scope], PATTERN_EXACT, f) < 0)
				return -1;
		}
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].paths >= 0 &&
			offer_all(d, policy->protected_texts[policy->rules[i].paths],
				PATTERN_GENEROUS, f) < 0)
			return -1;
	return phrase_offer(&d->words, "/" POLICY_DELEGATED, PATTERN_GENEROUS, f);
}

int differ_init(struct differ *d, const struct policy *old, const struct policy *new,
	const char *head, struct fault *f)
{
	const struct policy *const policies[] = { old, new };

	d->policies[0] = old;
	d->policies[1] = new;
	d->head = head;
	outcomes_init(&d->outcomes);
	if (alphabet_init(&d->alphabet, f) < 0 || space_letters(old, &d->alphabet, f) < 0 ||
		space_letters(new, &d->alphabet, f) < 0 || alphabet_finish(&d->alphabet, f) < 0 ||
		automaton_words(&d->paths, &d->alphabet, f) < 0 ||
		cells_find(&d->cells, policies, 2, NULL, f) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (space_init(&d->spaces[i], policies[i], &d->alphabet, f) < 0)
			return -1;
		d->spaces[i].head = head;
		d->spaces[i].cells = &d->cells;
		d->spaces[i].now = time(NULL);
	}
	phrase_words_init(&d->words, &d->alphabet, d->paths);
	if (phrase_offer(&d->words, "*", PATTERN_EXACT, f) < 0 || offer_policy(d, old, f) < 0 ||
		offer_policy(d, new, f) < 0)
		return -1;
	return ref_space_find(&d->refs, &(struct ref_question){ policies, 2, head, NULL }, f);
}

/* ---- what differs for one asker */

static bool shared(const struct part *part, const struct parts *other)
{
	for (size_t i = 0; i < other->count; i++)
		if (strcmp(other->items[i].identity, part->identity) == 0)
			return true;
	return false;
}

/* What is done by the parts that differ: whether some warn, and the approvals that they need. */
struct differing {
	bool any, warns;
	uint64_t needs;
};

static void note_differing(
	struct differing *d, const struct parts *parts, const struct parts *other)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct part *part = &parts->items[i];

		if (shared(part, other))
			continue;
		d->any = true;
		d->warns = d->warns || part->effect.action == ACTION_WARN;
		if (part->effect.need >= 0)
			d->needs |= UINT64_C(1) << part->effect.need;
	}
}

/* Whether a part that both have can hide what the others do. */
static bool can_hide(const struct part *part, const struct differing *d)
{
	return d->warns || part->effect.action == ACTION_DENY || part->effect.need < 0 ||
	       d->needs >> part->effect.need & 1;
}

/* Puts aside what both have and what hides nothing. */
static void put_aside(struct parts *parts, const struct parts *other, const struct differing *d)
{
	for (size_t i = 0; i < parts->count; i++)
		parts->items[i].aside =
			shared(&parts->items[i], other) && !can_hide(&parts->items[i], d);
}

static char *sign(const struct parts sides[2])
{
	struct buf text = BUF_INIT((size_t)1 << 28);
	char *copy;

	for (int s = 0; s < 2; s++) {
		for (size_t i = 0; i < sides[s].count; i++)
			if (!sides[s].items[i].aside)
				(void)buf_addf(&text, "%d%s\n", (int)sides[s].items[i].inverted,
					sides[s].items[i].identity);
		(void)buf_adds(&text, "|\n");
	}
	copy = text.failed ? NULL : strdup(text.data);
	buf_release(&text);
	return copy;
}

/* The case of these parts, made when it is new; -1. */
static int64_t find_case(struct differ *d, const struct parts sides[2], struct fault *f)
{
	char *signature = sign(sides);
	struct differ_case *grown;

	if (!signature)
		return fault_memory(f);

	for (size_t i = 0; i < d->case_count; i++)
		if (strcmp(d->cases[i].signature, signature) == 0) {
			free(signature);
			return (int64_t)i;
		}
	grown = realloc(d->cases, (d->case_count + 1) * sizeof(*grown));
	if (!grown) {
		free(signature);
		return fault_memory(f);
	}
	d->cases = grown;
	grown[d->case_count] = (struct differ_case){ .signature = signature };
	if (differ_regions(d, &grown[d->case_count++], sides, f) < 0)
		return -1;
	return (int64_t)d->case_count - 1;
}

/* The case of an asker; -2: nothing differs for it; -1. */
int64_t differ_ask(struct differ *d, const struct asker *asker, struct fault *f)
{
	struct parts sides[2] = { { .count = 0 } };
	struct differing differing = { .any = false };
	int64_t which = -1;

	if (space_parts(&d->spaces[0], asker, &d->outcomes, &sides[0], f) == 0 &&
		space_parts(&d->spaces[1], asker, &d->outcomes, &sides[1], f) == 0) {
		note_differing(&differing, &sides[0], &sides[1]);
		note_differing(&differing, &sides[1], &sides[0]);
		put_aside(&sides[0], &sides[1], &differing);
		put_aside(&sides[1], &sides[0], &differing);
		which = differing.any ? find_case(d, sides, f) : -2;
	}
	parts_release(&sides[0]);
	parts_release(&sides[1]);
	return which;
}
