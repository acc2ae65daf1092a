/* countersign reviewer: names a person who may approve, and their key, in a policy file. */
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/key/key.h"
#include "common/policy/policy.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"

#define KEY_MAX 65536
#define GROUP "reviewers"

static int complain(const char *what, const char *why)
{
	(void)fprintf(stderr, "countersign: %s: %s\n", what, why);
	return 2;
}

/* Reads the one line of a public key file; `-` is standard input. */
static char *key_line(const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *line = calloc(1, KEY_MAX);

	if (file && line && fgets(line, KEY_MAX, file))
		line[strcspn(line, "\r\n")] = '\0';
	if (file && file != stdin)
		(void)fclose(file);
	if (line && *line)
		return line;
	free(line);
	return NULL;
}

/* Why no policy would take the key, and every push be refused for it; NULL: it would. */
static const char *key_problem(const char *line)
{
	struct arena arena = ARENA_INIT(2 * KEY_MAX);
	struct key key;
	const char *why = NULL;

	if (!line)
		return "it has no key";
	if (strstr(line, "PRIVATE KEY"))
		return "that is a private key; name the file that ends in .pub";
	if (key_parse(&key, &arena, span_of(line), NULL, &why) == 0)
		why = key.kind == KEY_PASSKEY
			      ? "a passkey comes in by `countersign reviewer invite`"
			      : NULL;
	else if (!why)
		why = "it cannot be read";
	arena_release(&arena);
	return why;
}

static json_t *member(json_t *object, const char *key, json_t *(*make)(void))
{
	if (!json_object_get(object, key))
		json_object_set_new(object, key, make());
	return json_object_get(object, key);
}

/* Appends the text to the list unless it has it. */
static void list_add(json_t *list, const char *text)
{
	size_t index;
	json_t *item;

	json_array_foreach(
		list, index, item) if (json_is_string(item) &&
				       strcmp(json_string_value(item), text) == 0) return;
	json_array_append_new(list, json_string(text));
}

/* Rules that hold or look for credentials, and that nobody could approve, go to the reviewers. */
static void rules_give(json_t *root)
{
	size_t index;
	json_t *rule;

	json_array_foreach(json_object_get(root, "rules"), index, rule)
	{
		const char *action = json_string_value(json_object_get(rule, "action"));

		if (action && (strcmp(action, "hold") == 0 || json_object_get(rule, "content")))
			if (json_array_size(member(rule, "approvers", json_array)) == 0)
				list_add(json_object_get(rule, "approvers"), GROUP);
	}
}

struct reviewer {
	const char *policy, *name, *key_file;
	const char *email; /* NULL: not given */
	bool json;
};

static void reviewer_add(json_t *root, const struct reviewer *reviewer, const char *key)
{
	json_t *person = member(member(root, "people", json_object), reviewer->name, json_object);

	list_add(member(person, "groups", json_array), GROUP);
	list_add(member(person, "keys", json_array), key);
	if (reviewer->email)
		list_add(member(person, "emails", json_array), reviewer->email);
	rules_give(root);
}

