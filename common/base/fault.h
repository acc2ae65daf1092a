/*
 * A fault says why something could not be found out or done.  It always ends in refusal and is
 * never mixed up with a finding, which says what was found.
 *
 * The caller owns the struct and zeroes it (`struct fault f = { 0 };`).  The first cause is kept;
 * on the way up context is put in front of it.  Nothing here allocates, so running out of memory
 * can be reported too.  The text may hold bytes of the pusher's: escape it when showing it.
 */
#ifndef COMMON_BASE_FAULT_H
#define COMMON_BASE_FAULT_H

enum fault_class {
	FAULT_NONE = 0,
	FAULT_PUSHER,   /* whoever pushes can mend it: bad input */
	FAULT_ADMIN,    /* the admin can mend it: policy, permissions, disk, settings */
	FAULT_INTERNAL, /* a defect of ours, or of a library */
	FAULT_LIMIT, /* more work than the policy's limits allow: the judge makes a finding of it */
};

struct fault {
	enum fault_class class;
	char text[1024];
};

/* Records the cause unless one is there already.  Always returns -1. */
int fault_set(struct fault *f, enum fault_class class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the recorded cause.  Always returns -1. */
int fault_context(struct fault *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Records that memory ran out.  Always returns -1. */
int fault_memory(struct fault *f);

/* Forgets what was recorded. */
void fault_clear(struct fault *f);

#endif
