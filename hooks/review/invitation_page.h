/*
 * Where an invited person makes a passkey: the link that countersign reviewer invite prints.  What
 * is secret in it is what lets somebody in, whoever the web server says they are.
 */
#ifndef HOOKS_REVIEW_INVITATION_PAGE_H
#define HOOKS_REVIEW_INVITATION_PAGE_H

#include "hooks/review/visit.h"

/* `/app/invitation/alice/<secret>`, taken apart; of the path. */
struct invitation_link {
	struct span repository, person, secret;
};

/* Whether the path is such a link. */
bool invitation_page_is(const char *path, struct invitation_link *link);

/*
 * Answers, in the repository that the visit has entered, if the link opens an invitation of it;
 * *opened says so.  0 or -1.
 */
int invitation_page(
	struct visit *visit, const struct invitation_link *link, bool *opened, struct fault *f);

#endif
