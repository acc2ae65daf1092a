/* Names of approvers, people and groups; and who may do without them, by breaking glass. */
#include <string.h>
#include <strings.h>

#include "common/mark/marks.h"
#include "common/policy/load.h"

/* All people, and if they are wanted all groups that there are.  0 or -1. */
static int people_list(struct policy_loading *l, struct name_list *out, bool groups)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < l->person_count; i++)
		status = name_list_add(l, out, l->people[i].name);
	for (size_t i = 0; groups && status == 0 && i < l->person_count; i++)
		for (names group = l->people[i].groups; status == 0 && *group; group++)
			if (!names_have(name_list_names(out), *group))
				status = name_list_add(l, out, *group);
	return status;
}

int policy_person_unknown(struct policy_loading *l, const struct json_at *at)
{
	struct name_list known = { 0 };

	return people_list(l, &known, false) < 0
		       ? -1
		       : policy_unknown(l, at,
				 &(struct vocabulary){
					 .what = "person", .known = name_list_names(&known) });
}

/* Whose address it is; NULL: nobody's. */
static const struct person *person_by_email(const struct policy_loading *l, const char *address)
{
	for (size_t i = 0; i < l->person_count; i++)
		for (names email = l->people[i].emails; *email; email++)
			if (strcasecmp(*email, address) == 0)
				return &l->people[i];
	return NULL;
}

/* Records that nobody is called so, with who was meant. */
static int approver_unknown(
	struct policy_loading *l, const struct json_at *at, const char *name, bool codeowners)
{
	const struct person *person = person_by_email(l, name);
	struct name_list known = { 0 };

	if (person)
		return policy_wrong(l, at, "'%s' is an address: did you mean '%s', whose it is?",
			name, person->name);
	if (strcmp(name, "*") == 0 || strncmp(name, "any", 3) == 0 || strchr(name, '?') ||
		strcmp(name, "all") == 0 || strcmp(name, "everyone") == 0)
		return policy_wrong(l, at,
			"unknown person or group '%s': name a group that has all who may", name);
	if (strpbrk(name, ",;|"))
		return policy_wrong(l, at,
			"'%s' looks like several names in one: write each as a text of its own",
			name);
	if (policy_index_find(&l->index, INDEX_AGENT, name) || catalogue_find(name))
		return policy_wrong(l, at, "'%s' is an agent, and people approve", name);
	if (people_list(l, &known, true) < 0 ||
		(codeowners && name_list_add(l, &known, "codeowners") < 0))
		return -1;
	return policy_unknown(l, at,
		&(struct vocabulary){
			.what = "person or group", .known = name_list_names(&known) });
}

int policy_approver_check(struct policy_loading *l, const struct json_at *at, bool codeowners)
{
	const char *name = json_at_text(at);

	if (!name || !*name || (codeowners && strcmp(name, "codeowners") == 0) ||
		policy_index_find(&l->index, INDEX_PERSON, name) ||
		policy_index_find(&l->index, INDEX_GROUP, name))
		return 0;
	return approver_unknown(l, at, name, codeowners);
}

int policy_read_people_names(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (policy_approver_check(l, &item, field->detail != NULL) < 0)
			return -1;
	}
	return 0;
}

static const int64_t breaks_most = 100; /* a day: more is no emergency */

static const struct field glass_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "people", policy_read_people_names, offsetof(struct glass_said, people), FIELD_REQUIRED,
		NULL },
	{ "most", policy_read_count, offsetof(struct glass_said, most), 0, &breaks_most },
	FIELDS_END,
};

int policy_read_glass(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct glass_said said = { .most = 1 };

	(void)field;
	if (policy_fields(l, at, glass_fields, &said) < 0)
		return -1;
	*(struct glass_said *)out = said;
	for (size_t i = 0; i < l->layer; i++)
		if (l->layers[i].there && l->layers[i].said.glass.people)
			return policy_warn(
				l, at, "is without effect: a layer above says who may break glass");
	return 0;
}

/* What a layer holds is let through by whom it or one above it names, and by nobody else. */
void policy_settle_glass(struct policy_loading *l)
{
	struct glass_said terms = { 0 };

	for (size_t i = 0; i < LAYER_COUNT; i++) {
		if (!terms.people && l->layers[i].there)
			terms = l->layers[i].said.glass;
		l->policy->layers[i].approval.glass = terms.people;
		l->policy->layers[i].approval.glass_most = terms.most;
	}
}
