#include "hooks/reason/ref_space.h"

#include <stdlib.h>

struct finding_refs {
	struct ref_space *space;
	const char *head;
	/* of each class: the class before, and the label that the last list gave */
	struct {
		uint32_t before, label;
	} classes[REF_CLASSES_MAX];
	size_t count;
	struct fault *f;
};

static int64_t part(void *context, uint32_t before, uint32_t label)
{
	struct finding_refs *r = context;
	uint32_t has = label == LABEL_HAS;

	for (size_t i = 0; i < r->count; i++)
		if (r->classes[i].before == before && r->classes[i].label == has)
			return (int64_t)i;
	if (r->count == REF_CLASSES_MAX)
		return fault_set(r->f, FAULT_LIMIT,
			"the policies tell more than %d kinds of refs apart", REF_CLASSES_MAX);
	r->classes[r->count].before = before;
	r->classes[r->count].label = has;
	return (int64_t)r->count++;
}

/* Parts the classes by one more list. */
static int part_by(struct finding_refs *r, const struct automaton_list *what)
{
	const struct automaton_rule rule = { part, r };
	struct automaton *of_list = NULL, *parted = NULL;
	int status;

	r->count = 0;
	status = automaton_of_list(&of_list, &r->space->alphabet, what, r->f);
	if (status == 0)
		status = automaton_combine(&parted, r->space->all, of_list, &rule, r->f);
	automaton_free(of_list);
	if (status < 0)
		return -1;
	automaton_free(r->space->all);
	r->space->all = parted;
	r->space->count = r->count;
	return 0;
}

/* A list of refs in a policy: as written, and as automata take it. */
struct ref_list {
	names texts;
	struct automaton_list what;
};

static int each_list(struct finding_refs *r, const struct policy *policy,
	int (*each)(struct finding_refs *r, const struct ref_list *list))
{
	for (size_t i = 0; i < policy->group_count; i++) {
		const struct group *group = &policy->groups[i];
		const struct ref_list list = { group->refs, { policy->refs, group->list } };

		if (each(r, &list) < 0)
			return -1;
	}
	for (size_t i = 0; i < policy->agent_count; i++)
		for (size_t k = 0; k < policy->agents[i].grant_count; k++) {
			int refs = policy->agents[i].grants[k].refs;
			struct ref_list list = { NULL, { policy->scopes, refs } };

			if (refs < 0)
				continue;
			list.texts = policy->scope_texts[refs];
			if (each(r, &list) < 0)
				return -1;
		}
	return 0;
}

/* A text as patterns have it: HEAD is what it names. */
static const char *resolved(const struct finding_refs *r, const char *text)
{
	text += *text == '!';
	return strcmp(text, "HEAD") == 0 ? r->head : text;
}

static int offer_list(struct finding_refs *r, const struct ref_list *list)
{
	for (names texts = list->texts; texts && *texts; texts++) {
		const char *text = resolved(r, *texts);

		if (alphabet_add(&r->space->alphabet, span_of(text), r->f) < 0 ||
			phrase_offer(&r->space->words, text, PATTERN_EXACT, r->f) < 0)
			return -1;
	}
	return 0;
}

static int part_list(struct finding_refs *r, const struct ref_list *list)
{
	return part_by(r, &list->what);
}

static int64_t both(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == 1 && b == 1;
}

/* The names that refs can have: those of files, below `refs/`. */
static int find_names(struct finding_refs *r, const char *below, struct automaton **out)
{
	const struct automaton_rule rule = { both, NULL };
	struct automaton_list list = { .list = 0 };
	struct pattern_set *set = NULL;
	struct automaton *words = NULL, *refs = NULL;
	int status = -1;

	*out = NULL;
	if (pattern_set_new(&set, PATTERN_EXACT, r->f) == 0 && pattern_set_list(set) == 0 &&
		pattern_set_add(set, 0, span_of(below), r->f) == 0) {
		list.set = set;
		if (automaton_of_list(&refs, &r->space->alphabet, &list, r->f) == 0 &&
			automaton_words(&words, &r->space->alphabet, r->f) == 0)
			status = automaton_combine(out, words, refs, &rule, r->f);
	}
	automaton_free(words);
	automaton_free(refs);
	pattern_set_free(set);
	return status;
}

static bool is_one(void *context, uint32_t label)
{
	(void)context;
	return label == 1;
}

struct classes_wanted {
	uint64_t bits;
};

static int64_t in_classes(void *context, uint32_t class, uint32_t name)
{
	const struct classes_wanted *wanted = context;

	return name == 1 && wanted->bits >> class & 1;
}

