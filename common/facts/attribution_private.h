/* What the files of the attribution module share.  Nobody else includes this. */
#ifndef COMMON_FACTS_ATTRIBUTION_PRIVATE_H
#define COMMON_FACTS_ATTRIBUTION_PRIVATE_H

#include "common/facts/attribution.h"

/* What one layer knows an agent by; marks are told apart by where their name lies. */
struct known_mark {
	const char *name;
	enum layer layer;
};

struct attributor {
	struct arena arena;
	struct known_mark *known;
	size_t known_count;
	struct attributor_facts facts;
	struct keyring *ring;
	struct marks *marks;
	const struct agent *account_agent;
};

#endif
