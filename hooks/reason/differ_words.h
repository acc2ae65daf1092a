/* Where two policies differ, in words. */
#ifndef HOOKS_REASON_DIFFER_WORDS_H
#define HOOKS_REASON_DIFFER_WORDS_H

#include <stdio.h>

#include "hooks/reason/differ.h"

/* Prints all rows that differ_run() has found, or that there are none.  0 or -1. */
int differ_words(struct differ *differ, FILE *out, struct fault *f);

#endif
