/*
 * Passwords on command lines: `tool -u name -p password`, `echo name:password | chpasswd`.
 */
#include "rules/credential/assign.h"
#include "rules/credential/call_site.h"
#include "rules/credential/value_shape.h"

#define REACH 600 /* how far behind the command its option may stand */

static bool stops(char c)
{
	return (unsigned char)c <= ' ' || strchr("\"'`<>|;&)", c) != NULL;
}

/* The word that begins at `at`, which may be quoted. */
static struct span word(struct span b, size_t at)
{
	size_t start = at, end;
	char quote = at < b.len && (b.data[at] == '"' || b.data[at] == '\'') ? b.data[at] : 0;

	if (quote)
		start++;
	for (end = start; end < b.len && end - start < 256; end++)
		if (quote ? b.data[end] == quote || b.data[end] == '\n' : stops(b.data[end]))
			break;
	return (struct span){ b.data + start, end - start };
}

/* What of the word is the password; empty: there is no name before it, and should be. */
static struct span password_of(struct span v, const struct credential_command_site *site)
{
	const char *signs = site->form & SITE_SLASHED ? "/" : ":,%";
	size_t i = 1, end = v.len;

	if (!(site->form & (SITE_NAMED | SITE_SLASHED)))
		return v;
	while (i < v.len && !(v.data[i] && strchr(signs, v.data[i])))
		i++;
	if (i >= v.len)
		return (struct span){ v.data, 0 };
	while (site->form & SITE_SLASHED && end > i + 1 && v.data[end - 1] != '@')
		end--;
	end = end > i + 1 && v.data[end - 1] == '@' ? end - 1 : v.len;
	return (struct span){ v.data + i + 1, end - i - 1 };
}

/* How sure it is; -1: not at all. */
static int weigh(struct span v, const struct credential_command_site *site)
{
	enum value_shape j = v.len < 4 ? SHAPE_NOT : credential_value_shape(v);

	if (j == SHAPE_NOT || strchr("$%-/.<\\", v.data[0]) || memchr(v.data, ' ', v.len))
		return -1;
	if (j >= SHAPE_MIXED)
		return credential_at_most(v, CONFIDENCE_MEDIUM);
	return site->form & SITE_SURE || credential_has(v, "password") ||
			       credential_has(v, "passwd") || (v.data[0] >= '0' && v.data[0] <= '9')
		       ? -1
		       : CONFIDENCE_LOW;
}

static void add(
	struct credential_scan *scan, const struct credential_command_site *site, struct span word)
{
	struct span v = password_of(word, site);
	int confidence = weigh(v, site);
	size_t start = (size_t)(v.data - scan->bytes.data);

	if (confidence >= 0)
		credential_add(scan, (struct credential_found){ start, start + v.len,
					     &credential_builtin[BUILTIN_PASSWORD],
					     (enum confidence)confidence });
}

/* Where the option ends that stands at `at`, or 0. */
static size_t option_end(struct span b, size_t at, const struct credential_command_site *site)
{
	size_t n = strlen(site->option), end = at + 1;

	if (at + n <= b.len && memcmp(b.data + at, site->option, n) == 0)
		return at + n;
	while (end < b.len && end - at < 8 && credential_alnum(b.data[end]))
		end++;
	return site->form & SITE_BUNDLED && end > at + 1 && b.data[end - 1] == site->option[1] ? end
											       : 0;
}

/* The option's value, if the option stands at `at`. */
static struct span value_at(struct span b, size_t at, const struct credential_command_site *site)
{
	size_t next = option_end(b, at, site);
	struct span none = { b.data, 0 };
	bool blank;

	if (at == 0 || !strchr(" \t\n\",[", b.data[at - 1]) || next == 0 || next >= b.len)
		return none;
	blank = strchr(" \t=\"',", b.data[next]) != NULL && b.data[next];
	if (!(site->form & SITE_SPACED) && strchr(" \t=,", b.data[next]))
		return none;
	if (!blank && !(site->form & SITE_ATTACHED))
		return none;
	/* `-p 'x'`, `-p=x`, and `"-p", "x"` in a list */
	if (b.data[next] == '"' && next + 1 < b.len && b.data[next + 1] == ',')
		next += 2;
	while (next < b.len && strchr(" \t=", b.data[next]))
		next++;
	return word(b, next);
}

static bool line_ends(struct span b, size_t at)
{
	return b.data[at] == '\n' && (at == 0 || b.data[at - 1] != '\\');
}

/* The options in the rest of the command's line, from `from` on; returns how far it looked. */
static size_t look_ahead(struct credential_scan *scan, const struct credential_command_site *site,
	size_t from, size_t end)
{
	struct span b = scan->bytes;
	size_t stop = end + REACH < b.len ? end + REACH : b.len, i;

	for (i = from; i < stop && !(i >= end && line_ends(b, i)); i++) {
		struct span v;

		if (b.data[i] != site->option[0])
			continue;
		v = value_at(b, i, site);
		if (v.len == 0)
			continue;
		add(scan, site, v);
		i = (size_t)(v.data + v.len - b.data) - 1;
	}
	return i;
}

/* `echo 'x' | command`: the text that is echoed before. */
static void look_back(struct credential_scan *scan, const struct credential_command_site *site,
	size_t least, size_t start)
{
	struct span b = scan->bytes, v;
	size_t from = start;
	struct cursor c = { b, 0 };

	while (from > least && start - from < 200 && b.data[from - 1] != '\n')
		from--;
	for (c.at = from; c.at < start; c.at++)
		if ((c.at == from || !credential_alnum(b.data[c.at - 1])) &&
			(cursor_take(&c, "echo ") || cursor_take(&c, "printf "))) {
			if (!cursor_take(&c, "-e ") && !cursor_take(&c, "-n "))
				(void)cursor_take(&c, "-ne ");
			cursor_blanks(&c);
			v = word(b, c.at);
			if (!memchr(v.data, '|', start - c.at))
				return;
			add(scan, site, v);
			return;
		}
}

/* The word that so many others stand before, on the same line. */
static void add_by_place(
	struct credential_scan *scan, const struct credential_command_site *site, size_t end)
{
	struct span v = { scan->bytes.data + end, 0 };
	struct cursor c = { scan->bytes, end };

	for (unsigned i = 0; i <= site->words; i++) {
		cursor_blanks(&c);
		v = word(scan->bytes, c.at);
		if (v.len == 0)
			return;
		c.at = (size_t)(v.data + v.len - scan->bytes.data);
		c.at += quote(peek(&c));
		c.at += peek(&c) == ',';
	}
	add(scan, site, v);
}

void credential_command(
	struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const struct credential_command_site *site = &credential_command_sites[t->index];
	size_t start = end - t->length, *to = &scan->command_to[t->index];
	size_t from = end > 4 ? end - 4 : 0;

	if (start > 0 && credential_alnum(scan->bytes.data[start - 1]))
		return;
	credential_works(scan, 40);
	/* What was looked at for one command is not for the next. */
	if (site->option && *site->option) {
		from = from > *to ? from : *to;
		*to = look_ahead(scan, site, from, end);
		credential_works(scan, (*to - from) / 8);
		return;
	}
	if (site->option)
		add_by_place(scan, site, end);
	else if (start > *to)
		look_back(scan, site, *to, start);
	*to = end;
}
