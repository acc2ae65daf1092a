/* Readers of what is counted: amounts, sizes, durations, rates, dates. */
#include <inttypes.h>
#include <string.h>

#include "common/policy/load.h"

struct unit {
	const char *word;
	int64_t factor;
};

static const struct unit durations[] = {
	{ "s", 1 },
	{ "m", 60 },
	{ "h", 3600 },
	{ "d", 86400 },
	{ "w", 604800 },
	{ NULL, 0 },
};

static const struct unit sizes[] = {
	{ "B", 1 },
	{ "KiB", INT64_C(1) << 10 },
	{ "MiB", INT64_C(1) << 20 },
	{ "GiB", INT64_C(1) << 30 },
	{ NULL, 0 },
};

/* Reads digits and moves past them; 0 or -1. */
static int amount_parse(const char **text, int64_t *out)
{
	const char *digit = *text;

	*out = 0;
	for (; *digit >= '0' && *digit <= '9'; digit++) {
		*out = *out * 10 + (*digit - '0');
		if (*out > POLICY_COUNT_MAX)
			return -1;
	}
	if (digit == *text)
		return -1;
	*text = digit;
	return 0;
}

/* The factor of the unit; 0 when there is none of that name. */
static int64_t unit_factor(const struct unit *units, const char *word)
{
	for (; units->word; units++)
		if (strcmp(units->word, word) == 0)
			return units->factor;
	return 0;
}

/* Reads `14d`, all of it; 0 or -1. */
static int quantity_parse(const char *text, const struct unit *units, int64_t *out)
{
	int64_t factor;

	if (amount_parse(&text, out) < 0)
		return -1;
	factor = unit_factor(units, text);
	if (!factor || *out > POLICY_COUNT_MAX / factor)
		return -1;
	*out *= factor;
	return 0;
}

int policy_read_count(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const int64_t *most = field->detail;
	int64_t value = json_at_integer(at);

	if (json_at_kind(at) != JSON_KIND_INTEGER)
		return policy_wrong_kind(l, at, "a whole number");
	if (value < 1 || value > (most ? *most : POLICY_COUNT_MAX))
		return policy_wrong(
			l, at, "must be from 1 to %" PRId64, most ? *most : POLICY_COUNT_MAX);
	*(int64_t *)out = value;
	return 0;
}

int policy_read_size(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	int64_t value;

	if (!text)
		return policy_read_count(l, at, field, out);
	if (quantity_parse(text, sizes, &value) < 0 || value == 0)
		return policy_wrong(
			l, at, "'%s' is not a size such as 500KiB, 32MiB or 2GiB", text);
	*(int64_t *)out = value;
	return 0;
}

int policy_read_duration(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	int64_t value = 0;

	(void)field;
	if (!text)
		return policy_wrong_kind(l, at, "text such as 14d");
	if (strcmp(text, "never") != 0 && (quantity_parse(text, durations, &value) < 0 || !value))
		return policy_wrong(l, at, "'%s' is not a duration such as 12h, 14d or 4w", text);
	*(int64_t *)out = value;
	return value && value < 600
		       ? policy_warn(l, at, "'%s' is %d seconds: did you mean days (d)?", text,
				 (int)value)
		       : 0;
}

/* `60/h`, `200/12h` */
static int rate_parse(const char *text, struct rate *out)
{
	if (amount_parse(&text, &out->amount) < 0 || *text++ != '/' || out->amount == 0)
		return -1;
	out->seconds = unit_factor(durations, text);
	if (out->seconds)
		return 0;
	return quantity_parse(text, durations, &out->seconds) < 0 || !out->seconds ? -1 : 0;
}

int policy_read_rate(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	struct rate rate;

	(void)field;
	if (!text)
		return policy_wrong_kind(l, at, "text such as 60/h");
	if (rate_parse(text, &rate) < 0)
		return policy_wrong(l, at, "'%s' is not a rate such as 60/h or 200/d", text);
	*(struct rate *)out = rate;
	return 0;
}

int policy_read_time(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	int64_t value;

	(void)field;
	if (!text)
		return policy_wrong_kind(l, at, "text such as 2027-06-30");
	if (key_time_parse(&value, span_of(text)) < 0)
		return policy_wrong(l, at,
			"'%s' is not a date such as 2027-06-30 or 2027-06-30T12:00:00Z", text);
	*(int64_t *)out = value;
	return 0;
}
