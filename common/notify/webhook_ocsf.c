/*
 * The Open Cybersecurity Schema Framework, 1.2: what was found is a Detection Finding, what people
 * did an API Activity.  The whole of our event is under `unmapped`.
 *
 * No address of the pusher is known here, so the source of an activity is the service by which it
 * came.
 */
#include <string.h>

#include "common/notify/webhook_record.h"

#define DESCRIPTION_BYTES 8000

enum ocsf_class {
	DETECTION_FINDING = 2004,
	API_ACTIVITY = 6003,
};

/* A number of the schema and its caption. */
struct named {
	int id;
	const char *name;
};

static const struct named create = { 1, "Create" }, found_again = { 2, "Update" },
			  update = { 3, "Update" }, delete = { 4, "Delete" },
			  other = { 99, "Other" };
static const struct named informational = { 1, "Informational" }, low = { 2, "Low" },
			  medium = { 3, "Medium" }, high = { 4, "High" },
			  critical = { 5, "Critical" };

static const struct kind {
	const char *type;
	enum ocsf_class class;
	const struct named *activity, *severity;
	const char *operation, *service; /* of an activity */
} kinds[] = {
	{ "held", DETECTION_FINDING, &create, &medium, NULL, NULL },
	{ "reminded", DETECTION_FINDING, &found_again, &medium, NULL, NULL },
	{ "denied", DETECTION_FINDING, &create, &high, NULL, NULL },
	{ "warned", DETECTION_FINDING, &create, &low, NULL, NULL },
	{ "broken", DETECTION_FINDING, &create, &high, NULL, NULL },
	{ "paid", API_ACTIVITY, &update, &informational, "approve", "git" },
	{ "changed", API_ACTIVITY, &update, &medium, "configure", "countersign" },
	{ "tampered", DETECTION_FINDING, &create, &critical, NULL, NULL },
	{ "approved", API_ACTIVITY, &create, &informational, "approve", "git" },
	{ "rejected", API_ACTIVITY, &create, &informational, "reject", "git" },
	{ "withdrawn", API_ACTIVITY, &delete, &informational, "withdraw", "git" },
	{ "landed", API_ACTIVITY, &update, &informational, "land", "git" },
	{ "stopped", API_ACTIVITY, &create, &medium, "stop", "countersign" },
	{ "resumed", API_ACTIVITY, &delete, &informational, "resume", "countersign" },
	{ NULL, API_ACTIVITY, &other, &informational, "event", "countersign" },
};

static const struct kind *kind_of(const char *type)
{
	const struct kind *kind = kinds;

	while (kind->type && strcmp(kind->type, type) != 0)
		kind++;
	return kind;
}

/* The text of that member; NULL where there is none. */
static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : NULL;
}

/* What binds the events about one hold together; NULL: it is about none. */
static const char *hold_of(const json_t *verdict)
{
	const char *hold = text_of(json_object_get(verdict, "approval"), "hold");

	return hold ? hold : text_of(verdict, "hold");
}

static json_t *classification(const struct kind *kind, const char *type)
{
	const bool found = kind->class == DETECTION_FINDING;
	const char *class = found ? "Detection Finding" : "API Activity";
	const char *activity = kind->activity == &other ? type : kind->activity->name;

	return json_pack("{s:i, s:s, s:i, s:s, s:i, s:s, s:i, s:s++, s:i, s:s, s:i, s:s}",
		"activity_id", kind->activity->id, "activity_name", activity, "category_uid",
		found ? 2 : 6, "category_name", found ? "Findings" : "Application Activity",
		"class_uid", kind->class, "class_name", class, "type_uid",
		kind->class * 100 + kind->activity->id, "type_name", class, ": ", activity,
		"severity_id", kind->severity->id, "severity", kind->severity->name, "status_id", 1,
		"status", found ? "New" : "Success");
}

static json_t *metadata(const struct webhook_record *record, const json_t *verdict)
{
	return json_pack("{s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:s, s:s*, s:O*}", "version",
		"1.2.0", "product", "name", "Countersign", "vendor_name", "Countersign", "version",
		COUNTERSIGN_VERSION, "uid", record->event->id, "event_code",
		record->event->event.type, "log_name", "countersign", "log_provider", "countersign",
		"correlation_uid", hold_of(verdict), "original_time",
		json_object_get(record->body, "timestamp"));
}

/* Who did it: the person of an approval, who stopped an agent, or the account that pushed. */
static json_t *actor(const json_t *verdict, const char *agent)
{
	const char *by = text_of(json_object_get(verdict, "approval"), "by");

	if (!by)
		by = text_of(verdict, "by");
	if (!by)
		by = text_of(verdict, "account");
	return by ? json_pack("{s:{s:s}, s:s*}", "user", "name", by, "app_name", agent)
		  : json_pack("{s:s}", "app_name", agent ? agent : "Countersign");
}

