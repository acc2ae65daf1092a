/* Reading values of a policy file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/policy/load.h"

/* `a, b and c`, as far as there is room. */
static void words_join(char *out, size_t size, const struct choice *choices)
{
	size_t used = 0;

	out[0] = '\0';
	for (const struct choice *choice = choices; choice->word && used < size; choice++) {
		const char *between = choice == choices ? "" : choice[1].word ? ", " : " and ";
		int n = snprintf(out + used, size - used, "%s%s", between, choice->word);

		used += n > 0 ? (size_t)n : 0;
	}
}

/* The same of a word; where none is near, all that there are are told. */
static int word_unknown(struct policy_loading *l, const struct json_at *at,
	const struct choice *choices, const struct typo *typo)
{
	char known[256];

	if (typo->found)
		return policy_unknown(l, at, "word", typo);
	words_join(known, sizeof(known), choices);
	return policy_wrong(l, at, "unknown word '%s': there are %s", typo->word, known);
}

void *policy_grow(struct policy_loading *l, void *items, size_t count, size_t size)
{
	void *grown = count < POLICY_LIST_MAX ? arena_grow(l->arena, items, count, size) : NULL;

	if (!grown)
		(void)fault_memory(l->fault);
	return grown;
}

/* The keys that there are, as far as there is room. */
static void fields_join(char *out, size_t size, const struct field *fields)
{
	struct choice choices[32] = { 0 };
	size_t count = 0;

	for (; fields->name && count + 1 < sizeof(choices) / sizeof(choices[0]); fields++)
		choices[count++].word = fields->name;
	words_join(out, size, choices);
}

static int key_unknown(
	struct policy_loading *l, const struct json_at *member, const struct field *fields)
{
	struct typo near = typo_begin(member->key);
	struct json_at key = json_at_key(member);
	char known[256];

	for (const struct field *field = fields; field->name; field++)
		typo_offer(&near, field->name);
	if (near.found)
		return policy_unknown(l, &key, "key", &near);
	fields_join(known, sizeof(known), fields);
	return policy_wrong(l, &key, "unknown key '%s': there are %s", near.word, known);
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
	const char *text = text_at(l, at, &outcome);
	struct typo near;

	if (!text)
		return outcome;
	near = typo_begin(text);
	for (const struct choice *choice = field->detail; choice->word; choice++) {
		if (strcmp(choice->word, text) == 0) {
			*(int *)out = choice->value;
			return 0;
		}
		typo_offer(&near, choice->word);
	}
	return word_unknown(l, at, field->detail, &near);
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

bool policy_is_email(const char *text)
{
	const char *sign = strchr(text, '@');

	return sign && sign != text && sign[1] && !strpbrk(text, "<>, \t*") && !has_control(text);
}

int policy_read_emails(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *text = json_at_text(&item);

		if (text && *text && !has_control(text) && !policy_is_email(text) &&
			policy_wrong(l, &item,
				strchr(text, '*') ? "'%s' is not an e-mail address: each is "
						    "taken letter by letter, without wildcards"
						  : "'%s' is not an e-mail address",
				text) < 0)
			return -1;
	}
	return 0;
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
