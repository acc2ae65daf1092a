/* Keys and accounts, each of which belongs to one identity only. */
#include <string.h>
#include <strings.h>

#include "common/base/base64.h"
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

/* Whether it is the id of an OpenPGP key. */
static bool is_hex(const char *text)
{
	size_t len;

	text += 2 * (strncmp(text, "0x", 2) == 0);
	len = strlen(text);
	return len >= 8 && len <= 40 && strspn(text, "0123456789abcdefABCDEF ") == len;
}

/* Whether the text begins with a type of SSH keys. */
static bool is_type(const char *text)
{
	return strncmp(text, "ssh-", 4) == 0 || strncmp(text, "ecdsa-", 6) == 0 ||
	       strncmp(text, "sk-", 3) == 0;
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
	if (strncasecmp(text, "github:", 7) == 0 || strncasecmp(text, "gitlab:", 7) == 0)
		return "nothing is fetched from elsewhere: write the key itself, the line in "
		       "FILE.pub";
	if (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0)
		return "this is an address: write the line that stands there";
	if (is_hex(text + 8 * (strncmp(text, "openpgp:", 8) == 0)))
		return "this is the id of an OpenPGP key: write its certificate into a file, and "
		       "name it as openpgp:FILE";
	if (is_type(text) && !strchr(text, ' '))
		return "the key itself is missing behind its type";
	if (strncmp(text, "restrict ", 9) == 0 || strncmp(text, "no-pty ", 7) == 0)
		return "of the options in front of a key only cert-authority, principals, "
		       "valid-after, valid-before and no-touch-required mean something here";
	if (strchr(text, ' ') && !is_type(text) && is_type(strchr(text, ' ') + 1) &&
		!strpbrk(text, "=\"") && strncmp(text, "cert-authority", 14) != 0)
		return "it begins with the key's type: leave out the name in front of it";
	if (strncasecmp(text, "ed25519 ", 8) == 0 || strncasecmp(text, "rsa ", 4) == 0)
		return "its type is written 'ssh-ed25519' or 'ssh-rsa'";
	if (strstr(text, "AAAA...") || strstr(text, "AAAA\xe2\x80\xa6"))
		return "the key is left out, as in an example: write the line in FILE.pub whole";
	if (is_type(text) && strstr(text + 4, " ssh-"))
		return "there are several keys in it: write each as a text of its own";
	if (strchr(text, ' ') || strncmp(text, "openpgp:", 8) == 0)
		return NULL;
	if (len > 4 && (strcmp(text + len - 4, ".asc") == 0 || strcmp(text + len - 4, ".gpg") == 0))
		return "this is the name of a file: write openpgp:FILE";
	if (*text == '/' || *text == '~' || *text == '.' ||
		(len > 4 && strcmp(text + len - 4, ".pub") == 0) || strncmp(text, "id_", 3) == 0)
		return "this is the name of a file: write the line that stands in it";
	if (strncmp(text, "AAAA", 4) == 0)
		return "the type is missing in front: 'ssh-ed25519 AAAA...'";
	return is_type(text) ? NULL
			     : "a key is a line such as 'ssh-ed25519 AAAA...', or openpgp:FILE";
}

/* Why the key does not belong into the list; NULL: it does. */
static const char *misplaced(const struct key *key, const struct key_list *list)
{
	if (list->passkeys && key->kind != KEY_PASSKEY)
		return "'passkeys' has lines such as 'passkey CREDENTIAL KEY' alone";
	if (!list->passkeys && key->kind == KEY_PASSKEY)
		return "a passkey belongs into 'passkeys'";
	for (size_t i = 0; list->passkeys && i < list->count; i++)
		if (span_equal(list->keys[i].credential, key->credential))
			return "this passkey is there already";
	return NULL;
}

