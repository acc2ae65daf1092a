/*
 * The repository: its objects and refs.
 *
 * Objects are read raw and never through attributes, replace refs, grafts or a working tree: by our
 * own readers (common/store), and by git itself, kept open, where those cannot.  Refs are read from
 * their files, as git writes them; those of a reftable are asked of git, kept open, too.  Who owns
 * the folders is not asked: in a hook git has accepted the repository before it ran us
 * (safe.directory), several users may share one, and reading runs nothing that is named in it.
 *
 * What this push brings lies in git's quarantine (GIT_QUARANTINE_PATH) until the hook has
 * allowed it; repo_has() sees it, repo_had() does not.  Hashes are not verified: git has just
 * hashed everything in the pack (index-pack, unpack-objects), and what was there before was
 * hashed when it came.
 */
#ifndef COMMON_GIT_REPO_H
#define COMMON_GIT_REPO_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/deadline.h"
#include "common/base/fault.h"
#include "common/base/oid.h"
#include "common/git/object.h"

struct repo;

/*
 * Opens the repository that GIT_DIR and its companions name or, when path is not NULL, the one at
 * path or above it.  Refuses shallow repositories, grafts, unknown object formats, and
 * reference storages and extensions that are not read here, each with a clear word.  0 or -1.
 */
int repo_open(struct repo **out, const char *path, struct fault *f);

/*
 * Lets it read what another folder of objects has, too, as if it were an alternate.  0 or -1.
 */
int repo_add_objects(struct repo *repo, const char *folder, struct fault *f);

/* Closes it; NULL is fine.  Objects that were read from it must be released before. */
void repo_free(struct repo *repo);

/*
 * The git directory, absolute, without a trailing slash: where everything of the repository's and
 * of ours lies.  Of a linked worktree that is the common directory (common_dir.h).
 */
const char *repo_git_dir(const struct repo *repo);

/* The directory that was asked for: a linked worktree's has a HEAD of its own, which only revisions
 * that a person typed are about. */
const char *repo_entered(const struct repo *repo);

/* Whether objects of the push are still in quarantine (pre-receive; on some hosts update too). */
bool repo_in_quarantine(const struct repo *repo);

/* How many bytes its ids have, which tells the object format. */
size_t repo_id_len(const struct repo *repo);

/* Whether its refs are in a reftable. */
bool repo_is_reftable(const struct repo *repo);

struct object {
	enum object_type type;
	struct span data;
	struct stored *stored; /* for object_release() */
};

/*
 * Reads an object whole.  0, or -1: a missing object is the pusher's fault, the rest the admin's.
 */
int repo_read(struct repo *repo, const struct oid *id, struct object *out, struct fault *f);

/* As repo_read, but an object larger than `most` bytes is not read: *over then. */
int repo_read_within(struct repo *repo, const struct oid *id, size_t most, struct object *out,
	bool *over, struct fault *f);

/* Type and size without reading it whole.  As repo_read. */
int repo_read_header(struct repo *repo, const struct oid *id, enum object_type *type, size_t *size,
	struct fault *f);

/* Lets go of the data; harmless on a zeroed one. */
void object_release(struct object *object);

/* Whether the object can be read now. */
bool repo_has(struct repo *repo, const struct oid *id);

/*
 * Whether it was in the repository (with its alternates) before this push.  Without a quarantine
 * there is no telling: what is there was there.
 */
bool repo_had(struct repo *repo, const struct oid *id);

/*
 * Calls `each` for every object that lies in the quarantine, reached or not, in no order; nothing
 * without a quarantine.  What the repository had before may be among them: git completes packs with
 * what their deltas build on.  `each` returns 0 or a positive number, which ends it.  0, -1, or
 * what `each` returned.
 */
int repo_brought(struct repo *repo, int (*each)(void *context, const struct oid *id), void *context,
	struct fault *f);

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

/*
 * What the ref is now, symbolic refs not followed (in a reftable the target is the one that they
 * lead to in the end).  The name must be HEAD or one that git gives to
 * refs (refname.h).  One among a million takes microseconds, in a
 * reftable milliseconds.  0 (absent is a value, too) or -1.
 */
int repo_ref(struct repo *repo, const char *name, struct ref_value *out, struct fault *f);

#define REPO_SYMREFS_MAX 5 /* that lead to each other; git follows no more */

/*
 * The branch that HEAD names (`refs/heads/main`), born or not, for free(): where that is symbolic
 * itself, the one that really moves.  0 or -1.
 */
int repo_head_branch(struct repo *repo, char **out, struct fault *f);

/* Is told of a ref; not 0 ends the list. */
typedef int repo_ref_each(void *context, const char *name, const struct oid *id);

/*
 * Calls `each` for every direct ref whose name begins with the prefix, once, with its value as it
 * is stored, in no order; annotated tags are not peeled.  A broken ref is a fault.  0, -1, or what
 * `each` returned when that is not 0.
 */
int repo_refs(
	struct repo *repo, const char *prefix, repo_ref_each *each, void *context, struct fault *f);

/* Writes an object where new objects go now (the quarantine, in pre-receive).  0 or -1. */
int repo_write(struct repo *repo, enum object_type type, struct span data, struct oid *out,
	struct fault *f);

/*
 * The tree of a commit, however odd the commit is otherwise.  0, or -1: it is no commit, names no
 * tree, or cannot be read.
 */
int repo_tree_of(struct repo *repo, const struct oid *commit, struct oid *tree, struct fault *f);

/*
 * The mode and object at a path of a tree, "" being the tree itself; mode 0: there is nothing.
 * 0 or -1.
 */
int repo_entry_at(struct repo *repo, const struct oid *tree, const char *path, uint32_t *mode,
	struct oid *id, struct fault *f);

/* A file of a commit's tree. */
struct repo_file {
	const char *path;
	size_t most; /* a larger one is not read */
	struct object object;
	struct oid id;    /* of the file, when found */
	bool found, over; /* found: there is one (no link, no folder); over: and it is too large */
	bool other;       /* what is there is a link, a folder or a submodule */
};

/* Reads the file at file->path of a commit's tree into the rest of *file.  0 or -1. */
int repo_file_read(
	struct repo *repo, const struct oid *commit, struct repo_file *file, struct fault *f);

/*
 * Reads the file at a path of a commit's tree; *found says whether there is one (no link, no
 * folder).  0 or -1.
 */
int repo_blob_at(struct repo *repo, const struct oid *commit, const char *path, struct object *out,
	bool *found, struct fault *f);

#define REPO_MERGE_ASKS 50 /* a good number for a push */

/* The blobs of a three-way merge, and what became of them. */
struct repo_merge {
	const struct oid *base, *ours, *theirs, *outcome;
	struct deadline *deadline; /* NULL: never */
	size_t *asks; /* how often git itself may still be asked, counting down; NULL: never */
};

/*
 * Whether the three-way merge of the contents of the three blobs, as git makes it by itself, is
 * without conflict and gives the outcome.  (libgit2 compares lines in two of the ways that git has;
 * where neither gives it, git is asked.  Any of them will do: each takes nothing but what the sides
 * changed.)  0, or -1 (out of time: FAULT_LIMIT).
 */
int repo_merge_is(struct repo *repo, const struct repo_merge *merge, bool *same, struct fault *f);

#endif
