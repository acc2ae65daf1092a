#include "common/store/packed_refs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The line that begins at `at`, without its line feed; the rest of the file when there is none. */
static struct span line_at(const struct packed_refs *refs, size_t at)
{
	const char *begin = refs->map + at;
	const char *end = memchr(begin, '\n', refs->size - at);

	return (struct span){ begin, end ? (size_t)(end - begin) : refs->size - at };
}

/* How long the ids are, which all are alike: what stands before the first blank. */
static void read_digits(struct packed_refs *refs)
{
	struct span line = line_at(refs, refs->first);
	struct oid id;

	for (size_t len = OID_SHA1; len <= OID_SHA256; len += OID_SHA256 - OID_SHA1)
		if (line.len > 2 * len && line.data[2 * len] == ' ' &&
			oid_parse(&id, (struct span){ line.data, 2 * len }) == 0)
			refs->digits = 2 * len;
}

/* What the file says about itself in its first line. */
static void read_head(struct packed_refs *refs)
{
	struct span line;

	if (refs->map[0] != '#')
		return;
	line = line_at(refs, 0);
	refs->first = line.len + 1 < refs->size ? line.len + 1 : refs->size;
	refs->sorted = span_starts(line, "# pack-refs with:") &&
		       memmem(line.data, line.len, " sorted ", sizeof(" sorted ") - 1) != NULL;
}

static int map_file(struct packed_refs *out, int fd, struct fault *f)
{
	struct stat st;
	void *map;

	if (fstat(fd, &st) < 0)
		return fault_set(f, FAULT_ADMIN, "packed-refs: %m");
	if (st.st_size == 0)
		return 0;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return fault_set(f, FAULT_ADMIN, "packed-refs: %m");
	out->map = map;
	out->size = (size_t)st.st_size;
	read_head(out);
	read_digits(out);
	return 0;
}

int packed_refs_open(struct packed_refs *out, const char *common_dir, struct fault *f)
{
	char path[PATH_MAX];
	int fd, result;

	*out = (struct packed_refs){ 0 };
	(void)snprintf(path, sizeof(path), "%s/packed-refs", common_dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : fault_set(f, FAULT_ADMIN, "%s: %m", path);
	result = map_file(out, fd, f);
	close(fd);
	return result;
}

void packed_refs_close(struct packed_refs *refs)
{
	if (refs->map)
		munmap((void *)(uintptr_t)refs->map, refs->size);
	*refs = (struct packed_refs){ 0 };
}

/* The beginning of the ref that `at` lies in: of its line, or of the one before a line `^id`. */
static size_t ref_begin(const struct packed_refs *refs, size_t at)
{
	while (at > refs->first && (refs->map[at - 1] != '\n' || refs->map[at] == '^'))
		at--;
	return at;
}

/* Where the ref after the one at `at` begins. */
static size_t ref_end(const struct packed_refs *refs, size_t at)
{
	do
		at += line_at(refs, at).len + 1;
	while (at < refs->size && refs->map[at] == '^');
	return at < refs->size ? at : refs->size;
}

static struct span name_at(const struct packed_refs *refs, size_t at)
{
	struct span line = line_at(refs, at);
	size_t skip = line.len > refs->digits ? refs->digits + 1 : line.len;

	return (struct span){ line.data + skip, line.len - skip };
}

size_t packed_refs_seek(const struct packed_refs *refs, struct span name)
{
	size_t low = refs->first, high = refs->size;

	if (!refs->sorted)
		return refs->first;
	while (low < high) {
		size_t middle = ref_begin(refs, low + (high - low) / 2);

		if (span_compare(name_at(refs, middle), name) < 0)
			low = ref_end(refs, middle);
		else
			high = middle;
	}
	return low;
}

int packed_refs_next(
	const struct packed_refs *refs, size_t *at, struct packed_ref *out, struct fault *f)
{
	struct span line, next;

	if (*at >= refs->size)
		return 0;
	line = line_at(refs, *at);
	if (!refs->digits || line.len < refs->digits + 2 || line.data[refs->digits] != ' ' ||
		oid_parse(&out->id, (struct span){ line.data, refs->digits }) < 0)
		return fault_set(f, FAULT_ADMIN, "packed-refs is malformed at byte %zu", *at);
	out->name = name_at(refs, *at);
	out->peeled = (struct oid){ 0 };
	*at = ref_end(refs, *at);
	next = line_at(refs, (size_t)(line.data - refs->map) + line.len < refs->size
				     ? (size_t)(line.data - refs->map) + line.len + 1
				     : refs->size);
	if (next.len == refs->digits + 1 && next.data[0] == '^')
		(void)oid_parse(&out->peeled, (struct span){ next.data + 1, refs->digits });
	return 1;
}
