/* Lists of patterns and of refs, and the groups of rules that govern the same refs. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/git/refname.h"
#include "common/path/pattern_slip.h"
#include "common/policy/load.h"

int policy_list_texts(
	struct policy_loading *l, struct pattern_texts *texts, int list, names patterns)
{
	while (texts->count <= (size_t)list) {
		names *grown =
			policy_grow(l, (void *)texts->lists, texts->count, sizeof(*texts->lists));

		if (!grown)
			return -1;
		texts->lists = grown;
		grown[texts->count++] = NULL;
	}
	texts->lists[list] = patterns;
	return 0;
}

int policy_list_new(struct policy_loading *l, struct pattern_set *set, int *list)
{
	*list = pattern_set_list(set);
	return *list < 0 ? fault_memory(l->fault) : 0;
}

int policy_pattern(
	struct policy_loading *l, const struct json_at *at, struct pattern_set *set, int list)
{
	const char *text = json_at_text(at);
	struct fault why = { 0 };

	if (!text)
		return policy_wrong_kind(l, at, "text");
	if (pattern_set_add(set, list, span_of(text), &why) == 0)
		return pattern_slip(text) ? policy_warn(l, at, "'%s' %s", text, pattern_slip(text))
					  : 0;
	return policy_wrong(l, at, "'%s': %s", text, why.text);
}

/* The pattern between the slashes around it, and what stands for all that is below. */
static struct span core_of(const char *pattern)
{
	struct span core;

	pattern += *pattern == '!';
	pattern += *pattern == '/';
	core = span_of(pattern);
	if (span_ends(core, "/**"))
		core.len -= 3;
	else if (core.len && core.data[core.len - 1] == '/')
		core.len--;
	return core;
}

bool policy_takes_back(const char *text, const char *given)
{
	return *text == '!' && *given && *given != '!' && span_equal(core_of(given), core_of(text));
}

int policy_taken_back(struct policy_loading *l, const struct json_at *list)
{
	for (size_t i = 1; i < json_at_count(list) && i < 2000; i++) {
		struct json_at item = json_at_item(list, i);
		const char *text = json_at_text(&item);

		for (size_t k = 0; text && *text == '!' && k < i; k++) {
			struct json_at before = json_at_item(list, k);
			const char *given = json_at_text(&before);

			if (given && policy_takes_back(text, given) &&
				policy_warn(l, &item, "'%s' takes back all that '%s' gives", text,
					given) < 0)
				return -1;
		}
	}
	return 0;
}

/* One pattern of a scope. */
static int scope_pattern(
	struct policy_loading *l, const struct json_at *at, int list, struct name_list *texts)
{
	const char *text = json_at_text(at);
	size_t wrong = l->wrong;
	char *copy;

	if (text && strncmp(text, "class:", 6) == 0)
		return policy_wrong(l, at, "a scope has patterns only, no classes");
	if (text && (strncmp(text, "refs/", 5) == 0 || strcmp(text, "HEAD") == 0) &&
		policy_warn(l, at, "'%s' is taken as a path: refs stand in 'refs'", text) < 0)
		return -1;
	if (policy_pattern(l, at, l->policy->scopes, list) < 0 ||
		(wrong == l->wrong && text && policy_exists_check(l, at, text, PATTERN_EXACT) < 0))
		return -1;
	copy = text ? arena_strdup(l->arena, text) : NULL;
	if (!text)
		return 0;
	return copy ? name_list_add(l, texts, copy) : fault_memory(l->fault);
}

