/* The loading as a whole: files, layers, and what they come to. */
#include "common/policy/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/text.h"
#include "common/policy/dead.h"
#include "common/policy/files.h"
#include "common/policy/site_agents.h"

#define POLICY_MEMORY_MAX (256u << 20)

/* A file that is no JSON, with where and why. */
static int json_wrong(struct policy_loading *l, const struct json_error *error)
{
	struct buf line = BUF_INIT(65536);

	l->wrong++;
	(void)buf_addf(&line, "%s:%zu:%zu: %s: %s", l->layers[l->layer].file, error->line,
		error->column, error->path, error->text);
	if (policy_forgiven(l, line.data ? line.data : error->text)) {
		buf_release(&line);
		return 0;
	}
	if (!l->errors) {
		(void)fault_set(l->fault, FAULT_ADMIN, "%s", line.data ? line.data : error->text);
	} else {
		(void)text_escape(l->errors, buf_span(&line));
		(void)buf_addc(l->errors, '\n');
	}
	buf_release(&line);
	return l->errors ? 0 : -1;
}

/* Reads the classes that a layer adds to: rules of layers above cover them, too. */
static int classes_read(struct policy_loading *l)
{
	static const struct field none = { .name = "classes" };
	struct json_at root = json_at_root(&l->layers[l->layer].doc), classes;

	if (json_at_kind(&root) != JSON_KIND_OBJECT || !json_at_member(&root, "classes", &classes))
		return 0;
	return policy_read_classes(l, &classes, &none, NULL);
}

static int layer_parse(struct policy_loading *l)
{
	struct policy_layer *layer = &l->layers[l->layer];
	struct json_error error = { 1, 1, "$", "is larger than 4 MiB" };

	if (!layer->over && json_doc_parse(&layer->doc, buf_span(&layer->bytes), &error) == 0)
		return 0;
	layer->there = false;
	return json_wrong(l, &error);
}

static int each_layer(struct policy_loading *l, int (*act)(struct policy_loading *l))
{
	for (l->layer = LAYER_SITE; l->layer < LAYER_COUNT; l->layer++)
		if (l->layers[l->layer].there && act(l) < 0)
			return -1;
	return 0;
}

/* The folder of a file, in the arena. */
static const char *folder_of(struct policy_loading *l, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return ".";
	return arena_copy(l->arena, file, slash == file ? 1 : (size_t)(slash - file));
}

static int layers_open(struct policy_loading *l, const struct policy_files *files)
{
	bool any = false;

	for (size_t i = 0; i < LAYER_COUNT; i++) {
		struct policy_layer *layer = &l->layers[i];

		layer->there = files->layers[i].there;
		layer->bytes = files->layers[i].bytes;
		layer->over = files->layers[i].over;
		layer->file = arena_strdup(l->arena, files->layers[i].name);
		layer->said = policy_settings_unsaid();
		if (i != LAYER_DELEGATED) /* it lies in a tree, where no files are named */
			layer->folder = layer->file ? folder_of(l, layer->file) : NULL;
		if (!layer->file || (i != LAYER_DELEGATED && !layer->folder))
			return fault_memory(l->fault);
		if (i == LAYER_DELEGATED && !l->alone)
			continue;
		l->policy->files[i] = layer->there ? layer->file : NULL;
		any = any || layer->there;
	}
	return any ? 0 : policy_files_none(l->sources, l->fault);
}

static int sets_new(struct policy *policy, struct fault *f)
{
	if (pattern_set_new(&policy->scopes, PATTERN_EXACT, f) < 0 ||
		pattern_set_new(&policy->protected, PATTERN_GENEROUS, f) < 0)
		return -1;
	return pattern_set_new(&policy->refs, PATTERN_EXACT, f);
}

/* Additions that no rule names protect nothing. */
static int additions_warn(struct policy_loading *l)
{
	for (size_t i = 0; i < l->addition_count; i++) {
		struct json_at root, classes, at;

		l->layer = l->additions[i].layer;
		root = json_at_root(&l->layers[l->layer].doc);
		if (!l->additions[i].used && json_at_member(&root, "classes", &classes) &&
			json_at_member(&classes, l->additions[i].name, &at) &&
			policy_warn(l, &at, "no rule names this class") < 0)
			return -1;
	}
	return 0;
}

