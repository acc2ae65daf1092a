/*
 * Who may read what a repository holds.
 */
#ifndef HOOKS_REVIEW_READER_H
#define HOOKS_REVIEW_READER_H

#include "common/facts/facts.h"
#include "hooks/review/review.h"

struct reader {
	const char *account; /* whom the web server names, or NULL */
	const struct person *person;
	bool may;
};

/*
 * Who asks, as the repository's policy has them: whom the web server named must be one of its
 * people (an agent's account never is), or among `review.readers`.  Where we serve by ourselves and
 * nobody is named, whoever reaches us may read.
 */
struct reader reader_of(const struct review_site *review, const struct review_request *request,
	const struct facts *facts);

#endif
