/*
 * The tree over the rows of the log, as a file that only grows.
 */
#include "common/state/log_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/state/cut.h"
#include "common/state/sql.h"

#define HEAD 32      /* bytes of the id that the file begins with */
#define TOGETHER 512 /* hashes written at a time */

struct log_tree {
	struct state *state;
	int file;
	uint64_t size; /* rows */
	char id[33];
	struct merkle_hash fresh[TOGETHER + MERKLE_DEPTH]; /* not written yet */
	uint64_t fresh_at, fresh_count;
};

static int tree_fault(const struct log_tree *tree, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s/countersign/log.tree: %s", tree->state->folder,
		strerror(errno));
}

/* A hole: what was cut off before the file was made anew. */
static const struct merkle_hash nothing;

static int read_hash(void *context, uint64_t place, struct merkle_hash *out)
{
	struct log_tree *tree = context;

	if (place >= tree->fresh_at && place - tree->fresh_at < tree->fresh_count) {
		*out = tree->fresh[place - tree->fresh_at];
		return 0;
	}
	return pread(tree->file, out->bytes, MERKLE_SIZE, (off_t)(HEAD + place * MERKLE_SIZE)) ==
				       MERKLE_SIZE &&
			       !merkle_equal(out, &nothing)
		       ? 0
		       : -1;
}

static int write_fresh(struct log_tree *tree, struct fault *f)
{
	size_t len = tree->fresh_count * MERKLE_SIZE;
	off_t at = (off_t)(HEAD + tree->fresh_at * MERKLE_SIZE);

	if (len && pwrite(tree->file, tree->fresh, len, at) != (ssize_t)len)
		return tree_fault(tree, f);
	tree->fresh_at += tree->fresh_count;
	tree->fresh_count = 0;
	return 0;
}

static int add_leaf(struct log_tree *tree, const struct merkle_hash *leaf, struct fault *f)
{
	struct merkle_store store = log_tree_store(tree);
	struct merkle_proof kept;

	if (merkle_add(&store, tree->size, leaf, &kept) < 0)
		return fault_set(f, FAULT_ADMIN, "%s/countersign/log.tree cannot be read",
			tree->state->folder);
	memcpy(tree->fresh + tree->fresh_count, kept.hashes, kept.count * MERKLE_SIZE);
	tree->fresh_count += kept.count;
	tree->size++;
	return tree->fresh_count >= TOGETHER ? write_fresh(tree, f) : 0;
}

/* A row as the tree sees it. */
struct tree_row {
	int64_t seq;
	const char *hash;
};

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct tree_row *row = out;

	row->seq = sqlite3_column_int64(statement, 0);
	row->hash = state_text(arena, statement, 1);
	return row->hash ? 0 : -1;
}

static int add_row(struct log_tree *tree, const struct tree_row *row, struct fault *f)
{
	struct merkle_hash leaf;

	if (row->seq != (int64_t)tree->size + 1 || log_leaf(row->hash, &leaf) < 0)
		return fault_set(f, FAULT_ADMIN,
			"the log is broken at row %llu: countersign log verify tells more",
			(unsigned long long)tree->size + 1);
	return add_leaf(tree, &leaf, f);
}

static int grow(struct log_tree *tree, struct fault *f)
{
	static const char sql[] = "SELECT seq, hash FROM log WHERE seq > ? ORDER BY seq";
	struct state_batch batch = STATE_BATCH_INIT(struct tree_row, row_read);
	int result = 0;

	if (state_is_empty(tree->state))
		return 0;
	do {
		result = state_batch_read(&batch, tree->state,
			state_query(tree->state, f, sql, "n", (int64_t)tree->size), f);
		for (size_t i = 0; result == 0 && i < batch.count; i++)
			result = add_row(tree, (struct tree_row *)batch.rows + i, f);
	} while (result == 0 && batch.count > 0);
	state_batch_release(&batch);
	return result < 0 ? -1 : write_fresh(tree, f);
}

