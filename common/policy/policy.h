/*
 * The policy in force: what a site file, a repository file and a delegated file say together.
 *
 * Layers stack: each adds people, agents and rules; none can redefine or loosen what a layer above
 * said; scopes intersect; the worst decision wins.  Everything is loaded, checked and resolved
 * once; the structs are read-only afterwards and live as long as the policy.
 */
#ifndef COMMON_POLICY_POLICY_H
#define COMMON_POLICY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/fault.h"
#include "common/base/names.h"
#include "common/base/oid.h"
#include "common/key/key.h"
#include "common/path/pattern.h"
#include "common/policy/webhook_formats.h"

enum layer {
	LAYER_SITE,
	LAYER_REPOSITORY,
	LAYER_DELEGATED,
	LAYER_COUNT,
};

enum action {
	ACTION_DENY,
	ACTION_HOLD,
	ACTION_WARN,
};

enum unattributed {
	UNATTRIBUTED_DENY, /* strictest first: the smaller of two layers' counts */
	UNATTRIBUTED_AGENT,
	UNATTRIBUTED_HUMAN,
};

/* What a chat service calls a person. */
struct mention {
	const char *of;   /* the format of webhooks, or the address of one */
	const char *text; /* as the policy has it: webhook_mention() */
};

struct person {
	const char *name;
	enum layer layer;
	names emails, accounts, groups;
	const struct mention *mentions;
	size_t mention_count;
	const struct key
		*keys; /* sign commits, tags and, when it has no approval_keys, approvals */
	size_t key_count;
	const struct key *approval_keys; /* when there are any, only these approve */
	size_t approval_key_count;
	const struct key *passkeys; /* approve, too, by way of the review page */
	size_t passkey_count;
};

/* Whether an agent may delete and rewind governed refs, as one layer has it. */
enum rewrite {
	REWRITE_UNSAID,
	REWRITE_NO,
	REWRITE_YES,
};

struct budget;

/* What one layer grants an agent.  A list number of -1: that layer does not say. */
struct grant {
	enum layer layer;
	int scope; /* list in policy->scopes; all of them must have the path */
	/* it has `!` patterns only: everything but those, never replaces agents."*" */
	bool scope_narrows;
	int refs; /* list in policy->scopes, too, with HEAD resolved */
	enum action scope_action;
	bool observe;    /* the layer's mode */
	int64_t expires; /* seconds since 1970, the first moment it may push nothing; 0: never */
	enum rewrite rewrite;
	const struct budget *budget; /* or NULL */
	names emails, trailers;      /* by which this layer knows it */
};

/* `amount` in `seconds`; amount 0: no such budget. */
struct rate {
	int64_t amount, seconds;
};

struct budget {
	struct rate pushes, commits;
	int64_t files, bytes, holds; /* 0: no such budget */
	enum action action;          /* of what is over it; over `holds` always deny */
	names approvers;             /* people and groups who may let a held one through */
};

/*
 * Every layer's grants must permit.  Within a layer, a claimed agent needs what agents."*" grants
 * and what its own entry does; of a verified one the own entry replaces that of `*`, key by key
 * (scope, refs, rewrite), where it has that key and does not only narrow it.  None: unrestricted.
 */
struct agent {
	const char *name;  /* `*` for the entry that every agent starts from */
	enum layer layer;  /* the first that has it; its keys and accounts are that layer's */
	const char *owner; /* a person's name, or NULL */
	bool catalogued;   /* the catalogue knows it */
	const struct grant *grants;
	size_t grant_count;
	names emails, accounts, trailers;
	const struct key *keys;
	size_t key_count;
	int64_t expires; /* the earliest of its grants'; 0: never */
	bool rewrite;    /* some layer allows it, and none forbids it */
};

enum by {
	BY_AGENTS, /* changes of agents' commits */
	BY_ANYONE,
	BY_NAMED, /* of the agents in by_names */
};

