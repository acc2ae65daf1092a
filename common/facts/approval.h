/*
 * An approval: an annotated, signed tag at refs/countersign/approvals/<id>/<person>, in which a
 * person names the digest of a hold and a decision.
 *
 * It is read when it is pushed and again whenever it is used, at the server's time, against the
 * keys that the policy has then.  The pusher controls every byte of the tag and of the ref's name.
 */
#ifndef COMMON_FACTS_APPROVAL_H
#define COMMON_FACTS_APPROVAL_H

#include "common/git/repo.h"
#include "common/key/signature.h"
#include "common/policy/policy.h"

#define APPROVAL_SKEW \
	86400 /* seconds that a pushed tag's date may be away from the server's clock */

enum approval_decision {
	APPROVAL_APPROVE,
	APPROVAL_REJECT,
	APPROVAL_WITHDRAW,
};

struct approval {
	const struct person *person;
	enum approval_decision decision;
	char id[17], digest[65];
	int64_t time; /* of the tag, seconds since 1970 */
	bool touched; /* made with a hardware key's touch, or a passkey that verified the user */
	bool passkey; /* made with a passkey */
	uint32_t counter;      /* and how often that has signed; 0: it does not count */
	char fingerprint[160]; /* of the key that signed it */
	char primary[160];     /* as in struct signature_check */
	struct certified certified;
	struct oid target;   /* the commit that it points to */
	char repository[33]; /* the repository's id, as the tag says it; "": it says none */
	char ref[1025];      /* the held ref, quoted as in the hold's text, likewise */
	char why[513];       /* what the person said above that, as much as there is room for */
};

/*
 * The keys that approve: each person's passkeys, and their approval keys or, where there are none,
 * all of theirs.
 */
struct approval_keys;

/*
 * The keys of the policy's people, which must outlive them; for approval_keys_free().  OpenPGP key
 * files may belong to `owner`: the repository's.  0 or -1.
 */
int approval_keys_new(
	struct approval_keys **out, const struct policy *policy, uid_t owner, struct fault *f);

/* Frees the keys; NULL is fine. */
void approval_keys_free(struct approval_keys *keys);

/* What is read, and when. */
struct approval_subject {
	struct repo *repo;
	struct approval_keys *keys;
	const char *ref;
	const struct oid *tag;
	int64_t now; /* the server's clock, seconds since 1970 */
};

/*
 * Reads and verifies an approval.  0 with *refused empty: *out is good; 0 with *refused: one
 * sentence why it is worth nothing; -1: it could not be found out.
 */
int approval_read(const struct approval_subject *subject, struct approval *out, struct buf *refused,
	struct fault *f);

/* The same of a tag whose bytes have been read; the subject needs no repository. */
int approval_of_tag(const struct approval_subject *subject, struct span raw, struct approval *out,
	struct buf *refused, struct fault *f);

/* Whether what the tag says of repository and ref, if anything, is this one. */
bool approval_is_about(const struct approval *approval, const char *repository, const char *ref);

/* Whether the tag's date is near enough to the server's clock to be pushed now. */
bool approval_is_timely(const struct approval *approval, int64_t now);

/* `approve`, `reject`, `withdraw`. */
const char *approval_decision_name(enum approval_decision decision);

#endif
