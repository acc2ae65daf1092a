/*
 * What the path of a file says about its text.
 */
#ifndef RULES_CREDENTIAL_PATH_H
#define RULES_CREDENTIAL_PATH_H

#include "rules/credential/scan.h"

/* Bits of enum credential_text for a path (empty: unknown) and its bytes. */
unsigned credential_text_of(struct span path, struct span bytes);

#endif