/* What a change does; a rule may name some of them.  One change can be of several kinds. */
enum change_kind {
	KIND_ADD = 1,        /* nothing was there */
	KIND_MODIFY = 2,     /* another content */
	KIND_DELETE = 4,     /* nothing is left there */
	KIND_RENAME = 8,     /* the same content goes to, or comes from, another path */
	KIND_MODE = 16,      /* another mode: executable or not, a file, a link, a submodule */
	KIND_LINK = 32,      /* it is, or was, a symbolic link */
	KIND_SUBMODULE = 64, /* it is, or was, a submodule */
	KIND_ALL = 127,
};

enum confidence {
	CONFIDENCE_LOW,
	CONFIDENCE_MEDIUM,
	CONFIDENCE_HIGH,
	CONFIDENCE_CERTAIN,
	CONFIDENCE_NEVER, /* as a threshold: nothing reaches it */
};

/* What a commit's message has to say, by its trailers: `Key`, or `Key: pattern of the value`. */
struct rule_message {
	names require, forbid, session; /* session: how addresses begin, or a word.  NULL: none */
	names allow;     /* keys; all others are objected to.  NULL: all may be there */
	const char *say; /* what the pusher is told, or NULL */
};

struct rule {
	const char *name;
	const char *description; /* or NULL */
	enum layer layer;
	enum action action;
	bool observe; /* its own mode, or its layer's */
	/* list in policy->protected, -1: none; where a `!` decides, that takes back classes, too */
	int paths;
	/* path classes it names; those that the policy made itself are in `paths` already */
	names classes;
	names content;                      /* content classes it names */
	const struct rule_message *message; /* what messages must say, or NULL */
	unsigned changes; /* bits of enum change_kind; KIND_ALL unless it names some */
	enum by by;
	names by_names;
	names approvers; /* people and groups; empty: no approval can help */
	int approvals;
	bool presence;
	int group;                            /* index in policy->groups: the refs it governs */
	enum confidence deny_from, hold_from; /* class:credentials */
};

/* Rules with the same refs: what is new to them is found out together. */
struct group {
	names refs; /* as written, `HEAD` not resolved */
	int list;   /* in policy->refs, which has HEAD resolved */
	const enum layer
		*layers; /* whose default this is, for scope and the like; LAYER_COUNT-terminated */
	/* the top-level `refs` of some layer: scope, agent-refs ... are judged for it */
	bool standard;
};

enum accept {
	ACCEPT_TAG = 1,
	ACCEPT_MERGE = 2,
	ACCEPT_PUSH = 4,
	ACCEPT_COMMIT = 8,
};

struct approval_terms {
	unsigned accept;             /* bits of enum accept; ACCEPT_TAG always */
	int64_t glass_most, expires; /* times a day; seconds an approval lasts, 0: for ever */
	int64_t remind; /* seconds that a hold waits before people are reminded of it; 0: never */
	bool exclude_pusher, exclude_owner, presence, land;
	bool driver; /* who drove the agent may be one of two approvers or more */
	names glass; /* people and groups who may break it; NULL: nobody */
};

struct webhook {
	enum layer layer;
	const char *url; /* or, for mail, NULL */
	names to;        /* mail: addresses, people, `owner` */
	enum webhook_format format;
	names events;      /* empty: all */
	names refs, rules; /* filters; empty: all */
	const char *secret_file, *ca_file, *client_certificate, *client_key; /* or NULL */
};

/* Where holds are kept; NULL: not said, and then in the repository itself. */
struct hold_keeping {
	const char *store;   /* a folder outside of all that is served */
	const char *address; /* by which reviewers reach that folder; NULL: by its path */
};

struct limits {
	int64_t commits, changes, refs, blob /* bytes */, seconds, holds;
	names approvers; /* who may let through what is held for a limit; empty: nobody */
};

