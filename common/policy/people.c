/* People, their groups, and the keys and accounts that belong to one identity only. */
#include <string.h>

#include "common/policy/load.h"

/* A key as an object; the text alone is its `key`. */
struct key_draft {
	const char *key;
	int64_t valid_after, valid_before, revoked;
};

/* `true`: revoked; a date: good only before it; out is 0, -1 for true, or the date. */
static int read_revoked(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	if (json_at_kind(at) != JSON_KIND_BOOLEAN)
		return policy_read_time(l, at, field, out);
	*(int64_t *)out = json_at_true(at) ? -1 : 0;
	return 0;
}

static const struct field key_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "key", policy_read_text, offsetof(struct key_draft, key), FIELD_REQUIRED, NULL },
	{ "valid_after", policy_read_time, offsetof(struct key_draft, valid_after), 0, NULL },
	{ "valid_before", policy_read_time, offsetof(struct key_draft, valid_before), 0, NULL },
	{ "revoked", read_revoked, offsetof(struct key_draft, revoked), 0, NULL },
	FIELDS_END,
};

/* What the object says narrows what the key's own options say. */
static void key_narrow(struct key *key, const struct key_draft *draft)
{
	int64_t before = draft->valid_before;

	if (draft->revoked > 0 && (!before || draft->revoked < before))
		before = draft->revoked;
	if (draft->valid_after > key->valid_after)
		key->valid_after = draft->valid_after;
	if (before && (!key->valid_before || before < key->valid_before))
		key->valid_before = before;
	key->revoked = key->revoked || draft->revoked < 0;
}

/* What stands there in the place of a key, when that is easily told; NULL: nothing. */
static const char *key_slip(const char *text)
{
	size_t len = strlen(text);

	if (strstr(text, "PRIVATE KEY"))
		return "this is a PRIVATE KEY, which belongs to nobody else: name the public one, "
		       "the line in FILE.pub, and take this one out of use";
	if (strstr(text, "BEGIN PGP PUBLIC"))
		return "write an OpenPGP certificate into a file, and name it as openpgp:FILE";
	if (strncmp(text, "-----BEGIN", 10) == 0 || strncmp(text, "---- BEGIN", 10) == 0)
		return "a key is a line such as 'ssh-ed25519 AAAA...' (ssh-keygen -i -f FILE makes "
		       "one)";
	if (strncmp(text, "SHA256:", 7) == 0 || strncmp(text, "MD5:", 4) == 0)
		return "this is a fingerprint: name the key itself, the line in FILE.pub";
	if (strchr(text, ' ') || strncmp(text, "openpgp:", 8) == 0)
		return NULL;
	if (len > 4 && (strcmp(text + len - 4, ".asc") == 0 || strcmp(text + len - 4, ".gpg") == 0))
		return "this is the name of a file: write openpgp:FILE";
	if (*text == '/' || *text == '~' || *text == '.' ||
		(len > 4 && strcmp(text + len - 4, ".pub") == 0) || strncmp(text, "id_", 3) == 0)
		return "this is the name of a file: write the line that stands in it";
	if (strncmp(text, "AAAA", 4) == 0)
		return "the type is missing in front: 'ssh-ed25519 AAAA...'";
	return NULL;
}

static int key_add(struct policy_loading *l, const struct json_at *at,
	const struct key_draft *draft, struct key_list *list)
{
	struct key *grown = policy_grow(l, list->keys, list->count, sizeof(*grown));
	const char *why = NULL;

	if (!grown)
		return -1;
	list->keys = grown;
	if (key_parse(&grown[list->count], l->arena, span_of(draft->key),
		    l->layers[l->layer].folder, &why) < 0)
		return policy_wrong(l, at, "not a key that can be used: %s", why);
	key_narrow(&grown[list->count], draft);
	list->count++;
	return 0;
}

static int key_read(struct policy_loading *l, const struct json_at *at, void *list)
{
	const char *text = json_at_text(at), *slip = text ? key_slip(text) : NULL;
	struct key_draft draft = { 0 };
	int outcome;

	if (slip)
		return policy_wrong(l, at, "not a key that can be used: %s", slip);
	if (json_at_kind(at) == JSON_KIND_OBJECT)
		outcome = policy_fields(l, at, key_fields, &draft);
	else
		outcome = policy_read_text(l, at, &key_fields[1], &draft.key);
	return outcome < 0 || !draft.key ? outcome : key_add(l, at, &draft, list);
}

int policy_read_keys(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_items(l, at, key_read, out);
}

static const char *identity_name(const struct policy_loading *l, const struct index_entry *entry)
{
	return entry->of_agent ? l->agents[entry->which].name : l->people[entry->which].name;
}

