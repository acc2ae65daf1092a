/* countersign log: what was decided, and whether the record of it is whole. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/facts/verdict_row.h"
#include "common/state/cut.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/command/log_table.h"
#include "hooks/witness/log_proof.h"
#include "hooks/witness/log_verify.h"

const char cmd_log_usage[] =
	"usage: countersign log [--json] [--follow | --until TIME] [--since TIME]\n"
	"                       [--agent AGENT] [--ref REF] [--decision allow|hold|deny]\n"
	"                       [--archive FILE]... [--iso] [--color WHEN] [--repo DIR]\n"
	"       countersign log --fleet [--json] [--since TIME] [--until TIME]\n"
	"                       [--agent AGENT] [--ref REF] [--decision allow|hold|deny]\n"
	"                       [--host NAME]\n"
	"       countersign log verify [--continue] [--tip HASH] [--checkpoint FILE]...\n"
	"                 [--archive FILE]... [--trust FILE] [--json] [--repo DIR]\n"
	"       countersign log checkpoint [--repo DIR]\n"
	"       countersign log prove ROW [--repo DIR]\n"
	"\n"
	"Shows decisions, oldest first. verify checks that no row was altered, removed\n"
	"or reordered; a broken log raises the event `tampered`, once. checkpoint signs\n"
	"the log's length and root hash and asks witnesses to cosign it. prove prints a\n"
	"proof that a row is in the log; anyone can check it.\n"
	"\n"
	"  --json             one JSON object per line; with verify, a single object\n"
	"  --follow           wait for new rows and show them, until interrupted\n"
	"  --since TIME       from 2026-11-23, 2026-11-23T10:00:00Z, or 30m, 12h, 7d ago\n"
	"  --until TIME       as --since; a date includes the whole day\n"
	"  --agent AGENT      only decisions about that agent; * is any agent\n"
	"  --ref REF          only rows of that ref: its full name, or the end of it\n"
	"  --decision WORD    only rows with that decision\n"
	"  --archive FILE     also rows that were archived and moved elsewhere\n"
	"  --iso              times as with --json, on a terminal, too\n"
	"  --color WHEN       auto (default), always or never\n"
	"  --continue         continue from the last row that was verified\n"
	"  --fleet            the newest rows of all hosts of the fleet\n"
	"  --host NAME        only that host\n"
	"  --tip HASH         a row hash that the log must contain, from an event\n"
	"  --checkpoint FILE  an earlier checkpoint that the log must extend\n"
	"  --trust FILE       C2SP tlog-policy (default: log.policy of the site)\n"
	"  --repo DIR         the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 1 the log is broken or cannot be compared, 2 error.\n";

struct log_options {
	const char *repo, *agent, *ref, *decision;
	struct log_verify_options verify;
	char since[32], until[32]; /* "": not given */
	bool json, follow;
	struct terminal terminal;
	struct table table; /* where standard output is a terminal */
	int64_t after;
};

static const struct option options[] = {
	{ "repo", required_argument, NULL, 'r' },
	{ "json", no_argument, NULL, 'j' },
	{ "iso", no_argument, NULL, 'i' },
	{ "color", required_argument, NULL, 'o' },
	{ "follow", no_argument, NULL, 'f' },
	{ "since", required_argument, NULL, 's' },
	{ "until", required_argument, NULL, 'u' },
	{ "agent", required_argument, NULL, 'a' },
	{ "ref", required_argument, NULL, 'R' },
	{ "decision", required_argument, NULL, 'd' },
	{ "tip", required_argument, NULL, 't' },
	{ "checkpoint", required_argument, NULL, 'c' },
	{ "trust", required_argument, NULL, 'T' },
	{ "archive", required_argument, NULL, 'A' },
	{ "continue", no_argument, NULL, 'C' },
	{ NULL, 0, NULL, 0 },
};

static bool ref_fits(const char *ref, const char *asked)
{
	size_t len = strlen(ref), part = strlen(asked);

	if (len > part && ref[len - part - 1] == '/')
		ref += len - part;
	return strcmp(ref, asked) == 0;
}

/* What an agent did is what landed, and what was found against it. */
static bool was_done(const struct log_entry *entry, const json_t *verdict)
{
	const char *outcome = json_string_value(json_object_get(verdict, "outcome"));

	if (strcmp(entry->row.kind, "outcome") == 0)
		return outcome && strcmp(outcome, "landed") == 0;
	return strcmp(entry->row.decision, "allow") != 0 || entry->fate == FATE_NONE ||
	       entry->fate == FATE_LANDED;
}

