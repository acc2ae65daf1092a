/* Readers of what is counted: amounts, sizes, durations, rates, dates. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/policy/load.h"

#define SIZE_LIKELY 4096 /* hardly anybody limits a file to fewer bytes */

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

/* What people write in the place of a unit, and how many of which unit that is. */
struct unit_alias {
	const char *words[6];
	const char *unit;
	int64_t times;
};

static const struct unit_alias sizes_meant[] = {
	{ { "b", "byte", "bytes" }, "B", 1 },
	{ { "k", "kb", "kib" }, "KiB", 1 },
	{ { "m", "mb", "mib", "" }, "MiB", 1 },
	{ { "g", "gb", "gib" }, "GiB", 1 },
	{ { "t", "tb", "tib" }, "GiB", 1024 },
	{ { NULL }, NULL, 0 },
};

static const struct unit_alias durations_meant[] = {
	{ { "s", "sec", "secs", "second", "seconds" }, "s", 1 },
	{ { "min", "mins", "minute", "minutes" }, "m", 1 },
	{ { "h", "hr", "hrs", "hour", "hours" }, "h", 1 },
	{ { "d", "day", "days", "daily", "" }, "d", 1 },
	{ { "w", "week", "weeks" }, "w", 1 },
	{ { "month", "months", "mo" }, "d", 30 },
	{ { "y", "yr", "year", "years" }, "d", 365 },
	{ { NULL }, NULL, 0 },
};

static const struct unit_alias *unit_meant(const struct unit_alias *units, const char *word)
{
	for (; units->unit; units++)
		for (size_t i = 0; i < 6 && units->words[i]; i++)
			if (strcasecmp(units->words[i], word) == 0)
				return units;
	return NULL;
}

/* `14 days` as ` (did you mean '14d'?)`; empty where nothing is near. */
static void quantity_meant(char *out, size_t size, const char *text, const struct unit_alias *units)
{
	const struct unit_alias *unit;
	int64_t amount;

	out[0] = '\0';
	if (amount_parse(&text, &amount) < 0 || !amount || amount > 1000000)
		return;
	unit = unit_meant(units, text + strspn(text, " \t"));
	if (unit)
		(void)snprintf(out, size, " (did you mean '%" PRId64 "%s'?)", amount * unit->times,
			unit->unit);
}

/* `60 per hour` likewise. */
static void rate_meant(char *out, size_t size, const char *text)
{
	const struct unit_alias *unit;
	int64_t amount;

	out[0] = '\0';
	if (amount_parse(&text, &amount) < 0 || !amount)
		return;
	text += strspn(text, " /");
	text += 4 * (strncasecmp(text, "per ", 4) == 0) + 2 * (strncasecmp(text, "a ", 2) == 0);
	unit = *text ? unit_meant(durations_meant, text) : &durations_meant[2];
	if (unit && unit->times == 1)
		(void)snprintf(out, size, " (did you mean '%" PRId64 "/%s'?)", amount, unit->unit);
	else if (unit)
		(void)snprintf(out, size, " (did you mean '%" PRId64 "/%" PRId64 "%s'?)", amount,
			unit->times, unit->unit);
}

/* A number in text: `30s`, `100k`. */
static int count_in_text(struct policy_loading *l, const struct json_at *at)
{
	const char *text = json_at_text(at), *rest = text;
	int64_t amount = 0;

	if (!text || amount_parse(&rest, &amount) < 0 || !*rest || !amount || amount > 1000000000)
		return policy_wrong_kind(l, at, "a whole number");
	if (strcasecmp(rest, "k") == 0)
		amount *= 1000;
	return policy_wrong(l, at, "must be a whole number, is text: write %" PRId64, amount);
}

