/*
 * What a run of `countersign scan` found, and how it is told.  Never the secrets themselves.
 */
#ifndef HOOKS_COMMAND_SCAN_H
#define HOOKS_COMMAND_SCAN_H

#include <jansson.h>
#include <stdio.h>

#include "rules/credential/credentials.h"

enum scan_format {
	SCAN_TEXT,
	SCAN_JSON,
	SCAN_SARIF,
};

struct scan {
	struct credentials *credentials;
	enum scan_format format;
	enum confidence from; /* less sure ones are not told */
	size_t blob_limit;    /* larger files are named on standard error and not scanned */
	char key[65];         /* of the fingerprints */
	json_t *findings;     /* an array of objects, for JSON and SARIF */
	size_t count;
	size_t skipped;
};

/* What stands in front of a part of a text. */
struct scan_place {
	size_t lines;               /* that end there */
	size_t columns, characters; /* of the line that goes on */
};

/* One text to be scanned, or a part of it. */
struct scan_text {
	struct span path, bytes;
	const char *commit; /* 40 hex digits, or NULL */
	/* what stood at the path before: what stood there on the same line is not new */
	struct span old_bytes;
	bool withheld; /* the name holds a credential, and is told to nobody */
	/* of a part: what begins from one offset to another is told, `to` 0: all */
	size_t from, to;
	size_t from_line, to_line; /* on which lines of the bytes these are, counting from 0 */
	bool headed;               /* the first line is the whole text's */
	struct scan_place before;
};

/* The name as it may be told: one that holds a credential is withheld. */
const char *scan_name_shown(struct scan *scan, const char *name);

/* Scans one text and tells (or keeps) what it has.  0 or -1. */
int scan_text(struct scan *scan, const struct scan_text *text, struct fault *f);

/* Looks at the name itself, and says in the text whether it is withheld.  0 or -1. */
int scan_name(struct scan *scan, struct scan_text *text, struct fault *f);

/* Scans the bytes, whose name was looked at.  0 or -1. */
int scan_part(struct scan *scan, const struct scan_text *text, struct fault *f);

/* Says that not all of it was scanned; the end of it all is a fault then. */
void scan_skip(struct scan *scan, const struct scan_text *text);

/* Scans a stream to its end, with little memory.  0 or -1. */
int scan_stream(struct scan *scan, FILE *in, const char *name, struct fault *f);

/* Whether scan_text() would tell anything of it.  1, 0 or -1. */
int scan_glance(struct scan *scan, const struct scan_text *text, struct fault *f);

/* Tells what is to be told at the end.  0 or -1. */
int scan_finish(struct scan *scan, struct fault *f);

/* Scans the contents that the commits of `A..B` brought, and what they say themselves.  0 or -1. */
int scan_range(struct scan *scan, const char *folder, const char *range, struct fault *f);

/* Takes the repository's fingerprint key, or makes one for this run.  0 or -1. */
int scan_key(struct scan *scan, const char *folder, struct fault *f);

#endif
