/*
 * Infrastructure recognised by what a file says rather than where it lies: a Kubernetes object,
 * CloudFormation, an Ansible play, a compose file, a CI workflow under any name and path.
 */
#ifndef RULES_RECOGNISE_RECOGNISE_H
#define RULES_RECOGNISE_RECOGNISE_H

#include "common/base/buf.h"
#include "common/base/deadline.h"
#include "common/base/span.h"

struct recognised {
	const char *part; /* class part: `infrastructure.kubernetes` */
	const char *why;  /* constant sentence: "a Kubernetes object (apiVersion and kind)" */
	size_t line;      /* where it says so, counting from 1 */
};

#define RECOGNISED_MAX 8

/*
 * What the content says that it is; `path` only helps to tell formats apart and can't silence
 * anything.  Returns how many were written to out (at most RECOGNISED_MAX).  Linear in the content.
 */
size_t recognise(struct span path, struct span content, struct recognised out[RECOGNISED_MAX]);

/* The same, as far as it comes until the deadline is over, which the caller asks afterwards. */
size_t recognise_until(
	struct deadline *deadline, struct span content, struct recognised out[RECOGNISED_MAX]);

/*
 * The text as UTF-8 where it is UTF-16, with a byte order mark or without one, in *room; else the
 * text itself.  An empty *content that was none: no memory.
 */
struct span recognise_text(struct buf *room, struct span content);

struct hidden_character {
	unsigned int character; /* the code point */
	size_t line, column;    /* counting from 1; column in characters */
};

/*
 * The first invisible or direction-changing character that the new content has on a line that the
 * old content did not have; character 0: none.  For instructions that agents obey.
 */
struct hidden_character recognise_hidden(struct span old, struct span content);

/*
 * The same for a letter of another script in a word that looks like ASCII throughout: a name that
 * is not the one that is read.
 */
struct hidden_character recognise_lookalike(struct span old, struct span content);

/*
 * What the first new line that tells a tool what to run or to fetch is, such as `//go:generate`,
 * and *line, counting from 1; NULL: there is none.
 */
const char *recognise_build_step(struct span old, struct span content, size_t *line);

/* Writes what the character is, and what text is hidden from there on, if it can be told. */
void hidden_describe(
	const struct hidden_character *hidden, struct span content, char *out, size_t size);

#endif
