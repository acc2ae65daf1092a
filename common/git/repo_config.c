/* What a repository's own settings say of how it is read and written. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/git/config.h"
#include "common/git/config_file.h"
#include "common/git/repo_private.h"

/* What is said of the format, as far as it goes. */
struct format {
	struct repo *repo;
	bool extended; /* version 1: extensions count */
	bool sha256, reftable;
};

/*
 * Extensions that change nothing about how refs and objects are read; a value, where only that one
 * is.
 */
static const struct {
	const char *name, *value;
} extensions_read[] = {
	{ "noop", NULL },
	{ "noop-v1", NULL },
	{ "preciousobjects", NULL },
	{ "worktreeconfig", NULL },
	{ "relativeworktrees", NULL },
	{ "objectformat", "sha1" },
	{ "objectformat", "sha256" },
	{ "refstorage", "files" },
	{ "refstorage", "reftable" },
};

static bool extension_is_read(const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof(extensions_read) / sizeof(extensions_read[0]); i++)
		if (strcmp(name, extensions_read[i].name) == 0 &&
			(!extensions_read[i].value || strcmp(value, extensions_read[i].value) == 0))
			return true;
	return false;
}

static int read_extension(
	struct format *format, const char *name, const char *value, struct fault *f)
{
	if (!extension_is_read(name, value))
		return fault_set(f, FAULT_ADMIN,
			"Countersign cannot read repositories with extensions.%s = %s (only refs "
			"in files or a reftable, and complete object stores)",
			name, value);
	if (strcmp(name, "objectformat") == 0)
		format->sha256 = strcmp(value, "sha256") == 0;
	if (strcmp(name, "refstorage") == 0)
		format->reftable = strcmp(value, "reftable") == 0;
	return 0;
}

/* Modes of new files by core.sharedRepository, as git has it; 0: what the umask says. */
static unsigned shared_mode(const char *value)
{
	if (strcmp(value, "group") == 0)
		return 0440;
	if (strcmp(value, "all") == 0 || strcmp(value, "world") == 0 ||
		strcmp(value, "everybody") == 0)
		return 0444;
	if (value[0] == '0' && value[1])
		return (unsigned)strtoul(value, NULL, 8) & 0444;
	return config_is_yes(value) ? 0440 : 0;
}

static int on_setting(void *context, const char *name, const char *value, struct fault *f)
{
	static const char extensions[] = "extensions.";
	struct format *format = context;

	if (strcmp(name, "core.repositoryformatversion") == 0) {
		if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
			return fault_set(
				f, FAULT_ADMIN, "repository format version %s is not known", value);
		format->extended = strcmp(value, "1") == 0;
	} else if (strcmp(name, "core.sharedrepository") == 0) {
		format->repo->file_mode = shared_mode(value);
	} else if (strncmp(name, extensions, sizeof(extensions) - 1) == 0) {
		return read_extension(format, name + sizeof(extensions) - 1, value, f);
	}
	return 0;
}

/* Whether HEAD is what git writes there for programs that know no reftable. */
static bool head_is_elsewhere(const struct repo *repo)
{
	static const char stub[] = "ref: refs/heads/.invalid";
	char path[PATH_MAX], text[sizeof(stub)] = "";
	FILE *in;

	(void)snprintf(path, sizeof(path), "%s/HEAD", repo->git_dir);
	in = file_open(path);
	if (!in)
		return false;
	if (!fgets(text, sizeof(text), in))
		text[0] = '\0';
	(void)fclose(in);
	return strcmp(text, stub) == 0;
}

/* Where refs are said to be, they must be; else git takes the repository for empty. */
static int check_storage(const struct format *format, struct fault *f)
{
	const struct repo *repo = format->repo;
	char path[PATH_MAX];
	bool there;

	(void)snprintf(path, sizeof(path), "%s/reftable/tables.list", repo->git_dir);
	there = access(path, F_OK) == 0;
	if (format->reftable && !there)
		return fault_set(f, FAULT_ADMIN,
			"%s is missing, but extensions.refStorage says reftable: if the refs are "
			"in "
			"files, run git config --file %s/config --unset extensions.refStorage; "
			"else "
			"restore it from a backup",
			path, repo->git_dir);
	if (!format->reftable && there && head_is_elsewhere(repo))
		return fault_set(f, FAULT_ADMIN,
			"%s has refs in a reftable, but extensions.refStorage does not say so: run "
			"git config --file %s/config extensions.refStorage reftable",
			repo->git_dir, repo->git_dir);
	return 0;
}

int repo_read_config(struct repo *repo, struct fault *f)
{
	struct format format = { .repo = repo };
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/config", repo->git_dir);
	if (config_file_read(path, on_setting, &format, f) < 0)
		return -1;
	if (!format.extended && (format.sha256 || format.reftable))
		return fault_set(f, FAULT_ADMIN,
			"%s: extensions.%s in a repository of format version 0, which git does not "
			"read: run git config --file %s core.repositoryFormatVersion 1",
			path, format.sha256 ? "objectformat = sha256" : "refstorage = reftable",
			path);
	repo->id_len = format.sha256 ? OID_SHA256 : OID_SHA1;
	repo->reftable = format.reftable;
	return check_storage(&format, f);
}
