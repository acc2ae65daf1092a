#include "hooks/fleet/order_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/run.h"
#include "common/base/text.h"
#include "common/key/signature.h"

#define WORD "countersign-order" /* no object of git begins as an order does */
#define BEGIN "-----BEGIN SSH SIGNATURE-----"
#define SECONDS 120 /* a hardware key waits for a touch */

char *order_write(const char *fleet, const struct stopped *who, int64_t number)
{
	json_t *object = json_pack("{s:i, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s}", WORD, 1,
		"fleet", fleet, "number", (json_int_t)number, "order",
		who->reason ? "stop" : "resume", "kind", who->kind, "name", who->name, "since",
		who->since, "by", who->by, "reason", who->reason ? who->reason : "");
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	return text;
}

/* Whether the signature is one of ours; `by` gets its key. */
static int verify(const struct orders *orders, const char *text, const char *signature,
	struct signature_check *check, struct fault *f)
{
	const struct fleet_settings *settings = orders->settings;
	struct keyring *ring = NULL;
	int status = keyring_new(&ring, f);

	for (size_t i = 0; status == 0 && i < settings->key_count; i++)
		status = keyring_add(ring, &settings->keys[i], (struct key_owner){ 0 }, f);
	if (status == 0)
		status = signature_verify(
			ring, span_of(text), span_of(signature), time(NULL), check, f);
	keyring_free(ring);
	return status;
}

static const char *text_of(struct arena *arena, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && strlen(text) <= STOPS_TEXT_MAX && text_is_utf8(span_of(text))
		       ? arena_strdup(arena, text)
		       : NULL;
}

static bool is_kind(const char *kind)
{
	return strcmp(kind, STOPPED_AGENT) == 0 || strcmp(kind, STOPPED_ACCOUNT) == 0 ||
	       strcmp(kind, STOPPED_KEY) == 0;
}

/* Takes the object apart, of which every member must be there and no other. */
static bool parse(struct order *out, struct orders *orders, const json_t *object)
{
	struct arena *arena = &orders->arena;
	struct stopped *who = &out->who;
	const char *order = text_of(arena, object, "order");
	const char *fleet = text_of(arena, object, "fleet");

	who->kind = text_of(arena, object, "kind");
	who->name = text_of(arena, object, "name");
	who->since = text_of(arena, object, "since");
	who->by = text_of(arena, object, "by");
	who->reason = text_of(arena, object, "reason");
	who->everywhere = true;
	out->number = json_integer_value(json_object_get(object, "number"));
	if (json_object_size(object) != 9 || json_integer_value(json_object_get(object, WORD)) != 1)
		return false;
	if (!order || !fleet || !who->kind || !who->name || !who->since || !who->by || !who->reason)
		return false;
	out->resume = strcmp(order, "resume") == 0;
	return (out->resume || strcmp(order, "stop") == 0) && is_kind(who->kind) && *who->name &&
	       out->number > 0 && strcmp(fleet, orders->fleet) == 0;
}

int order_read(struct order *out, struct orders *orders, const char *text, const char *signature,
	const char **why, struct fault *f)
{
	struct signature_check check = { 0 };
	json_t *object;
	char *by = NULL;
	bool sound;

	*out = (struct order){ 0 };
	*why = strlen(text) > ORDERS_TEXT_MAX || strlen(signature) > ORDERS_TEXT_MAX
		       ? "it is too long"
		       : NULL;
	if (*why)
		return 1;
	if (verify(orders, text, signature, &check, f) < 0)
		return -1;
	if (check.verdict != SIGNATURE_GOOD)
		*why = "it is not signed with a key of the settings";
	object = *why ? NULL : json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	sound = object && parse(out, orders, object);
	json_decref(object);
	if (!*why && !sound)
		*why = "it is not an order of this fleet";
	if (*why)
		return 1;
	if (asprintf(&by, "%s (%s)", out->who.by, check.fingerprint) < 0)
		return fault_memory(f);
	if (strlen(by) > STOPS_TEXT_MAX) {
		free(by);
		*why = "it says too much of who gave it";
		return 1;
	}
	out->who.by = arena_strdup(&orders->arena, by);
	free(by);
	out->text = arena_strdup(&orders->arena, text);
	out->signature = arena_strdup(&orders->arena, signature);
	return out->who.by && out->text && out->signature ? 0 : fault_memory(f);
}

int order_sign(
	const struct fleet_settings *settings, const char *text, struct buf *out, struct fault *f)
{
	const char *const argv[] = { "ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f",
		settings->signing_key, NULL };
	struct buf said = BUF_INIT(65536);
	struct run what = {
		.argv = argv, .env = run_bare_env, .input = span_of(text), .seconds = SECONDS
	};
	const char *begin;
	int status = 0, code;

	if (!settings->signing_key)
		return fault_set(f, FAULT_ADMIN,
			"%s has no signing_key, so nothing can be ordered here", settings->path);
	if (run(&what, &said, &code, f) < 0)
		status = -1;
	begin = said.data ? strstr(said.data, BEGIN) : NULL;
	if (status == 0 && (code != 0 || !begin))
		status = fault_set(f, FAULT_ADMIN, "%s: ssh-keygen does not sign with it: %.200s",
			settings->signing_key, said.data ? said.data : "");
	if (status == 0 && buf_adds(out, begin) < 0)
		status = fault_memory(f);
	buf_release(&said);
	return status;
}
