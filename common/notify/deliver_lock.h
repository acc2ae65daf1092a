/*
 * Whose turn it is to deliver: locks on bytes of one file (state_lock_file()), which the kernel
 * lets go of when the process that holds them ends, however it ends.
 */
#ifndef COMMON_NOTIFY_DELIVER_LOCK_H
#define COMMON_NOTIFY_DELIVER_LOCK_H

#include <stdbool.h>

enum deliver_lock {
	DELIVER_LOCK_SEND, /* who sends */
	/* who sends after, and has not looked yet: what is queued by now is seen by that one */
	DELIVER_LOCK_NEXT,
	DELIVER_LOCK_LATER, /* who stays for the retries */
};

/* Takes the turn, waiting for it if asked to.  0 or -1. */
int deliver_lock_take(int file, enum deliver_lock which, bool wait);

/* Gives it to others. */
void deliver_lock_release(int file, enum deliver_lock which);

/* Whether another process has it. */
bool deliver_lock_is_taken(int file, enum deliver_lock which);

#endif
