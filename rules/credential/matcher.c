#include "rules/credential/matcher.h"

#include <hs_runtime.h>
#include <stdlib.h>
#include <string.h>

struct credential_matcher {
	hs_database_t *database;
	hs_scratch_t *scratch;
};

struct match_pass {
	matcher_found *found;
	void *context;
	size_t base;
	bool ended;
};

/* Blocks overlap by this much, which is more than any literal or pattern of ours is long. */
#define OVERLAP 512
#define BLOCK ((size_t)1 << 30)
#define RUN_MIN 1024 /* of a longer run of one byte so much is searched at each end */

/* What the engine was built to need at least. */
static bool machine_can(void)
{
#if defined(__x86_64__)
	return __builtin_cpu_supports("ssse3");
#else
	return true;
#endif
}

int matcher_new(struct credential_matcher **out, struct fault *f)
{
	struct credential_matcher *m = calloc(1, sizeof(*m));

	*out = NULL;
	if (!m)
		return fault_memory(f);
	if (!machine_can()) {
		free(m);
		return fault_set(f, FAULT_ADMIN,
			"this machine lacks the instructions (SSSE3) that the credential matcher "
			"needs");
	}
	if (hs_deserialize_database((const char *)credential_data.database,
		    credential_data.database_size, &m->database) != HS_SUCCESS ||
		hs_alloc_scratch(m->database, &m->scratch) != HS_SUCCESS) {
		matcher_free(m);
		return fault_set(f, FAULT_INTERNAL,
			"the prepared credential patterns do not fit the matcher that is "
			"installed");
	}
	*out = m;
	return 0;
}

void matcher_free(struct credential_matcher *m)
{
	if (!m)
		return;
	hs_free_scratch(m->scratch);
	hs_free_database(m->database);
	free(m);
}

static int tell(
	unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct match_pass *pass = context;

	(void)from;
	(void)flags;
	pass->ended = !pass->found(pass->context, id, pass->base + (size_t)to);
	return pass->ended;
}

/*
 * Where the next run of one byte begins that is so long that its middle need not be searched, and
 * where it ends: padding, and walls of `AAAA` in base64.
 */
static size_t next_run(struct span b, size_t at, size_t *end)
{
	for (; at + 2 * RUN_MIN < b.len; at += RUN_MIN) {
		if (b.data[at] != b.data[at + 1] ||
			memcmp(b.data + at, b.data + at + 1, RUN_MIN) != 0)
			continue;
		for (*end = at + RUN_MIN; *end < b.len && b.data[*end] == b.data[at];)
			++*end;
		if (*end - at > 2 * RUN_MIN)
			return at;
	}
	return *end = b.len;
}

int matcher_scan(struct credential_matcher *m, struct span bytes, matcher_found *found,
	void *context, struct fault *f)
{
	struct match_pass pass = { .found = found, .context = context };

	for (;;) {
		size_t run_end, run = next_run(bytes, pass.base, &run_end);
		size_t left = (run < bytes.len ? run + RUN_MIN : run) - pass.base;
		size_t take = left < BLOCK ? left : BLOCK;

		if (take &&
			hs_scan(m->database, bytes.data + pass.base, (unsigned)take, 0, m->scratch,
				tell, &pass) != HS_SUCCESS &&
			!pass.ended)
			return fault_set(f, FAULT_INTERNAL, "the credential matcher failed");
		if (pass.ended || (take == left && run == bytes.len))
			return 0;
		pass.base = take == left ? run_end - RUN_MIN : pass.base + take - OVERLAP;
	}
}
