#include "common/path/glob.h"

#include <ctype.h>

#include "common/path/fold.h"

#define SET_BYTES sizeof(struct glob_set)
#define LITERAL_HEAD 3 /* the op and the length, two bytes */

static void set_add(struct glob_set *set, unsigned char c)
{
	set->bits[c / 32] |= UINT32_C(1) << (c % 32);
}

static bool set_has(const struct glob_set *set, unsigned char c)
{
	return set->bits[c / 32] >> (c % 32) & 1;
}

static bool is_word(int c)
{
	return c > ' ' && c < 0x7f;
}

static bool is_print(int c)
{
	return c >= ' ' && c < 0x7f;
}

/* Named classes are ASCII's, whatever the locale says. */
static bool in_class(unsigned name, unsigned char c)
{
	bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z',
	     digit = c >= '0' && c <= '9';

	switch (name) {
	case 0:
		return upper || lower || digit;
	case 1:
		return upper || lower;
	case 2:
		return c == ' ' || c == '\t';
	case 3:
		return c < ' ' || c == 0x7f;
	case 4:
		return digit;
	case 5:
		return is_word(c);
	case 6:
		return lower;
	case 7:
		return is_print(c);
	case 8:
		return is_word(c) && !upper && !lower && !digit;
	case 9:
		return c == ' ' || (c >= '\t' && c <= '\r');
	case 10:
		return upper;
	default:
		return digit || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
	}
}

static const char *const class_names[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph",
	"lower", "print", "punct", "space", "upper", "xdigit" };

/* Brackets are read as git's wildmatch reads them, byte by byte. */
struct bracket {
	struct span pattern;
	size_t at; /* of the byte being looked at */
	struct glob_set set;
	int before; /* that a `-` would make a range from, or 0 */
};

/* The byte at an offset from here, or 0 past the end. */
static unsigned char peek(const struct bracket *b, size_t offset)
{
	return b->at + offset < b->pattern.len ? (unsigned char)b->pattern.data[b->at + offset] : 0;
}

static const char *bracket_range(struct bracket *b)
{
	unsigned char last;

	b->at++;
	if (peek(b, 0) == '\\')
		b->at++;
	last = peek(b, 0);
	if (!last)
		return "a bracket is not closed";
	for (int c = b->before; c <= last; c++)
		set_add(&b->set, (unsigned char)c);
	b->before = 0;
	return NULL;
}

/* `[:name:]`, or a plain bracket when there is no `:]`. */
static const char *bracket_class(struct bracket *b)
{
	const char *start = b->pattern.data + b->at + 2;
	size_t left = b->pattern.len - b->at - 2;
	const char *close = left ? memchr(start, ']', left) : NULL;

	if (!close)
		return "a bracket is not closed";
	if (close == start || close[-1] != ':') {
		set_add(&b->set, '[');
		b->before = '[';
		return NULL;
	}
	for (unsigned i = 0; i < sizeof(class_names) / sizeof(class_names[0]); i++) {
		if (!span_is((struct span){ start, (size_t)(close - 1 - start) }, class_names[i]))
			continue;
		for (int c = 1; c < 256; c++)
			if (in_class(i, (unsigned char)c))
				set_add(&b->set, (unsigned char)c);
		b->at = (size_t)(close - b->pattern.data);
		b->before = 0;
		return NULL;
	}
	return "a bracket names no known class of characters";
}

static const char *bracket_item(struct bracket *b)
{
	unsigned char c = peek(b, 0);

	if (!c)
		return "a bracket is not closed";
	if (c == '-' && b->before && peek(b, 1) && peek(b, 1) != ']')
		return bracket_range(b);
	if (c == '[' && peek(b, 1) == ':')
		return bracket_class(b);
	if (c == '\\') {
		b->at++;
		c = peek(b, 0);
		if (!c)
			return "a bracket is not closed";
	}
	set_add(&b->set, c);
	b->before = c;
	return NULL;
}

/*
 * Folded paths have small letters only, so a set takes one when it took the large one.  Of a
 * character that is not ASCII the first byte is looked at; a set that has any takes them all.
 */
