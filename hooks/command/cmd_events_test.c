/* countersign events test: a sample of each event sent to a receiver, and its answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/notify/deliver_start.h"
#include "common/notify/outbox.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/command/command.h"
#include "hooks/host/run_as_owner.h"

enum { FORMAT, SECRET, CA, CERTIFICATE, KEY, SENDMAIL, SETTINGS };

/* As this command and the deliverer call them. */
static const char *const option_names[SETTINGS] = { "--format", "--secret", "--ca",
	"--client-certificate", "--client-key", "--sendmail" };

struct trial {
	const char *url, *repo;         /* url: or to whom a mail goes */
	char *addresses;                /* of a mail, with commas between; NULL: it is none */
	const char *settings[SETTINGS]; /* NULL: not said */
};

static int options_read(struct trial *trial, int argc, char **argv)
{
	struct cli_option options[SETTINGS + 2] = { { "repo", &trial->repo, NULL } };
	int first;

	for (size_t i = 0; i < SETTINGS; i++)
		options[i + 1] = (struct cli_option){ option_names[i] + strlen("--"),
			&trial->settings[i], NULL };
	first = cli_options(options, argc, argv);
	if (first == argc)
		return cli_wrong("events", "test needs an address, or a name of the policy");
	if (cli_surplus(first, 1, argc, argv))
		return -1;
	trial->url = argv[first];
	return !trial->settings[CERTIFICATE] == !trial->settings[KEY]
		       ? 0
		       : cli_wrong("events", "--client-certificate and --client-key go together");
}

/* Whether what belongs to mails was said of an address of the web, or the other way round. */
static bool is_mixed(const struct trial *trial)
{
	const bool mail = !strstr(trial->url, "://");
	const char *format = trial->settings[FORMAT];

	if (!mail)
		return trial->settings[SENDMAIL] || (format && strcmp(format, "mail") == 0);
	for (size_t i = SECRET; i <= KEY; i++)
		if (trial->settings[i])
			return true;
	return format && strcmp(format, "mail") != 0;
}

static const struct webhook *webhook_of(const struct policy *policy, const char *url)
{
	for (size_t i = 0; policy && i < policy->webhook_count; i++)
		if (policy->webhooks[i].url && strcmp(policy->webhooks[i].url, url) == 0)
			return &policy->webhooks[i];
	return NULL;
}

/* What no option said; of files just what an event would be sent with. */
static void take_settings(struct trial *trial, const struct webhook *webhook)
{
	const char *const theirs[SETTINGS] = { webhook_format_name(webhook->format),
		webhook->secret_file, webhook->ca_file, webhook->client_certificate,
		webhook->client_key, NULL };

	for (size_t i = 0; i < SETTINGS; i++)
		if (!trial->settings[i] && (i == FORMAT || webhook->layer != LAYER_DELEGATED))
			trial->settings[i] = theirs[i];
}

/* To whom a mail goes that is for that address, person or group. */
static int find_addresses(struct trial *trial, const struct policy *policy, struct fault *f)
{
	static const char *const nobody[] = { NULL };
	const char *const to[] = { trial->url, NULL };
	json_t *list = outbox_addresses(policy, to, nobody), *address;
	struct buf text = BUF_INIT((size_t)64 << 10);
	size_t i;

	json_array_foreach(list, i, address)(void)
		buf_addf(&text, "%s%s", i ? "," : "", json_string_value(address));
	json_decref(list);
	if (text.failed || !text.len) {
		buf_release(&text);
		return fault_set(f, FAULT_ADMIN,
			"%s is not an http:// or https:// address, a mail address, or a person or "
			"group of the policy that has one",
			trial->url);
	}
	trial->addresses = text.data;
	trial->settings[FORMAT] = "mail";
	printf("to %s\n", trial->addresses);
	return 0;
}

/*
 * Looks the address up in the policy in force, which may lack it, and then goes on as who would
 * send to it: that root can read a key says nothing of whom the repository belongs to.
 */
static int ask_policy(struct trial *trial, struct policy_in_force *in_force, struct fault *f)
{
	struct fault unread = { 0 };
	const struct webhook *webhook;

	if (policy_in_force_open(in_force, trial->repo, f) < 0)
		return -1;
	if (policy_in_force_load(in_force, &unread) < 0 && in_force->repo) {
		fputs("countersign events: only what options say counts: ", stderr);
		policy_print(stderr, unread.text);
		fputc('\n', stderr);
	}
	if (!strstr(trial->url, "://")) {
		if (find_addresses(trial, in_force->policy, f) < 0)
			return -1;
		return in_force->repo ? run_as_owner(repo_git_dir(in_force->repo), f) : 0;
	}
	webhook = webhook_of(in_force->policy, trial->url);
	if (!webhook)
		return 0;
	puts("with the settings of the policy's webhook");
	take_settings(trial, webhook);
	return in_force->repo ? run_as_owner(repo_git_dir(in_force->repo), f) : 0;
}

/* The deliverer does it, which has libcurl.  Comes back only when it cannot be run. */
static void run(const struct trial *trial)
{
	char *program = deliver_program();
	const char *words[4 + 2 * SETTINGS] = { program, "--test",
		trial->addresses ? trial->addresses : trial->url };
	size_t count = 3;

	for (size_t i = 0; i < SETTINGS; i++) {
		if (!trial->settings[i])
			continue;
		words[count++] = option_names[i];
		words[count++] = trial->settings[i];
	}
	(void)fflush(stdout);
	if (program)
		(void)execv(program, (char **)words);
	perror(program ? program : "countersign events");
	free(program);
}

int cmd_events_test(int argc, char **argv)
{
	struct policy_in_force in_force = { 0 };
	struct trial trial = { 0 };
	struct fault f = { 0 };

	if (options_read(&trial, argc - 1, argv + 1) < 0 || is_mixed(&trial)) {
		fputs(cmd_events_usage, stderr);
		return 2;
	}
	if (ask_policy(&trial, &in_force, &f) < 0)
		(void)policy_failed(&f);
	else
		run(&trial);
	free(trial.addresses);
	policy_in_force_release(&in_force);
	return 2;
}
