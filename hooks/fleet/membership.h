/*
 * Making a fleet, coming into it and leaving it.  The schema is a file (`fleet.sql`) that whoever
 * runs the engine can read first.
 */
#ifndef HOOKS_FLEET_MEMBERSHIP_H
#define HOOKS_FLEET_MEMBERSHIP_H

#include "hooks/fleet/link.h"

#define FLEET_SCHEMA 3 /* the version of the schema that this program works with */
#define FLEET_ID_SIZE 37

/* Prints the schema.  0 or -1. */
int membership_print(struct fault *f);

/*
 * Makes the schema, or the steps of it that are missing; *made says whether any were.  With the
 * rights of the settings' user.  0 or -1.
 */
int membership_init(struct link *link, bool *made, struct fault *f);

/* Whether the schema is one that this program works with, and which fleet it is.  0 or -1. */
int membership_check(struct link *link, char fleet[FLEET_ID_SIZE], struct fault *f);

/* Joins, or joins again; from then on the settings are expected.  0 or -1. */
int membership_join(struct link *link, struct fault *f);

/* Leaves: nothing is expected any more, and nothing of the fleet is in force here.  0 or -1. */
int membership_leave(struct link *link, struct fault *f);

#endif