static bool same_key(const struct key *a, const struct key *b)
{
	if (a->kind != b->kind || a->authority != b->authority)
		return false;
	return a->kind == KEY_OPENPGP ? strcmp(a->file, b->file) == 0
				      : span_equal(a->blob, b->blob);
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
	why = misplaced(&grown[list->count], list);
	if (why)
		return policy_wrong(l, at, "%s", why);
	for (size_t i = 0; i < list->count; i++)
		if (same_key(&list->keys[i], &grown[list->count]) && !list->keys[i].authority &&
			policy_warn(l, at, "this key is there twice") < 0)
			return -1;
	if (grown[list->count].file && policy_file_check(l, at, grown[list->count].file) < 0)
		return -1;
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

int policy_read_passkeys(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct key_list *list = out;

	list->passkeys = true;
	return policy_read_keys(l, at, field, out);
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

int policy_claim_accounts(struct policy_loading *l, const struct json_at *at, names accounts,
	struct index_entry owner)
{
	for (size_t i = 0; accounts[i]; i++) {
		struct json_at item = json_at_item(at, i);

		if (policy_account_check(l, item.value ? &item : at, accounts[i]) < 0)
			return -1;
		l->layers[l->layer].accounts = true;
		owner.kind = INDEX_ACCOUNT;
		owner.name = accounts[i];
		if (claim(l, item.value ? &item : at, "account", &owner) < 0)
			return -1;
	}
	return 0;
}

/* A credential is told by its id, so that belongs to one person, as the key does. */
static int claim_credential(struct policy_loading *l, const struct json_at *at,
	const struct key *key, struct index_entry owner)
{
	struct buf name = BUF_INIT(KEY_TEXT_MAX);

	buf_adds(&name, "passkey ");
	(void)base64_encode(&name, key->credential);
	owner.name = name.failed ? NULL : arena_strdup(l->arena, name.data);
	buf_release(&name);
	return owner.name ? claim(l, at, "passkey", &owner) : fault_memory(l->fault);
}

/*
 * An authority may vouch for many, and each of its principals for one of them.  It names who is
 * told by the policy's name for them, if it does not say another.
 */
static int claim_principals(struct policy_loading *l, const struct json_at *at, struct key *key,
	struct index_entry owner)
{
	const char **own = arena_alloc(l->arena, 2 * sizeof(*own));

	if (!own)
		return fault_memory(l->fault);
	own[0] = identity_name(l, &owner);
	key->principals = key->principals ? key->principals : own;
	for (names name = key->principals; *name; name++) {
		struct buf text = BUF_INIT(2 * KEY_TEXT_MAX);

		buf_addf(&text, "%s by %s", *name, key->fingerprint);
		owner.name = text.failed ? NULL : arena_strdup(l->arena, text.data);
		buf_release(&text);
		if (!owner.name)
			return fault_memory(l->fault);
		if (claim(l, at, "principal of the authority", &owner) < 0)
			return -1;
	}
	return 0;
}

/* Notes whose it is. */
static int key_hold(struct policy_loading *l, struct key *key, const struct index_entry *owner)
{
	struct buf text = BUF_INIT(KEY_TEXT_MAX);

	buf_addf(&text, "%s %s", owner->of_agent ? "agent" : "person", identity_name(l, owner));
	key->holder = text.failed ? NULL : arena_strdup(l->arena, text.data);
	buf_release(&text);
	return key->holder ? 0 : fault_memory(l->fault);
}

int policy_claim_keys(struct policy_loading *l, const struct json_at *at,
	const struct key_list *keys, struct index_entry owner)
{
	for (size_t i = 0; i < keys->count; i++) {
		struct key *key = &keys->keys[i];
		struct json_at item = json_at_item(at, i);
		const struct json_at *place = item.value ? &item : at;

		owner.kind = INDEX_KEY;
		if (key_hold(l, key, &owner) < 0)
			return -1;
		if (key->authority) {
			if (claim_principals(l, place, key, owner) < 0)
				return -1;
			continue;
		}
		owner.name = key->kind == KEY_OPENPGP ? key->file : key->fingerprint;
		if (claim(l, place, "key", &owner) < 0 ||
			(keys->passkeys && claim_credential(l, place, key, owner) < 0))
			return -1;
	}
	return 0;
}

/* Gives the one what narrows the other. */
static void key_narrow_by(struct key *key, const struct key *other)
{
	const struct key_draft draft = { NULL, other->valid_after, other->valid_before,
		other->revoked ? -1 : 0 };

	key_narrow(key, &draft);
	key->touch_optional = key->touch_optional && other->touch_optional;
}

void policy_keys_agree(const struct key_list *some, const struct key_list *others)
{
	for (size_t i = 0; i < some->count; i++)
		for (size_t j = 0; j < others->count; j++)
			if (same_key(&some->keys[i], &others->keys[j])) {
				key_narrow_by(&some->keys[i], &others->keys[j]);
				key_narrow_by(&others->keys[j], &some->keys[i]);
			}
}

/* One file a layer; those of all layers count. */
int policy_read_revoked_keys(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *folder = l->layers[l->layer].folder, *file = NULL;
	struct buf path = BUF_INIT(4096);
	struct name_list all = { 0 };

	(void)out;
	if (policy_read_text(l, at, field, &file) < 0)
		return -1;
	if (!file)
		return 0;
	if (!folder)
		return policy_wrong(l, at, "a policy inside the repository cannot name files");
	if (*file != '/')
		buf_addf(&path, "%s/", folder);
	buf_adds(&path, file);
	file = path.failed ? NULL : arena_strdup(l->arena, path.data);
	buf_release(&path);
	for (names name = l->policy->revoked_keys; name && *name; name++)
		if (name_list_add(l, &all, *name) < 0)
			return -1;
	if (!file || name_list_add(l, &all, file) < 0)
		return fault_memory(l->fault);
	l->policy->revoked_keys = name_list_names(&all);
	return policy_file_check(l, at, file);
}