int policy_read_scope(struct policy_loading *l, const struct json_at *at, int *list, bool *narrows)
{
	struct name_list texts = { 0 };
	size_t taking = 0;

	if (json_at_kind(at) != JSON_KIND_LIST)
		return policy_wrong_kind(l, at, "a list");
	if (policy_list_new(l, l->policy->scopes, list) < 0)
		return -1;
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (scope_pattern(l, &item, *list, &texts) < 0)
			return -1;
	}
	if (policy_taken_back(l, at) < 0)
		return -1;
	for (size_t i = 0; i < texts.count; i++)
		taking += texts.words[i][0] == '!';
	*narrows = taking > 0 && taking == texts.count;
	if (taking && !*narrows && texts.words[0][0] == '!' &&
		policy_wrong(l, at,
			"begins by taking back what nothing gave: put '!' patterns last, or have "
			"no others") < 0)
		return -1;
	return policy_list_texts(l, &l->scope_texts, *list, name_list_names(&texts));
}

/*
 * Where nothing stands for something else it is a name itself, and has to be one that a ref can
 * have.
 */
static int ref_name_check(struct policy_loading *l, const struct json_at *at, const char *text)
{
	const char *name = *text == '!' ? text + 1 : text, *why = NULL;
	size_t len = strlen(name);

	if (strcmp(name, "refs/") != 0 && !strpbrk(name, "*?[\\"))
		why = refname_objection((struct span){ name, len - (name[len - 1] == '/') });
	return why ? policy_wrong(l, at, "'%s' can match nothing: %s", text, why) : 0;
}

/* Whether it is what is below a branch that there is, or nearly everywhere is. */
static bool is_below_branch(const struct policy_loading *l, const char *name)
{
	const char *branches[] = { l->sources->head, "refs/heads/main", "refs/heads/master" };

	for (size_t i = 0; i < sizeof(branches) / sizeof(branches[0]); i++) {
		size_t len = branches[i] ? strlen(branches[i]) : 0;

		if (len && strncmp(name, branches[i], len) == 0 &&
			(strcmp(name + len, "/") == 0 || strcmp(name + len, "/**") == 0 ||
				strcmp(name + len, "/*") == 0))
			return true;
	}
	return false;
}

/* The usual branch that it is but for a letter or, as `maint` is one, for a swap; NULL: none. */
static const char *usual_branch(const struct policy_loading *l, const char *name)
{
	static const char *const usual[] = { "main", "trunk", "master", "develop", NULL };
	const char *branch = strncmp(name, "refs/heads/", 11) == 0 ? name + 11 : "";

	for (size_t i = 0; usual[i] && *branch && !l->sources->exists; i++) {
		size_t len = strlen(usual[i]);

		if (typo_distance(branch, usual[i]) == 1 &&
			(len > 5 || (strlen(branch) == len && strspn(branch, usual[i]) == len)))
			return usual[i];
	}
	return NULL;
}

/* Whether what stands behind refs/ is a place where a server has refs. */
static int ref_place_check(struct policy_loading *l, const struct json_at *at, const char *name)
{
	static const char *const places[] = { "heads", "tags", "notes", "changes", "for",
		"merge-requests", "pull", "meta", "keep-around", "environments", "countersign",
		"replace", NULL };
	const char *branch =
		strncmp(name, "refs/heads/origin/", 18) == 0 ? name + 18 : usual_branch(l, name);
	struct typo typo;
	char place[64];
	size_t len = strcspn(name + 5, "/");

	if (len >= sizeof(place) || !len || strpbrk(name + 5, "*?[\\") == name + 5 ||
		memchr(name + 5, '*', len) || memchr(name + 5, '?', len) ||
		memchr(name + 5, '[', len))
		return 0;
	(void)snprintf(place, sizeof(place), "%.*s", (int)len, name + 5);
	if (strcmp(place, "countersign") == 0)
		return policy_warn(l, at,
			"'%s': these refs are Countersign's own, no rule is asked of them", name);
	if (strcmp(name, "refs/heads/HEAD") == 0)
		return policy_warn(l, at, "'%s': did you mean 'HEAD'?", name);
	if (branch)
		return policy_warn(l, at, "'%s': did you mean 'refs/heads/%s'?", name, branch);
	if (is_below_branch(l, name))
		return policy_warn(l, at,
			"'%s' has only branches below it: for the branch itself leave out what "
			"stands behind its name",
			name);
	if (strcmp(place, "remotes") == 0)
		return policy_warn(l, at,
			"'%s': a server has no remote branches; did you mean 'refs/heads/'?", name);
	typo = typo_begin(place);
	for (size_t i = 0; places[i]; i++) {
		if (strcmp(places[i], place) == 0)
			return 0;
		typo_offer(&typo, places[i]);
	}
	return typo.found ? policy_warn(l, at, "'%s': did you mean 'refs/%s%s'?", name, typo.found,
				    name + 5 + len)
			  : 0;
}

