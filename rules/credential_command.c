/*
 * Passwords on command lines: `tool -u name -p password`, `echo name:password | chpasswd`.
 */
#include "rules/credential_assign.h"
#include "rules/credential_site.h"

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

/* What stands behind the name; empty: there is no name. */
static struct span behind_name(struct span v)
{
	for (size_t i = 1; i < v.len; i++)
		if (strchr(":,%", v.data[i]))
			return (struct span){ v.data + i + 1, v.len - i - 1 };
	return (struct span){ v.data, 0 };
}

/* How sure it is; -1: not at all. */
static int weigh(struct span v)
{
	enum judged j = v.len < 4 ? JUDGED_NOT : credential_judge(v);

	if (j == JUDGED_NOT || strchr("$%-/.<\\", v.data[0]) || memchr(v.data, ' ', v.len))
		return -1;
	if (j >= JUDGED_MIXED)
		return CONFIDENCE_MEDIUM;
	return credential_has(v, "password") || credential_has(v, "passwd") ||
			       (v.data[0] >= '0' && v.data[0] <= '9')
		       ? -1
		       : CONFIDENCE_LOW;
}

static void add(struct credential_scan *scan, struct span v)
{
	int confidence = weigh(v);
	size_t start = (size_t)(v.data - scan->bytes.data);

	if (confidence >= 0)
		credential_add(
			scan, (struct credential_found){ start, start + v.len,
				      &credential_own[OWN_PASSWORD], (enum confidence)confidence });
}

/* The option's value, if the option stands at `at`. */
static struct span value_at(struct span b, size_t at, const struct credential_command_site *site)
{
	size_t n = strlen(site->option), next = at + n;
	struct span none = { b.data, 0 };
	bool blank;

	if (at == 0 || !strchr(" \t\n\",[", b.data[at - 1]) || next >= b.len ||
		memcmp(b.data + at, site->option, n) != 0)
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
		if (v.len && site->form & SITE_NAMED)
			v = behind_name(v);
		if (v.len == 0)
			continue;
		add(scan, v);
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
			add(scan, site->form & SITE_NAMED ? behind_name(v) : v);
			return;
		}
}

void credential_command(
	struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const struct credential_command_site *site = &credential_command_sites[t->index];
	size_t start = end - t->length, *to = &scan->command_to[t->index];
	size_t from = end > 4 ? end - 4 : 0;

	if (start > 0 && credential_alnum(scan->bytes.data[start - 1]))
		return;
	/* What was looked at for one command is not for the next. */
	if (site->option && *site->option) {
		*to = look_ahead(scan, site, from > *to ? from : *to, end);
		return;
	}
	if (site->option)
		add(scan, word(scan->bytes, end));
	else if (start > *to)
		look_back(scan, site, *to, start);
	*to = end;
}
