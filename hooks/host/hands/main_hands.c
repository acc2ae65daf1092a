/*
 * countersign-hands: the hands that work in repositories, for install.sh and the repair timer
 * (hands.h tells the story).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/facts/shim.h"
#include "hooks/host/hands/calls.h"

#define TEXT_MAX ((size_t)4 << 20)
#define SECONDS "120"
#define REVIEWERS_MAX 256
#define PREFIX "@PREFIX@"

static const char usage[] =
	"usage: countersign-hands repo|all|status|remove [OPTION...] [PATH...]\n"
	"\n"
	"What install.sh and the repair timer run for repositories; see countersign-install(8).\n"
	"\n"
	"  --dry-run, --repair, --json, --canary, --host KIND, --chain first|after,\n"
	"  --policy FILE, --reviewer NAME=KEYFILE   as in install.sh\n"
	"  --called NAME             the name that install.sh was called by\n"
	"  --http URL, --ca FILE     for status: as in countersign status\n"
	"  --seconds N               time limit for one repository (default: " SECONDS ")\n"
	"\n"
	"Exit status: 0 success, 1 a problem was found, 2 error.\n";

static const struct option options[] = {
	{ "dry-run", no_argument, NULL, 'd' },
	{ "repair", no_argument, NULL, 'r' },
	{ "json", no_argument, NULL, 'j' },
	{ "canary", no_argument, NULL, 'c' },
	{ "host", required_argument, NULL, 'h' },
	{ "chain", required_argument, NULL, 'w' },
	{ "policy", required_argument, NULL, 'p' },
	{ "reviewer", required_argument, NULL, 'v' },
	{ "called", required_argument, NULL, 'n' },
	{ "seconds", required_argument, NULL, 's' },
	{ "http", required_argument, NULL, 'u' },
	{ "ca", required_argument, NULL, 'a' },
	{ NULL, 0, NULL, 0 },
};

static int reviewer_add(struct terms *terms, char *text)
{
	char *equals = strchr(text, '=');
	struct hands_reviewer *who = &terms->reviewers[terms->reviewer_count];
	struct fault f = { 0 };

	if (!equals || equals == text || terms->reviewer_count == REVIEWERS_MAX)
		return -1;
	*equals = '\0';
	*who = (struct hands_reviewer){ .name = text, .file = equals + 1, .key = BUF_INIT(65536) };
	if (file_read(who->file, &who->key, &f) < 0) {
		fprintf(stderr, "%s: %s\n", terms->called, f.text);
		return -1;
	}
	terms->reviewer_count++;
	return 0;
}

static int seconds_read(struct terms *terms, const char *text)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	terms->seconds = (int)seconds;
	return *text && !*end && seconds > 0 && seconds < 86400 ? 0 : -1;
}

static int option_take(struct terms *terms, int option)
{
	switch (option) {
	case 'd':
		terms->dry_run = true;
		return 0;
	case 'r':
		terms->repair = true;
		return 0;
	case 'j':
		terms->json = true;
		return 0;
	case 'c':
		terms->canary = true;
		return 0;
	case 'h':
		terms->host = optarg;
		return 0;
	case 'w':
		terms->chain = optarg;
		return 0;
	case 'p':
		terms->policy_file = optarg;
		return 0;
	case 'v':
		return reviewer_add(terms, optarg);
	case 'n':
		terms->called = optarg;
		return 0;
	case 's':
		return seconds_read(terms, optarg);
	case 'u':
		terms->http = optarg;
		return 0;
	case 'a':
		terms->ca = optarg;
		return 0;
	default:
		return -1;
	}
}

static int options_take(struct terms *terms, int argc, char **argv)
{
	int option;

	terms->reviewers = calloc(REVIEWERS_MAX, sizeof(*terms->reviewers));
	if (!terms->reviewers || seconds_read(terms, SECONDS) < 0)
		return -1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
		if (option_take(terms, option) < 0)
			return -1;
	return 0;
}

/* The first policy of this installation, which names its schema. */
static int starter_read(struct terms *terms, struct fault *f)
{
	static const char file[] = "share/countersign/install/hooks/host/install/repo-policy.json";
	struct buf text = BUF_INIT(TEXT_MAX);
	char path[INSTALL_PATH_MAX];
	const char *at = NULL;
	int status = install_paths_join(path, terms->place.prefix, file, f);

	if (status == 0)
		status = file_read(path, &text, f);
	if (status == 0 && !(at = strstr(text.data, PREFIX)))
		status = fault_set(f, FAULT_INTERNAL, "%s is not a first policy", path);
	if (at)
		(void)buf_addf(&terms->policy, "%.*s%s%s", (int)(at - text.data), text.data,
			terms->place.prefix, at + sizeof(PREFIX) - 1);
	buf_release(&text);
	return status;
}

/* Makes the site's folder and those on the way to it, for everybody to go through. */
static int etc_make(const struct terms *terms, struct fault *f)
{
	char path[INSTALL_PATH_MAX + 1];

	(void)snprintf(path, sizeof(path), "%s/", terms->place.etc);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) == 0)
			(void)chmod(path, 0755);
		else if (errno != EEXIST && errno != EACCES && errno != EROFS)
			return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
		*slash = '/';
	}
	return 0;
}

/* One at a time changes lists and repositories, since a timer may be at it, too.  Until we end. */
static int wait_alone(const struct terms *terms, struct fault *f)
{
	char path[INSTALL_PATH_MAX];
	int fd;

	if (terms->dry_run)
		return 0;
	if (etc_make(terms, f) < 0)
		return -1;
	if (access(terms->place.etc, W_OK) < 0)
		return 0;
	if (install_paths_join(path, terms->place.etc, ".lock", f) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (fd < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		printf("waiting for another %s to end\n", terms->called);
		(void)fflush(stdout);
		if (flock(fd, LOCK_EX) < 0)
			return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	}
	return 0;
}

static int begin(struct calls *calls, struct fault *f)
{
	struct terms *terms = &calls->terms;
	const char *etc = terms->place.etc;

	terms->root = geteuid() == 0;
	if (terms->policy_file ? file_read(terms->policy_file, &terms->policy, f) < 0
			       : starter_read(terms, f) < 0)
		return -1;
	if ((!calls->looks && wait_alone(terms, f) < 0) ||
		list_read(&calls->repositories, etc, f) < 0 ||
		list_read(&calls->roots, etc, f) < 0 || list_read(&calls->left_out, etc, f) < 0)
		return -1;
	return 0;
}

int main(int argc, char **argv)
{
	static struct calls calls = { .terms = { .called = "countersign-hands",
					      .policy = BUF_INIT(TEXT_MAX) },
		.repositories = { .name = "repositories" },
		.roots = { .name = "roots" },
		.left_out = { .name = "left-out" } };
	struct fault f = { 0 };
	int (*call)(struct calls *, char *const *, struct fault *) = NULL;
	int status = -1;

	if (env_seal(&calls.terms.env, &f) == 0 &&
		install_paths_find(&calls.terms.place, &f) == 0) {
		if (options_take(&calls.terms, argc, argv) == 0 && optind < argc)
			call = call_named(argv[optind]);
		if (!call) {
			(void)fputs(usage, stderr);
			return 2;
		}
		calls.looks = strcmp(argv[optind], "status") == 0 && !calls.terms.repair;
		if (begin(&calls, &f) == 0)
			status = call(&calls, argv + optind + 1, &f);
	}
	if (status < 0)
		fprintf(stderr, "%s: %s\n", calls.terms.called, f.text);
	return status < 0 ? 2 : status;
}