/* Registers one account or key; the same identity may name it again. */
static int claim(struct policy_loading *l, const struct json_at *at, const char *what,
	const struct index_entry *claimed)
{
	bool account = claimed->kind == INDEX_ACCOUNT;
	const struct index_entry *known =
		account ? policy_index_account(&l->index, claimed->name)
			: policy_index_find(&l->index, claimed->kind, claimed->name);
	int status;

	if (!known) {
		status = account ? policy_index_add_account(&l->index, l->arena, claimed)
				 : policy_index_add(&l->index, l->arena, claimed);
		return status < 0 ? fault_memory(l->fault) : 0;
	}
	if (known->of_agent == claimed->of_agent && known->which == claimed->which)
		return 0;
	return policy_wrong(l, at, "this %s belongs to %s '%s' already, it cannot be shared", what,
		known->of_agent ? "agent" : "person", identity_name(l, known));
}

/* An account is a name as the host has it: no pattern, no mention. */
static int account_check(struct policy_loading *l, const struct json_at *at, const char *account)
{
	size_t len = strlen(account);

	if (strpbrk(account, "*?"))
		return policy_warn(l, at,
			"'%s' is taken letter by letter: an account has no wildcards", account);
	if (*account == '@')
		return policy_warn(l, at, "'%s': write the account without the @", account);
	if (*account == ' ' || account[len - 1] == ' ')
		return policy_warn(l, at, "'%s': the spaces around it do not count", account);
	return 0;
}

int policy_claim_accounts(struct policy_loading *l, const struct json_at *at, names accounts,
	struct index_entry owner)
{
	for (size_t i = 0; accounts[i]; i++) {
		struct json_at item = json_at_item(at, i);

		if (account_check(l, item.value ? &item : at, accounts[i]) < 0)
			return -1;
		l->layers[l->layer].accounts = true;
		owner.kind = INDEX_ACCOUNT;
		owner.name = accounts[i];
		if (claim(l, item.value ? &item : at, "account", &owner) < 0)
			return -1;
	}
	return 0;
}

int policy_claim_keys(struct policy_loading *l, const struct json_at *at,
	const struct key_list *keys, struct index_entry owner)
{
	for (size_t i = 0; i < keys->count; i++) {
		struct json_at item = json_at_item(at, i);

		owner.kind = INDEX_KEY;
		owner.name = keys->keys[i].kind == KEY_SSH ? keys->keys[i].fingerprint
							   : keys->keys[i].file;
		if (claim(l, item.value ? &item : at, "key", &owner) < 0)
			return -1;
	}
	return 0;
}

struct person_draft {
	names emails, accounts, groups;
	struct key_list keys, approval_keys;
};

static const struct field person_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "emails", policy_read_emails, offsetof(struct person_draft, emails), 0, NULL },
	{ "accounts", policy_read_words, offsetof(struct person_draft, accounts), FIELD_UPPER,
		NULL },
	{ "groups", policy_read_words, offsetof(struct person_draft, groups), 0, NULL },
	{ "keys", policy_read_keys, offsetof(struct person_draft, keys), FIELD_UPPER, NULL },
	{ "approval_keys", policy_read_keys, offsetof(struct person_draft, approval_keys), 0,
		NULL },
	FIELDS_END,
};

/* Whether the name may be a person's or a group's: 1, or as policy_name_good(). */
static int approver_name_good(struct policy_loading *l, const struct json_at *at, const char *name)
{
	if (strcmp(name, "codeowners") == 0)
		return policy_wrong(l, at,
			"'codeowners' stands for the owners of a path, nobody can be called so");
	return policy_name_good(l, at, name);
}

/* A group belongs to the layer that has its first member: nobody below can let others in. */
static int group_join(struct policy_loading *l, const struct json_at *at, const char *name)
{
	const struct index_entry *known = policy_index_find(&l->index, INDEX_GROUP, name);
	struct index_entry group = { INDEX_GROUP, name, 0, l->layer, false };
	int good;

	if (known && known->layer != l->layer)
		return policy_wrong(l, at,
			"group '%s' is the %s layer's, a layer below cannot add people to it", name,
			layer_name(known->layer));
	if (known)
		return 0;
	good = approver_name_good(l, at, name);
	if (good != 1)
		return good;
	if (policy_index_find(&l->index, INDEX_PERSON, name))
		return policy_wrong(l, at, "'%s' is a person, it cannot be a group too", name);
	return policy_index_add(&l->index, l->arena, &group) < 0 ? fault_memory(l->fault) : 0;
}

