/*
 * The fleet's policy: a git repository with tags `countersign-policy/NUMBER/WHO`, each signed by
 * one of the keys in the settings.  The highest number that enough different keys have signed for
 * the same commit is in force: its `policy.json` is checked, and takes the place of the site's in
 * one step.  A number that is not higher than the one in force changes nothing, so an older policy
 * cannot be brought back.
 *
 * A policy that comes is written beside the one in force first (`policy.next.json`), and what it
 * changes is told.  On a host whose settings say `after` it waits there for so long, so that it is
 * in force on other hosts before.
 *
 * What is fetched may be anything; what the keys did not sign is passed over.
 */
#ifndef HOOKS_FLEET_POLICY_TAGS_H
#define HOOKS_FLEET_POLICY_TAGS_H

#include "hooks/fleet/settings.h"

#define POLICY_NUMBER_FILE "fleet.policy" /* which number is in force */

/* The number that is in force; 0: none.  0 or -1. */
int policy_tags_number(const struct fleet_settings *settings, int64_t *number, struct fault *f);

#define POLICY_NEXT "policy.next.json"
#define POLICY_NEXT_NUMBER "fleet.policy.next" /* which that is, and since when it waits */

/* Fetches, and puts in force what is newer; *number is what is in force then.  0 or -1. */
int policy_tags_update(const struct fleet_settings *settings, int64_t *number, struct fault *f);

#endif
