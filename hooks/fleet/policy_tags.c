#include "hooks/fleet/policy_tags.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/run.h"
#include "common/key/signature.h"
#include "common/policy/policy.h"
#include "hooks/fleet/policy_record.h"

#define MIRROR "fleet.policy.git"
#define TAGS "refs/tags/"
#define PREFIX "countersign-policy/"
#define REFS_MAX ((size_t)1 << 20)
#define TAG_MAX ((size_t)65536)
#define SECONDS 60
#define DIFFERENCE_MAX ((size_t)65536)
#define VOTES_MAX 4096

/* A tag that one of the keys has signed. */
struct vote {
	int64_t number;
	char commit[OID_HEX_MAX + 1];
	char fingerprint[160];
};

struct counting {
	const struct fleet_settings *settings;
	struct keyring *ring;
	char mirror[INSTALL_PATH_MAX];
	int64_t in_force;
	struct vote *votes;
	size_t count;
};

/* Runs git in the mirror, with what follows; its output is added.  0 or -1. */
static int git(
	const struct counting *c, const char *const words[], struct buf *out, struct fault *f)
{
	const char *argv[16] = { "git", "-c", "core.hooksPath=/dev/null", "-c",
		"protocol.ext.allow=never", "--git-dir", c->mirror };
	struct buf said = BUF_INIT(POLICY_FILE_MAX + 1);
	struct run what = { .argv = argv, .env = run_bare_env, .seconds = SECONDS };
	size_t count = 7;
	int code = 0, status;

	for (; *words && count + 1 < sizeof(argv) / sizeof(argv[0]); words++)
		argv[count++] = *words;
	argv[count] = NULL;
	status = run(&what, &said, &code, f);
	if (status == 0 && code != 0)
		status = fault_set(f, FAULT_ADMIN, "the fleet's policy: git %s: %.300s", argv[7],
			said.data ? said.data : "");
	if (status == 0 && out && buf_addspan(out, buf_span(&said)) < 0)
		status = fault_memory(f);
	buf_release(&said);
	return status;
}

static int fetch(const struct counting *c, struct fault *f)
{
	const char *const init[] = { "init", "-q", "--bare", NULL };
	const char *const words[] = { "fetch", "-q", "--prune", "--no-tags",
		"--no-write-fetch-head", c->settings->policy_repository,
		"+" TAGS PREFIX "*:" TAGS PREFIX "*", NULL };

	if (access(c->mirror, F_OK) < 0 && git(c, init, NULL, f) < 0)
		return -1;
	return git(c, words, NULL, f);
}

/* The number in `countersign-policy/NUMBER/WHO`; 0: it is no such name. */
static int64_t number_of(const char *name)
{
	size_t len = strlen(PREFIX);
	long long number;
	char *end;

	if (strncmp(name, PREFIX, len) != 0 || name[len] < '1' || name[len] > '9')
		return 0;
	errno = 0;
	number = strtoll(name + len, &end, 10);
	return errno || *end != '/' || !end[1] ? 0 : number;
}

/* Counts a tag, if it is called what its ref is and one of the keys has signed it.  0 or -1. */
static int count_tag(struct counting *c, const char *id, const char *name, struct fault *f)
{
	const char *const words[] = { "cat-file", "tag", id, NULL };
	struct buf text = BUF_INIT(TAG_MAX);
	struct vote *vote = &c->votes[c->count];
	struct signature_check check = { 0 };
	struct tag tag;
	const char *why = NULL;
	int status = git(c, words, &text, f);

	if (status == 0 && tag_parse(&tag, strlen(id) / 2, buf_span(&text), &why) == 0 &&
		span_is(tag.name, name) && tag.target_type == OBJECT_COMMIT)
		status = signature_of_tag(c->ring, &tag, time(NULL), &check, f);
	if (status == 0 && check.verdict == SIGNATURE_GOOD) {
		vote->number = number_of(name);
		(void)snprintf(vote->commit, sizeof(vote->commit), "%s", oid_text(&tag.target).hex);
		(void)snprintf(
			vote->fingerprint, sizeof(vote->fingerprint), "%s", check.fingerprint);
		c->count++;
	}
	buf_release(&text);
	return status;
}

static int count_all(struct counting *c, struct fault *f)
{
	const char *const words[] = { "for-each-ref",
		"--format=%(objecttype) %(objectname) %(refname:lstrip=2)", TAGS PREFIX, NULL };
	struct buf refs = BUF_INIT(REFS_MAX);
	int status = git(c, words, &refs, f);
	char *rest, *line;

	rest = refs.data;
	while (status == 0 && rest && c->count < VOTES_MAX && (line = strsep(&rest, "\n"))) {
		char *id = line + 4, *name = strncmp(line, "tag ", 4) == 0 ? strchr(id, ' ') : NULL;

		if (!name)
			continue;
		*name++ = '\0';
		if (number_of(name) > c->in_force)
			status = count_tag(c, id, name, f);
	}
	buf_release(&refs);
	return status;
}