static bool wanted(
	const struct log_options *listing, const struct log_entry *entry, const json_t *verdict)
{
	const struct log_row *row = &entry->row;

	if (strcmp(row->time, listing->since) < 0 ||
		strncmp(row->time, listing->until, strlen(listing->until)) > 0)
		return false;
	if (listing->ref && !ref_fits(row->ref, listing->ref))
		return false;
	if (listing->decision && strcmp(row->decision, listing->decision) != 0)
		return false;
	if (listing->agent && !was_done(entry, verdict))
		return false;
	return !listing->agent || verdict_row_names_agent(verdict, listing->agent) ||
	       verdict_row_took_part(verdict, listing->agent);
}

static const char *const fates[] = {
	[FATE_NONE] = "",
	[FATE_AWAITED] = "awaited",
	[FATE_LANDED] = "landed",
	[FATE_NOT_LANDED] = "not landed",
};

static int print_json(const struct log_entry *entry, json_t *verdict)
{
	const struct log_row *row = &entry->row;
	json_t *object = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"seq", (json_int_t)entry->seq, "time", cli_string(row->time), "kind",
		cli_string(row->kind), "account", cli_string(row->account), "ref",
		cli_string(row->ref), "old", cli_string(row->old), "new", cli_string(row->new),
		"decision", cli_string(row->decision), "policy", cli_string(row->policy), "verdict",
		verdict ? json_incref(verdict) : cli_string(row->verdict), "previous",
		cli_string(entry->previous), "hash", cli_string(entry->hash));

	if (object && entry->again) {
		json_object_set_new(object, "again", json_integer((json_int_t)entry->again));
		json_object_set_new(object, "last", cli_string(entry->last));
	}
	if (object && entry->fate != FATE_NONE)
		json_object_set_new(object, "outcome", cli_string(fates[entry->fate]));
	return cli_line(object);
}

/* What the row is about where that is no ref: who was stopped, and why. */
static void print_about(const json_t *verdict)
{
	static const char *const keys[] = { "kind", "name", "reason" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *text = json_string_value(json_object_get(verdict, keys[i]));

		fputs(i && text ? " " : "", stdout);
		cli_print(text ? text : "");
		fputs(i == 1 && json_object_get(verdict, keys[2]) ? ":" : "", stdout);
	}
}

/* Whose commits it was about. */
static void print_agents(const json_t *verdict)
{
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(verdict, "agents"), i, name)
	{
		fputs(i ? ", " : "  ", stdout);
		cli_print(json_string_value(name));
	}
	if (json_is_true(json_object_get(verdict, "more_agents")))
		fputs(", and more", stdout);
}

/* A decision by what it was, any other row by its kind. */
static int print_text(const struct log_entry *entry, const json_t *verdict)
{
	const struct log_row *row = &entry->row;
	const char *outcome = strcmp(row->kind, "outcome") == 0
				      ? json_string_value(json_object_get(verdict, "outcome"))
				      : NULL;

	cli_print(row->time);
	fputs("  ", stdout);
	cli_print(outcome                              ? outcome
		  : strcmp(row->kind, "decision") == 0 ? row->decision
						       : row->kind);
	fputs("  ", stdout);
	if (row->ref[0])
		cli_print(row->ref);
	else
		print_about(verdict);
	fputs("  ", stdout);
	cli_print(row->account);
	printf("  %.12s  %.12s", row->new, entry->hash);
	print_agents(verdict);
	log_table_print_rejection(verdict);
	if (entry->again) {
		printf("  again %lld time%s, last ", (long long)entry->again,
			entry->again == 1 ? "" : "s");
		cli_print(entry->last);
	}
	return putchar('\n') == EOF ? -1 : 0;
}

static int show(void *context, const struct log_entry *entry)
{
	struct log_options *listing = context;
	json_t *verdict = json_loads(entry->row.verdict, 0, NULL);
	int result = 0;

	listing->after = entry->seq;
	if (wanted(listing, entry, verdict) && listing->json)
		result = print_json(entry, verdict);
	else if (wanted(listing, entry, verdict) && listing->terminal.is)
		log_table_row(&listing->table, entry, verdict);
	else if (wanted(listing, entry, verdict))
		result = print_text(entry, verdict);
	json_decref(verdict);
	return result;
}

/* What there is now, behind what was shown. */
static int list_once(struct log_options *listing, const char *git_dir, struct fault *f)
{
	const struct log_filter filter = { .after = listing->after,
		.since = listing->since,
		.until = listing->until,
		.ref = listing->ref,
		.agent = listing->agent };
	struct log_archives archives;
	struct state *state;
	int result;

	if (state_open(&state, git_dir, STATE_READ, f) < 0)
		return -1;
	log_table_begin(&listing->table, &listing->terminal);
	result = log_archives_find(&archives, state, listing->since, listing->verify.archives, f);
	if (result == 0)
		result = log_archives_read(&archives, &filter, show, listing, f);
	log_archives_release(&archives);
	state_close(state);
	return table_end(&listing->table) < 0 ? fault_memory(f) : result;
}

