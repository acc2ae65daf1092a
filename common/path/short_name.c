#include "common/path/short_name.h"

#define STEM 6
#define EXTENSION 3

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool short_name_in(struct span path)
{
	for (size_t i = 1; i + 1 < path.len; i++)
		if (path.data[i] == '~' && is_digit(path.data[i + 1]))
			return true;
	return false;
}

/* The extension without its dot; a dot at the start makes none. */
static struct span extension(struct span name)
{
	size_t at = name.len;

	while (at > 1 && name.data[at - 1] != '.')
		at--;
	if (at <= 1)
		return (struct span){ "", 0 };
	return (struct span){ name.data + at, name.len - at };
}

/* The next letter of a long name that goes into a short one, or 0. */
static char next_letter(struct span *rest)
{
	while (rest->len) {
		char c = rest->data[0];

		*rest = (struct span){ rest->data + 1, rest->len - 1 };
		if (c == '.' || c == ' ')
			continue;
		return strchr("+,;=[]", c) ? '_' : c;
	}
	return 0;
}

static bool is_hex(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_digit(text.data[i]) && !(text.data[i] >= 'a' && text.data[i] <= 'f'))
			return false;
	return true;
}

/* Whether the part before `~` is the long name's first letters; or two of them and a hash of it. */
static bool stem_fits(struct span stem, struct span longer)
{
	size_t same = 0;

	while (same < stem.len && next_letter(&longer) == stem.data[same])
		same++;
	if (same == stem.len)
		return same == STEM || next_letter(&longer) == 0;
	return same >= 2 && stem.len == STEM &&
	       is_hex((struct span){ stem.data + 2, stem.len - 2 });
}

bool short_name_fits(struct span name, struct span longer)
{
	const char *tilde = name.len ? memchr(name.data, '~', name.len) : NULL;
	size_t stem = tilde ? (size_t)(tilde - name.data) : 0, digits = stem + 1;
	struct span ending = extension(longer), rest;

	if (!stem || stem > STEM || longer.len < 2)
		return false;
	while (digits < name.len && is_digit(name.data[digits]))
		digits++;
	if (digits == stem + 1)
		return false;
	rest = (struct span){ name.data + digits, name.len - digits };
	if (rest.len && rest.data[0] != '.')
		return false;
	rest = extension(name);
	if (ending.len > EXTENSION)
		ending.len = EXTENSION;
	longer.len -= extension(longer).len;
	return span_equal(rest, ending) && stem_fits((struct span){ name.data, stem }, longer);
}
