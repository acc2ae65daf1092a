/*
 * CODEOWNERS: who owns a path, as a file in the repository says, in the syntax of the forge that
 * reads it.
 *
 * All of the file is repository content.  It is bounded in size, lines, and owners; patterns are
 * matched in linear time each (GitHub's and GitLab's as sets of states, Gitea's expressions by a
 * matcher that does not go back); and what is not understood is uncertain, never "nobody cares": a
 * line that cannot be read decides for every path that no later line decides, and then nobody is
 * known to own it.
 *
 *	GitHub	the last line that matches decides; no sections, sets or negation; `docs/` + `*` is
 *		not recursive
 *	GitLab	the last one in each section; required sections count before optional ones; a
 *		section's own owners stand in for a line without any; `!` takes a path out of its
 *		section
 *	Gitea	every line that matches counts; a line begins with a Go expression for the whole
 *		path, `!` turns it round
 */
#ifndef COMMON_PATH_CODEOWNERS_H
#define COMMON_PATH_CODEOWNERS_H

#include "common/base/fault.h"
#include "common/base/names.h"
#include "common/base/span.h"

#define CODEOWNERS_MAX ((size_t)3 << 20) /* bytes; GitHub reads no more either */

enum codeowners_syntax {
	CODEOWNERS_GITHUB,
	CODEOWNERS_GITLAB,
	CODEOWNERS_GITEA,
};

struct codeowners;

/* Reads a file; for codeowners_free().  Whatever it says, that is no fault.  0 or -1: no memory. */
int codeowners_parse(
	struct codeowners **out, enum codeowners_syntax syntax, struct span text, struct fault *f);

/* Frees it; NULL is fine. */
void codeowners_free(struct codeowners *owners);

/* Who owns a path.  Valid until the next question. */
struct codeowners_answer {
	names owners;          /* as written: `@alice`, `@org/team`, `bob@example.com`; each once */
	int approvals;         /* how many people its sections ask for; 0: they do not say */
	const char *uncertain; /* why it cannot be told, or NULL; then there are no owners */
	size_t line;           /* of the line that decided, from 1; 0: none */
};

/* 0, or -1: no memory. */
int codeowners_of(struct codeowners *owners, struct span path, struct codeowners_answer *out,
	struct fault *f);

#endif
