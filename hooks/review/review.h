/*
 * The review page: a request of HTTP, however it came, and its answer.
 *
 * Whoever asks controls every byte of the request but `user`, which is who the web server says it
 * has authenticated.  Whoever pushed controls most of what is shown.
 */
#ifndef HOOKS_REVIEW_REVIEW_H
#define HOOKS_REVIEW_REVIEW_H

#include <stdbool.h>
#include <stdio.h>

#include "common/base/env.h"
#include "common/base/fault.h"
#include "common/base/span.h"

#define REVIEW_BODY_MAX ((size_t)64 << 10) /* of a request; a decision takes two of these */

/* What is shown to whom, as long as the program runs. */
struct review_site {
	const struct env *env;
	const char *etc;  /* where the list of guarded repositories lies */
	const char *only; /* one repository's git directory; NULL: all on the list */
	const char *user; /* who asks, where nobody is named by a web server; or NULL */
	bool fleet;       /* what waits on other hosts of the fleet is listed, too */
	bool anybody;     /* whoever can reach it may read: it serves by itself */
};

struct review_request {
	const char *method;
	const char *path; /* decoded, from the page's root on: `/app/holds/...`; "": the root, asked
			      for without its slash */
	const char *root; /* the root's own last part, for that case: `review` */
	const char *query; /* as it came, without its question mark; "": none */
	const char *user;  /* whom the web server has authenticated, or NULL */
	const char *content_type, *host;
	bool secure;      /* it came by https, as far as we can tell */
	struct span body; /* of POST */
};

/* What is sent back.  The body is the reply's; review_reply_release(). */
struct review_reply {
	int status;
	const char *type;    /* Content-Type */
	char location[1024]; /* of a redirection; "": none */
	bool lasting;        /* it is the same for everybody until we are updated */
	char *body;
	size_t len;
};

/* Answers the request; what could not be done is an answer, too.  0, or -1: no memory. */
int review_answer(const struct review_site *review, const struct review_request *request,
	struct review_reply *reply, struct fault *f);

/* What every answer's header says, a name and a value each; ends with a NULL name. */
struct review_header {
	const char *name, *value;
};
extern const struct review_header review_headers[];

/* The words of a status: `OK`, `Not Found`. */
const char *review_status_words(int status);

/* Frees the body. */
void review_reply_release(struct review_reply *reply);

#endif