/* An example of each class that has none yet, among the refs below the folder. */
static int find_examples(struct finding_refs *r, const char *below)
{
	struct ref_space *space = r->space;
	struct automaton *refs = NULL;
	int status = find_names(r, below, &refs);

	for (size_t i = 0; status == 0 && i < space->count; i++) {
		struct classes_wanted wanted = { UINT64_C(1) << i };
		const struct automaton_rule rule = { in_classes, &wanted };
		struct buf name = BUF_INIT(65536);
		struct automaton *class = NULL;

		if (space->examples[i])
			continue;
		status = automaton_combine(&class, space->all, refs, &rule, r->f);
		if (status == 0 && automaton_shortest(class, is_one, NULL, &name, r->f) > 0)
			space->examples[i] = strdup(name.data);
		automaton_free(class);
		buf_release(&name);
	}
	automaton_free(refs);
	return status;
}

size_t ref_space_class(const struct ref_space *space, const char *ref)
{
	return automaton_label(space->all, span_of(ref));
}

int ref_space_set(struct pattern_set **out, names patterns, const char *head, struct fault *f)
{
	*out = NULL;
	if (pattern_set_new(out, PATTERN_EXACT, f) < 0 || pattern_set_list(*out) < 0)
		return fault_memory(f);
	for (; *patterns; patterns++)
		if (pattern_set_add(*out, 0,
			    span_of(strcmp(*patterns, "HEAD") == 0 ? head : *patterns), f) < 0)
			return fault_context(f, "%s", *patterns);
	return 0;
}

/* The characters and the patterns of all lists. */
static int offer_lists(struct finding_refs *r, const struct ref_question *question)
{
	int status = alphabet_add(&r->space->alphabet, span_of(question->head), r->f);

	for (size_t i = 0; status == 0 && i < question->count; i++)
		status = each_list(r, question->policies[i], offer_list);
	if (status == 0)
		status = offer_list(r, &(struct ref_list){ .texts = question->beside });
	if (status == 0)
		status = phrase_offer(&r->space->words, "refs/**", PATTERN_EXACT, r->f);
	return status == 0 ? alphabet_finish(&r->space->alphabet, r->f) : -1;
}

/* Parts the refs by each list. */
static int part_lists(struct finding_refs *r, const struct ref_question *question)
{
	struct pattern_set *beside = NULL;
	int status = 0;

	for (size_t i = 0; status == 0 && i < question->count; i++)
		status = each_list(r, question->policies[i], part_list);
	if (status == 0 && question->beside)
		status = ref_space_set(&beside, question->beside, question->head, r->f);
	if (status == 0 && beside)
		status = part_by(r, &(struct automaton_list){ beside, 0 });
	pattern_set_free(beside);
	return status;
}

int ref_space_find(struct ref_space *space, const struct ref_question *question, struct fault *f)
{
	static const char *const folders[] = { "/refs/heads/", "/refs/tags/", "/refs/" };
	struct finding_refs r = { .space = space, .head = question->head, .f = f };
	int status;

	phrase_words_init(&space->words, &space->alphabet, NULL);
	if (alphabet_init(&space->alphabet, f) < 0 || offer_lists(&r, question) < 0)
		return -1;
	space->all = automaton_new(&space->alphabet);
	space->count = 1;
	if (!space->all || automaton_add_state(space->all, 0, 0, f) < 0)
		return fault_memory(f);
	status = part_lists(&r, question);
	if (status == 0)
		status = find_names(&r, "/refs/", &space->paths);
	space->words.paths = space->paths;
	if (status == 0)
		space->examples[ref_space_class(space, question->head)] = strdup(question->head);
	for (size_t i = 0; status == 0 && i < 3; i++)
		status = find_examples(&r, folders[i]);
	return status;
}

int ref_space_say(struct ref_space *space, uint64_t classes, struct phrase *phrase, struct fault *f)
{
	struct classes_wanted wanted = { classes };
	const struct automaton_rule rule = { in_classes, &wanted };
	struct automaton *language = NULL;
	int status;

	*phrase = (struct phrase){ .count = 0 };
	if (automaton_combine(&language, space->all, space->paths, &rule, f) < 0)
		return -1;
	status = phrase_find(&space->words, language, phrase, f);
	automaton_free(language);
	return status;
}

void ref_space_release(struct ref_space *space)
{
	for (size_t i = 0; i < REF_CLASSES_MAX; i++) {
		free(space->examples[i]);
		space->examples[i] = NULL;
	}
	phrase_words_release(&space->words);
	automaton_free(space->paths);
	automaton_free(space->all);
	space->paths = space->all = NULL;
}
