#include "hooks/review/reader.h"

#include <string.h>

/* Whether `review.readers` has the account. */
static bool is_reader(const struct policy *policy, const char *account)
{
	for (size_t i = 0; policy->review.readers && policy->review.readers[i]; i++)
		if (strcmp(policy->review.readers[i], "*") == 0 ||
			policy_same_account(policy->review.readers[i], account))
			return true;
	return false;
}

struct reader reader_of(const struct review_site *review, const struct review_request *request,
	const struct facts *facts)
{
	const struct policy *policy = facts->policy;
	struct reader reader = { .account = request->user ? request->user : review->user };

	if (!reader.account || !*reader.account) {
		reader.may = review->anybody;
		return reader;
	}
	if (policy_account_agent(policy, reader.account))
		return reader;
	reader.person = policy_account_person(policy, reader.account);
	if (!reader.person && !request->user)
		reader.person = policy_person(policy, reader.account);
	reader.may = reader.person != NULL || is_reader(policy, reader.account);
	return reader;
}
