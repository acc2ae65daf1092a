/* People and their groups. */
#include <string.h>
#include <strings.h>

#include "common/path/pattern_slip.h"
#include "common/policy/load.h"

bool policy_is_email(const char *text)
{
	const char *sign = strchr(text, '@');

	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return sign && sign != text && sign[1] && !strpbrk(text, "<>, \t*");
}

/* Records that it is not an e-mail address, with the one that is in it. */
static int email_wrong(struct policy_loading *l, const struct json_at *at, const char *text)
{
	const char *open = strchr(text, '<'), *close = open ? strchr(open, '>') : NULL;

	if (close && close > open + 1)
		return policy_wrong(l, at, "'%s' is not an e-mail address (did you mean '%.*s'?)",
			text, (int)(close - open - 1), open + 1);
	if (strchr(text, '@') && strpbrk(text, ",;"))
		return policy_wrong(l, at,
			"'%s' is not an e-mail address: write each as a text of its own", text);
	return policy_wrong(l, at,
		strchr(text, '*')
			? "'%s' is not an e-mail address: each is taken letter by letter, "
			  "without wildcards"
			: "'%s' is not an e-mail address",
		text);
}

/* Why the address is hardly anybody's, to go on behind it; NULL: it may be. */
static const char *email_slip(const char *text)
{
	const char *domain = strchr(text, '@') + 1;

	if (strncasecmp(text, "mailto:", 7) == 0)
		return " is taken letter by letter: leave out mailto:";
	if (strchr(domain, '@') || strstr(domain, "..") || *domain == '.' ||
		domain[strlen(domain) - 1] == '.' || strpbrk(text, "\"';()"))
		return " is hardly an e-mail address, and is taken letter by letter";
	if (strcasecmp(text, "noreply@github.com") == 0)
		return " is GitHub's own: whoever merges on its pages commits with it";
	if (pattern_invisible(text))
		return " holds a character that nobody sees";
	return NULL;
}

