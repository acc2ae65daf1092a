/*
 * Asking witnesses (C2SP tlog-witness) for their cosignatures, over http or https.  Only in
 * programs that have libcurl.
 */
#ifndef HOOKS_WITNESS_COSIGN_H
#define HOOKS_WITNESS_COSIGN_H

#include "hooks/witness/head.h"

/* head_cosigner: all witnesses of the site that have an address, one after the other. */
int cosign(const struct log_site *site, const struct head_asking *asking, struct buf *note,
	struct buf *why, struct fault *f);

#endif
