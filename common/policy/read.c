/* Reading values of a policy file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/policy/load.h"

void *policy_grow(struct policy_loading *l, void *items, size_t count, size_t size)
{
	void *grown = count < POLICY_LIST_MAX ? arena_grow(l->arena, items, count, size) : NULL;

	if (!grown)
		(void)fault_memory(l->fault);
	return grown;
}

#define WORDS_MAX 32 /* of a table of keys or choices */

/* Where a key belongs that stands in a wrong place; NULL: nowhere. */
static const char *home_of(const char *key)
{
	static const char *const homes[][2] = { { "groups", "people.NAME" },
		{ "emails", "people.NAME or agents.NAME" },
		{ "accounts", "people.NAME or agents.NAME" },
		{ "keys", "people.NAME or agents.NAME" }, { "approval_keys", "people.NAME" },
		{ "passkeys", "people.NAME" }, { "owner", "agents.NAME" },
		{ "scope", "agents.NAME" }, { "scope_action", "agents.NAME" },
		{ "trailers", "agents.NAME" }, { "budget", "agents.NAME" },
		{ "rewrite", "agents.NAME" }, { "paths", "a rule" }, { "content", "a rule" },
		{ "approvers", "a rule" }, { "by", "a rule" }, { "changes", "a rule" },
		{ "message", "a rule" }, { "accept", "approval" }, { "exclude", "approval" },
		{ "land", "approval" }, { "remind", "approval" }, { "driver", "approval" },
		{ "blob", "limits" }, { "seconds", "limits" }, { "url", "a webhook, or review" },
		{ "store", "holds" }, { "require", "a rule's message" },
		{ "forbid", "a rule's message" } };

	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++)
		if (strcmp(homes[i][0], key) == 0)
			return homes[i][1];
	return NULL;
}

static int key_unknown(
	struct policy_loading *l, const struct json_at *member, const struct field *fields)
{
	struct json_at key = json_at_key(member);
	const char *words[WORDS_MAX + 1] = { NULL }, *home = home_of(member->key);
	struct typo near = typo_begin(member->key);
	size_t count = 0;

	for (; fields->name && count < WORDS_MAX; fields++)
		words[count++] = fields->name;
	for (size_t i = 0; i < count; i++)
		typo_offer(&near, words[i]);
	if (home && !near.found)
		return policy_wrong(
			l, &key, "unknown key '%s' here: it belongs into %s", member->key, home);
	return policy_unknown(l, &key, &(struct vocabulary){ .what = "key", .known = words });
}

static int keys_known(
	struct policy_loading *l, const struct json_at *at, const struct field *fields)
{
	struct json_at member;

	for (bool more = json_at_first(at, &member); more; more = json_at_next(&member)) {
		const struct field *field = fields;

		while (field->name && strcmp(field->name, member.key) != 0)
			field++;
		if (!field->name && key_unknown(l, &member, fields) < 0)
			return -1;
	}
	return 0;
}

static int field_read(struct policy_loading *l, const struct json_at *member,
	const struct field *field, void *out)
{
	struct json_at key = json_at_key(member);

	if ((field->flags & FIELD_UPPER) && l->layer == LAYER_DELEGATED)
		return policy_wrong(
			l, &key, "a delegated file cannot say this: it may only tighten");
	return field->read(l, member, field, (char *)out + field->offset);
}

int policy_fields(
	struct policy_loading *l, const struct json_at *at, const struct field *fields, void *out)
{
	struct json_at member;

	if (json_at_kind(at) != JSON_KIND_OBJECT)
		return policy_wrong_kind(l, at, "an object");
	if (keys_known(l, at, fields) < 0)
		return -1;
	for (const struct field *field = fields; field->name; field++) {
		int outcome = 0;

		if (json_at_member(at, field->name, &member))
			outcome = field_read(l, &member, field, out);
		else if (field->flags & FIELD_REQUIRED)
			outcome = policy_wrong(l, at, "'%s' is missing", field->name);
		if (outcome < 0)
			return -1;
	}
	return 0;
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

/*
 * The text at the place; NULL when it is no good text, which was told: *outcome is what to return.
 */
static const char *text_at(struct policy_loading *l, const struct json_at *at, int *outcome)
{
	const char *text = json_at_text(at);

	*outcome = 0;
	if (!text) {
		*outcome = policy_wrong_kind(l, at, "text");
		return NULL;
	}
	if (!*text) {
		*outcome = policy_wrong(l, at, "must not be empty");
		return NULL;
	}
	if (has_control(text)) {
		*outcome = policy_wrong(l, at, "must not have control characters");
		return NULL;
	}
	return text;
}

int policy_read_nothing(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	(void)out;
	return json_at_text(at) ? 0 : policy_wrong_kind(l, at, "text");
}

int policy_read_text(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	int outcome;
	const char *text = text_at(l, at, &outcome);
	char *copy = text ? arena_strdup(l->arena, text) : NULL;

	(void)field;
	if (!text)
		return outcome;
	if (!copy)
		return fault_memory(l->fault);
	*(const char **)out = copy;
	return 0;
}

int policy_read_path(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);

