/* Between the files of stops. */
#ifndef COMMON_FACTS_STOPS_PRIVATE_H
#define COMMON_FACTS_STOPS_PRIVATE_H

#include "common/facts/stops.h"

/* Adds a copy.  0 or -1. */
int stops_add(struct stops *stops, const struct stopped *who, struct fault *f);

/* Adds what the host's list says; one that is not there says nothing.  0 or -1. */
int stops_host_read(struct stops *stops, const char *etc, struct fault *f);

#endif
