/*
 * What the site adds to the catalogue of agents: agents.d/NAME.json beside its policy.
 *
 *	{ "version": 1,
 *	  "agents": {
 *	    "our-agent": { "name": "Our Agent", "emails": ["agent@example.com"],
 *	                   "paths": { ".our/": "rules" } },
 *	    "claude-code": { "emails": ["claude@example.com"] } } }
 *
 * Checked as strictly as a policy.
 */
#ifndef COMMON_POLICY_SITE_AGENTS_H
#define COMMON_POLICY_SITE_AGENTS_H

#include "common/base/fault.h"

/*
 * Reads the folder and lets the catalogue have what is in it, where that has changed since the last
 * time.  0, also where there is no folder, or -1 with the first error as `FILE:LINE:COLUMN:
 * JSON-PATH: what is wrong`.
 */
int site_agents_load(const char *folder, struct fault *f);

#endif
