#include "hooks/review/url.h"

#include <string.h>

static bool stands_for_itself(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("/-._~", c));
}

void url_add(struct buf *out, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.data[i];

		if (stands_for_itself(c))
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

/* The value of a hexadecimal digit, or -1. */
static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One value of a query: `+` is a blank.  0 or -1. */
static int decode(struct buf *out, struct span text)
{
	buf_adds(out, "");
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i] == '+' ? ' ' : text.data[i];

		if (c == '%') {
			bool whole = i + 2 < text.len;
			int high = whole ? digit(text.data[i + 1]) : -1;
			int low = whole ? digit(text.data[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (!c || buf_addc(out, c) < 0)
			return -1;
	}
	return 0;
}

bool url_parameter(const char *query, const char *name, struct buf *out)
{
	size_t len = strlen(name);

	while (*query) {
		size_t part = strcspn(query, "&");

		if (part > len && strncmp(query, name, len) == 0 && query[len] == '=')
			return decode(out, (struct span){ query + len + 1, part - len - 1 }) == 0;
		query += part + (query[part] == '&');
	}
	return false;
}

bool url_path_is_sound(const char *path)
{
	if (*path != '/')
		return false;
	while (*path == '/') {
		size_t len = strcspn(++path, "/");

		if ((!len && *path) || (len && strspn(path, ".") == len))
			return false;
		path += len;
	}
	return true;
}
