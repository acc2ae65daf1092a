/*
 * Whether the web server in front of git lets only those push whom it has checked: what it hands
 * over as REMOTE_USER is believed.  Asked from outside, as a client would.
 */
#ifndef HOOKS_HOST_HTTP_CHECK_H
#define HOOKS_HOST_HTTP_CHECK_H

#include "hooks/host/hook_check.h"

struct http_check {
	const char *url;     /* of the repository */
	const char *account; /* one that the server knows, or any name */
	const char *ca_file; /* NULL: the machine's authorities */
	drift_each each;
	void *context;
};

/* Calls `each` for all that is wrong with it.  0, -1, or what `each` returned. */
int http_check(const struct http_check *check, struct fault *f);

#endif
