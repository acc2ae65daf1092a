/*
 * A commit in a few words, and how long ago something was.
 */
#ifndef HOOKS_REVIEW_HELD_HELD_COMMIT_H
#define HOOKS_REVIEW_HELD_HELD_COMMIT_H

#include "common/git/object.h"
#include "common/git/repo.h"

/* Appends the first line of the message of the commit (or tag) of that id; nothing if there is
 * none. */
void held_commit_subject(struct repo *repo, const char *hex, struct buf *out);

/* The first line of a message that has letters. */
struct span held_commit_first_line(struct span message);

/* `3 hours`, `2 days`: since a time as rows have it. */
struct held_age {
	char text[48];
};

/* Since then; "" when it is no time. */
struct held_age held_age(const char *since, int64_t now);

/* The first 12 digits of an id. */
struct held_age held_short(const char *hex);

/* `2026-11-29 20:15 UTC` of seconds since 1970. */
struct held_age held_time(int64_t time);

#endif