int policy_read_count(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const int64_t *most = field->detail;
	int64_t value = json_at_integer(at);

	if (json_at_kind(at) != JSON_KIND_INTEGER)
		return count_in_text(l, at);
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
	int64_t value = json_at_integer(at), amount = value;
	char meant[64];

	if (!text && policy_read_count(l, at, field, out) < 0)
		return -1;
	if (text && (quantity_parse(text, sizes, &value) < 0 || value == 0)) {
		quantity_meant(meant, sizeof(meant), text, sizes_meant);
		return policy_wrong(
			l, at, "'%s' is not a size such as 500KiB, 32MiB or 2GiB%s", text, meant);
	}
	if (text) {
		amount = value;
		*(int64_t *)out = value;
	}
	return amount > 0 && amount < SIZE_LIKELY
		       ? policy_warn(l, at, "is %" PRId64 " bytes: did you mean \"%" PRId64 "%s\"?",
				 amount, amount, amount < 1024 ? "MiB" : "KiB")
		       : 0;
}

int policy_read_duration(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	int64_t value = 0;
	char meant[64];

	(void)field;
	if (!text)
		return policy_wrong_kind(l, at, "text such as 14d");
	if (strcmp(text, "never") != 0 && (quantity_parse(text, durations, &value) < 0 || !value)) {
		quantity_meant(meant, sizeof(meant), text, durations_meant);
		if (strcmp(text, "none") == 0 || strcmp(text, "forever") == 0)
			(void)snprintf(meant, sizeof(meant), " (did you mean 'never'?)");
		return policy_wrong(
			l, at, "'%s' is not a duration such as 12h, 14d or 4w%s", text, meant);
	}
	*(int64_t *)out = value;
	return value && value < 3600
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
	char meant[64];

	(void)field;
	if (!text)
		return policy_wrong_kind(l, at, "text such as 60/h");
	if (rate_parse(text, &rate) < 0) {
		rate_meant(meant, sizeof(meant), text);
		return policy_wrong(
			l, at, "'%s' is not a rate such as 60/h or 200/d%s", text, meant);
	}
	*(struct rate *)out = rate;
	return 0;
}

/* Reads three numbers with one character between them; whether that is all there is. */
static bool three_numbers(const char *text, int64_t numbers[3])
{
	for (int i = 0; i < 3; i++) {
		if (amount_parse(&text, &numbers[i]) < 0 || numbers[i] > 9999)
			return false;
		if (i < 2 && !(*text && strchr("-/. ", *text++)))
			return false;
	}
	return !*text;
}

/* `30.06.2027` and the like as ` (did you mean '2027-06-30'?)`; empty where nothing is near. */
static void date_meant(char *out, size_t size, const char *text)
{
	int64_t numbers[3], value;
	char date[40];
	size_t len = strlen(text);

	out[0] = date[0] = '\0';
	if (three_numbers(text, numbers)) {
		bool year_first = numbers[0] > 999;
		int64_t year = numbers[year_first ? 0 : 2], month = numbers[1],
			day = numbers[year_first ? 2 : 0];

		if (!year_first && strchr(text, '/') && month <= 12 && day <= 12 && month != day)
			return; /* of two countries each would read another date */
		if (month > 12) {
			month = day;
			day = numbers[1];
		}
		(void)snprintf(
			date, sizeof(date), "%04d-%02d-%02d", (int)year, (int)month, (int)day);
	} else if (len == 16 && (text[10] == ' ' || text[10] == 'T')) {
		(void)snprintf(date, sizeof(date), "%.10sT%s:00Z", text, text + 11);
	} else if (len == 19 && (text[10] == ' ' || text[10] == 'T')) {
		(void)snprintf(date, sizeof(date), "%.10sT%sZ", text, text + 11);
	}
	if (*date && key_time_parse(&value, span_of(date)) == 0)
		(void)snprintf(out, size, " (did you mean '%s'?)", date);
}

int policy_read_time(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	int64_t value;
	char meant[64];

	(void)field;
	if (!text)
		return policy_wrong_kind(l, at, "text such as 2027-06-30");
	if (key_time_parse(&value, span_of(text)) < 0) {
		date_meant(meant, sizeof(meant), text);
		if (quantity_parse(text, durations, &value) == 0)
			(void)snprintf(
				meant, sizeof(meant), ": a day is named here, not a time span");
		else if (strcmp(text, "never") == 0)
			(void)snprintf(meant, sizeof(meant), ": leave it out");
		return policy_wrong(l, at,
			"'%s' is not a date such as 2027-06-30 or 2027-06-30T12:00:00Z%s", text,
			meant);
	}
	*(int64_t *)out = value;
	return 0;
}
