/*
 * Path classes: named lists of patterns that a rule can protect as one (`class:infrastructure`).
 * Their data lies in rules/data/classes/NAME.json, one file a class, each entry with why it is
 * there, and is compiled in by rules/generate/gen_classes.c.  A part (`infrastructure.ci`) can be
 * named alone; a class has all of its parts that are not marked to be named alone
 * (`infrastructure.migrations`).
 */
#ifndef COMMON_PATH_CLASSES_H
#define COMMON_PATH_CLASSES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/path/pattern_index.h"

struct class_entry {
	/* gitignore(5), matched generously; the last match decides, within a part */
	const char *pattern;
	const char *why;    /* a few words, for people */
	const char *beside; /* only where a file of that name lies in the same folder; or NULL */
	bool text;          /* only where it is text */
};

struct class_part {
	const char *name; /* `infrastructure.ci`; equal to the class's name where it has no parts */
	const char *class; /* `infrastructure` */
	const char *title; /* one line for people */
	bool alone;        /* off unless named itself */
	bool content;      /* recognised (also) by what a file says, rules/recognise/recognise.c */
	bool existing;     /* what is there already: a file that is added is none of it */
	const struct class_entry *entries;
	const struct pattern_filed *filed; /* where the pattern of each is filed best */
	size_t count;
};

/* All parts of all classes, sorted by name. */
const struct class_part *class_parts(size_t *count);

/* Whether the name is a path class or a part of one. */
bool class_known(const char *name);

/* Whether a rule that names `name` covers the part. */
bool class_covers(const char *name, const struct class_part *part);

/*
 * Whether a rule that names all of them covers the part; the last of them that speaks of it
 * decides, and `!infrastructure.folders` takes that part back.
 */
bool class_list_covers(const char *const *names, const struct class_part *part);

/* Whether the name is a class of content, such as `credentials`. */
bool class_is_content(const char *name);

#endif
