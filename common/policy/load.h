/*
 * How a policy is read: what the files policy_*.c share.  A part of common/policy/policy; nobody
 * else includes it.
 *
 * Layers are read one after the other, from the site's down; a layer sees what is above it and
 * nothing below.  In each, the tables of keys (struct field) are gone through in their own order,
 * not in that of the file: people before agents before rules, so that a name can be looked up where
 * it is used.  What is wrong is told with policy_wrong(), which either ends the loading or, when
 * all errors are wanted, lets it go on; so every reader writes to *out only when its value is good.
 */
#ifndef COMMON_POLICY_LOAD_H
#define COMMON_POLICY_LOAD_H

#include "common/base/json.h"
#include "common/base/typo.h"
#include "common/policy/exists.h"
#include "common/policy/index.h"
#include "common/policy/policy.h"

#define POLICY_ERRORS_MAX 100
#define POLICY_LIST_MAX 100000
#define POLICY_WORDS_MAX 1000
#define POLICY_RULES_MAX 10000
#define POLICY_NAME_MAX 64
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+@-"
#define POLICY_COUNT_MAX INT64_C(1000000000000000)

/* A list of patterns for each number that the pattern set has handed out. */
struct pattern_texts {
	names *lists;
	size_t count;
};

/* Patterns that the policy's key `classes` adds. */
struct class_addition {
	const char *name; /* a part's, a class's, or a new one */
	names patterns;
	enum layer layer;
	bool used;
};

/* For how long rows of the log are kept in the state. */
struct row_keeping {
	bool said;
	int64_t seconds; /* 0: for ever */
};

/* What layers say about the whole; -1, NULL and no bits: a layer does not say. */
struct policy_settings {
	int unattributed, exclude_pusher, exclude_owner, presence, land, driver, syslog,
		keep_history; /* not said: 0 */
	unsigned accept;
	int64_t expires, remind;
	struct limits limits;
	struct glass_said {
		names people; /* NULL: not said */
		int64_t most;
	} glass;
	struct hold_keeping holds;
	struct row_keeping keep;
	struct fleet_said {
		int64_t stale; /* 0: not said */
		int shared;
	} fleet;
	names account_env, delegates;
};

struct policy_layer {
	const char *file;
	const char *folder; /* that key files are relative to */
	struct buf bytes;
	struct json_doc doc;
	bool there, over; /* over: it is too large to be read */
	bool accounts;    /* it names somebody's */
	bool observe;
	names refs;
	struct policy_settings said;
};

struct policy_loading {
	struct policy *policy;
	struct arena *arena;
	const struct policy_sources *sources;
	struct policy_layer layers[LAYER_COUNT];
	enum layer layer;   /* being read */
	bool alone;         /* a delegated file is looked at without those above it */
	struct buf *errors; /* NULL: the first error ends it */
	bool forgives;      /* but not one of the delegated file, whose other parts count */
	size_t wrong;
	struct fault *fault;
	struct policy_index index;
	struct person *people;
	size_t person_count;
	struct agent *agents;
	size_t agent_count;
	struct rule *rules;
	size_t rule_count;
	struct group *groups;
	size_t group_count;
	struct webhook *webhooks;
	size_t webhook_count;
	struct allowance *allowances;
	size_t allowance_count;
	struct oid_list malformed; /* in the arena */
	struct class_addition *additions;
	size_t addition_count;
	struct pattern_texts scope_texts, scope_may, protected_texts;
	const char **warnings;
	size_t warning_count;
};

struct field;

/* Reads the value at the place into *out.  0, or -1: an error that ends the loading. */
typedef int policy_reader(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out);

/* Reads one item of a list, or one member of an object.  As policy_reader. */
typedef int policy_part(struct policy_loading *l, const struct json_at *at, void *out);

/* A key of an object. */
struct field {
	const char *name;
	policy_reader *read;
	size_t offset; /* in the struct that is being filled */
	enum {
		FIELD_OPTIONAL = 0,
		FIELD_REQUIRED = 1,
		FIELD_UPPER = 2, /* not in a delegated file */
	} flags;
	const void *detail; /* for the reader: its choices, its largest number */
};

#define FIELDS_END           \
	{                    \
		.name = NULL \
	}

struct choice {
	const char *word; /* NULL: no more */
	int value;
};

/*
 * Whether an error in the layer being read does not end the loading; then the first such is kept,
 * as its line says it.
 */
bool policy_forgiven(struct policy_loading *l, const char *line);

/*
 * Records an error at the place.  -1, or 0 when all errors are collected and there is room for
 * more.
 */
