/*
 * What is assigned to a name such as `password`: in code, YAML, JSON, environment files, XML, SQL,
 * shell and properties.
 */
#include "rules/credential/assign.h"
#include "rules/credential/words.h"

#define NAME_MAX 80
#define VALUE_MAX 1024

static bool name_letter(char c)
{
	return credential_alnum(c) || c == '_' || c == '-' || c == '.';
}

/*
 * `$ENV{API_TOKEN}`, `$h->{'password'}`: in braces behind another name; `${PASSWORD}  x`, as robots
 * have it.
 */
static bool subscribed(struct span b, size_t name, size_t stop)
{
	name -= name > 0 && quote(b.data[name - 1]);
	if (name < 2 || b.data[name - 1] != '{')
		return false;
	if (b.data[name - 2] == '$')
		return (name == 2 || b.data[name - 3] == '\n') && stop + 2 < b.len &&
		       b.data[stop + 1] == ' ' && b.data[stop + 2] == ' ';
	return credential_alnum(b.data[name - 2]) || b.data[name - 2] == '>';
}

/*
 * Skips what closes the name that begins at `name`, quotes, brackets and emphasis; returns whether
 * a quote was among them.
 */
static bool close_name(struct cursor *c, size_t name)
{
	bool quoted = false;

	for (int n = 0; n < 4; n++) {
		if (peek(c) == '\\')
			c->at++;
		if (quote(peek(c)))
			quoted = true;
		else if (peek(c) != ']' && peek(c) != '*' &&
			 !(peek(c) == '}' && subscribed(c->bytes, name, c->at)))
			break;
		c->at++;
	}
	return quoted;
}

/* A literal block of YAML: its first line. */
static void block(struct cursor *c)
{
	struct cursor t = *c;

	if (peek(&t) != '|' && peek(&t) != '>')
		return;
	t.at++;
	if (peek(&t) == '-' || peek(&t) == '+')
		t.at++;
	if (peek(&t) == '\r')
		t.at++;
	if (peek(&t) != '\n')
		return;
	t.at++;
	cursor_blanks(&t);
	*c = t;
}

/* `&name "x"`: what YAML calls the value, to say it again elsewhere. */
static void anchor(struct cursor *c)
{
	struct cursor t = *c;

	if (peek(&t) != '&')
		return;
	for (t.at++; credential_alnum(peek(&t)) || peek(&t) == '_' || peek(&t) == '-'; t.at++)
		;
	if (t.at > c->at + 1 && peek(&t) == ' ') {
		*c = t;
		cursor_blanks(c);
	}
}

/* What may stand between an operator and its value. */
static void openers(struct cursor *c)
{
	if (cursor_take_any(c, words_fallbacks)) {
		for (size_t n = 0; n < 100 && peek(c) && !strchr(",)\n", peek(c)); n++)
			c->at++;
		if (peek(c) == ',')
			c->at++;
		cursor_blanks(c);
		return;
	}
	for (int n = 0; n < 3 && cursor_take_any(c, words_value_wrappers); n++)
		cursor_wrap(c);
	/* A list's first; what is not quoted there is a name. */
	if ((peek(c) == '[' || peek(c) == '{') && c->at + 1 < c->bytes.len &&
		quote(c->bytes.data[c->at + 1]))
		c->at++;
	anchor(c);
	block(c);
	cursor_blanks(c);
}

/* Whether the line begins with the name, as settings do: what follows is the value to its end. */
static bool heads_line(struct span b, size_t name)
{
	static const char *const before[] = { "export ", "set ", "- ", NULL };
	struct cursor c = { b, name };

	while (c.at > 0 && name - c.at < 64 && b.data[c.at - 1] != '\n')
		c.at--;
	cursor_blanks(&c);
	(void)cursor_take_any(&c, before);
	c.at += quote(peek(&c));
	return c.at == name;
}

static void bare_value(struct cursor *c, struct assigned *a, const char *stops, bool markup)
{
	size_t i = c->at;

	a->start = i;
	while (i < c->bytes.len && i - a->start < VALUE_MAX &&
		(unsigned char)c->bytes.data[i] > ' ' &&
		!(c->bytes.data[i] == '<' &&
			(markup || (i + 1 < c->bytes.len && c->bytes.data[i + 1] == '/'))) &&
		!strchr(stops, c->bytes.data[i]))
		i++;
	a->end = i;
	while (a->end > a->start && strchr(")]}.\\", c->bytes.data[a->end - 1]) && !markup)
		a->end--;
}