/* The review page, as the site's policy has it. */
struct review {
	const char *url;    /* without a slash at its end; NULL: there is no page */
	const char *origin; /* what a browser calls the page's origin */
	const char *rp_id;  /* the host, to which passkeys belong; NULL: it is an address */
	names readers;      /* accounts that may read and are no person's; `*`: all; or NULL */
	bool presence;      /* passkeys must have verified the user */
};

/* A malformed object that is let in all the same. */
struct tolerated {
	const char *object, *reason;
};

/* An allowance for class:credentials: a fingerprint, or a kind below a path. */
struct allowance {
	const char *fingerprint, *kind; /* one of them */
	int paths;                      /* list in policy->scopes, -1: everywhere */
	const char *reason;
	int64_t until; /* seconds since 1970; 0: never ends */
	enum layer layer;
};

/* What one layer says of all that is judged by it, and not of an agent or a rule alone. */
struct layer_terms {
	bool there, observe;
	enum unattributed unattributed;
	bool keep_history; /* nobody rewinds or deletes what its refs govern */
	/*
	 * What approves what a rule of this layer finds: as this layer and those above say, and
	 * tightened by those below. Where no layer is, as for the one below it.
	 */
	struct approval_terms approval;
};

struct policy_index;

struct policy {
	struct arena *arena;
	char digest[65]; /* SHA-256 over the layers' bytes, hex: the policy in force */
	const char *files[LAYER_COUNT]; /* where each layer came from; NULL: there is none */
	bool observe;                   /* every layer observes: the built-in rules do */
	struct layer_terms layers[LAYER_COUNT];
	enum unattributed unattributed; /* the strictest of the layers' */
	const struct person *people;
	size_t person_count;
	const struct agent *agents;
	size_t agent_count;
	const struct rule *rules;
	size_t rule_count;
	const struct group *groups;
	size_t group_count;
	struct pattern_set *scopes;    /* exact: scopes, agents' refs */
	struct pattern_set *protected; /* generous: rules' paths, and classes (see class_lists) */
	struct pattern_set *refs;      /* exact: groups' refs */
	/* for each of class_parts(): its list in `protected`, -1 when no rule covers it */
	const int *class_lists;
	struct approval_terms approval; /* of the lowest layer's rules: the widest that there are */
	const struct webhook *webhooks;
	size_t webhook_count;
	struct limits limits;
	struct review review;
	struct hold_keeping holds; /* of the first layer that says where */
	int64_t keep;              /* seconds that rows of the log stay in the state; 0: for ever */
	int64_t fleet_stale;       /* seconds unheard of its fleet, after which agents wait */
	bool fleet_shared;         /* other hosts of the fleet serve the same repository */
	const struct allowance *allowances;
	size_t allowance_count;
	struct oid_list malformed; /* objects that may be malformed */
	names account_env;         /* never empty */
	names revoked_keys;        /* files that say which keys are good for nothing; or NULL */
	/* who approves changes to the delegated file; empty: that file is ignored */
	names delegates;
	/* whose `delegates` and `limits.approvers` count */
	enum layer delegates_layer, limits_layer;
	/* the first error of the delegated file, of which the good parts are in force; or NULL */
	const char *passed_over;
	bool syslog;
	names warnings; /* what is allowed but hardly meant, a line each like the errors */
	const names *scope_texts, *scope_may, /* and with what a narrowing one takes from */
		*protected_texts;   /* what is in each list; NULL for those of class parts */
	struct policy_index *index; /* of this module */
};

#define POLICY_FILE_MAX ((size_t)4 << 20)
#define POLICY_DELEGATED ".countersign.json"
#define POLICY_EXPECTED "policy" /* marks a file that was installed (base/expected.h) */
#define AGENTS_EXPECTED "agents" /* of the site's folder of agents, kept in the repository */

struct policy_exists;

