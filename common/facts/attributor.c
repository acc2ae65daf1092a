/* What an attributor knows: the keys, marks and accounts of everybody. */
#include <stdlib.h>

#include "common/facts/attribution_private.h"
#include "common/key/openpgp.h"

static int ring_add_people(struct attributor *a, struct fault *f)
{
	const struct policy *policy = a->facts.policy;

	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];
		struct key_owner owner = { .person = person, .approves = true };

		for (size_t k = 0; k < person->approval_key_count; k++)
			if (keyring_add(a->ring, &person->approval_keys[k], owner, f) < 0)
				return -1;
		owner.approves = false;
		for (size_t k = 0; k < person->key_count; k++)
			if (keyring_add(a->ring, &person->keys[k], owner, f) < 0)
				return -1;
	}
	return 0;
}

static int ring_add_agents(struct attributor *a, struct fault *f)
{
	const struct policy *policy = a->facts.policy;

	for (size_t i = 0; i < policy->agent_count; i++)
		for (size_t k = 0; k < policy->agents[i].key_count; k++)
			if (keyring_add(a->ring, &policy->agents[i].keys[k],
				    (struct key_owner){ .agent = &policy->agents[i] }, f) < 0)
				return -1;
	return 0;
}

static int ring_add_vendors(struct attributor *a, struct fault *f)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);

	for (size_t i = 0; i < count; i++)
		for (const char *const *line = agents[i].keys; line && *line; line++) {
			struct key *key = arena_alloc(&a->arena, sizeof(*key));
			const char *why;

			if (!key)
				return fault_memory(f);
			if (key_parse(key, &a->arena, span_of(*line), "/", &why) < 0)
				return fault_set(f, FAULT_INTERNAL, "the catalogue's key of %s: %s",
					agents[i].id, why);
			if (keyring_add(a->ring, key, (struct key_owner){ .vendors = &agents[i] },
				    f) < 0)
				return -1;
		}
	return 0;
}

static int marks_fill(struct attributor *a, struct fault *f)
{
	const struct policy *policy = a->facts.policy;
	const struct stops *stops = a->facts.stops;
	size_t more = stops ? stops->marked_count : 0, grants = 0, count = 0;
	struct marks_agent *agents;

	for (size_t i = 0; i < policy->agent_count; i++)
		grants += policy->agents[i].grant_count;
	agents = arena_alloc(&a->arena, (grants + more + 1) * sizeof(*agents));
	a->known = arena_alloc(&a->arena, (grants + 1) * sizeof(*a->known));
	if (!agents || !a->known)
		return fault_memory(f);
	for (size_t i = 0; i < policy->agent_count; i++)
		for (size_t g = 0; g < policy->agents[i].grant_count; g++) {
			const struct grant *grant = &policy->agents[i].grants[g];

			if (!*grant->emails && !*grant->trailers)
				continue;
			agents[count] = (struct marks_agent){ arena_strdup(&a->arena,
								      policy->agents[i].name),
				grant->emails, grant->trailers };
			if (!agents[count].name)
				return fault_memory(f);
			a->known[count] = (struct known_mark){ agents[count].name, grant->layer };
			a->known_count = ++count;
		}
	for (size_t i = 0; i < more; i++)
		agents[count + i] = stops->marked[i];
	return marks_new(&a->marks, agents, count + more, f);
}

static int attributor_fill(struct attributor *a, struct fault *f)
{
	a->account_agent = policy_account_agent(a->facts.policy, a->facts.account);
	if (keyring_new(&a->ring, f) < 0)
		return -1;
	keyring_trust(a->ring, a->facts.owner);
	keyring_revoked_by(a->ring, a->facts.policy->revoked_keys);
	if (ring_add_people(a, f) < 0 || ring_add_agents(a, f) < 0 || ring_add_vendors(a, f) < 0)
		return -1;
	return marks_fill(a, f);
}

int attributor_new(struct attributor **out, const struct attributor_facts *facts, struct fault *f)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return fault_memory(f);
	(*out)->arena = (struct arena)ARENA_INIT((size_t)256 << 20);
	(*out)->facts = *facts;
	if (attributor_fill(*out, f) == 0)
		return 0;
	attributor_free(*out);
	*out = NULL;
	return -1;
}

void attributor_limit(struct attributor *a, struct deadline *deadline)
{
	marks_limit(a->marks, deadline);
}

static bool is_stopped(const struct attributor *a, const char *key, const char *primary)
{
	return a->facts.stops && stops_find_signer(a->facts.stops, key, primary, "");
}

static bool on_signer(void *context, const char *fingerprint, const char *primary)
{
	return !is_stopped(context, fingerprint, primary);
}

/* Whether another entry of the ring, or a list, revokes the key. */
static bool is_revoked(struct attributor *a, const struct key *key)
{
	const struct krl_subject subject = { key->blob, NULL };
	struct fault untold = { 0 };
	bool revoked = false;
	size_t count;
	const struct keyring_key *keys = keyring_find(a->ring, key->blob, &count);

	for (size_t i = 0; i < count && !revoked; i++)
		revoked = keys[i].key->revoked;
	if (!revoked && keyring_is_revoked(a->ring, key->blob, &subject, &revoked, &untold) < 0)
		revoked = false; /* whoever signs with it is told that the lists cannot be read */
	return revoked;
}

bool attributor_may_sign(struct attributor *a, const struct key *key)
{
	const struct openpgp_file file = { key->file, a->facts.now };
	struct fault untold = { 0 };

	if (key->revoked || (key->valid_before && a->facts.now >= key->valid_before) ||
		(key->fingerprint && is_stopped(a, key->fingerprint, "")))
		return false;
	if (key->valid_after > a->facts.now)
		return true;
	if (key->kind == KEY_OPENPGP)
		return openpgp_signers(a->ring, &file, on_signer, a, &untold) != 0;
	return key->kind != KEY_SSH || !is_revoked(a, key);
}

void attributor_free(struct attributor *a)
{
	if (!a)
		return;
	marks_free(a->marks);
	keyring_free(a->ring);
	arena_release(&a->arena);
	free(a);
}
