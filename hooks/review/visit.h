/*
 * One request being answered: what the pages share.
 */
#ifndef HOOKS_REVIEW_VISIT_H
#define HOOKS_REVIEW_VISIT_H

#include <jansson.h>

#include "common/facts/facts.h"
#include "hooks/report/page.h"
#include "hooks/review/repositories.h"
#include "hooks/review/review.h"

struct visit {
	const struct review_site *review;
	const struct review_request *request;
	struct review_reply *reply;
	struct page page;  /* for who writes a page: its `out` is the reply's body */
	char up[256];      /* the relative way to the root: `../../` */
	const char *query; /* never NULL */
	struct repositories list;
	const struct repository *repository; /* that it is about, or NULL */
	struct facts facts;                  /* its */
	const struct person *person;         /* who asks, as its policy has them, or NULL */
	char id[17];                         /* of the hold that it is about */
};

/* Begins the page: the heading's own words, and what leads to it.  0 or -1. */
int visit_page(struct visit *visit, const char *title, const char *lead, bool script,
	const struct page_link *sections, struct fault *f);

/* Ends it.  0 or -1. */
int visit_page_end(struct visit *visit, struct fault *f);

/* A page that says what is wrong, and nothing else.  0 or -1. */
int visit_refuse(struct visit *visit, int status, const char *sentence, struct fault *f);

/* Opens another repository for the visit; whether whoever asks may read it.  0 or -1. */
int visit_enter(
	struct visit *visit, const struct repository *repository, bool *may, struct fault *f);

/* Leaves the repository. */
void visit_leave(struct visit *visit);

/* An address as HTML may hold it. */
struct visit_address {
	char text[1024];
};

/* The relative address of something of the repository: `../../app/log`. */
struct visit_address visit_address(
	const struct visit *visit, const struct repository *repository, const char *rest);

/* What waits.  0 or -1. */
int list_page(struct visit *visit, struct fault *f);

/* The hold visit->id, or a picture of those that it is about.  0 or -1. */
int hold_page(struct visit *visit, struct fault *f);

/* What was decided.  0 or -1. */
int log_page(struct visit *visit, struct fault *f);

/* Which agents were met.  0 or -1. */
int agents_page(struct visit *visit, struct fault *f);

#endif
