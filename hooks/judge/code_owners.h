/*
 * Approvers by CODEOWNERS: what the word `codeowners` among a rule's approvers stands for at one
 * path.
 *
 * The file is read as it is at one commit (the ref's value before the push), where the repository's
 * host looks for it and in that host's syntax.  Owners are matched with the policy's people by
 * account and e-mail; teams, roles and strangers are nobody's, and are said; so are people of a
 * layer below the rule's.  Where it cannot be told who owns a path, nobody does.
 */
#ifndef HOOKS_JUDGE_CODE_OWNERS_H
#define HOOKS_JUDGE_CODE_OWNERS_H

#include "common/git/repo.h"
#include "common/policy/policy.h"

struct code_owners;

/* Reads nothing yet.  Policy and repository must outlive it; for code_owners_free().  0 or -1. */
int code_owners_new(
	struct code_owners **out, const struct policy *policy, struct repo *repo, struct fault *f);

/* Frees it, and all names that it has handed out; NULL is fine. */
void code_owners_free(struct code_owners *owners);

/* Whether `codeowners` is among the approvers. */
bool code_owners_asked(names approvers);

struct code_owners_question {
	const struct oid *commit; /* zero: there is no file */
	struct span path;         /* empty: nobody owns it */
	const struct rule *rule;
};

struct code_owners_answer {
	/* the rule's, with people in the place of the word; as long as the owners live */
	names approvers;
	int approvals; /* the rule's, or more when the file asks for more */
	/* a sentence without its stop: whom the policy does not know, or why nobody owns it; "" */
	const char *note;
};

/* 0 or -1: memory, or the repository cannot be read. */
int code_owners_find(struct code_owners *owners, const struct code_owners_question *question,
	struct code_owners_answer *out, struct fault *f);

#endif