/* Where the layers lie.  A NULL path, or a file that does not exist: there is no such layer. */
struct policy_sources {
	const char *site, *repository;
	struct span delegated; /* its bytes; data NULL: none */
	bool delegated_over;   /* there is one, of more than POLICY_FILE_MAX bytes */
	const char *head;      /* what HEAD names, `refs/heads/main` */
	const char *git_dir;   /* whose owner may own the files */
	struct span tried;     /* what would be in the file of `trying`; data NULL: nothing is */
	enum layer trying;
	/* the host's lists of who is stopped: no layers, but what a pass is tied to */
	const char *stopped, *stopped_fleet;
	/* the site's folder of agents that the catalogue does not have, or NULL */
	const char *agents;
	bool enforce; /* read every mode as `enforce`: what would be, if it were */
	/* warn about patterns that match nothing of it; NULL: no matter */
	const struct policy_exists *exists;
};

/*
 * Loads and checks the policy; for policy_free().  0, or -1: no layer at all (with how to make
 * one), a file that is not to be trusted, or the first error as `FILE:LINE:COLUMN: JSON-PATH: what
 * is wrong`, with the name that was probably meant.  The delegated file lies in a tree, and
 * whatever it says can only tighten: of one with errors the good parts are in force, and
 * policy->passed_over tells the first error.
 */
int policy_load(struct policy **out, const struct policy_sources *sources, struct fault *f);

/* Frees the policy, and with it all that its structs point to; NULL is fine. */
void policy_free(struct policy *policy);

/*
 * Like policy_load, but appends every error to *errors, a line each and fit to be shown, and
 * warnings when there are no errors (`FILE:LINE:COLUMN: JSON-PATH: warning: ...`).  0: no errors,
 * 1: some, -1: could not check.
 */
int policy_check(const struct policy_sources *sources, struct buf *errors, struct fault *f);

/* The same for one file on its own as the given layer, whoever owns it. */
int policy_check_file(const char *path, enum layer layer, struct buf *errors, struct fault *f);

/* The same, of which only `head` and `exists` of the sources are taken. */
int policy_check_file_in(const struct policy_sources *in, const char *path, enum layer layer,
	struct buf *errors, struct fault *f);

/* The layer's word: `site`, `repository`, `delegated`. */
const char *layer_name(enum layer layer);

/*
 * SHA-256 over the bytes of the site's and the repository's layer and of the list of who is
 * stopped, without understanding them: what a pass is tied to.  0 or -1.
 */
int policy_files_digest(const struct policy_sources *sources, char digest[65], struct fault *f);

/* The agent of that name, or NULL. */
const struct agent *policy_agent(const struct policy *policy, const char *name);

/* The person of that name, or NULL. */
const struct person *policy_person(const struct policy *policy, const char *name);

/* Whether two names are one account's to hosts: letter case and spaces around do not matter. */
bool policy_same_account(const char *a, const char *b);

/* The agent whose account it is, or NULL. */
const struct agent *policy_account_agent(const struct policy *policy, const char *account);

/* The person whose account it is, or NULL. */
const struct person *policy_account_person(const struct policy *policy, const char *account);

/* Why a person, group, agent or rule cannot have that name, to be put behind it; NULL: it can. */
const char *policy_name_objection(const char *name);

/* Whether mail can be sent there: one address, no option, and nothing that ends a header. */
bool policy_address_is_plain(const char *address);

/* Whether people and agents can have such an address. */
bool policy_is_email(const char *text);

/* Whether the person is named by the list, by name or by one of their groups. */
bool policy_names_person(names list, const struct person *person);

/* The word for a kind of change, one bit of enum change_kind; NULL: there is no such bit. */
const char *policy_kind_name(unsigned kind);

/* Whether a group governs the ref (full name, byte for byte). */
bool policy_group_governs(const struct policy *policy, const struct group *group, const char *ref);

/* Whether any group does. */
bool policy_governs(const struct policy *policy, const char *ref);

#endif