/* The repository, and the ref with its values. */
static json_t *resources(json_t *data, json_t *verdict)
{
	const char *repository = text_of(data, "repository"), *ref = text_of(verdict, "ref");
	json_t *list = json_pack(
		"[{s:s, s:s}]", "type", "repository", "name", repository ? repository : "unknown");

	if (list && ref &&
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:{s:O*, s:O*}}", "type", "ref", "name", ref,
				      "data", "old", json_object_get(verdict, "old"), "new",
				      json_object_get(verdict, "new"))) < 0) {
		json_decref(list);
		return NULL;
	}
	return list;
}

/* The file of a finding: its kind by the mode that it has now, or had. */
static json_t *file_of(const json_t *finding)
{
	const char *path = text_of(finding, "path"), *slash = path ? strrchr(path, '/') : NULL;
	const char *mode = text_of(json_object_get(finding, "new"), "mode");
	int type = 0;

	if (!path)
		return NULL;
	if (!mode || strspn(mode, "0") == strlen(mode))
		mode = text_of(json_object_get(finding, "old"), "mode");
	if (mode)
		type = strncmp(mode, "100", 3) == 0 ? 1 : strcmp(mode, "120000") == 0 ? 7 : 99;
	return json_pack("{s:s, s:s, s:i}", "name", slash && slash[1] ? slash + 1 : path, "path",
		path, "type_id", type);
}

/* Each finding whole, beside what the schema has a place for. */
static json_t *evidences(const json_t *verdict)
{
	json_t *list = json_array(), *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		json_t *file = file_of(finding);

		if (json_array_append_new(list, json_pack("{s:o, s:o*, s:O}", "actor",
							actor(verdict, text_of(finding, "agent")),
							"file", file, "data", finding)) == 0)
			continue;
		json_decref(list);
		return NULL;
	}
	return list;
}

static bool has_rule(const json_t *analytics, const char *rule)
{
	json_t *known;
	size_t i;

	json_array_foreach(
		analytics, i, known) if (strcmp(text_of(known, "name"), rule) == 0) return true;
	return false;
}

/* The rules that found something, each once. */
static json_t *analytics(const json_t *verdict)
{
	json_t *list = json_array(), *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		const char *rule = text_of(finding, "rule");

		if (rule && !has_rule(list, rule))
			(void)json_array_append_new(
				list, json_pack("{s:s, s:s, s:i, s:s}", "name", rule, "uid", rule,
					      "type_id", 1, "type", "Rule"));
	}
	return list;
}

static void add_as_is(struct buf *out, const char *text)
{
	(void)buf_adds(out, text);
}

static json_t *finding_info(const struct webhook_record *record, json_t *data, json_t *verdict)
{
	json_t *rules = analytics(verdict), *first = json_incref(json_array_get(rules, 0));
	const char *uid =
		text_of(verdict, "digest") ? text_of(verdict, "digest") : text_of(data, "log");
	struct buf text = BUF_INIT(DESCRIPTION_BYTES + 64);
	json_t *info;

	(void)json_array_remove(rules, 0);
	webhook_message_findings(record->message, &text, DESCRIPTION_BYTES, add_as_is);
	info = json_pack("{s:s, s:s, s:I, s:s*, s:s*, s:o*}", "uid", uid ? uid : record->event->id,
		"title", record->message->title, "created_time", (json_int_t)record->event->created,
		"desc", text.data, "src_url", record->message->link, "analytic", first);
	if (info && json_array_size(rules))
		(void)json_object_set(info, "related_analytics", rules);
	json_decref(rules);
	buf_release(&text);
	return info;
}

json_t *webhook_ocsf(const struct webhook_record *record)
{
	const struct kind *kind = kind_of(record->event->event.type);
	json_t *data = json_object_get(record->body, "data");
	json_t *verdict = json_object_get(data, "verdict"), *more = NULL;
	json_t *json = classification(kind, record->event->event.type);

	if (json)
		more = json_pack("{s:I, s:s, s:o, s:o, s:{s:O}}", "time",
			(json_int_t)record->event->created, "message", record->message->title,
			"metadata", metadata(record, verdict), "resources",
			resources(data, verdict), "unmapped", "countersign", data);
	if (!more || json_object_update_new(json, more) < 0)
		goto fail;
	if (kind->class == DETECTION_FINDING)
		more = json_pack("{s:o, s:o}", "finding_info", finding_info(record, data, verdict),
			"evidences", evidences(verdict));
	else
		more = json_pack("{s:o, s:{s:s, s:{s:s}}, s:{s:s}}", "actor", actor(verdict, NULL),
			"api", "operation", kind->operation, "service", "name", kind->service,
			"src_endpoint", "svc_name", kind->service);
	if (more && json_object_update_new(json, more) == 0)
		return json;
fail:
	json_decref(json);
	return NULL;
}
