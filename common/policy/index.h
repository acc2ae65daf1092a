/*
 * Who and what a policy names, found by name in constant time: a part of common/policy/policy.
 */
#ifndef COMMON_POLICY_INDEX_H
#define COMMON_POLICY_INDEX_H

#include "common/base/arena.h"
#include "common/policy/policy.h"

enum index_kind {
	INDEX_PERSON,
	INDEX_AGENT,
	INDEX_GROUP,
	INDEX_RULE,
	INDEX_ACCOUNT, /* `which` is a person's or an agent's, as `of_agent` says */
	INDEX_KEY,     /* by fingerprint, or file; likewise */
	INDEX_CLASS,   /* made by the policy */
};

struct index_entry {
	enum index_kind kind;
	const char *name;
	size_t which; /* position in the policy's array of that kind */
	enum layer layer;
	bool of_agent;
};

struct policy_index {
	struct index_entry *slots;
	size_t count, cap; /* cap: a power of two */
};

/* The entry, valid until the next policy_index_add; NULL when there is none. */
const struct index_entry *policy_index_find(
	const struct policy_index *index, enum index_kind kind, const char *name);

/* Adds an entry that is not there yet; its name must live in the arena.  0, or -1: no memory. */
int policy_index_add(
	struct policy_index *index, struct arena *arena, const struct index_entry *entry);

/* The entry of an account, by whatever letter case; NULL when there is none. */
const struct index_entry *policy_index_account(
	const struct policy_index *index, const char *account);

/* Adds one, whose name need not live on.  0, or -1: no memory. */
int policy_index_add_account(
	struct policy_index *index, struct arena *arena, const struct index_entry *entry);

#endif
