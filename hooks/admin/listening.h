/* What our own servers share: where to listen, and until when. */
#ifndef HOOKS_ADMIN_LISTENING_H
#define HOOKS_ADMIN_LISTENING_H

#include <netdb.h>

#include "common/base/fault.h"

/* `127.0.0.1:8460`, `[::1]:8460`, `localhost:0`: the address, for freeaddrinfo().  0 or -1. */
int listening_at(const char *text, struct addrinfo **out, struct fault *f);

/* Before threads are started: signals that end us go to listening_wait(), and none by a client. */
void listening_begin(void);

/* Waits until somebody ends us. */
void listening_wait(void);

#endif
