/*
 * The fields of a catalogue's entry that hold marks, and how marks are written in its tables: for
 * rules/data/agents.json, which is compiled in, and for what a site adds (agents.d).
 */
#ifndef COMMON_MARK_CATALOGUE_FIELD_H
#define COMMON_MARK_CATALOGUE_FIELD_H

#include "common/base/buf.h"
#include "common/mark/catalogue.h"

struct catalogue_field {
	const char *field; /* NULL: no more */
	const char *what;  /* what `countersign agents ID` calls it */
	enum catalogue_kind kind;
	enum mark_strength strength;
};

/* All of them. */
extern const struct catalogue_field catalogue_fields[];

/* Why the mark could never be met with, as far as its form tells; NULL: it could. */
const char *catalogue_form_wrong(enum catalogue_kind kind, const char *mark);

/* Appends the mark as its kind of table has it.  0, or -1: nothing is left of it, or no memory. */
int catalogue_normal(struct buf *out, enum catalogue_kind kind, struct span mark);

#endif
