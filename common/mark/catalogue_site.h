/*
 * What a site adds to the catalogue, without waiting for a release: agents of its own, and marks of
 * agents that are there.
 *
 *	catalogue_site_new()
 *	catalogue_site_agent()	for each agent, then its marks:
 *	catalogue_site_mark()
 *	catalogue_site_use()	from now on the catalogue has them; the last call
 *
 * The catalogue is one for the whole process, so what is in use is never freed: it is read once,
 * and again only where the files have changed.
 */
#ifndef COMMON_MARK_CATALOGUE_SITE_H
#define COMMON_MARK_CATALOGUE_SITE_H

#include "common/base/arena.h"
#include "common/base/fault.h"
#include "common/mark/catalogue.h"

struct catalogue_data;
struct catalogue_site;

/* What an entry says beside its marks; copied. */
struct catalogue_site_entry {
	const char *id, *name, *vendor, *note, *source, *date;
	enum catalogue_kind_of_agent kind;
};

struct catalogue_site_mark {
	const char *field; /* of catalogue_field.h */
	const char *text;
	const char *value; /* of a trailer; else NULL */
};

/* A pattern of what the site's agents obey, for the class agent-instructions. */
struct catalogue_site_path {
	const char *pattern, *why;
};

/* Begins; for catalogue_site_use() or catalogue_site_free().  0 or -1. */
int catalogue_site_new(struct catalogue_site **out, struct fault *f);

/*
 * Goes on with that agent: one that the catalogue has already gets more marks, and says nothing
 * else; any other is added.  0, or -1: too many, or no memory.
 */
int catalogue_site_agent(
	struct catalogue_site *site, const struct catalogue_site_entry *entry, struct fault *f);

/* Adds a mark to the agent.  0, 1 when nothing is left of it or it would fit everything, or -1. */
int catalogue_site_mark(
	struct catalogue_site *site, const struct catalogue_site_mark *mark, struct fault *f);

/* Adds a pattern of what the agent obeys.  0 or -1. */
int catalogue_site_path(
	struct catalogue_site *site, const char *pattern, const char *why, struct fault *f);

/* Puts it to use; NULL: nothing but what is compiled in.  0, or -1 (for catalogue_site_free()). */
int catalogue_site_use(struct catalogue_site *site, struct fault *f);

/* Frees what is not in use; NULL is fine. */
void catalogue_site_free(struct catalogue_site *site);

/* The patterns of what is in use. */
const struct catalogue_site_path *catalogue_site_paths(size_t *count);

/* Lets the catalogue be that; NULL: what is compiled in. */
void catalogue_use(const struct catalogue_data *data);

#endif
