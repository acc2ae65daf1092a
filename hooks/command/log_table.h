/*
 * The log on a terminal: what happened, to what, by whom, and which rule found what first.
 */
#ifndef HOOKS_COMMAND_LOG_TABLE_H
#define HOOKS_COMMAND_LOG_TABLE_H

#include <jansson.h>

#include "common/state/state.h"
#include "hooks/admin/table.h"

/* Begins a table of rows of the log. */
void log_table_begin(struct table *table, const struct terminal *terminal);

/* Adds a row of it. */
void log_table_row(struct table *table, const struct log_entry *entry, const json_t *verdict);

/* Why somebody rejected what the row is about; empty: it is no rejection. */
const char *log_table_rejection(const json_t *verdict);

/* Prints that, with what is in front of it in a line of text; nothing where it is none. */
void log_table_print_rejection(const json_t *verdict);

#endif