static void set_widen(struct glob_set *set)
{
	bool foreign = false;

	for (int c = 'A'; c <= 'Z'; c++)
		if (set_has(set, (unsigned char)c))
			set_add(set, (unsigned char)(c - 'A' + 'a'));
	for (int c = 0x80; c < 0x100; c++)
		foreign = foreign || set_has(set, (unsigned char)c);
	for (int c = 0x80; foreign && c < 0x100; c++)
		set_add(set, (unsigned char)c);
}

/* Whether no name has a character of it. */
static bool set_is_useless(const struct glob_set *set)
{
	for (int c = 1; c < 0x100; c++)
		if (c != '/' && set_has(set, (unsigned char)c))
			return false;
	return true;
}

static const char *compile_bracket(struct glob_compiler *how, struct span pattern, size_t *at)
{
	struct bracket b = { .pattern = pattern, .at = *at + 1 };
	bool negated = peek(&b, 0) == '!' || peek(&b, 0) == '^';
	const char *why;

	b.at += negated;
	do {
		why = bracket_item(&b);
		if (why)
			return why;
		b.at++;
	} while (peek(&b, 0) != ']');
	for (size_t i = 0; negated && i < 8; i++)
		b.set.bits[i] = ~b.set.bits[i];
	if (how->generous)
		set_widen(&b.set);
	if (set_is_useless(&b.set))
		return "a bracket takes no character that a name can have";
	*at = b.at + 1;
	return buf_addc(how->code, GLOB_SET) < 0 || buf_add(how->code, &b.set, SET_BYTES) < 0
		       ? "out of memory"
		       : NULL;
}

/* Unquotes a run of literal bytes into run, and moves *at to where it ends. */
static const char *read_literal(struct span pattern, size_t *at, struct buf *run)
{
	buf_clear(run);
	for (; *at < pattern.len; ++*at) {
		char c = pattern.data[*at];

		if (c == '*' || c == '?' || c == '[' || c == '/')
			break;
		if (c == '\\') {
			if (++*at == pattern.len)
				return "it ends in a backslash";
			c = pattern.data[*at];
			if (c == '/')
				break;
		}
		if (buf_addc(run, c) < 0)
			return "out of memory";
	}
	return NULL;
}

/*
 * Appends the run as paths will be folded: dots and spaces count for nothing at a component's end.
 */
static int add_folded(struct buf *code, struct span run, bool whole, bool last)
{
	size_t start = code->len;

	if (whole)
		return fold_component(code, run);
	if (fold_piece(code, run) < 0)
		return -1;
	while (last && code->len > start &&
		(code->data[code->len - 1] == '.' || code->data[code->len - 1] == ' '))
		code->len--;
	return 0;
}

static const char *compile_literal(struct glob_compiler *how, struct span pattern, size_t *at)
{
	static const char head[LITERAL_HEAD] = { GLOB_LITERAL };
	struct buf *code = how->code;
	size_t start = code->len;
	const char *why = read_literal(pattern, at, &how->run);
	bool last = *at == pattern.len || pattern.data[*at] == '/';
	bool whole = last && start == how->start;
	size_t len;

	if (why || !how->run.len)
		return why;
	if (how->generous && memchr(how->run.data, '\\', how->run.len))
		return "a backslash is taken for a slash where paths are matched generously";
	if (buf_add(code, head, sizeof(head)) < 0 ||
		(how->generous ? add_folded(code, buf_span(&how->run), whole, last)
			       : buf_addspan(code, buf_span(&how->run))) < 0)
		return "out of memory";
	len = code->len - start - LITERAL_HEAD;
	code->data[start + 1] = (char)(len >> 8);
	code->data[start + 2] = (char)len;
	if (!len)
		code->len = start; /* nothing but ignorable characters */
	return NULL;
}

