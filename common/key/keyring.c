#include "common/key/keyring.h"

#include <stdlib.h>

#include "common/key/libcrypto.h"
#include "common/key/openpgp.h"

#define KEYS_MAX 1000000

int keyring_new(struct keyring **out, struct fault *f)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return fault_memory(f);
	(*out)->trusted = (uid_t)-1;
	return 0;
}

void keyring_free(struct keyring *ring)
{
	if (!ring)
		return;
	for (size_t i = 0; i < ring->ssh_count; i++)
		if (ring->ssh[i].pkey)
			libcrypto()->EVP_PKEY_free(ring->ssh[i].pkey);
	for (size_t i = 0; i < ring->authority_count; i++)
		if (ring->authorities[i].pkey)
			libcrypto()->EVP_PKEY_free(ring->authorities[i].pkey);
	openpgp_free(ring->files);
	revoked_free(ring->revoked);
	free(ring->authorities);
	free(ring->ssh);
	free(ring->openpgp);
	free(ring->passkeys);
	free(ring);
}

/* Appends to an array that grows at powers of two. */
static int append(struct keyring_key **keys, size_t *count, const struct keyring_key *key)
{
	struct keyring_key *grown = *keys;

	if (*count >= KEYS_MAX)
		return -1;
	if ((*count & (*count - 1)) == 0)
		grown = realloc(grown, (*count ? *count * 2 : 1) * sizeof(*grown));
	if (!grown)
		return -1;
	*keys = grown;
	grown[(*count)++] = *key;
	return 0;
}

int keyring_add(
	struct keyring *ring, const struct key *key, struct key_owner owner, struct fault *f)
{
	struct keyring_key entry = { .key = key, .owner = owner };
	int result;

	if (key->kind == KEY_OPENPGP) {
		entry.order = ring->openpgp_count;
		result = append(&ring->openpgp, &ring->openpgp_count, &entry);
		openpgp_free(ring->files); /* read again, with this one */
		ring->files = NULL;
	} else if (key->kind == KEY_PASSKEY) {
		entry.order = ring->passkey_count;
		result = append(&ring->passkeys, &ring->passkey_count, &entry);
	} else if (key->authority) {
		entry.order = ring->authority_count;
		result = append(&ring->authorities, &ring->authority_count, &entry);
	} else {
		entry.order = ring->ssh_count;
		result = append(&ring->ssh, &ring->ssh_count, &entry);
		ring->sorted = false;
	}
	return result < 0 ? fault_memory(f) : 0;
}

void keyring_trust(struct keyring *ring, uid_t owner)
{
	ring->trusted = owner;
}

void keyring_review_at(struct keyring *ring, const struct passkey_site *site)
{
	ring->site = *site;
}

struct passkey_site keyring_site(const struct keyring *ring)
{
	return ring->site;
}

const struct keyring_key *keyring_find_passkey(
	const struct keyring *ring, struct span credential, size_t *count)
{
	size_t first = 0;

	while (first < ring->passkey_count &&
		!span_equal(ring->passkeys[first].key->credential, credential))
		first++;
	*count = 0;
	while (first + *count < ring->passkey_count &&
		span_equal(ring->passkeys[first + *count].key->credential, credential))
		++*count;
	return *count ? &ring->passkeys[first] : NULL;
}

static int compare(const void *a, const void *b)
{
	const struct keyring_key *one = a, *other = b;
	int order = span_compare(one->key->blob, other->key->blob);

	return order ? order : (one->order > other->order) - (one->order < other->order);
}

struct keyring_key *keyring_find(struct keyring *ring, struct span blob, size_t *count)
{
	size_t low = 0, high = ring->ssh_count;

	*count = 0;
	if (!ring->sorted && ring->ssh_count)
		qsort(ring->ssh, ring->ssh_count, sizeof(*ring->ssh), compare);
	ring->sorted = true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(ring->ssh[middle].key->blob, blob) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + *count < ring->ssh_count &&
		span_equal(ring->ssh[low + *count].key->blob, blob))
		++*count;
	return *count ? &ring->ssh[low] : NULL;
}

void keyring_revoked_by(struct keyring *ring, names files)
{
	ring->revoked_files = files;
}

int keyring_is_revoked(struct keyring *ring, struct span blob, const struct krl_subject *subject,
	bool *is, struct fault *f)
{
	*is = true;
	if (ring->revoked_files && !ring->revoked &&
		revoked_read(&ring->revoked, ring->revoked_files, ring->trusted, f) < 0)
		return -1;
	*is = ring->revoked && revoked_has(ring->revoked, blob, subject);
	return 0;
}

/* The principal of the authority that the certificate names; NULL: none. */
static const char *principal_of(const struct key *authority, const struct sshcert *cert)
{
	struct span list = cert->principals, named;

	while (list.len && sshcert_principal(&list, &named))
		for (names name = authority->principals; name && *name; name++)
			if (span_is(named, *name))
				return *name;
	return NULL;
}

struct keyring_key *keyring_find_authority(
	struct keyring *ring, const struct sshcert *cert, const char **principal, bool *several)
{
	struct keyring_key *found = NULL;

	*several = false;
	*principal = NULL;
	for (size_t i = 0; i < ring->authority_count; i++) {
		struct keyring_key *key = &ring->authorities[i];
		const char *name = span_equal(key->key->blob, cert->authority)
					   ? principal_of(key->key, cert)
					   : NULL;

		if (!name)
			continue;
		if (!found) {
			found = key;
			*principal = name;
		} else if (!key->key->holder || !found->key->holder ||
			   strcmp(key->key->holder, found->key->holder) != 0) {
			*several = true;
		}
	}
	return found;
}

const char *keyring_why_invalid(const struct keyring_key *keys, size_t count, int64_t now)
{
	const struct key *key = keys->key;

	for (size_t i = 0; i < count; i++)
		if (keys[i].key->revoked)
			return "its key is revoked in the policy";
	if (key->valid_after && now < key->valid_after)
		return "its key is not valid yet";
	if (key->valid_before && now >= key->valid_before)
		return "its key is not valid any more";
	return NULL;
}

const char *keyring_why_authority_invalid(
	struct keyring *ring, const struct keyring_key *authority, int64_t now)
{
	size_t count;
	const struct keyring_key *keys = keyring_find(ring, authority->key->blob, &count);
	bool revoked = false;

	for (size_t i = 0; i < count; i++)
		revoked = revoked || keys[i].key->revoked;
	for (size_t i = 0; i < ring->authority_count; i++)
		revoked = revoked ||
			  (ring->authorities[i].key->revoked &&
				  span_equal(ring->authorities[i].key->blob, authority->key->blob));
	return revoked ? "its certificate's authority is revoked in the policy"
		       : keyring_why_invalid(authority, 1, now);
}
