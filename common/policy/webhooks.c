/* What goes out and what is let through: webhooks, and allowances for credentials. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/policy/load.h"
#include "common/policy/rule_list.h"

struct webhook_draft {
	struct webhook webhook;
	int format;
};

#define FORMAT(ID, name) { #name, WEBHOOK_##ID },
static const struct choice formats[] = {
	WEBHOOK_FORMATS(FORMAT, FORMAT, FORMAT){ NULL, 0 },
};

static const struct choice event_types[] = {
	{ "held", 1 },
	{ "denied", 1 },
	{ "approved", 1 },
	{ "rejected", 1 },
	{ "withdrawn", 1 },
	{ "broken", 1 },
	{ "paid", 1 },
	{ "landed", 1 },
	{ "warned", 1 },
	{ "stopped", 1 },
	{ "resumed", 1 },
	{ "tampered", 1 },
	{ "changed", 1 },
	{ "reminded", 1 },
	{ NULL, 0 },
};

static int read_events(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		int found;

		if (json_at_text(&item) && *json_at_text(&item) &&
			policy_read_choice(l, &item, field, &found) < 0)
			return -1;
	}
	return 0;
}

/* Whether it is labels with dots between, of letters, digits, `-`, `_` and the letters given. */
static bool is_labels(struct span text, size_t longest, const char *more)
{
	size_t label = 0;

	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.data[i];

		label = c == '.' ? 0 : label + 1;
		if ((c == '.' ? i == 0 || text.data[i - 1] == '.'
			      : !isalnum(c) && c < 0x80 && !strchr(more, c)) ||
			label > longest)
			return false;
	}
	return label > 0;
}

/* Whether a machine can have that name; one that ends in a number is to be an address of IPv4. */
static bool is_host(struct span name)
{
	const char *dot = memrchr(name.data, '.', name.len);
	const char *last = dot ? dot + 1 : name.data, *end = name.data + name.len;
	struct in_addr four;
	char text[254];

	if (name.len >= sizeof(text) || !is_labels(name, 63, "-_"))
		return false;
	(void)snprintf(text, sizeof(text), "%.*s", (int)name.len, name.data);
	return strspn(last, "0123456789") < (size_t)(end - last) ||
	       inet_pton(AF_INET, text, &four) == 1;
}

bool policy_address_is_plain(const char *address)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-@=";
	const char *at = strchr(address, '@');

	return at && address[0] != '-' && strspn(address, letters) == strlen(address) &&
	       strlen(address) < 255 && at - address <= 64 &&
	       is_labels((struct span){ address, (size_t)(at - address) }, 64, "%+-=_") &&
	       is_host(span_of(at + 1));
}

/* A port of 1 to 65535 behind its colon, or none and nothing. */
static bool is_port(struct span text)
{
	unsigned long port = 0;

	if (!text.len)
		return true;
	for (size_t i = 1; i < text.len && port <= 65535; i++)
		port = isdigit((unsigned char)text.data[i])
			       ? 10 * port + (unsigned long)(text.data[i] - '0')
			       : 65536;
	return text.data[0] == ':' && port > 0 && port <= 65535;
}

/* What is wrong with what stands between `://` and the path; NULL: nothing. */
static const char *authority_problem(const char *text)
{
	size_t len = strcspn(text, "/?#");
	const char *host = text, *end = text + len;
	const char *close = *host == '[' ? memchr(host, ']', len) : NULL;
	const char *port = close ? close + 1 : memchr(host, ':', len);
	struct in6_addr six;
	char inner[64] = "";

	if (!port)
		port = end;
	if (close && close - host < (int)sizeof(inner))
		(void)snprintf(
			inner, sizeof(inner), "%.*s", (int)strcspn(host + 1, "]%"), host + 1);
	if (close ? inet_pton(AF_INET6, inner, &six) != 1
		  : !is_host((struct span){
			    host, (size_t)(port - host) - (port - host > 1 && port[-1] == '.') }))
		return "has no host that there can be";
	if (!is_port((struct span){ port, (size_t)(end - port) }))
		return "has no port that there can be: 1 to 65535";
	return NULL;
}

