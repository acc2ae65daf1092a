/*
 * countersign-deliver: sends the events of repositories to whom the policy names.  Started by the
 * hooks after a push, and by a timer for the retries.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/env.h"
#include "common/notify/deliver.h"
#include "hooks/attest/attest.h"
#include "hooks/command/deliver_probe.h"
#include "hooks/command/deliver_test.h"
#include "hooks/host/run_as_owner.h"
#include "hooks/witness/cosign.h"

#define AFTER_PUSH 100    /* milliseconds */
#define LIST_SECONDS 1800 /* for one repository of a list, whatever lies in it */

static const char usage[] =
	"usage: countersign-deliver [--after-push] --repo DIR [--sendmail PROGRAM]\n"
	"       countersign-deliver --list FILE [--sendmail PROGRAM]\n"
	"       countersign-deliver --checkpoint DIR\n"
	"       countersign-deliver [--after-push] --attest DIR\n"
	"       countersign-deliver --test URL [--secret FILE] [--ca FILE]\n"
	"                    [--format " WEBHOOK_FORMATS_USAGE "]\n"
	"                    [--client-certificate FILE --client-key FILE]\n"
	"       countersign-deliver --probe URL --account NAME [--ca FILE]\n"
	"\n"
	"Sends queued notifications to the webhooks and people of the policy. The hooks\n"
	"start it after a push, and a timer for retries.\n"
	"\n"
	"  --repo DIR          send what is due there, and wait for early retries\n"
	"  --after-push        wait until the push that started this is over\n"
	"  --list FILE         send what is due in each repository of a list, one\n"
	"                      per line\n"
	"  --attest DIR        attest what has landed there, and sign a checkpoint\n"
	"  --checkpoint DIR    sign a checkpoint of the log there, and have it\n"
	"                      cosigned\n"
	"  --test URL          send a sample of each type, and show the answers;\n"
	"                      with --format mail: addresses, separated by commas\n"
	"  --probe URL         check whether the web server of that repository\n"
	"                      lets in users whose password it did not check\n"
	"  --account NAME      an account of that web server\n"
	"  --format FORMAT     " WEBHOOK_FORMATS_HELP "\n"
	"  --secret FILE       the file with the signing key\n"
	"  --ca FILE           CA certificates to verify the receiver with\n"
	"  --client-certificate FILE\n"
	"                      client certificate, if the receiver requires one\n"
	"  --client-key FILE   its private key\n"
	"  --sendmail PROGRAM  instead of /usr/sbin/sendmail\n"
	"\n"
	"Exit status: 0 success, 1 a sample was refused, 2 error.\n";

static int complain(const struct fault *f)
{
	fprintf(stderr, "countersign-deliver: %s\n", f->text);
	return 2;
}

/* The log's newest checkpoint, cosigned.  The key was read before root's rights were let go of. */
static int checkpoint_one(
	const char *git_dir, const struct log_site *site, bool ask, struct fault *f)
{
	const struct head_terms terms = { .site = site, .cosign = cosign, .ask = ask };
	struct head_made made;

	if (head_make(git_dir, &terms, &made, f) < 0)
		return -1;
	if (made.rows && !made.quorum)
		fprintf(stderr,
			"countersign-deliver: %s: the checkpoint has fewer cosignatures than asked "
			"for%s%s\n",
			git_dir, made.why[0] ? ": " : "", made.why);
	return 0;
}

/* What all of it needs. */
struct serving {
	const struct env *env;
	const struct log_site *site;
	struct deliver_terms terms;
};

/* What landed is attested, and the log signed with it. */
static int attest_one(
	const char *git_dir, const struct serving *serving, int after, struct fault *f)
{
	const struct attest_terms terms = { serving->env, serving->site, after };

	if (attest_landings(git_dir, &terms, f) < 0)
		return -1;
	return checkpoint_one(git_dir, serving->site, false, f);
}

/* Where nothing can be sent, what landed is attested all the same. */
static int deliver_one(const char *git_dir, const struct serving *serving)
{
	struct fault f = { 0 };
	int status = 0;

	if (run_as_owner(git_dir, &f) < 0)
		return complain(&f);
	if (deliver(git_dir, &serving->terms, &f) < 0)
		status = complain(&f);
	fault_clear(&f);
	return attest_one(git_dir, serving, 0, &f) < 0 ? complain(&f) : status;
}

/* `--checkpoint DIR`, by hand: a host without a key cannot. */
static int checkpoint_by_hand(const char *git_dir, const struct log_site *site)
{
	struct fault f = { 0 };

	if (site->signers.count == 0) {
		(void)fault_set(&f, FAULT_ADMIN,
			"this host has no key for its logs, or it is not ours to read: countersign "
			"key new NAME");
		return complain(&f);
	}
	if (run_as_owner(git_dir, &f) < 0 || checkpoint_one(git_dir, site, true, &f) < 0)
		return complain(&f);
	return 0;
}

