/*
 * All rules, one row each: what a rule is called, what it looks at, what satisfies whoever breaks
 * it, and one sentence for people.  Reserved names, remedies, the manual, the schema and the
 * evidence follow this list.
 *
 *	JUDGED(id, name, looks at, remedy, sentence)	built in; rule_ID() in rules/rule/ judges
 *	CONFIGURED(id, looks at)			rule_ID() judges for the rules of the policy
 *	FOUND(name, remedy, sentence)			built in; found on the way to judging
 *
 * A new rule is a row here and its judge in a file of its own; the order is that of judging.
 */
#ifndef COMMON_POLICY_RULE_LIST_H
#define COMMON_POLICY_RULE_LIST_H

#include <stddef.h>

/* What there is to look at. */
enum rule_subject {
	SUBJECT_UPDATE = 1,  /* the ref update itself */
	SUBJECT_COMMIT = 2,  /* a commit or tag that is new */
	SUBJECT_CHANGE = 4,  /* what a commit did at a path */
	SUBJECT_CONTENT = 8, /* a change of which the new content is at hand */
};

/* clang-format off */
#define RULE_LIST(JUDGED, CONFIGURED, FOUND) \
	JUDGED(stopped, "stopped", SUBJECT_UPDATE | SUBJECT_COMMIT, \
		"ask the admin of the repository, who can resume it", \
		"Whatever comes from an agent, account or key that is stopped is denied, in " \
		"every mode.") \
	JUDGED(agent_refs, "agent-refs", SUBJECT_UPDATE, \
		"push to a ref that the agent was given", \
		"An agent updates no other refs than those its entry names.") \
	JUDGED(agent_rewrite, "agent-rewrite", SUBJECT_UPDATE, \
		"add new commits on top instead of rewriting", \
		"An agent neither deletes nor rewinds a governed ref, unless its entry lets it.") \
	JUDGED(history, "history", SUBJECT_UPDATE, \
		"add new commits on top, or make a new tag", \
		"Where a policy keeps history, nobody rewinds or deletes a governed branch, nor " \
		"moves or deletes a governed tag.") \
	JUDGED(agent_expired, "agent-expired", SUBJECT_UPDATE | SUBJECT_COMMIT, \
		"ask the agent's owner", \
		"An agent whose entry has expired pushes nothing.") \
	JUDGED(unattributed, "unattributed", SUBJECT_COMMIT, \
		"sign with a registered key, or push from a known account", \
		"A commit for which no author can be established is denied, if the policy says " \
		"so.") \
	CONFIGURED(message, SUBJECT_COMMIT) \
	JUDGED(scope, "scope", SUBJECT_CHANGE, \
		"keep to the paths that the agent was given, or ask the admin of the repository", \
		"An agent changes no paths outside its scope.") \
	CONFIGURED(protected_path, SUBJECT_CHANGE) \
	CONFIGURED(recognised, SUBJECT_CONTENT) \
	JUDGED(hidden_text, "hidden-text", SUBJECT_CONTENT, \
		"take the invisible characters out", \
		"Invisible characters in agents' instructions are treated like other changes to " \
		"these.") \
	CONFIGURED(build_steps, SUBJECT_CONTENT) \
	JUDGED(delegated, "delegated", SUBJECT_UPDATE | SUBJECT_CHANGE, \
		"leave the delegated policy as it is, or ask those who may approve", \
		"A change of the delegated policy waits for those the policy names as delegates.") \
	CONFIGURED(credentials, SUBJECT_UPDATE | SUBJECT_COMMIT | SUBJECT_CHANGE) \
	FOUND("budget", \
		"wait until there is room, or ask the agent's owner", \
		"An agent does no more than its budget allows.") \
	FOUND("fleet", \
		"push again when the host hears from its fleet: countersign fleet status", \
		"On a host that has not heard from its fleet for a while, agents' changes to " \
		"governed refs wait.") \
	FOUND("malformed", \
		"make the object anew with git; of published history, the policy may allow it: " \
		"malformed", \
		"An object that different parsers would read differently is denied.") \
	FOUND("reserved", \
		"push to another ref", \
		"A ref that no push may write is left alone: refs/replace, refs/countersign but " \
		"for approvals, and names that end in /HEAD.") \
	FOUND("limits", \
		"push in smaller steps, or ask the admin of the repository", \
		"What is over a limit is not let in unjudged.")
/* clang-format on */

struct rule_listed {
	const char *name, *remedy, *sentence;
};

/* Those that are built in, in the order of the list; the last has no name. */
extern const struct rule_listed rule_list[];

/* The built-in rule of that name; NULL when there is none. */
const struct rule_listed *rule_list_find(const char *name);

#endif
