#include "hooks/review/held/similar.h"

#include <stdlib.h>

#define FILES_MAX 60                  /* new ones, and gone ones, that are compared by content */
#define BYTES_MAX ((size_t)512 << 10) /* of one of them */
#define SAME_ENOUGH 60                /* per cent of the larger one's lines */

/* A file's lines as numbers, sorted. */
struct lines {
	struct changed_file *file;
	uint64_t *hashes;
	size_t count;
};

static bool is_plain_file(const struct entry *entry)
{
	return entry->mode == MODE_FILE || entry->mode == MODE_EXECUTABLE ||
	       entry->mode == MODE_FILE_GROUP;
}

static bool is_new(const struct changed_file *file)
{
	return !file->old.mode && is_plain_file(&file->new);
}

static bool is_gone(const struct changed_file *file)
{
	return is_plain_file(&file->old) && !file->new.mode && !file->moved_away;
}

static void match(struct changed_file *file, struct changed_file *gone)
{
	file->moved = gone->old;
	file->moved_from = gone->path;
	gone->moved_away = true;
}

/* The same object at another path. */
static int match_same(struct changed_files *files, struct fault *f)
{
	struct oid_map gone = { 0 };
	int status = 0;

	for (size_t i = 0; status == 0 && i < files->count; i++) {
		struct changed_file *file = &files->items[i];
		uint64_t *place = is_gone(file) ? oid_map_put(&gone, &file->old.id) : NULL;

		if (place)
			*place = i + 1;
		else if (is_gone(file))
			status = fault_memory(f);
	}
	for (size_t i = 0; status == 0 && i < files->count; i++) {
		struct changed_file *file = &files->items[i];
		uint64_t *place = is_new(file) ? oid_map_get(&gone, &file->new.id) : NULL;

		if (place && *place)
			match(file, &files->items[*place - 1]);
		if (place)
			*place = 0;
	}
	oid_map_release(&gone);
	return status;
}

static int by_number(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* FNV-1a */
static uint64_t hash_of(const char *data, size_t len)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)data[i]) * 1099511628211u;
	return hash;
}

/* Reads a file's lines; none where it is too large, or no text.  0 or -1. */
static int read_lines(struct lines *out, const struct oid *id, struct repo *repo, struct fault *f)
{
	struct object object = { 0 };
	bool over = false;
	size_t n = 0;

	if (repo_read_within(repo, id, BYTES_MAX, &object, &over, f) < 0)
		return -1;
	if (over || !object.data.len || memchr(object.data.data, '\0', object.data.len)) {
		object_release(&object);
		return 0;
	}
	for (size_t i = 0; i < object.data.len; i++)
		n += object.data.data[i] == '\n';
	out->hashes = calloc(n + 1, sizeof(*out->hashes));
	for (size_t at = 0; out->hashes && at < object.data.len;) {
		const char *line = object.data.data + at;
		const char *feed = memchr(line, '\n', object.data.len - at);
		size_t len = feed ? (size_t)(feed - line) : object.data.len - at;

		out->hashes[out->count++] = hash_of(line, len);
		at += len + 1;
	}
	object_release(&object);
	if (!out->hashes)
		return fault_memory(f);
	if (out->count)
		qsort(out->hashes, out->count, sizeof(*out->hashes), by_number);
	return 0;
}

/* How much of the larger one's lines both have, per cent. */
static unsigned alike(const struct lines *a, const struct lines *b)
{
	size_t i = 0, j = 0, same = 0, most = a->count > b->count ? a->count : b->count;

	while (i < a->count && j < b->count) {
		if (a->hashes[i] == b->hashes[j]) {
			same++;
			i++;
			j++;
		} else if (a->hashes[i] < b->hashes[j]) {
			i++;
		} else {
			j++;
		}
	}
	return most ? (unsigned)(same * 100 / most) : 0;
}

static void match_best(struct lines *file, struct lines *gone, size_t count)
{
	unsigned best = SAME_ENOUGH - 1;
	struct lines *found = NULL;

	for (size_t i = 0; i < count; i++) {
		unsigned how = gone[i].file->moved_away ? 0 : alike(file, &gone[i]);

		if (how > best) {
			best = how;
			found = &gone[i];
		}
	}
	if (found)
		match(file->file, found->file);
}

static void lines_release(struct lines *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(lines[i].hashes);
}

int similar_match(struct changed_files *files, struct repo *repo, struct fault *f)
{
	struct lines news[FILES_MAX] = { { 0 } }, gone[FILES_MAX] = { { 0 } };
	size_t new_count = 0, gone_count = 0;
	int status = match_same(files, f);

	for (size_t i = 0; status == 0 && i < files->count; i++) {
		struct changed_file *file = &files->items[i];

		if (is_new(file) && !file->moved_from.len && new_count < FILES_MAX) {
			news[new_count].file = file;
			status = read_lines(&news[new_count++], &file->new.id, repo, f);
		} else if (is_gone(file) && gone_count < FILES_MAX) {
			gone[gone_count].file = file;
			status = read_lines(&gone[gone_count++], &file->old.id, repo, f);
		}
	}
	for (size_t i = 0; status == 0 && i < new_count; i++)
		match_best(&news[i], gone, gone_count);
	lines_release(news, new_count);
	lines_release(gone, gone_count);
	return status;
}
