/*
 * Patterns that are good and hardly meant: regular expressions, braces, quotes, and what else
 * gitignore(5) takes letter by letter.
 */
#ifndef COMMON_PATH_PATTERN_SLIP_H
#define COMMON_PATH_PATTERN_SLIP_H

#include <stdbool.h>

/* A constant half sentence: what the pattern does, and what was probably meant; NULL: nothing. */
const char *pattern_slip(const char *pattern);

/* Whether the text holds a character that nobody sees. */
bool pattern_invisible(const char *text);

#endif
