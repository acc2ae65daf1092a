#include "hooks/fleet/settings.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/json.h"
#include "common/base/typo.h"

#define FILE_MAX ((size_t)1 << 20)
#define LIST_MAX 16
#define AFTER_MOST (INT64_C(90) * 86400)

/* What reading goes on with. */
struct reading {
	struct fleet_settings *out;
	struct fault *fault;
};

static int wrong(const struct reading *r, const struct json_at *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int wrong(const struct reading *r, const struct json_at *at, const char *format, ...)
{
	struct buf path = BUF_INIT(4096);
	size_t line, column;
	char what[256];
	va_list list;

	va_start(list, format);
	(void)vsnprintf(what, sizeof(what), format, list);
	va_end(list);
	json_at_locate(at, &line, &column);
	(void)json_at_path(at, &path);
	(void)fault_set(r->fault, FAULT_ADMIN, "%s:%zu:%zu: %s: %s", r->out->path, line, column,
		path.data ? path.data : "$", what);
	buf_release(&path);
	return -1;
}

/* A key of an object: how it is read, and where to. */
struct member {
	const char *name;
	int (*read)(const struct reading *r, const struct json_at *at, void *out);
	size_t offset;
	bool needed;
};

static int members_read(
	const struct reading *r, const struct json_at *object, const struct member *members)
{
	struct json_at at;

	if (json_at_kind(object) != JSON_KIND_OBJECT)
		return wrong(
			r, object, "is %s, not an object", json_kind_name(json_at_kind(object)));
	for (bool more = json_at_first(object, &at); more; more = json_at_next(&at)) {
		const struct member *member = members;
		struct typo near = typo_begin(at.key);
		struct json_at key = json_at_key(&at);

		for (; member->name && strcmp(member->name, at.key) != 0; member++)
			typo_offer(&near, member->name);
		if (!member->name)
			return wrong(r, &key, "unknown key '%.64s'%s%s%s", at.key,
				near.found ? "; did you mean '" : "", near.found ? near.found : "",
				near.found ? "'?" : "");
		if (member->read(r, &at, (char *)r->out + member->offset) < 0)
			return -1;
	}
	for (; members->name; members++)
		if (members->needed && !json_at_member(object, members->name, &at))
			return wrong(r, object, "has no '%s'", members->name);
	return 0;
}

static int read_nothing(const struct reading *r, const struct json_at *at, void *out)
{
	(void)out;
	return json_at_text(at) ? 0 : wrong(r, at, "is not text");
}

static int read_text(const struct reading *r, const struct json_at *at, void *out)
{
	const char *text = json_at_text(at);

	if (!text || !*text || strlen(text) > 1024)
		return wrong(r, at, "is not a text of 1 to 1024 bytes");
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			return wrong(r, at, "has a control character");
	*(const char **)out = arena_strdup(&r->out->arena, text);
	return *(const char **)out ? 0 : fault_memory(r->fault);
}

static int read_path(const struct reading *r, const struct json_at *at, void *out)
{
	const char *text = json_at_text(at);

	if (!text || *text != '/')
		return wrong(r, at, "is not an absolute path");
	return read_text(r, at, out);
}

static int read_host(const struct reading *r, const struct json_at *at, void *out)
{
	const char *text = json_at_text(at);

	if (!text || !*text || strlen(text) > 63 || strchr("._-", *text) ||
		text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789._-")])
		return wrong(r, at,
			"is not a name of at most 63 letters, digits, dots, dashes and "
			"underscores");
	return read_text(r, at, out);
}

static int read_tls(const struct reading *r, const struct json_at *at, void *out)
{
	static const char *const words[] = { "verify-full", "verify-ca", "off" };
	const char *text = json_at_text(at);

	for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0)
			return read_text(r, at, out);
	return wrong(r, at, "is not verify-full, verify-ca or off");
}

static int read_no_listen(const struct reading *r, const struct json_at *at, void *out)
{
	if (json_at_kind(at) != JSON_KIND_BOOLEAN)
		return wrong(r, at, "is not true or false");
	*(bool *)out = !json_at_true(at);
	return 0;
}

static int read_version(const struct reading *r, const struct json_at *at, void *out)
{
	(void)out;
	return json_at_kind(at) == JSON_KIND_INTEGER && json_at_integer(at) == 1
		       ? 0
		       : wrong(r, at, "is not 1");
}

/* A list of texts that is neither empty nor endless. */
static int check_list(const struct reading *r, const struct json_at *at, size_t most)
{
	if (json_at_kind(at) != JSON_KIND_LIST || !json_at_count(at) || json_at_count(at) > most)
		return wrong(r, at, "is not a list of 1 to %zu texts", most);
	return 0;
}

static int read_servers(const struct reading *r, const struct json_at *at, void *out)
{
	const char **list;

	if (check_list(r, at, LIST_MAX) < 0)
		return -1;
	list = arena_alloc(&r->out->arena, (json_at_count(at) + 1) * sizeof(*list));
	if (!list)
		return fault_memory(r->fault);
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (read_text(r, &item, &list[i]) < 0)
			return -1;
		if (strpbrk(list[i], ", '\\"))
			return wrong(r, &item, "is neither HOST, HOST:PORT nor a folder");
	}
	*(names *)out = list;
	return 0;
}

