#include "common/policy/site_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/file.h"

static int is_wanted(const struct dirent *entry)
{
	struct span name = span_of(entry->d_name);

	return *entry->d_name != '.' && span_ends(name, ".json");
}

static int trust(const char *folder, struct fault *f)
{
	struct stat st;

	if (lstat(folder, &st) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", folder, strerror(errno));
	if (S_ISLNK(st.st_mode))
		return fault_set(f, FAULT_ADMIN,
			"%s is a symbolic link: put the folder itself there", folder);
	if (!S_ISDIR(st.st_mode))
		return fault_set(f, FAULT_ADMIN, "%s is not a folder", folder);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return fault_set(f, FAULT_ADMIN,
			"%s is owned by user %lu, not by root or by whoever runs this", folder,
			(unsigned long)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return fault_set(f, FAULT_ADMIN, "%s is writable by others: chmod go-w it", folder);
	return 0;
}

static int file_add(struct site_files *out, const char *folder, const char *name, struct fault *f)
{
	struct site_file *file = &out->files[out->count++];
	size_t size = strlen(folder) + strlen(name) + 2;
	bool exists;

	*file = (struct site_file){ malloc(size), BUF_INIT(SITE_FILE_MAX) };
	if (!file->path)
		return fault_memory(f);
	(void)snprintf(file->path, size, "%s/%s", folder, name);
	if (file_read_trusted(file->path, (uid_t)-1, &file->bytes, &exists, f) < 0)
		return -1;
	return exists ? 0 : fault_set(f, FAULT_ADMIN, "%s is gone", file->path);
}

static int add_all(struct site_files *out, const char *folder, struct dirent **names, int count,
	struct fault *f)
{
	if (count > SITE_FILES_MAX)
		return fault_set(
			f, FAULT_ADMIN, "%s has more than %d files", folder, SITE_FILES_MAX);
	out->files = calloc((size_t)count + 1, sizeof(*out->files));
	if (!out->files)
		return fault_memory(f);
	for (int i = 0; i < count; i++)
		if (file_add(out, folder, names[i]->d_name, f) < 0)
			return -1;
	return 0;
}

int site_files_read(struct site_files *out, const char *folder, struct fault *f)
{
	struct dirent **names = NULL;
	int count, status;

	*out = (struct site_files){ 0 };
	if (faccessat(AT_FDCWD, folder, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
		return 0;
	if (trust(folder, f) < 0)
		return -1;
	out->there = true;
	count = scandir(folder, &names, is_wanted, alphasort);
	if (count < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", folder, strerror(errno));
	status = add_all(out, folder, names, count, f);
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return status;
}

void site_files_release(struct site_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->files[i].path);
		buf_release(&files->files[i].bytes);
	}
	free(files->files);
	*files = (struct site_files){ 0 };
}

int site_files_tie(const char *folder, char digest[65], struct fault *f)
{
	struct site_files files;
	struct buf text = BUF_INIT((size_t)SITE_FILES_MAX * SITE_FILE_MAX);
	struct digest_text hex;
	int outcome = site_files_read(&files, folder, f);

	if (outcome == 0 && files.count) {
		(void)buf_addf(&text, "%s\n", digest);
		for (size_t i = 0; i < files.count; i++) {
			(void)buf_addf(
				&text, "%s %zu\n", files.files[i].path, files.files[i].bytes.len);
			(void)buf_addspan(&text, buf_span(&files.files[i].bytes));
		}
		outcome = text.failed ? fault_memory(f) : digest_of(buf_span(&text), &hex, f);
		if (outcome == 0)
			memcpy(digest, hex.hex, sizeof(hex.hex));
	}
	buf_release(&text);
	site_files_release(&files);
	return outcome;
}
