/*
 * Lines in which an agent says for whom it speaks: `[This is NAME on behalf of somebody]`.  Lines
 * are folded (fold.h).
 */
#ifndef COMMON_MARK_BEHALF_H
#define COMMON_MARK_BEHALF_H

#include "common/mark/ident.h"

/*
 * Whether the line says who made something on somebody's behalf, however that is put; *name is who,
 * and *which names count: all where it says so of itself, or the whole line is in brackets.
 */
bool behalf_read(struct span line, struct span *name, enum ident_names *which);

#endif
