/* Refs of a store that only git reads (reftable): asked of git, kept open. */
#include <stdlib.h>
#include <string.h>

#include "common/git/repo_private.h"

#define TRIES 3 /* for a ref that comes and goes */

/* One name that is looked for. */
struct sought {
	const char *name;
	struct ref_value *out;
	struct fault *fault;
};

static int symbolic(struct ref_value *out, const char *target, struct fault *f)
{
	out->target = strdup(target);
	out->kind = REF_SYMBOLIC;
	return out->target ? 0 : fault_memory(f);
}

/* The name itself comes first of all that begin with it. */
static int on_first(void *context, const struct git_ref *ref)
{
	struct sought *sought = context;

	if (strcmp(ref->name, sought->name) != 0)
		return 1;
	if (ref->target)
		return symbolic(sought->out, ref->target, sought->fault) < 0 ? -1 : 1;
	sought->out->kind = REF_DIRECT;
	sought->out->id = ref->id;
	return 1;
}

int repo_ref_by_git(struct repo *repo, const char *name, struct ref_value *out, struct fault *f)
{
	struct sought sought = { name, out, f };

	for (int i = 0; i < TRIES; i++) {
		char *target;
		int there;

		if (git_refs_list(&repo->refs, name, on_first, &sought, f) < 0)
			return -1;
		if (out->kind != REF_ABSENT)
			return 0;
		there = git_refs_unlisted(&repo->refs, name, &target, f);
		if (there > 0 && target) {
			out->kind = REF_SYMBOLIC;
			out->target = target;
		}
		if (there <= 0 || target)
			return there < 0 ? -1 : 0;
	}
	return fault_set(f, FAULT_ADMIN, "ref %s is broken in the repository", name);
}

struct listing {
	repo_ref_each *each;
	void *context;
};

static int on_ref(void *context, const struct git_ref *ref)
{
	const struct listing *listing = context;

	return ref->target ? 0 : listing->each(listing->context, ref->name, &ref->id);
}

int repo_refs_by_git(
	struct repo *repo, const char *prefix, repo_ref_each *each, void *context, struct fault *f)
{
	struct listing listing = { each, context };

	return git_refs_list(&repo->refs, prefix, on_ref, &listing, f);
}
