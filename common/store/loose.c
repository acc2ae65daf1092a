#include "common/store/loose.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "common/base/file.h"

#define HEAD_MAX 32      /* `commit`, a blank, a number, NUL */
#define RATIO 1032       /* the most that deflate can make of a byte */
#define SHORT_FILE 2048  /* bytes of a file that is inflated at once, */
#define SHORT_ROOM 16384 /* into so many, if those are enough */

/* A loose object's file, mapped, and what its first bytes say. */
struct loose {
	const unsigned char *bytes;
	size_t len;
	enum object_type type;
	size_t head_len, size;
};

static int path_of(char out[PATH_MAX], const char *folder, const struct oid *id)
{
	struct oid_text hex = oid_text(id);

	return snprintf(out, PATH_MAX, "%s/%.2s/%s", folder, hex.hex, hex.hex + 2) < PATH_MAX ? 0
											      : -1;
}

/* `type size NUL`, as git writes it. */
static bool head_parse(struct loose *loose, const char *head, size_t len)
{
	const char *nul = memchr(head, '\0', len), *blank = memchr(head, ' ', len);
	size_t digits;

	if (!nul || !blank || blank > nul)
		return false;
	loose->head_len = (size_t)(nul + 1 - head);
	loose->type = object_type_of((struct span){ head, (size_t)(blank - head) });
	digits = (size_t)(nul - blank) - 1;
	if (!loose->type || digits == 0 || digits > 18 || (blank[1] == '0' && digits > 1))
		return false;
	for (const char *digit = blank + 1; digit < nul; digit++) {
		if (*digit < '0' || *digit > '9')
			return false;
		loose->size = loose->size * 10 + (size_t)(*digit - '0');
	}
	return loose->size / RATIO <= loose->len;
}

/* Inflates as much as the head takes. */
static bool head_read(struct loose *loose)
{
	unsigned char head[HEAD_MAX] = { 0 };
	z_stream stream = { .next_in = (unsigned char *)(uintptr_t)loose->bytes,
		.avail_in = loose->len < UINT_MAX ? (unsigned)loose->len : UINT_MAX,
		.next_out = head,
		.avail_out = sizeof(head) };
	int got;

	if (inflateInit(&stream) != Z_OK)
		return false;
	got = inflate(&stream, Z_SYNC_FLUSH);
	(void)inflateEnd(&stream);
	return (got == Z_OK || got == Z_STREAM_END || got == Z_BUF_ERROR) &&
	       head_parse(loose, (const char *)head, sizeof(head) - stream.avail_out);
}

/* Maps the file. */
static enum stored_end loose_map(struct loose *out, const char *folder, const struct oid *id)
{
	char path[PATH_MAX];
	struct stat st;
	void *bytes = MAP_FAILED;
	int fd;

	*out = (struct loose){ 0 };
	if (path_of(path, folder, id) < 0)
		return STORED_ODD;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? STORED_NONE : STORED_ODD;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (bytes == MAP_FAILED)
		return STORED_ODD;
	out->bytes = bytes;
	out->len = (size_t)st.st_size;
	return STORED_READ;
}

/* Maps it and reads its head. */
static enum stored_end loose_open(struct loose *out, const char *folder, const struct oid *id)
{
	enum stored_end end = loose_map(out, folder, id);

	return end == STORED_READ && !head_read(out) ? STORED_ODD : end;
}

static void loose_close(const struct loose *loose)
{
	if (loose->bytes)
		(void)munmap((void *)(uintptr_t)loose->bytes, loose->len);
}

/* Inflates all of it, and takes the head off. */
static struct stored *inflate_all(struct loose_reader *reader, const struct loose *loose)
{
	struct stored *object = stored_new(loose->type, loose->head_len + loose->size);
	size_t whole = loose->head_len + loose->size;

