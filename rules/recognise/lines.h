/*
 * Files that are known by their lines rather than by an outline: what an image is built by, a
 * service unit, Terraform, crontabs.  Part of recognise.c.
 */
#ifndef RULES_RECOGNISE_LINES_H
#define RULES_RECOGNISE_LINES_H

#include "rules/recognise/recognise.h"

/*
 * Holds the content against recogniser number `which`: 0 and what->part NULL or what it is; -1:
 * there are no more recognisers.  Linear in the content.
 */
int recognise_lines(size_t which, struct span content, struct recognised *what);

#endif
