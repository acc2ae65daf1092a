/* Handing a mail to sendmail(8). */
#ifndef COMMON_NOTIFY_SENDMAIL_H
#define COMMON_NOTIFY_SENDMAIL_H

#include "common/base/fault.h"
#include "common/base/span.h"

/*
 * Pipes the message to `/usr/sbin/sendmail -t -oi` (or the program given instead) in a fixed
 * environment, and waits ten seconds for it to end; then it is killed with all that it has started.
 * 0, 1 with why it was not taken, or -1: it could not be run, or did not end.
 */
int sendmail(const char *program, struct span message, struct fault *f);

#endif
