#include "common/notify/outbox.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/path/pattern.h"

static bool names_have(names list, const char *name)
{
	for (size_t i = 0; list[i]; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static bool names_meet(names list, names others)
{
	for (size_t i = 0; others[i]; i++)
		if (names_have(list, others[i]))
			return true;
	return false;
}

/* Adds one pattern, with the branch in the place of HEAD.  0 or -1. */
static int add_ref(struct pattern_set *set, int list, const char *pattern, const char *head)
{
	const bool out = *pattern == '!';
	struct buf text = BUF_INIT(4096);
	struct fault ignored = { 0 };
	int status = -1;

	if (strcmp(pattern + out, "HEAD") == 0)
		buf_addf(&text, "%s%s", out ? "!" : "", head ? head : "");
	else
		buf_adds(&text, pattern);
	if (!text.failed && text.len > (size_t)out)
		status = pattern_set_add(set, list, buf_span(&text), &ignored);
	buf_release(&text);
	return status;
}

/* Whether the patterns have the ref; when that cannot be told, yes: rather one message too many. */
static bool refs_have(names patterns, const struct outbox_event *event)
{
	struct fault ignored = { 0 };
	struct pattern_set *set = NULL;
	bool has = true;
	int list = -1;

	if (pattern_set_new(&set, PATTERN_EXACT, &ignored) == 0)
		list = pattern_set_list(set);
	for (size_t i = 0; list >= 0 && patterns[i]; i++)
		if (add_ref(set, list, patterns[i], event->head) < 0)
			list = -1;
	if (list >= 0)
		has = pattern_set_has(set, list, span_of(event->ref));
	pattern_set_free(set);
	return has;
}

bool outbox_wants(const struct webhook *webhook, const struct outbox_event *event)
{
	if (strcmp(event->type, "broken") == 0)
		return true; /* glass was: everyone is told */
	if (webhook->events[0] && !names_have(webhook->events, event->type) &&
		!(event->reminds && names_have(webhook->events, "held")))
		return false;
	if (webhook->refs[0] && event->ref[0] && !refs_have(webhook->refs, event))
		return false;
	if (webhook->rules[0] && event->rules[0] && !names_meet(webhook->rules, event->rules))
		return false;
	return true;
}

/* Each once, however often they are named. */
static void add_address(json_t *to, const char *address)
{
	json_t *known;
	size_t i;

	json_array_foreach(to, i, known) if (strcmp(json_string_value(known), address) == 0) return;
	(void)json_array_append_new(to, json_string(address));
}

static void add_person(json_t *to, const struct policy *policy, const char *name)
{
	const struct person *person = policy_person(policy, name);

	if (person && person->emails[0] && policy_address_is_plain(person->emails[0]))
		add_address(to, person->emails[0]);
}

static void add_group(json_t *to, const struct policy *policy, const char *group)
{
	for (size_t i = 0; i < policy->person_count; i++)
		if (names_have(policy->people[i].groups, group))
			add_person(to, policy, policy->people[i].name);
}

json_t *outbox_addresses(const struct policy *policy, names to, names owners)
{
	json_t *list = json_array();

	for (size_t i = 0; list && to && to[i]; i++) {
		if (policy_address_is_plain(to[i]))
			add_address(list, to[i]);
		else if (!policy)
			continue;
		else if (strcmp(to[i], "owner") == 0)
			for (size_t j = 0; owners[j]; j++)
				add_person(list, policy, owners[j]);
		else if (policy_person(policy, to[i]))
			add_person(list, policy, to[i]);
		else
			add_group(list, policy, to[i]);
	}
	return list;
}

/* Only those whose address is known; where there is none, as ever. */
static json_t *addresses_asked(const struct policy *policy, const struct webhook *webhook,
	const struct outbox_event *event)
{
	json_t *to = json_array();

	for (size_t i = 0; event->asked && event->asked[i]; i++)
		add_person(to, policy, event->asked[i]);
	if (json_array_size(to))
		return to;
	json_decref(to);
	return outbox_addresses(policy, webhook->to, event->owners);
}

/* What the person is called there: what is said for that address goes before the format's. */
static const char *mention_of(const struct person *person, const struct webhook *webhook)
{
	const char *found = NULL;

	for (size_t i = 0; i < person->mention_count; i++) {
		const struct mention *mention = &person->mentions[i];
		bool here = strcmp(mention->of, webhook->url) == 0;

		if (webhook_mention(webhook->format, mention->text).len &&
			(here || (!found && strcmp(mention->of,
						    webhook_format_name(webhook->format)) == 0)))
			found = mention->text;
	}
	return found;
}

/* Who is asked, and has a name there. */
static json_t *mentions(const struct policy *policy, const struct webhook *webhook, names asked)
{
	json_t *list = json_array();

	for (size_t i = 0; asked && asked[i] && json_array_size(list) < WEBHOOK_MENTIONS_MAX; i++) {
		const struct person *person = policy_person(policy, asked[i]);
		const char *text = person ? mention_of(person, webhook) : NULL;

		if (text)
			(void)json_array_append_new(
				list, json_pack("{s:s, s:s}", "person", asked[i], "text", text));
	}
	return list;
}

/*
 * All that the deliverer needs.  Who may only write into the tree gets no file of the server's
 * read.
 */
static char *target_json(const struct policy *policy, const struct webhook *webhook,
	const struct outbox_event *event)
{
	bool files = webhook->layer != LAYER_DELEGATED;
	json_t *target = json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:s*}", "format",
		webhook_format_name(webhook->format), "url", webhook->url, "secret_file",
		files ? webhook->secret_file : NULL, "ca_file", files ? webhook->ca_file : NULL,
		"client_certificate", files ? webhook->client_certificate : NULL, "client_key",
		files ? webhook->client_key : NULL);
	char *text = NULL;

	if (target && webhook->format == WEBHOOK_MAIL)
		(void)json_object_set_new(target, "to",
			event->reminds ? addresses_asked(policy, webhook, event)
				       : outbox_addresses(policy, webhook->to, event->owners));
	else if (target && webhook_format_is_chat(webhook->format))
		(void)json_object_set_new(
			target, "mentions", mentions(policy, webhook, event->asked));
	if (target)
		text = json_dumps(target, JSON_COMPACT);
	json_decref(target);
	return text;
}

