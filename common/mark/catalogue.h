/*
 * The catalogue of assistants as tables, made from rules/data/agents.json when Countersign is built
 * and sorted for binary search.  Texts are folded; keys and names are in the form of spelling.h.
 */
#ifndef COMMON_MARK_CATALOGUE_H
#define COMMON_MARK_CATALOGUE_H

#include <stdint.h>

#include "common/base/span.h"
#include "common/mark/marks.h"

enum mark_strength {
	MARK_SURE,    /* proof alone */
	MARK_SHARED,  /* people or things have it as well */
	MARK_TRAILER, /* proof in a trailer, but not as author or committer */
	MARK_GIVEN,   /* shared, and people are called so by their parents or friends */
};

struct catalogue_mark {
	const char *text;
	const char *value; /* of a trailer: its form; else NULL */
	uint16_t agent;    /* index in catalogue_agents() */
	uint16_t strength;
	uint16_t group; /* of a trailer that several agents write: same number, from 1; else 0 */
};

struct catalogue_table {
	const struct catalogue_mark *rows; /* sorted by text */
	size_t count;
};

enum catalogue_kind {
	CATALOGUE_EMAILS,   /* whole addresses */
	CATALOGUE_FORMS,    /* addresses with `*` or {uuid} in them, few */
	CATALOGUE_LOGINS,   /* `claude[bot]` */
	CATALOGUE_NAMES,    /* words with one blank between */
	CATALOGUE_TRAILERS, /* keys, letters and digits alone */
	CATALOGUE_LINES,    /* forms of body lines, few */
	CATALOGUE_SUBJECTS, /* forms of first lines, few */
	CATALOGUE_AUTHORS,  /* forms of names of authors and committers, few */
	CATALOGUE_LINKS,    /* forms of addresses of sessions, without `https://`, few */
	CATALOGUE_KINDS,
};

/* One table of the catalogue. */
const struct catalogue_table *catalogue_table(enum catalogue_kind kind);

/* The rows of a table whose text begins with that byte; *count may be 0. */
const struct catalogue_mark *catalogue_rows_from(
	enum catalogue_kind kind, char first, size_t *count);

/*
 * The rows with that text, all together; when *count is 0, the place where they would be.  A row
 * can be looked at there in any case: tables end with one whose text is NULL.
 */
const struct catalogue_mark *catalogue_rows(
	enum catalogue_kind kind, struct span text, size_t *count);

/* The index of the entry of that id; it must be there. */
uint16_t catalogue_index(const char *id);

#define CATALOGUE_MAX 512 /* entries, checked when the tables are made */

/* A set of entries of the catalogue. */
struct agent_set {
	uint64_t bits[CATALOGUE_MAX / 64];
};

static inline void agent_set_add(struct agent_set *set, uint16_t agent)
{
	set->bits[agent / 64] |= (uint64_t)1 << agent % 64;
}

static inline void agent_set_drop(struct agent_set *set, uint16_t agent)
{
	set->bits[agent / 64] &= ~((uint64_t)1 << agent % 64);
}

static inline bool agent_set_has(const struct agent_set *set, uint16_t agent)
{
	return set->bits[agent / 64] >> agent % 64 & 1;
}

static inline void agent_set_join(struct agent_set *to, const struct agent_set *from)
{
	for (size_t i = 0; i < CATALOGUE_MAX / 64; i++)
		to->bits[i] |= from->bits[i];
}

static inline bool agent_set_empty(const struct agent_set *set)
{
	for (size_t i = 0; i < CATALOGUE_MAX / 64; i++)
		if (set->bits[i])
			return false;
	return true;
}

/* The compiled-in agent, but `id`, whose mark alone that address or account is; NULL: nobody's. */
const char *catalogue_owner(enum catalogue_kind kind, const char *mark, const char *id);

#endif
