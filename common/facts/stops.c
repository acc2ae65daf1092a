#include "common/facts/stops.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/base/json.h"
#include "common/facts/stops_private.h"

const struct stopped *stops_first(const struct stops *stops, const char *kind)
{
	for (size_t i = 0; stops && i < stops->count; i++)
		if (strcmp(stops->items[i].kind, kind) == 0)
			return &stops->items[i];
	return NULL;
}

static bool is_hex(const char *text, size_t len)
{
	return strspn(text, "0123456789ABCDEF") == len;
}

/* An OpenPGP signature may name its key by the end of the fingerprint alone. */
static bool names_key(const char *stopped, const char *key)
{
	size_t a = strlen(stopped), b = strlen(key);

	if (a == b || a < 16 || b < 16 || !is_hex(stopped, a) || !is_hex(key, b))
		return strcmp(stopped, key) == 0;
	return a > b ? strcmp(stopped + a - b, key) == 0 : strcmp(stopped, key + b - a) == 0;
}

static bool is_of(const struct stopped *who, const char *kind, const char *name)
{
	if (strcmp(who->kind, kind) != 0)
		return false;
	if (strcmp(kind, STOPPED_KEY) == 0)
		return names_key(who->name, name);
	return strcmp(who->name, name) == 0 ||
	       (strcmp(kind, STOPPED_AGENT) == 0 && strcmp(who->name, "*") == 0);
}

const struct stopped *stops_find(const struct stops *stops, const char *kind, const char *name)
{
	for (size_t i = 0; stops && i < stops->count; i++)
		if (is_of(&stops->items[i], kind, name))
			return &stops->items[i];
	return NULL;
}

const struct stopped *stops_find_signer(
	const struct stops *stops, const char *key, const char *primary, const char *authority)
{
	const struct stopped *by = stops_find(stops, STOPPED_KEY, key);

	by = by ? by : stops_find(stops, STOPPED_KEY, primary);
	return by ? by : stops_find(stops, STOPPED_KEY, authority);
}

bool stops_same(const struct stops *a, const struct stops *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = a->items[i].everywhere == b->items[i].everywhere &&
		       strcmp(a->items[i].kind, b->items[i].kind) == 0 &&
		       strcmp(a->items[i].name, b->items[i].name) == 0 &&
		       strcmp(a->items[i].since, b->items[i].since) == 0;
	return same;
}

int stops_add(struct stops *stops, const struct stopped *who, struct fault *f)
{
	struct stopped *items =
		arena_grow(&stops->arena, stops->items, stops->count, sizeof(*items));
	struct stopped copy = *who;
	const char **const texts[] = { &copy.kind, &copy.name, &copy.since, &copy.by, &copy.reason,
		&copy.agent };

	for (size_t i = 0; items && i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *text = *texts[i];

		*texts[i] = text ? arena_strdup(&stops->arena, text) : NULL;
		if (text && !*texts[i])
			items = NULL;
	}
	if (!items)
		return fault_memory(f);
	stops->items = items;
	items[stops->count++] = copy;
	return 0;
}

struct adding {
	struct stops *stops;
	struct fault *fault;
};

static int on_stopped(void *context, const struct stopped *who)
{
	struct adding *adding = context;

	return stops_add(adding->stops, who, adding->fault);
}

int stops_read(struct stops *out, const char *etc, struct state *state, struct fault *f)
{
	struct adding adding = { out, f };

	*out = (struct stops){ .arena = ARENA_INIT((size_t)64 << 20) };
	if (stops_host_read(out, etc, f) < 0)
		return -1;
	return state ? state_stopped(state, on_stopped, &adding, f) : 0;
}

void stops_release(struct stops *stops)
{
	arena_release(&stops->arena);
	stops->items = NULL;
	stops->count = 0;
}

void stops_principal(char out[STOPPED_PRINCIPAL_MAX], const char *principal, const char *authority)
{
	(void)snprintf(out, STOPPED_PRINCIPAL_MAX, "%s by %s", principal, authority);
}

int stops_fingerprint(char out[160], const char *text)
{
	size_t len = 0;

	if (strncmp(text, "SHA256:", 7) == 0) {
		len = strlen(text);
		if (len != 50 || strspn(text + 7, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstu"
						  "vwxyz0123456789+/") != 43)
			return -1;
		memcpy(out, text, len + 1);
		return 0;
	}
	for (; *text; text++) {
		if (*text == ' ' || *text == ':')
			continue;
		if (!isxdigit((unsigned char)*text) || len == 64)
			return -1;
		out[len++] = (char)toupper((unsigned char)*text);
	}
	out[len] = '\0';
	return len == 16 || len == 40 || len == 64 ? 0 : -1;
}