/* How many different keys have signed that number for that commit. */
static size_t keys_for(const struct counting *c, const struct vote *vote)
{
	size_t keys = 0;

	for (size_t i = 0; i < c->count; i++) {
		bool counts = c->votes[i].number == vote->number &&
			      strcmp(c->votes[i].commit, vote->commit) == 0;

		for (size_t j = 0; counts && j < i; j++)
			counts = !(c->votes[j].number == vote->number &&
				   strcmp(c->votes[j].commit, vote->commit) == 0 &&
				   strcmp(c->votes[j].fingerprint, c->votes[i].fingerprint) == 0);
		keys += counts;
	}
	return keys;
}

/* The highest that enough have signed; *best NULL: there is none.  Of two commits neither is it. */
static int choose(const struct counting *c, const struct vote **best, struct fault *f)
{
	int64_t twice = 0;

	*best = NULL;
	for (size_t i = 0; i < c->count; i++) {
		const struct vote *vote = &c->votes[i];

		if (keys_for(c, vote) < (size_t)c->settings->policy_signatures ||
			(*best && vote->number < (*best)->number))
			continue;
		if (*best && vote->number == (*best)->number &&
			strcmp(vote->commit, (*best)->commit) != 0)
			twice = vote->number;
		*best = vote;
	}
	if (*best && (*best)->number == twice)
		return fault_set(f, FAULT_ADMIN,
			"the fleet's policy: number %" PRId64 " was signed for two commits", twice);
	return 0;
}

/* Durable, beside the file; and then in its place.  0 or -1. */
static int replace_file(const char *path, struct span bytes, bool check, struct fault *f)
{
	struct buf errors = BUF_INIT(65536);
	char beside[INSTALL_PATH_MAX + 8];
	int file, status = 0;

	(void)snprintf(beside, sizeof(beside), "%s.new", path);
	(void)unlink(beside);
	file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (file < 0 || write(file, bytes.data, bytes.len) != (ssize_t)bytes.len ||
		fchmod(file, 0644) < 0 || fsync(file) < 0)
		status = fault_set(f, FAULT_ADMIN, "%s: %s", beside, strerror(errno));
	if (file >= 0)
		(void)close(file);
	if (status == 0 && check) {
		status = policy_check_file(beside, LAYER_SITE, &errors, f);
		if (status > 0)
			status = fault_set(f, FAULT_ADMIN, "the fleet's policy: %.700s",
				errors.data ? errors.data : "");
	}
	if (status == 0 && rename(beside, path) < 0)
		status = fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	buf_release(&errors);
	return status;
}

/* The policy first: a number that is in force has its policy in force. */
static int enforce(const struct counting *c, const struct vote *vote, struct fault *f)
{
	char object[OID_HEX_MAX + 16], path[INSTALL_PATH_MAX], number[96];
	const char *const words[] = { "cat-file", "blob", object, NULL };
	struct buf text = BUF_INIT(POLICY_FILE_MAX);
	const char *etc = c->settings->paths.etc;
	int status;

	(void)snprintf(object, sizeof(object), "%s:policy.json", vote->commit);
	(void)snprintf(number, sizeof(number), "%" PRId64 " %s\n", vote->number, vote->commit);
	status = git(c, words, &text, f);
	if (status == 0)
		status = install_paths_join(path, etc, "policy.json", f);
	if (status == 0)
		status = replace_file(path, buf_span(&text), true, f);
	if (status == 0)
		status = install_paths_join(path, etc, POLICY_NUMBER_FILE, f);
	if (status == 0)
		status = replace_file(path, span_of(number), false, f);
	buf_release(&text);
	return status;
}

/*
 * Says what the one that comes changes: to whoever reads the service's words, and in the log of
 * every repository.
 */
static void tell_difference(const struct counting *c, const char *next, int64_t number)
{
	const struct install_paths *paths = &c->settings->paths;
	struct buf text = BUF_INIT(DIFFERENCE_MAX);
	struct fault ignored = { 0 };
	char program[INSTALL_PATH_MAX], now[INSTALL_PATH_MAX];
	const char *const argv[] = { program, "policy", "diff", now, next, "--layer", "site",
		NULL };
	const struct run what = { .argv = argv, .env = run_bare_env, .seconds = SECONDS };
	struct policy_news news = { .program = program,
		.next = next,
		.number = number,
		.before = c->in_force,
		.after = c->settings->policy_after };
	int code = 0;

	if (install_paths_join(program, paths->prefix, "bin/countersign", &ignored) < 0 ||
		install_paths_join(now, paths->etc, "policy.json", &ignored) < 0 ||
		access(now, F_OK) < 0 || run(&what, &text, &code, &ignored) < 0)
		buf_clear(&text);
	news.words = text.data && text.len ? text.data : "(not known)";
	(void)fprintf(stderr, "countersign-fleet: policy %" PRId64 " was signed, and changes: %s\n",
		number, news.words);
	policy_record(paths->etc, &news);
	buf_release(&text);
}