/* Writes the policy into a new file with the owner and mode of the old one.  0 or -1. */
static int fresh_write(char *fresh, const char *old, const json_t *root)
{
	struct stat st;
	int fd = mkostemp(fresh, O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int failed = !file || stat(old, &st) < 0 ||
		     (geteuid() == 0 && fchown(fd, st.st_uid, st.st_gid) < 0) ||
		     fchmod(fd, st.st_mode & 0777) < 0 ||
		     json_dumpf(root, file, JSON_INDENT(2)) < 0 || fputc('\n', file) < 0 ||
		     fflush(file) != 0 || fsync(fd) != 0;

	if (file && fclose(file) != 0)
		failed = 1;
	return failed ? -1 : 0;
}

/* The first mistake in a policy file, which `errors` keeps; NULL: it has none. */
static const char *mistake_in(const char *path, struct buf *errors)
{
	struct fault f = { 0 };
	char *rest, *line;

	if (policy_check_file(path, LAYER_SITE, errors, &f) <= 0 || !errors->len)
		return NULL;
	rest = errors->data;
	while ((line = strsep(&rest, "\n")))
		if (*line && !strstr(line, ": warning: "))
			return line +
			       (strncmp(line, path, strlen(path)) == 0 ? strlen(path) + 1 : 0);
	return NULL;
}

/* Puts it in the place of the old file, unless only the new one has a mistake.  The exit status. */
static int fresh_take(const char *fresh, const char *old)
{
	struct buf before = BUF_INIT(4u << 20), after = BUF_INIT(4u << 20);
	const char *mistake = mistake_in(old, &before) ? NULL : mistake_in(fresh, &after);
	int status = 0;

	if (mistake) {
		(void)fprintf(stderr,
			"countersign: %s: nothing was written, since it would be wrong: %s\n", old,
			mistake);
		status = 2;
	} else if (rename(fresh, old) != 0) {
		status = complain(old, "cannot be written");
	}
	buf_release(&before);
	buf_release(&after);
	return status;
}

/* Replaces the file in one go; owner and mode stay.  The exit status; why not was said. */
static int file_replace(const char *path, const json_t *root)
{
	char *fresh = NULL;
	int status;

	if (asprintf(&fresh, "%s.XXXXXX", path) < 0)
		return complain(path, "no memory");
	status = fresh_write(fresh, path, root) < 0 ? complain(path, "cannot be written")
						    : fresh_take(fresh, path);
	if (status != 0)
		(void)unlink(fresh);
	free(fresh);
	return status;
}

/* Names of the rules that the reviewers approve. */
static json_t *rules_given(const json_t *root)
{
	json_t *given = json_array(), *rule, *approver;
	size_t i, k;

	json_array_foreach(json_object_get(root, "rules"), i, rule)
		json_array_foreach(json_object_get(rule, "approvers"), k,
			approver) if (json_is_string(approver) &&
				      strcmp(json_string_value(approver), GROUP) == 0)
			json_array_append(given, json_object_get(rule, "name"));
	return given;
}

/* Says what the file has now, as one JSON object. */
static int tell(const struct reviewer *reviewer, const json_t *root, const char *line, bool changed)
{
	struct arena arena = ARENA_INIT(2 * KEY_MAX);
	struct key key = { 0 };
	const char *why;
	json_t *told;

	(void)key_parse(&key, &arena, span_of(line), NULL, &why);
	told = json_pack("{s:s, s:s, s:s*, s:O, s:o, s:b}", "person", reviewer->name, "policy",
		reviewer->policy, "fingerprint", key.fingerprint, "groups",
		json_object_get(
			json_object_get(json_object_get(root, "people"), reviewer->name), "groups"),
		"approves", rules_given(root), "changed", changed);
	arena_release(&arena);
	if (!told || json_dumpf(told, stdout, JSON_COMPACT) < 0 || putchar('\n') == EOF) {
		json_decref(told);
		return complain("standard output", "cannot be written");
	}
	json_decref(told);
	return 0;
}

static int reviewer_put(const struct reviewer *reviewer)
{
	const char *path = reviewer->policy, *key_file = reviewer->key_file;
	json_error_t error;
	json_t *before = NULL, *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	char *key = key_line(key_file);
	const char *problem = key_problem(key);
	bool changed;
	int status = 0;

	if (!json_is_object(root))
		status = complain(path, error.text);
	else if (problem)
		status = complain(
			strcmp(key_file, "-") == 0 ? "what is to be the key" : key_file, problem);
	if (status == 0) {
		before = json_deep_copy(root);
		reviewer_add(root, reviewer, key);
		changed = !json_equal(before, root);
		if (changed)
			status = file_replace(path, root);
		if (status == 0 && reviewer->json)
			status = tell(reviewer, root, key, changed);
	}
	free(key);
	json_decref(before);
	json_decref(root);
	return status;
}

const char cmd_reviewer_usage[] =
	"usage: countersign reviewer --policy FILE [--email ADDRESS] [--json] NAME\n"
	"                            KEYFILE\n"
	"       countersign reviewer invite NAME [--repo DIR]\n"
	"       countersign reviewer accept NAME [--repo DIR] [--yes]\n"
	"\n"
	"Adds a person who may approve to a policy file, with an SSH public key: to\n"
	"people, to the group reviewers, and, in each rule that has no approvers, the\n"
	"group to the approvers. Run it again to add another key or address.\n"
	"\n"
	"invite prints a link to the review page where a person of the policy can make\n"
	"one passkey within a day. accept shows the fingerprint of that passkey, which\n"
	"the person sees as well, and adds it to the policy file that names the person.\n"
	"\n"
	"  --policy FILE    the policy file, which is replaced atomically\n"
	"  --email ADDRESS  an address that they commit with; they cannot approve their\n"
	"                   own commits\n"
	"  --json           print the result as one JSON object\n"
	"  --repo DIR       the repository (default: the current directory)\n"
	"  --yes            do not ask to confirm the fingerprint\n"
	"\n"
	"Exit status: 0 success, 1 no passkey was accepted, 2 error.\n";

static const struct option options[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "email", required_argument, NULL, 'e' },
	{ "json", no_argument, NULL, 'j' },
	{ NULL, 0, NULL, 0 },
};

static int options_read(struct reviewer *reviewer, int argc, char **argv)
{
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'p')
			reviewer->policy = optarg;
		else if (option == 'j')
			reviewer->json = true;
		else if (option == 'e' && policy_is_email(optarg))
			reviewer->email = optarg;
		else if (option == 'e')
			return complain(optarg, "--email wants an e-mail address");
		else
			return -1;
	}
	if (!reviewer->policy)
		return cli_wrong("reviewer", "needs --policy FILE, or invite or accept");
	if (argc - optind != 2)
		return cli_wrong("reviewer", "needs a NAME and a KEYFILE");
	reviewer->name = argv[optind];
	reviewer->key_file = argv[optind + 1];
	return 0;
}

int cmd_reviewer(const struct env *env, int argc, char **argv)
{
	struct reviewer reviewer = { 0 };
	int read;

	(void)env;
	if (argc > 1 && (strcmp(argv[1], "invite") == 0 || strcmp(argv[1], "accept") == 0))
		return cmd_reviewer_passkey(argc - 1, argv + 1);
	read = options_read(&reviewer, argc, argv);
	if (read >= 0)
		return read ? read : reviewer_put(&reviewer);
	(void)fputs(cmd_reviewer_usage, stderr);
	return 2;
}
