/* The verdict object: what log, holds, events and `countersign=json` say of a verdict. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/facts/remedy.h"
#include "common/facts/verdict.h"
#include "common/mark/marks.h"

#define ESCAPED_MAX ((size_t)1 << 20)
#define CUT_TEXT 1024 /* bytes of a text that is cut */

/*
 * The text as a JSON string, escaped first where it is not fit to be shown; never silently missing.
 */
static json_t *shown(struct span bytes)
{
	struct buf text = BUF_INIT(ESCAPED_MAX);
	json_t *string;

	buf_adds(&text, "");
	(void)text_escape(&text, bytes);
	string = text.data ? json_stringn(text.data, text.len) : NULL;
	buf_release(&text);
	return string;
}

/* Whether the string says something else than the bytes: then they are given as base64, too. */
static bool is_escaped(json_t *string, struct span bytes)
{
	return json_string_length(string) != bytes.len ||
	       memcmp(json_string_value(string), bytes.data, bytes.len) != 0;
}

static json_t *plain(const char *text)
{
	return shown(span_of(text ? text : ""));
}

static json_t *base64(struct span bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf text = BUF_INIT(ESCAPED_MAX);
	json_t *string;

	buf_adds(&text, "");
	for (size_t i = 0; i < bytes.len; i += 3) {
		unsigned int n = 0, have = 0;

		for (; have < 3 && i + have < bytes.len; have++)
			n |= (unsigned int)(unsigned char)bytes.data[i + have] << (16 - 8 * have);
		for (unsigned int j = 0; j < 4; j++)
			buf_addc(&text, j <= have ? digits[n >> (18 - 6 * j) & 63] : '=');
	}
	string = text.failed ? NULL : json_stringn(text.data, text.len);
	buf_release(&text);
	return string;
}

static json_t *list_of(names list)
{
	json_t *array = json_array();

	for (; *list; list++)
		json_array_append_new(array, plain(*list));
	return array;
}

static json_t *entry_object(const struct entry *entry, size_t id_len)
{
	char mode[16];

	(void)snprintf(mode, sizeof(mode), "%06o", entry->mode);
	return json_pack("{s:s, s:s}", "mode", mode, "object", oid_text_as(&entry->id, id_len).hex);
}

/* What only findings by content have. */
static void add_content(json_t *object, const struct finding *finding)
{
	const struct {
		const char *key, *value;
	} members[] = { { "kind", finding->kind }, { "confidence", finding->confidence },
		{ "fingerprint", finding->fingerprint }, { "revoke", finding->revoke } };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (members[i].value)
			json_object_set_new(object, members[i].key, plain(members[i].value));
	if (finding->column)
		json_object_set_new(object, "column", json_integer((json_int_t)finding->column));
}

/* What to do about it, the patterns that would have been fine, and when there is room again. */
static bool add_remedy(json_t *object, const struct finding *finding)
{
	struct buf text = BUF_INIT(ESCAPED_MAX);

	remedy_write(&text, finding);
	if (!text.failed)
		json_object_set_new(object, "remedy", shown(buf_span(&text)));
	if (finding->allowed)
		json_object_set_new(object, "allowed", list_of(finding->allowed));
	if (finding->retry_after > 0)
		json_object_set_new(object, "retry_after", json_integer(finding->retry_after));
	buf_release(&text);
	return json_object_get(object, "remedy") != NULL;
}

/* The names one by one: `claude-code, openai-codex`. */
static json_t *agent_names(const char *text)
{
	json_t *list = json_array();

	while (*text) {
		size_t len = strcspn(text, ",");

		json_array_append_new(list, json_stringn(text, len));
		text += len;
		text += strspn(text, ", ");
	}
	return list;
}

static json_t *agent_strictest(const struct finding *finding)
{
	return finding->agent ? plain(finding->agent)
			      : json_stringn(finding->agents, strcspn(finding->agents, ","));
}

static json_t *finding_object(const struct finding *finding, size_t id_len)
{
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:i}", "rule",
		finding->rule, "action", action_name(finding->action), "commit",
		oid_is_zero(&finding->commit) ? "" : oid_text(&finding->commit).hex, "agent",
		agent_strictest(finding), "agents", agent_names(finding->agents), "identified_by",
		identified_by_json(finding->identified_by), "path", shown(finding_path(finding)),
		"line", (json_int_t)finding->line, "old", entry_object(&finding->old, id_len),
		"new", entry_object(&finding->new, id_len), "detail", plain(finding->detail),
		"approvers", list_of(finding->approvers), "approvals", finding->approvals);

	if (!object)
		return NULL;
	if (!finding->withheld && is_escaped(json_object_get(object, "path"), finding->path))
		json_object_set_new(object, "path_base64", base64(finding->path));
	if (!add_remedy(object, finding)) {
		json_decref(object);
		return NULL;
	}
	if (finding->unapprovable)
		json_object_set_new(object, "unapprovable", plain(finding->unapprovable));
	if (finding->observe)
		json_object_set_new(object, "observed", json_true());
	add_content(object, finding);
	return object;
}

