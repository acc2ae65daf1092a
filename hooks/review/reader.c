#include "hooks/review/reader.h"

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
	reader.may = reader.person != NULL;
	return reader;
}