/* What was probably meant by what does not begin as a ref does. */
static int ref_unlike(
	struct policy_loading *l, const struct json_at *at, const char *text, const char *name)
{
	static const char *const begins[][2] = { { "heads/", "heads/" }, { "tags/", "tags/" },
		{ "notes/", "notes/" }, { "origin/", "heads/" }, { "remotes/origin/", "heads/" },
		{ "ref/", "" }, { "/refs/", "" }, { "+refs/", "" }, { "branches/", "heads/" } };

	static const char *const mains[] = { "@", "default", "protected", "$default-branch",
		"~DEFAULT_BRANCH", "default-branch", "$CI_DEFAULT_BRANCH" };
	struct span ref = { 0 };
	char wanted[256];

	for (size_t i = 0; i < sizeof(mains) / sizeof(mains[0]); i++)
		if (strcasecmp(name, mains[i]) == 0)
			name = "HEAD";
	if (strcmp(name, "*") == 0 || strcmp(name, "**") == 0 || strcmp(name, "all") == 0 ||
		strcmp(name, "~ALL") == 0)
		return policy_wrong(l, at,
			"'%s' must be HEAD or begin with refs/ (did you mean 'refs/**'?)", text);
	if (strcasecmp(name, "HEAD") == 0 || strncmp(name, "HEAD~", 5) == 0 ||
		strncmp(name, "HEAD^", 5) == 0)
		return policy_wrong(l, at,
			"'%s' must be HEAD or begin with refs/ (did you mean 'HEAD'?)", text);
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strncmp(name, begins[i][0], strlen(begins[i][0])) == 0)
			return policy_wrong(l, at,
				"'%s' must be HEAD or begin with refs/ (did you mean "
				"'refs/%s%s'?)",
				text, begins[i][1], name + strlen(begins[i][0]));
	if (strncasecmp(name, "refs/", 5) == 0)
		return policy_wrong(l, at,
			"'%s' must be HEAD or begin with refs/ (did you mean 'refs/%s%s'?)", text,
			strncasecmp(name + 5, "heads/", 6) == 0  ? "heads/"
			: strncasecmp(name + 5, "tags/", 5) == 0 ? "tags/"
								 : "",
			name + 5 + 6 * (strncasecmp(name + 5, "heads/", 6) == 0) +
				5 * (strncasecmp(name + 5, "tags/", 5) == 0));
	if (*name == '^' || name[strlen(name) - 1] == '$')
		return policy_wrong(l, at,
			"'%s' must be HEAD or begin with refs/: it is a pattern of gitignore, and "
			"not a regular expression",
			text);
	if (strpbrk(name, ",; "))
		return policy_wrong(l, at,
			"'%s' must be HEAD or begin with refs/: write each as a text of its own",
			text);
	(void)snprintf(wanted, sizeof(wanted), "refs/heads/%s", name);
	ref = span_of(wanted);
	if (!strpbrk(name, "*?[") && (refname_objection(ref) || strlen(name) > 200))
		return policy_wrong(l, at, "'%s' must be HEAD or begin with refs/", text);
	return policy_wrong(l, at,
		"'%s' must be HEAD or begin with refs/ (did you mean 'refs/heads/%s'?)", text,
		name);
}