/* Each in a process of its own: as its owner, and whatever happens to the others. */
static int deliver_list(const char *list, const struct serving *serving)
{
	FILE *file = fopen(list, "re");
	char *line = NULL;
	size_t size = 0;
	int worst = 0, status;

	if (!file)
		return errno == ENOENT ? 0 : 2;
	while (getline(&line, &size, file) > 0) {
		pid_t child;

		line[strcspn(line, "\t\n")] = '\0';
		if (line[0] != '/')
			continue;
		child = fork();
		if (child == 0) {
			(void)alarm(LIST_SECONDS);
			_exit(deliver_one(line, serving));
		}
		if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
			worst = 2;
	}
	free(line);
	(void)fclose(file);
	return worst;
}

struct options {
	bool after_push;
	const char *repo, *list, *checkpoint, *attest, *sendmail;
	struct deliver_sample test; /* url NULL: none */
	struct deliver_probe probe; /* likewise */
};

static int options_read(struct options *options, int argc, char **argv)
{
	const struct {
		const char *name, **value;
	} known[] = { { "--repo", &options->repo }, { "--list", &options->list },
		{ "--checkpoint", &options->checkpoint }, { "--attest", &options->attest },
		{ "--sendmail", &options->sendmail }, { "--test", &options->test.url },
		{ "--probe", &options->probe.url }, { "--account", &options->probe.account },
		{ "--format", &options->test.format }, { "--secret", &options->test.secret_file },
		{ "--ca", &options->test.ca_file },
		{ "--client-certificate", &options->test.client_certificate },
		{ "--client-key", &options->test.client_key } };
	const size_t count = sizeof(known) / sizeof(known[0]);

	options->after_push = argc > 1 && strcmp(argv[1], "--after-push") == 0;
	for (int i = options->after_push ? 2 : 1; i < argc; i += 2) {
		size_t j = 0;

		while (j < count && strcmp(known[j].name, argv[i]) != 0)
			j++;
		if (j == count || i + 1 == argc)
			return -1;
		*known[j].value = argv[i + 1];
	}
	if ((options->after_push && !options->repo && !options->attest) ||
		!*options->test.client_certificate != !*options->test.client_key)
		return -1;
	options->probe.ca_file = options->test.ca_file;
	if (!options->probe.url != !options->probe.account)
		return -1;
	return (options->repo != NULL) + (options->checkpoint != NULL) + (options->attest != NULL) +
				       (options->list != NULL) + (options->test.url != NULL) +
				       (options->probe.url != NULL) ==
			       1
		       ? 0
		       : -1;
}

/*
 * The rest of the push, its later hooks above all, is not to wait for us, neither for the processor
 * nor for the state; an event comes early enough a tenth of a second later.  For how long we look
 * at nothing, in milliseconds.
 */
static int64_t let_push(void)
{
	(void)setpriority(PRIO_PROCESS, 0, 5);
	return AFTER_PUSH;
}

static int attest_by_hand(const struct options *options, const struct serving *serving)
{
	struct fault f = { 0 };
	int after = options->after_push ? (int)let_push() : 0;

	if (run_as_owner(options->attest, &f) < 0 ||
		attest_one(options->attest, serving, after, &f) < 0)
		return complain(&f);
	return 0;
}

static int serve(const struct options *options, struct serving *serving)
{
	if (options->test.url) {
		struct deliver_sample sample = options->test;

		sample.sendmail = options->sendmail;
		return deliver_test(&sample);
	}
	if (options->probe.url)
		return deliver_probe(&options->probe);
	if (options->checkpoint)
		return checkpoint_by_hand(options->checkpoint, serving->site);
	if (options->attest)
		return attest_by_hand(options, serving);
	if (options->list)
		return deliver_list(options->list, serving);
	if (options->after_push)
		serving->terms.after = let_push();
	serving->terms.stay = true;
	return deliver_one(options->repo, serving);
}

int main(int argc, char **argv)
{
	struct options options = { .sendmail = "/usr/sbin/sendmail",
		.test = { .format = "json",
			.secret_file = "",
			.ca_file = "",
			.client_certificate = "",
			.client_key = "" } };
	struct log_site site = { 0 };
	struct fault f = { 0 };
	struct env env;
	struct serving serving = { .env = &env, .site = &site };
	int status = 2;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) == EOF ? 2 : 0;
	if (env_seal(&env, &f) < 0)
		return complain(&f);
	(void)signal(SIGPIPE, SIG_IGN);
	if (options_read(&options, argc, argv) < 0)
		fputs(usage, stderr);
	else {
		/* Events are sent whatever the log's keys are like. */
		if (log_site_read(&site, &f) < 0)
			(void)complain(&f);
		serving.terms.sendmail = options.sendmail;
		status = serve(&options, &serving);
	}
	log_site_release(&site);
	env_release(&env);
	return status;
}
