/*
 * The inside of the judge, shared by its files: judge.c judges refs, range.c finds the
 * commits, commit.c judges commits and what they changed.
 */
#ifndef HOOKS_JUDGE_PARTS_H
#define HOOKS_JUDGE_PARTS_H

#include "common/history/notes.h"
#include "hooks/judge/judge.h"
#include "rules/rule/rules.h"

/* The refs that a group governs, as they were before the push, as commits. */
struct hidden {
	bool ready;
	struct oid_list commits;
};

#define INNOCENCE_KEYS 32 /* more combinations are judged each time */

struct known_commit {
	struct oid id;
	struct attribution who;
};

/*
 * Commits in which nothing was found for some ref of the push, so that a thousand tags of one
 * history do not judge it a thousand times.  What was found depends on the groups that the commit
 * is new to, and on the ref being the head.
 */
struct innocence {
	struct oid_map commits; /* id to a bit for each of the keys that it was innocent under */
	unsigned char *keys[INNOCENCE_KEYS]; /* a byte a group, and whether the ref is the head */
	size_t count;
};

/* What the push sent that no ref would lead to; found once, when a rule asks. */
struct unreached {
	bool ready, who_ready, too_many;
	struct oid_list objects;
	struct attribution who; /* all agents that take part in the push */
};

/* What agents made of paths in what the push brings, to be remembered; found once. */
struct makings {
	bool ready;
	struct arena arena;
	struct made *rows;
	size_t count;
};

struct judge {
	const struct facts *facts;
	struct makings makings;
	struct state *memory; /* where it is looked up what agents made, or NULL */
	bool memory_asked;
	size_t contents;           /* changes by now that an agent is known by */
	struct oid_map by_content; /* commits that have such changes */
	size_t had_left; /* commits that may still be looked at to find out who was first */
	struct unreached unreached;
	struct code_owners *owners; /* NULL until a rule asks for code owners */
	struct graph *graph;
	struct attributor *attributor;
	struct changes changes;
	struct credentials *credentials;
	struct hidden *hidden; /* one a group */
	struct oid_map known;  /* id to 1 + index of known_commits */
	struct known_commit *known_commits;
	size_t known_count;
	struct innocence innocence;
	struct oid_map introduced; /* what this push brings */
	struct oid_list introduced_list;
	bool introduced_ready, introduced_whole, beyond_done;
	struct notes notes[2];   /* refs/notes/ai as this push would leave it, and as it stands */
	struct note_word *noted; /* whom the notes that this push brings name */
	size_t noted_count;
	int *protecting, *permitting; /* what the lists say of the path at hand */
	size_t protecting_count, permitting_count;
	struct buf folded;
	struct deadline deadline;
	bool asks_moves;      /* some rule tells renaming from adding and deleting */
	struct oid_map moved; /* of the commit at hand: objects to MOVED_... bits */
	bool moves_whole;     /* all of them are known */
	bool *reads_content;  /* for each rule: it looks into files */
	/* of the commit at hand: some rule looks at its changes, and into their files */
	bool asks, asks_content;
	struct object old_object; /* of the change at hand, once asked for */
	bool old_ready;
	const char *fingerprint_key;
};

/* Of an object in `moved`. */
#define MOVED_AWAY 1u /* it was at a path where nothing is any more */
#define MOVED_TO 2u   /* it is at a path where nothing was */

/* The commits of one ref update, and for which groups each is new. */
struct range {
	struct oid_list commits; /* ancestors first */
	struct oid_map index;    /* id to 1 + index of commits */
	unsigned char *masks;    /* a row of group_count bytes for each commit */
	size_t group_count;
	bool whole; /* all of it; else over a limit */
};

/*
 * Which of the commits that the tip leads to are new, to which groups that govern the ref.
 * 0 or -1.
 */
int range_of(struct judge *judge, const struct ref_update *update, const struct oid *tip,
	struct range *out, struct fault *f);

/*
 * Puts those commits into the range, in place of more than can be looked for, that the push brings
 * into the repository, as far as they are known: they are new to every group.  0 or -1.
 */
int range_of_introduced(
	struct judge *judge, const struct ref_update *update, struct range *out, struct fault *f);

/* Frees what it holds. */
void range_release(struct range *range);

/* What refs lead to; asked dry, the updates' own old values are all that was there.  0 or -1. */
int range_any_refs(struct judge *judge, struct oid_list *out, struct fault *f);

/*
 * The commits that the tips lead to and no ref of the repository led to before the push.  0 or -1.
 */
