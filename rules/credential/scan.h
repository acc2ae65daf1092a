/*
 * What the files of the credential detector share: one scan, what it has found so far, and the
 * parts that look at what stands around a literal.  Each part gets offsets into scan->bytes.
 */
#ifndef RULES_CREDENTIAL_SCAN_H
#define RULES_CREDENTIAL_SCAN_H

#include <stdbool.h>

#include "rules/credential/call_site.h"
#include "rules/credential/credentials.h"
#include "rules/credential/kind.h"
#include "rules/structure/letters.h"

/* What kind of text the path says it is. */
enum credential_text {
	TEXT_CONFIG = 1,  /* values may stand without quotes */
	TEXT_CODE = 2,    /* what stands without quotes is a name */
	TEXT_TEST = 4,    /* tests, examples and documentation: less sure */
	TEXT_LOCALE = 8,  /* translations of texts for people */
	TEXT_LOCK = 16,   /* lock files: digests */
	TEXT_TABLE = 32,  /* values in columns, whose first line names them */
	TEXT_SHELL = 64,  /* a script, in which signs part words */
	TEXT_PLAIN = 128, /* settings whose values go on to the end of the line */
	TEXT_PATCH = 256, /* lines of other files */
	TEXT_ROWS = 512,  /* statements over many lines */
};

struct credential_found {
	size_t start, end;
	const struct credential_kind *kind;
	enum confidence confidence;
};

/* Where the next of some words ends, as far as it is known. */
struct credential_next {
	size_t from, to; /* what was searched: none ends there but at `to`, if `there` */
	bool there;
};

struct credential_scan {
	struct credentials *credentials;
	struct span bytes;
	struct span head; /* how the whole text begins, of which the bytes may be a part */
	unsigned text;    /* bits of enum credential_text */
	struct credential_found *found;
	size_t count, cap;
	bool failed;   /* memory ran out */
	bool manifest; /* it has a Secret of Kubernetes */
	bool inner;    /* it is what another text has encoded */
	bool late;     /* time ran out: what was found so far is told */
	int surplus; /* 1 more than the confidence of the surest that were too many; 0: none were */
	size_t assigned_to, url_to, jwt_to, pem_to, call_to, insert_to,
		glanced_to;                              /* looked at up to here already */
	unsigned glanced_run, glanced_seen;              /* of the value at which a glance ended */
	size_t command_to[COMMAND_SITES_MAX];            /* the same, by command */
	struct credential_next secret_word, public_word; /* near vendors' names */
};

/* Kinds that are known by where they stand. */
enum credential_builtin {
	BUILTIN_PASSWORD,
	BUILTIN_SECRET,
	BUILTIN_KEY,
	BUILTIN_URL,
	BUILTIN_BEARER,
	BUILTIN_BASIC,
	BUILTIN_PRIVATE_KEY,
	BUILTIN_ENCRYPTED_KEY,
	BUILTIN_PUTTY,
	BUILTIN_KEY_FILE,
	BUILTIN_JWT,
	BUILTIN_SURPLUS,
	BUILTIN_COUNT,
};
extern const struct credential_kind credential_builtin[BUILTIN_COUNT];

/* Finds what there is, in order of place.  0 or -1; the caller frees scan->found. */
int credential_find(struct credential_scan *scan, struct fault *f);

/* Adds what was found as it is. */
void credential_keep(struct credential_scan *scan, struct credential_found found);

/*
 * Notes so many steps of work, of some hundred instructions each.  Whoever looks at a place says
 * so; when a text takes more than it may, the rest is only glanced at (find.c).
 */
void credential_works(struct credential_scan *scan, size_t steps);

/* Allows the steps that so many more bytes may take; `anew`: what was taken is forgotten. */
void credential_may_work(struct credentials *credentials, size_t bytes, bool anew);

/* Tells of what was found, and that there is a surplus.  0, or what `told` returned. */
int credential_tell(const struct credential_scan *scan, credential_told *told, void *context);

/* Makes the detector ready for its first scan.  0 or -1. */
int credentials_ready(struct credentials *credentials, struct fault *f);

/* Bits of enum credential_text for a path (empty: unknown) and its bytes. */
unsigned credential_text_of(struct span path, struct span bytes);

