/*
 * Evidence for auditors: each control of published frameworks held against the policy in force and
 * the log.
 *
 *	evidence_count()	what the log says, by rule and in all
 *	evidence_of()		one document that says everything, as JSON
 *	evidence_html()		the same for people
 *
 * Which measures answer a control, how far a git hook reaches, and why, is data:
 * share/countersign/evidence.json (rules/data/evidence.json).  A measure is `class:NAME` (rules
 * that protect it), `rule:NAME` (one that is built in), `setting:NAME` (of the policy) or
 * `log:NAME` (a figure).  Whether it is in place is worked out here, never written down.
 */
#ifndef HOOKS_REPORT_EVIDENCE_H
#define HOOKS_REPORT_EVIDENCE_H

#include <jansson.h>
#include <stdio.h>

#include "hooks/admin/policy_in_force.h"
#include "hooks/witness/kept.h"

/* How often something came up in decisions. */
struct tally {
	size_t denied, held, warned;
};

struct log_figures {
	char since[32];           /* "" for all */
	const char *archives[9];  /* of the log, that lie elsewhere; NULL-terminated */
	char first[40], last[40]; /* of the rows that count */
	size_t rows, decisions, allowed, denied, held, approved, rejected, withdrawn, landed,
		stopped;
	json_t *rules;          /* name to [denied, held, warned] */
	bool whole;             /* the chain, from its beginning */
	size_t chain;           /* rows of it */
	struct kept_check kept; /* signatures of approvals that are kept in it */
};

/* Reads the log of a repository; always for log_figures_release().  0 or -1. */
int log_figures_read(struct log_figures *out, const char *git_dir, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void log_figures_release(struct log_figures *figures);

/* How often findings of a rule came up. */
struct tally log_figures_rule(const struct log_figures *figures, const char *rule);

/* A measure, as it stands here. */
struct measure {
	bool in_place;
	bool figure;    /* a mere number, neither in place nor not */
	char says[512]; /* what there is, in words */
	struct tally tally;
};

/* Looks the measure up.  0, or -1: there is no such measure. */
int measure_of(struct measure *out, const struct policy *policy, const struct log_figures *figures,
	const char *name, struct fault *f);

/* Everything as one object; NULL on a fault. */
json_t *evidence_of(const char *mapping, const struct policy_in_force *in_force,
	const struct log_figures *figures, struct fault *f);

/* Prints it as a page for people.  0 or -1. */
int evidence_html(json_t *evidence, FILE *out, struct fault *f);

#endif
