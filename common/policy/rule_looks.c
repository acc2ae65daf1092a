/* What a rule looks at beside paths: whose changes, kinds of change, messages of commits. */
#include <string.h>

#include "common/mark/attribution_note.h"
#include "common/mark/marks.h"
#include "common/path/glob.h"
#include "common/policy/load.h"

static const struct {
	const char *word;
	unsigned kind;
} kinds[] = {
	{ "add", KIND_ADD },
	{ "modify", KIND_MODIFY },
	{ "delete", KIND_DELETE },
	{ "rename", KIND_RENAME },
	{ "mode", KIND_MODE },
	{ "link", KIND_LINK },
	{ "submodule", KIND_SUBMODULE },
};

const char *policy_kind_name(unsigned kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return kinds[i].word;
	return NULL;
}

static int kind_read(
	struct policy_loading *l, const struct json_at *at, const char *word, unsigned *out)
{
	const char *known[sizeof(kinds) / sizeof(kinds[0]) + 1] = { NULL };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].word, word) == 0) {
			*out |= kinds[i].kind;
			return 0;
		}
		known[i] = kinds[i].word;
	}
	return policy_unknown(
		l, at, &(struct vocabulary){ .what = "kind of change", .known = known });
}

int policy_read_kinds(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	unsigned bits = 0;
	names words = NULL;
	size_t wrong = l->wrong;

	if (policy_read_words(l, at, field, &words) < 0)
		return -1;
	if (wrong != l->wrong || !words)
		return 0;
	if (!*words)
		return policy_wrong(l, at, "must not be empty");
	for (size_t i = 0; words[i]; i++) {
		struct json_at item = json_at_item(at, i);

		if (kind_read(l, &item, words[i], &bits) < 0)
			return -1;
	}
	*(unsigned *)out = bits;
	return 0;
}

/* ---- messages */

#define KEY_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

/* `Assisted-by`, or with a pattern of its value `Assisted-by: *:*`. */
static int trailer_check(
	struct policy_loading *l, const struct json_at *at, const char *text, bool valued)
{
	struct buf code = BUF_INIT(65536);
	struct glob_compiler compiler = { .code = &code, .generous = true, .run = BUF_INIT(4096) };
	size_t key = strspn(text, KEY_LETTERS), from = 0;
	const char *value = text + key, *why = NULL;

	if (!key || (*value && *value != ':'))
		return policy_wrong(l, at, "'%s' is not a trailer: `Key` or `Key: value`", text);
	if (!*value)
		return 0;
	if (!valued)
		return policy_wrong(l, at, "'%s': only keys of trailers stand here", text);
	value += 1 + strspn(value + 1, " ");
	if (!*value)
		return policy_wrong(l, at, "'%s' has no value behind its colon", text);
	if (strchr(value, '/'))
		return policy_wrong(
			l, at, "'%s': a value's pattern has no slash; * takes it", text);
	why = glob_compile(&compiler, span_of(value), &from);
	buf_release(&code);
	buf_release(&compiler.run);
	return why ? policy_wrong(l, at, "'%s' can match nothing: %s", text, why) : 0;
}

static int trailers_read(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	names words = NULL;
	size_t wrong = l->wrong;

	if (policy_read_words(l, at, field, &words) < 0)
		return -1;
	if (wrong != l->wrong || !words)
		return 0;
	if (!*words)
		return policy_wrong(l, at, "must not be empty");
	for (size_t i = 0; words[i]; i++) {
		struct json_at item = json_at_item(at, i);

		if (trailer_check(l, &item, words[i], field->detail != NULL) < 0)
			return -1;
	}
	*(names *)out = words;
	return 0;
}

/* `https://sessions.example.com/`: an address that others begin with; so its host must end. */
static int session_check(struct policy_loading *l, const struct json_at *at, const char *text)
{
	size_t len = strlen(text), scheme = strncmp(text, "https://", 8) == 0  ? 8
					    : strncmp(text, "http://", 7) == 0 ? 7
									       : 0;

	if (strcmp(text, ATTRIBUTION_NOTE_WORD) == 0)
		return 0;
	if (!scheme)
		return policy_wrong(l, at,
			"'%s' is not the beginning of an address: https://..., or the word 'note'",
			text);
	if (text[len - 1] != '/')
		return policy_wrong(l, at, "'%s' must end with a slash", text);
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f ||
			(text[i] >= 'A' && text[i] <= 'Z' &&
				i < scheme + strcspn(text + scheme, "/")))
			return policy_wrong(l, at,
				"'%s': an address is ASCII without blanks, its host in small "
				"letters",
				text);
	return 0;
}

static int sessions_read(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	names words = NULL;
	size_t wrong = l->wrong;

	if (policy_read_words(l, at, field, &words) < 0)
		return -1;
	if (wrong != l->wrong || !words)
		return 0;
	if (!*words)
		return policy_wrong(l, at, "must not be empty");
	for (size_t i = 0; words[i]; i++) {
		struct json_at item = json_at_item(at, i);

		if (session_check(l, &item, words[i]) < 0)
			return -1;
	}
	*(names *)out = words;
	return 0;
}

