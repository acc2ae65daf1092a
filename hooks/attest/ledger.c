#include "hooks/attest/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/buf.h"

#define KEY_MAX 65536

static int key_of(struct buf *out, const char *ref, struct fault *f)
{
	return buf_addf(out, "attested:%s", ref) < 0 ? fault_memory(f) : 0;
}

int ledger_read(struct ledger *out, struct state *state, const char *ref, struct fault *f)
{
	struct buf key = BUF_INIT(KEY_MAX);
	char *text = NULL;
	int status = key_of(&key, ref, f);

	out->row = NULL;
	if (status == 0)
		status = state_value(state, key.data, &text, f);
	if (status == 0)
		out->row = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : json_object();
	if (status == 0 && !json_is_object(out->row))
		status = fault_set(f, FAULT_ADMIN, "what was attested of %s is unreadable", ref);
	free(text);
	buf_release(&key);
	return status;
}

int ledger_keep(const struct ledger *ledger, struct state *state, const char *ref, struct fault *f)
{
	struct buf key = BUF_INIT(KEY_MAX);
	char *text = json_dumps(ledger->row, JSON_COMPACT);
	int status = text ? key_of(&key, ref, f) : fault_memory(f);

	if (status == 0)
		status = state_value_set(state, key.data, text, f);
	free(text);
	buf_release(&key);
	return status;
}

void ledger_release(struct ledger *ledger)
{
	json_decref(ledger->row);
	ledger->row = NULL;
}

void ledger_time(char out[32], json_int_t milliseconds)
{
	time_t seconds = (time_t)(milliseconds / 1000);
	struct tm tm;
	char head[24];

	(void)strftime(head, sizeof(head), "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &tm));
	(void)snprintf(out, 32, "%s.%03dZ", head, (int)(milliseconds % 1000));
}

/* What holds with the landing: since it, or since it has held before. */
static void hold(json_t *now, const json_t *before, const char *name, const char *time)
{
	const char *since = json_string_value(json_object_get(before, name));

	json_object_set_new(now, name, json_string(since ? since : time));
}

static void lapse(json_t *lapses, const json_t *now, const json_t *before, const char *why)
{
	const char *name;
	json_t *since;

	/* jansson's loop wants one that may be changed, and does not change it */
	json_object_foreach((json_t *)(uintptr_t)before, name, since)
	{
		if (json_object_get(now, name))
			continue;
		json_array_append_new(lapses, json_sprintf("%s had held since %s: %s", name,
						      json_string_value(since), why));
	}
}

static void add_controls(
	json_t *controls, const json_t *before, const json_t *landing, const char *time)
{
	const char *ref = json_string_value(json_object_get(landing, "ref"));
	bool enforced = json_is_true(json_object_get(landing, "enforced")), tag;

	tag = ref && strncmp(ref, "refs/tags/", 10) == 0;
	if (enforced && json_is_true(json_object_get(landing, "history")))
		hold(controls, before, tag ? CONTROL_TAGS : CONTROL_CONTINUITY, time);
	if (enforced && json_is_true(json_object_get(landing, "reviewed")))
		hold(controls, before, CONTROL_REVIEW, time);
}

int continuity_of(struct continuity *out, const struct ledger *ledger, const json_t *landing,
	const char *gap, struct fault *f)
{
	const json_t *held = json_object_get(ledger->row, "since"),
		     *rules = json_object_get(ledger->row, "rules");
	const char *why = gap ? gap : "it was not enforced for this landing";
	bool enforced = json_is_true(json_object_get(landing, "enforced"));
	json_t *rule;
	char time[32];
	size_t i;

	*out = (struct continuity){ json_object(), json_object(), json_array() };
	if (!out->controls || !out->rules || !out->lapses)
		return fault_memory(f);
	ledger_time(time, json_integer_value(json_object_get(landing, "time")));
	hold(out->controls, gap ? NULL : held, CONTROL_PROVENANCE, time);
	if (!gap)
		add_controls(out->controls, held, landing, time);
	json_array_foreach(json_object_get(landing, "rules"), i, rule)
	{
		if (!gap && enforced && json_is_string(rule))
			hold(out->rules, rules, json_string_value(rule), time);
	}
	if (gap)
		json_array_append_new(out->lapses, json_string(gap));
	lapse(out->lapses, gap ? NULL : out->controls, held, why);
	lapse(out->lapses, out->rules, rules, why);
	return 0;
}

void continuity_release(struct continuity *continuity)
{
	json_decref(continuity->controls);
	json_decref(continuity->rules);
	json_decref(continuity->lapses);
}
