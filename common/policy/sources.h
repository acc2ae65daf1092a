/*
 * Where the policy's files of one repository lie.
 */
#ifndef COMMON_POLICY_SOURCES_H
#define COMMON_POLICY_SOURCES_H

#include "common/base/install_paths.h"
#include "common/policy/policy.h"

#define STOPS_FILE "stopped.json" /* the host's list of who is stopped, beside the site's policy */
#define STOPS_FLEET_FILE "stopped.fleet.json" /* the same of its fleet */

struct sources {
	char site[INSTALL_PATH_MAX], repository[INSTALL_PATH_MAX], stopped[INSTALL_PATH_MAX],
		stopped_fleet[INSTALL_PATH_MAX], agents[INSTALL_PATH_MAX];
};

/* Works them out from the installation and the git directory.  0 or -1. */
int sources_find(struct sources *out, const struct install_paths *paths, const char *git_dir,
	struct fault *f);

/*
 * Lets the catalogue have what this installation's site adds to it (agents.d), for who asks it
 * without loading a policy.  0 or -1.
 */
int sources_agents(struct fault *f);

/*
 * The same in the form that policy_load() takes, without the delegated layer; points into
 * `sources`.
 */
struct policy_sources sources_of(const struct sources *sources, const char *git_dir);

#endif