static int read_url(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	const char *host = text ? strstr(text, "://") : NULL;

	if (text && *text &&
		((strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0) ||
			!host[3] || host[3] == '/' || strchr(text, ' ')))
		return policy_wrong(l, at, "must be an http:// or https:// address");
	if (text && *text && memchr(host + 3, '@', strcspn(host + 3, "/?#")))
		return policy_wrong(l, at, "must hold no name and no password");
	if (text && *text && authority_problem(host + 3))
		return policy_wrong(l, at, "%s", authority_problem(host + 3));
	return policy_read_text(l, at, field, out);
}

static int read_rule_names(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct name_list known = { 0 };

	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t k = 0; k < l->rule_count; k++)
		if (name_list_add(l, &known, l->rules[k].name) < 0)
			return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *name = json_at_text(&item);

		if (!name || !*name || rule_list_find(name) ||
			policy_index_find(&l->index, INDEX_RULE, name))
			continue;
		if (policy_unknown(l, &item,
			    &(struct vocabulary){ .what = "rule",
				    .known = name_list_names(&known),
				    .more = "those that are built in" }) < 0)
			return -1;
	}
	return 0;
}

/* Addresses, people and groups, or `owner`. */
static int read_to(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *to = json_at_text(&item);

		if (to && strchr(to, '@') && !policy_address_is_plain(to)) {
			if (policy_wrong(l, &item, "is not an address that mail can be sent to") <
				0)
				return -1;
			continue;
		}
		if (to && (strcmp(to, "owner") == 0 || strchr(to, '@')))
			continue;
		if (to && *to && policy_approver_check(l, &item, false) < 0)
			return -1;
	}
	return 0;
}

#define WEBHOOK(member) offsetof(struct webhook_draft, webhook.member)

static const struct field webhook_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "url", read_url, WEBHOOK(url), 0, NULL },
	{ "format", policy_read_choice, offsetof(struct webhook_draft, format), 0, formats },
	{ "to", read_to, WEBHOOK(to), 0, NULL },
	{ "events", read_events, WEBHOOK(events), 0, event_types },
	{ "refs", policy_read_refs, WEBHOOK(refs), 0, NULL },
	{ "rules", read_rule_names, WEBHOOK(rules), 0, NULL },
	{ "secret_file", policy_read_path, WEBHOOK(secret_file), 0, NULL },
	{ "ca_file", policy_read_path, WEBHOOK(ca_file), 0, NULL },
	{ "client_certificate", policy_read_path, WEBHOOK(client_certificate), 0, NULL },
	{ "client_key", policy_read_path, WEBHOOK(client_key), 0, NULL },
	FIELDS_END,
};

static int webhook_check(
	struct policy_loading *l, const struct json_at *at, const struct webhook_draft *draft)
{
	const struct webhook *w = &draft->webhook;

	if (draft->format == WEBHOOK_MAIL && (w->url || !*w->to))
		return policy_wrong(l, at, "mail needs 'to' and has no 'url'");
	if (draft->format != WEBHOOK_MAIL && !w->url)
		return policy_wrong(l, at, "'url' is missing");
	if (draft->format != WEBHOOK_MAIL && *w->to)
		return policy_wrong(l, at, "'to' belongs to the format 'mail'");
	if (!w->client_certificate != !w->client_key)
		return policy_wrong(l, at, "'client_certificate' and 'client_key' belong together");
	return 0;
}

static int webhook_read(struct policy_loading *l, const struct json_at *at, void *out)
{
	static const struct name_list nothing;
	names none = name_list_names(&nothing);
	struct webhook_draft draft = {
		.webhook = { .layer = l->layer,
			.to = none,
			.events = none,
			.refs = none,
			.rules = none },
	};
	struct webhook *grown;
	size_t wrong = l->wrong;

	(void)out;
	if (policy_fields(l, at, webhook_fields, &draft) < 0)
		return -1;
	if (wrong == l->wrong && webhook_check(l, at, &draft) < 0)
		return -1;
	grown = policy_grow(l, l->webhooks, l->webhook_count, sizeof(*grown));
	if (!grown)
		return -1;
	draft.webhook.format = (enum webhook_format)draft.format;
	l->webhooks = grown;
	grown[l->webhook_count++] = draft.webhook;
	return 0;
}

