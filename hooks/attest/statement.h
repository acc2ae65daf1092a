/*
 * The two statements of a landing (in-toto Statement v1): source provenance, in the predicate of
 * SLSA's source tool, and the source verification summary of SLSA v1.2.  What that predicate has no
 * member for is in one of our own, LANDING_MEMBER.  docs/attestations.md describes all of it.
 */
#ifndef HOOKS_ATTEST_STATEMENT_H
#define HOOKS_ATTEST_STATEMENT_H

#include "hooks/attest/ledger.h"
#include "hooks/witness/log_site.h"

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define SOURCE_PROVENANCE "https://github.com/slsa-framework/source-tool/source-provenance/v1"
#define TAG_PROVENANCE "https://github.com/slsa-framework/source-tool/tag-provenance/v1"
#define SOURCE_SUMMARY "https://slsa.dev/verification_summary/v1"
#define LANDING_MEMBER "urn:countersign:landing:v1"

/* What is attested. */
struct attested {
	const json_t *landing; /* as it was left, with `approvals` */
	const struct ledger *ledger;
	const struct continuity *continuity;
	const struct log_site *site;
	const char *repository; /* its id */
	const char *uri;        /* what others know it by */
	const char *commit;     /* that it leads to */
	const char *tag;        /* the tag object that leads there, or NULL */
	const char *gap;        /* what nobody judged before it, or NULL */
};

/* Both, signed, each a line without its end, and the SHA-256 of each. */
struct envelopes {
	struct buf provenance, summary;
	char provenance_digest[65], summary_digest[65];
};

/* The level of SLSA's source track that the landing can claim, 1 to 3. */
int statement_level(const struct attested *what);

/* Makes and signs them; for envelopes_release().  0 or -1. */
int statement_sign(struct envelopes *out, const struct attested *what, struct fault *f);

/* Frees them. */
void envelopes_release(struct envelopes *envelopes);

#endif