static bool may_approve(const struct policy_loading *l, const struct person *person)
{
	names approvers = l->policy->limits.approvers;
	bool may = approvers && policy_names_person(approvers, person);

	for (size_t i = 0; i < l->rule_count; i++)
		may = may || policy_names_person(l->rules[i].approvers, person);
	return may && (person->key_count || person->approval_key_count || person->passkey_count ||
			      *person->accounts);
}

/*
 * Whoever writes under an address that the policy does not know is a stranger, and approves that as
 * another's.
 */
static int strangers_warn(struct policy_loading *l)
{
	for (size_t i = 0; i < l->person_count; i++) {
		const struct person *person = &l->people[i];
		struct json_at root, people, at;

		if (*person->emails || !may_approve(l, person))
			continue;
		l->layer = person->layer;
		root = json_at_root(&l->layers[l->layer].doc);
		if (json_at_member(&root, "people", &people) &&
			json_at_member(&people, person->name, &at) &&
			policy_warn(l, &at,
				"without 'emails' an unsigned commit of '%s' is not known as "
				"theirs, and '%s' could approve it",
				person->name, person->name) < 0)
			return -1;
	}
	return 0;
}

/* Hands what was read over to the policy. */
static int loading_finish(struct policy_loading *l)
{
	static const struct name_list nothing;
	struct policy *policy = l->policy;
	struct name_list warnings = { 0 };

	policy->people = l->people;
	policy->person_count = l->person_count;
	policy->agents = l->agents;
	policy->agent_count = l->agent_count;
	policy->rules = l->rules;
	policy->rule_count = l->rule_count;
	policy->groups = l->groups;
	policy->group_count = l->group_count;
	policy->webhooks = l->webhooks;
	policy->webhook_count = l->webhook_count;
	policy->allowances = l->allowances;
	policy->allowance_count = l->allowance_count;
	policy->malformed = l->malformed;
	policy->scope_texts = l->scope_texts.lists;
	policy->protected_texts = l->protected_texts.lists;
	policy->index = arena_alloc(l->arena, sizeof(l->index));
	if (!policy->index)
		return fault_memory(l->fault);
	*policy->index = l->index;
	for (size_t i = 0; i < l->warning_count; i++)
		if (name_list_add(l, &warnings, l->warnings[i]) < 0)
			return -1;
	policy->warnings = name_list_names(l->warning_count ? &warnings : &nothing);
	policy_settle(l);
	policy_settle_keep(l);
	policy_settle_fleet(l);
	policy_settle_glass(l);
	if (policy_settle_scopes(l) < 0)
		return -1;
	policy->scope_may = l->scope_may.lists;
	return 0;
}

/*
 * A delegated file counts only where the first layer that says who approves changes to it names
 * somebody.
 */
static bool delegated_counts(const struct policy_loading *l)
{
	struct json_at root, delegates;

	for (size_t i = 0; i < LAYER_DELEGATED; i++) {
		root = json_at_root(&l->layers[i].doc);
		if (l->layers[i].there && json_at_kind(&root) == JSON_KIND_OBJECT &&
			json_at_member(&root, "delegates", &delegates))
			return json_at_count(&delegates) > 0;
	}
	return false;
}

/* Parses the site's and the repository's layer, and the delegated one if it counts. */
static int layers_parse(struct policy_loading *l)
{
	struct policy_layer *delegated = &l->layers[LAYER_DELEGATED];
	bool there = delegated->there;

	delegated->there = false;
	if (each_layer(l, layer_parse) < 0)
		return -1;
	if (!there || (!l->alone && !delegated_counts(l)))
		return 0;
	delegated->there = true;
	l->layer = LAYER_DELEGATED;
	l->policy->files[LAYER_DELEGATED] = delegated->file;
	return layer_parse(l);
}