/* Whether it is the one that waits; *since is since when.  0 or -1. */
static int waiting_read(const char *path, const struct vote *vote, int64_t *since, struct fault *f)
{
	struct buf text = BUF_INIT(256);
	char commit[OID_HEX_MAX + 1] = "";
	bool exists = false;
	int64_t number = 0, then = 0;
	int status = file_read_trusted(path, (uid_t)-1, &text, &exists, f);

	*since = 0;
	if (status == 0 && exists && text.data &&
		sscanf(text.data, "%" SCNd64 " %64s %" SCNd64, &number, commit, &then) == 3 &&
		number == vote->number && strcmp(commit, vote->commit) == 0)
		*since = then;
	buf_release(&text);
	return status;
}

/* Writes it beside the one in force, tells what it changes, once, and whether its time has come. */
static int await_turn(const struct counting *c, const struct vote *vote, bool *due, struct fault *f)
{
	char object[OID_HEX_MAX + 16], next[INSTALL_PATH_MAX], path[INSTALL_PATH_MAX], text[128];
	const char *const words[] = { "cat-file", "blob", object, NULL };
	const char *etc = c->settings->paths.etc;
	struct buf policy = BUF_INIT(POLICY_FILE_MAX);
	int64_t since = 0, now = (int64_t)time(NULL);
	int status = install_paths_join(next, etc, POLICY_NEXT, f);

	(void)snprintf(object, sizeof(object), "%s:policy.json", vote->commit);
	if (status == 0)
		status = install_paths_join(path, etc, POLICY_NEXT_NUMBER, f);
	if (status == 0)
		status = waiting_read(path, vote, &since, f);
	if (status == 0 && !since) {
		(void)snprintf(text, sizeof(text), "%" PRId64 " %s %" PRId64 "\n", vote->number,
			vote->commit, now);
		status = git(c, words, &policy, f);
		if (status == 0)
			status = replace_file(next, buf_span(&policy), true, f);
		if (status == 0)
			tell_difference(c, next, vote->number);
		if (status == 0)
			status = replace_file(path, span_of(text), false, f);
		since = now;
	}
	*due = status == 0 && now - since >= c->settings->policy_after;
	buf_release(&policy);
	return status;
}

/* Takes away what waited: once it is in force, so that what goes wrong before costs no new wait. */
static void forget_waiting(const struct counting *c)
{
	static const char *const files[] = { POLICY_NEXT_NUMBER, POLICY_NEXT };
	struct fault ignored = { 0 };
	char path[INSTALL_PATH_MAX];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (install_paths_join(path, c->settings->paths.etc, files[i], &ignored) == 0)
			(void)unlink(path);
}

int policy_tags_number(const struct fleet_settings *settings, int64_t *number, struct fault *f)
{
	struct buf text = BUF_INIT(256);
	char path[INSTALL_PATH_MAX];
	bool exists = false;
	int status = install_paths_join(path, settings->paths.etc, POLICY_NUMBER_FILE, f);

	*number = 0;
	if (status == 0)
		status = file_read_trusted(path, (uid_t)-1, &text, &exists, f);
	if (status == 0 && exists)
		*number = text.data ? strtoll(text.data, NULL, 10) : 0;
	if (status == 0 && exists && *number <= 0)
		status = fault_set(f, FAULT_ADMIN, "%s: does not say a number", path);
	buf_release(&text);
	return status;
}

int policy_tags_update(const struct fleet_settings *settings, int64_t *number, struct fault *f)
{
	struct counting c = { .settings = settings };
	const struct vote *best = NULL;
	bool due = false;
	int status;

	if (policy_tags_number(settings, number, f) < 0 || !settings->policy_repository)
		return settings->policy_repository ? -1 : 0;
	c.in_force = *number;
	c.votes = calloc(VOTES_MAX, sizeof(*c.votes));
	status = c.votes ? install_paths_join(c.mirror, settings->paths.etc, MIRROR, f)
			 : fault_memory(f);
	if (status == 0)
		status = keyring_new(&c.ring, f);
	for (size_t i = 0; status == 0 && i < settings->key_count; i++)
		status = keyring_add(c.ring, &settings->keys[i], (struct key_owner){ 0 }, f);
	if (status == 0 && (fetch(&c, f) < 0 || count_all(&c, f) < 0 || choose(&c, &best, f) < 0))
		status = -1;
	if (status == 0 && best)
		status = await_turn(&c, best, &due, f);
	if (status == 0 && due)
		status = enforce(&c, best, f);
	if (status == 0 && due) {
		forget_waiting(&c);
		*number = best->number;
	}
	keyring_free(c.ring);
	free(c.votes);
	return status;
}
