/* What stands on lines that a file did not have before.  Part of hidden.c. */
#ifndef RULES_RECOGNISE_NEW_LINE_H
#define RULES_RECOGNISE_NEW_LINE_H

#include <stdbool.h>

#include "rules/recognise/recognise.h"

/* What is in the line, character 0 for nothing; `start`: it is the first of the file. */
typedef struct hidden_character recognise_finder(struct span line, bool start);

/* The first that the finder has on a line that the old content does not have. */
struct hidden_character recognise_new_line(
	struct span old, struct span content, recognise_finder *find);

#endif
