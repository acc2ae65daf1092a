/* Repositories that are bare at first sight: most of those on a host. */
#ifndef HOOKS_HOST_HANDS_PLAIN_H
#define HOOKS_HOST_HANDS_PLAIN_H

#include <stdbool.h>

/*
 * Whether the settings there are so plain that git can have it for nothing but a bare repository:
 * then it need not be asked, which is most of the work in looking for thousands.
 */
bool plain_is_bare(int dir);

#endif
