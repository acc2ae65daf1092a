#include "common/git/config_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/file.h"

#define VALUE_MAX ((size_t)1 << 20)

struct config_reading {
	FILE *in;
	const char *path;
	int line;
	struct buf name, value;
	size_t section; /* how much of name is the section and its dot */
};

/* The next character; a carriage return before a line feed is passed over. */
static int next(struct config_reading *r)
{
	int c = getc(r->in);

	if (c == '\r') {
		c = getc(r->in);
		if (c != '\n') {
			if (c != EOF)
				(void)ungetc(c, r->in);
			return '\r';
		}
	}
	r->line += c == '\n';
	return c;
}

static void skip_line(struct config_reading *r)
{
	int c;

	do
		c = next(r);
	while (c != '\n' && c != EOF);
}

static int malformed(const struct config_reading *r, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: line %d is not a setting that git understands",
		r->path, r->line);
}

/* `"SUBSECTION"]`, behind the section's name and blanks. */
static bool take_subsection(struct config_reading *r)
{
	int c = next(r);

	while (c == ' ' || c == '\t')
		c = next(r);
	if (c != '"')
		return false;
	(void)buf_addc(&r->name, '.');
	while ((c = next(r)) != '"') {
		if (c == '\\')
			c = next(r);
		if (c == EOF || c == '\n')
			return false;
		(void)buf_addc(&r->name, (char)c);
	}
	return next(r) == ']';
}

/* What stands behind `[`. */
static bool take_section(struct config_reading *r)
{
	int c;

	buf_clear(&r->name);
	while ((c = next(r)) != ']') {
		if (c == ' ' || c == '\t') {
			if (!take_subsection(r))
				return false;
			break;
		}
		if (!isalnum(c) && c != '-' && c != '.')
			return false;
		(void)buf_addc(&r->name, (char)tolower(c));
	}
	(void)buf_addc(&r->name, '.');
	r->section = r->name.len;
	return !r->name.failed;
}

/* What a backslash stands for in a value; 0: nothing that git knows. */
static char escaped(int c)
{
	static const char from[] = "tbn\\\"", to[] = "\t\b\n\\\"";
	const char *at = c > 0 && c < 128 ? strchr(from, c) : NULL;

	return at ? to[at - from] : '\0';
}

/* The value behind `=`, to the end of the line. */
static bool take_value(struct config_reading *r)
{
	bool quoted = false;
	size_t len = 0; /* without the blanks at the end */

	buf_clear(&r->value);
	for (int c = next(r); quoted || (c != '\n' && c != EOF); c = next(r)) {
		if (c == '\n' || c == EOF)
			return false;
		if (!quoted && (c == ' ' || c == '\t')) {
			if (r->value.len)
				(void)buf_addc(&r->value, (char)c);
			continue;
		}
		if (!quoted && (c == '#' || c == ';')) {
			skip_line(r);
			break;
		}
		if (c == '"') {
			quoted = !quoted;
		} else if (c == '\\') {
			c = next(r);
			if (c == '\n')
				continue;
			if (!escaped(c))
				return false;
			(void)buf_addc(&r->value, escaped(c));
		} else {
			(void)buf_addc(&r->value, (char)c);
		}
		len = r->value.len;
	}
	if (r->value.failed || (r->value.len == 0 && buf_adds(&r->value, "") < 0))
		return false;
	r->value.len = len;
	r->value.data[len] = '\0';
	return true;
}

/* A key, and its value if there is one. */
static bool take_setting(struct config_reading *r, int c)
{
	r->name.len = r->section;
	for (; isalnum(c) || c == '-'; c = next(r))
		(void)buf_addc(&r->name, (char)tolower(c));
	while (c == ' ' || c == '\t')
		c = next(r);
	if (c == '=')
		return take_value(r) && !r->name.failed;
	if (c == '#' || c == ';')
		skip_line(r);
	else if (c != '\n' && c != EOF)
		return false;
	buf_clear(&r->value);
	return buf_adds(&r->value, "true") == 0 && !r->name.failed;
}

static int read_all(
	struct config_reading *r, config_file_each *each, void *context, struct fault *f)
{
	int c, status = 0;

	while (status == 0 && (c = next(r)) != EOF) {
		if (c == '\n' || isspace(c))
			continue;
		if (c == '#' || c == ';') {
			skip_line(r);
			continue;
		}
		if (c == '[') {
			status = take_section(r) ? 0 : malformed(r, f);
			continue;
		}
		if (!isalpha(c) || !r->section || !take_setting(r, c))
			return malformed(r, f);
		status = each(context, r->name.data, r->value.data, f);
	}
	return status;
}

/* UTF-8's mark, which some editors put at the beginning: git passes over a whole one. */
static void pass_mark(FILE *in)
{
	if (getc(in) != 0xef || getc(in) != 0xbb || getc(in) != 0xbf)
		(void)fseek(in, 0, SEEK_SET);
}

int config_file_read(const char *path, config_file_each *each, void *context, struct fault *f)
{
	struct config_reading r = {
		.path = path, .line = 1, .name = BUF_INIT(VALUE_MAX), .value = BUF_INIT(VALUE_MAX)
	};
	int status;

	r.in = file_open(path);
	if (!r.in)
		return errno == ENOENT ? 0 : fault_set(f, FAULT_ADMIN, "%s: %m", path);
	pass_mark(r.in);
	status = read_all(&r, each, context, f);
	if (status == 0 && ferror(r.in))
		status = fault_set(f, FAULT_ADMIN, "%s: it cannot be read", path);
	(void)fclose(r.in);
	buf_release(&r.name);
	buf_release(&r.value);
	return status;
}
