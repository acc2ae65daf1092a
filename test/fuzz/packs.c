#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/store/packs.h"

#define OBJECTS 8

static char folder[64], pack_path[128], index_path[128];

static void write_file(const char *path, const void *a, size_t a_len, struct span b)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(a, 1, a_len, file) != a_len || fwrite(b.data, 1, b.len, file) != b.len)
		abort();
	fclose(file);
}

static void set32(unsigned char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* Objects 1 0 0 ... to 8 0 0 ... at the offsets that the input says, two bytes each. */
static void write_index(const uint8_t *offsets)
{
	static unsigned char index[8 + 1024 + OBJECTS * 28 + 40] = { 0xff, 't', 'O', 'c', 0, 0, 0,
		2 };

	for (uint32_t i = 0; i < 256; i++)
		set32(index + 8 + (size_t)4 * i, i > OBJECTS ? OBJECTS : i);
	for (uint32_t i = 0; i < OBJECTS; i++) {
		index[8 + 1024 + i * 20] = (unsigned char)(i + 1);
		set32(index + 8 + 1024 + (size_t)OBJECTS * 24 + (size_t)4 * i,
			(uint32_t)offsets[2 * i] << 8 | offsets[2 * i + 1]);
	}
	write_file(index_path, index, sizeof(index), (struct span){ "", 0 });
}

static void begin(void)
{
	strcpy(folder, "/tmp/fuzz-packs-XXXXXX");
	if (!mkdtemp(folder))
		abort();
	snprintf(pack_path, sizeof(pack_path), "%s/pack", folder);
	if (mkdir(pack_path, 0700) < 0)
		abort();
	snprintf(pack_path, sizeof(pack_path), "%s/pack/pack-1.pack", folder);
	snprintf(index_path, sizeof(index_path), "%s/pack/pack-1.idx", folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char head[] = { 'P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, OBJECTS };
	struct alternates folders = { .folders = { folder }, .count = 1 };
	struct packs *packs;

	if (size < OBJECTS * 2 + OID_SHA1)
		return 0;
	if (!*folder)
		begin();
	write_index(data);
	/* The sum at the end is to be zero. */
	write_file(pack_path, head, sizeof(head),
		(struct span){ (const char *)data + OBJECTS * 2, size - OBJECTS * 2 });
	if (truncate(pack_path, (off_t)(sizeof(head) + size - OBJECTS * 2 - OID_SHA1)) < 0 ||
		truncate(pack_path, (off_t)(sizeof(head) + size - OBJECTS * 2)) < 0)
		abort();
	packs = packs_new(&folders, OID_SHA1);
	for (unsigned round = 0; packs && round < 2 * OBJECTS; round++) {
		struct oid id = { .hash = { (unsigned char)(round % OBJECTS + 1) },
			.len = OID_SHA1 };
		struct stored *object;

		if (packs_read(packs, &id, 1 << 20, &object) == STORED_READ &&
			(object->size > 1 << 20 || object->data[object->size]))
			abort();
		stored_drop(object);
	}
	packs_free(packs);
	return 0;
}
