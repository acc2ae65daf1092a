/* Between the files of stops. */
#ifndef COMMON_FACTS_STOPS_PRIVATE_H
#define COMMON_FACTS_STOPS_PRIVATE_H

#include "common/facts/stops.h"

/* Adds what the host's lists say; one that is not there says nothing.  0 or -1. */
int stops_host_read(struct stops *stops, const char *etc, struct fault *f);

#endif