/* How many rows the file has whole, of this log; what else is in it counts for nothing. */
static uint64_t rows_kept(struct log_tree *tree)
{
	char id[HEAD];
	struct stat st;
	uint64_t hashes, low = 0, high;

	if (fstat(tree->file, &st) < 0 || st.st_size < HEAD ||
		pread(tree->file, id, HEAD, 0) != HEAD || memcmp(id, tree->id, HEAD) != 0)
		return 0;
	hashes = ((uint64_t)st.st_size - HEAD) / MERKLE_SIZE;
	for (high = hashes; low < high;) {
		uint64_t middle = low + (high - low + 1) / 2;

		if (merkle_kept(middle) <= hashes)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* Forgets the file and makes it anew from the rows. */
static int log_tree_anew(struct log_tree *tree, struct fault *f)
{
	tree->size = tree->fresh_at = tree->fresh_count = 0;
	if (ftruncate(tree->file, 0) < 0 || pwrite(tree->file, tree->id, HEAD, 0) != HEAD)
		return tree_fault(tree, f);
	return grow(tree, f);
}

/* The file, or memory in its place. */
static int file_open(struct log_tree *tree, struct fault *f)
{
	char *path = NULL;
	int result = 0;

	if (asprintf(&path, "%s/countersign/log.tree", tree->state->folder) < 0)
		return fault_memory(f);
	tree->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	free(path);
	if (tree->file >= 0 && flock(tree->file, LOCK_EX) < 0)
		result = tree_fault(tree, f);
	if (tree->file < 0)
		tree->file = memfd_create("log.tree", MFD_CLOEXEC);
	return tree->file < 0 ? tree_fault(tree, f) : result;
}

/* Whether the last row that the file has is still what the log has there. */
static int compare_last(struct log_tree *tree, const struct log_walk *cut, struct fault *f)
{
	static const char sql[] = "SELECT seq, hash FROM log WHERE seq = ?";
	struct state_batch batch = STATE_BATCH_INIT(struct tree_row, row_read);
	struct merkle_hash kept, leaf;
	bool same = false;

	if (tree->size == 0 || tree->size < (uint64_t)cut->rows)
		return 0;
	if (!state_is_empty(tree->state) && tree->size > (uint64_t)cut->rows &&
		state_batch_read(&batch, tree->state,
			state_query(tree->state, f, sql, "n", (int64_t)tree->size), f) < 0) {
		state_batch_release(&batch);
		return -1;
	}
	same = (batch.count == 1 || tree->size == (uint64_t)cut->rows) &&
	       log_leaf(batch.count ? ((struct tree_row *)batch.rows)->hash : cut->tip, &leaf) ==
		       0 &&
	       read_hash(tree, merkle_place(0, tree->size - 1), &kept) == 0 &&
	       merkle_equal(&leaf, &kept);
	state_batch_release(&batch);
	return same ? 0
		    : fault_set(f, FAULT_ADMIN,
			      "row %llu of the log is not what its tree was made of: rows are gone "
			      "or changed; countersign log verify tells more",
			      (unsigned long long)tree->size);
}

/* Of what was cut off, the file has only what later hashes are made of. */
static int begin_at(struct log_tree *tree, const struct log_walk *cut, struct fault *f)
{
	uint64_t places[MERKLE_DEPTH + 1];
	unsigned count = merkle_frontier_places((uint64_t)cut->rows, places);
	struct merkle_hash leaf;
	off_t last = (off_t)(HEAD + merkle_place(0, (uint64_t)cut->rows - 1) * MERKLE_SIZE);

	if (count != cut->tree.count || log_leaf(cut->tip, &leaf) < 0)
		return fault_set(f, FAULT_ADMIN, "where the log was cut cannot be read");
	if (ftruncate(tree->file, 0) < 0 || pwrite(tree->file, tree->id, HEAD, 0) != HEAD ||
		pwrite(tree->file, &leaf, MERKLE_SIZE, last) != MERKLE_SIZE)
		return tree_fault(tree, f);
	for (unsigned i = 0; i < count; i++)
		if (pwrite(tree->file, &cut->tree.roots[i], MERKLE_SIZE,
			    (off_t)(HEAD + places[i] * MERKLE_SIZE)) != MERKLE_SIZE)
			return tree_fault(tree, f);
	tree->size = (uint64_t)cut->rows;
	tree->fresh_at = merkle_kept(tree->size);
	tree->fresh_count = 0;
	return grow(tree, f);
}

static int catch_up(struct log_tree *tree, struct fault *f)
{
	struct log_cut cut;

	if (state_log_cut(tree->state, &cut, f) < 0 || compare_last(tree, &cut.walk, f) < 0)
		return -1;
	if (tree->size < (uint64_t)cut.walk.rows)
		return begin_at(tree, &cut.walk, f);
	return tree->size == 0 ? log_tree_anew(tree, f) : grow(tree, f);
}

int log_tree_open(struct log_tree **out, struct state *state, struct fault *f)
{
	struct log_tree *tree = calloc(1, sizeof(*tree));
	int result;

	*out = NULL;
	if (!tree)
		return fault_memory(f);
	*tree = (struct log_tree){ .state = state, .file = -1 };
	result = state_repository_id(state, tree->id, f);
	if (result == 0)
		result = file_open(tree, f);
	if (result == 0) {
		tree->size = rows_kept(tree);
		tree->fresh_at = merkle_kept(tree->size);
		result = catch_up(tree, f);
	}
	if (result < 0) {
		log_tree_close(tree);
		return -1;
	}
	*out = tree;
	return 0;
}

int log_tree_began(struct state *state, const struct log_walk *cut, const struct merkle_head *head,
	struct log_tree_answer *out, struct fault *f)
{
	struct log_tree tree = { .state = state };
	struct merkle_store store = log_tree_store(&tree);
	struct merkle_head now = { .size = (uint64_t)cut->rows }, then = { .size = head->size };
	struct merkle_proof proof;
	char *path = NULL;

	*out = (struct log_tree_answer){ 0 };
	if (state_repository_id(state, tree.id, f) < 0)
		return -1;
	if (asprintf(&path, "%s/countersign/log.tree", state->folder) < 0)
		return fault_memory(f);
	tree.file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	free(path);
	if (tree.file < 0)
		return 0;
	merkle_frontier_root(&cut->tree, &now.root);
	out->proven = head->size > 0 && head->size <= now.size && rows_kept(&tree) >= now.size &&
		      merkle_root(&store, head->size, &then.root) == 0 &&
		      merkle_consistency(&store, head->size, now.size, &proof) == 0 &&
		      merkle_extends(&now, &then, &proof);
	out->same = out->proven && merkle_equal(&then.root, &head->root);
	(void)close(tree.file);
	return 0;
}

uint64_t log_tree_size(const struct log_tree *tree)
{
	return tree->size;
}

struct merkle_store log_tree_store(struct log_tree *tree)
{
	return (struct merkle_store){ .read = read_hash, .context = tree };
}

void log_tree_close(struct log_tree *tree)
{
	if (!tree)
		return;
	if (tree->file >= 0)
		(void)close(tree->file);
	free(tree);
}
