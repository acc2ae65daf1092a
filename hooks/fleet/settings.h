/*
 * The fleet's settings of this host: `fleet.json` in the site's folder, checked like a policy.  A
 * host without that file is in no fleet.  The password lies in a file of its own that nobody else
 * may read.
 */
#ifndef HOOKS_FLEET_SETTINGS_H
#define HOOKS_FLEET_SETTINGS_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/fault.h"
#include "common/base/install_paths.h"
#include "common/base/names.h"
#include "common/key/key.h"
#include "common/state/fleet_lease.h"

#define FLEET_KEYS_MAX 64

struct fleet_settings {
	struct arena arena;
	struct install_paths paths;
	char path[INSTALL_PATH_MAX]; /* of the file */
	bool there;                  /* there is such a file */
	const char *host;            /* by which name this host goes */
	names servers;               /* HOST, HOST:PORT, or the folder of a socket; in turn */
	const char *database, *user;
	const char *password_file, *tls, *ca_file, *certificate_file, *key_file; /* or NULL */
	bool no_listen;   /* orders are asked for twice a second: behind a pool of connections */
	struct key *keys; /* whose signatures orders need */
	size_t key_count;
	const char *policy_repository; /* where the fleet's policy is fetched from, or NULL */
	int patience;                  /* seconds for one answer; 0: as long as usual */
	int64_t policy_after;          /* seconds that a policy waits here before it is in force */
	int policy_signatures;         /* by how many of the keys it has to be signed */
	const char *review;      /* where its review page is, without a slash at its end; or NULL */
	const char *signing_key; /* the private key by which this host's people sign; or NULL */
};

/*
 * Reads the settings; for fleet_settings_release(), also after -1.  No file is no fault:
 * out->there.  0 or -1.
 */
int fleet_settings_read(struct fleet_settings *out, struct fault *f);

/* The same, where a fleet is needed: no file is a fault.  0 or -1. */
int fleet_settings_need(struct fleet_settings *out, struct fault *f);

/* Frees what they hold; harmless on zeroed ones. */
void fleet_settings_release(struct fleet_settings *settings);

#endif
