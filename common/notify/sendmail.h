/* Handing a mail to sendmail(8). */
#ifndef COMMON_NOTIFY_SENDMAIL_H
#define COMMON_NOTIFY_SENDMAIL_H

#include "common/base/fault.h"
#include "common/base/span.h"

/*
 * Pipes the message to `/usr/sbin/sendmail -t -oi` (or the program given instead) in a fixed
 * environment, and waits ten seconds for it to end.  0, or -1 with why it was not taken.
 */
int sendmail(const char *program, struct span message, struct fault *f);

#endif
