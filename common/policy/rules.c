/* Rules: what they look at, what they do, and who can approve. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/path/classes.h"
#include "common/policy/load.h"
#include "common/policy/rule_list.h"

static const struct choice actions[] = {
	{ "deny", ACTION_DENY },
	{ "hold", ACTION_HOLD },
	{ "warn", ACTION_WARN },
	{ NULL, 0 },
};

static const struct choice confidences[] = {
	{ "low", CONFIDENCE_LOW },
	{ "medium", CONFIDENCE_MEDIUM },
	{ "high", CONFIDENCE_HIGH },
	{ "certain", CONFIDENCE_CERTAIN },
	{ "never", CONFIDENCE_NEVER },
	{ NULL, 0 },
};

/* What a rule looks at: classes and patterns. */
struct paths {
	bool there;
	int list; /* -1: none */
	struct name_list classes, texts;
};

struct rule_draft {
	const char *name, *description;
	struct paths paths;
	names content;
	unsigned changes; /* 0: not there */
	const struct rule_message *message;
	int action, observe, presence, deny_from, hold_from; /* -1: not there */
	struct policy_by by;
	names approvers, refs; /* NULL: not there */
	int64_t approvals;     /* 0: not there */
};

/* A class that a rule's paths name; it must be one of paths. */
static int class_read(
	struct policy_loading *l, const struct json_at *at, const char *name, struct paths *paths)
{
	char *copy;

	if (class_is_content(name))
		return policy_wrong(
			l, at, "class:%s is one of content: name it in 'content'", name);
	if (!policy_class_known(l, name))
		return policy_class_unknown(l, at, name);
	copy = arena_strdup(l->arena, name);
	if (!copy || name_list_add(l, &paths->classes, copy) < 0)
		return fault_memory(l->fault);
	return policy_class_own(l, copy, paths->list, &paths->texts);
}

/* `!class:infrastructure.folders`: a part of a class that stands before it. */
static int part_take_back(
	struct policy_loading *l, const struct json_at *at, const char *text, struct paths *paths)
{
	const char *name = text + 7, *dot = strchr(name, '.');
	char *copy;

	if (!policy_class_known(l, name))
		return policy_class_unknown(l, at, name);
	if (!dot || !class_known(name))
		return policy_wrong(
			l, at, "a class cannot be taken back as a whole: name its parts");
	for (size_t i = 0; i < paths->classes.count; i++)
		if (strncmp(paths->classes.words[i], name, (size_t)(dot - name)) == 0 &&
			paths->classes.words[i][dot - name] == '\0') {
			copy = arena_strdup(l->arena, name - 1);
			if (!copy)
				return fault_memory(l->fault);
			*copy = '!';
			return name_list_add(l, &paths->classes, copy);
		}
	return policy_wrong(l, at, "takes back what no class before it gave");
}

/* A pattern that is called as a class is, or is a ref's name. */
static int path_likely(struct policy_loading *l, const struct json_at *at, const char *text)
{
	char name[POLICY_NAME_MAX + 1];
	const char *whole = text;
	size_t len;

	text += *text == '!';
	text += *text == '/' || *text == '@';
	text += 6 * (strncasecmp(text, "class/", 6) == 0);
	if (strncasecmp(text, "class", 5) == 0 && strchr("es: ", text[5]) && strchr(text, ':'))
		return policy_warn(l, at,
			"'%s' is taken as the name of a file: a class is written class:NAME", text);
	if (strncmp(text, "refs/", 5) == 0 || strcmp(text, "HEAD") == 0)
		return policy_warn(l, at,
			"'%s' is taken as the name of a file: refs belong into "
			"'refs'",
			text);
	len = strlen(text);
	len -= len && text[len - 1] == '/';
	if (!len || len >= sizeof(name))
		return 0;
	(void)snprintf(name, sizeof(name), "%.*s", (int)len, text);
	if (class_is_content(name))
		return policy_warn(l, at,
			"'%s' is taken as the name of files: did you mean \"content\": "
			"[\"class:%s\"]?",
			whole, name);
	return policy_class_known(l, name)
		       ? policy_warn(l, at,
				 "'%s' is taken as the name of files: did you mean 'class:%s'?",
				 whole, name)
		       : 0;
}

static int path_read(struct policy_loading *l, const struct json_at *at, struct paths *paths)
{
	const char *text = json_at_text(at);
	size_t wrong = l->wrong;
	char *copy;

	if (!text)
		return policy_wrong_kind(l, at, "text");
	if (strncmp(text, "class:", 6) == 0)
		return class_read(l, at, text + 6, paths);
	if (strncmp(text, "!class:", 7) == 0)
		return part_take_back(l, at, text, paths);
	if (*text == '!' && !paths->texts.count && !paths->classes.count)
		return policy_wrong(
			l, at, "begins by taking back what nothing gave: put '!' patterns last");
	if (policy_pattern(l, at, l->policy->protected, paths->list) < 0)
		return -1;
	if (wrong != l->wrong)
		return 0;
	if (path_likely(l, at, text) < 0 || policy_exists_check(l, at, text, PATTERN_GENEROUS) < 0)
		return -1;
	copy = arena_strdup(l->arena, text);
	return copy ? name_list_add(l, &paths->texts, copy) : fault_memory(l->fault);
}

