/*
 * countersign holds: what waits for people, since when.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/command/holds.h"

const char cmd_holds_usage[] =
	"usage: countersign holds [--all] [--json] [--iso] [--color WHEN] [--repo DIR]\n"
	"       countersign holds --fleet [--all] [--json] [--host NAME]\n"
	"       countersign holds show ID [--json] [--repo DIR]\n"
	"       countersign holds drop ID... [--repo DIR]\n"
	"       countersign holds drop --older-than TIME [--repo DIR]\n"
	"       countersign holds store [--repo DIR]\n"
	"\n"
	"Lists held pushes, oldest first: how long they have waited, ref, agent, path,\n"
	"missing approvals and pusher. show prints one with its findings; drop makes\n"
	"holds impossible to approve until they are pushed again. An ID may be\n"
	"shortened. store prints where holds are kept, and creates that repository if\n"
	"the policy names one.\n"
	"\n"
	"  --all              also those that landed, were dropped or were replaced\n"
	"  --json             one JSON object per line\n"
	"  --iso              times instead of ages\n"
	"  --color WHEN       auto (default: on a terminal, unless NO_COLOR is set),\n"
	"                     always or never\n"
	"  --older-than TIME  every hold that is older: 30d, 12h, or before a date such\n"
	"                     as 2027-06-30\n"
	"  --fleet            held pushes on all hosts of the fleet\n"
	"  --host NAME        only that host\n"
	"  --repo DIR         the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 1 no such hold, or it is not open, 2 error.\n";

struct prefix {
	const char *given;
	char id[HOLD_ID_LEN + 1];
	int count;
};

static int on_any(void *context, const struct hold_row *hold)
{
	struct prefix *prefix = context;

	if (strncmp(hold->id, prefix->given, strlen(prefix->given)) != 0)
		return 0;
	(void)snprintf(prefix->id, sizeof(prefix->id), "%s", hold->id);
	return ++prefix->count > 1;
}

int holds_id(struct holds *holds, const char *given, char id[HOLD_ID_LEN + 1], struct fault *f)
{
	struct prefix prefix = { .given = given };
	size_t len = strlen(given);
	bool sound =
		len >= 4 && len <= HOLD_ID_LEN && given[strspn(given, "0123456789abcdef")] == 0;

	if (sound && state_holds(holds->state, len == HOLD_ID_LEN ? given : NULL, NULL, on_any,
			     &prefix, f) < 0)
		return -1;
	if (prefix.count != 1)
		(void)fprintf(stderr,
			prefix.count ? "countersign holds: several holds start with %s\n"
				     : "countersign holds: no hold %s\n",
			given);
	memcpy(id, prefix.id, sizeof(prefix.id));
	return prefix.count == 1 ? 0 : 1;
}

/* Makes the repository that holds go to, and prints where it is.  The exit status. */
static int print_store(const struct env *env, const char *path)
{
	struct facts_choice choice = { .path = path ? path : "." };
	struct facts facts = { 0 };
	struct fault f = { 0 };
	char id[33];

	if (facts_open(&facts, env, &choice, &f) == 0 &&
		facts_repository_id(&facts, true, id, &f) == 0 &&
		facts_holds(&facts, id, &f) == 0 &&
		hold_store_make(&facts.holds, repo_git_dir(facts.repo), env, &f) == 0)
		printf("%s\n", facts.holds.path);
	facts_close(&facts);
	return f.class == FAULT_NONE ? 0 : cli_complain("holds", &f);
}

static int options_read(struct holds *holds, int argc, char **argv)
{
	const struct cli_option options[] = {
		{ "all", NULL, &holds->all },
		{ "json", NULL, &holds->json },
		{ "older-than", &holds->older_than, NULL },
		{ "repo", &holds->repo, NULL },
		{ "iso", NULL, &holds->terminal.iso },
		{ "color", &holds->terminal.colour_asked, NULL },
		{ NULL, NULL, NULL },
	};
	int first = cli_options(options, argc, argv);

	if (first < 0)
		return -1;
	if (first == argc)
		return holds->older_than ? cli_wrong("holds", "--older-than goes with drop") : 0;
	holds->verb = argv[first];
	holds->ids = argv + first + 1;
	holds->id_count = argc - first - 1;
	for (int i = 0; i < holds->id_count; i++)
		if (!*holds->ids[i])
			return cli_wrong("holds", "an ID is empty");
	if (strcmp(holds->verb, "drop") == 0)
		return (holds->id_count > 0) != (holds->older_than != NULL)
			       ? 0
			       : cli_wrong("holds", "drop needs IDs, or --older-than TIME");
	if (holds->older_than)
		return cli_wrong("holds", "--older-than goes with drop");
	if (strcmp(holds->verb, "store") == 0)
		return cli_surplus(first, 1, argc, argv) ? -1 : 0;
	if (strcmp(holds->verb, "show") != 0)
		return cli_wrong("holds", "'%s' is neither show, drop nor store", holds->verb);
	return holds->id_count == 1 ? 0 : cli_wrong("holds", "show needs one ID");
}

/* The policy and the objects, for who may approve it; without them less is told. */
static void find_facts(struct holds *holds)
{
	struct facts_choice choice = { .path = holds->git_dir };
	struct fault f = { 0 };

	if (facts_open(&holds->facts, holds->env, &choice, &f) == 0 &&
		approval_keys_new(
			&holds->keys, holds->facts.policy, file_owner(holds->git_dir), &f) == 0)
		(void)judge_new(&holds->judge, &holds->facts, &f);
	holds->known = f.class == FAULT_NONE;
	if (!holds->known)
		(void)fprintf(
			stderr, "countersign holds: what is missing is not known: %s\n", f.text);
}

static int run_verb(struct holds *holds, struct fault *f)
{
	char id[HOLD_ID_LEN + 1];
	int status;

	if (holds->verb && strcmp(holds->verb, "drop") == 0)
		return holds_drop(holds, f);
	find_facts(holds);
	if (!holds->verb)
		return holds_list(holds, f);
	status = holds_id(holds, holds->ids[0], id, f);
	return status == 0 ? holds_show(holds, id, f) : status;
}

int cmd_holds(const struct env *env, int argc, char **argv)
{
	struct holds holds = { .env = env };
	struct fault f = { 0 };
	int status;

	if (options_read(&holds, argc, argv) < 0) {
		(void)fputs(cmd_holds_usage, stderr);
		return 2;
	}
	if (terminal_read(&holds.terminal, env, "holds") < 0)
		return 2;
	if (holds.verb && strcmp(holds.verb, "store") == 0)
		return print_store(env, holds.repo);
	holds.git_dir = cli_git_dir(holds.repo, &f);
	status = holds.git_dir ? state_open(&holds.state, holds.git_dir, STATE_READ, &f) : -1;
	if (status == 0)
		status = run_verb(&holds, &f);
	judge_free(holds.judge);
	approval_keys_free(holds.keys);
	facts_close(&holds.facts);
	state_close(holds.state);
	free(holds.git_dir);
	return status < 0 ? cli_complain("holds", &f) : status;
}