static int list(struct log_options *listing, const char *git_dir, struct fault *f)
{
	int result;

	do {
		result = list_once(listing, git_dir, f);
		if (fflush(stdout) == EOF)
			return 0;
		if (listing->follow && result == 0)
			(void)usleep(500000);
	} while (listing->follow && result == 0);
	return result;
}

static bool is_decision(const char *word)
{
	return strcmp(word, "allow") == 0 || strcmp(word, "hold") == 0 || strcmp(word, "deny") == 0;
}

static int option_read(struct log_options *listing, int option, const char *value)
{
	const char **const texts[] = { ['r'] = &listing->repo,
		['a'] = &listing->agent,
		['R'] = &listing->ref,
		['d'] = &listing->decision,
		['o'] = &listing->terminal.colour_asked,
		['t'] = &listing->verify.tip,
		['T'] = &listing->verify.trust };

	switch (option) {
	case 'j':
		listing->json = true;
		return 0;
	case 'f':
		listing->follow = true;
		return 0;
	case 'i':
		listing->terminal.iso = true;
		return 0;
	case 's':
		return cli_time(listing->since, "log", value);
	case 'u':
		return cli_time(listing->until, "log", value);
	case 'c':
		return cli_add(listing->verify.checkpoints, LOG_VERIFY_FILES, value);
	case 'A':
		return cli_add(listing->verify.archives, LOG_VERIFY_FILES, value);
	case 'C':
		listing->verify.go_on = true;
		return 0;
	case '?':
		return -1;
	default:
		*texts[option] = value;
		return 0;
	}
}

static int options_read(struct log_options *listing, int argc, char **argv)
{
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option_read(listing, option, optarg) < 0)
			return -1;
	if (listing->follow && listing->until[0])
		return cli_wrong("log", "--follow or --until, not both");
	if (listing->decision && !is_decision(listing->decision))
		return cli_wrong("log", "--decision is allow, hold or deny");
	return 0;
}

/* What is done to the log: `log` alone lists it. */
enum act {
	ACT_LIST,
	ACT_VERIFY,
	ACT_CHECKPOINT,
	ACT_PROVE,
	ACT_NONE, /* there is no such word */
};

/* The words behind the options. */
static enum act act_of(int count, char **words)
{
	static const struct {
		const char *word;
		int words;
	} acts[] = {
		[ACT_VERIFY] = { "verify", 1 },
		[ACT_CHECKPOINT] = { "checkpoint", 1 },
		[ACT_PROVE] = { "prove", 2 },
	};

	if (count == 0)
		return ACT_LIST;
	for (enum act act = ACT_VERIFY; act < ACT_NONE; act++)
		if (strcmp(words[0], acts[act].word) == 0)
			return count == acts[act].words ? act : ACT_NONE;
	(void)cli_wrong("log", "'%s' is neither verify, checkpoint nor prove", words[0]);
	return ACT_NONE;
}

/* A number of a row, from 1; 0: it is none. */
static int64_t row_number(const char *text)
{
	char *end;
	long long row = strtoll(text, &end, 10);

	return *end == '\0' && row > 0 ? row : 0;
}

static int prove(const char *git_dir, const char *row, struct fault *f)
{
	if (!row_number(row))
		return fault_set(f, FAULT_ADMIN, "'%s' is not the number of a row", row);
	return log_prove(git_dir, row_number(row), f);
}

int cmd_log(const struct env *env, int argc, char **argv)
{
	struct log_options listing = { 0 };
	struct fault f = { 0 };
	enum act act;
	char *git_dir;
	int result;

	if (options_read(&listing, argc, argv) < 0 ||
		(act = act_of(argc - optind, argv + optind)) == ACT_NONE) {
		fputs(cmd_log_usage, stderr);
		return 2;
	}
	if (terminal_read(&listing.terminal, env, "log") < 0)
		return 2;
	git_dir = cli_git_dir(listing.repo, &f);
	if (!git_dir)
		return cli_complain("log", &f);
	listing.verify.json = listing.json;
	if (act == ACT_VERIFY)
		result = log_verify(env, &listing.verify, git_dir, &f);
	else if (act == ACT_CHECKPOINT)
		result = log_checkpoint(git_dir, &f);
	else if (act == ACT_PROVE)
		result = prove(git_dir, argv[optind + 1], &f);
	else
		result = list(&listing, git_dir, &f);
	free(git_dir);
	return result < 0 && f.class != FAULT_NONE ? cli_complain("log", &f)
	       : result < 0                        ? 0
						   : result;
}
