/* What the files about gitolite share; nobody else includes it. */
#ifndef HOOKS_HOST_HANDS_GITOLITE_FILES_H
#define HOOKS_HOST_HANDS_GITOLITE_FILES_H

#include <limits.h>

#include "hooks/host/hands/hands.h"

/* A folder of gitolite's, which is worked on as the repository is. */
struct gitolite {
	struct hands common, vrefs;
	char common_path[PATH_MAX], vrefs_path[PATH_MAX];
	char name[INSTALL_PATH_MAX]; /* gitolite's, of the repository */
	bool vrefs_are_roots;        /* only root may write there */
};

/* Where hooks/update leads, from where we stand; "" when it is no link. */
void gitolite_update_leads(const struct hands *h, char out[INSTALL_PATH_MAX]);

/* A value of gitolite's settings, which is a path.  0 or -1. */
int gitolite_query(struct hands *h, const char *name, char out[INSTALL_PATH_MAX], struct fault *f);

/* Finds its folders; for gitolite_close() either way.  0 or -1. */
int gitolite_find(struct hands *h, struct gitolite *g, struct fault *f);

/* Closes what is open. */
void gitolite_close(struct gitolite *g);

/* Whether a file in one of its folders is a hook of ours. */
bool gitolite_is_ours(const struct hands *folder, const char *path);

/* hands_gitolite_beside(), where gitolite's folders are known. */
void gitolite_beside(struct hands *h, const struct gitolite *g);

#endif