int range_of_no_ref(struct judge *judge, const struct oid_list *tips, struct oid_list *out,
	enum graph_end *end, struct fault *f);

/* An update to a commit, and what is new of it. */
struct doing {
	const struct ref_update *update;
	const struct range *range;
	const struct oid *tip;
	/* it is a tag of the ref's own name, signed by a person of this layer; or LAYER_COUNT */
	enum layer vouched;
};

/*
 * Adds the agents whose doing the update is by the commits on its first-parent line.  0; 1 when it
 * would take longer than the policy allows; -1.
 */
int judge_doers(
	struct judge *judge, const struct doing *doing, struct attribution *who, struct fault *f);

/*
 * Adds the agents that may not update the new ref and whose doing it is all the same, since it is
 * cut from a commit that they brought to a ref of theirs: those on the first-parent line from there
 * to what the default branch or, for each agent, a ref that it could not have updated led to before
 * the push.  Layers that know the person who vouches do not object.  0; 1 when it would take longer
 * than the policy allows; -1.
 */
int judge_cut(struct judge *judge, const struct doing *doing, const struct oid *from,
	struct attribution *who, struct fault *f);

/* What some updates would lead to. */
struct updated {
	const struct oid_list *tips;
	const struct ref_update *updates;
	size_t count;
};

/*
 * The short way to what is new: where the old values of what is updated hide all that was there
 * before the push, other refs cannot hide more, and a million of them need not be listed.  *known
 * says whether that is so.
 */
int range_by_old(struct judge *judge, const struct updated *updated, struct oid_list *out,
	bool *known, struct fault *f);

/*
 * For a person's account what lies in the quarantine is what the push brings.  What an agent's
 * account pushes may lie in the repository already, from a hold or an alternate, with nobody
 * remembered for it: it counts as brought unless a ref leads to it.
 */
bool range_by_quarantine(const struct judge *judge);

/* Finds the note that counts for the commit, without what is remembered of others.  0 or -1. */
int judge_note_find(struct judge *judge, const struct oid *id, struct object *out, bool *found,
	struct fault *f);

/* Finds out, once, which commits the push brings into the repository.  0 or -1. */
int judge_introduce(struct judge *judge, struct fault *f);

/*
 * Objects to the first commit that the update brings to its ref and that is of who is stopped.  The
 * default branch takes none of them, even if they lie on another governed branch already.  1: there
 * is one, and nothing else needs to be looked at; 0, or -1.
 */
int judge_stopped(struct judge *judge, const struct rule_case *c, const struct range *range,
	const struct oid *tip, struct fault *f);

/*
 * Judges a commit, and everything that it changed; `about` is the update, whose `governing` says
 * for which groups the commit is new.  0 or -1.
 */
int judge_commit(
	struct judge *judge, const struct rule_case *about, const struct oid *id, struct fault *f);

/* Judges what the commit that the case is about changed.  0 or -1. */
int judge_commit_changes(struct judge *judge, const struct rule_case *c,
	const struct commit *commit, struct fault *f);

/* The same for the difference of two trees (zero: the empty one).  0 or -1. */
int judge_tree_changes(struct judge *judge, const struct rule_case *c, const struct oid *old,
	const struct oid *new, struct fault *f);

/*
 * Looks for credentials in all that the new tree leads to and none of the old ones does, each
 * object once, as changes of the commit that the case is about.  0 or -1.
 */
int judge_objects(struct judge *judge, const struct rule_case *commit, const struct oid_list *old,
	const struct oid *new, struct fault *f);

#define JUDGE_HAD_MAX 20000

/* Whether history had what a change brings a path to. */
struct judge_had_question {
	const struct change *change;
	const struct oid_list *tips; /* commits, the history of which is looked through */
	bool step; /* not what it comes to counts, but the same step from the same old value */
};

/* Whether it had, as far as it is looked through.  0 or -1 (out of time: FAULT_LIMIT). */
int judge_had(
	struct judge *judge, const struct judge_had_question *question, bool *had, struct fault *f);

/* Whether some rule protects the path.  0 or -1. */
int judge_protects(struct judge *judge, struct span path, bool *protects, struct fault *f);

/* Adds to `who` the agents that made the commit; none where it cannot be read.  0 or -1. */
int judge_add_maker(
	struct judge *judge, const struct oid *id, struct attribution *who, struct fault *f);

/*
 * Adds to `who` the agents that made of the path what a commit brings it to that nothing else
 * attributes; *found says whether there are any.  0 or -1.
 */
