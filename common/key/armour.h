/*
 * The text form of a signature: a BEGIN line, base64 in lines, an END line.  SSH's is that of
 * PROTOCOL.sshsig, OpenPGP's that of RFC 4880, 6.2, with or without its checksum.
 *
 * The pusher controls every byte.  One armour is read and nothing else: no text before, between or
 * after, no second one, no carriage returns, one spelling of the base64.  One empty line at the end
 * is let through, since commits that GitHub signs have it.
 */
#ifndef COMMON_KEY_ARMOUR_H
#define COMMON_KEY_ARMOUR_H

#include <stdbool.h>

#include "common/base/buf.h"

enum armour_kind {
	ARMOUR_SSH,
	ARMOUR_OPENPGP,
	ARMOUR_X509, /* known by its first line, never read */
};

/* More than any signature that we could verify has. */
#define ARMOUR_MAX 65536

struct armour {
	enum armour_kind kind;
	bool headers;     /* OpenPGP: there are lines such as `Version: ...`, which nobody signed */
	struct buf bytes; /* what it stands for; empty for X.509 */
};

#define ARMOUR_INIT                            \
	{                                      \
		.bytes = BUF_INIT(ARMOUR_MAX), \
	}

/*
 * Reads an armour into one that is ARMOUR_INIT.  0, or -1 with *why, a constant sentence; release
 * it either way.
 */
int armour_read(struct armour *out, struct span text, const char **why);

/* Whether the line begins a signature in the eyes of git or of an approval, of whatever kind. */
bool armour_begins(struct span line);

/* Takes the first line off the text, without its newline. */
struct span armour_line(struct span *text);

/* Frees the bytes. */
void armour_release(struct armour *armour);

#endif
