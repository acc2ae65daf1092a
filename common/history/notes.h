/*
 * The notes of a notes ref (git-notes(1)): which blob hangs on which object.
 *
 * A notes tree names each note by the object's id, whole or cut by slashes behind two digits each,
 * as git fans it out or another tool left it.  Each tree is read once and remembered, so that
 * looking one up costs the same whether there are ten notes or a million, in one folder or in many.
 * What is no note is passed over.
 */
#ifndef COMMON_HISTORY_NOTES_H
#define COMMON_HISTORY_NOTES_H

#include "common/git/repo.h"

#define NOTES_MAX ((size_t)4 << 20) /* more are not looked through: a fault */
#define NOTES_TREES_MAX 100000      /* likewise */

/* Born zeroed but for the tree; for notes_release(). */
struct notes {
	struct oid tree;              /* of the notes' commit; zero: there are none */
	struct oid_map index;         /* an object's id to 1 + the place of its blob */
	struct oid_list blobs;        /* of the notes that have been read */
	struct oid_list folders[256]; /* by the first two digits: trees not read yet */
	size_t trees;                 /* that have been read */
};

/* Reads the note on the object; *found is false when there is none.  0 or -1. */
int notes_find(struct notes *notes, struct repo *repo, const struct oid *id, struct object *out,
	bool *found, struct fault *f);

/* Forgets them; harmless on zeroed ones. */
void notes_release(struct notes *notes);

#endif
