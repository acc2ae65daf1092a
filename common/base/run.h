/*
 * Other programs, run safely: an argument vector, an environment that we built, no shell, a
 * deadline, bounded output, and nothing of ours inherited but the three standard descriptors.
 */
#ifndef COMMON_BASE_RUN_H
#define COMMON_BASE_RUN_H

#include <stdbool.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

/* Where its standard output and standard error go. */
enum run_output {
	RUN_KEEP, /* into the caller's buffer, together */
	RUN_PASS, /* to our standard error, as they come */
	RUN_DROP, /* nowhere: whoever keeps them open when it has ended is not waited for */
};

struct run {
	/* NULL-terminated; a program without a slash is looked for in the sealed PATH */
	const char *const *argv;
	const char *program; /* where it lies, if argv[0] does not say so; or NULL */
	char *const *env;    /* NULL-terminated */
	const char *folder;  /* to run in, or NULL */
	struct span input;   /* its standard input */
	int seconds;         /* it is killed after that; 0: never */
	enum run_output output;
};

/* An environment that says nothing but where programs are. */
extern char *const run_bare_env[];

/* The status of a file that the kernel does not know as a program. */
#define RUN_NO_PROGRAM 126

/*
 * Runs it to its end; with RUN_KEEP its output is appended to *output, of which what does not fit
 * is dropped.  *status is its exit status, or 128 and the signal that ended it.  0, or -1: it could
 * not be started, or had to be killed.
 */
int run(const struct run *what, struct buf *output, int *status, struct fault *f);

/* A program that is asked again and again; zeroed: none. */
struct talk {
	int pid, owner; /* its process, and the one of ours that started it */
	int in, out;    /* our ends of its standard input and output */
	double seconds; /* the most that one answer may take */
	const char *name;
	struct buf rest; /* what was read and not taken yet */
	size_t taken;    /* bytes of rest that were */
};

/*
 * Starts a program to talk with, for talk_end(); what it says on standard error goes nowhere.
 * 0 or -1.
 */
int talk_begin(struct talk *talk, const struct run *what, struct fault *f);

/*
 * Whether there is a program to talk with.  One that another process started, of which this one is
 * a copy, is let go of: it must hear one voice only.
 */
bool talk_is_open(struct talk *talk);

/* Writes a question to it.  0 or -1. */
int talk_ask(struct talk *talk, struct span question, struct fault *f);

/* Takes one line of its answer, without the line feed, which is valid until the next.  0 or -1. */
int talk_line(struct talk *talk, struct span *line, struct fault *f);

/* Takes exactly so many bytes of its answer.  0 or -1. */
int talk_bytes(struct talk *talk, char *out, size_t len, struct fault *f);

/* Ends it; harmless on a zeroed one. */
void talk_end(struct talk *talk);

/*
 * Starts it in a session of its own, with nothing of ours but its arguments, and waits for nothing:
 * when we have ended it is init's.  0, or -1: it could not be started.
 */
int run_apart(const struct run *what, struct fault *f);

#endif