static const char *compile_op(struct glob_compiler *how, struct span pattern, size_t *at)
{
	switch (pattern.data[*at]) {
	case '*':
		while (*at < pattern.len && pattern.data[*at] == '*')
			++*at;
		return buf_addc(how->code, GLOB_STAR) < 0 ? "out of memory" : NULL;
	case '?':
		++*at;
		return buf_addc(how->code, GLOB_ANY) < 0 ? "out of memory" : NULL;
	case '[':
		return compile_bracket(how, pattern, at);
	default:
		return compile_literal(how, pattern, at);
	}
}

const char *glob_compile(struct glob_compiler *how, struct span pattern, size_t *at)
{
	const char *why = NULL;

	how->start = how->code->len;
	while (!why && *at < pattern.len && pattern.data[*at] != '/')
		why = compile_op(how, pattern, at);
	if (!why && how->code->len == how->start)
		why = "a part of it between two slashes is empty";
	return why;
}

/* The literal that an op holds; data NULL for another op. */
static struct span op_literal(struct span code, size_t at)
{
	const unsigned char *op = (const unsigned char *)code.data + at;

	if (*op != GLOB_LITERAL)
		return (struct span){ NULL, 0 };
	return (struct span){ code.data + at + LITERAL_HEAD, (size_t)op[1] << 8 | op[2] };
}

static size_t op_size(struct span code, size_t at)
{
	switch (code.data[at]) {
	case GLOB_LITERAL:
		return LITERAL_HEAD + op_literal(code, at).len;
	case GLOB_SET:
		return 1 + SET_BYTES;
	default:
		return 1;
	}
}

bool glob_is_literal(struct span code, struct span *literal)
{
	*literal = code.len ? op_literal(code, 0) : (struct span){ NULL, 0 };
	return literal->data && code.len == LITERAL_HEAD + literal->len;
}

bool glob_step(struct span code, size_t *at, struct glob_step *out)
{
	if (*at >= code.len)
		return false;
	*out = (struct glob_step){ (enum glob_op)code.data[*at], op_literal(code, *at), { { 0 } } };
	if (out->op == GLOB_SET)
		memcpy(&out->set, code.data + *at + 1, sizeof(out->set));
	*at += op_size(code, *at);
	return true;
}

struct glob_literals glob_literals(struct span code)
{
	struct glob_literals l = { .first = { NULL, 0 } };

	for (size_t at = 0; at < code.len; at += op_size(code, at)) {
		struct span literal = op_literal(code, at);

		if (at == 0)
			l.first = literal;
		if (at + op_size(code, at) == code.len)
			l.last = literal;
		if (literal.len > l.inside.len)
			l.inside = literal;
	}
	return l;
}

/* How many bytes of the name the op takes at a place; 0: it does not match there. */
static size_t op_takes(struct span code, size_t at, struct span rest, bool generous)
{
	struct span literal = op_literal(code, at);
	struct glob_set set;
	size_t len = 1;

	if (literal.data)
		return rest.len >= literal.len && memcmp(rest.data, literal.data, literal.len) == 0
			       ? literal.len
			       : 0;
	if (!rest.len)
		return 0;
	if (code.data[at] == GLOB_SET) {
		memcpy(&set, code.data + at + 1, sizeof(set));
		if (!set_has(&set, (unsigned char)rest.data[0]))
			return 0;
	}
	while (generous && (unsigned char)rest.data[0] >= 0xc0 && len < rest.len && len < 4 &&
		((unsigned char)rest.data[len] & 0xc0) == 0x80)
		len++;
	return len;
}

bool glob_match(struct span code, bool generous, struct span name)
{
	size_t op = 0, at = 0;
	size_t after_star = 0, star_at = 0; /* after_star 0: no star yet */

	for (;;) {
		size_t taken = 0;

		if (op < code.len && code.data[op] == GLOB_STAR) {
			after_star = ++op;
			star_at = at;
			if (op == code.len)
				return true;
			continue;
		}
		if (op == code.len && at == name.len)
			return true;
		if (op < code.len)
			taken = op_takes(
				code, op, (struct span){ name.data + at, name.len - at }, generous);
		if (taken) {
			at += taken;
			op += op_size(code, op);
			continue;
		}
		if (!after_star || star_at == name.len)
			return false;
		at = ++star_at;
		op = after_star;
	}
}
