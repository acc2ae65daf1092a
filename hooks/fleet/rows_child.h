/* Between the files of rows: what the child does, and the form in which it tells. */
#ifndef HOOKS_FLEET_ROWS_CHILD_H
#define HOOKS_FLEET_ROWS_CHILD_H

#include <stdint.h>
#include <stdio.h>

#define ROWS_TEXT_MAX ((size_t)8 << 20)
#define ROWS_HOLDS_MAX ((size_t)16 << 20)

/* What follows: a tag, the length in four bytes of this machine, and the bytes. */
enum rows_tag {
	ROWS_ID = 'I',
	ROWS_NAME = 'N',
	ROWS_SEQ = 'R', /* a row begins: its number */
	ROWS_TEXT = 'T',
	ROWS_MORE = 'M',
	ROWS_HOLDS = 'H',
	ROWS_DECISIONS = 'D',
	ROWS_CURSOR = 'C',
	ROWS_SHARED = 'S',
	ROWS_FAULT = 'F',
	ROWS_END = 'E',
};

/* Reads the repository as its owner, and tells; the exit status. */
int rows_child(const char *git_dir, FILE *from, FILE *to);

#endif
