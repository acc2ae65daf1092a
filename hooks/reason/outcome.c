#include "hooks/reason/outcome.h"

#include <stdlib.h>

void outcomes_init(struct outcomes *o)
{
	o->need_count = 0;
	o->items[0] = (struct outcome){ .decision = DECISION_ALLOW };
	o->count = 1;
}

void outcomes_release(struct outcomes *o)
{
	for (size_t i = 0; i < o->need_count; i++)
		free(o->needs[i].people);
	o->need_count = 0;
}

/* Everybody whom the approvers name and who has something to approve with. */
static int find_people(struct need *need, const struct policy *policy)
{
	struct buf people = BUF_INIT((size_t)1 << 24);

	(void)buf_addc(&people, ' ');
	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *p = &policy->people[i];

		if (!policy_names_person(need->approvers, p))
			continue;
		need->count++;
		(void)buf_addf(&people, "%s ", p->name);
	}
	for (names name = need->approvers; *name; name++)
		need->open = need->open || strcmp(*name, "codeowners") == 0;
	need->people = people.failed ? NULL : strdup(people.data);
	buf_release(&people);
	return need->people ? 0 : -1;
}

static bool same_names(names a, names b)
{
	while (*a && *b && strcmp(*a, *b) == 0) {
		a++;
		b++;
	}
	return !*a && !*b;
}

static bool same_need(const struct need *a, const struct need *b)
{
	return a->approvals == b->approvals && a->presence == b->presence &&
	       same_names(a->approvers, b->approvers) && strcmp(a->people, b->people) == 0;
}

int outcomes_effect(struct outcomes *o, const struct policy *policy, const struct rule *rule,
	struct effect *out, struct fault *f)
{
	struct need need = { .approvers = rule->approvers,
		.approvals = rule->approvals,
		.presence = rule->presence || policy->layers[rule->layer].approval.presence };

	*out = (struct effect){ rule->observe ? ACTION_WARN : rule->action, -1 };
	if (out->action == ACTION_WARN || !*rule->approvers)
		return 0;
	if (find_people(&need, policy) < 0)
		return fault_memory(f);
	for (size_t i = 0; i < o->need_count; i++)
		if (same_need(&o->needs[i], &need)) {
			free(need.people);
			out->need = (int)i;
			return 0;
		}
	if (o->need_count == NEEDS_MAX) {
		free(need.people);
		return fault_set(f, FAULT_LIMIT,
			"there are more than %d different lists of approvers to compare",
			NEEDS_MAX);
	}
	out->need = (int)o->need_count;
	o->needs[o->need_count++] = need;
	return 0;
}

/* The number of the outcome, a new one when it is new; -1: too many. */
static int64_t number_of(struct outcomes *o, struct outcome now, struct fault *f)
{
	if (now.hopeless)
		now.needs = 0;
	if (now.decision != DECISION_ALLOW)
		now.warned = false;
	for (uint32_t i = 0; i < o->count; i++) {
		const struct outcome *known = &o->items[i];

		if (known->decision == now.decision && known->warned == now.warned &&
			known->hopeless == now.hopeless && known->needs == now.needs)
			return i;
	}
	if (o->count == OUTCOMES_MAX)
		return fault_set(f, FAULT_LIMIT, "there are too many different outcomes");
	o->items[o->count] = now;
	return (int64_t)o->count++;
}

int64_t outcomes_add(struct outcomes *o, uint32_t outcome, struct effect effect, struct fault *f)
{
	struct outcome now = o->items[outcome];

	if (effect.action == ACTION_WARN) {
		now.warned = true;
	} else {
		enum decision made = effect.action == ACTION_DENY ? DECISION_DENY : DECISION_HOLD;

		now.decision = made < now.decision ? made : now.decision;
		now.hopeless = now.hopeless || effect.need < 0;
		if (effect.need >= 0)
			now.needs |= UINT64_C(1) << effect.need;
	}
	return number_of(o, now, f);
}

int64_t outcomes_join(struct outcomes *o, uint32_t a, uint32_t b, struct fault *f)
{
	const struct outcome *x = &o->items[a], *y = &o->items[b];

	if (a == b || b == 0)
		return a;
	return number_of(o,
		(struct outcome){ .decision = x->decision < y->decision ? x->decision : y->decision,
			.warned = x->warned || y->warned,
			.hopeless = x->hopeless || y->hopeless,
			.needs = x->needs | y->needs },
		f);
}

/* Who that is, where groups are named. */
static void say_people(const struct need *need, struct buf *out)
{
	bool groups = false;

	for (names name = need->approvers; *name; name++) {
		struct buf word = BUF_INIT(256);

		(void)buf_addf(&word, " %s ", *name);
		groups = groups || !word.data || !strstr(need->people, word.data);
		buf_release(&word);
	}
	if (!groups || !need->count)
		return;
	for (const char *at = need->people + 1; *at;) {
		size_t len = strcspn(at, " ");

		(void)buf_addf(out, "%s%.*s", at == need->people + 1 ? " (" : ", ", (int)len, at);
		at += len + 1;
	}
	(void)buf_addc(out, ')');
}

void outcome_say(const struct outcomes *o, const struct outcome *outcome, struct buf *out)
{
	static const char *const said[] = {
		[DECISION_DENY] = "denied", [DECISION_HOLD] = "held", [DECISION_ALLOW] = "allowed"
	};

	(void)buf_adds(out, said[outcome->decision]);
	if (outcome->warned)
		(void)buf_adds(out, ", with a warning");
	if (outcome->hopeless)
		(void)buf_adds(out, ", and no approval can help");
	for (size_t i = 0, told = 0; i < o->need_count; i++) {
		const struct need *need = &o->needs[i];

		if (!(outcome->needs >> i & 1))
			continue;
		(void)buf_addf(out, "%s%d approval%s from ", told++ ? " and " : ", needs ",
			need->approvals, need->approvals == 1 ? "" : "s");
		for (names name = need->approvers; *name; name++)
			(void)buf_addf(out, "%s%s", name == need->approvers ? "" : " or ", *name);
		say_people(need, out);
		if (need->presence)
			(void)buf_adds(out, ", with a touched hardware key");
	}
}