static int read_keys(const struct reading *r, const struct json_at *at, void *out)
{
	struct fleet_settings *settings = out;

	if (check_list(r, at, FLEET_KEYS_MAX) < 0)
		return -1;
	settings->keys = arena_alloc(&settings->arena, json_at_count(at) * sizeof(*settings->keys));
	if (!settings->keys)
		return fault_memory(r->fault);
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *text = json_at_text(&item), *why = NULL;

		if (!text)
			return wrong(r, &item, "is not text");
		if (key_parse(&settings->keys[i], &settings->arena, span_of(text), NULL, &why) < 0)
			return wrong(r, &item, "%s", why);
		if (settings->keys[i].kind != KEY_SSH || settings->keys[i].authority)
			return wrong(r, &item, "is not an SSH key that signs");
		settings->key_count++;
	}
	return 0;
}

#define AT(member) offsetof(struct fleet_settings, member)

static const struct member database_members[] = {
	{ "description", read_nothing, 0, false },
	{ "servers", read_servers, AT(servers), true },
	{ "name", read_text, AT(database), true },
	{ "user", read_text, AT(user), true },
	{ "password_file", read_path, AT(password_file), false },
	{ "tls", read_tls, AT(tls), false },
	{ "ca_file", read_path, AT(ca_file), false },
	{ "certificate_file", read_path, AT(certificate_file), false },
	{ "key_file", read_path, AT(key_file), false },
	{ "listen", read_no_listen, AT(no_listen), false },
	{ NULL, NULL, 0, false },
};

/* Whether nothing but this machine is between. */
static bool is_near(const char *server)
{
	static const char *const names_of[] = { "127.0.0.1", "localhost" };

	for (size_t i = 0; i < sizeof(names_of) / sizeof(names_of[0]); i++) {
		size_t len = strlen(names_of[i]);

		if (strncmp(server, names_of[i], len) == 0 && (!server[len] || server[len] == ':'))
			return true;
	}
	return *server == '/';
}

static int read_database(const struct reading *r, const struct json_at *at, void *out)
{
	const struct fleet_settings *s = r->out;

	(void)out;
	if (members_read(r, at, database_members) < 0)
		return -1;
	if (!s->certificate_file != !s->key_file)
		return wrong(r, at, "has one of certificate_file and key_file, not both");
	for (names server = s->servers; s->tls && strcmp(s->tls, "off") == 0 && *server; server++)
		if (!is_near(*server))
			return wrong(r, at, "turns TLS off for a server on another machine");
	return 0;
}

/* An address for git alone: nothing that it takes for an option. */
static int read_repository(const struct reading *r, const struct json_at *at, void *out)
{
	const char *text = json_at_text(at);

	if (!text || *text == '-')
		return wrong(r, at, "is not an address that git fetches from");
	return read_text(r, at, out);
}

