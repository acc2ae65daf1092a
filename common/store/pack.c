#include "common/store/pack.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define INDEX_HEAD 8
#define FANOUT ((size_t)256 * 4)
#define PACK_HEAD 12
#define BIG 0x80000000u /* the offset stands in the table of large ones */
#define RATIO 1032      /* the most that deflate can make of a byte */

enum {
	OFFSET_DELTA = 6,
	ID_DELTA = 7,
};

struct mapped {
	const unsigned char *bytes;
	size_t size;
};

struct pack {
	struct mapped index, data;
	size_t id_len, count, big_count;
	const unsigned char *counts;        /* how many ids begin with a byte up to the n-th */
	const unsigned char *ids, *offsets; /* of the first object */
	const unsigned char *big;
	size_t row, step; /* from one id to the next, and from one offset to the next */
	bool *touched;    /* of each window of the data, then of the index */
	size_t *windows;  /* how many were, of all packs together */
};

#define WINDOW 16 /* bits: the system maps some 64 KiB around a page that is read */

/* How many windows a file of that size has. */
static size_t windows_of(size_t size)
{
	return (size >> WINDOW) + 1;
}

static void touch(const struct pack *pack, size_t window)
{
	*pack->windows += !pack->touched[window];
	pack->touched[window] = true;
}

static uint32_t read32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* Maps a regular file that is not empty. */
static int map_file(struct mapped *out, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes = MAP_FAILED;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
		(uint64_t)st.st_size <= SIZE_MAX / 2)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (bytes == MAP_FAILED)
		return -1;
	*out = (struct mapped){ bytes, (size_t)st.st_size };
	return 0;
}

static size_t fanout(const struct pack *pack, unsigned first)
{
	return read32(pack->counts + (size_t)4 * first);
}

/* Whether the counts go up; how many objects there are. */
static bool counts_are_whole(struct pack *pack)
{
	for (unsigned i = 1; i < 256; i++)
		if (fanout(pack, i) < fanout(pack, i - 1))
			return false;
	pack->count = fanout(pack, 255);
	return true;
}

/* Version 1: counts, then offset and id of each object, then two sums. */
static bool old_index_is_whole(struct pack *pack)
{
	const size_t row = 4 + pack->id_len, sums = 2 * pack->id_len;

	pack->counts = pack->index.bytes;
	if (!counts_are_whole(pack) || (pack->index.size - FANOUT - sums) % row != 0 ||
		(pack->index.size - FANOUT - sums) / row != pack->count)
		return false;
	pack->offsets = pack->index.bytes + FANOUT;
	pack->ids = pack->offsets + 4;
	pack->row = pack->step = row;
	return true;
}

/* Version 2: a head, counts, all ids, all checks, all offsets, large offsets, then two sums. */
static bool new_index_is_whole(struct pack *pack)
{
	const size_t row = pack->id_len + 4 + 4, tables = INDEX_HEAD + FANOUT,
		     sums = 2 * pack->id_len;
	size_t rest;

	pack->counts = pack->index.bytes + INDEX_HEAD;
	if (pack->index.size < tables + sums || !counts_are_whole(pack))
		return false;
	rest = pack->index.size - tables - sums;
	if (rest / row < pack->count || (rest - pack->count * row) % 8 != 0)
		return false;
	pack->big_count = (rest - pack->count * row) / 8;
	pack->ids = pack->index.bytes + tables;
	pack->offsets = pack->ids + pack->count * (pack->id_len + 4);
	pack->big = pack->offsets + pack->count * 4;
	pack->row = pack->id_len;
	pack->step = 4;
	return true;
}

/* Whether the index is whole: its tables have their sizes, and counts go up. */
static bool index_is_whole(struct pack *pack)
{
	static const unsigned char magic[INDEX_HEAD] = { 0xff, 't', 'O', 'c', 0, 0, 0, 2 };

	if (pack->index.size < FANOUT + 2 * pack->id_len)
		return false;
	return memcmp(pack->index.bytes, magic, sizeof(magic)) == 0 ? new_index_is_whole(pack)
								    : old_index_is_whole(pack);
}

/* Whether it is the pack of this index. */
static bool pack_fits(const struct pack *pack)
{
	static const unsigned char magic[8] = { 'P', 'A', 'C', 'K', 0, 0, 0, 2 };
	const unsigned char *sum = pack->index.bytes + pack->index.size - 2 * pack->id_len;

	return pack->data.size >= PACK_HEAD + pack->id_len &&
	       memcmp(pack->data.bytes, magic, sizeof(magic)) == 0 &&
	       read32(pack->data.bytes + sizeof(magic)) == pack->count &&
	       memcmp(pack->data.bytes + pack->data.size - pack->id_len, sum, pack->id_len) == 0;
}

static int windows_new(struct pack *pack, size_t *windows)
{
	pack->windows = windows;
	pack->touched = calloc(windows_of(pack->data.size) + windows_of(pack->index.size), 1);
	return pack->touched ? 0 : -1;
}

