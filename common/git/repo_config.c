/* What a repository's own settings say of how it is read and written. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "common/git/config.h"
#include "common/git/config_file.h"
#include "common/git/repo_private.h"

/* What is said of the format, as far as it goes. */
struct format {
	struct repo *repo;
	bool extended; /* version 1: extensions count */
	bool sha256;
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
			"in files and complete object stores)",
			name, value);
	if (strcmp(name, "objectformat") == 0)
		format->sha256 = strcmp(value, "sha256") == 0;
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

int repo_read_config(struct repo *repo, struct fault *f)
{
	struct format format = { .repo = repo };
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/config", repo->git_dir);
	if (config_file_read(path, on_setting, &format, f) < 0)
		return -1;
	if (format.sha256 && !format.extended)
		return fault_set(f, FAULT_ADMIN,
			"%s: extensions.objectformat = sha256 in a repository of format version 0, "
			"which git does not read",
			path);
	repo->id_len = format.sha256 ? OID_SHA256 : OID_SHA1;
	return 0;
}
