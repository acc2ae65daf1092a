#include "hooks/reason/statement.h"

#include <stdlib.h>

#include "common/policy/policy.h"

#define GRAMMAR                                                                                    \
	"say: [claimed|verified] agent NAME, any agent, people or anyone; then never changes (or " \
	"adds, modifies, deletes, renames) or may change; PATTERN...; on REF...; without WHO..."

struct reading {
	const char **words; /* NULL at the end */
	size_t at, count;
	struct arena *arena;
	struct fault *f;
};

static bool is(const char *word, const char *wanted)
{
	return word && strcmp(word, wanted) == 0;
}

/* Takes the words if they come next. */
static bool take(struct reading *r, const char *first, const char *second)
{
	if (!is(r->words[r->at], first) || (second && !is(r->words[r->at + 1], second)))
		return false;
	r->at += second ? 2 : 1;
	return true;
}

static int wrong(struct reading *r)
{
	const char *word = r->words[r->at];

	return fault_set(r->f, FAULT_ADMIN, "the statement is not understood %s%s%s: " GRAMMAR,
		word ? "at '" : "at its end", word ? word : "", word ? "'" : "");
}

/* Splits all arguments at blanks and commas. */
static int split(struct reading *r, char *const *words, int count)
{
	struct buf all = BUF_INIT((size_t)1 << 20);
	char *text, *rest, *word;

	for (int i = 0; i < count; i++)
		(void)buf_addf(&all, "%s ", words[i]);
	text = all.failed ? NULL : arena_strdup(r->arena, all.data ? all.data : "");
	r->words = arena_alloc(r->arena, (all.len + 4) * sizeof(char *));
	buf_release(&all);
	if (!text || !r->words)
		return fault_memory(r->f);
	rest = text;
	while ((word = strsep(&rest, " \t\n,")))
		if (*word)
			r->words[r->count++] = word;
	return 0;
}

static int read_who(struct reading *r, struct statement *out)
{
	static const struct {
		const char *first, *second;
		enum statement_who who;
		bool named;
	} forms[] = {
		{ "claimed", "agent", WHO_CLAIMED, true },
		{ "verified", "agent", WHO_VERIFIED, true },
		{ "agent", NULL, WHO_AGENT, true },
		{ "any", "agent", WHO_AGENTS, false },
		{ "agents", NULL, WHO_AGENTS, false },
		{ "people", NULL, WHO_PEOPLE, false },
		{ "anyone", NULL, WHO_ANYONE, false },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!take(r, forms[i].first, forms[i].second))
			continue;
		out->who = forms[i].who;
		if (!forms[i].named)
			return 0;
		out->agent = r->words[r->at];
		if (!out->agent)
			return wrong(r);
		r->at++;
		return 0;
	}
	return wrong(r);
}

static int read_verb(struct reading *r, struct statement *out)
{
	static const struct {
		const char *word;
		unsigned kinds;
	} verbs[] = {
		{ "changes", KIND_ALL },
		{ "change", KIND_ALL },
		{ "adds", KIND_ADD },
		{ "modifies", KIND_MODIFY | KIND_MODE },
		{ "deletes", KIND_DELETE },
		{ "renames", KIND_RENAME },
	};

	out->may = take(r, "may", NULL);
	if (!out->may && !take(r, "never", NULL))
		return wrong(r);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (is(r->words[r->at], verbs[i].word) && out->may == (i == 1)) {
			out->kinds = verbs[i].kinds;
			r->at++;
			return 0;
		}
	return wrong(r);
}

static bool is_joint(const char *word)
{
	return is(word, "and") || is(word, "or");
}

static bool is_keyword(const char *word)
{
	return is(word, "on") || is(word, "without");
}

/* Takes the words up to the next keyword as a list; `class`: of those that begin so, or not. */
static int read_list(struct reading *r, bool classes, names *out)
{
	const char **list = arena_alloc(r->arena, (r->count + 1) * sizeof(*list));
	size_t count = 0;

	if (!list)
		return fault_memory(r->f);
	for (size_t at = r->at; r->words[at] && !is_keyword(r->words[at]); at++)
		if (!is_joint(r->words[at]) && (strncmp(r->words[at], "class:", 6) == 0) == classes)
			list[count++] = r->words[at] + (classes ? 6 : 0);
	*out = list;
	return 0;
}

static void pass_list(struct reading *r)
{
	while (r->words[r->at] && !is_keyword(r->words[r->at]))
		r->at++;
}

static int read_without(struct reading *r, struct statement *out)
{
	char *end;

	out->without = true;
	out->approvals = 1;
	if (take(r, "approval", NULL) || take(r, "approvals", NULL))
		return 0;
	if (r->words[r->at]) {
		long count = strtol(r->words[r->at], &end, 10);

		if (*end == '\0' && count >= 1 && count <= 100) {
			out->approvals = (int)count;
			r->at++;
			if (!take(r, "approvals", NULL) && !take(r, "approval", NULL))
				return wrong(r);
			if (!take(r, "from", NULL) && !take(r, "by", NULL))
				return 0;
		}
	}
	if (read_list(r, false, &out->approvers) < 0)
		return -1;
	if (!*out->approvers)
		return wrong(r);
	pass_list(r);
	return 0;
}

int statement_read(
	struct statement *out, char *const *words, int count, struct arena *arena, struct fault *f)
{
	static const char *const head[] = { "HEAD", NULL }, *const nobody[] = { NULL };
	struct reading r = { .arena = arena, .f = f };

	*out = (struct statement){ .refs = head, .approvers = nobody };
	if (split(&r, words, count) < 0 || read_who(&r, out) < 0 || read_verb(&r, out) < 0 ||
		read_list(&r, false, &out->patterns) < 0 || read_list(&r, true, &out->classes) < 0)
		return -1;
	if (!*out->patterns && !*out->classes)
		return wrong(&r);
	pass_list(&r);
	if (take(&r, "on", NULL)) {
		if (read_list(&r, false, &out->refs) < 0)
			return -1;
		if (!*out->refs)
			return wrong(&r);
		pass_list(&r);
	}
	if (!out->may && take(&r, "without", NULL) && read_without(&r, out) < 0)
		return -1;
	return r.words[r.at] ? wrong(&r) : 0;
}
