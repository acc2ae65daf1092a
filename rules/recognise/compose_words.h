/*
 * Keys and values of compose files: with `services`, and of the old form, in which services stand
 * at the top.
 */
#ifndef RULES_RECOGNISE_COMPOSE_WORDS_H
#define RULES_RECOGNISE_COMPOSE_WORDS_H

#include <stdbool.h>

#include "common/base/span.h"

/* Whether a service of compose has that key, and few others do. */
bool compose_is_part(struct span key);

/* Whether services of other programs have that key, and compose refuses it. */
bool compose_is_foreign(struct span key);

/* Whether beside an image that key alone makes a service of what stands at the top. */
bool compose_is_old_part(struct span key);

/* Whether it does so beside an image that is known, or a folder to build. */
bool compose_is_weak_part(struct span key);

/* Whether a service is taken over by that key, below `extends`. */
bool compose_is_extended(struct span key);

/* Whether the value may be a container's image, and not a picture. */
bool compose_is_image(struct span value);

/* Whether it is one that everybody knows, or has a tag. */
bool compose_is_known_image(struct span value);

/* Whether an image can be built of it: `.`, `./web`. */
bool compose_is_context(struct span value);

#endif