static const struct field message_fields[] = {
	{ "require", trailers_read, offsetof(struct rule_message, require), 0, "valued" },
	{ "forbid", trailers_read, offsetof(struct rule_message, forbid), 0, "valued" },
	{ "allow", trailers_read, offsetof(struct rule_message, allow), 0, NULL },
	{ "session", sessions_read, offsetof(struct rule_message, session), 0, NULL },
	{ "say", policy_read_text, offsetof(struct rule_message, say), 0, NULL },
	FIELDS_END,
};

int policy_read_message(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct rule_message *message = arena_alloc(l->arena, sizeof(*message));
	size_t wrong = l->wrong;

	(void)field;
	if (!message)
		return fault_memory(l->fault);
	if (policy_fields(l, at, message_fields, message) < 0)
		return -1;
	if (wrong != l->wrong)
		return 0;
	if (!message->require && !message->forbid && !message->allow && !message->session)
		return policy_wrong(l, at, "needs 'require', 'forbid', 'allow' or 'session'");
	for (names word = message->require; word && *word; word++)
		if (message->forbid && names_have(message->forbid, *word) &&
			policy_warn(l, at, "requires and forbids '%s': no commit is good", *word) <
				0)
			return -1;
	*(const struct rule_message **)out = message;
	return 0;
}

/* ---- whose changes */

/* Records that there is no such agent, or where words may stand beside them no such word. */
static int agent_unknown(struct policy_loading *l, const struct json_at *at, names words)
{
	struct name_list known = { 0 }, also = { 0 };
	struct vocabulary of = { .what = words ? "word" : "agent", .known = words };
	size_t count;
	const struct catalogue_agent *catalogue = catalogue_agents(&count);
	int status = 0;

	for (size_t i = 0; status == 0 && i < l->agent_count; i++)
		if (strcmp(l->agents[i].name, "*") != 0)
			status = name_list_add(l, words ? &also : &known, l->agents[i].name);
	for (size_t i = 0; status == 0 && i < count; i++)
		status = name_list_add(l, &also, catalogue[i].id);
	of.known = words ? words : name_list_names(&known);
	of.also = name_list_names(&also);
	of.more = words ? "a list of agents" : "those of the catalogue (countersign agents)";
	return status < 0 ? -1 : policy_unknown(l, at, &of);
}

static bool is_agent(const struct policy_loading *l, const char *name)
{
	return policy_index_find(&l->index, INDEX_AGENT, name) || catalogue_find(name);
}

static int by_check(struct policy_loading *l, const struct json_at *at)
{
	const char *name = json_at_text(at);
	struct typo all = typo_begin(name ? name : "");

	typo_offer(&all, "*");
	if (name && all.found && strcmp(name, "agents") != 0 && !is_agent(l, name))
		return policy_wrong(l, at,
			"'%s' names no agent here: say \"by\": \"agents\" for all of them", name);
	if (name && (strcmp(name, "agents") == 0 || strcmp(name, "anyone") == 0))
		return policy_wrong(l, at, "'%s' stands alone: say \"by\": \"%s\"", name, name);
	if (name && policy_index_find(&l->index, INDEX_PERSON, name))
		return policy_wrong(l, at,
			"'%s' is a person, and a rule can name agents alone: say \"by\": "
			"\"anyone\" for people as well",
			name);
	return !name || !*name || is_agent(l, name) ? 0 : agent_unknown(l, at, NULL);
}

int policy_read_by(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const struct choice choices[] = { { "agents", BY_AGENTS }, { "anyone", BY_ANYONE },
		{ NULL, 0 } };
	static const char *const words[] = { "agents", "anyone", NULL };
	struct policy_by *by = out;
	struct field word = *field;
	names list = NULL;
	int choice = BY_AGENTS;

	if (json_at_text(at) && is_agent(l, json_at_text(at)))
		return policy_wrong(
			l, at, "agents stand in a list: write [\"%s\"]", json_at_text(at));
	if (json_at_text(at) && policy_index_find(&l->index, INDEX_PERSON, json_at_text(at)))
		return by_check(l, at);
	if (json_at_text(at) && *json_at_text(at) && !names_have(words, json_at_text(at)))
		return agent_unknown(l, at, words);
	if (json_at_kind(at) != JSON_KIND_LIST) {
		word.detail = choices;
		if (policy_read_choice(l, at, &word, &choice) < 0)
			return -1;
		by->by = (enum by)choice;
		return 0;
	}
	if (policy_read_words(l, at, field, &list) < 0)
		return -1;
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (by_check(l, &item) < 0)
			return -1;
	}
	if (json_at_count(at) == 0)
		return policy_wrong(l, at, "must not be empty");
	*by = (struct policy_by){ BY_NAMED, list ? list : by->names };
	return 0;
}