static int read_signatures(const struct reading *r, const struct json_at *at, void *out)
{
	int64_t number = json_at_integer(at);

	if (json_at_kind(at) != JSON_KIND_INTEGER || number < 1 || number > FLEET_KEYS_MAX)
		return wrong(r, at, "is not a number from 1 to %d", FLEET_KEYS_MAX);
	*(int *)out = (int)number;
	return 0;
}

/* `30m`, `12h`, `2d`: how long a policy waits on this host. */
static int read_after(const struct reading *r, const struct json_at *at, void *out)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	const char *text = json_at_text(at);
	char *end = NULL;
	long number = text && *text >= '1' && *text <= '9' ? strtol(text, &end, 10) : 0;

	for (size_t i = 0; end && i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].unit) == 0 && number <= AFTER_MOST / units[i].seconds) {
			*(int64_t *)out = number * units[i].seconds;
			return 0;
		}
	return wrong(r, at, "is not a time of at most 90 days, such as 12h or 2d");
}

/* An address that people follow: of the web, and whole. */
static int read_review(const struct reading *r, const struct json_at *at, void *out)
{
	const char *text = json_at_text(at);

	if (!text || (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0) ||
		text[strlen(text) - 1] == '/' || strpbrk(text, " <>\"'?#"))
		return wrong(r, at, "is not an address such as https://git1.example.com/review");
	return read_text(r, at, out);
}

static const struct member policy_members[] = {
	{ "description", read_nothing, 0, false },
	{ "repository", read_repository, AT(policy_repository), true },
	{ "signatures", read_signatures, AT(policy_signatures), true },
	{ "after", read_after, AT(policy_after), false },
	{ NULL, NULL, 0, false },
};

static int read_policy(const struct reading *r, const struct json_at *at, void *out)
{
	(void)out;
	return members_read(r, at, policy_members);
}

static const struct member members[] = {
	{ "$schema", read_nothing, 0, false },
	{ "description", read_nothing, 0, false },
	{ "version", read_version, 0, true },
	{ "host", read_host, AT(host), true },
	{ "database", read_database, 0, true },
	{ "keys", read_keys, 0, true },
	{ "policy", read_policy, 0, false },
	{ "review", read_review, AT(review), false },
	{ "signing_key", read_path, AT(signing_key), false },
	{ NULL, NULL, 0, false },
};

static int text_read(struct fleet_settings *out, struct span text, struct fault *f)
{
	const struct reading r = { out, f };
	struct json_doc doc = { 0 };
	struct json_error error;
	int status;

	if (json_doc_parse(&doc, text, &error) < 0) {
		status = fault_set(f, FAULT_ADMIN, "%s:%zu:%zu: %s", out->path, error.line,
			error.column, error.text);
	} else {
		struct json_at root = json_at_root(&doc);

		status = members_read(&r, &root, members);
	}
	json_doc_release(&doc);
	return status;
}

int fleet_settings_read(struct fleet_settings *out, struct fault *f)
{
	struct buf text = BUF_INIT(FILE_MAX);
	int status;

	*out = (struct fleet_settings){ .arena = ARENA_INIT((size_t)4 << 20) };
	if (install_paths_find(&out->paths, f) < 0 ||
		install_paths_join(out->path, out->paths.etc, FLEET_SETTINGS, f) < 0)
		return -1;
	status = file_read_trusted(out->path, (uid_t)-1, &text, &out->there, f);
	if (status == 0 && out->there)
		status = text_read(out, buf_span(&text), f);
	buf_release(&text);
	return status;
}

int fleet_settings_need(struct fleet_settings *out, struct fault *f)
{
	int status = fleet_settings_read(out, f);

	return status < 0 || out->there
		       ? status
		       : fault_set(f, FAULT_ADMIN,
				 "%s: no such file: this host has not joined a fleet", out->path);
}

void fleet_settings_release(struct fleet_settings *settings)
{
	arena_release(&settings->arena);
}
