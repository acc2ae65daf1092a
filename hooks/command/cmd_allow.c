/*
 * countersign allow FINGERPRINT --until DATE --reason TEXT: a false alarm of the detector
 * may stay.  The entry goes into the policy file whose rule finds it, the change into the log.
 */
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hooks/admin/cli.h"
#include "hooks/admin/policy_edit.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/command/command.h"
#include "hooks/gate/record.h"

const char cmd_allow_usage[] =
	"usage: countersign allow FINGERPRINT --until DATE --reason TEXT [--repo DIR]\n"
	"\n"
	"Allows a suspected credential that is a false alarm: adds an entry to the\n"
	"policy file whose rule finds it, prints the change, and logs it.\n"
	"\n"
	"  --until DATE   when the entry ends: 2027-06-30, at the start of that day\n"
	"                 (UTC)\n"
	"  --reason TEXT  why it is allowed\n"
	"  --repo DIR     the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 2 error; nothing was written.\n";

struct allowing {
	const char *fingerprint, *until, *reason, *repo;
	struct policy_in_force in_force;
	enum layer layer;
	struct fault fault;
};

/* The topmost layer that looks for credentials: an entry below it would not count for its rule. */
static int find_layer(struct allowing *a)
{
	const struct policy *policy = a->in_force.policy;
	bool found = false;

	for (size_t i = 0; i < policy->rule_count; i++)
		for (names name = policy->rules[i].content; *name; name++)
			if (strcmp(*name, "credentials") == 0 &&
				(!found || policy->rules[i].layer < a->layer)) {
				found = true;
				a->layer = policy->rules[i].layer;
			}
	if (!found)
		return fault_set(&a->fault, FAULT_ADMIN,
			"no rule of the policy looks for credentials, so nothing needs to be "
			"allowed");
	return a->layer == LAYER_DELEGATED
		       ? fault_set(&a->fault, FAULT_ADMIN,
				 "the rule is in %s: commit the entry there", POLICY_DELEGATED)
		       : 0;
}

static void print_entry(char sign, json_t *entry)
{
	char *text = json_dumps(entry, 0);

	printf("%c ", sign);
	cli_print(text ? text : "");
	putchar('\n');
	free(text);
}

/* Takes out the entry of that fingerprint, if there is one. */
static void drop_entry(json_t *list, const char *fingerprint)
{
	for (size_t i = json_array_size(list); i-- > 0;) {
		json_t *entry = json_array_get(list, i);
		const char *there = json_string_value(json_object_get(entry, "fingerprint"));

		if (!there || strcmp(there, fingerprint) != 0)
			continue;
		print_entry('-', entry);
		(void)json_array_remove(list, i);
	}
}

static int change(struct allowing *a, json_t *root)
{
	json_t *list = json_object_get(root, "allow"), *entry;

	if (!list && json_object_set_new(root, "allow", json_array()) == 0)
		list = json_object_get(root, "allow");
	entry = json_pack("{s:s, s:s, s:s}", "fingerprint", a->fingerprint, "reason", a->reason,
		"until", a->until);
	if (!entry)
		return fault_set(&a->fault, FAULT_ADMIN, "the reason is not UTF-8");
	printf("%s\n", a->in_force.policy->files[a->layer]);
	drop_entry(list, a->fingerprint);
	print_entry('+', entry);
	return json_array_append_new(list, entry) < 0 ? fault_memory(&a->fault) : 0;
}

/* The row of the log: who allowed it is whom the machine says we are. */
static int record(struct allowing *a)
{
	struct passwd *user = getpwuid(getuid());
	char time[32], hash[65];
	json_t *json =
		json_pack("{s:i, s:s, s:s, s:s, s:s}", "version", 1, "fingerprint", a->fingerprint,
			"until", a->until, "reason", a->reason, "layer", layer_name(a->layer));
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	struct log_row row = { .kind = "allowed",
		.time = time,
		.account = user ? user->pw_name : "",
		.policy = a->in_force.policy->digest,
		.verdict = text };
	struct state *state = NULL;
	int status = text ? 0 : fault_memory(&a->fault);

	record_time(time);
	if (status == 0)
		status = state_open(&state, repo_git_dir(a->in_force.repo), STATE_WRITE, &a->fault);
	if (status == 0)
		status = state_begin(state, &a->fault);
	if (status == 0)
		status = state_log_append(state, &row, hash, &a->fault);
	if (status == 0)
		status = state_commit(state, &a->fault);
	state_close(state);
	free(text);
	json_decref(json);
	return status;
}

static int allow(struct allowing *a)
{
	struct policy_edit edit = { .in_force = &a->in_force };
	int status = policy_in_force_open(&a->in_force, a->repo ? a->repo : ".", &a->fault);

	if (status == 0)
		status = policy_in_force_load(&a->in_force, &a->fault);
	if (status == 0)
		status = find_layer(a);
	if (status < 0)
		return -1;
	edit.layer = a->layer;
	status = policy_edit_open(&edit, &a->fault);
	if (status == 0)
		status = change(a, edit.root);
	if (status == 0)
		status = policy_edit_write(&edit, &a->fault);
	policy_edit_release(&edit);
	return status == 0 ? record(a) : -1;
}

/* Whether that day, or that moment, has begun; what is neither is the policy's to refuse. */
static bool is_over(const char *until)
{
	char now[32], digits[2][32];
	const char *const texts[] = { until, now };
	size_t len;
	int order;

	record_time(now);
	for (size_t i = 0; i < 2; i++) {
		len = 0;
		for (const char *c = texts[i]; *c && len < sizeof(digits[i]) - 1; c++)
			if (*c >= '0' && *c <= '9')
				digits[i][len++] = *c;
		digits[i][len] = '\0';
	}
	len = strlen(digits[0]);
	order = strncmp(digits[0], digits[1], len);
	return len >= 8 && (order < 0 || (order == 0 && len == 8));
}

static bool is_fingerprint(const char *text)
{
	return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

int cmd_allow(const struct env *env, int argc, char **argv)
{
	struct allowing a = { .fingerprint = NULL };
	const struct cli_option options[] = { { "until", &a.until, NULL },
		{ "reason", &a.reason, NULL }, { "repo", &a.repo, NULL }, { NULL, NULL, NULL } };
	int first = cli_options(options, argc, argv), status;

	(void)env;
	if (first < 0 || argc - first != 1 || !a.until || !a.reason || !*a.reason) {
		if (first >= 0)
			fprintf(stderr, "countersign allow: needs %s\n",
				argc - first != 1 ? "one FINGERPRINT"
				: !a.until        ? "--until DATE"
						  : "--reason TEXT");
		fputs(cmd_allow_usage, stderr);
		return 2;
	}
	a.fingerprint = argv[first];
	if (!is_fingerprint(a.fingerprint)) {
		fprintf(stderr, "countersign allow: a fingerprint is 32 hex digits, as findings "
				"give it\n");
		return 2;
	}
	if (is_over(a.until)) {
		fprintf(stderr, "countersign allow: %s is over: nothing would be allowed\n",
			a.until);
		return 2;
	}
	status = allow(&a);
	policy_in_force_release(&a.in_force);
	return status < 0 ? cli_complain("allow", &a.fault) : 0;
}
