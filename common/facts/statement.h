/*
 * The statement that a passkey signs: the whole approval tag but for the answer at its end.  There
 * is one way to write it, so nothing in such a tag is unsigned, and what the person was shown is
 * what the hooks read:
 *
 *	object <the commit>
 *	type commit
 *	tag countersign-<id>
 *	tagger <person> <> <seconds since 1970> +0000
 *
 *	<why, if anything was said>
 *
 *	Countersign-Digest: <64 hex>
 *	Countersign-Decision: approve
 *	Countersign-Person: <person>
 *	Countersign-Repository: <the repository's id>
 *	Countersign-Ref: <ref, quoted as in the hold's text>
 *
 * Its SHA-256 is the challenge (common/key/passkey.h), and the answer follows it in the tag:
 *
 *	statement_write(&tag, &statement, &f);
 *	passkey_challenge(challenge, buf_span(&tag), &f);
 *	...				the browser answers
 *	passkey_write(&tag, &answer);	git hash-object -t tag -w --stdin
 */
#ifndef COMMON_FACTS_STATEMENT_H
#define COMMON_FACTS_STATEMENT_H

#include "common/facts/approval.h"

/* More than any statement, with its answer, takes. */
#define STATEMENT_MAX 32768

/* What a statement says besides why may be at most this long. */
#define STATEMENT_WHY_MAX 512

struct statement {
	struct oid commit;  /* held, or, of a denied push, any that is in the repository */
	const char *digest; /* of the hold, 64 hex digits; its id is the first 16 */
	enum approval_decision decision;
	const char *person;     /* the policy's name */
	int64_t time;           /* now, seconds since 1970 */
	const char *repository; /* the repository's id */
	const char *ref;        /* quoted as in the hold's text */
	const char *why;        /* what the person says of it; "": nothing */
};

/*
 * Appends the statement.  0, or -1: a part is missing or cannot be part of one, such as a reason
 * that is longer than STATEMENT_WHY_MAX bytes or has control characters.
 */
int statement_write(struct buf *out, const struct statement *statement, struct fault *f);

/* Whether the bytes are just what statement_write() makes of the approval that was read of them. */
bool statement_is(struct span bytes, const struct approval *approval);

#endif
