/*
 * Names and passwords in one value: `name:password`, as it is or in base64.
 */
#include "rules/credential/assign.h"

bool credential_pair(struct span v, size_t *at)
{
	const char *colon = memchr(v.data, ':', v.len);
	size_t user = colon ? (size_t)(colon - v.data) : 0;

	if (user < 2 || user > 40 || v.len < user + 6 || memchr(v.data, ' ', v.len))
		return false;
	for (size_t i = 0; i < user; i++)
		if (!credential_alnum(v.data[i]) && !strchr("_-.@", v.data[i]))
			return false;
	*at = user + 1;
	return credential_alnum(v.data[*at]) || strchr("!#*+_", v.data[*at]);
}

/* `auth = "name:password"` */
static bool weigh_pair(struct credential_scan *scan, const struct assigned *a, struct span v)
{
	struct credential_found found = { 0, a->end, &credential_builtin[BUILTIN_PASSWORD],
		CONFIDENCE_MEDIUM };
	struct span password;
	size_t at;

	if (!a->exact || !credential_pair(v, &at) ||
		!(credential_has(a->name, "auth") || credential_has(a->name, "cred")))
		return false;
	password = (struct span){ v.data + at, v.len - at };
	if (memchr(password.data, ':', password.len) || memchr(password.data, '/', password.len) ||
		credential_value_shape(password) < SHAPE_MIXED ||
		!credential_digit_or_sign(password))
		return false;
	found.start = a->start + at;
	if (password.len < 8)
		found.confidence = CONFIDENCE_LOW;
	credential_add(scan, found);
	return true;
}

/* `"auth": "x"`, where x is `name:password` in base64, as Docker keeps it. */
static bool weigh_encoded_pair(
	struct credential_scan *scan, const struct assigned *a, struct span v)
{
	unsigned char raw[512];
	struct span pair;
	size_t at;

	if (!a->exact || !credential_has(a->name, "auth") || v.len < 12 || v.len > 600 ||
		credential_check(CHECK_BASIC, v) != CONFIRMED_YES)
		return false;
	pair = (struct span){ (const char *)raw, credential_unbase64(v, raw, sizeof(raw)) };
	if (!credential_pair(pair, &at) || credential_value_shape((struct span){
						   pair.data + at, pair.len - at }) < SHAPE_MIXED)
		return false;
	credential_add(scan, (struct credential_found){ a->start, a->end,
				     &credential_builtin[BUILTIN_BASIC], CONFIDENCE_MEDIUM });
	return true;
}

bool credential_weigh_pair(struct credential_scan *scan, const struct assigned *a, struct span v)
{
	return weigh_pair(scan, a, v) || weigh_encoded_pair(scan, a, v);
}
