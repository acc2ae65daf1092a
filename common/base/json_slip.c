#include "common/base/json_slip.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 256 /* deeper text is left to the parser's own words */

/* What may come next. */
enum want {
	WANT_VALUE,
	WANT_VALUE_OR_END, /* just behind `[` */
	WANT_KEY,
	WANT_KEY_OR_END, /* just behind `{` */
	WANT_COLON,
	WANT_COMMA,
	WANT_NOTHING, /* the value is whole */
};

struct walk {
	struct span text;
	size_t at;
	enum want want;
	size_t open[DEPTH_MAX]; /* where the open brackets are */
	size_t depth;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blank(struct span text, size_t at)
{
	while (at < text.len && is_blank(text.data[at]))
		at++;
	return at;
}

/* The last byte before `at` that is not white space; 0: there is none. */
static char byte_before(struct span text, size_t at)
{
	while (at > 0 && is_blank(text.data[at - 1]))
		at--;
	return at ? text.data[at - 1] : '\0';
}

static bool begins(struct span text, size_t at, const char *word)
{
	size_t len = strlen(word);

	return at <= text.len && text.len - at >= len && memcmp(text.data + at, word, len) == 0;
}

/* ---- the whole file */

static const char *of_encoding(struct span text)
{
	const unsigned char *bytes = (const unsigned char *)text.data;

	if (skip_blank(text, 0) == text.len)
		return "the file is empty: a policy begins with {\"version\": 1}";
	if (text.len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		return "it begins with a byte order mark: save it as UTF-8 without one";
	if (text.len >= 2 &&
		((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff) ||
			!bytes[0] || !bytes[1]))
		return "it is UTF-16 or UTF-32: save it as UTF-8";
	if (bytes[0] == 0x1f && text.len >= 2 && bytes[1] == 0x8b)
		return "it is compressed";
	return NULL;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '$';
}

/* Whether the first line is `[section]` or `key = value`. */
static bool is_toml(struct span text)
{
	size_t at = skip_blank(text, 0), start = at;

	if (at < text.len && text.data[at] == '[') {
		at = skip_blank(text, at + 1);
		return at < text.len && isalpha((unsigned char)text.data[at]) &&
		       !begins(text, at, "true") && !begins(text, at, "false") &&
		       !begins(text, at, "null");
	}
	while (at < text.len && is_word(text.data[at]))
		at++;
	return at > start && skip_blank(text, at) < text.len &&
	       text.data[skip_blank(text, at)] == '=';
}

/* Whether the first line is `---`, `- item`, or `key: value` without quotes, behind comments. */
static bool is_yaml(struct span text)
{
	size_t at = skip_blank(text, 0), start = at;

	while (at < text.len && text.data[at] == '#') {
		while (at < text.len && text.data[at] != '\n')
			at++;
		at = start = skip_blank(text, at);
	}
	if (begins(text, at, "---") || begins(text, at, "- "))
		return true;
	while (at < text.len && is_word(text.data[at]))
		at++;
	return at > start && at < text.len && text.data[at] == ':';
}

/* What the whole is instead. */
static const char *of_beginning(struct span text)
{
	size_t at = skip_blank(text, 0);

	if (is_yaml(text))
		return "it looks like YAML, and a policy is JSON";
	if (begins(text, at, "<<<<<<<"))
		return "git left conflict markers in it";
	if (begins(text, at, "<"))
		return "it looks like XML or a web page, and a policy is JSON";
	if (begins(text, at, "```"))
		return "leave out the fences of Markdown";
	if (is_toml(text))
		return "it looks like TOML or INI, and a policy is JSON";
	return NULL;
}

/* ---- within */

/* Characters that word processors make of quotes. */
static bool is_quote(struct span text, size_t at)
{
	static const char *const quotes[] = { "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a",
		"\xe2\x80\x9b", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e", "\xe2\x80\x9f",
		"\xe2\x80\xb2", "\xe2\x80\xb3", "\xe2\x80\xb9", "\xe2\x80\xba", "\xef\xbc\x82",
		"\xc2\xab", "\xc2\xbb" };

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++)
		if (begins(text, at, quotes[i]))
			return true;
	return false;
}

#define CURLY "these are the quotes of a word processor: text goes in \"straight\" ones"

/* Why the text that begins at `start` has no end; *at is where that is seen. */
static const char *unclosed(struct span text, size_t start, size_t *at)
{
	for (size_t i = start + 1; i < text.len && text.data[i] != '\n'; i++)
		if (is_quote(text, i)) {
			*at = i;
			return CURLY;
		}
	*at = start;
	return memchr(text.data + start, '\n', text.len - start)
		       ? "the closing quote is missing"
		       : "the closing quote is missing, and the file ends";
}

/* Moves past text in quotes; NULL, or what is wrong with it. */
static const char *pass_text(struct walk *w)
{
	size_t start = w->at++;

	for (; w->at < w->text.len && w->text.data[w->at] != '"'; w->at++) {
		unsigned char c = (unsigned char)w->text.data[w->at];

		if (c == '\n' || c == '\r')
			return unclosed(w->text, start, &w->at);
		if (c == '\t')
			return "a tab in text is written \\t";
		if (c < 0x20)
			return "a control character in text is written \\u and four hex digits";
		if (c != '\\')
			continue;
		if (begins(w->text, w->at, "\\u0000"))
			return "a zero byte is not allowed";
		if (w->at + 1 < w->text.len && !strchr("\"\\/bfnrtu", w->text.data[w->at + 1]))
			return "a backslash in text is written twice";
		w->at++;
	}
	if (w->at >= w->text.len)
		return unclosed(w->text, start, &w->at);
	w->at++;
	return NULL;
}

static size_t digits(struct span word, size_t at)
{
	while (at < word.len && isdigit((unsigned char)word.data[at]))
		at++;
	return at;
}

/* Whether it is a number as JSON has them. */
static bool is_number(struct span word)
{
	size_t from = word.data[0] == '-', at = digits(word, from);

	if (at == from || (word.data[from] == '0' && at - from > 1))
		return false;
	if (at < word.len && word.data[at] == '.') {
		from = at + 1;
		at = digits(word, from);
		if (at == from)
			return false;
	}
	if (at < word.len && (word.data[at] | 32) == 'e') {
		from = at + 1;
		from += from < word.len && (word.data[from] == '+' || word.data[from] == '-');
		at = digits(word, from);
	}
	return at == word.len && at > from;
}

/* Moves past a number or a word; NULL, or what is wrong with it. */
static const char *pass_word(struct walk *w)
{
	static const char *const words[] = { "true", "false", "null", "none", "nil", "nan",
		"infinity", "undefined", "yes", "no", "on", "off" };
	struct span word = { w->text.data + w->at, 0 };

	for (; w->at + word.len < w->text.len; word.len++)
		if (!is_word(word.data[word.len]) && word.data[word.len] != '+' &&
			word.data[word.len] != '.')
			break;
	if (span_is(word, "true") || span_is(word, "false") || span_is(word, "null") ||
		is_number(word)) {
		w->at += word.len;
		return NULL;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == word.len && strncasecmp(word.data, words[i], word.len) == 0)
			return "JSON has true, false and null, in small letters";
	if (!isalpha((unsigned char)word.data[0]) && word.data[0] != '_' && word.data[0] != '$')
		return "numbers are decimal, without a sign or a zero in front";
	return "text goes in double quotes";
}

/* What stands in the place of anything that could be there. */
static const char *of_stranger(const struct walk *w, char c)
{
	if (c == '#' || begins(w->text, w->at, "//") || begins(w->text, w->at, "/*"))
		return "JSON has no comments: every object may have a \"description\"";
	if (c == '\'' || c == '`')
		return "text goes in double quotes";
	if (is_quote(w->text, w->at))
		return CURLY;
	if (begins(w->text, w->at, "<<<<<<<") || begins(w->text, w->at, "=======") ||
		begins(w->text, w->at, ">>>>>>>"))
		return "git left conflict markers in it";
	if (begins(w->text, w->at, "\xc2\xa0"))
		return "there is a no-break space: put a plain space there";
	if (begins(w->text, w->at, "\xe2\x80") || begins(w->text, w->at, "\xef\xbb\xbf"))
		return "there is an invisible character here";
	if (c == '(' || c == ')')
		return "a list goes in square brackets";
	if (c == ';')
		return "items are separated by a comma, not by a semicolon";
	if (w->want == WANT_NOTHING)
		return "something follows: a file has one object, and nothing after it";
	return NULL;
}

/* What is wrong with the byte that is there, given what is wanted. */
static const char *of_byte(const struct walk *w, char c)
{
	const char *what = of_stranger(w, c);
	bool key = w->want == WANT_KEY || w->want == WANT_KEY_OR_END;

	if (what)
		return what;
	if ((c == '}' || c == ']') && byte_before(w->text, w->at) == ',')
		return "there is a trailing comma before it";
	if (w->want == WANT_COLON)
		return c == '=' || c == '}' || c == ']' || c == ','
			       ? "a key is followed by a colon, and by its value"
			       : "a colon is missing before it";
	if (c == ',')
		return "there is one comma too many";
	if (key && is_word(c))
		return "a key goes in double quotes";
	if (w->want == WANT_COMMA && (c == '"' || c == '{' || c == '[' || is_word(c)))
		return "a comma is missing before it";
	return NULL;
}

static void value_ends(struct walk *w)
{
	w->want = w->depth ? WANT_COMMA : WANT_NOTHING;
}

/* Closes the bracket that is open, if the byte is the one for it. */
static bool close_bracket(struct walk *w, char c)
{
	char open = w->depth ? w->text.data[w->open[w->depth - 1]] : '\0';

	if ((w->want != WANT_COMMA && w->want != WANT_KEY_OR_END && w->want != WANT_VALUE_OR_END) ||
		!((c == '}' && open == '{') || (c == ']' && open == '[')))
		return false;
	w->depth--;
	w->at++;
	value_ends(w);
	return true;
}

/* One step where a value may come. */
static const char *step_value(struct walk *w, char c)
{
	const char *what = NULL;

	if (c == '{' || c == '[') {
		w->open[w->depth++] = w->at++;
		w->want = c == '{' ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
		return NULL;
	}
	if (c == '"')
		what = pass_text(w);
	else if (is_word(c) || c == '+' || c == '.')
		what = w->depth ? pass_word(w) : "a policy is a JSON object: {\"version\": 1, ...}";
	else
		return of_byte(w, c);
	if (!what)
		value_ends(w);
	return what;
}

/* One step; *stuck where it can go no further, with what is wrong if that is known. */
static const char *step(struct walk *w, bool *stuck)
{
	char c = w->text.data[w->at];
	size_t before = w->at;
	const char *what = NULL;

	if (close_bracket(w, c))
		return NULL;
	if (w->want == WANT_VALUE || w->want == WANT_VALUE_OR_END) {
		what = step_value(w, c);
	} else if ((w->want == WANT_KEY || w->want == WANT_KEY_OR_END) && c == '"') {
		what = pass_text(w);
		w->want = WANT_COLON;
	} else if (w->want == WANT_COLON && c == ':') {
		w->at++;
		w->want = WANT_VALUE;
	} else if (w->want == WANT_COMMA && c == ',') {
		w->at++;
		w->want = w->text.data[w->open[w->depth - 1]] == '{' ? WANT_KEY : WANT_VALUE;
	} else {
		what = of_byte(w, c);
	}
	*stuck = what || w->at == before || w->depth == DEPTH_MAX;
	return what;
}

static bool found(struct json_slip *out, const char *what, size_t at)
{
	*out = (struct json_slip){ .what = what, .at = at };
	return what != NULL;
}

/* Walks through the text until something is wrong. */
static bool walk(struct span text, struct json_slip *out)
{
	struct walk w = { .text = text };
	bool stuck = false;
	const char *what = NULL;

	while (!stuck && (w.at = skip_blank(text, w.at)) < text.len)
		what = step(&w, &stuck);
	if (what || w.depth == DEPTH_MAX)
		return found(out, what, w.at);
	out->bracket = w.depth ? w.open[w.depth - 1] : 0;
	out->open = w.depth > 0;
	if (!stuck) { /* at its end */
		while (w.at && is_blank(text.data[w.at - 1]))
			w.at--;
		out->at = w.at ? w.at - 1 : 0;
		out->what = out->open ? "the file ends here, and" : NULL;
		return out->open;
	}
	out->at = w.at;
	out->what = "this does not close it:";
	return out->open && (text.data[w.at] == ']' || text.data[w.at] == '}');
}

bool json_slip(struct span text, struct json_slip *out)
{
	const char *what = of_encoding(text);

	*out = (struct json_slip){ 0 };
	what = what ? what : of_beginning(text);
	if (what)
		return found(out, what, JSON_SLIP_WHOLE);
	return walk(text, out);
}
