/*
 * One hold on its way to the page: everything that its parts are written from.
 */
#ifndef HOOKS_REVIEW_HOLD_VIEW_H
#define HOOKS_REVIEW_HOLD_VIEW_H

#include "hooks/review/held/changed_file.h"
#include "hooks/review/held/standing.h"
#include "hooks/review/lines/diff_rows.h"
#include "hooks/review/visit.h"

struct hold_view {
	struct visit *visit;
	struct held held;
	struct changed_files files;
	struct approval_keys *keys;
	struct judge *judge;
	struct standing standing;
	struct diff_view view;
	char opened[320]; /* folds that the reader has opened, of digits, `-` and `,` */
	struct pager pager;
	size_t flagged_pages; /* on which what is flagged is shown, once it was */
	size_t pages;         /* of all of it */
};

/* What it is about: where, who, how known, since when, and why nothing may be signed. */
void hold_about_write(struct hold_view *hold);

/* The commits that it would bring.  0 or -1. */
int hold_commits_write(struct hold_view *hold, struct fault *f);

/* Each finding, why, and who may approve; who has said what so far. */
void hold_findings_write(struct hold_view *hold);

/* Where the delegated policy file is among them, for whom what is decided otherwise.  0 or -1. */
int hold_policy_write(struct hold_view *hold, struct fault *f);

/* The flagged changes, and the rest, as far as they are on the page.  *unshown: not all that is
 * flagged can be laid out.  0 or -1. */
int hold_changes_write(struct hold_view *hold, bool *unshown, struct fault *f);

/* What the reader's last approval of an earlier version was of, and what is different now.  0 or
 * -1. */
int hold_since_write(struct hold_view *hold, struct fault *f);

/* Where the reader decides, or why they cannot. */
void hold_decision_write(struct hold_view *hold, bool unshown);

#endif