int policy_read_emails(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *text = json_at_text(&item);

		if (!text || !*text)
			continue;
		if (!policy_is_email(text)) {
			if (email_wrong(l, &item, text) < 0)
				return -1;
		} else if (email_slip(text) &&
			   policy_warn(l, &item, "'%s'%s", text, email_slip(text)) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Whether it is that of a program which lets others push. */
static bool is_shared(const char *account)
{
	static const char *const shared[] = { "git", "www-data", "nobody", "apache", "nginx",
		"http", "gitea", "forgejo", "gitlab", "gitolite", "gitolite3", "root" };

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (strcmp(account, shared[i]) == 0)
			return true;
	return false;
}

/* Why the text is hardly an account, to go on behind it; NULL: it may be one. */
static const char *account_slip(const char *account)
{
	size_t len = strlen(account);

	if (strpbrk(account, "*?"))
		return " is taken letter by letter: an account has no wildcards";
	if (*account == '@')
		return ": write the account without the @";
	if (is_shared(account))
		return " is the account of a program: all who push through it would be one";
	if (*account == ' ' || account[len - 1] == ' ')
		return ": the spaces around it do not count";
	if (strchr(account, '=') && strchr(account, ','))
		return " is the name of a directory's entry: write the account that the host "
		       "reports";
	if (strpbrk(account, ",;|") || strchr(account, ' '))
		return " looks like several accounts in one: write each as a text of its own";
	if (strchr("%&", *account) || strncasecmp(account, "group:", 6) == 0 ||
		strncasecmp(account, "team:", 5) == 0)
		return " looks like a group, and an account is one user of the host";
	if (strpbrk(account, "\"'`<>"))
		return " is taken letter by letter: leave out the quotes and brackets";
	if (strchr(account, ':'))
		return " is taken letter by letter: an account is written without a password";
	if (pattern_invisible(account))
		return " holds a character that nobody sees";
	return NULL;
}

int policy_account_check(struct policy_loading *l, const struct json_at *at, const char *account)
{
	const char *slip = account_slip(account);

	return slip ? policy_warn(l, at, "'%s'%s", account, slip) : 0;
}

struct person_draft {
	names emails, accounts, groups;
	struct mention_list {
		struct mention *items;
		size_t count;
	} mentions;
	struct key_list keys, approval_keys, passkeys;
};

/* Whether chats of that name (a format's; of an address: any) would take the text for a person. */
static bool mention_is_good(const char *of, const char *text)
{
	bool good = false;

	for (int format = 0; format < WEBHOOK_FORMAT_COUNT; format++)
		if (strstr(of, "://") || strcmp(webhook_format_name(format), of) == 0)
			good = good || webhook_mention(format, text).len;
	return good;
}

/* `"slack": "U012AB3CD"`; in place of a format an address, for the webhook that has it. */
static int mention_read(struct policy_loading *l, const struct json_at *at, void *out)
{
	struct mention_list *list = out;
	struct json_at key = json_at_key(at);
	const char *text = json_at_text(at);
	struct mention *grown;

	if (!text)
		return policy_wrong_kind(l, at, "text");
	if (!strstr(at->key, "://") && !webhook_format_is_chat(webhook_format_find(at->key)))
		return policy_wrong(l, &key,
			"is neither a chat's format nor the address of a webhook: '%s'", at->key);
	if (!mention_is_good(at->key, text))
		return policy_wrong(
			l, at, "does not name one person to it (" WEBHOOK_MENTION_FORMS ")");
	grown = policy_grow(l, list->items, list->count, sizeof(*grown));
	if (!grown)
		return -1;
	list->items = grown;
	grown += list->count++;
	grown->of = arena_strdup(l->arena, at->key);
	grown->text = arena_strdup(l->arena, text);
	return grown->of && grown->text ? 0 : fault_memory(l->fault);
}

static int read_mentions(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_members(l, at, mention_read, out);
}

static const struct field person_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "emails", policy_read_emails, offsetof(struct person_draft, emails), 0, NULL },
	{ "accounts", policy_read_words, offsetof(struct person_draft, accounts), FIELD_UPPER,
		NULL },
	{ "groups", policy_read_words, offsetof(struct person_draft, groups), 0, NULL },
	{ "mention", read_mentions, offsetof(struct person_draft, mentions), FIELD_UPPER, NULL },
	{ "keys", policy_read_keys, offsetof(struct person_draft, keys), FIELD_UPPER, NULL },
	{ "approval_keys", policy_read_keys, offsetof(struct person_draft, approval_keys), 0,
		NULL },
	{ "passkeys", policy_read_passkeys, offsetof(struct person_draft, passkeys), FIELD_UPPER,
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
	if (json_at_member(at, "passkeys", &list) &&
		policy_claim_keys(l, &list, &draft->passkeys, owner) < 0)
		return -1;
	return groups_join(l, at, draft->groups);
}

/* Whoever claims what is another's has nothing: where errors are passed over, too. */
static void person_strip(struct person *person)
{
	static const struct name_list nothing;

	person->accounts = person->groups = name_list_names(&nothing);
	person->key_count = person->approval_key_count = person->passkey_count = 0;
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
	policy_keys_agree(&draft->keys, &draft->approval_keys);
	entry.name = arena_strdup(l->arena, at->key);
	if (!entry.name || policy_index_add(&l->index, l->arena, &entry) < 0)
		return fault_memory(l->fault);
	grown[l->person_count++] = (struct person){
		.name = entry.name,
		.layer = l->layer,
		.emails = draft->emails,
		.accounts = draft->accounts,
		.groups = draft->groups,
		.mentions = draft->mentions.items,
		.mention_count = draft->mentions.count,
		.keys = draft->keys.keys,
		.key_count = draft->keys.count,
		.approval_keys = draft->approval_keys.keys,
		.approval_key_count = draft->approval_keys.count,
		.passkeys = draft->passkeys.keys,
		.passkey_count = draft->passkeys.count,
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