/* Something new in a text, and what is searched with it. */
struct credential_part {
	size_t start, end, from, to;
};
struct credential_parts {
	struct credential_part *at;
	size_t count, cap;
};

/*
 * Finds what the text has that the old one has not; `bits` says what it is.  1, 0 (all of it has to
 * be searched) or -1 (no memory); the caller frees parts->at.
 */
int credential_changed(
	struct span old, struct span text, unsigned bits, struct credential_parts *parts);

/* Adds what was found; less sure in tests and documents unless certain. */
void credential_add(struct credential_scan *scan, struct credential_found found);

/* A fixed shape whose literal ends at `end`. */
void credential_token(struct credential_scan *scan, const struct credential_trigger *t, size_t end);

/* A vendor's name that ends at `end`: looks for a value of the vendor's shape after it. */
void credential_vendor_name(
	struct credential_scan *scan, const struct credential_trigger *t, size_t end);

/* A word such as `password` that ends at `end`: looks for what is assigned to it. */
void credential_word(struct credential_scan *scan, const struct credential_trigger *t, size_t end);

/* `://` that ends at `end`: looks for `name:password@`. */
void credential_url(struct credential_scan *scan, size_t end);

/* `@tcp(` that ends at `end`: looks for `name:password` before it. */
void credential_dsn(struct credential_scan *scan, size_t length, size_t end);

/* An authorisation header whose first word ends at `end`. */
void credential_header(struct credential_scan *scan, size_t length, size_t end);

/* A call of call_site.c, whose literal ends at `end`. */
void credential_call(struct credential_scan *scan, const struct credential_trigger *t, size_t end);

/* A command of it, likewise. */
void credential_command(
	struct credential_scan *scan, const struct credential_trigger *t, size_t end);

/* `insert into` that ends at `end`. */
void credential_sql_insert(struct credential_scan *scan, size_t end);

/* Makes one finding of an id and its secret. */
void credential_join(struct credential_scan *scan);

/* Looks at the columns of a table that are named like passwords. */
void credential_table(struct credential_scan *scan);

/* A private key's first line (RFC 7468), `length` bytes of which end at `end`. */
void credential_pem(struct credential_scan *scan, size_t length, size_t end);

/* The same in base64. */
void credential_pem_base64(struct credential_scan *scan, size_t length, size_t end);

/* A PuTTY key's first line, likewise. */
void credential_putty(struct credential_scan *scan, size_t length, size_t end);

/* A JSON web token (RFC 7519) whose beginning ends at `end`. */
void credential_jwt(struct credential_scan *scan, size_t end);

/* Key stores, which are known by their first bytes. */
void credential_key_file(struct credential_scan *scan);

/* Whether a regular expression of a kind matches, and where; see token.c. */
bool credential_regex(struct credential_scan *scan, const struct credential_kind *kind,
	struct span subject, size_t most, size_t out[2]);

/* Whether a word may begin there: no letter stands before it, but what escapes one. */
bool credential_begins(struct span bytes, size_t at);

/* Frees what the expressions of the detector took. */
void credential_token_release(struct credentials *credentials);

/* What a value looks like; rules/credential/value_shape.c. */
enum value_shape {
	SHAPE_NOT,    /* a placeholder, template, name, path, word ... */
	SHAPE_WORD,   /* one word or a few: a weak password, or none */
	SHAPE_MIXED,  /* letters with digits or signs */
	SHAPE_RANDOM, /* looks made by a machine */
};

/* What the value looks like. */
enum value_shape credential_value_shape(struct span value);

/* Whether it stands for a value that is filled in later, or is a sample. */
bool credential_placeholder(struct span value);

/*
 * Whether it holds what no random token of its length does: one letter over and over, an alphabet.
 */
bool credential_typed(struct span value);

/* The same, or what people type who need something long: `a1b2c3d4e5f6`, `abcd1234abcd1234`. */
bool credential_made_up(struct span value);

/* Whether it is a sample that everybody copies out of a manual. */
bool credential_published(struct span value);

/* Bits of entropy a character. */
double credential_entropy(struct span value);

/* Whether it is a UUID. */
bool credential_is_uuid(struct span value);

/* Whether the text has the word, letter case aside. */
bool credential_has(struct span text, const char *word);

#endif
