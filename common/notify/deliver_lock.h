/*
 * Whose turn it is to deliver: locks on bytes of one file (state_lock_file()), which the kernel lets go of when the
 * process that holds them ends, however it ends.
 */
#ifndef COMMON_NOTIFY_DELIVER_LOCK_H
#define COMMON_NOTIFY_DELIVER_LOCK_H

#include <stdbool.h>

enum turn {
	TURN_SEND, /* who sends */
	TURN_NEXT, /* who sends after, and has not looked yet: what is queued by now is seen by that one */
	TURN_LATER, /* who stays for the retries */
};

/* Takes the turn, waiting for it if asked to.  0 or -1. */
int turn_take(int file, enum turn turn, bool wait);

/* Gives it to others. */
void turn_give(int file, enum turn turn);

/* Whether another process has it. */
bool turn_is_taken(int file, enum turn turn);

#endif
