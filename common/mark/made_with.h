/*
 * Lines that say by what a change was made: `Generated with NAME`.  Lines are folded (fold.h).
 */
#ifndef COMMON_MARK_MADE_WITH_H
#define COMMON_MARK_MADE_WITH_H

#include <stdbool.h>

#include "common/mark/ident.h"

/*
 * Whether the line says by what the change was made: `Generated with NAME`, `This commit was
 * written by NAME`; *name is what comes after.  *which names count: all where nobody would say so
 * of a person, or where what it was made with is an instrument.
 */
bool made_with_read(struct span line, struct span *name, enum ident_names *which);

/*
 * Cuts off what is said behind the name of something else: ` - the first part`, ` as my partner`, `
 * GH-3413`.  Whether there was any.
 */
bool made_with_shorten(struct span *name);

/*
 * Finds the next such statement at the end of the line, behind other text: in brackets, behind an
 * emoji or a full stop.  Nothing may come after the name but a number: `(#3413)`; `from` goes on.
 */
bool made_with_tail(struct span line, size_t *from, struct span *name, enum ident_names *which);

/*
 * Finds the next `Generated with [NAME](LINK)` in the line, wherever it stands, but for quotations
 * and where it is another change's; `from` goes on.
 */
bool made_with_link(struct span line, size_t *from, struct span *name);

/* What a change has been done to by its maker: `generated`, `co authored`. */
struct made_with_verb {
	const char *words;
	bool certain; /* nobody would say so of a person */
	bool sends;   /* that it was brought, not that it was made */
};

/* All of them, sorted; *count. */
const struct made_with_verb *made_with_verbs(size_t *count);

#endif
