/*
 * Names that whoever pushes can choose (an account, a ref, a path) are kept in the log, in holds
 * and in events, and shown.  One that is a credential itself must be neither, whatever rules there
 * are: this is the one place that knows.
 */
#include <ctype.h>

#include "hooks/judge/parts.h"

#define SECRET_LEAST 16 /* bytes; nothing shorter is sure to be a secret */

static int on_hit(void *context, const struct credential_hit *hit)
{
	*(bool *)context = hit->confidence >= CONFIDENCE_MEDIUM;
	return *(bool *)context;
}

/* Most names are words in small letters, and cost nothing; not every token has a digit. */
static bool may_be_secret(struct span name)
{
	size_t run = 0, others = 0;

	for (size_t i = 0; i < name.len; i++) {
		const unsigned char c = (unsigned char)name.data[i];

		run = isalnum(c) || c == '_' || c == '-' ? run + 1 : 0;
		others += isdigit(c) || isupper(c);
		if (run >= SECRET_LEAST && others)
			return true;
	}
	return false;
}

bool judge_secret_name(struct judge *judge, struct span name)
{
	struct credential_versions versions = { span_of(""), span_of(""), name, CONFIDENCE_MEDIUM };
	struct credentials *own = NULL;
	struct fault ignored = { 0 };
	bool secret = false;

	if (!may_be_secret(name))
		return false;
	if (!judge && credentials_new(&own, &ignored) < 0)
		return true;
	if (credentials_scan_new(
		    judge ? judge->credentials : own, &versions, on_hit, &secret, &ignored) < 0)
		secret = true; /* what cannot be told is not shown */
	credentials_free(own);
	fault_clear(&ignored);
	return secret;
}