/* A pattern of refs: `HEAD`, or whole names from `refs/` on. */
static int ref_check(struct policy_loading *l, const struct json_at *at, bool first)
{
	const char *text = json_at_text(at);
	const char *name = text && *text == '!' ? text + 1 : text;

	if (!text || !*text)
		return 0;
	if (first && *text == '!')
		return policy_wrong(l, at, "begins by taking back what nothing gave");
	if (strcmp(name, "HEAD") == 0)
		return 0;
	if (strncmp(name, "refs/", 5) == 0)
		return ref_name_check(l, at, text) < 0 ? -1 : ref_place_check(l, at, name);
	return ref_unlike(l, at, text, name);
}

/* Holds the patterns against a set of their own only to hear what is wrong with them. */
static int refs_try(struct policy_loading *l, const struct json_at *at)
{
	struct pattern_set *set = NULL;
	size_t wrong = l->wrong;
	int list, outcome = 0;

	if (pattern_set_new(&set, PATTERN_EXACT, l->fault) < 0)
		return -1;
	if (policy_list_new(l, set, &list) < 0)
		outcome = -1;
	for (size_t i = 0; outcome == 0 && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		size_t before = l->wrong;

		outcome = ref_check(l, &item, i == 0);
		if (outcome == 0 && before == l->wrong && json_at_text(&item))
			outcome = policy_pattern(l, &item, set, list);
		if (outcome == 0 && wrong == l->wrong && json_at_text(&item))
			outcome = policy_exists_check(l, &item, json_at_text(&item), PATTERN_EXACT);
	}
	pattern_set_free(set);
	return outcome == 0 ? policy_taken_back(l, at) : outcome;
}

int policy_read_refs(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	size_t wrong = l->wrong;
	names refs = NULL;

	if (policy_read_words(l, at, field, &refs) < 0)
		return -1;
	if (!refs)
		return 0;
	if (!*refs)
		return policy_wrong(l, at, "must not be empty");
	if (refs_try(l, at) < 0)
		return -1;
	if (wrong == l->wrong)
		*(names *)out = refs;
	return 0;
}

/* Adds the pattern, HEAD resolved, to the list; it has been checked. */
static int ref_add(struct policy_loading *l, struct pattern_set *set, int list, const char *ref)
{
	const char *head = l->sources->head ? l->sources->head : "refs/heads/main";
	struct buf resolved = BUF_INIT(8192);
	int outcome;

	if (strcmp(ref, "HEAD") == 0 || strcmp(ref, "!HEAD") == 0)
		(void)buf_addf(&resolved, "%s%s", *ref == '!' ? "!" : "", head);
	else
		(void)buf_adds(&resolved, ref);
	outcome = resolved.failed ? fault_memory(l->fault)
				  : pattern_set_add(set, list, buf_span(&resolved), l->fault);
	buf_release(&resolved);
	return outcome;
}

int policy_refs_list(struct policy_loading *l, struct pattern_set *set, names refs, int *list)
{
	if (policy_list_new(l, set, list) < 0)
		return -1;
	for (; *refs; refs++)
		if (ref_add(l, set, *list, *refs) < 0)
			return -1;
	return 0;
}

static bool names_equal(names a, names b)
{
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return !*a && !*b;
}

int policy_group(struct policy_loading *l, names refs)
{
	struct group *grown;
	int list;

	for (size_t i = 0; i < l->group_count; i++)
		if (names_equal(l->groups[i].refs, refs))
			return (int)i;
	grown = policy_grow(l, l->groups, l->group_count, sizeof(*grown));
	if (!grown || policy_refs_list(l, l->policy->refs, refs, &list) < 0)
		return -1;
	l->groups = grown;
	grown[l->group_count] = (struct group){ .refs = refs, .list = list };
	return (int)l->group_count++;
}

names policy_default_refs(const struct policy_loading *l)
{
	static const char *const all[] = { "refs/heads/**", "refs/tags/**", NULL };
	names refs = l->layers[l->layer].refs;

	return refs ? refs : all;
}
