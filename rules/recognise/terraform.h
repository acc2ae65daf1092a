/*
 * Terraform and its kin, known by their blocks.  Part of lines.c.
 */
#ifndef RULES_RECOGNISE_TERRAFORM_H
#define RULES_RECOGNISE_TERRAFORM_H

#include "common/base/span.h"

/* Where the content first declares a resource, a provider or the like; 0: nowhere.  Linear. */
size_t terraform_line(struct span content);

#endif
