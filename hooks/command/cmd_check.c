/*
 * countersign check [--repo DIR] [--ref REF] [--account NAME] [--json] OLD..NEW
 *
 * Judges a range as if the account had pushed it to the ref, and changes nothing.
 */
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/history/revision.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/gate/report.h"
#include "hooks/gate/session.h"

#define JSON_MAX ((size_t)128 << 20)

enum check_exit {
	CHECK_ALLOW = 0,
	CHECK_DENY = 1,
	CHECK_FAULT = 2,
	CHECK_HOLD = 3,
};

struct check_options {
	const char *folder, *ref, *account, *range;
	bool json;
};

const char cmd_check_usage[] =
	"usage: countersign check [--repo DIR] [--ref REF] [--account NAME] [--json]\n"
	"                         OLD..NEW\n"
	"\n"
	"Judges the commits of the range as if they were pushed to a ref, and changes\n"
	"nothing. No other ref counts as known: with forty zeros as OLD, the whole\n"
	"history of NEW is judged.\n"
	"\n"
	"  --repo DIR      the repository (default: the current directory)\n"
	"  --ref REF       the ref's full name (default: the branch that HEAD names)\n"
	"  --account NAME  the pushing account (default: your user name)\n"
	"  --json          the verdict object\n"
	"\n"
	"Exit status: 0 allow, 1 deny, 2 error, 3 hold.\n";

static const struct option options[] = {
	{ "repo", required_argument, NULL, 'r' },
	{ "ref", required_argument, NULL, 'f' },
	{ "account", required_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* 0, 1 when help was asked for, or -1. */
static int read_options(struct check_options *check, int argc, char **argv)
{
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			check->folder = optarg;
			break;
		case 'f':
			check->ref = optarg;
			break;
		case 'a':
			check->account = optarg;
			break;
		case 'j':
			check->json = true;
			break;
		case 'h':
			return 1;
		default:
			return -1;
		}
	}
	if (optind == argc)
		return cli_wrong("check", "which commits? Give a range, OLD..NEW");
	if (cli_surplus(optind, 1, argc, argv))
		return -1;
	check->range = argv[optind];
	return strstr(check->range, "..")
		       ? 0
		       : cli_wrong("check", "'%s' is not a range such as OLD..NEW", check->range);
}

/* Makes the one update that the range stands for. */
static int make_update(struct session *session, const struct check_options *check, struct fault *f)
{
	struct push *push = &session->facts.push;
	struct ref_update *update;
	struct revision_range range;

	*push = (struct push){ .arena = ARENA_INIT((size_t)1 << 20) };
	if (check->ref && strncmp(check->ref, "refs/", 5) != 0)
		return fault_set(f, FAULT_ADMIN,
			"'%s' is not a ref's full name, such as refs/heads/main", check->ref);
	if (revision_range(session->facts.repo, check->range, &range, f) < 0)
		return -1;
	update = arena_alloc(&push->arena, sizeof(*update));
	if (!update)
		return fault_memory(f);
	update->name = arena_strdup(&push->arena, check->ref ? check->ref : session->facts.head);
	update->target = update->name;
	update->old = update->claimed = range.old;
	update->new = range.new;
	update->old.len = update->claimed.len = update->new.len;
	push->updates = update;
	push->count = 1;
	push->account = arena_strdup(&push->arena, check->account ? check->account : "");
	return update->name && push->account ? 0 : fault_memory(f);
}

/* Who pushes when nobody was named: the user who asks, as with a push over a local path. */
static void default_account(struct check_options *check)
{
	struct passwd *user = check->account ? NULL : getpwuid(getuid());

	if (user)
		check->account = user->pw_name;
}

static int judge_range(struct session *session, const struct env *env,
	const struct check_options *check, struct verdict *verdict, struct fault *f)
{
	const struct facts_choice choice = { .path = check->folder };

	if (session_open(session, env, &choice, f) < 0 || make_update(session, check, f) < 0)
		return -1;
	verdict_init(verdict, &session->facts.push.updates[0]);
	if (session_push(session, true, f) < 0)
		return -1;
	return session_judge(session, verdict, f);
}

static int say(const struct session *session, const struct check_options *check,
	const struct verdict *verdict, struct fault *f)
{
	struct verdict_context context = facts_context(&session->facts);
	struct buf text = BUF_INIT(JSON_MAX);
	int status = 0;

	if (check->json)
		status = verdict_json(verdict, &context, &text, f);
	else
		report_describe(&text, verdict);
	if (status == 0 && text.data)
		(void)printf("%s%s", text.data, check->json ? "\n" : "");
	buf_release(&text);
	return status;
}

int cmd_check(const struct env *env, int argc, char **argv)
{
	static const int exits[] = { CHECK_DENY, CHECK_HOLD, CHECK_ALLOW };
	struct check_options check = { .folder = "." };
	struct session session = { 0 };
	struct verdict verdict = { 0 };
	struct fault fault = { 0 };
	int asked = read_options(&check, argc, argv), status = CHECK_FAULT;

	if (asked != 0) {
		(void)fputs(cmd_check_usage, asked > 0 ? stdout : stderr);
		return asked > 0 ? 0 : CHECK_FAULT;
	}
	default_account(&check);
	if (judge_range(&session, env, &check, &verdict, &fault) < 0 ||
		say(&session, &check, &verdict, &fault) < 0)
		(void)fprintf(stderr, "countersign: %s\n", fault.text);
	else
		status = exits[verdict.decision];
	verdict_release(&verdict);
	session_close(&session);
	return status;
}