int judge_content_makers(struct judge *judge, const struct rule_case *c,
	const struct change *change, struct attribution *who, bool *found, struct fault *f);

/* Finds out what agents made of paths in what the push brings, to be remembered.  0 or -1. */
int judge_makings(struct judge *judge, struct fault *f);

/* Forgets it. */
void judge_makings_forget(struct judge *judge);

/* Finds out who made what the push brings.  0 or -1. */
int judge_makers(struct judge *judge, struct fault *f);

/* Notes whose the commit or tag is that the verdict is about. */
void judge_note_agents(struct verdict *verdict, const struct attribution *who);

struct judge_helper;

/*
 * Starts, for a long range, a second process that judges it from its end; NULL where it is short,
 * where there is one processor, or where none can be started.  `range` must stay as it is until
 * judge_helper_end().  0, or -1 when whose a commit is cannot be found out.
 */
int judge_helper_start(struct judge_helper **out, struct judge *judge, const struct rule_case *c,
	const struct range *range, struct fault *f);

/*
 * Whether nothing was found in commit `i` of the range, which then counts as judged.  False for
 * NULL.
 */
bool judge_helper_innocent(
	struct judge_helper *helper, size_t i, struct judge *judge, struct verdict *verdict);

/* Ends the process, whose time counts as the judge's.  NULL in *helper is fine. */
void judge_helper_end(struct judge_helper **helper, struct judge *judge);

/*
 * Looks for credentials in what the push sent and no ref would lead to; `about` is the update that
 * answers for it.  0 or -1.
 */
int judge_unreached(struct judge *judge, const struct rule_case *about, struct fault *f);

/*
 * Looks for credentials in all that was sent, where there are more commits than are judged and
 * people may approve that; what was not looked into is a finding.  Once a push.  0 or -1.
 */
int judge_beyond(struct judge *judge, const struct rule_case *about, struct fault *f);

/* Whether a rule about credentials governs the ref; *anyone: one that is not about agents alone. */
bool judge_asks_credentials(const struct judge *judge, const struct rule_case *c, bool *anyone);

/* Looks for credentials in an object of which no path is known.  0 or -1. */
int judge_unplaced(
	struct judge *judge, const struct rule_case *about, const struct oid *id, struct fault *f);

/*
 * Looks for credentials in a blob that the ref itself names, however many tags are between.
 * 0 or -1.
 */
int judge_blob(struct judge *judge, const struct rule_case *about, const struct oid *blob,
	struct fault *f);

/*
 * Where the update puts another delegated policy in the place of the one that is there: objects to
 * one that is wrong, and says in *redelegates whether the branch is deleted or rewound for it,
 * since no new commit changes it then.  0 or -1.
 */
int judge_delegated(
	struct judge *judge, const struct rule_case *c, bool *redelegates, struct fault *f);

/* The case's `owners`: who approves what the rule finds in it.  0 or -1. */
int judge_owners(const struct rule_case *c, const struct rule *rule, struct rule_owners *out,
	struct fault *f);

/* Adds a built-in finding (`malformed`, `reserved`) about the case.  0 or -1. */
int judge_object(struct judge *judge, const struct rule_case *c, const struct objection *what,
	struct fault *f);

/*
 * Adds a `limits` finding about the case, which `detail` says what was not looked into of: it
 * denies, or holds where the policy names people who may let it through.  0 or -1.
 */
int judge_limit(
	struct judge *judge, const struct rule_case *c, const char *detail, struct fault *f);

/* A commit's or tag's own text (not what it names) of more than so many bytes is not read. */
#define JUDGE_TEXT_MAX ((size_t)2 << 20)

/* The `why` of such a text, told from others by its address. */
extern const char judge_text_over[];

/*
 * Adds the finding about a commit or tag that was not parsed: `limits` for judge_text_over, else
 * `malformed`.  0 or -1.
 */
int judge_unparsed(
	struct judge *judge, const struct rule_case *c, const char *why, struct fault *f);

/* Finds out what the commit moves, if some rule asks.  0 or -1. */
int judge_moves(struct judge *judge, const struct oid *commit, struct fault *f);

/* What a change of the commit at hand does: bits of enum change_kind. */
unsigned judge_kinds(const struct judge *judge, const struct change *change);

/*
 * Takes back from judge->protecting those classes of which the path of the change is one by its
 * name only.  0 or -1.
 */
int judge_conditions(struct judge *judge, const struct rule_case *c, struct fault *f);

#endif
