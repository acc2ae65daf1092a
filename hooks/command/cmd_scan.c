/*
 * countersign scan [PATHS | --range A..B] [--repo DIR] [--format text|json|sarif]
 *
 * Runs the credential detector over files, folders or history.
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/command/scan.h"

#define BLOB_LIMIT ((size_t)256 << 20)

enum scan_exit {
	SCAN_NOTHING = 0,
	SCAN_FOUND = 1,
	SCAN_FAULT = 2,
};

const char cmd_scan_usage[] =
	"usage: countersign scan [PATH... | --range A..B] [--repo DIR]\n"
	"                        [--format text|json|sarif]\n"
	"                        [--from low|medium|high|certain]\n"
	"\n"
	"Finds credentials in files and folders (default: the current directory, without\n"
	".git), in their names, in standard input (-), or in the changes and messages of\n"
	"a range of commits.\n"
	"\n"
	"  --range A..B     the commits in B that are not in A\n"
	"  --repo DIR       the repository of the range, and of the key for fingerprints\n"
	"                   (without its state, fingerprints differ in each run)\n"
	"  --from LEVEL     minimum confidence to report (default: low)\n"
	"  --format FORMAT  text (default); json: an array of objects with kind,\n"
	"                   confidence (low, medium, high, certain), path, line, column\n"
	"                   (bytes, from 1), fingerprint, what, revoke; with --range\n"
	"                   commit too; line 0 is the name itself; or sarif: SARIF 2.1.0\n"
	"\n"
	"Exit status: 0 nothing found, 1 found, 2 error.\n";

static const struct option options[] = {
	{ "range", required_argument, NULL, 'r' },
	{ "repo", required_argument, NULL, 'd' },
	{ "format", required_argument, NULL, 'f' },
	{ "from", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct wish {
	const char *range, *folder;
	char **paths;
};

/* The place of the word in a NULL-terminated list, or -1. */
static int place_of(const char *word, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (strcmp(list[i], word) == 0)
			return i;
	return -1;
}

/* 0, 1 when help was asked for, or -1. */
static int read_options(struct scan *scan, struct wish *wish, int argc, char **argv)
{
	static const char *const formats[] = { "text", "json", "sarif", NULL };
	static const char *const levels[] = { "low", "medium", "high", "certain", NULL };
	int option, place = 0;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			wish->range = optarg;
			break;
		case 'd':
			wish->folder = optarg;
			break;
		case 'f':
			place = place_of(optarg, formats);
			if (place < 0)
				return cli_wrong("scan",
					"--format is text, json or sarif, not '%s'", optarg);
			scan->format = (enum scan_format)place;
			break;
		case 'c':
			place = place_of(optarg, levels);
			if (place < 0)
				return cli_wrong("scan",
					"--from is low, medium, high or certain, not '%s'", optarg);
			scan->from = (enum confidence)place;
			break;
		case 'h':
			return 1;
		default:
			return -1;
		}
	}
	wish->paths = argv + optind;
	if (wish->range && optind < argc)
		return cli_wrong("scan", "PATHs or --range, not both");
	if (wish->range && !strstr(wish->range, ".."))
		return cli_wrong("scan", "'%s' is not a range such as A..B", wish->range);
	return 0;
}

/* A path that cannot be read; a name that holds a credential is withheld. */
static int unread(struct scan *scan, const char *path, int error, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: %s", scan_name_shown(scan, path), strerror(error));
}

/* What was named is followed and may be a pipe; what was found below it is a file or not read. */
static int scan_file(struct scan *scan, const char *path, bool named, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | (named ? 0 : O_NOFOLLOW | O_NONBLOCK));
	struct stat st;
	FILE *in = fd >= 0 && fstat(fd, &st) == 0 ? fdopen(fd, "r") : NULL;
	int status = 0;

	if (!in)
		status = unread(scan, path, errno, f);
	else if (named || S_ISREG(st.st_mode))
		status = scan_stream(scan, in, path, f);
	if (in)
		(void)fclose(in);
	else if (fd >= 0)
		(void)close(fd);
	return status;
}

/*
 * One entry of the walk.  What was named is followed and read whatever it is; below, only files
 * are.
 */
static int scan_entry(struct scan *scan, const FTSENT *entry, struct fault *f)
{
	const char *path = entry->fts_path;
	bool named = entry->fts_level == FTS_ROOTLEVEL;

	switch (entry->fts_info) {
	case FTS_NS:
	case FTS_DNR:
	case FTS_ERR:
		return unread(scan, path, entry->fts_errno, f);
	case FTS_SLNONE:
		return named ? unread(scan, path, ENOENT, f) : 0;
	case FTS_DEFAULT:
		return named ? scan_file(scan, path, named, f) : 0;
	case FTS_F:
		return scan_file(scan, strncmp(path, "./", 2) == 0 ? path + 2 : path, named, f);
	default:
		return 0;
	}
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int scan_paths(struct scan *scan, char **paths, struct fault *f)
{
	char here[] = ".", *only[] = { here, NULL };
	FTS *tree = fts_open(
		paths[0] ? paths : only, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int status = tree ? 0 : fault_memory(f);

	while (status == 0 && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_D && entry->fts_level > FTS_ROOTLEVEL &&
			strcmp(entry->fts_name, ".git") == 0)
			(void)fts_set(tree, entry, FTS_SKIP);
		else
			status = scan_entry(scan, entry, f);
	}
	if (tree)
		(void)fts_close(tree);
	return status;
}

static bool is_input(char **paths)
{
	return paths[0] && strcmp(paths[0], "-") == 0 && !paths[1];
}

int cmd_scan(const struct env *env, int argc, char **argv)
{
	struct scan scan = { .blob_limit = BLOB_LIMIT };
	struct wish wish = { 0 };
	struct fault fault = { 0 };
	int asked = read_options(&scan, &wish, argc, argv), status;

	(void)env;
	if (asked != 0) {
		(void)fputs(cmd_scan_usage, asked > 0 ? stdout : stderr);
		return asked > 0 ? 0 : SCAN_FAULT;
	}
	scan.findings = json_array();
	status = credentials_new(&scan.credentials, &fault);
	if (status == 0)
		status = scan_key(&scan,
			wish.folder  ? wish.folder
			: wish.range ? "."
				     : NULL,
			&fault);
	if (status == 0)
		status = wish.range ? scan_range(&scan, wish.folder, wish.range, &fault)
			 : is_input(wish.paths)
				 ? scan_stream(&scan, stdin, "(standard input)", &fault)
				 : scan_paths(&scan, wish.paths, &fault);
	if (status == 0)
		status = scan_finish(&scan, &fault);
	if (status < 0)
		(void)fprintf(stderr, "countersign: %s\n", fault.text);
	credentials_free(scan.credentials);
	json_decref(scan.findings);
	return status < 0 || scan.skipped ? SCAN_FAULT : scan.count ? SCAN_FOUND : SCAN_NOTHING;
}
