/*
 * That another policy of the fleet comes, written down in every guarded repository, as its owner: a
 * row of kind `changed` in its log, and the event of that name, with the difference in words.
 * Where the policy waits, also what it would have done with the pushes of the last 30 days, beside
 * what the one in force says of them.
 */
#ifndef HOOKS_FLEET_POLICY_RECORD_H
#define HOOKS_FLEET_POLICY_RECORD_H

#include <stdint.h>

/* What comes. */
struct policy_news {
	const char *program; /* `countersign` */
	const char *next;    /* the file */
	const char *words;   /* what it changes, in lines */
	int64_t number, before;
	int64_t after; /* seconds that it waits */
};

/* Writes it down; what goes wrong in one repository is told, and keeps it from no other. */
void policy_record(const char *etc, const struct policy_news *news);

#endif