	if (text && *text && *text != '/')
		return policy_wrong(l, at, "must be an absolute path");
	return policy_read_text(l, at, field, out);
}

int policy_read_flag(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	if (json_at_kind(at) != JSON_KIND_BOOLEAN)
		return policy_wrong_kind(l, at, "true or false");
	*(int *)out = json_at_true(at);
	return 0;
}

int policy_read_choice(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	int outcome;
	const char *text = text_at(l, at, &outcome), *words[WORDS_MAX + 1] = { NULL };
	size_t count = 0;

	if (!text)
		return outcome;
	for (const struct choice *choice = field->detail; choice->word; choice++) {
		if (strcmp(choice->word, text) == 0) {
			*(int *)out = choice->value;
			return 0;
		}
		if (count < WORDS_MAX)
			words[count++] = choice->word;
	}
	return policy_unknown(l, at, &(struct vocabulary){ .what = "word", .known = words });
}

int policy_read_observe(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const struct choice modes[] = { { "enforce", 0 }, { "observe", 1 }, { NULL, 0 } };
	struct field mode = *field;

	mode.detail = modes;
	if (policy_read_choice(l, at, &mode, out) < 0)
		return -1;
	if (l->sources->enforce && *(int *)out > 0)
		*(int *)out = 0;
	return 0;
}

/* Appends the text at the place to the list unless it is there already. */
static int word_add(struct policy_loading *l, const struct json_at *at, void *out)
{
	struct name_list *list = out;
	int outcome;
	const char *text = text_at(l, at, &outcome);
	char *copy;

	if (!text)
		return outcome;
	if (names_have(name_list_names(list), text))
		return policy_wrong(l, at, "'%s' is there twice", text);
	copy = arena_strdup(l->arena, text);
	return copy ? name_list_add(l, list, copy) : fault_memory(l->fault);
}

int policy_items(struct policy_loading *l, const struct json_at *at, policy_part *read, void *out)
{
	if (json_at_kind(at) != JSON_KIND_LIST)
		return policy_wrong_kind(l, at, "a list");
	if (json_at_count(at) > POLICY_WORDS_MAX)
		return policy_wrong(l, at, "has more than %d items", POLICY_WORDS_MAX);
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (read(l, &item, out) < 0)
			return -1;
	}
	return 0;
}

int policy_members(struct policy_loading *l, const struct json_at *at, policy_part *read, void *out)
{
	struct json_at member;

	if (json_at_kind(at) != JSON_KIND_OBJECT)
		return policy_wrong_kind(l, at, "an object");
	for (bool more = json_at_first(at, &member); more; more = json_at_next(&member))
		if (read(l, &member, out) < 0)
			return -1;
	return 0;
}

int policy_read_words(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct name_list list = { 0 };
	int status = policy_items(l, at, word_add, &list);

	(void)field;
	if (status == 0 && json_at_kind(at) == JSON_KIND_LIST)
		*(names *)out = name_list_names(&list);
	return status;
}

const char *policy_name_objection(const char *name)
{
	static const char reserved[][12] = { "codeowners", "owner", "anyone", "agents" };
	size_t len = strlen(name);
	const char *why = NULL;

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(name, reserved[i]) == 0)
			why = "has a meaning of its own";
	if (len > POLICY_NAME_MAX)
		why = "is longer than 64 characters";
	else if (strspn(name, NAME_CHARACTERS) != len || !len)
		why = "may have only the letters a-z and A-Z, digits and . _ + @ -";
	else if (strchr(".-@+", name[0]) || name[len - 1] == '.' || strstr(name, "..") ||
		 (len > 5 && strcmp(name + len - 5, ".lock") == 0))
		why = "cannot be part of the name of a ref";
	return why;
}

int policy_name_good(struct policy_loading *l, const struct json_at *at, const char *name)
{
	const char *why = policy_name_objection(name);

	if (!why)
		return 1;
	return policy_wrong(l, at, "the name '%s' %s", name, why);
}

bool names_have(names list, const char *word)
{
	for (; *list; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

size_t names_count(names list)
{
	size_t count = 0;

	while (list[count])
		count++;
	return count;
}

static const char *const no_names[] = { NULL };

names name_list_names(const struct name_list *list)
{
	return list->words ? list->words : no_names;
}

/* There is always room for one more than `count`: for the NULL, and then for the next word. */
int name_list_add(struct policy_loading *l, struct name_list *list, const char *word)
{
	if (!list->words)
		list->words = policy_grow(l, NULL, 0, sizeof(*list->words));
	if (!list->words)
		return -1;
	list->words[list->count] = word;
	list->words = policy_grow(l, list->words, list->count + 1, sizeof(*list->words));
	if (!list->words)
		return -1;
	list->words[++list->count] = NULL;
	return 0;
}
