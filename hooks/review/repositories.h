/*
 * The repositories that the page is about, and what their addresses call them.
 */
#ifndef HOOKS_REVIEW_REPOSITORIES_H
#define HOOKS_REVIEW_REPOSITORIES_H

#include "hooks/review/review.h"

struct repository {
	char *git_dir;
	const char *name; /* of git_dir's end, without `.git`: as much as no other has */
	size_t name_len;
};

struct repositories {
	struct repository *items;
	size_t count;
};

/* Reads which there are; for repositories_release(), also after -1.  0 or -1. */
int repositories_read(struct repositories *out, const struct review_site *review, struct fault *f);

/* Frees the list. */
void repositories_release(struct repositories *list);

/*
 * The next repository that an address's name may mean, behind `after` (NULL: the first): the one of
 * that name or, where there is none, those whose path ends so.  NULL: no more.
 */
const struct repository *repositories_find(
	const struct repositories *list, struct span name, const struct repository *after);

/* The name of a repository, as a span. */
static inline struct span repository_name(const struct repository *repository)
{
	return (struct span){ repository->name, repository->name_len };
}

#endif
