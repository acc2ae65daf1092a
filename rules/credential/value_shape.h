/*
 * How values are judged: value_shape.c by their letters, sample.c by what they stand for.
 */
#ifndef RULES_CREDENTIAL_VALUE_SHAPE_H
#define RULES_CREDENTIAL_VALUE_SHAPE_H

#include "rules/credential/scan.h"

struct letter_counts {
	size_t letters, digits, signs, spaces, others;
	size_t word_letters,
		odd_letters; /* letters in runs that read like words, and in those that do not */
	bool lower, upper;
};

/* Of what it is made. */
struct letter_counts credential_letter_counts(struct span value);

/*
 * Whether it stands for another that is filled in later, or is a sample; *part: words of samples
 * are a part of it.
 */
bool credential_stands_for(struct span value, bool *part);

/*
 * Whether nothing but words that everybody tries first makes it up, digits and signs in the place
 * of letters or behind them: `s3cr3t!`, `password123`.
 */
bool credential_weak(struct span value);

/* Whether it is a password that somebody made of words; phrase.c. */
bool credential_phrase(struct span value);

/* Whether it is such a one whose words are joined by signs that differ, with digits at the end. */
bool credential_joined(struct span value);

/* Whether it is hex digits alone. */
bool credential_is_hex(struct span value);

/* The same, as long as a digest is. */
bool credential_digest_length(struct span value);

/* What a value says of itself, whatever the name beside it; itself.c. */
enum value_says {
	SAYS_NOTHING,
	SAYS_DIGEST, /* of what everybody may see */
	SAYS_HASH,   /* of a password */
	SAYS_ID,     /* a UUID */
	SAYS_SAMPLE, /* a weak word, a licence's shape, plain text or data in base64 */
};

/* What it says of itself. */
enum value_says credential_says(struct span value);

/* How sure it is that it is one, where its looks alone made it so sure; -1: it is none. */
int credential_at_most(struct span value, int confidence);

#endif
