/*
 * What stands between a name and its value: a sign, a bracket, or what a format has there.
 */
#include "rules/credential/assign.h"
#include "rules/credential/words.h"

/*
 * A type between a name and ` = `: `password: str = `, `key []byte = `, `Password As String = `,
 * `Password : constant String := `.
 */
static void skip_type(struct cursor *c)
{
	struct cursor t = *c;
	size_t n = 0;

	if (cursor_take(&t, " { get; set; } =") || cursor_take(&t, " { get; } =")) {
		c->at = t.at - 1;
		return;
	}
	if (!cursor_take(&t, " as ")) {
		cursor_blanks(&t);
		t.at += peek(&t) == '!' || peek(&t) == '?';
		t.at += peek(&t) == ':';
	}
	/* COBOL's picture */
	if (cursor_take(&t, "pic ") && cursor_go_behind(&t, " value ", ".\n")) {
		c->at = t.at - 1;
		return;
	}
	cursor_blanks(&t);
	(void)cursor_take(&t, "constant ");
	while (n < 40 && peek(&t) &&
		(credential_alnum(peek(&t)) || strchr("_&'[]*?<>.|", peek(&t))))
		t.at++, n++;
	/* `varchar(64)` */
	if (n && peek(&t) == '(' && cursor_go_behind(&t, ")", " \n=,"))
		n++;
	if (n && (cursor_take(&t, " = ") || cursor_take(&t, " =\n")))
		c->at = t.at - 2;
	else if (n && cursor_take(&t, " := "))
		c->at = t.at - 3;
}

/*
 * `expect "assword:" { send "x\r" }`, `.expect("Password:")` and on the next line `.sendline("x")`
 */
static bool answered(struct cursor *c)
{
	static const char *const sends[] = { "send ", "exp_send ", NULL };
	struct cursor t = *c;

	for (size_t n = 0; n < 24 && peek(&t) && strchr(":;*?\"'{} \t\r\n", peek(&t)); n++)
		t.at++;
	if (cursor_take_any(&t, sends))
		(void)cursor_take(&t, "-- ");
	else if (peek(&t) != ')' || !cursor_go_behind(&t, ".sendline(", ";=#{"))
		return false;
	if (!quote(peek(&t)))
		return false;
	*c = t;
	return true;
}

/* `strcmp(password, "x")`, `CURLOPT_USERPWD, "x"`, `{password, "x"}` */
static bool is_compared(const struct cursor *c, size_t name)
{
	struct span before = { c->bytes.data + (name > 24 ? name - 24 : 0), name > 24 ? 24 : name };

	return memmem(before.data, before.len, "cmp(", 4) ||
	       memmem(before.data, before.len, "cpy(", 4) ||
	       memmem(before.data, before.len, "quals(", 6) ||
	       memmem(before.data, before.len, "compare_digest(", 15) ||
	       words_one_in(&words_setters, before) ||
	       cursor_take(&(struct cursor){ c->bytes, name }, "curlopt_") ||
	       (name > 0 && c->bytes.data[name - 1] == '{');
}

/* `:password, 'x'`, as Ruby has it. */
static bool is_symbol(const struct cursor *c, size_t name)
{
	return name > 1 && c->bytes.data[name - 1] == ':' && strchr(" (,", c->bytes.data[name - 2]);
}

/* `force_samr_18` */
static bool joined_words(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (!v.data[i] || !strchr("abcdefghijklmnopqrstuvwxyz0123456789_:.", v.data[i]))
			return false;
	return memchr(v.data, '_', v.len) != NULL;
}

/* `min:16`, `unique:users2`: what a form asks of a field. */
static bool demand(struct span v)
{
	size_t i = 0;

	while (i < v.len && v.data[i] >= 'a' && v.data[i] <= 'z')
		i++;
	return i > 0 && i < v.len && v.data[i] == ':' &&
	       credential_value_shape((struct span){ v.data + i + 1, v.len - i - 1 }) < SHAPE_MIXED;
}

/* `inject2FaToken`: the name of one; passwords that hold such a word have more digits. */
static bool is_name(struct span v)
{
	size_t digits = 0;
	bool exact;

	for (size_t i = 0; i < v.len; i++) {
		if (!credential_alnum(v.data[i]) && v.data[i] != '_')
			return false;
		digits += v.data[i] >= '0' && v.data[i] <= '9';
	}
	return digits < 2 && credential_name_class(v, &exact) != NAME_NONE &&
	       credential_value_shape(v) < SHAPE_RANDOM;
}