/* Cuts the finding's text to what is said of a member that is too long to be kept. */
static void shorten(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	size_t len = CUT_TEXT;
	json_t *cut;

	if (!text || strlen(text) <= CUT_TEXT)
		return;
	while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--; /* not within a character */
	cut = json_stringn(text, len);
	if (cut && json_object_set_new(object, key, cut) == 0)
		json_object_set_new(object, "cut", json_true());
}

/* Makes a finding small that would not fit alone: its texts are cut, and said to be. */
static void make_small(json_t *object)
{
	static const char *const keys[] = { "path", "detail", "remedy" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		shorten(object, keys[i]);
	if (json_object_get(object, "cut"))
		json_object_del(object, "path_base64");
}

/* The finding as it is where there are `most` bytes for all; 0: there is no bound. */
static json_t *fitted(const struct verdict *verdict, size_t which, size_t most)
{
	json_t *object = finding_object(&verdict->findings[which], verdict_id_len(verdict));

	if (object && most && json_dumpb(object, NULL, 0, JSON_COMPACT) > most / 4)
		make_small(object);
	return object;
}

/* Whether the same people are asked for both; with `commits`: of the same commit. */
static bool is_akin(const struct finding *a, const struct finding *b, bool commits)
{
	names one = a->approvers, other = b->approvers;

	for (; *one && *other && strcmp(*one, *other) == 0; one++)
		other++;
	return !*one && !*other && a->approvals == b->approvals &&
	       !a->unapprovable == !b->unapprovable && strcmp(a->rule, b->rule) == 0 &&
	       (!commits || oid_equal(&a->commit, &b->commit));
}

static bool is_first(const struct verdict *verdict, size_t which, bool commits)
{
	size_t i = which;

	while (i && !is_akin(&verdict->findings[i - 1], &verdict->findings[which], commits))
		i--;
	return i == 0;
}

/*
 * Chooses as many findings as have room, the first one in any case: one of each kind, then one of
 * each kind and commit, then others.  Whose finding is left out could not approve it.
 */
static void choose(const struct verdict *verdict, size_t most, bool *chosen)
{
	size_t used = 0;

	for (int pass = most ? 0 : 2; pass < 3; pass++)
		for (size_t i = 0; i < verdict->count && used <= most; i++) {
			json_t *object;

			if (chosen[i] || (pass < 2 && !is_first(verdict, i, pass == 1)))
				continue;
			object = most ? fitted(verdict, i, most) : NULL;
			used += object ? json_dumpb(object, NULL, 0, JSON_COMPACT) : 0;
			chosen[i] = !i || used <= most;
			json_decref(object);
		}
}

static json_t *findings_array(const struct verdict *verdict, size_t most)
{
	bool *chosen = calloc(verdict->count + 1, sizeof(*chosen));
	json_t *array = chosen ? json_array() : NULL;

	if (chosen)
		choose(verdict, most, chosen);
	for (size_t i = 0; array && i < verdict->count; i++)
		if (chosen[i] && json_array_append_new(array, fitted(verdict, i, most)) < 0) {
			json_decref(array);
			array = NULL;
		}
	free(chosen);
	return array;
}

/* The serial is a text: programs lose digits of numbers that are this long. */
static json_t *certificate_object(const struct certificate *certificate)
{
	char serial[24];

	(void)snprintf(serial, sizeof(serial), "%llu", (unsigned long long)certificate->serial);
	return json_pack("{s:s, s:o, s:o, s:s, s:s}", "serial", serial, "key_id",
		plain(certificate->key_id), "principal", plain(certificate->principal), "authority",
		certificate->authority, "key", certificate->key);
}

/* Whose commits were judged, whether or not something was found in them. */
static void add_agents(json_t *object, const struct verdict *verdict)
{
	json_t *agents = json_array();

	for (size_t i = 0; i < verdict->agent_count; i++)
		json_array_append_new(agents, plain(verdict->agents[i]));
	json_object_set_new(object, "agents", agents);
	if (verdict->more_agents)
		json_object_set_new(object, "more_agents", json_true());
}

static void add_certificates(json_t *object, const struct verdict *verdict)
{
	json_t *list = json_array();

	for (size_t i = 0; i < verdict->certificate_count; i++)
		json_array_append_new(list, certificate_object(verdict->certificates[i]));
	json_object_set_new(object, "certificates", list);
	if (verdict->more_certificates)
		json_object_set_new(object, "more_certificates", json_true());
}

json_t *verdict_sessions(const struct verdict *verdict)
{
	json_t *list = json_array();

	for (size_t i = 0; i < verdict->session_count; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "commit",
						    oid_text(&verdict->sessions[i].commit).hex,
						    "where", verdict->sessions[i].where));
	return list;
}