int policy_wrong(struct policy_loading *l, const struct json_at *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The words of which one was wanted. */
struct vocabulary {
	const char *what; /* `class`, `person or group` */
	const char *word; /* what was written, where that is not the whole key or text; else NULL */
	names known;
	names also;       /* too many to list, though one may have been meant; NULL: none */
	const char *more; /* what `also` are */
};

/*
 * Records that the key or text there is none of the words: with the one that was probably meant, or
 * else with all that there are; as policy_wrong.
 */
int policy_unknown(struct policy_loading *l, const struct json_at *at, const struct vocabulary *of);

/* Records that the value is of a wrong kind; as policy_wrong. */
int policy_wrong_kind(struct policy_loading *l, const struct json_at *at, const char *wanted);

/* Records what is allowed but hardly meant.  0, or -1: no memory. */
int policy_warn(struct policy_loading *l, const struct json_at *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads an object by its table of keys; unknown keys are errors.  0 or -1. */
int policy_fields(
	struct policy_loading *l, const struct json_at *at, const struct field *fields, void *out);

/* The readers: what they take, and the type of *out. */
policy_reader policy_read_nothing; /* text, ignored */
policy_reader
	policy_read_text; /* const char *: text that is not empty, without control characters */
policy_reader policy_read_path;     /* const char *: an absolute path */
policy_reader policy_read_flag;     /* int: true or false */
policy_reader policy_read_choice;   /* int: a word of the choices in detail */
policy_reader policy_read_count;    /* int64_t: a whole number from 1 to *(const int64_t *)detail */
policy_reader policy_read_size;     /* int64_t: bytes, or `32MiB` */
policy_reader policy_read_duration; /* int64_t: seconds of `14d`; 0 for `never` */
policy_reader policy_read_rate;     /* struct rate: `60/h` */
policy_reader policy_read_time;     /* int64_t: a date */
policy_reader policy_read_words;    /* names: a list of texts, no text twice */
policy_reader policy_read_refs;    /* names: a list of patterns of refs, the first of which gives */
policy_reader policy_read_emails;  /* names: addresses */
policy_reader policy_read_observe; /* int: `observe` 1, `enforce` 0 */

/*
 * Whether a text can name a person, group, agent or rule; says why not.  1: it can, 0: it was told,
 * -1.
 */
int policy_name_good(struct policy_loading *l, const struct json_at *at, const char *name);

/*
 * Reads each item of a list, POLICY_WORDS_MAX of them at most; something else than a list is an
 * error.  0 or -1.
 */
int policy_items(struct policy_loading *l, const struct json_at *at, policy_part *read, void *out);

/* Reads each member of an object, likewise. */
int policy_members(
	struct policy_loading *l, const struct json_at *at, policy_part *read, void *out);

/* Keys of an identity, as read. */
struct key_list {
	struct key *keys;
	size_t count;
	bool passkeys; /* of these, and no others */
};
policy_reader policy_read_keys;         /* struct key_list */
policy_reader policy_read_revoked_keys; /* fills policy->revoked_keys */
policy_reader policy_read_passkeys;     /* the same, of passkeys alone */

/*
 * A key that is named twice, to sign commits and to approve, is as narrow as either says: revoked
 * for one, it is for both.
 */
void policy_keys_agree(const struct key_list *some, const struct key_list *others);

/*
 * What is good, and does nothing or not what it seems to say: warnings about a whole entry, once it
 * has been read.  0 or -1.
 */
int policy_likely_agent(
	struct policy_loading *l, const struct json_at *at, const struct agent *agent);

/* The same about a rule. */
int policy_likely_rule(struct policy_loading *l, const struct json_at *at, const struct rule *rule);

/* The same about a person. */
int policy_likely_person(
	struct policy_loading *l, const struct json_at *at, const struct person *person);

/* The same about the layers together. */
int policy_likely_whole(struct policy_loading *l);

/* Warns of what is hardly an account as a host has them.  0 or -1. */
int policy_account_check(struct policy_loading *l, const struct json_at *at, const char *account);

/* Registers accounts as belonging to one identity only; `owner` without kind and name.  0 or -1. */
int policy_claim_accounts(struct policy_loading *l, const struct json_at *at, names accounts,
	struct index_entry owner);

/* The same for keys. */
int policy_claim_keys(struct policy_loading *l, const struct json_at *at,
	const struct key_list *keys, struct index_entry owner);

/* The sections.  They fill the loading itself; out is not used. */
policy_reader policy_read_people;
policy_reader policy_read_agents;
policy_reader policy_read_rules;
policy_reader policy_read_webhooks;
policy_reader policy_read_allow;
policy_reader policy_read_classes;      /* called for all layers before anything else */
policy_reader policy_read_approval;     /* struct policy_settings */
policy_reader policy_read_malformed;    /* nothing */
policy_reader policy_read_review;       /* nothing */
policy_reader policy_read_limits;       /* struct limits */
policy_reader policy_read_holds;        /* struct hold_keeping */
policy_reader policy_read_keep;         /* struct row_keeping */
policy_reader policy_read_fleet;        /* struct fleet_said */
policy_reader policy_read_glass;        /* struct glass_said */
policy_reader policy_read_kinds;        /* unsigned: bits of enum change_kind */
policy_reader policy_read_message;      /* const struct rule_message * */
policy_reader policy_read_people_names; /* names: people and groups that exist */

/* Checks one text of an approvers list: a person or group that exists for this layer.  0 or -1. */
int policy_approver_check(struct policy_loading *l, const struct json_at *at, bool codeowners);

/* Records that nobody in `people` is called as it says there; as policy_unknown. */
int policy_person_unknown(struct policy_loading *l, const struct json_at *at);

/* Reads one layer that has been parsed.  0 or -1. */
int policy_layer_read(struct policy_loading *l);

/*
 * Works out what the layers' settings come to.  What one layer has said those below it can only
 * tighten; what none says is as by default, and to a delegated file, which lies in the tree, that
 * counts as said.
 */
void policy_settle(struct policy_loading *l);

/* For how long rows are kept: the longest that a layer says, and else for ever. */
void policy_settle_keep(struct policy_loading *l);
/* The same of what they say of the fleet: the strictest counts. */
void policy_settle_fleet(struct policy_loading *l);

/* Who may break glass over what each layer holds. */
void policy_settle_glass(struct policy_loading *l);

/* Says of each scope which patterns an agent may keep to by it.  0 or -1. */
int policy_settle_scopes(struct policy_loading *l);

/* What counts when no layer says anything. */
struct policy_settings policy_defaults(void);

/* The settings of which nothing is said. */
struct policy_settings policy_settings_unsaid(void);

/* The group of rules with these refs, made when it is new; -1: no memory. */
int policy_group(struct policy_loading *l, names refs);

/* Makes a list of checked patterns of refs in a set, HEAD resolved.  0 or -1. */
int policy_refs_list(struct policy_loading *l, struct pattern_set *set, names refs, int *list);

/* The refs that rules of this layer govern unless they name their own. */
names policy_default_refs(const struct policy_loading *l);

/* Starts a list in a set; *list is its number.  0 or -1. */
int policy_list_new(struct policy_loading *l, struct pattern_set *set, int *list);

/* Remembers the list's patterns as they are written.  0 or -1. */
int policy_list_texts(
	struct policy_loading *l, struct pattern_texts *texts, int list, names patterns);

/* Reads the patterns at the place into a new list of scopes; *narrows as in struct grant. */
int policy_read_scope(struct policy_loading *l, const struct json_at *at, int *list, bool *narrows);

/* Adds a pattern to a list and tells what is wrong with it.  0 or -1. */
int policy_pattern(
	struct policy_loading *l, const struct json_at *at, struct pattern_set *set, int list);

/* Puts the patterns of class parts that some rule covers into `protected`.  0 or -1. */
int policy_classes_build(struct policy_loading *l);

/* Whether a class of that name can be named in this layer. */
bool policy_class_known(const struct policy_loading *l, const char *name);

struct name_list {
	const char **words;
	size_t count;
};

/* Warns where the pattern (a ref's, a path's) matches nothing of sources->exists.  0 or -1. */
int policy_exists_check(struct policy_loading *l, const struct json_at *at, const char *pattern,
	enum pattern_mode mode);

/*
 * Where a policy is checked (not where one is loaded for a push): warns when the file cannot be
 * read, or holds a private key.  0 or -1.
 */
int policy_file_check(struct policy_loading *l, const struct json_at *at, const char *path);

/* Whether a `!` pattern is, but for its form, the one that was given. */
bool policy_takes_back(const char *text, const char *given);

/* Warns of each `!` pattern that takes back all that one before it in the list gives.  0 or -1. */
int policy_taken_back(struct policy_loading *l, const struct json_at *list);

/* Records that there is no such class; as policy_unknown. */
int policy_class_unknown(struct policy_loading *l, const struct json_at *at, const char *name);

/*
 * Adds what the policy adds to a class (and is no part's) to a rule's own list; *texts grows.
 * 0 or -1.
 */
int policy_class_own(struct policy_loading *l, const char *name, int list, struct name_list *texts);

/* Appends a word; the array stays NULL-terminated.  0, or -1: no memory. */
int name_list_add(struct policy_loading *l, struct name_list *list, const char *word);

/* The list as `names`, never NULL. */
names name_list_names(const struct name_list *list);

/* Whether the list has the word. */
bool names_have(names list, const char *word);

/* How many words it has. */
size_t names_count(names list);

/* Room for one more in an array of the loading; NULL with a fault when memory ran out. */
void *policy_grow(struct policy_loading *l, void *items, size_t count, size_t size);

/* Whose changes a rule looks at. */
struct policy_by {
	enum by by;
	names names;
};

/* Reads it, a struct policy_by.  0 or -1. */
int policy_read_by(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out);

#endif
