/*
 * The notes of a notes ref (git-notes(1)): which blob hangs on which object.
 *
 * A notes tree names each note by the object's id, whole or cut by slashes behind two digits each,
 * as git fans it out or another tool left it.  Only the folders that the id's own digits lead
 * through are looked into, at most one for each of its bytes, whatever else lies beside them; each
 * is read once and remembered, so that looking one up costs the same whether there are ten notes or
 * a million, in one folder or in many.  What is no note is passed over.
 *
 * All of it is a pusher's bytes.  What of it cannot be read, or is more than is looked through,
 * names nobody and is nobody's fault afterwards; `why` tells of it.
 */
#ifndef COMMON_HISTORY_NOTES_H
#define COMMON_HISTORY_NOTES_H

#include "common/base/deadline.h"
#include "common/git/repo.h"

/* Where agents' tools keep their attribution notes. */
#define ATTRIBUTION_NOTES "refs/notes/ai"

#define NOTES_MAX ((size_t)1 << 20)            /* more are not looked through */
#define NOTES_TREES_MAX 100000                 /* likewise */
#define NOTES_TREE_SIZE_MAX ((size_t)96 << 20) /* larger trees are not read */
#define NOTE_SIZE_MAX ((size_t)16 << 20)       /* larger notes are not read */

/* Born zeroed but for the tree and the deadline; for notes_release(). */
struct notes {
	struct oid tree;           /* of the notes' commit; zero: there are none */
	struct deadline *deadline; /* NULL: never */
	struct oid_map index;      /* an object's id to 1 + the place of its blob */
	struct oid_list blobs;     /* of the notes that have been read */
	struct oid_map folders;    /* the digits that lead there to 1 + the place of its tree */
	struct oid_list trees;     /* folders that are known; a zeroed one has been read */
	struct oid_list keys;      /* of each of them, its key in `folders` */
	size_t read;               /* trees that have been read */
	const char *why;           /* why not all can be read; NULL: nothing was in the way */
};

/*
 * Reads the note on the object; *found is false when there is none that can be read.  0, or -1: no
 * memory, the repository cannot be read, or time ran out.
 */
int notes_find(struct notes *notes, struct repo *repo, const struct oid *id, struct object *out,
	bool *found, struct fault *f);

/*
 * Reads all folders there are, however many; where `why` is NULL then, nothing is in the way of any
 * note's being found.  0 or -1, likewise.
 */
int notes_look_through(struct notes *notes, struct repo *repo, struct fault *f);

/* Forgets them; harmless on zeroed ones. */
void notes_release(struct notes *notes);

#endif
