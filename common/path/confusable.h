/*
 * Letters of other scripts that a reader takes for ASCII ones: what gen_confusables makes of
 * rules/data/confusables.json when Countersign is built.
 *
 * The selection is our own, of what Unicode Technical Standard 39 (confusables.txt) lists as
 * looking like a single ASCII letter or digit, in fonts that code is read in.  What compatibility
 * normalisation maps anyway (full-width, mathematical, circled letters) is not repeated here.
 */
#ifndef COMMON_PATH_CONFUSABLE_H
#define COMMON_PATH_CONFUSABLE_H

#include <stddef.h>

struct confusable {
	unsigned int character;
	char ascii;
};

extern const struct confusable confusables[]; /* sorted by character */
extern const size_t confusable_count;

/*
 * The lowercase ASCII letter, digit or sign that the character looks like; 0: none, or ASCII
 * itself.
 */
unsigned int confusable_ascii(unsigned int character);

#endif