static int groups_join(struct policy_loading *l, const struct json_at *at, names groups)
{
	struct json_at list;

	if (!json_at_member(at, "groups", &list))
		return 0;
	for (size_t i = 0; groups[i]; i++) {
		struct json_at item = json_at_item(&list, i);

		if (group_join(l, item.value ? &item : &list, groups[i]) < 0)
			return -1;
	}
	return 0;
}

/* Makes what the person has theirs alone. */
static int person_claim(struct policy_loading *l, const struct json_at *at,
	const struct person_draft *draft, size_t which)
{
	struct index_entry owner = { .which = which, .layer = l->layer };
	struct json_at list;

	if (json_at_member(at, "accounts", &list) &&
		policy_claim_accounts(l, &list, draft->accounts, owner) < 0)
		return -1;
	if (json_at_member(at, "keys", &list) &&
		policy_claim_keys(l, &list, &draft->keys, owner) < 0)
		return -1;
	if (json_at_member(at, "approval_keys", &list) &&
		policy_claim_keys(l, &list, &draft->approval_keys, owner) < 0)
		return -1;
	return groups_join(l, at, draft->groups);
}

static bool same_key(const struct key *a, const struct key *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == KEY_SSH ? span_equal(a->blob, b->blob) : strcmp(a->file, b->file) == 0;
}

/* Gives the one what narrows the other. */
static void key_narrow_by(struct key *key, const struct key *other)
{
	const struct key_draft draft = { NULL, other->valid_after, other->valid_before,
		other->revoked ? -1 : 0 };

	key_narrow(key, &draft);
	key->touch_optional = key->touch_optional && other->touch_optional;
}

/*
 * A key that is named twice, to sign commits and to approve, is as narrow as either says: revoked
 * for one, it is for both.
 */
static void keys_agree(const struct key_list *some, const struct key_list *others)
{
	for (size_t i = 0; i < some->count; i++)
		for (size_t j = 0; j < others->count; j++)
			if (same_key(&some->keys[i], &others->keys[j])) {
				key_narrow_by(&some->keys[i], &others->keys[j]);
				key_narrow_by(&others->keys[j], &some->keys[i]);
			}
}

/* Whoever claims what is another's has nothing: where errors are passed over, too. */
static void person_strip(struct person *person)
{
	static const struct name_list nothing;

	person->accounts = person->groups = name_list_names(&nothing);
	person->key_count = person->approval_key_count = 0;
}

static int person_add(
	struct policy_loading *l, const struct json_at *at, const struct person_draft *draft)
{
	struct person *grown = policy_grow(l, l->people, l->person_count, sizeof(*grown));
	struct index_entry entry = { INDEX_PERSON, NULL, l->person_count, l->layer, false };
	size_t wrong = l->wrong;

	if (!grown)
		return -1;
	l->people = grown;
	keys_agree(&draft->keys, &draft->approval_keys);
	entry.name = arena_strdup(l->arena, at->key);
	if (!entry.name || policy_index_add(&l->index, l->arena, &entry) < 0)
		return fault_memory(l->fault);
	grown[l->person_count++] = (struct person){
		.name = entry.name,
		.layer = l->layer,
		.emails = draft->emails,
		.accounts = draft->accounts,
		.groups = draft->groups,
		.keys = draft->keys.keys,
		.key_count = draft->keys.count,
		.approval_keys = draft->approval_keys.keys,
		.approval_key_count = draft->approval_keys.count,
	};
	if (person_claim(l, at, draft, entry.which) < 0)
		return -1;
	if (wrong != l->wrong)
		person_strip(&grown[entry.which]);
	return policy_likely_person(l, at, &grown[entry.which]);
}

static int person_read(struct policy_loading *l, const struct json_at *at, void *out)
{
	static const struct name_list nobody;
	names none = name_list_names(&nobody);
	struct person_draft draft = { .emails = none, .accounts = none, .groups = none };
	const struct index_entry *known = policy_index_find(&l->index, INDEX_PERSON, at->key);
	struct json_at key = json_at_key(at);
	int good = approver_name_good(l, &key, at->key);

	(void)out;
	if (good != 1)
		return good;
	if (known)
		return policy_wrong(l, &key, "redefines '%s' of the %s layer", at->key,
			layer_name(known->layer));
	if (policy_index_find(&l->index, INDEX_GROUP, at->key))
		return policy_wrong(l, &key, "'%s' is a group, it cannot be a person too", at->key);
	if (policy_fields(l, at, person_fields, &draft) < 0)
		return -1;
	return person_add(l, at, &draft);
}

int policy_read_people(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_members(l, at, person_read, out);
}
