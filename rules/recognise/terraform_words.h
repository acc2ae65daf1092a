/*
 * Keys and values of Terraform written in JSON.
 */
#ifndef RULES_RECOGNISE_TERRAFORM_WORDS_H
#define RULES_RECOGNISE_TERRAFORM_WORDS_H

#include <stdbool.h>

#include "common/base/span.h"

/* Whether the key is a type of a provider that is widely used: `aws_s3_bucket`. */
bool terraform_is_known_type(struct span key);

/* Whether the key may be a resource's type: `acme_thing`, and not `user_id`. */
bool terraform_is_resource_type(struct span key);

/* Whether settings of Terraform itself have that key. */
bool terraform_is_part(struct span key);

/* Whether blocks of that kind stand under a name of their own, and are no resources. */
bool terraform_is_named(struct span key);

/* Whether such blocks have that key. */
bool terraform_is_part_of(struct span key);

/* Whether a module can come from there: `./vpc`, `git::https://...`, `a/vpc/aws`. */
bool terraform_is_module_source(struct span value);

/* Whether blocks of that kind move what is managed. */
bool terraform_is_moving(struct span key);

/* Whether the key says from where or to where. */
bool terraform_is_end_of_move(struct span key);

/* Whether it is what is managed: `aws_s3_bucket.b`, `module.vpc`. */
bool terraform_is_address(struct span value);

#endif
