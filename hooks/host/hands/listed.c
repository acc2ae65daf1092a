#include "hooks/host/hands/listed.h"

#include <string.h>
#include <strings.h>

const char *listed_value(const struct buf *listed, const char *name)
{
	const char *found = NULL, *at = listed->data, *end = at ? at + listed->len : at;
	size_t len = strlen(name);

	for (; at < end; at += strlen(at) + 1)
		if (strncasecmp(at, name, len) == 0 && (at[len] == '\n' || !at[len]))
			found = at[len] ? at + len + 1 : "";
	return found;
}

bool listed_has(const struct buf *listed, const struct wanted *wanted)
{
	const char *value = listed_value(listed, wanted->name), *at = listed->data,
		   *end = at ? at + listed->len : at;
	size_t len = strlen(wanted->name);

	for (; wanted->among && at < end; at += strlen(at) + 1)
		if (strncasecmp(at, wanted->name, len) == 0 && at[len] == '\n' &&
			strcmp(at + len + 1, wanted->value) == 0)
			return true;
	return !wanted->among && value && strcmp(value, wanted->value) == 0;
}
