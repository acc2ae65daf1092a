/*
 * The judge: holds what a push does against the policy in force.  Hooks, `check` and `replay` all
 * ask the same one.  It changes nothing, neither the repository nor the state.
 *
 *	judge_new()		once a push; judge_next() when another follows
 *	judge_ref()		for each ref update: a verdict
 *	judge_brought()		which agents' commits the push brings, to be remembered
 *	judge_free()
 */
#ifndef HOOKS_JUDGE_JUDGE_H
#define HOOKS_JUDGE_JUDGE_H

#include "common/facts/attribution.h"
#include "common/facts/facts.h"
#include "common/facts/verdict.h"
#include "common/git/push.h"
#include "common/git/repo.h"
#include "common/history/change.h"
#include "common/policy/policy.h"
#include "common/state/state.h"

struct judge;

/*
 * Ready to judge the push among the facts, which must outlive the judge; the time that the policy's
 * limits allow begins now.  0 or -1.
 */
int judge_new(struct judge **out, const struct facts *facts, struct fault *f);

/*
 * Forgets the push, which the caller has made another one of in the meantime (of the same account),
 * and is ready to judge that: what was read of the history stays known, and limits count anew.
 * 0 or -1.
 */
int judge_next(struct judge *judge, struct fault *f);

/* Whether the time that the policy allows is over. */
bool judge_is_late(struct judge *judge);

/* What was not spent on judging does not count: so many seconds more. */
void judge_give_back(struct judge *judge, double seconds);

/* Frees the judge; NULL is fine. */
void judge_free(struct judge *judge);

/*
 * Judges one ref update of the push: adds findings to the verdict, which the caller initialises and
 * concludes.  0 or -1.
 */
int judge_ref(struct judge *judge, struct verdict *verdict, struct fault *f);

/* Objects when whoever pushes is stopped: 1; 0 or -1.  judge_ref() does so itself. */
int judge_pusher(struct judge *judge, struct verdict *verdict, struct fault *f);

/*
 * Who made a commit that the push is about; *why says why it is malformed, and is NULL when it is
 * not.  0 or -1.
 */
int judge_attribute(struct judge *judge, const struct oid *id, struct attribution *out,
	const char **why, struct fault *f);

/* The same for a commit that the caller has read.  0 or -1. */
int judge_attribute_read(struct judge *judge, const struct oid *id, const struct commit *commit,
	struct attribution *out, struct fault *f);

/* The same of a commit that nobody asks of again: of a long history it would fill the memory. */
int judge_attribute_once(struct judge *judge, const struct oid *id, const struct commit *commit,
	struct attribution *out, struct fault *f);

/*
 * The commits that the push brings into the repository, ancestors first; valid until another push
 * is judged.  0 or -1.
 */
int judge_introduced(struct judge *judge, const struct oid_list **out, struct fault *f);

/*
 * Tells the listener every change of a commit of the push; *whole says whether it was told to the
 * end.  0, -1, or what the listener returned.
 */
int judge_changes(struct judge *judge, const struct oid *id, const struct change_listener *listener,
	bool *whole, struct fault *f);

/* Whether this push brings the commit into the repository (asked after judge_ref()). */
bool judge_introduces(const struct judge *judge, const struct oid *id);

/* The commits that the update is about: new to one of the groups that govern its ref.  0 or -1. */
int judge_new_commits(struct judge *judge, const struct ref_update *update, struct oid_list *out,
	struct fault *f);

/*
 * Those of these commits that are the ref's own line: from what it is moved to along first parents,
 * until one is none of them.  0 or -1.
 */
int judge_own_line(struct judge *judge, const struct ref_update *update,
	const struct oid_list *commits, struct oid_map *out, struct fault *f);

/*
 * The commits that a merge brings in: reached from its other parents, and not from its first.  None
 * for other commits.  0 or -1.
 */
int judge_merged(
	struct judge *judge, const struct oid *merge, struct oid_list *out, struct fault *f);

/*
 * Whether a name that a pusher chose is, or holds, a credential, and so is neither kept nor shown;
 * NULL: before there is a judge.
 */
bool judge_secret_name(struct judge *judge, struct span name);

/* Whether a ref that is at `now` has come to (or beyond) what was once allowed.  0 or -1. */
int judge_has_landed(struct judge *judge, const struct oid *now, const struct oid *allowed,
	bool *landed, struct fault *f);

/*
 * Calls `each` for every commit that the push brings into the repository and that is an agent's, if
 * only by a part of its content;
 * for every commit where the policy has a rule about anyone's changes whose approvers may not be
 * the pusher.  0, -1, or what `each` returned when that is not 0.
 */
int judge_brought(struct judge *judge,
	int (*each)(void *context, const struct oid *commit, const struct attribution *who),
	void *context, struct fault *f);

/*
 * Tells `each` what agents made of paths in what the push brings, as far as it is remembered.  0,
 * or what `each` returned.
 */
int judge_made(
	struct judge *judge, int (*each)(void *context, const struct made *what), void *context);

/*
 * Tells `each` whom the notes that the push brings name, to be remembered with its account.  0, or
 * what `each` returned.
 */
int judge_noted(struct judge *judge, int (*each)(void *context, const struct note_word *what),
	void *context);

#endif
