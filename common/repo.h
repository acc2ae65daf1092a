/*
 * The repository: the one module that knows libgit2.
 *
 * Objects are read raw and never through attributes, replace refs, grafts or a working tree.
 * What this push brings lies in git's quarantine (GIT_QUARANTINE_PATH) until the hook has
 * allowed it; repo_has() sees it, repo_had() does not.  Hash verification is off: git has just
 * hashed everything in the pack (index-pack, unpack-objects), and what was there before was
 * hashed when it came.
 */
#ifndef COMMON_REPO_H
#define COMMON_REPO_H

#include <stdbool.h>
#include <stddef.h>

#include "common/fault.h"
#include "common/object.h"
#include "common/oid.h"

struct repo;

/*
 * Opens the repository that GIT_DIR and its companions name or, when path is not NULL, the one
 * at path or above it.  Refuses shallow repositories, grafts, object formats other than SHA-1, and reference
 * storages and extensions that libgit2 does not read, each with a clear word.  0 or -1.
 */
int repo_open(struct repo **out, const char *path, struct fault *f);

void repo_free(struct repo *repo);

/* The git directory, absolute, without a trailing slash; and the common one (of worktrees). */
const char *repo_git_dir(const struct repo *repo);

/* Whether objects of the push are still in quarantine (pre-receive; on some hosts update too). */
bool repo_in_quarantine(const struct repo *repo);

struct object {
	enum object_type type;
	struct span data;
	void *handle; /* the repository's; for object_release() */
};

/* Reads an object whole.  0, or -1: a missing object is the pusher's fault, the rest the admin's. */
int repo_read(struct repo *repo, const struct oid *id, struct object *out, struct fault *f);

/* Type and size without reading it whole.  As repo_read. */
int repo_read_header(struct repo *repo, const struct oid *id, enum object_type *type, size_t *size,
	struct fault *f);

void object_release(struct object *object);

/* Whether the object can be read now, and whether it was in the repository before this push. */
bool repo_has(struct repo *repo, const struct oid *id);
bool repo_had(struct repo *repo, const struct oid *id);

enum ref_kind {
	REF_ABSENT,
	REF_DIRECT,
	REF_SYMBOLIC,
};

struct ref_value {
	enum ref_kind kind;
	struct oid id; /* when direct */
	char *target;  /* when symbolic, for free(); else NULL */
};

/* What the ref is now, symbolic refs not followed.  0 (absent is a value, too) or -1. */
int repo_ref(struct repo *repo, const char *name, struct ref_value *out, struct fault *f);

/* The branch that HEAD names (`refs/heads/main`), born or not, for free(); 0 or -1. */
int repo_head_branch(struct repo *repo, char **out, struct fault *f);

/*
 * Calls `each` for every direct ref whose name begins with the prefix, with its value as it is
 * stored and what an annotated tag peels to (zero where that is not known without reading it).
 * 0, -1, or what `each` returned when that is not 0.
 */
int repo_refs(struct repo *repo, const char *prefix,
	int (*each)(void *context, const char *name, const struct oid *id), void *context,
	struct fault *f);

/* Writes an object where new objects go now (the quarantine, in pre-receive).  0 or -1. */
int repo_write(struct repo *repo, enum object_type type, struct span data, struct oid *out,
	struct fault *f);

/* Finds the blob at a path of a commit's tree; *found says whether there is one.  0 or -1. */
int repo_blob_at(struct repo *repo, const struct oid *commit, const char *path, struct object *out,
	bool *found, struct fault *f);

/*
 * The three-way merge of contents that git makes by itself.  *clean: there was no conflict, and
 * *same: the outcome has the blob id `outcome`.  Absent sides are not merged (*clean false).
 */
int repo_merge_is(struct repo *repo, const struct oid *base, const struct oid *ours,
	const struct oid *theirs, const struct oid *outcome, bool *same, struct fault *f);

/* A setting of the repository's git configuration as text for free(); NULL when unset.  0 or -1. */
int repo_config(struct repo *repo, const char *key, char **out, struct fault *f);

#endif
