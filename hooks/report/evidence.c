#include "hooks/report/evidence.h"

#include <string.h>
#include <time.h>

/* What a control's measures come to. */
struct sum {
	size_t measures, in_place;
	struct tally tally;
};

static json_t *measure_json(const char *name, const struct measure *measure)
{
	return json_pack("{s:s, s:o, s:s, s:i, s:i, s:i}", "measure", name, "in_place",
		measure->figure ? json_null() : json_boolean(measure->in_place), "says",
		measure->says, "denied", (int)measure->tally.denied, "held",
		(int)measure->tally.held, "warned", (int)measure->tally.warned);
}

static int add_measure(json_t *answers, struct sum *sum, const char *name,
	const struct policy *policy, const struct log_figures *figures, struct fault *f)
{
	struct measure measure;

	if (measure_of(&measure, policy, figures, name, f) < 0)
		return -1;
	sum->measures += !measure.figure;
	sum->in_place += !measure.figure && measure.in_place;
	return json_array_append_new(answers, measure_json(name, &measure)) < 0 ? fault_memory(f)
										: 0;
}

static const char *here(const char *reach, const struct sum *sum)
{
	if (strcmp(reach, "out") == 0)
		return "out of reach";
	if (sum->in_place == sum->measures)
		return "in place";
	return sum->in_place ? "partly in place" : "not in place";
}

/* One control of the mapping, with what answers it here added. */
static int add_control(json_t *controls, json_t *control, const struct policy *policy,
	const struct log_figures *figures, struct fault *f)
{
	const char *reach = json_string_value(json_object_get(control, "reach"));
	json_t *answers = json_array(), *name, *out = json_copy(control);
	struct sum sum = { 0 };
	int status = 0;
	size_t i;

	json_array_foreach(json_object_get(control, "answers"), i, name)
	{
		const char *text = json_string_value(name);

		if (status == 0)
			status = add_measure(answers, &sum, text ? text : "", policy, figures, f);
	}
	(void)json_object_set_new(out, "answers", answers);
	(void)json_object_set_new(out, "here", json_string(here(reach ? reach : "", &sum)));
	if (json_array_append_new(controls, out) < 0)
		return fault_memory(f);
	return status;
}

static int add_framework(json_t *frameworks, json_t *framework, const struct policy *policy,
	const struct log_figures *figures, struct fault *f)
{
	json_t *out = json_copy(framework), *controls = json_array(), *control;
	int status = 0;
	size_t i;

	json_array_foreach(json_object_get(framework, "controls"), i, control)
	{
		if (status == 0)
			status = add_control(controls, control, policy, figures, f);
	}
	(void)json_object_set_new(out, "controls", controls);
	return json_array_append_new(frameworks, out) < 0 ? fault_memory(f) : status;
}

static json_t *figures_json(const struct log_figures *l)
{
	return json_pack(
		"{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:O, "
		"s:{s:I, s:I, s:I}}",
		"since", l->since, "first", l->first, "last", l->last, "rows", (json_int_t)l->rows,
		"decisions", (json_int_t)l->decisions, "allowed", (json_int_t)l->allowed, "denied",
		(json_int_t)l->denied, "held", (json_int_t)l->held, "approved",
		(json_int_t)l->approved, "rejected", (json_int_t)l->rejected, "withdrawn",
		(json_int_t)l->withdrawn, "landed", (json_int_t)l->landed, "stopped",
		(json_int_t)l->stopped, "whole", l->whole, "rules", l->rules, "approvals_kept",
		"good", (json_int_t)l->kept.good, "unknown", (json_int_t)l->kept.unknown, "bad",
		(json_int_t)l->kept.bad);
}

static void now_text(char text[32])
{
	time_t now = time(NULL);
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	(void)strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

json_t *evidence_of(const char *mapping, const struct policy_in_force *in_force,
	const struct log_figures *figures, struct fault *f)
{
	json_error_t error;
	json_t *map = json_load_file(mapping, JSON_REJECT_DUPLICATES, &error), *frameworks,
	       *framework;
	char now[32];
	int status = 0;
	size_t i;

	if (!map) {
		(void)fault_set(f, FAULT_ADMIN, "%s: %s", mapping, error.text);
		return NULL;
	}
	frameworks = json_array();
	json_array_foreach(json_object_get(map, "frameworks"), i, framework)
	{
		if (status == 0)
			status = add_framework(frameworks, framework, in_force->policy, figures, f);
	}
	json_decref(map);
	now_text(now);
	map = json_pack("{s:i, s:s, s:s, s:s, s:o, s:o}", "version", 1, "made", now, "repository",
		repo_git_dir(in_force->repo), "policy", in_force->policy->digest, "log",
		figures_json(figures), "frameworks", frameworks);
	if (map && status == 0)
		return map;
	json_decref(map);
	(void)fault_memory(f);
	return NULL;
}