static int read_paths(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct paths *paths = out;

	(void)field;
	if (json_at_kind(at) != JSON_KIND_LIST)
		return policy_wrong_kind(l, at, "a list");
	if (json_at_count(at) == 0)
		return policy_wrong(l, at, "must not be empty");
	paths->there = true;
	if (policy_list_new(l, l->policy->protected, &paths->list) < 0)
		return -1;
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (path_read(l, &item, paths) < 0)
			return -1;
	}
	if (policy_list_texts(l, &l->protected_texts, paths->list, name_list_names(&paths->texts)) <
			0 ||
		policy_taken_back(l, at) < 0)
		return -1;
	if (!paths->texts.count)
		paths->list = -1;
	return 0;
}

/* A class of content: `class:credentials`, the first word cut off. */
static int content_read(struct policy_loading *l, const struct json_at *at, const char *text,
	struct name_list *list)
{
	static const char *const known[] = { "class:credentials", "class:hidden-text",
		"class:build-steps", NULL };

	if (strncmp(text, "class:", 6) == 0 && class_is_content(text + 6))
		return name_list_add(l, list, text + 6);
	if (strncmp(text, "class:", 6) == 0 && class_known(text + 6))
		return policy_wrong(l, at, "%s is a class of paths: name it in 'paths'", text);
	return policy_unknown(
		l, at, &(struct vocabulary){ .what = "class of content", .known = known });
}

static int read_content(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct name_list list = { 0 };
	names words = NULL;

	if (policy_read_words(l, at, field, &words) < 0)
		return -1;
	if (!words)
		return 0;
	if (!*words)
		return policy_wrong(l, at, "must not be empty");
	for (size_t i = 0; words[i]; i++) {
		struct json_at item = json_at_item(at, i);

		if (content_read(l, item.value ? &item : at, words[i], &list) < 0)
			return -1;
	}
	*(names *)out = name_list_names(&list);
	return 0;
}

static const int64_t approvals_most = 100;

static const struct field rule_fields[] = {
	{ "name", policy_read_text, offsetof(struct rule_draft, name), FIELD_REQUIRED, NULL },
	{ "description", policy_read_text, offsetof(struct rule_draft, description), 0, NULL },
	{ "paths", read_paths, offsetof(struct rule_draft, paths), 0, NULL },
	{ "content", read_content, offsetof(struct rule_draft, content), 0, NULL },
	{ "changes", policy_read_kinds, offsetof(struct rule_draft, changes), 0, NULL },
	{ "message", policy_read_message, offsetof(struct rule_draft, message), 0, NULL },
	{ "action", policy_read_choice, offsetof(struct rule_draft, action), FIELD_REQUIRED,
		actions },
	{ "mode", policy_read_observe, offsetof(struct rule_draft, observe), 0, NULL },
	{ "by", policy_read_by, offsetof(struct rule_draft, by), 0, NULL },
	{ "refs", policy_read_refs, offsetof(struct rule_draft, refs), 0, NULL },
	{ "approvers", policy_read_people_names, offsetof(struct rule_draft, approvers), 0,
		"codeowners" },
	{ "approvals", policy_read_count, offsetof(struct rule_draft, approvals), 0,
		&approvals_most },
	{ "presence", policy_read_flag, offsetof(struct rule_draft, presence), 0, NULL },
	{ "deny_from", policy_read_choice, offsetof(struct rule_draft, deny_from), 0, confidences },
	{ "hold_from", policy_read_choice, offsetof(struct rule_draft, hold_from), 0, confidences },
	FIELDS_END,
};

static struct json_at place_of(const struct json_at *at, const char *key)
{
	struct json_at member;

	return json_at_member(at, key, &member) ? member : *at;
}

static int rule_name_check(
	struct policy_loading *l, const struct json_at *at, const struct rule_draft *draft)
{
	struct json_at name = place_of(at, "name");
	const struct index_entry *known = policy_index_find(&l->index, INDEX_RULE, draft->name);
	int good = policy_name_good(l, &name, draft->name);

	if (good != 1)
		return good;
	if (rule_list_find(draft->name))
		return policy_wrong(l, &name, "'%s' is a rule that is built in, take another name",
			draft->name);
	if (known && known->layer != l->layer)
		return policy_wrong(l, &name, "redefines '%s' of the %s layer", draft->name,
			layer_name(known->layer));
	if (known)
		return policy_wrong(l, &name, "there is a rule '%s' already", draft->name);
	return 0;
}

static int rule_check(
	struct policy_loading *l, const struct json_at *at, const struct rule_draft *draft)
{
	struct json_at place = place_of(at, "approvals");