/* Whether the place is within a quoted text, as far as its line tells. */
static bool within_quotes(struct span b, size_t at)
{
	size_t from = at;
	char open = 0;

	while (from > 0 && at - from < 256 && b.data[from - 1] != '\n')
		from--;
	for (; from < at; from++) {
		if (b.data[from] == '\\')
			from++;
		else if (open ? b.data[from] == open : quote(b.data[from]))
			open = open ? 0 : b.data[from];
	}
	return open != 0;
}

/* `creds = ("name", "password")`, `{"name": "password"}`: the second text is the one. */
static void second_of_pair(const struct cursor *first, struct assigned *a)
{
	struct cursor c = { first->bytes, a->end + 1 };
	struct assigned second = *a;

	if (first->at == 0 || !strchr("([{", c.bytes.data[first->at - 1]) || a->call ||
		!(credential_has(a->name, "cred") || credential_has(a->name, "auth")))
		return;
	cursor_blanks(&c);
	if (peek(&c) != ',' && peek(&c) != ':')
		return;
	c.at++;
	cursor_blanks(&c);
	if (!cursor_quoted(&c, &second))
		return;
	*a = second;
	a->class = NAME_PASSWORD;
}

/* `Authorization: Token x`: what the first word says is no part of the credential. */
static void skip_scheme(struct cursor *c, const struct assigned *a)
{
	static const char *const known[] = { "bearer ", "basic ", NULL }; /* looked at elsewhere */
	struct cursor t = *c;

	if (!is_authorization(a->name) || cursor_take_any(&t, known))
		return;
	while (credential_alnum(peek(&t)) || peek(&t) == '-')
		t.at++;
	if (peek(&t) == ' ' && t.at > c->at + 1 && t.at < c->at + 20)
		c->at = t.at + 1;
}

/* The rest of a text that begins within quotes. */
static void without_scheme(const struct cursor *c, struct assigned *a)
{
	struct cursor t = { c->bytes, a->start };

	skip_scheme(&t, a);
	if (t.at < a->end)
		a->start = t.at;
}

/* `username/password: a/b`: the second is the one. */
static void behind_slash(const struct cursor *c, struct assigned *a, size_t name)
{
	const char *d = c->bytes.data, *slash = NULL;
	struct span before = { d + (name > 16 ? name - 16 : 0), name > 16 ? 16 : name };

	for (size_t i = 0; words_account_slashes[i] && !slash; i++)
		if (span_ends(before, words_account_slashes[i]))
			slash = memchr(d + a->start, '/', a->end - a->start);
	if (slash && slash > d + a->start && slash + 1 < d + a->end)
		a->start = (size_t)(slash - d) + 1;
}

/* Where the value stands, if there is one that can be meant literally. */
static bool find_value(
	struct credential_scan *scan, struct cursor *c, struct assigned *a, size_t name)
{
	const char *d = c->bytes.data;

	openers(c);
	if (c->at >= c->bytes.len)
		return false;
	if (cursor_quoted(c, a)) {
		second_of_pair(c, a);
		without_scheme(c, a);
		behind_slash(c, a, name);
		return a->end > a->start;
	}
	skip_scheme(c, a);
	bare_value(c, a,
		(scan->text & TEXT_PLAIN) && !a->markup && heads_line(c->bytes, name) ? ","
										      : "\"'`,;&|",
		a->markup || (c->at > 0 && d[c->at - 1] == '>'));
	behind_slash(c, a, name);
	/* What is long is looked at once, whatever words it holds. */
	if (a->end > c->at + 64)
		scan->assigned_to = a->end;
	if (peek(c) == '<')
		return false;
	a->inner = c->at > 0 &&
		   (d[c->at - 1] == '=' || (d[c->at - 1] == ':' && credential_alnum(peek(c)))) &&
		   (scan->text & TEXT_CODE) && within_quotes(c->bytes, name);
	return credential_literal(scan, a, name) && a->end > a->start;
}

/* The class of the name; a name may go on in a second word. */
static void find_class(struct cursor *c, struct assigned *a, bool said)
{
	a->class = credential_name_class(a->name, &a->exact);
	if (said) {
		a->exact = true;
		a->class = NAME_PASSWORD;
	}
	if (cursor_take(c, " key") || cursor_take(c, " token") || cursor_take(c, " secret"))
		a->class = NAME_SECRET;
}