/* Takes findings from the end until the text fits; `more` counts what was taken. */
static char *shortened(json_t *body)
{
	json_t *verdict = json_object_get(json_object_get(body, "data"), "verdict");
	json_t *findings = json_object_get(verdict, "findings");
	json_int_t more = json_integer_value(json_object_get(verdict, "more"));
	char *text = json_dumps(body, JSON_COMPACT);

	while (text && strlen(text) > OUTBOX_BODY_MAX && json_array_size(findings)) {
		size_t half = json_array_size(findings) / 2;

		free(text);
		while (json_array_size(findings) > half) {
			(void)json_array_remove(findings, json_array_size(findings) - 1);
			more++;
		}
		(void)json_object_set_new(verdict, "more", json_integer(more));
		text = json_dumps(body, JSON_COMPACT);
	}
	return text;
}

/* The people who answer for the agents that it is about, where there are any. */
static int add_owners(json_t *data, const struct outbox_event *event)
{
	json_t *owners;
	int status = 0;

	if (!event->owners[0])
		return 0;
	owners = json_array();
	for (size_t i = 0; status == 0 && event->owners[i]; i++)
		status = json_array_append_new(owners, json_string(event->owners[i]));
	if (json_object_set_new(data, "owners", owners) < 0)
		return -1;
	return status;
}

/* What it is about, and where it is looked at. */
static int add_change(json_t *data, const struct outbox_event *event)
{
	const struct outbox_change *change = event->change;
	json_t *object;

	if (event->since && json_object_set_new(data, "since", json_string(event->since)) < 0)
		return -1;
	if (event->link && json_object_set_new(data, "link", json_string(event->link)) < 0)
		return -1;
	if (!change)
		return 0;
	object = json_pack("{s:s, s:s, s:I}", "subject", change->subject, "author", change->author,
		"commits", (json_int_t)change->commits);
	if (object && change->files)
		(void)json_object_update_new(object,
			json_pack("{s:I, s:I, s:I}", "files", (json_int_t)change->files, "added",
				(json_int_t)change->added, "deleted", (json_int_t)change->deleted));
	return json_object_set_new(data, "change", object);
}

static char *body_json(const struct outbox_event *event, struct fault *f)
{
	json_error_t error;
	json_t *verdict = json_loads(event->verdict, JSON_REJECT_DUPLICATES, &error);
	json_t *body = NULL;
	char *text = NULL;

	if (verdict)
		body = json_pack("{s:s, s:s, s:{s:s, s:s, s:o}}", "type", event->type, "timestamp",
			event->time, "data", "repository", event->repository, "log", event->log,
			"verdict", verdict);
	if (body && add_owners(json_object_get(body, "data"), event) == 0 &&
		add_change(json_object_get(body, "data"), event) == 0)
		text = shortened(body);
	json_decref(body);
	if (!text)
		(void)fault_set(f, FAULT_INTERNAL, "event %s: %s", event->type,
			verdict ? "not UTF-8, or out of memory" : error.text);
	return text;
}

int outbox_add(struct state *state, const struct policy *policy, const struct outbox_event *event,
	struct fault *f)
{
	char *body = NULL;
	int result = 0;
	bool reminded = false; /* by mail, which goes to the same people whoever else gets mail */

	for (size_t i = 0; result == 0 && i < policy->webhook_count; i++) {
		const struct webhook *webhook = &policy->webhooks[i];
		bool mail = webhook->format == WEBHOOK_MAIL;
		char *target;

		if (!outbox_wants(webhook, event) || (mail && reminded))
			continue;
		reminded = reminded || (mail && event->reminds);
		if (!body)
			body = body_json(event, f);
		if (!body)
			return -1;
		target = target_json(policy, webhook, event);
		result = target ? state_event_add(state,
					  &(struct event){
						  event->type, body, target, event->awaits },
					  f)
				: fault_memory(f);
		free(target);
	}
	free(body);
	return result;
}
