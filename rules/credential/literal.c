/*
 * Whether a value without quotes is meant literally, and is no name, type, help text or prose.
 */
#include "rules/credential/assign.h"
#include "rules/credential/words.h"

/* Whether the word stands on the lines around. */
static bool line_has(struct span bytes, size_t at, const char *word)
{
	size_t from = at > 160 ? at - 160 : 0;
	size_t to = at + 80 < bytes.len ? at + 80 : bytes.len;

	return credential_has((struct span){ bytes.data + from, to - from }, word);
}

bool credential_lines_have(struct span bytes, size_t at, const char *const *words)
{
	for (; *words; words++)
		if (line_has(bytes, at, *words))
			return true;
	return false;
}

/* Whether nothing but white space stands between the value and the end of its line. */
static bool ends_line(struct span b, size_t at)
{
	while (at < b.len && (b.data[at] == ' ' || b.data[at] == '\t' || b.data[at] == '\r'))
		at++;
	return at == b.len || b.data[at] == '\n';
}

bool credential_digit_or_sign(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if ((v.data[i] >= '0' && v.data[i] <= '9') || strchr("!#$%&*+?@^~", v.data[i]))
			return true;
	return false;
}

/* `LPCWSTR`, `PASSWORT`: a type, or a word for what is to be put there. */
static bool all_capitals(struct span v)
{
	if (v.len >= 16)
		return false;
	for (size_t i = 0; i < v.len; i++)
		if ((v.data[i] < 'A' || v.data[i] > 'Z') && v.data[i] != '_')
			return false;
	return true;
}

/* `MXQ_KEYPARAM_EC_P256R1` */
static bool constant(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (v.data[i] >= 'a' && v.data[i] <= 'z')
			return false;
	return memchr(v.data, '_', v.len) != NULL;
}

/* `krb5_db_def_fetch_mkey`, a name of the program's. */
static bool identifier(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (!credential_alnum(v.data[i]) && v.data[i] != '_')
			return false;
	return memchr(v.data, '_', v.len) && (v.data[0] < '0' || v.data[0] > '9');
}

static bool starts_line(struct span b, size_t at)
{
	while (at > 0 && (b.data[at - 1] == ' ' || b.data[at - 1] == '\t'))
		at--;
	return at == 0 || b.data[at - 1] == '\n';
}

/* `data.parameter.db.value`: where code or a template finds it. */
static bool dotted(struct span v)
{
	size_t dots = 0;

	for (size_t i = 0; i < v.len; i++) {
		bool dot = v.data[i] == '.';

		if (!dot && !credential_alnum(v.data[i]) && v.data[i] != '_')
			return false;
		if ((i == 0 || v.data[i - 1] == '.') &&
			(dot || (v.data[i] >= '0' && v.data[i] <= '9')))
			return false;
		dots += dot;
	}
	return dots >= 2;
}

/* `password x` between other words: a directive or an option, or else prose. */
static bool directive(const struct credential_scan *scan, const struct assigned *a, struct span v)
{
	enum value_shape j = credential_value_shape(v);

	if (j < SHAPE_MIXED)
		return false;
	if (a->class == NAME_PASSWORD && ends_line(scan->bytes, a->end) &&
		(credential_digit_or_sign(v) ||
			starts_line(scan->bytes, (size_t)(a->name.data - scan->bytes.data))))
		return true;
	return (a->end == scan->bytes.len || scan->bytes.data[a->end] != ' ') &&
	       (j == SHAPE_RANDOM ||
		       credential_lines_have(scan->bytes, a->start, words_directives));
}

/* `--password  asks for it` in a help text, and `--password WORD` that stands for one. */
static bool help_text(const struct credential_scan *scan, const struct assigned *a, struct span v)
{
	size_t blanks = 0;

	while (blanks < a->start && strchr(" \t", scan->bytes.data[a->start - 1 - blanks]))
		blanks++;
	return blanks > 1 || all_capitals(v);
}

/* `password: and more words`: no value ends so. */
static bool goes_on(struct span b, const struct assigned *a, struct span v)
{
	return !credential_digit_or_sign(v) && a->end + 1 < b.len && b.data[a->end] == ' ' &&
	       credential_alnum(b.data[a->end + 1]);
}

/* `178:no password`, `1:4.13`: a number and what it is of. */
static bool numbered(struct span v)
{
	size_t i = 0;

	while (i < v.len && v.data[i] >= '0' && v.data[i] <= '9')
		i++;
	return i > 0 && i < 5 && i < v.len && v.data[i] == ':';
}

/* What a sentence gives away: something that is no word of it. */
static bool said_value(struct span v)
{
	return v.len >= 6 && credential_value_shape(v) >= SHAPE_MIXED &&
	       credential_digit_or_sign(v) && !memchr(v.data, '(', v.len);
}

/* `f(x)`, where a value would be. */
static bool called(struct span b, struct span v)
{
	size_t end = (size_t)(v.data - b.data) + v.len;
	size_t i = 0;

	while (i < v.len && (credential_alnum(v.data[i]) || strchr("_.$:", v.data[i])))
		i++;
	return i < v.len && v.data[i] == '(' &&
	       (v.data[v.len - 1] == ')' || (end < b.len && b.data[end] == ')'));
}

bool credential_literal(const struct credential_scan *scan, const struct assigned *a, size_t name)
{
	struct span v = { scan->bytes.data + a->start, a->end - a->start };
	bool option = name > 0 && scan->bytes.data[name - 1] == '-';
	bool code = (scan->text & TEXT_CODE) && !a->inner;

	if (a->call || v.len < 4 || v.data[0] == '\\' || dotted(v) || numbered(v) ||
		(a->plain && v.data[0] == '-'))
		return false;
	/* `?user=a&password=x` */
	if (name > 0 && strchr("&?", scan->bytes.data[name - 1]) &&
		scan->bytes.data[a->start - 1] == '=')
		return true;
	if ((memchr(v.data, '(', v.len) || memchr(v.data, '[', v.len) ||
		    memchr(v.data, '{', v.len)) &&
		(called(scan->bytes, v) || !(scan->text & TEXT_PLAIN) || code || a->inner))
		return credential_value_shape(v) == SHAPE_RANDOM && !code;
	if (code)
		return !a->plain && !constant(v) && !identifier(v) &&
		       credential_value_shape(v) == SHAPE_RANDOM && v.len >= 20 &&
		       !memchr(v.data, '.', v.len);
	if (a->said)
		return said_value(v);
	if (a->plain && !option && !a->markup && scan->bytes.data[a->start - 1] != '<')
		return directive(scan, a, v);
	if (a->plain && option && help_text(scan, a, v))
		return false;
	if (!a->plain && (all_capitals(v) || goes_on(scan->bytes, a, v)))
		return false;
	return a->end == scan->bytes.len || scan->bytes.data[a->end] != '(';
}
