/*
 * Raw git objects, read strictly: what two readers could understand differently is not read at
 * all.  The pusher controls every byte.  Spans point into the raw bytes, which must outlive them.
 *
 * A parser returns 0, or -1 with *why pointing to a constant sentence ("two author lines"); that
 * is what the finding `malformed` says, not a fault.  See git's fsck documentation and gitformat.
 */
#ifndef COMMON_GIT_OBJECT_H
#define COMMON_GIT_OBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "common/base/buf.h"
#include "common/base/oid.h"
#include "common/base/span.h"
#include "common/store/stored.h"

/* Author, committer or tagger: `name <email> time zone`. */
struct person_line {
	struct span name, email;
	int64_t time; /* seconds since 1970, as claimed */
	struct span raw;
};

#define COMMIT_PARENTS_MAX 1024

struct commit {
	struct oid tree;
	struct span parent_lines; /* `parent <hex>\n` each, checked */
	size_t parent_count;
	struct person_line author, committer;
	struct span encoding; /* empty when there is none */
	/* the header's raw lines, name and continuation blanks included; empty when unsigned */
	struct span signature;
	/* it signs the same commit in the other object format (gpgsig-sha256, with ids of SHA-1) */
	bool signature_foreign;
	struct span mergetags; /* raw header lines, empty when there are none */
	struct span message;
	struct span raw;
};

/*
 * Reads a commit: exactly tree, parent*, author, committer, then optionally, in any order and each
 * once, encoding, one of gpgsig or gpgsig-sha256, mergetag* in one run, and one-line headers that
 * git does not know (change-id of Jujutsu, HG:rename of hg-git), as many as there are; a blank
 * line, the message; no NUL, nothing of git's own twice or elsewhere.  Ids in it have as many bytes
 * as its own.
 */
int commit_parse(struct commit *out, size_t id_len, struct span raw, const char **why);

/*
 * Reads of a malformed commit what can only be read in one way: its tree and the parents behind it.
 * Nobody is its author; the message is what follows the first blank line, else all the rest.  0, or
 * -1 when it has no such tree.
 */
int commit_recover(struct commit *out, size_t id_len, struct span raw);

/* The n-th parent, counting from 0; n must be less than parent_count. */
struct oid commit_parent(const struct commit *commit, size_t n);

struct tag {
	struct oid target;
	enum object_type target_type;
	struct span name;
	struct person_line tagger; /* raw is empty when there is none */
	struct span message;       /* without the signature */
	struct span
		signature; /* from its BEGIN line to the end of the object; empty when unsigned */
	struct span raw;
};

/*
 * Reads an annotated tag: object, type, tag, optional tagger, a blank line, the message.  The
 * signature begins with the first line that any of git's signature formats begins with.  Ids as in
 * a commit.
 */
int tag_parse(struct tag *out, size_t id_len, struct span raw, const char **why);

/* As commit_recover(): what it is a tag of, and all the rest as its message. */
int tag_recover(struct tag *out, size_t id_len, struct span raw);

/* Modes as git writes them; nothing else is read. */
enum {
	MODE_TREE = 0040000,
	MODE_FILE = 0100644,
	MODE_FILE_GROUP = 0100664, /* written by very old versions of git; read as it is */
	MODE_EXECUTABLE = 0100755,
	MODE_SYMLINK = 0120000,
	MODE_SUBMODULE = 0160000,
};

/* Whether what is below such an entry, in a working tree, is not in its own tree but elsewhere. */
static inline bool mode_is_link(uint32_t mode)
{
	return mode == MODE_SYMLINK || mode == MODE_SUBMODULE;
}

struct tree_entry {
	uint32_t mode;
	struct span name;
	const unsigned char *hash; /* id_len bytes */
	size_t id_len;
};

/* What stands before the first entry of a tree whose ids have so many bytes: as its own. */
static inline struct tree_entry tree_begin(size_t id_len)
{
	return (struct tree_entry){ .id_len = id_len };
}

/* The id that an entry names. */
static inline struct oid tree_entry_id(const struct tree_entry *entry)
{
	return oid_of(entry->hash, entry->id_len);
}

/*
 * Takes the next entry off a tree's bytes (`rest` is what is left).  1: an entry, 0: the end, -1:
 * malformed, with *why: unknown mode (old programs' zeros before one, and other rights, have one
 * meaning, and are read), empty name, `/` or NUL in it, `.`, `..`, `.git` in
 * any of the spellings a file system takes for it, a symbolic link .gitmodules, not sorted after
 * *previous, twice (as file and as folder, too).  Before the first *previous is tree_begin().  All
 * calls for one tree take linear time.
 */
int tree_next(
	struct span *rest, struct tree_entry *entry, struct tree_entry *previous, const char **why);

/*
 * Appends what can be told of a malformed tree, as a well-formed one: its entries as far as they
 * can be told apart, in order, the first of each name, without those of names that are refused.
 * For trees that were there before the push, which are not to keep anybody from going on.  0, or
 * -1: no memory.
 */
int tree_mend(struct buf *out, size_t id_len, struct span raw);

/* How git sorts entries: by bytes, a folder's name as if it ended with a slash; like memcmp. */
int tree_compare(const struct tree_entry *a, const struct tree_entry *b);

/*
 * How many of the next `bytes` bytes whole entries take, without looking at what they are called:
 * for what trees have in common.  *last is the entry before, and then the last of these, if there
 * was one.
 */
size_t tree_skip(struct span rest, size_t bytes, struct tree_entry *last);

#endif