static void add_sessions(json_t *object, const struct verdict *verdict)
{
	json_object_set_new(object, "sessions", verdict_sessions(verdict));
	if (verdict->more_sessions)
		json_object_set_new(object, "more_sessions", json_true());
}

/* Who has said what of it, in their own words. */
static void add_people(json_t *object, const struct verdict *verdict, size_t most)
{
	json_t *approval = NULL, *rejected = NULL;

	if (verdict->approval.by)
		approval = json_pack("{s:o, s:s, s:s, s:s, s:o}", "by", plain(verdict->approval.by),
			"decision", verdict->approval.decision, "hold", verdict->approval.hold,
			"key", verdict->approval.key, "why", plain(verdict->approval.why));
	if (verdict->rejected_by)
		rejected = json_pack("{s:o, s:o}", "who", plain(verdict->rejected_by), "why",
			plain(verdict->rejected_why));
	if (approval && verdict->approval.certificate)
		json_object_set_new(
			approval, "certificate", certificate_object(verdict->approval.certificate));
	if (most && approval)
		shorten(approval, "why");
	if (most && rejected)
		shorten(rejected, "why");
	if (approval)
		json_object_set_new(object, "approval", approval);
	if (rejected)
		json_object_set_new(object, "rejected_by", rejected);
}

/* Who broke the glass, by which signed push. */
static void add_glass(json_t *object, const struct verdict *verdict)
{
	json_t *glass;

	if (!verdict->glass.by)
		return;
	glass = json_pack("{s:o, s:s, s:o, s:s, s:s, s:I}", "by", plain(verdict->glass.by), "key",
		verdict->glass.key, "reason", plain(verdict->glass.reason), "nonce",
		verdict->glass.nonce, "certificate", oid_text(&verdict->glass.certificate).hex,
		"time", (json_int_t)verdict->glass.time);
	json_object_set_new(object, "glass", glass);
}

static json_t *verdict_object(const struct verdict *verdict, const struct verdict_context *context)
{
	const struct ref_update *update = verdict->update;
	json_t *approved = json_array(), *findings = findings_array(verdict, context->most);
	size_t more = verdict->more + verdict->count - json_array_size(findings);
	json_t *object;

	for (size_t i = 0; i < verdict->approved_count; i++)
		json_array_append_new(approved, plain(verdict->approved_by[i]));
	object = json_pack("{s:i, s:o, s:o, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o}",
		"version", 1, "repository", plain(context->repository), "ref",
		plain(verdict_ref(verdict)), "old", oid_text(&update->old).hex, "new",
		oid_text(&update->new).hex, "decision", decision_name(verdict->decision), "account",
		plain(context->account), "hold", verdict->hold, "digest", verdict->digest, "policy",
		context->policy, "approved_by", approved, "findings", findings);
	if (object && verdict->would_be != verdict->decision && !verdict->approved_count)
		json_object_set_new(
			object, "would_be", json_string(decision_name(verdict->would_be)));
	if (object && !verdict->ref_withheld && strcmp(update->name, update->target) != 0)
		json_object_set_new(object, "target", plain(update->target));
	if (object && verdict->decision != DECISION_ALLOW && verdict->count)
		json_object_set_new(
			object, "approvable", json_boolean(remedy_is_approval(verdict)));
	if (object)
		add_people(object, verdict, context->most);
	if (object)
		add_glass(object, verdict);
	if (object && context->replaces)
		json_object_set_new(object, "replaces", json_string(context->replaces));
	if (object && context->held_at && (verdict->decision == DECISION_HOLD || verdict->glass.by))
		json_object_set_new(object, "held_at", plain(context->held_at));
	if (object && context->asked)
		json_object_set_new(object, "asked", json_true());
	if (object && verdict->agent_count)
		add_agents(object, verdict);
	if (object && verdict->certificate_count)
		add_certificates(object, verdict);
	if (object && verdict->session_count)
		add_sessions(object, verdict);
	if (object && more)
		json_object_set_new(object, "more", json_integer((json_int_t)more));
	return object;
}

int verdict_json(const struct verdict *verdict, const struct verdict_context *context,
	struct buf *out, struct fault *f)
{
	json_t *object = verdict_object(verdict, context);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	int status = text ? buf_adds(out, text) : -1;

	free(text);
	json_decref(object);
	return status < 0 ? fault_memory(f) : 0;
}