	if (!object || libdeflate_zlib_decompress(reader->inflater, loose->bytes, loose->len,
			       object->data, whole, NULL) != LIBDEFLATE_SUCCESS) {
		stored_drop(object);
		return NULL;
	}
	memmove(object->data, object->data + loose->head_len, loose->size + 1);
	object->size = loose->size;
	return object;
}

/*
 * Inflates a short file with its head, in one go.  STORED_NONE: not all of it has room, so that it
 * has to be read as a long one is.
 */
static enum stored_end read_short(
	struct loose_reader *reader, struct loose *loose, size_t most, struct stored **out)
{
	char room[SHORT_ROOM];
	size_t len = 0;
	enum libdeflate_result result = libdeflate_zlib_decompress(
		reader->inflater, loose->bytes, loose->len, room, sizeof(room), &len);

	if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
		return STORED_NONE;
	if (result != LIBDEFLATE_SUCCESS ||
		!head_parse(loose, room, len < HEAD_MAX ? len : HEAD_MAX))
		return STORED_ODD;
	if (loose->size > most)
		return STORED_OVER;
	if (loose->size != len - loose->head_len)
		return STORED_ODD;
	*out = stored_new(loose->type, loose->size);
	if (*out)
		memcpy((*out)->data, room + loose->head_len, loose->size);
	return *out ? STORED_READ : STORED_ODD;
}

static enum stored_end read_long(
	struct loose_reader *reader, struct loose *loose, size_t most, struct stored **out)
{
	if (!head_read(loose))
		return STORED_ODD;
	if (loose->size > most)
		return STORED_OVER;
	*out = inflate_all(reader, loose);
	return *out ? STORED_READ : STORED_ODD;
}

enum stored_end loose_read(
	struct loose_reader *reader, const struct loose_sought *sought, struct stored **out)
{
	struct loose loose;
	enum stored_end end = loose_map(&loose, sought->folder, sought->id), read = STORED_NONE;

	*out = NULL;
	if (end == STORED_READ && !reader->inflater)
		reader->inflater = libdeflate_alloc_decompressor();
	if (end == STORED_READ && !reader->inflater)
		end = STORED_ODD;
	if (end == STORED_READ && loose.len <= SHORT_FILE)
		read = read_short(reader, &loose, sought->most, out);
	if (end == STORED_READ && read == STORED_NONE)
		read = read_long(reader, &loose, sought->most, out);
	loose_close(&loose);
	return end == STORED_READ ? read : end;
}

void loose_reader_release(struct loose_reader *reader)
{
	libdeflate_free_decompressor(reader->inflater);
	reader->inflater = NULL;
}

enum stored_end loose_head(
	const char *folder, const struct oid *id, enum object_type *type, size_t *size)
{
	struct loose loose;
	enum stored_end end = loose_open(&loose, folder, id);

	*type = loose.type;
	*size = loose.size;
	loose_close(&loose);
	return end;
}

bool loose_has(const char *folder, const struct oid *id)
{
	char path[PATH_MAX];

	return path_of(path, folder, id) == 0 && access(path, F_OK) == 0;
}

/* A folder of the store, and whom to tell of what is in it. */
struct listing {
	const char *folder;
	size_t id_len;
	loose_each_fn *each;
	void *context;
};

/* The objects of one of the 256 folders, whose name is their first two digits. */
static int folder_each(const struct listing *l, const char *first, struct fault *f)
{
	char path[PATH_MAX], hex[OID_HEX_MAX + 1];
	const struct dirent *entry;
	struct oid id;
	int result = 0, error = 0;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "%s/%s", l->folder, first);
	dir = opendir(path);
	if (!dir)
		return fault_set(f, FAULT_ADMIN, "%s: %m", path);
	while (result == 0 && (entry = file_entry(dir, &error))) {
		if (strlen(entry->d_name) != 2 * l->id_len - 2)
			continue;
		(void)snprintf(hex, sizeof(hex), "%.2s%.62s", first, entry->d_name);
		if (oid_parse_as(&id, l->id_len, span_of(hex)) == 0)
			result = l->each(l->context, &id);
	}
	(void)closedir(dir);
	if (error)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(error));
	return result;
}