/* `"smtp_user", "smtp_pass", "smtp_log"`: names, which no digit or sign tells from a value. */
static bool in_list(const struct cursor *c, size_t at)
{
	struct cursor t = *c;
	struct assigned a = { 0 };
	struct span v;

	while (at > 0 && strchr(" \t\r\n", c->bytes.data[at - 1]))
		at--;
	t.at++;
	cursor_space(&t);
	if (at == 0 || !cursor_quoted(&t, &a) || a.end == a.start)
		return false;
	v = (struct span){ t.bytes.data + a.start, a.end - a.start };
	/* Behind others it may have a digit, too. */
	return strchr(",[", c->bytes.data[at - 1])
		       ? joined_words(v) || !credential_digit_or_sign(v) || is_name(v) || demand(v)
		       : joined_words(v) && !credential_digit_or_sign(v);
}

/* `("password", "x")`: a text that is a name, and what is given to it. */
static bool is_argument(const struct cursor *c, size_t name)
{
	while (name > 0 && strchr("-#:@", c->bytes.data[name - 1]))
		name--;
	return name > 0 && quote(c->bytes.data[name - 1]) && !in_list(c, name - 1);
}

/* `NAME` and on the next line `= "value"`. */
static bool operator_below(struct cursor *c)
{
	struct cursor t = *c;

	t.at++;
	cursor_blanks(&t);
	if (!cursor_take(&t, "= "))
		return false;
	c->at = t.at - 2;
	return true;
}

/* `("password", default="x")`: the argument that is the value when nothing is given. */
static void skip_to_default(struct cursor *c)
{
	static const char *const signs[] = { "=", ":", NULL };
	struct cursor t = *c;

	if (cursor_go_behind(&t, "defaultvalue", "\n)") || cursor_go_behind(&t, "default", "\n)")) {
		cursor_blanks(&t);
		if (cursor_take_any(&t, signs))
			*c = t;
	}
	cursor_blanks(c);
}

/* `<password type="text">x` */
static void skip_attributes(struct cursor *c, size_t name)
{
	struct cursor t = *c;

	if (name > 0 && c->bytes.data[name - 1] == '<' && cursor_go_behind(&t, ">", "<\n/"))
		c->at = t.at - 1;
}

/* `<password>x`, `<Password><Value>x` */
static void enter_element(struct cursor *c, size_t name)
{
	c->at++;
	if (name > 0 && c->bytes.data[name - 1] == '<') {
		cursor_space(c);
		(void)cursor_take(c, "<value>");
	}
}

/* `set password to "x"` */
static bool is_set(const struct cursor *c, size_t name)
{
	return name >= 4 && cursor_take(&(struct cursor){ c->bytes, name - 4 }, "set ");
}

/* `password{"x"}` of C++ */
static bool is_braced(struct cursor *c)
{
	bool braced = peek(c) == '{' && c->at + 1 < c->bytes.len && quote(c->bytes.data[c->at + 1]);

	c->at += braced;
	return braced;
}

bool cursor_operator(struct cursor *c, struct assigned *a, bool quoted, size_t name)
{
	static const char *const signs[] = { ":::=", "::=", ":=", "+=", "+:", ":: ", ".=", "~=",
		"&=", "//=", "&&=", "^=", "|=", "<<-", "=>", "：", "===", "!==", "==", "!=", "=~",
		"<-", "->", "||=", "?\?=", "?=", "?:", "||", "??", "<<<", "=", ":", NULL };
	size_t before = c->at;

	skip_type(c);
	cursor_blanks(c);
	a->answer = answered(c);
	if (a->answer || cursor_beside_value(c, quoted)) {
		cursor_blanks(c);
		return true;
	}
	if (!quoted && cursor_on_line_below(c, a))
		return a->plain = true;
	if (peek(c) == '\n' && !operator_below(c))
		return false;
	if (cursor_take_any(c, signs)) {
		/* A member of C: `pw->pw_uid` */
		if (c->bytes.data[c->at - 1] == '>' && c->bytes.data[c->at - 2] == '-' &&
			!quote(peek(c)) && !(peek(c) == ' ' && quote(c->bytes.data[c->at + 1])))
			return false;
		/* `input[type=password]::placeholder` */
		if (peek(c) == ':' && c->bytes.data[c->at - 1] == ':')
			return false;
		/* `**Password:** x` */
		if (cursor_take(c, "** "))
			cursor_blanks(c);
		cursor_blanks(c);
		cursor_wrap(c);
		return true;
	}
	if ((peek(c) == ',' && (is_compared(c, name) || is_symbol(c, name) ||
				       (quoted && is_argument(c, name)))) ||
		peek(c) == '(') {
		if (c->bytes.data[c->at++] == '(')
			cursor_wrap(c);
		cursor_blanks(c);
		skip_to_default(c);
		return a->call = true;
	}
	skip_attributes(c, name);
	if (peek(c) == '>') {
		enter_element(c, name);
		return a->plain = a->markup = true;
	}
	if (is_braced(c))
		return a->call = true;
	if (cursor_take_any(c, words_value_marks))
		return true;
	if (!quoted && is_set(c, name) && cursor_take(c, "to "))
		return a->plain = quote(peek(c));
	if (!quoted && cursor_in_prose(c, a))
		return a->plain = true;
	a->plain = true;
	return c->at > before;
}
