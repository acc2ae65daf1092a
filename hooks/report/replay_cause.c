#include "hooks/report/replay_cause.h"

#include <stdlib.h>
#include <string.h>

#include "common/git/object.h"
#include "common/path/classes.h"
#include "common/path/fold.h"

#define FOLDED_MAX ((size_t)4 << 20)

static const struct rule *rule_of(const struct policy *policy, const struct finding *finding)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (strcmp(policy->rules[i].name, finding->rule) == 0)
			return &policy->rules[i];
	return NULL;
}

static int on_hit(void *context, const struct pattern_hit *hit)
{
	*(struct pattern_hit *)context = *hit;
	return 0;
}

/* The last pattern of the list that has the path; an index of -1: none. */
static struct pattern_hit last_hit(
	const struct policy *policy, int list, const struct pattern_path *path)
{
	const struct pattern_asked asked = { policy->protected, list, *path };
	struct pattern_hit hit = { .index = -1 };

	if (list >= 0 && pattern_set_explain(&asked, on_hit, &hit) < 0)
		hit.index = -1;
	if (hit.negated)
		hit.index = -1;
	return hit;
}

/* Appends the pattern of the rule that has the path; whether there is one. */
static bool add_pattern(const struct policy *policy, const struct rule *rule,
	const struct pattern_path *path, struct buf *out)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);
	struct pattern_hit hit = last_hit(policy, rule->paths, path);

	if (hit.index >= 0)
		return buf_adds(out, policy->protected_texts[rule->paths][hit.index]) == 0;
	for (size_t i = 0; *rule->classes && i < count; i++) {
		size_t index;

		hit = last_hit(policy,
			class_list_covers(rule->classes, &parts[i]) ? policy->class_lists[i] : -1,
			path);
		if (hit.index < 0)
			continue;
		index = (size_t)hit.index;
		return buf_addf(out, "class:%s  %s", parts[i].name,
			       index < parts[i].count
				       ? parts[i].entries[index].pattern
				       : policy->protected_texts[policy->class_lists[i]]
								[index - parts[i].count]) == 0;
	}
	return false;
}

/* What the file says that it is: the detail's beginning names the class. */
static void add_recognised(const struct finding *finding, struct buf *out)
{
	const char *end = strncmp(finding->detail, "class:", 6) == 0
				  ? strchr(finding->detail + 6, ':')
				  : NULL;

	if (!end) {
		(void)buf_adds(out, finding->rule);
		return;
	}
	(void)buf_add(out, finding->detail, (size_t)(end - finding->detail));
	(void)buf_adds(out, "  by what the file says");
}

/* The folder at the top that the path lies in. */
static void add_top(const struct finding *finding, struct buf *out)
{
	struct span path = finding_path(finding);
	const char *slash = memchr(path.data, '/', path.len);

	(void)buf_adds(out, "outside the scope  ");
	if (slash)
		path.len = (size_t)(slash - path.data) + 1;
	(void)buf_addspan(out, path);
}

int replay_cause(const struct policy *policy, const struct finding *finding, struct buf *out,
	struct fault *f)
{
	const struct rule *rule = rule_of(policy, finding);
	struct buf folded = BUF_INIT(FOLDED_MAX);
	bool found = false;

	if (rule && finding->path.len && fold_path(&folded, finding->path) < 0) {
		buf_release(&folded);
		return fault_memory(f);
	}
	if (finding->kind)
		(void)buf_addf(out, "class:credentials  %s", finding->kind);
	else if (strcmp(finding->rule, "scope") == 0)
		add_top(finding, out);
	else if (rule && finding->path.len)
		found = add_pattern(policy, rule,
			&(struct pattern_path){ finding->path, buf_span(&folded),
				mode_is_link(finding->old.mode) ||
					mode_is_link(finding->new.mode) },
			out);
	if (!out->len && !found)
		add_recognised(finding, out);
	buf_release(&folded);
	return out->failed ? fault_memory(f) : 0;
}

/* What one finding still asks for. */
struct demand {
	names approvers;
	size_t people;
};

static bool same_names(names a, names b)
{
	while (*a && *b && strcmp(*a, *b) == 0)
		a++, b++;
	return !*a && !*b;
}

/* The findings' different demands; each finding of the same rule demands the same. */
static size_t demands_of(const struct verdict *verdict, struct demand *out)
{
	size_t count = 0;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];
		size_t same = 0;

		if (!finding_flags(finding) || finding->approvals < 1)
			continue;
		while (same < count && !same_names(out[same].approvers, finding->approvers))
			same++;
		if (same == count)
			out[count++] = (struct demand){ finding->approvers, 0 };
		if (out[same].people < (size_t)finding->approvals)
			out[same].people = (size_t)finding->approvals;
	}
	return count;
}

static size_t met_by(const struct demand *demands, size_t count, const struct person *person)
{
	size_t met = 0;

	for (size_t i = 0; i < count; i++)
		met += demands[i].people > 0 && policy_names_person(demands[i].approvers, person);
	return met;
}

/* Asks the person who meets the most of the demands; whether anybody meets one. */
static bool ask_best(const struct policy *policy, struct demand *demands, size_t count, bool *asked)
{
	size_t best = 0, most = 0;

	for (size_t i = 0; i < policy->person_count; i++) {
		size_t met = asked[i] ? 0 : met_by(demands, count, &policy->people[i]);

		if (met > most) {
			most = met;
			best = i;
		}
	}
	if (!most)
		return false;
	asked[best] = true;
	for (size_t i = 0; i < count; i++)
		if (demands[i].people > 0 &&
			policy_names_person(demands[i].approvers, &policy->people[best]))
			demands[i].people--;
	return true;
}

size_t replay_approvals(const struct policy *policy, const struct verdict *verdict)
{
	struct demand *demands = calloc(verdict->count + 1, sizeof(*demands));
	bool *asked = calloc(policy->person_count + 1, sizeof(*asked));
	size_t count, approvals = 0;

	count = demands && asked ? demands_of(verdict, demands) : 0;
	while (count && ask_best(policy, demands, count, asked))
		approvals++;
	free(demands);
	free(asked);
	return approvals;
}