int loose_each(
	const char *folder, size_t id_len, loose_each_fn *each, void *context, struct fault *f)
{
	const struct listing l = { folder, id_len, each, context };
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	int result = 0, error = 0;

	if (!dir)
		return fault_set(f, FAULT_ADMIN, "%s: %m", folder);
	while (result == 0 && (entry = file_entry(dir, &error)))
		if (strlen(entry->d_name) == 2 && strspn(entry->d_name, "0123456789abcdef") == 2)
			result = folder_each(&l, entry->d_name, f);
	(void)closedir(dir);
	if (error)
		return fault_set(f, FAULT_ADMIN, "%s: %s", folder, strerror(error));
	return result;
}

/* The whole file's bytes, for free(); *len is 0 when memory ran out. */
static char *deflate_all(const struct loose_new *what, size_t *len)
{
	struct libdeflate_compressor *deflater = libdeflate_alloc_compressor(1);
	char head[HEAD_MAX], *whole, *out = NULL;
	size_t head_len = (size_t)snprintf(head, sizeof(head), "%s %zu",
				  object_type_name(what->type), what->data.len) +
			  1;
	size_t bound = libdeflate_zlib_compress_bound(deflater, head_len + what->data.len);

	*len = 0;
	whole = malloc(head_len + what->data.len);
	out = deflater && whole ? malloc(bound) : NULL;
	if (out) {
		memcpy(whole, head, head_len);
		if (what->data.len)
			memcpy(whole + head_len, what->data.data, what->data.len);
		*len = libdeflate_zlib_compress(
			deflater, whole, head_len + what->data.len, out, bound);
	}
	free(whole);
	libdeflate_free_compressor(deflater);
	return out;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* The object's folder, with the rights that files in it have. */
static bool folder_make(const char *path, const struct loose_new *what)
{
	char folder[PATH_MAX];
	unsigned mode = 0300 | 0400 | what->mode | (what->mode & 0440 ? 0030 : 0);

	(void)snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
	if (mkdir(folder, 0777) < 0)
		return errno == EEXIST;
	return !what->mode || chmod(folder, mode | S_ISGID) == 0;
}

/* The rights of a new object: nobody writes to one. */
static mode_t rights_of(const struct loose_new *what)
{
	mode_t mask = umask(077);

	(void)umask(mask);
	return 0400 | (what->mode ? what->mode & 0444 : 0444 & ~mask);
}

/* Writes the bytes beside where they go, and then puts them there. */
static bool put(const char *path, const struct loose_new *what, struct span bytes)
{
	char temporary[PATH_MAX];
	int fd;
	bool done;

	if (snprintf(temporary, sizeof(temporary), "%s/tmp_obj_XXXXXX", what->folder) >=
			(int)sizeof(temporary) ||
		!folder_make(path, what))
		return false;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return false;
	done = write_all(fd, bytes.data, bytes.len) && fsync(fd) == 0 &&
	       fchmod(fd, rights_of(what)) == 0;
	done = close(fd) == 0 && done && rename(temporary, path) == 0;
	if (!done)
		(void)unlink(temporary);
	return done;
}

int loose_write(const struct loose_new *what, struct oid *out, struct fault *f)
{
	char path[PATH_MAX], *bytes;
	size_t len;
	bool done;

	*out = stored_id(what->type, what->data, what->id_len);
	if (path_of(path, what->folder, out) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: path too long", what->folder);
	if (access(path, F_OK) == 0)
		return 0;
	bytes = deflate_all(what, &len);
	done = len && put(path, what, (struct span){ bytes, len });
	if (!done)
		(void)fault_set(f, FAULT_ADMIN, "an object cannot be written: %s: %m", path);
	free(bytes);
	return done ? 0 : -1;
}