	if (!draft->paths.there && !draft->content && !draft->message)
		return policy_wrong(
			l, at, "needs 'paths', 'content' or 'message': what it looks at");
	place = place_of(at, "message");
	if (draft->message && (draft->paths.there || draft->content))
		return policy_wrong(l, &place, "looks at whole commits: give it a rule of its own");
	place = place_of(at, "changes");
	if (draft->changes && !draft->paths.there)
		return policy_wrong(l, &place, "belongs to rules with 'paths'");
	place = place_of(at, "approvals");
	if (draft->approvals && (!draft->approvers || !*draft->approvers))
		return policy_wrong(l, &place, "needs 'approvers': who can give them");
	place = place_of(at, draft->deny_from >= 0 ? "deny_from" : "hold_from");
	if (!draft->content && (draft->deny_from >= 0 || draft->hold_from >= 0))
		return policy_wrong(
			l, &place, "belongs to rules with \"content\": [\"class:credentials\"]");
	return 0;
}

/* How many people could approve the rule with a key of theirs. */
static int64_t people_able(const struct policy_loading *l, names approvers)
{
	int64_t able = 0;

	for (size_t i = 0; i < l->person_count; i++)
		able += policy_names_person(approvers, &l->people[i]) &&
			(l->people[i].key_count || l->people[i].approval_key_count ||
				l->people[i].passkey_count || *l->people[i].accounts);
	return able;
}

/* Rules that can hold for ever: no error, but worth a word. */
static int rule_warn(struct policy_loading *l, const struct json_at *at, const struct rule *rule)
{
	struct json_at place = place_of(at, "approvers");
	int64_t able = people_able(l, rule->approvers);

	if (rule->action == ACTION_WARN)
		return 0;
	if (rule->action == ACTION_HOLD && !*rule->approvers)
		return policy_warn(l, &place, "nobody can approve what '%s' holds", rule->name);
	if (*rule->approvers && !names_have(rule->approvers, "codeowners") &&
		able < rule->approvals)
		return policy_warn(l, &place,
			"'%s' needs %d approval%s, and %" PRId64
			" of its approvers have a key or an account",
			rule->name, rule->approvals, rule->approvals == 1 ? "" : "s", able);
	return 0;
}

static int rule_add(
	struct policy_loading *l, const struct json_at *at, const struct rule_draft *draft)
{
	static const struct name_list nothing;
	names none = name_list_names(&nothing);
	names approvers = draft->approvers ? draft->approvers : none;
	int deny_from = draft->deny_from < 0 ? CONFIDENCE_HIGH : draft->deny_from;
	int hold_from = draft->hold_from < 0 ? CONFIDENCE_MEDIUM : draft->hold_from;
	struct rule *grown = policy_grow(l, l->rules, l->rule_count, sizeof(*grown));
	struct index_entry entry = { INDEX_RULE, draft->name, l->rule_count, l->layer, false };
	int group = policy_group(l, draft->refs ? draft->refs : policy_default_refs(l));

	if (!grown || group < 0)
		return -1;
	if (policy_index_add(&l->index, l->arena, &entry) < 0)
		return fault_memory(l->fault);
	l->rules = grown;
	grown[l->rule_count] = (struct rule){
		.name = draft->name,
		.description = draft->description,
		.layer = l->layer,
		.action = (enum action)draft->action,
		.observe = draft->observe < 0 ? l->layers[l->layer].observe : draft->observe,
		.paths = draft->paths.list,
		.classes = name_list_names(&draft->paths.classes),
		.content = draft->content ? draft->content : none,
		.changes = draft->changes ? draft->changes : KIND_ALL,
		.message = draft->message,
		.by = draft->by.by,
		.by_names = draft->by.names,
		.approvers = approvers,
		.approvals = draft->approvals ? (int)draft->approvals : *approvers != NULL,
		.presence = draft->presence == 1,
		.group = group,
		.deny_from = (enum confidence)deny_from,
		.hold_from = (enum confidence)hold_from,
	};
	if (rule_warn(l, at, &grown[l->rule_count]) < 0)
		return -1;
	return policy_likely_rule(l, at, &grown[l->rule_count++]);
}

static int rule_read(struct policy_loading *l, const struct json_at *at)
{
	static const struct name_list nothing;
	struct rule_draft draft = { .paths.list = -1,
		.action = -1,
		.observe = -1,
		.presence = -1,
		.deny_from = -1,
		.hold_from = -1,
		.by.names = name_list_names(&nothing) };
	size_t wrong = l->wrong;

	if (policy_fields(l, at, rule_fields, &draft) < 0)
		return -1;
	if (draft.name && rule_name_check(l, at, &draft) < 0)
		return -1;
	if (wrong == l->wrong && rule_check(l, at, &draft) < 0)
		return -1;
	return wrong == l->wrong ? rule_add(l, at, &draft) : 0;
}

int policy_read_rules(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	(void)out;
	if (json_at_kind(at) != JSON_KIND_LIST)
		return policy_wrong_kind(l, at, "a list");
	if (json_at_count(at) > POLICY_RULES_MAX)
		return policy_wrong(l, at, "has more than %d rules", POLICY_RULES_MAX);
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (rule_read(l, &item) < 0)
			return -1;
	}
	return 0;
}
