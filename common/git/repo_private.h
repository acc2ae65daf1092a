/*
 * What the files of the repository module (repo*.c) share.  Nobody else includes this.
 */
#ifndef COMMON_GIT_REPO_PRIVATE_H
#define COMMON_GIT_REPO_PRIVATE_H

#include "common/git/repo.h"
#include "common/store/cat_file.h"
#include "common/store/git_refs.h"
#include "common/store/loose.h"
#include "common/store/packs.h"

/*
 * Objects that were read last, one a place: a push asks for its commits and their trees ten times
 * each, a list of holds for their tags.
 */
#define KEPT_PLACES 64
struct kept_object {
	struct oid id;
	struct stored *object; /* NULL: none */
};

struct repo {
	char *entered, *git_dir;
	struct alternates objects; /* the first is where new objects go */
	size_t id_len;             /* of its ids, in bytes */
	bool quarantine;           /* it is a push's quarantine */
	size_t reads;              /* of objects; in small pushes they are loose */
	struct loose_reader loose; /* of those */
	struct kept_object kept[KEPT_PLACES];
	struct packs *packs;  /* of objects; NULL until one was not loose */
	struct cat_file git;  /* for what they do not read */
	bool reftable;        /* its refs are told by git */
	struct git_refs refs; /* which is this one */
	unsigned file_mode;   /* of what we write; 0: the usual */
};

/* Reads git_dir/config: what is said of the format, and of what we write.  0 or -1. */
int repo_read_config(struct repo *repo, struct fault *f);

/* As repo_ref(), of a store that only git reads. */
int repo_ref_by_git(struct repo *repo, const char *name, struct ref_value *out, struct fault *f);

/* As repo_refs(), of such a store. */
int repo_refs_by_git(
	struct repo *repo, const char *prefix, repo_ref_each *each, void *context, struct fault *f);

/*
 * Whether git itself gives the outcome, in a scratch repository; false also where it could not be
 * asked, or took longer.
 */
bool repo_merge_by_git(const struct repo *repo, const struct repo_merge *merge, int seconds);

/* The packs, mapped by now; NULL when memory ran out. */
struct packs *repo_packs(struct repo *repo);

#endif