int policy_read_webhooks(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_items(l, at, webhook_read, out);
}

static int read_allowed_paths(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	size_t wrong = l->wrong;
	bool narrows = false;
	int list = -1;

	(void)field;
	if (policy_read_scope(l, at, &list, &narrows) < 0)
		return -1;
	if (wrong == l->wrong && (narrows || json_at_count(at) == 0))
		return policy_wrong(l, at, "must name paths");
	*(int *)out = list;
	return 0;
}

static const struct field allow_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "fingerprint", policy_read_text, offsetof(struct allowance, fingerprint), 0, NULL },
	{ "kind", policy_read_text, offsetof(struct allowance, kind), 0, NULL },
	{ "paths", read_allowed_paths, offsetof(struct allowance, paths), 0, NULL },
	{ "reason", policy_read_text, offsetof(struct allowance, reason), FIELD_REQUIRED, NULL },
	{ "until", policy_read_time, offsetof(struct allowance, until), 0, NULL },
	FIELDS_END,
};

#define FINGERPRINT 32 /* digits: half of an HMAC-SHA256 */

static bool is_fingerprint(const char *text)
{
	return strlen(text) == FINGERPRINT && strspn(text, "0123456789abcdef") == FINGERPRINT;
}

static int allowance_read(struct policy_loading *l, const struct json_at *at, void *out)
{
	struct allowance allowance = { .paths = -1, .layer = l->layer };
	struct allowance *grown;
	size_t wrong = l->wrong;

	(void)out;
	if (policy_fields(l, at, allow_fields, &allowance) < 0)
		return -1;
	if (wrong == l->wrong && !allowance.fingerprint == !allowance.kind)
		return policy_wrong(l, at, "needs either 'fingerprint' or 'kind'");
	if (wrong == l->wrong && allowance.fingerprint && !is_fingerprint(allowance.fingerprint))
		return policy_wrong(l, at,
			"'fingerprint' is %d hex digits, as a finding tells them", FINGERPRINT);
	if (wrong == l->wrong && allowance.kind && allowance.paths < 0)
		return policy_wrong(l, at, "a kind is allowed below 'paths' only");
	grown = policy_grow(l, l->allowances, l->allowance_count, sizeof(*grown));
	if (!grown)
		return -1;
	l->allowances = grown;
	grown[l->allowance_count++] = allowance;
	return 0;
}

int policy_read_allow(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_items(l, at, allowance_read, out);
}

static const struct field tolerated_fields[] = {
	{ "object", policy_read_text, offsetof(struct tolerated, object), FIELD_REQUIRED, NULL },
	{ "reason", policy_read_text, offsetof(struct tolerated, reason), FIELD_REQUIRED, NULL },
	FIELDS_END,
};

/* A built-in rule is above all layers, so only the topmost one there is can soften it. */
static bool is_topmost(const struct policy_loading *l)
{
	for (enum layer above = 0; above < l->layer; above++)
		if (l->layers[above].there)
			return false;
	return true;
}

static int tolerated_read(struct policy_loading *l, const struct json_at *at, void *out)
{
	struct tolerated tolerated = { NULL, NULL };
	size_t wrong = l->wrong;
	struct oid *grown;

	(void)out;
	if (policy_fields(l, at, tolerated_fields, &tolerated) < 0)
		return -1;
	if (wrong != l->wrong)
		return 0;
	grown = policy_grow(l, l->malformed.ids, l->malformed.count, sizeof(*grown));
	if (!grown)
		return -1;
	l->malformed.ids = grown;
	if (oid_parse(&grown[l->malformed.count], span_of(tolerated.object)) < 0)
		return policy_wrong(l, at, "'object' is an object's whole id, 40 or 64 hex digits");
	l->malformed.count += is_topmost(l);
	return is_topmost(l) ? 0
			     : policy_warn(l, at,
				       "is without effect: only the topmost policy can let a "
				       "malformed object in");
}

static int read_tolerated(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_items(l, at, tolerated_read, out);
}

static const struct field malformed_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "allow", read_tolerated, 0, 0, NULL },
	FIELDS_END,
};

int policy_read_malformed(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_fields(l, at, malformed_fields, out);
}
