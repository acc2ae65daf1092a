/*
 * Patterns of gitignore(5), many of them at once.
 *
 * Lists of patterns are put into one set; a path is held against the whole set in one go, so that
 * a thousand patterns cost little more than twenty: they are indexed by their literal parts, and
 * only those that may match are looked at.  Time is linear in the path for each pattern tried;
 * there is no backtracking over the pusher's bytes.
 *
 * Semantics, where `git check-ignore --no-index` is the oracle: a pattern matches a path if it
 * matches it or one of its parent directories; no slash but a trailing one: at any depth; a slash
 * at the start or in the middle: from the root; trailing slash: directories only, so only as a
 * parent of the path; `*`, `?`, `[...]` do not cross slashes; `**` does as gitignore(5) says; `\`
 * quotes; `!` takes back; the last matching one of a list decides.  As in git, what lies under a
 * directory that an earlier pattern matched can be taken back only where `!` matches that directory
 * or, other than in git, the path itself: here the last matching pattern decides, nothing else.  A
 * path is always a file's.
 *
 * What takes back permits, so in a generous set a `!` pattern has to match twice: generously, as
 * all others, and byte for byte the path as it is: `!/examples/` does not take back `EXAMPLES/`.
 *
 * A link in the place of a folder brings in what lies below it.  So what protects, in a generous
 * set the patterns without `!` and in an exact one those with it, has a link where it has anything
 * that could lie below that: `/infra/` and `/infra/ci/run.sh` a link named `infra`.  Names that are
 * protected at any depth do not count.
 *
 * In a generous set a backslash in a path is taken for a letter and for a slash, and for what
 * Windows makes of names such as `src\..\infra` (reading.h); any reading will do.  An exact set has
 * such a path only where it has it in all those readings.  `?` and brackets take a whole character
 * there, and a bracket that names any character beyond ASCII takes all of those.  A short name such
 * as `WORKFL~1` is taken for each literal component that Windows would make it of; a path with one
 * is held against all patterns.
 */
#ifndef COMMON_PATH_PATTERN_H
#define COMMON_PATH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/fault.h"
#include "common/base/span.h"
#include "common/path/pattern_index.h"

enum pattern_mode {
	PATTERN_EXACT, /* byte for byte: what permits */
	/* held against paths that fold_path() folded; patterns are folded too: what protects */
	PATTERN_GENEROUS,
};

/*
 * A path: exact sets look at its bytes, generous ones at what fold_path() made of them, and at both
 * for `!`.
 */
struct pattern_path {
	struct span bytes, folded;
	bool link; /* a symbolic link or a submodule: what lies below it is another's */
};

/* The path for an exact set. */
static inline struct pattern_path pattern_path_exact(struct span bytes)
{
	return (struct pattern_path){ .bytes = bytes, .folded = bytes };
}

struct pattern_set;

/* An empty set, for pattern_set_free(); 0 or -1. */
int pattern_set_new(struct pattern_set **out, enum pattern_mode mode, struct fault *f);

/* Frees the set; NULL is fine. */
void pattern_set_free(struct pattern_set *set);

/*
 * Starts the next list of the set and returns its number, counting from 0; -1 when memory ran out.
 */
int pattern_set_list(struct pattern_set *set);

/* How many lists the set has. */
size_t pattern_set_lists(const struct pattern_set *set);

/*
 * Appends a pattern to the list.  0, or -1 with the reason: empty, can match nothing (such as
 * `/`, `!`, `a//b`, a trailing backslash, an unclosed `[`, a component `.` or `..`), too long
 * (4,096 bytes), too many (100,000 in a set), or what a gitignore file would take for a comment
 * or trailing space.
 */
int pattern_set_add(struct pattern_set *set, int list, struct span pattern, struct fault *f);

/*
 * The same for a pattern of a class that is shipped: its `!` ones say what else a name is used for,
 * in whatever case, and match as generously as the others.
 */
int pattern_set_add_class(struct pattern_set *set, int list, struct span pattern, struct fault *f);

/* A pattern of a class, and where pattern_set_filed() found that it is filed best. */
struct pattern_kept {
	const char *text;
	struct pattern_filed filed;
};

/*
 * The same, taken in when the set is first asked, which most hooks never do, and compiled when a
 * path has the literal part that it is filed under.  The text must be good and outlive the set.
 * What is added to the list behind it is checked at once and compiled when the set is first asked.
 * 0, or -1 when memory ran out.
 */
int pattern_set_add_class_later(
	struct pattern_set *set, int list, const struct pattern_kept *kept, struct fault *f);

/* Where the pattern that was added last is filed. */
struct pattern_filed pattern_set_filed(const struct pattern_set *set);

/* Why a list has a path: the deciding pattern. */
struct pattern_hit {
	int list;
	int index;    /* of the pattern in its list, counting from 0 */
	bool negated; /* the deciding pattern was a `!` one: the list does not have the path */
};

/*
 * Calls `hit` once for each list of which at least one pattern matches the path, with the last one
 * that does, in the order of the lists.  `hit` must not use the set.  0, -1 when memory ran out, or
 * what `hit` returned when that is not 0.
 */
int pattern_set_match(struct pattern_set *set, const struct pattern_path *path,
	int (*hit)(void *context, const struct pattern_hit *hit), void *context);

/*
 * Whether one list has the path: its last matching pattern is not a `!` one.  In a generous set the
 * path is taken for what it folds to, too.  When memory runs out, what is stricter: an exact set
 * has it not, a generous one has it.
 */
bool pattern_set_has(struct pattern_set *set, int list, struct span path);

/* One list, asked about a path. */
struct pattern_asked {
	struct pattern_set *set;
	int list;
	struct pattern_path path;
};

/*
 * Calls `hit` for every pattern of the list that matches, in order: for explaining.  Returns as
 * pattern_set_match().
 */
int pattern_set_explain(const struct pattern_asked *asked,
	int (*hit)(void *context, const struct pattern_hit *hit), void *context);

#endif
