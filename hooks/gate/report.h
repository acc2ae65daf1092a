/*
 * What the pusher sees: on standard error, every line beginning `countersign: `, strangers' bytes
 * escaped, at most REPORT_LINES of them and then a count.
 */
#ifndef HOOKS_GATE_REPORT_H
#define HOOKS_GATE_REPORT_H

#include <stdbool.h>

#include "common/base/buf.h"
#include "common/base/env.h"
#include "common/facts/verdict.h"

#define REPORT_LINES 40

struct report {
	size_t lines, dropped;
	size_t after; /* so many verdicts are told behind the one at hand */
	bool unsaved; /* holds are not kept: another ref of the push is denied */
	bool web;     /* GitLab shows people lines behind GL-HOOK-ERR: on a page, and only those */
	bool json;    /* the push asks for verdict objects */
	bool told;    /* the verdict at hand is told of with others, and not by itself */
	bool asked;   /* it only asks what would become of it */
	const char *held_at; /* what a hold is fetched from; NULL: the repository itself */
};

/* An empty report for whom the server's environment tells of, for report_end(). */
void report_begin(struct report *report, const struct env *env);

/* Says one line. */
void report_line(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says a `countersign-json:` line, which is for programs, whatever was said before. */
void report_json(const char *object);

/*
 * Says the verdict: first line, findings with what would satisfy them, how to review and approve.
 */
void report_verdict(struct report *report, const struct verdict *verdict);

/*
 * Says that a ref (or, with NULL, the push) could not be judged, and why: without paths of the
 * server, which syslog has.
 */
void report_unjudged(struct report *report, const char *ref, const struct fault *f);

/* Says that something else went wrong, likewise: `WHAT: why`. */
void report_fault(struct report *report, const char *what, const struct fault *f);

/* Appends what a pusher may be told of a fault, escaped and without paths of the server. */
void report_add_fault(struct buf *out, const struct fault *f);

/* Says how many lines were left out, if any. */
void report_end(struct report *report);

/* Appends the lines about a verdict without the prefix, all of them: for the message of a hold. */
void report_describe(struct buf *out, const struct verdict *verdict);

#endif
