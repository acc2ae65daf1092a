/* What an old version of a text had already. */
#include <stdlib.h>
#include <string.h>

#include "rules/credential/credentials.h"

#define LINE_CONTEXT \
	256 /* bytes of the line on either side of a secret that make it "the same line" */
#define SEEN_MAX 10000

static uint64_t hash_add(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 1099511628211u;
	return hash;
}

/*
 * What a hit is recognised by in the other version: its kind, the secret, and the line around it.
 */
static uint64_t hash_of(struct span bytes, const struct credential_hit *hit)
{
	const char *start = hit->secret.data, *end = start + hit->secret.len;
	const char *first = bytes.data, *last = first + bytes.len;
	uint64_t hash = hash_add(14695981039346656037u, hit->kind, strlen(hit->kind));

	hash = hash_add(hash, start, hit->secret.len);
	if (start < first || end > last)
		return hash; /* in a decoding */
	for (int i = 0; i < LINE_CONTEXT && start > first && start[-1] != '\n'; i++)
		start--;
	for (int i = 0; i < LINE_CONTEXT && end < last && *end != '\n'; i++)
		end++;
	return hash_add(hash, start, (size_t)(end - start));
}

int credential_old_hits_add(
	struct credential_old_hits *seen, struct span bytes, const struct credential_hit *hit)
{
	if (seen->count == SEEN_MAX)
		return 0; /* what is not remembered counts as new */
	if (!seen->hashes)
		seen->hashes = calloc(SEEN_MAX, sizeof(*seen->hashes));
	if (!seen->hashes)
		return -1;
	seen->hashes[seen->count++] = hash_of(bytes, hit);
	return 0;
}

bool credential_old_hits_has(
	const struct credential_old_hits *seen, struct span bytes, const struct credential_hit *hit)
{
	uint64_t hash = seen->count ? hash_of(bytes, hit) : 0;

	for (size_t i = 0; hit->secret.len && i < seen->count; i++)
		if (seen->hashes[i] == hash)
			return true;
	return false;
}

void credential_old_hits_release(struct credential_old_hits *seen)
{
	free(seen->hashes);
	*seen = (struct credential_old_hits){ 0 };
}
