/*
 * Invitations: how a person's passkey comes into the policy.  An admin makes one, which gives a
 * link for a day; whoever opens it in a browser makes a passkey, once; the admin looks at its
 * fingerprint, which the person sees, too, and accepts it (cmd_reviewer_passkey.c).
 *
 * A file for each person, `countersign/invitations/<person>` in the git directory, with the hash of
 * what is secret in the link; a new invitation takes the place of the last.  What the page writes
 * there is no more than an offer: it is verified again when it is accepted.
 */
#ifndef HOOKS_ADMIN_INVITATION_H
#define HOOKS_ADMIN_INVITATION_H

#include "common/key/passkey.h"
#include "common/policy/policy.h"

#define INVITATION_LASTS 86400 /* seconds */
#define INVITATION_SECRET_SIZE PASSKEY_CHALLENGE_SIZE
#define INVITATION_STATEMENT_MAX 1024
#define INVITATION_FILE_MAX 32768

struct invitation {
	char person[65];
	char secret[65];     /* its SHA-256 in hex */
	char repository[33]; /* the repository's id */
	int64_t until;       /* seconds since 1970 */
	bool answered;
	struct buf bytes; /* what the answer's spans point into */
	struct passkey_answer answer;
};

#define INVITATION_INIT                                \
	{                                              \
		.bytes = BUF_INIT(INVITATION_FILE_MAX) \
	}

/*
 * Makes one for invitation->person and ->repository that lasts from now on, in the place of any
 * before.  The link is `<review.url>/<name of the repository>/invitation/<person>/<secret>`.  0 or
 * -1.
 */
int invitation_make(const char *git_dir, struct invitation *invitation, int64_t now,
	char secret[INVITATION_SECRET_SIZE], struct fault *f);

/*
 * Finds the person's, answered or not, into one that is INVITATION_INIT; for invitation_release().
 * 1: there is one, 0: none, -1.
 */
int invitation_find(
	struct invitation *out, const char *git_dir, const char *person, struct fault *f);

/* Whether the secret opens it now: it is this one's, in time, and nobody has answered yet. */
bool invitation_opens(const struct invitation *invitation, struct span secret, int64_t now);

/* What the passkey is made over; its challenge is passkey_challenge() of this.  0 or -1. */
int invitation_statement(const struct invitation *invitation, struct buf *out, struct fault *f);

/* What an answer comes to. */
struct invited {
	struct buf *line;     /* for `people.NAME.passkeys`; appended to */
	char fingerprint[64]; /* what people compare */
	const char *why;      /* what is wrong with it, a constant sentence; NULL: nothing */
};

/* Verifies what the browser answered, whose `signature` is empty.  0 with *out filled, or -1. */
int invitation_verify(const struct invitation *invitation, const struct passkey_site *site,
	const struct passkey_answer *answer, struct invited *out, struct fault *f);

/* Keeps an answer that is good: the invitation is used up.  0 or -1. */
int invitation_answer(const char *git_dir, const struct invitation *invitation,
	const struct passkey_answer *answer, struct fault *f);

/* Takes the person's invitation away.  0 or -1. */
int invitation_drop(const char *git_dir, const char *person, struct fault *f);

/* Frees what it holds. */
void invitation_release(struct invitation *invitation);

#endif
