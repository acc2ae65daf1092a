/*
 * How values are judged: credential_judge.c by their letters, credential_sample.c by what they stand for.
 */
#ifndef RULES_CREDENTIAL_VALUE_SHAPE_H
#define RULES_CREDENTIAL_VALUE_SHAPE_H

#include "rules/credential/scan.h"

struct shape {
	size_t letters, digits, signs, spaces, others;
	size_t word_letters,
		odd_letters; /* letters in runs that read like words, and in those that do not */
	bool lower, upper;
};

/* Of what it is made. */
struct shape credential_shape(struct span value);

/* Whether it stands for another that is filled in later, or is a sample; *part: words of samples are a part of it. */
bool credential_stands_for(struct span value, bool *part);

#endif
