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

#endif
