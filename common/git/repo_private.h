/*
 * What the files of the repository module (repo*.c) share.  Nobody else includes this.
 */
#ifndef COMMON_GIT_REPO_PRIVATE_H
#define COMMON_GIT_REPO_PRIVATE_H

#include <git2.h>

#include "common/git/packs.h"
#include "common/git/repo.h"

struct repo {
	char *entered, *git_dir;
	struct alternates objects; /* the first is where new objects go */
	size_t id_len;
	bool quarantine;     /* it is a push's quarantine */
	git_odb *odb;        /* all of objects */
	git_odb *before;     /* all but the quarantine; NULL until asked for */
	size_t reads;        /* of objects; small pushes need no packs */
	struct packs *packs; /* of objects; NULL until there were some reads */
	git_config *config;  /* git_dir/config; NULL when there is none */
	unsigned file_mode;  /* of what we write; 0: the usual */
};

/* Opens an odb over the folders from the first-th on.  0 or -1. */
int repo_open_objects(git_odb **out, const struct repo *repo, size_t first, struct fault *f);

/* What libgit2 said last, as a fault of the admin's with the context in front.  Always -1. */
int repo_fault(struct fault *f, const char *context);

#endif
