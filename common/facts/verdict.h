/*
 * A verdict is data: what was found on one ref, and what that comes to.  It starts from deny and
 * knows nothing of how it was found.
 */
#ifndef COMMON_FACTS_VERDICT_H
#define COMMON_FACTS_VERDICT_H

#include <jansson.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/git/push.h"
#include "common/history/change.h"
#include "common/key/signature.h"
#include "common/policy/policy.h"

enum decision {
	DECISION_DENY = 0,
	DECISION_HOLD,
	DECISION_ALLOW,
};

/* One rule's objection to one change, to a commit, or to a ref update. */
struct finding {
	const char *rule;
	enum action action;
	bool observe;       /* said and logged only */
	struct oid commit;  /* zero: the ref update itself */
	const char *agents; /* names, comma-separated; "" for a person's */
	const char *agent;  /* of those, the one that is judged most strictly; NULL: the first */
	unsigned identified_by; /* bits of enum identified_by */
	struct span path;       /* empty: not about a path */
	bool withheld;          /* the path holds a credential, and is shown to nobody */
	size_t line, column;    /* of a finding by content; 0: none */
	struct entry old, new;
	const char *detail;                      /* one sentence; may hold the pusher's bytes */
	const char *kind, *fingerprint, *revoke; /* class:credentials; or NULL */
	const char *confidence;                  /* likewise */
	names approvers;                         /* people and groups; never NULL */
	enum layer layer;                        /* whose terms say what approves it */
	int approvals;                           /* how many people; 0 when no approval can help */
	bool presence;
	names voters; /* people whom nothing keeps from approving it; NULL: not looked at */
	const char *unapprovable; /* why fewer may than are wanted; NULL: enough may */
	names owners;             /* people who own the agents, for `exclude` */
	names allowed;            /* patterns that the agent may keep to; or NULL */
	const char *instead;      /* what to do, where the rule's own way does not help; or NULL */
	int64_t retry_after;      /* seconds until the same push has room; 0: not to be told */
};

#define VERDICT_AGENTS_MAX 8                 /* that are named */
#define FINDINGS_MAX 10000                   /* of one ref; what comes after is counted */
#define FINDINGS_BYTES_MAX ((size_t)4 << 20) /* of paths and details, likewise */

#define VERDICT_CERTIFICATES_MAX 8 /* that are named */

#define VERDICT_SESSIONS_MAX 64 /* that are named */

/* Where the session can be read in which a commit was made, as somebody claims. */
struct verdict_session {
	struct oid commit;
	const char *where; /* an address, or the ref of the notes; printable ASCII */
};

struct verdict {
	struct arena arena;
	size_t bytes; /* of paths and details of the findings */
	const struct ref_update *update;
	enum decision decision; /* with approvals counted */
	enum decision would_be; /* had nothing been observed only */
	struct finding *findings;
	uint32_t *index;   /* finds a finding that is there already; the verdict's own */
	unsigned worst[2]; /* the worst decision of all findings, and of those not observed only */
	/* more: findings beyond FINDINGS_MAX, none of which is forgotten in the decision */
	size_t count, more;
	char set[65], digest[65], hold[17]; /* "" when nothing was flagged */
	char repository[33];                /* the repository's id, which the digest is over, too */
	int64_t landed;                     /* how often the same set has landed before, likewise */
	int64_t landed_here;                /* and how often through this host */
	bool ref_withheld; /* the ref's name holds a credential, and is shown to nobody */
	const char **approved_by;
	size_t approved_count;
	struct {
		const char *by, *decision, *key,
			*why; /* of an approval that was pushed; by NULL: it is none */
		char hold[17];
		uint32_t counter; /* of the passkey that made it; 0: it does not count */
		int64_t time;     /* its date */
		const struct certificate *certificate; /* that signed it; NULL: a key did */
	} approval;
	struct {
		const char *by, *key,
			*reason;   /* who broke glass for it, and why; by NULL: nobody */
		const char *nonce; /* of the push's certificate */
		struct oid certificate;
		int64_t time; /* as time that has passed */
	} glass;
	const char *rejected_by;                /* who may approve and has rejected it, or NULL */
	const char *rejected_why;               /* what they said, for whoever pushed */
	const char *expired_by;                 /* whose approval does not last any more, or NULL */
	size_t agent_commits;                   /* commits of agents among those judged */
	const char *agents[VERDICT_AGENTS_MAX]; /* whose they are; they live as long as the judge */
	size_t agent_count;
	bool more_agents; /* than there is room for */
	/* by which commits were signed, likewise */
	const struct certificate *certificates[VERDICT_CERTIFICATES_MAX];
	size_t certificate_count;
	bool more_certificates;
	struct verdict_session *sessions; /* what rules asked for and found; NULL: nothing */
	size_t session_count;
	bool more_sessions;
};

/* Whether the finding is one that a hold is made of: neither a warning nor observed only. */
bool finding_flags(const struct finding *finding);

/* A verdict on the update, deny until judged; for verdict_release(). */
void verdict_init(struct verdict *verdict, const struct ref_update *update);

/* Frees what it holds. */
void verdict_release(struct verdict *verdict);

/* The name of the ref as it may be shown and kept. */
const char *verdict_ref(const struct verdict *verdict);

/* How many bytes ids of its repository have: for those that are told where there is no object. */
size_t verdict_id_len(const struct verdict *verdict);

/* The path of a finding, likewise. */
struct span finding_path(const struct finding *finding);

/* Notes an agent whose commit was judged, once. */
void verdict_add_agent(struct verdict *verdict, const char *name);

/* Notes a certificate by which a commit that was judged is signed, once; it must outlive it. */
void verdict_add_certificate(struct verdict *verdict, const struct certificate *certificate);

/* Notes a copy of where a commit's session can be read, once for each commit.  0 or -1. */
int verdict_add_session(
	struct verdict *verdict, const struct oid *commit, const char *where, struct fault *f);

/*
 * Adds a copy of the finding; the same rule, commit, path and line twice is one: that which is
 * enforced, else the worse; but where both flag and others must approve, both stay.  0, or -1: no
 * memory.
 */
int verdict_add(struct verdict *verdict, const struct finding *finding, struct fault *f);

/*
 * Works out the decision from the findings: the worst one wins, warnings and observed ones count as
 * allow; and the digest with the number of times the set has landed before.
 * 0 or -1.
 */
int verdict_conclude(
	struct verdict *verdict, const char *repository, int64_t landed, struct fault *f);

/*
 * The digest of the flagged transitions alone: what the count of landings is kept under.  0 or -1.
 */
int verdict_set(struct verdict *verdict, struct fault *f);

struct verdict_context {
	const char *repository, *account, *policy;
	bool asked;           /* the push only asked what would become of it */
	const char *replaces; /* the hold whose place it takes, or NULL */
	const char *held_at;  /* what a hold is fetched from; NULL: the repository itself */
	size_t most;          /* bytes of findings, roughly; what is left out is counted; 0: any */
};

/* Appends the verdict object, one line without a line feed.  0 or -1. */
int verdict_json(const struct verdict *verdict, const struct verdict_context *context,
	struct buf *out, struct fault *f);

/* The sessions of a verdict as its object has them: `commit`, `where`. */
json_t *verdict_sessions(const struct verdict *verdict);

/* `allow`, `hold`, `deny`. */
const char *decision_name(enum decision decision);

/* `deny`, `hold`, `warn`. */
const char *action_name(enum action action);

#endif
