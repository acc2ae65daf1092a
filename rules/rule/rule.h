/*
 * Rules judge facts.  A rule is a row of rule_list.h: it is shown every case that it
 * has to look at and adds a finding to the verdict for each objection.  It reads nothing but what
 * it is handed.
 */
#ifndef RULES_RULE_RULE_H
#define RULES_RULE_RULE_H

#include "common/facts/attribution.h"
#include "common/facts/verdict.h"
#include "common/git/push.h"
#include "common/history/change.h"
#include "common/policy/policy.h"
#include "common/policy/rule_list.h"
#include "rules/credential/credentials.h"

/*
 * What each list of a pattern set says of the path at hand: the index of its deciding pattern, or
 * one of these.
 */
#define LIST_NONE (-1)       /* no pattern of it matches */
#define LIST_TAKEN_BACK (-2) /* its last matching pattern is a `!` one */

/* Who approves what a rule finds, with people in the place of the word `codeowners`. */
struct rule_owners {
	names approvers;
	int approvals;
	const char *note; /* what else to say of them; "" */
};

/* What a rule is shown: the ref update itself, a commit or a tag, or one change. */
struct rule_case {
	const struct policy *policy;
	const struct ref_update *update;
	const char *head; /* what HEAD names: `refs/heads/main` */
	/* for each group of the policy: it governs the ref, and the commit is new to it */
	const unsigned char *governing;
	struct verdict *verdict;
	const struct attribution *who;
	/* of a tag: whose its words may be, which it shares with what it names; NULL: who's */
	const struct attribution *words;
	bool deletes, rewinds; /* what the ref update does */
	bool redelegates; /* and thereby changes the delegated policy, with no commit that does */
	int64_t now;      /* the latest that was seen, seconds since 1970: what it ends is over */
	int64_t clock;    /* the server's, which may have been set back since */

	const struct oid *commit; /* NULL: the ref update itself */
	struct span text;         /* of the commit or tag object, whole; data NULL for the update */
	struct span note; /* the attribution note on the commit, if a rule asks; else NULL data */
	const struct change *change; /* NULL: the commit itself */
	unsigned kinds;              /* what it does: bits of enum change_kind; 0: it may be any */
	struct span folded;          /* fold_path() of the change's path */
	/* for each list of policy->protected: the pattern that has the path, or LIST_... */
	const int *protecting;
	const int *permitting; /* the same for policy->scopes */
	struct span content;   /* of the new blob; data NULL: there is none, or nobody asked */
	/* Reads the old blob, once; data NULL: there is none, or it is over the limit.  0 or -1. */
	int (*old_content)(const struct rule_case *c, struct span *out, struct fault *f);
	/* Who approves what the rule finds in the case.  0 or -1. */
	int (*owners)(const struct rule_case *c, const struct rule *rule, struct rule_owners *out,
		struct fault *f);
	void *context; /* of old_content and owners */
	struct credentials *credentials;
	struct deadline *deadline;   /* when judging ends */
	const char *fingerprint_key; /* of the repository; "" when it has none yet */
};

/* What a rule objects to. */
struct objection {
	const char *rule;
	enum action action;
	bool observe;
	const char *detail;
	const char *agent;             /* which of several it is about; NULL: the strictest */
	const struct rule *configured; /* whose approvers can satisfy it; NULL: nobody can */
	size_t line, column;
	const char *kind, *confidence, *fingerprint, *revoke; /* of a credential */
	names allowed;       /* patterns that would have been fine; or NULL */
	const char *instead; /* as in struct finding; a constant */
};

/* Adds the finding: the objection to what the case is about.  0 or -1. */
int rule_object(const struct rule_case *c, const struct objection *objection, struct fault *f);

/*
 * Adds a denial by a built-in rule that counts where the layer's own `refs` govern; observed only
 * if that layer observes.
 */
int rule_deny_by(const struct rule_case *c, enum layer layer, const char *rule, const char *detail,
	struct fault *f);

/* What one layer grants an agent, by the starting entry `*` or by the agent's own. */
struct granted {
	const struct attributed_agent *who;
	const struct agent *entry;
	const struct grant *grant;
};

/* Judges each grant of each agent of the case, the starting entry's before its own.  0 or -1. */
int rule_each_grant(const struct rule_case *c,
	int (*judge)(const struct rule_case *c, const struct granted *granted, struct fault *f),
	struct fault *f);

/* Which layers' grants are asked. */
struct grants_asked {
	bool observed;    /* those that only observe, too */
	enum layer above; /* those above this one; LAYER_COUNT: all */
};

/* Whether one of those grants keeps the agent from updating the ref. */
bool rule_refuses_ref(const struct policy *policy, const struct attributed_agent *who,
	const char *ref, struct grants_asked asked);

/* What the layer grants the agent (NULL is fine); NULL: it does not name it. */
const struct grant *rule_grant(const struct agent *agent, enum layer layer);

/*
 * Whether the rule has a say: it governs the ref, the commit is new to it, and it is about who made
 * it.
 */
bool rule_concerns(const struct rule_case *c, const struct rule *rule);

/* Whether the rule looks for credentials. */
bool rule_wants_credentials(const struct rule *rule);

/*
 * Whether one of the groups that are some layer's standard `refs` governs; of that layer, or of any
 * for LAYER_COUNT.
 */
bool rule_governed(const struct rule_case *c, enum layer layer);

/*
 * The judges of rule_list.h, one for each row: each is shown what its row says that it looks at,
 * and adds what it finds to the case's verdict.  0 or -1.
 */
#define RULE_JUDGED(id, name, looks_at, remedy, sentence) RULE_CONFIGURED(id, looks_at)
#define RULE_CONFIGURED(id, looks_at) int rule_##id(const struct rule_case *c, struct fault *f);
#define RULE_FOUND(name, remedy, sentence)
RULE_LIST(RULE_JUDGED, RULE_CONFIGURED, RULE_FOUND)

#endif
