/*
 * A value and the name it is given: what the files of the detector share that look at assignments,
 * calls and command lines.  name_class.c knows names, assign.c finds values, weigh.c judges them.
 */
#ifndef RULES_CREDENTIAL_ASSIGN_H
#define RULES_CREDENTIAL_ASSIGN_H

#include "rules/credential/scan.h"

enum name_class {
	NAME_NONE,
	NAME_PASSWORD, /* password, passwd, pwd ... */
	NAME_SECRET,   /* secret, token, api key, private key ... */
	NAME_WEAK,     /* key, auth, salt, nonce, seed ... */
};

struct assigned {
	struct span name;
	enum name_class class;
	size_t start, end; /* of the value */
	bool quoted;
	bool plain;  /* behind nothing but white space: `--password x`, `PASSWORD 'x'` */
	bool markup; /* it stands behind a tag: `<password>x` */
	bool call;   /* it is an argument: `setPassword("x")` */
	bool answer; /* to a prompt: `expect "assword:"; send "x"` */
	bool exact;  /* the name ends with the word that tells */
	bool said;   /* in prose: `the password for x is y` */
	bool row;    /* one of the values of a row in a database */
	bool inner;  /* within a text that is quoted itself: `"user=a;password=x"` */
};

/* What the name says; *exact: it ends with the telling word. */
enum name_class credential_name_class(struct span name, bool *exact);

/* `Authorization`, `HTTP_AUTHORIZATION` */
static inline bool is_authorization(struct span name)
{
	static const size_t len = 13;

	return name.len >= len &&
	       credential_has((struct span){ name.data + name.len - len, len }, "authorization");
}

/* Whether a value without quotes can be meant literally; the name starts at `name`. */
bool credential_literal(const struct credential_scan *scan, const struct assigned *a, size_t name);

/* Whether one of the words, a list that ends with NULL, stands on the lines around. */
bool credential_lines_have(struct span bytes, size_t at, const char *const *words);

/* Whether it has a digit, or a sign that words do not have. */
bool credential_digit_or_sign(struct span v);

/* Adds the value if the name and its looks make it a credential. */
void credential_weigh(struct credential_scan *scan, const struct assigned *a);

/* Whether it is `name:password`; *at: where the password begins. */
bool credential_pair(struct span v, size_t *at);

/* Adds the password of a pair that is given to a name like `auth`; false: it is none. */
bool credential_weigh_pair(struct credential_scan *scan, const struct assigned *a, struct span v);

/* The place in a text; reading beyond its end gives NUL. */
struct cursor {
	struct span bytes;
	size_t at;
};

static inline char peek(const struct cursor *c)
{
	return c->at < c->bytes.len ? c->bytes.data[c->at] : 0;
}

static inline bool quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

/* Skips blanks, not too many. */
void cursor_blanks(struct cursor *c);

/* The same, with the ends of lines. */
void cursor_space(struct cursor *c);

/* Skips the word, letter case aside, if it stands there. */
bool cursor_take(struct cursor *c, const char *word);

/* The same for the first that stands there of a list that ends with NULL. */
bool cursor_take_any(struct cursor *c, const char *const *words);

/*
 * Goes behind what gives the name that begins at `name` a value, and notes how; `quoted`: the name
 * is.
 */
bool cursor_operator(struct cursor *c, struct assigned *a, bool quoted, size_t name);

/* Goes to the value that a format or a call has beside the name. */
bool cursor_beside_value(struct cursor *c, bool name_quoted);

/* Goes to the value that a sentence has for the name: `the password for x is y`. */
bool cursor_in_prose(struct cursor *c, struct assigned *a);

/* Goes to the value that stands alone on the line below what is said of it. */
bool cursor_on_line_below(struct cursor *c, struct assigned *a);

/* Whether the value is one of a list of digests, as the lock file of CocoaPods has. */
bool credential_listed(struct span bytes, const struct assigned *a, struct span value);

/*
 * Goes over one argument and the comma behind it, not past `stop`; false: it was the last, or there
 * is no end to it.
 */
bool cursor_skip_argument(struct cursor *c, size_t stop);

/*
 * Goes behind the word if it stands within reach, before any of the characters that end the search.
 */
bool cursor_go_behind(struct cursor *c, const char *word, const char *stops);

/*
 * A quoted value, prefixes and escapes of the quotes aside; false: no quote stands there.  An
 * unclosed one is empty.
 */
bool cursor_quoted(struct cursor *c, struct assigned *a);

/* Goes on to the next line if a quoted value stands there, as formatters break lines. */
void cursor_wrap(struct cursor *c);

#endif
