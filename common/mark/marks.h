/*
 * The marks that assistants leave on their commits: trailers, authors, committers, message lines,
 * attribution notes.  What marks whom is the catalogue (rules/data/agents.json, compiled in) and
 * what the policy adds.  Marks are claims: they lower trust and never raise it.
 *
 * Messages are read as a person would take them, not as git interpret-trailers(1) does: anywhere
 * in the body, in any case, folded, with look-alike letters, HTML-escaped; but quotations, code
 * blocks, comments and sentences about an assistant are not marks.  The pusher controls all bytes;
 * time is linear in the message.
 */
#ifndef COMMON_MARK_MARKS_H
#define COMMON_MARK_MARKS_H

#include <stdbool.h>

#include <jansson.h>

#include "common/base/deadline.h"
#include "common/base/fault.h"
#include "common/git/object.h"

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
	BY_CONTENT = 1 << 9, /* it brings a path to what that agent first made of it */
};

#define BY_COUNT 10

/* The word for one bit, as in `identified_by` of the verdict object: `key`, `vendor-key`, ... */
const char *identified_by_name(enum identified_by by);

/* A new array of the names of all bits that are set, as the interface has it; NULL: no memory. */
json_t *identified_by_json(unsigned bits);

enum catalogue_kind_of_agent {
	AGENT_ASSISTANT, /* somebody sits in front of it */
	AGENT_SERVICE,   /* works by itself */
	AGENT_STANDARD,  /* a convention of marks, whoever writes them */
};

/* What people can be told about one kind of mark: `author or co-author`, and how it looks. */
struct catalogue_shown {
	const char *what;
	const char *const *marks; /* as in rules/data/agents.json; NULL-terminated */
};

/* One entry of the catalogue. */
struct catalogue_agent {
	const char *id;   /* `claude-code` */
	const char *name; /* for people */
	const char *vendor;
	enum catalogue_kind_of_agent kind;
	const char *confidence;  /* `seen`, `reported`, `memory` */
	const char *how;         /* how it is recognised, a line for `countersign agents` */
	const char *note;        /* what else to know, a sentence or two; or NULL */
	const char *source;      /* where its marks were seen */
	const char *date;        /* when that was looked up: `2026-11-29` */
	int can_be_switched_off; /* that it writes marks: 1, 0, or -1: not known */
	const struct catalogue_shown *shown; /* all its marks; ends with a NULL `what` */
	/* its vendor's signing keys, authorized_keys lines; NULL-terminated, or NULL */
	const char *const *keys;
};

/* Bots that people may take for agents and that are none. */
struct catalogue_bot {
	const char *id, *name, *note; /* note: or NULL */
};

/* All of them; ends with a NULL id. */
const struct catalogue_bot *catalogue_bots(void);

/* When what is compiled in was last looked up: `2026-11-29`. */
const char *catalogue_date(void);

/* The catalogue, sorted by id; behind that, what the site adds. */
const struct catalogue_agent *catalogue_agents(size_t *count);

/* The entry of that id, or NULL. */
const struct catalogue_agent *catalogue_find(const char *id);

/* What a policy adds for one of its agents: NULL-terminated lists, or NULL. */
struct marks_agent {
	const char *name;
	/* whole addresses, any letter case; author, committer and ...-by trailers */
	const char *const *emails;
	const char *const
		*trailers; /* `Agent: release-bot`: key and value; `Agent: *`: any value */
};

struct marks;

/* The catalogue and the agents of a policy, which must outlive it; for marks_free().  0 or -1. */
int marks_new(struct marks **out, const struct marks_agent *agents, size_t count, struct fault *f);

/* Frees it; NULL is fine. */
void marks_free(struct marks *marks);

/* Messages are read until the deadline is over; then a fault of class FAULT_LIMIT. */
void marks_limit(struct marks *marks, struct deadline *deadline);

/* Is told of an agent and one way of knowing it; not 0 ends the search. */
typedef int marks_found(void *context, const char *agent, enum identified_by by);

/*
 * Calls `found` for each agent that the commit is marked with, once for each way (one bit).  The
 * same agent may come several times with different bits.  0, -1 with a fault, or what `found`
 * returned when that is not 0.
 */
int marks_of_commit(struct marks *marks, const struct commit *commit, marks_found *found,
	void *context, struct fault *f);

/* The same for the message of a tag and its tagger. */
int marks_of_tag(struct marks *marks, const struct tag *tag, marks_found *found, void *context,
	struct fault *f);

/*
 * The same for an attribution note (refs/notes/ai: git-ai 3.0.0; others by what they name),
 * BY_NOTE.
 */
int marks_of_note(
	struct marks *marks, struct span note, marks_found *found, void *context, struct fault *f);

#endif
