/*
 * The marks that assistants leave on their commits: trailers, authors, committers, message lines,
 * attribution notes.  What marks whom is the catalogue (rules/agents.json, compiled in) and what
 * the policy adds.  Marks are claims: they lower trust and never raise it.
 *
 * Messages are read as a person would take them, not as git interpret-trailers(1) does: anywhere
 * in the body, in any case, folded, with look-alike letters, HTML-escaped; but quotations, code
 * blocks, comments and sentences about an assistant are not marks.  The pusher controls all bytes;
 * time is linear in the message.
 */
#ifndef COMMON_MARKS_H
#define COMMON_MARKS_H

#include <stdbool.h>

#include "common/fault.h"
#include "common/object.h"

enum identified_by {
	BY_KEY = 1 << 0,
	BY_VENDOR_KEY = 1 << 1,
	BY_ACCOUNT = 1 << 2,
	BY_REMEMBERED = 1 << 3,
	BY_TRAILER = 1 << 4,
	BY_AUTHOR = 1 << 5,
	BY_COMMITTER = 1 << 6,
	BY_MARKER = 1 << 7,
	BY_NOTE = 1 << 8,
};

#define BY_COUNT 9

/* The word for one bit, as in `identified_by` of the verdict object: `key`, `vendor-key`, ... */
const char *identified_by_name(enum identified_by by);

/* One entry of the catalogue. */
struct catalogue_agent {
	const char *id;   /* `claude-code` */
	const char *name; /* for people */
	const char *vendor;
	const char *how; /* how it is recognised, a sentence or two for `countersign agents` */
	const char *const *
		keys; /* its vendor's signing keys, authorized_keys lines; NULL-terminated, or NULL */
};

/* The catalogue, sorted by id. */
const struct catalogue_agent *catalogue_agents(size_t *count);

/* The entry of that id, or NULL. */
const struct catalogue_agent *catalogue_find(const char *id);

/* What a policy adds for one of its agents: NULL-terminated lists, or NULL. */
struct marks_agent {
	const char *name;
	const char *const *
		emails; /* whole addresses, any letter case; author, committer and ...-by trailers */
	const char *const
		*trailers; /* `Agent: release-bot`: key and value; `Agent: *`: any value */
};

struct marks;

/* The catalogue and the agents of a policy, which must outlive it; for marks_free().  0 or -1. */
int marks_new(struct marks **out, const struct marks_agent *agents, size_t count, struct fault *f);

void marks_free(struct marks *marks);

/*
 * Calls `found` for each agent that the commit is marked with, once for each way (one bit).  The same agent
 * may come several times with different bits.  0, -1 with a fault, or what `found` returned when that is not 0.
 */
int marks_of_commit(struct marks *marks, const struct commit *commit,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context,
	struct fault *f);

/* The same for the message of a tag and its tagger. */
int marks_of_tag(struct marks *marks, const struct tag *tag,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context,
	struct fault *f);

/* The same for an attribution note (refs/notes/ai: git-ai 3.0.0; others by what they name), BY_NOTE. */
int marks_of_note(struct marks *marks, struct span note,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context,
	struct fault *f);

#endif
