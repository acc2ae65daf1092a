#include "common/policy/webhook_formats.h"

#include <string.h>

#define NAME(ID, name) [WEBHOOK_##ID] = #name,
static const char *const names[] = { WEBHOOK_FORMATS(NAME, NAME, NAME) };

const char *webhook_format_name(enum webhook_format format)
{
	return names[format];
}

int webhook_format_find(const char *name)
{
	for (int i = 0; i < WEBHOOK_FORMAT_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}
