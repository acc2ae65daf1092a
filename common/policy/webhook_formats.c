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

bool webhook_format_is_chat(int format)
{
#define EQUALS(ID, name) || format == WEBHOOK_##ID
	return false WEBHOOK_CHATS(EQUALS);
#undef EQUALS
}

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Whether all of it is of these letters, and there are so many of them. */
static bool consists(struct span text, const char *letters, size_t least, size_t most)
{
	if (text.len < least || text.len > most)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!text.data[i] || !strchr(letters, text.data[i]))
			return false;
	return true;
}

/* Names that Mattermost takes for everybody in the room. */
static bool is_everybody(struct span name)
{
	return span_is(name, "@all") || span_is(name, "@here") || span_is(name, "@channel") ||
	       span_is(name, "@everyone") || span_is(name, "@group") || span_is(name, "@room");
}

static bool names_one(enum webhook_format format, struct span text)
{
	const struct span rest = { text.data + 1, text.len ? text.len - 1 : 0 };

	switch (format) {
	case WEBHOOK_SLACK:
		if (text.len && text.data[0] == '@')
			return consists(rest, SMALL DIGITS "._-", 1, 64) && !is_everybody(text);
		return text.len && (text.data[0] == 'U' || text.data[0] == 'W') &&
		       consists(rest, CAPITALS DIGITS, 4, 30);
	case WEBHOOK_DISCORD:
		return consists(text, DIGITS, 5, 20);
	case WEBHOOK_TEAMS:
		return consists(text, CAPITALS SMALL DIGITS "._%+@-", 3, 254);
	default:
		return false;
	}
}

struct span webhook_mention(enum webhook_format format, const char *text)
{
	struct span id = span_of(text);

	if (format != WEBHOOK_TEAMS && id.len > 3 && memcmp(text, "<@", 2) == 0 &&
		text[id.len - 1] == '>') {
		id.data += 2;
		id.len -= 3;
		if (format == WEBHOOK_DISCORD && id.data[0] == '!') {
			id.data++;
			id.len--;
		}
	}
	if (!names_one(format, id))
		id.len = 0;
	return id;
}
