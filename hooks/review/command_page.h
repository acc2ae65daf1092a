/*
 * The page from which reviewers get git-countersign, and its files.
 */
#ifndef HOOKS_REVIEW_COMMAND_PAGE_H
#define HOOKS_REVIEW_COMMAND_PAGE_H

#include "hooks/review/visit.h"

/* Answers with the file whose address was asked for; false: it is none of them. */
bool command_file(struct visit *visit);

/* The page: how to get it, and the sums of the files.  0 or -1. */
int command_page(struct visit *visit, struct fault *f);

#endif