int pack_open(struct pack **out, size_t id_len, const char *index_path, size_t *windows)
{
	struct pack *pack = calloc(1, sizeof(*pack));
	size_t stem = strlen(index_path) - strlen(".idx");
	char path[PATH_MAX];

	*out = NULL;
	if (pack)
		pack->id_len = id_len;
	if (pack && snprintf(path, sizeof(path), "%.*s.pack", (int)stem, index_path) < PATH_MAX &&
		map_file(&pack->index, index_path) == 0 && map_file(&pack->data, path) == 0 &&
		index_is_whole(pack) && pack_fits(pack) && windows_new(pack, windows) == 0) {
		*out = pack;
		return 0;
	}
	pack_free(pack);
	return -1;
}

static void unmap(const struct mapped *mapped)
{
	if (mapped->bytes)
		(void)munmap((void *)(uintptr_t)mapped->bytes, mapped->size);
}

void pack_free(struct pack *pack)
{
	if (!pack)
		return;
	unmap(&pack->index);
	unmap(&pack->data);
	free(pack->touched);
	free(pack);
}

void pack_forget(const struct pack *pack)
{
	(void)madvise((void *)(uintptr_t)pack->data.bytes, pack->data.size, MADV_DONTNEED);
	(void)madvise((void *)(uintptr_t)pack->index.bytes, pack->index.size, MADV_DONTNEED);
	memset(pack->touched, 0, windows_of(pack->data.size) + windows_of(pack->index.size));
}

static bool offset_of(const struct pack *pack, size_t n, uint64_t *offset)
{
	uint32_t value = read32(pack->offsets + n * pack->step);
	const unsigned char *big;

	*offset = value;
	if (!pack->big || !(value & BIG))
		return true;
	if ((value & ~BIG) >= pack->big_count)
		return false;
	big = pack->big + (size_t)(value & ~BIG) * 8;
	*offset = (uint64_t)read32(big) << 32 | read32(big + 4);
	return true;
}

size_t pack_count(const struct pack *pack)
{
	return pack->count;
}

struct oid pack_id(const struct pack *pack, size_t n)
{
	return oid_of(pack->ids + n * pack->row, pack->id_len);
}

bool pack_find(const struct pack *pack, const struct oid *id, uint64_t *offset)
{
	size_t first = id->hash[0] ? fanout(pack, id->hash[0] - 1u) : 0;
	size_t end = fanout(pack, id->hash[0]);

	if (first < end)
		touch(pack, windows_of(pack->data.size) +
				    ((size_t)(pack->ids + first * pack->row - pack->index.bytes) >>
					    WINDOW));
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = memcmp(id->hash, pack->ids + middle * pack->row, pack->id_len);

		if (order == 0)
			return offset_of(pack, middle, offset);
		if (order < 0)
			end = middle;
		else
			first = middle + 1;
	}
	return false;
}

/*
 * How far before this object its base begins: seven bits a byte, the highest first, each longer one
 * going on where the shorter end.
 */
static int take_distance(struct span *rest, uint64_t *out)
{
	unsigned char byte;

	*out = 0;
	do {
		if (!rest->len || *out >= UINT64_MAX >> 8)
			return -1;
		byte = (unsigned char)*rest->data++;
		rest->len--;
		*out = *out << 7 | (byte & 0x7f);
		*out += byte & 0x80 ? 1 : 0;
	} while (byte & 0x80);
	return 0;
}

/* Where the base of a delta begins. */
static int take_base(const struct pack *pack, uint64_t offset, unsigned kind, struct packed *out)
{
	struct oid id;

	if (kind == OFFSET_DELTA) {
		if (take_distance(&out->body, &out->base) < 0 || out->base == 0 ||
			out->base > offset)
			return -1;
		out->base = offset - out->base;
		return 0;
	}
	if (out->body.len < pack->id_len)
		return -1;
	id = oid_of(out->body.data, pack->id_len);
	out->body.data += pack->id_len;
	out->body.len -= pack->id_len;
	return pack_find(pack, &id, &out->base) ? 0 : -1;
}

/* Kind and size: three bits of the first byte, its low four and then seven of each that follows. */
static int take_kind(struct packed *out, unsigned *kind)
{
	unsigned char byte;
	unsigned shift = 0;

	do {
		if (!out->body.len || shift > 53)
			return -1;
		byte = (unsigned char)*out->body.data++;
		out->body.len--;
		if (shift == 0)
			*kind = byte >> 4 & 7;
		out->size |= (size_t)(byte & (shift ? 0x7f : 0x0f)) << shift;
		shift += shift ? 7 : 4;
	} while (byte & 0x80);
	return 0;
}

int pack_head(const struct pack *pack, uint64_t offset, struct packed *out)
{
	uint64_t end = pack->data.size - pack->id_len;
	unsigned kind = 0;

	*out = (struct packed){ 0 };
	if (offset < PACK_HEAD || offset >= end)
		return -1;
	touch(pack, (size_t)offset >> WINDOW);
	out->body =
		(struct span){ (const char *)pack->data.bytes + offset, (size_t)(end - offset) };
	if (take_kind(out, &kind) < 0)
		return -1;
	if (kind >= OBJECT_COMMIT && kind <= OBJECT_TAG)
		out->type = (enum object_type)kind;
	else if ((kind != OFFSET_DELTA && kind != ID_DELTA) ||
		 take_base(pack, offset, kind, out) < 0)
		return -1;
	return out->size / RATIO <= out->body.len ? 0 : -1;
}
