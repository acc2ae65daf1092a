/*
 * Whom a text names: `Claude Opus 4.6 (1M context) <noreply@anthropic.com>`, `GitHub Copilot`,
 * `Kiro:claude-opus-4.8`, `Sonnet 4.5 via Crush`.  Texts are folded (fold.h).
 *
 * An address can be proof; a name never is where a person may be called so: `Claude Dupont` is no
 * assistant, nor is `Claude <claude@example.org>`.  What may follow a name is talk about models
 * and versions only.
 */
#ifndef COMMON_MARK_IDENT_H
#define COMMON_MARK_IDENT_H

#include "common/mark/catalogue.h"

enum ident {
	IDENT_PERSON,     /* an author or committer line */
	IDENT_AUTHORSHIP, /* the value of Co-authored-by and the like */
	IDENT_ADDRESS,    /* the value of another ...-by trailer: addresses and accounts only */
};

/* Which names count that people or things have as well. */
enum ident_names {
	IDENT_SURE,   /* none */
	IDENT_LIKELY, /* of things: `Cursor`, but not `Claude` */
	IDENT_ALL,
};

/* Adds whom the text names, in that place, to the set. */
void ident_agents(struct span text, enum ident as, struct agent_set *out);

/* Adds whom the text names if it names nothing else.  Whether it did. */
bool ident_agents_whole(struct span text, enum ident_names which, struct agent_set *out);

/* Calls `each` for every e-mail address in the text, the account's number at a forge included. */
void ident_emails(struct span text, void (*each)(void *context, struct span email), void *context);

#endif
