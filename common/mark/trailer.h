/*
 * Lines of a message that say something by their form: `Key: value`, wherever on the line it
 * stands.  Lines are folded (fold.h).
 */
#ifndef COMMON_MARK_TRAILER_H
#define COMMON_MARK_TRAILER_H

#include <stdbool.h>

#include "common/base/span.h"
#include "common/text/lead_in.h"

enum trailer_kind {
	TRAILER_OTHER,   /* no key that is known here */
	TRAILER_WITNESS, /* reviewed, tested, reported: it says nothing of who made it */
	TRAILER_ADDRESS, /* any other ...-by, or who sent it: only an address counts */
	/* a word of many uses: an address, or `Agent: Claude Code`, but also `Agent: ssh-agent` */
	TRAILER_TELLING,
	TRAILER_AUTHORSHIP, /* who made it: co-authored-by, assisted-by, generated-by, made-with */
	TRAILER_AGENT,      /* of those: who takes `AGENT:MODEL`, as the Linux kernel has it */
};

#define TRAILER_KEY_MAX 48

struct trailer {
	char key[TRAILER_KEY_MAX]; /* letters and digits alone */
	size_t key_len;
	struct span raw;   /* the key as it stands there */
	struct span value; /* trimmed */
	enum trailer_kind kind;
	enum lead_in_end before; /* of one in the middle of a line */
};

/* Takes a line apart that begins with a key.  False when none can be there. */
bool trailer_read(struct trailer *out, struct span line);

/*
 * Finds the next trailer that begins in the middle of the line, behind text that has come to an
 * end or may have (out->before); `from` goes on.
 */
bool trailer_inside(struct trailer *out, struct span line, size_t *from);

/* The value up to where another trailer begins in it: `Claude Signed-off-by: Ada <...>`. */
struct span trailer_cut(struct span value);

/* Whether nothing comes after the last address of the value. */
bool trailer_complete(struct span value);

/* Whether the key is written as one of a program's own: `X-AI-Model`. */
bool trailer_is_extension(const struct trailer *trailer);

/* Whether the key is `NAME-Session`, `NAME-Thread-ID` or the like: *name. */
bool trailer_session(const struct trailer *trailer, struct span *name);

/* Whether the value says that there is nothing: no, none, false, 0, n/a, human. */
bool trailer_denies(struct span value);

/* Whether the value has the form AGENT:MODEL, whoever the agent is. */
bool trailer_kernel_form(struct span value);

/*
 * Whether the value tells of a model or of supervision in brackets: `(model: x, supervised)`; or is
 * one: `o3`.
 */
bool trailer_model_form(struct span value);

#endif
