/*
 * Lists of names: NULL-terminated arrays of texts, never NULL themselves.
 */
#ifndef COMMON_BASE_NAMES_H
#define COMMON_BASE_NAMES_H

typedef const char *const *names;

#endif
