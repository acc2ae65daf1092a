/*
 * Kinds of credentials: what gen_credentials makes of rules/data/credentials/NAME.json.  One row a
 * kind.
 */
#ifndef RULES_CREDENTIAL_KIND_H
#define RULES_CREDENTIAL_KIND_H

#include <stddef.h>

#include "common/policy/policy.h"
#include "rules/structure/check.h"

enum {
	KIND_NOCASE = 1,    /* letter case makes no difference */
	KIND_ANY_LEFT = 2,  /* what stands before it does not matter */
	KIND_ANY_RIGHT = 4, /* nor what stands behind it */
	KIND_MUST = 8,      /* no hit unless its structure is confirmed */
	KIND_JUDGED = 16,   /* the value is judged like an assigned one */
	KIND_NAMED = 32,    /* known by a name near it, not by its own shape */
};

/* How a kind's `regex` is to be compiled: a named one is the whole value. */
#define KIND_REGEX_OPTIONS(kind)                                                        \
	(PCRE2_USE_OFFSET_LIMIT | ((kind)->flags & KIND_NOCASE ? PCRE2_CASELESS : 0U) | \
		((kind)->before ? PCRE2_NO_START_OPTIMIZE : 0U) |                       \
		((kind)->flags & KIND_NAMED ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0U))

struct credential_kind {
	const char *id, *what, *revoke;
	const char *regex;  /* PCRE2; its first group, if it has one, is the secret */
	const char *nearby; /* words, one of which must stand near: `a|b`; or NULL */
	unsigned before;    /* bytes of it that can lie before its literal */
	enum credential_check_number check;
	unsigned flags;         /* bits of KIND_ */
	unsigned entropy_tenth; /* bits a character, in tenths, that it has at least */
	enum confidence confidence;
	const char *match, *nomatch; /* an example that is one, and one that is not */
};

/* Kinds by number that are one credential together: an id, its secret, what else goes with them. */
struct credential_two {
	unsigned short id, secret, third;
	unsigned short length; /* of the secret, in letters of base64 */
};

/* What to do where a literal was found. */
enum trigger_action {
	TRIGGER_KIND,  /* a token: `index` is the kind */
	TRIGGER_NAMED, /* a vendor's name: `index` is the kind */
	/*
	 * a word such as `password`, which something may be assigned to; `index`: it says so itself
	 */
	TRIGGER_WORD,
	TRIGGER_URL,        /* `://` */
	TRIGGER_HEADER,     /* `bearer`, `basic` */
	TRIGGER_PEM,        /* `-----BEGIN` */
	TRIGGER_PEM_BASE64, /* the same in base64, at one of three alignments */
	TRIGGER_PUTTY,
	TRIGGER_JWT,
	TRIGGER_DSN,      /* `@tcp(` */
	TRIGGER_INSERT,   /* `insert into` */
	TRIGGER_MANIFEST, /* `kind: Secret` */
	TRIGGER_CALL,     /* `index` is the row of credential_call_sites */
	TRIGGER_COMMAND,  /* `index` is the row of credential_command_sites */
};

struct credential_trigger {
	unsigned char action;
	unsigned char length; /* of the literal; 0: a pattern */
	unsigned short index;
};

struct credential_data {
	const struct credential_kind *kinds;
	size_t kind_count;
	const struct credential_trigger *triggers; /* by the matcher's pattern id */
	size_t trigger_count;
	const struct credential_two *twos;
	size_t two_count;
	const unsigned char *database; /* the matcher's, prepared */
	size_t database_size;
};

extern const struct credential_data credential_data;

#endif