/*
 * What stands before the name when it comes second: `"x" == `, `"x".equals(`, `strcmp("x", `; or 0.
 */
static size_t compared_first(struct span b, size_t name)
{
	struct span before;
	size_t at = name;

	while (at > 0 && b.data[at - 1] == ' ')
		at--;
	before = (struct span){ b.data + (at > 24 ? at - 24 : 0), at > 24 ? 24 : at };
	if (span_ends(before, "===") || span_ends(before, "!=="))
		return at - 3;
	if (span_ends(before, "==") || span_ends(before, "!="))
		return at - 2;
	if (span_ends(before, ".equals("))
		return at - strlen(".equals(");
	if (span_ends(before, ".equalsIgnoreCase("))
		return at - strlen(".equalsIgnoreCase(");
	return span_ends(before, ",") ? at - 1 : 0;
}

/* `"x" == password` */
static bool value_before(struct span b, size_t name, struct assigned *a)
{
	size_t end = compared_first(b, name), start;
	bool listed = end > 0 && b.data[end] == ',';

	while (end > 0 && b.data[end - 1] == ' ')
		end--;
	if (end < 2 || !quote(b.data[end - 1]))
		return false;
	for (start = --end; start > 0 && end - start < 128; start--)
		if (b.data[start - 1] == b.data[end] || b.data[start - 1] == '\n')
			break;
	if (start == 0 || b.data[start - 1] != b.data[end] || start == end)
		return false;
	if (listed && !span_ends((struct span){ b.data, start - 1 }, "cmp("))
		return false;
	a->start = start;
	a->end = end;
	return a->quoted = a->call = true;
}

/* `${PWD:s@a@b@}`: what the shell makes of a value, not what it is; `passwords. And`: the end. */
static bool is_expanded(struct span b, size_t start, size_t stop)
{
	if (stop > start && b.data[stop - 1] == '.' && stop < b.len && b.data[stop] == ' ')
		return true;
	return start > 1 && b.data[start - 1] == '{' && b.data[start - 2] == '$' &&
	       stop + 2 < b.len && b.data[stop] == ':' && b.data[stop + 1] == 's' &&
	       !credential_alnum(b.data[stop + 2]);
}

void credential_word(struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const char *d = scan->bytes.data;
	size_t start = end - t->length, stop = end;
	struct cursor c = { scan->bytes, 0 };
	struct assigned a = { 0 };
	bool name_quoted;

	/* The last of several words may have been looked at as one that says less. */
	if ((t->index ? end : start) < scan->assigned_to)
		return;
	while (start > 0 && end - start < NAME_MAX && name_letter(d[start - 1]))
		start--;
	while (stop < scan->bytes.len && stop - end < NAME_MAX && name_letter(d[stop]))
		stop++;
	/* `pw->x` is no name `pw-`. */
	while (stop > end && stop < scan->bytes.len && d[stop - 1] == '-' && d[stop] == '>')
		stop--;
	scan->assigned_to = stop;
	credential_works(scan, 20);
	while (start < end && d[start] == '-')
		start++;
	c.at = stop;
	a.name = (struct span){ d + start, stop - start };
	find_class(&c, &a, t->index);
	if (a.class == NAME_NONE || is_expanded(scan->bytes, start, stop))
		return;
	if (value_before(scan->bytes, start, &a)) {
		credential_weigh(scan, &a);
		return;
	}
	credential_works(scan, 30);
	name_quoted = close_name(&c, start);
	if (!cursor_operator(&c, &a, name_quoted, start))
		return;
	/* The shell's folder: `[ "$PWD" = "/tmp" ]` */
	if (start > 0 && d[start - 1] == '$' && span_is(a.name, "PWD"))
		return;
	/* `FUNCTION_PASS("x")` is a compiler's. */
	if (a.call && stop == end && d[end - 1] == 'S')
		return;
	credential_works(scan, 30);
	if (!find_value(scan, &c, &a, start))
		return;
	credential_works(scan, (a.end - a.start) / 2);
	/* `"Password:", "x"` is a text and what follows it. */
	if (a.quoted && !a.answer && !name_quoted && start > 0 && quote(d[start - 1]) &&
		d[a.start - 1] == d[start - 1] && d[a.start - 2] != '\\')
		return;
	credential_weigh(scan, &a);
}
