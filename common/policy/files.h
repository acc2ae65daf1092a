/*
 * The bytes of a policy's layers, and what names them: a part of common/policy/policy.  Nothing
 * here understands them, so that the small update program can use it without a JSON parser.
 */
#ifndef COMMON_POLICY_FILES_H
#define COMMON_POLICY_FILES_H

#include "common/policy/policy.h"

struct policy_files {
	struct {
		const char *name; /* for messages; the path, or what stands for one */
		struct buf bytes;
		bool there, over; /* over: it is too large, and was not taken */
	} layers[LAYER_COUNT];
};

/* No layer is there; for policy_files_release(). */
void policy_files_init(struct policy_files *files);

/* Reads what there is, once, if it can be trusted; always for policy_files_release().  0 or -1. */
int policy_files_read(
	struct policy_files *files, const struct policy_sources *sources, struct fault *f);

/* Frees what was read. */
void policy_files_release(struct policy_files *files);

/* Loads the policy of layers that were read, as policy_load() does; in load.c.  0 or -1. */
int policy_load_read(struct policy **out, const struct policy_sources *sources,
	const struct policy_files *files, struct fault *f);

/*
 * SHA-256, in hex, over a canonical framing of the first `count` layers: `countersign-policy 1\n`,
 * and for each that is there its word, a space, its length in decimal, a line feed, its bytes and a
 * line feed.  0 or -1.
 */
int policy_files_hash(
	const struct policy_files *files, size_t count, char digest[65], struct fault *f);

/* The fault that there is no layer at all, with how to make one.  Always -1. */
int policy_files_none(const struct policy_sources *sources, struct fault *f);

#endif
