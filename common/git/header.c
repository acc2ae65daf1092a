#include "common/git/header.h"

#include <string.h>

#define TIME_DIGITS_MAX 18 /* fits in 63 bits */
#define ZONE_MAX 12

int header_line(struct span *rest, struct span *line)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!end)
		return -1;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	rest->len -= line->len + 1;
	rest->data = end + 1;
	return 0;
}

int header_value(struct span *rest, const char *name, struct span *value)
{
	size_t skip = strlen(name);

	if (!span_starts(*rest, name) || header_line(rest, value) < 0)
		return -1;
	value->data += skip;
	value->len -= skip;
	return 0;
}

int header_oid(struct span *rest, const char *name, struct oid *out)
{
	struct span value;

	return header_value(rest, name, &value) < 0 ? -1 : oid_parse_as(out, out->len, value);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * A zone as programs have written it: `+0000`, `-700`, `--700`, `+051800`.  It means nothing here.
 */
static bool is_zone(struct span text)
{
	size_t digits = 0;

	if (text.len > ZONE_MAX || (text.data[0] != '+' && text.data[0] != '-'))
		return false;
	for (size_t i = 1; i < text.len; i++) {
		if (!is_digit(text.data[i]) && text.data[i] != '+' && text.data[i] != '-')
			return false;
		digits += is_digit(text.data[i]);
	}
	return digits > 0;
}

/* `seconds zone`, to the end of the line; very old programs wrote no zone. */
static int read_time(struct span text, int64_t *time)
{
	size_t n = 0;

	*time = 0;
	for (; n < text.len && is_digit(text.data[n]); n++) {
		if (n == TIME_DIGITS_MAX)
			return -1;
		*time = *time * 10 + (text.data[n] - '0');
	}
	if (n == 0 || (n < text.len && text.data[n] != ' '))
		return -1;
	if (n == text.len)
		return 0;
	text.data += n + 1;
	text.len -= n + 1;
	return text.len && is_zone(text) ? 0 : -1;
}

int header_person(struct span *rest, const char *name, struct person_line *out)
{
	const char *open, *close, *end;

	*out = (struct person_line){ 0 };
	if (header_value(rest, name, &out->raw) < 0 || out->raw.len == 0)
		return -1;
	end = out->raw.data + out->raw.len;
	open = memchr(out->raw.data, '<', out->raw.len);
	if (!open || memchr(open + 1, '<', (size_t)(end - open - 1)))
		return -1;
	close = memchr(open, '>', (size_t)(end - open));
	if (!close || memchr(out->raw.data, '>', (size_t)(open - out->raw.data)) ||
		memchr(close + 1, '>', (size_t)(end - close - 1)))
		return -1;
	if (close + 1 == end || close[1] != ' ')
		return -1;
	out->name = (struct span){ out->raw.data, (size_t)(open - out->raw.data) };
	if (out->name.len && open[-1] == ' ')
		out->name.len--;
	out->email = (struct span){ open + 1, (size_t)(close - open - 1) };
	return read_time((struct span){ close + 2, (size_t)(end - close - 2) }, &out->time);
}