static int load(struct policy_loading *l, const struct policy_files *files)
{
	size_t count;

	if (layers_open(l, files) < 0 || sets_new(l->policy, l->fault) < 0)
		return -1;
	if (layers_parse(l) < 0 || each_layer(l, classes_read) < 0 ||
		each_layer(l, policy_layer_read) < 0)
		return -1;
	count = l->layers[LAYER_DELEGATED].there ? LAYER_COUNT : LAYER_DELEGATED;
	if (policy_files_hash(files, count, l->policy->digest, l->fault) < 0)
		return -1;
	if (l->wrong && !l->forgives)
		return 0;
	if (policy_classes_build(l) < 0 || additions_warn(l) < 0 || strangers_warn(l) < 0 ||
		policy_likely_whole(l) < 0 || (l->errors && policy_dead(l) < 0))
		return -1;
	return loading_finish(l);
}

static struct policy *policy_new(struct fault *f)
{
	struct policy *policy = calloc(1, sizeof(*policy));

	if (policy)
		policy->arena = calloc(1, sizeof(*policy->arena));
	if (!policy || !policy->arena) {
		free(policy);
		(void)fault_memory(f);
		return NULL;
	}
	policy->arena->max = POLICY_MEMORY_MAX;
	return policy;
}

/* Loads; *wrong is the number of errors when they are collected. */
static int load_files(struct policy **out, const struct policy_sources *sources,
	const struct policy_files *files, struct policy_loading *l)
{
	int outcome;

	l->sources = sources;
	l->policy = policy_new(l->fault);
	if (!l->policy)
		return -1;
	l->arena = l->policy->arena;
	outcome = load(l, files);
	for (size_t i = 0; i < LAYER_COUNT; i++)
		json_doc_release(&l->layers[i].doc);
	if (outcome < 0 || (l->wrong && !l->forgives) || !out)
		policy_free(l->policy);
	else
		*out = l->policy;
	return outcome;
}

int policy_load_read(struct policy **out, const struct policy_sources *sources,
	const struct policy_files *files, struct fault *f)
{
	struct policy_loading l = { .fault = f, .forgives = true };

	*out = NULL;
	return load_files(out, sources, files, &l);
}

int policy_load(struct policy **out, const struct policy_sources *sources, struct fault *f)
{
	struct policy_files files;
	int outcome;

	*out = NULL;
	if (sources->agents && site_agents_load(sources->agents, f) < 0)
		return -1;
	outcome = policy_files_read(&files, sources, f);
	if (outcome == 0)
		outcome = policy_load_read(out, sources, &files, f);
	policy_files_release(&files);
	return outcome;
}

/* Appends what load_files() found wrong; as policy_check. */
static int check_files(const struct policy_sources *sources, const struct policy_files *files,
	struct buf *errors, struct fault *f)
{
	struct policy_loading l = { .fault = f,
		.errors = errors,
		.alone = sources->site == NULL && sources->repository == NULL };
	struct policy *policy = NULL;
	int outcome = load_files(&policy, sources, files, &l);

	for (names warning = policy ? policy->warnings : NULL; warning && *warning; warning++) {
		(void)text_escape(errors, span_of(*warning));
		(void)buf_addc(errors, '\n');
	}
	policy_free(policy);
	if (errors->failed)
		return fault_memory(f);
	if (l.wrong && f->class == FAULT_NONE)
		return 1;
	return outcome;
}

int policy_check(const struct policy_sources *sources, struct buf *errors, struct fault *f)
{
	struct policy_files files;
	int outcome;

	if (sources->agents && site_agents_load(sources->agents, f) < 0)
		return -1;
	outcome = policy_files_read(&files, sources, f);
	if (outcome == 0)
		outcome = check_files(sources, &files, errors, f);
	policy_files_release(&files);
	return outcome;
}

int policy_check_file(const char *path, enum layer layer, struct buf *errors, struct fault *f)
{
	const struct policy_sources nowhere = { 0 };

	return policy_check_file_in(&nowhere, path, layer, errors, f);
}

int policy_check_file_in(const struct policy_sources *in, const char *path, enum layer layer,
	struct buf *errors, struct fault *f)
{
	struct policy_sources sources = { .head = in->head, .exists = in->exists };
	struct policy_files files;
	int outcome;

	policy_files_init(&files);
	files.layers[layer].name = path;
	files.layers[layer].there = true;
	outcome = file_read(path, &files.layers[layer].bytes, f);
	if (outcome == 0)
		outcome = check_files(&sources, &files, errors, f);
	policy_files_release(&files);
	return outcome;
}
