/* Where reviewers decide: the review page, who reads it, and what its passkeys must show. */
#include <string.h>

#include "common/policy/load.h"

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789.-"

/* Whether the host is written in numbers, as an IPv4 address is. */
static bool is_address(const char *host)
{
	return !host[strspn(host, "0123456789.")];
}

/* What a URL is made of, for a passkey: `origin` has scheme, host and port, `rp_id` the host. */
struct place {
	char *url, *origin, *rp_id;
};

static int place_split(struct policy_loading *l, const char *text, struct place *place)
{
	const char *host = strstr(text, "://") + strlen("://");
	size_t authority = strcspn(host, "/"), name = strcspn(host, ":/"), len = strlen(text);

	while (len && text[len - 1] == '/')
		len--;
	place->url = arena_copy(l->arena, text, len);
	place->origin = arena_copy(l->arena, text, (size_t)(host - text) + authority);
	place->rp_id = arena_copy(l->arena, host, name);
	return place->url && place->origin && place->rp_id ? 0 : fault_memory(l->fault);
}

/* Why it cannot be the page's address; NULL: it can. */
static const char *url_objection(const char *text)
{
	bool secure = strncmp(text, "https://", 8) == 0;
	const char *host = secure ? text + 8 : text + 7, *port;

	if (!secure && strncmp(text, "http://", 7) != 0)
		return "must be an https:// address, or http://localhost:PORT";
	if (!*host || *host == '/' || *host == ':')
		return "must name a host";
	if (host[strcspn(host, " @?#\\\"<>")])
		return "must have no name, no question and no fragment, nor blanks or quotes";
	port = host + strspn(host, HOST_CHARACTERS);
	if (*port && *port != ':' && *port != '/')
		return "must have the host in lower case, as browsers have it in an origin";
	if (*port == ':' &&
		(!strchr("123456789", port[1]) || !port[1] || strspn(port + 1, "0123456789") > 5 ||
			(port[1 + strspn(port + 1, "0123456789")] &&
				port[1 + strspn(port + 1, "0123456789")] != '/')))
		return "must have a number as the port";
	if (strncmp(port, secure ? ":443" : ":80", secure ? 4 : 3) == 0 &&
		(!port[secure ? 4 : 3] || port[secure ? 4 : 3] == '/'))
		return "must leave the usual port out, as browsers do";
	return NULL;
}

/* Browsers offer passkeys at https and at localhost, to names alone. */
static int warn_no_passkeys(
	struct policy_loading *l, const struct json_at *at, const struct place *place)
{
	if (is_address(place->rp_id))
		return policy_warn(l, at,
			"passkeys need a name: at an address there are links, but no approvals");
	if (strncmp(place->origin, "http://", 7) == 0 && strcmp(place->rp_id, "localhost") != 0)
		return policy_warn(l, at,
			"browsers offer passkeys at https:// alone, and at http://localhost");
	return 0;
}

static int read_place(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct review *review = out;
	const char *text = NULL, *why;
	struct place place;

	if (policy_read_text(l, at, field, &text) < 0)
		return -1;
	if (!text)
		return 0;
	why = url_objection(text);
	if (why)
		return policy_wrong(l, at, "%s", why);
	if (place_split(l, text, &place) < 0)
		return -1;
	if (l->layer != LAYER_SITE && l->layers[LAYER_SITE].there)
		return policy_warn(
			l, at, "is without effect: the site's policy alone says where the page is");
	review->url = place.url;
	review->origin = place.origin;
	review->rp_id = is_address(place.rp_id) ? NULL : place.rp_id;
	return warn_no_passkeys(l, at, &place);
}

static int read_presence(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	int said = 0;

	if (policy_read_flag(l, at, field, &said) < 0)
		return -1;
	if (said)
		*(bool *)out = true;
	return 0;
}

/* Accounts of each layer that says some, one after the other. */
static int read_readers(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct name_list all = { 0 };
	names here = NULL, *readers = out;

	if (policy_read_words(l, at, field, &here) < 0)
		return -1;
	for (names name = *readers; name && *name; name++)
		if (name_list_add(l, &all, *name) < 0)
			return -1;
	for (names name = here; name && *name; name++)
		if (!(*readers && names_have(*readers, *name)) && name_list_add(l, &all, *name) < 0)
			return -1;
	*readers = name_list_names(&all);
	return 0;
}

static const struct field review_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "url", read_place, 0, 0, NULL },
	{ "presence", read_presence, offsetof(struct review, presence), 0, NULL },
	{ "readers", read_readers, offsetof(struct review, readers), 0, NULL },
	FIELDS_END,
};

int policy_read_review(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	(void)out;
	return policy_fields(l, at, review_fields, &l->policy->review);
}
