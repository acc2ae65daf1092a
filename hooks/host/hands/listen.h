/* Listening to a process of ours that works with less rights, and that may never end. */
#ifndef HOOKS_HOST_HANDS_LISTEN_H
#define HOOKS_HOST_HANDS_LISTEN_H

#include <sys/types.h>

#include "common/base/buf.h"

/*
 * Appends all that comes from `fd` until the process, a leader of its group, closes it; what is
 * late is ended with its group.  The process is waited for, `fd` stays open.
 */
void listen_to_end(pid_t pid, int fd, int seconds, struct buf *said);

#endif
