/* countersign rehearse: what would land if an assistant went rogue, under the policy in force. */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/report/rehearsal.h"

const char cmd_rehearse_usage[] =
	"usage: countersign rehearse [--repo DIR] [--policy FILE] [--enforce]\n"
	"                            [--expect FILE] [--scenarios DIR] [--only NAME]\n"
	"                            [--json]\n"
	"\n"
	"Plays misuse with real pushes through the hooks, against a scratch copy of the\n"
	"repository under the policy in force, and shows the outcome of each. Nothing is\n"
	"changed, nobody is notified, and nothing is left behind.\n"
	"\n"
	"  --repo DIR       the repository (default: the current directory)\n"
	"  --policy FILE    use this file instead of the repository's policy\n"
	"  --enforce        as if a policy that only observes were enforced\n"
	"  --expect FILE    your own expectations: { \"30-token\": \"denied\", ... }, with\n"
	"                   the words denied, held, refused (either of them), lands and\n"
	"                   any\n"
	"  --scenarios DIR  also play your own scenarios, *.sh\n"
	"  --only NAME      only that scenario, or that group of scenarios\n"
	"  --json           everything as one JSON object\n"
	"\n"
	"Exit status: 0 all as expected, 1 something differs, 2 error.\n";

static const struct option options[] = {
	{ "repo", required_argument, NULL, 'r' },
	{ "policy", required_argument, NULL, 'p' },
	{ "enforce", no_argument, NULL, 'f' },
	{ "expect", required_argument, NULL, 'e' },
	{ "scenarios", required_argument, NULL, 's' },
	{ "only", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct rehearse {
	const char *repo, *policy, *expect, *scenarios, *only;
	bool json;
	json_t *expected, *results, *known; /* known: names of scenarios there are */
	size_t counts[OUTCOME_SKIPPED + 1], unexpected, found, observed;
	const char *part; /* whose heading was printed */
	struct rehearsal rehearsal;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* 0, 1 when help was asked for, or -1. */
static int read_options(struct rehearse *r, int argc, char **argv)
{
	const char **const places[] = { ['r'] = &r->repo,
		['p'] = &r->policy,
		['e'] = &r->expect,
		['s'] = &r->scenarios,
		['o'] = &r->only };
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return 1;
		if (option == '?')
			return -1;
		if (option == 'j')
			r->json = true;
		else if (option == 'f')
			r->rehearsal.enforce = true;
		else
			*places[option] = optarg;
	}
	return cli_surplus(optind, 0, argc, argv) ? -1 : 0;
}

static const char *const outcome_words[] = { "denied", "held", "refused", "lands", "skipped" };

/* What is expected of it: the admin's own word, else the shipped one. */
static const char *expectation(const struct rehearse *r, const struct scenario *scenario)
{
	static const char *const shipped[] = {
		[MUST_REFUSE] = "refused", [MUST_LAND] = "lands", [MUST_ANY] = "any"
	};
	const char *own = json_string_value(json_object_get(r->expected, scenario->name));

	return own ? own : shipped[scenario->must];
}

/*
 * Whether it came as expected.  What was skipped is unexpected only where the admin asked for
 * something.
 */
static bool is_expected(
	const struct rehearse *r, const struct scenario *scenario, const struct play *play)
{
	const char *expected = expectation(r, scenario);

	if (play->outcome == OUTCOME_SKIPPED)
		return !json_object_get(r->expected, scenario->name);
	if (strcmp(expected, "refused") ==
		0) /* by the policy: what could not be judged shows nothing */
		return play->outcome == OUTCOME_DENIED || play->outcome == OUTCOME_HELD;
	return strcmp(expected, "any") == 0 || strcmp(expected, outcome_words[play->outcome]) == 0;
}

static int expect_check(const char *path, json_t *expected, struct fault *f)
{
	const char *name;
	json_t *value;

	json_object_foreach(expected, name, value)
	{
		const char *word = json_string_value(value) ? json_string_value(value) : "";

		if (strcmp(word, "denied") != 0 && strcmp(word, "held") != 0 &&
			strcmp(word, "refused") != 0 && strcmp(word, "lands") != 0 &&
			strcmp(word, "any") != 0)
			return fault_set(f, FAULT_ADMIN,
				"%s: %s: wants denied, held, refused, lands or any", path, name);
	}
	return 0;
}

static int expect_read(struct rehearse *r, struct fault *f)
{
	json_error_t error;

	if (!r->expect)
		return 0;
	r->expected = json_load_file(r->expect, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(r->expected))
		return fault_set(f, FAULT_ADMIN, "%s:%d:%d: %s", r->expect,
			r->expected ? 1 : error.line, r->expected ? 1 : error.column,
			r->expected ? "wants an object" : error.text);
	return expect_check(r->expect, r->expected, f);
}

static void print_lines(const struct scenario *scenario, const struct play *play)
{
	if (play->observed)
		printf("              would change that: \"mode\": \"enforce\" (the policy "
		       "observes)\n");
	for (size_t i = 0; !play->observed && i < scenario->line_count; i++)
		printf("              %s %s\n",
			i ? "or:                " : "would change that:", scenario->lines[i]);
}

static void print_text(struct rehearse *r, const struct scenario *scenario, const struct play *play)
{
	bool expected = is_expected(r, scenario, play);
	const char *why = *play->rules ? play->rules : play->detail;

	if (!r->part || strcmp(r->part, scenario->part) != 0)
		printf("%s%s\n", r->part ? "\n" : "", scenario->part);
	printf("  %s %-7s  %-26s ", expected ? " " : "!",
		play->outcome == OUTCOME_LANDED ? "LANDS" : outcome_words[play->outcome],
		scenario->name);
	cli_print(scenario->title);
	if (*why) {
		printf("  [");
		cli_print(why);
		printf("]");
	}
	putchar('\n');
	if (play->outcome == OUTCOME_LANDED && scenario->must != MUST_LAND)
		print_lines(scenario, play);
	else if (!expected)
		printf("              expected: %s\n", expectation(r, scenario));
	(void)fflush(stdout);
}

static json_t *lines_json(const struct scenario *scenario, const struct play *play)
{
	json_t *lines = json_array();

	if (play->outcome != OUTCOME_LANDED || scenario->must == MUST_LAND)
		return lines;
	if (play->observed)
		(void)json_array_append_new(lines, json_string("\"mode\": \"enforce\""));
	for (size_t i = 0; !play->observed && i < scenario->line_count; i++)
		(void)json_array_append_new(lines, cli_string(scenario->lines[i]));
	return lines;
}

static void keep_json(struct rehearse *r, const struct scenario *scenario, const struct play *play)
{
	json_t *rules = json_array();
	const char *at = play->rules;

	while (*at) {
		size_t len = strcspn(at, ",");

		(void)json_array_append_new(rules, json_stringn(at, len));
		at += len + (at[len] == ',');
	}
	(void)json_array_append_new(r->results,
		json_pack("{s:o, s:o, s:o, s:s, s:s, s:b, s:o, s:o, s:o}", "scenario",
			cli_string(scenario->name), "part", cli_string(scenario->part), "title",
			cli_string(scenario->title), "outcome", outcome_words[play->outcome],
			"expected", expectation(r, scenario), "as_expected",
			is_expected(r, scenario, play), "rules", rules, "detail",
			cli_string(play->detail), "would_change", lines_json(scenario, play)));
}

static int play_one(struct rehearse *r, const char *path, struct fault *f)
{
	struct scenario scenario;
	struct play play = { 0 };
	int status = scenario_read(&scenario, path, f);
	bool asked = status == 0 && (!r->only || strcmp(r->only, scenario.name) == 0 ||
					    strcmp(r->only, scenario.part) == 0);

	if (status == 0)
		(void)json_object_set_new(r->known, scenario.name, json_true());
	if (asked) {
		status = rehearsal_play(&r->rehearsal, &scenario, &play, f);
		r->found++;
	}
	if (asked && status == 0) {
		r->counts[play.outcome]++;
		r->unexpected += !is_expected(r, &scenario, &play);
		r->observed += play.observed;
		if (r->json)
			keep_json(r, &scenario, &play);
		else
			print_text(r, &scenario, &play);
		free((char *)r->part);
		r->part = strdup(scenario.part);
	}
	play_release(&play);
	scenario_release(&scenario);
	return status;
}

/* Whether the file is a scenario: *.sh, not hidden, and not one of the two programs. */
static int is_scenario(const struct dirent *entry)
{
	return span_ends(span_of(entry->d_name), ".sh") && strcmp(entry->d_name, "stage.sh") != 0 &&
	       strcmp(entry->d_name, "play.sh") != 0 && entry->d_name[0] != '.';
}

static int play_folder(struct rehearse *r, const char *folder, struct fault *f)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_scenario, alphasort), status = 0;
	char path[INSTALL_PATH_MAX];

	if (count < 0)
		return fault_set(f, FAULT_ADMIN, "no folder of scenarios at %s", folder);
	for (int i = 0; i < count; i++) {
		if (status == 0 && interrupted)
			status = fault_set(f, FAULT_ADMIN, "interrupted");
		if (status == 0)
			status = install_paths_join(path, folder, entries[i]->d_name, f) < 0
					 ? -1
					 : play_one(r, path, f);
		free(entries[i]);
	}
	free(entries);
	return status;
}

static int print_result(const struct rehearse *r, const struct policy *policy)
{
	size_t played = r->counts[OUTCOME_DENIED] + r->counts[OUTCOME_HELD] +
			r->counts[OUTCOME_REFUSED] + r->counts[OUTCOME_LANDED];

	if (r->json)
		return cli_line(json_pack("{s:i, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:O}",
			"version", 1, "policy", policy->digest, "denied",
			(json_int_t)r->counts[OUTCOME_DENIED], "held",
			(json_int_t)r->counts[OUTCOME_HELD], "refused",
			(json_int_t)r->counts[OUTCOME_REFUSED], "landed",
			(json_int_t)r->counts[OUTCOME_LANDED], "skipped",
			(json_int_t)r->counts[OUTCOME_SKIPPED], "unexpected",
			(json_int_t)r->unexpected, "scenarios", r->results));
	printf("\n%zu played: %zu denied, %zu held, %zu refused otherwise, %zu landed; %zu could "
	       "not be played; ",
		played, r->counts[OUTCOME_DENIED], r->counts[OUTCOME_HELD],
		r->counts[OUTCOME_REFUSED], r->counts[OUTCOME_LANDED], r->counts[OUTCOME_SKIPPED]);
	if (r->unexpected)
		printf("%zu not as expected (!)\n", r->unexpected);
	else
		printf("all as expected\n");
	if (r->observed)
		printf("%zu landed only because the policy observes; --enforce plays them as if it "
		       "did not\n",
			r->observed);
	return 0;
}

/* A name that no scenario has would be an expectation that nothing can miss. */
static int expect_known(const struct rehearse *r, struct fault *f)
{
	const char *name;
	json_t *value;

	json_object_foreach(r->expected, name, value)
	{
		if (!json_object_get(r->known, name))
			return fault_set(f, FAULT_ADMIN, "%s: no scenario '%s'", r->expect, name);
	}
	return 0;
}

/* What was named relative to where we stand, whole: the scripts stand elsewhere. */
static int whole_path(const char **path, char room[INSTALL_PATH_MAX], struct fault *f)
{
	char *whole = *path ? realpath(*path, NULL) : NULL;
	int length = whole ? snprintf(room, INSTALL_PATH_MAX, "%s", whole) : 0;

	free(whole);
	if (*path && (length <= 0 || length >= INSTALL_PATH_MAX))
		return fault_set(f, FAULT_ADMIN, "%s: %s", *path, strerror(errno));
	*path = *path ? room : NULL;
	return 0;
}

static int rehearse_all(struct rehearse *r, struct policy_in_force *in_force, struct fault *f)
{
	char programs[INSTALL_PATH_MAX], policy[INSTALL_PATH_MAX], scenarios[INSTALL_PATH_MAX],
		temporary[INSTALL_PATH_MAX];

	if (!in_force->repo)
		return fault_set(
			f, FAULT_ADMIN, "this is not a git repository: name one with --repo");
	if (whole_path(&r->policy, policy, f) < 0 || whole_path(&r->scenarios, scenarios, f) < 0 ||
		whole_path(&r->rehearsal.temporary, temporary, f) < 0)
		return -1;
	if (r->policy)
		in_force->sources.repository = r->policy;
	if (policy_in_force_load(in_force, f) < 0 || expect_read(r, f) < 0 ||
		install_paths_join(
			programs, in_force->paths.prefix, "share/countersign/rehearse", f) < 0)
		return -1;
	r->rehearsal.in_force = in_force;
	r->rehearsal.programs = programs;
	if (rehearsal_begin(&r->rehearsal, f) < 0 || play_folder(r, programs, f) < 0 ||
		(r->scenarios && play_folder(r, r->scenarios, f) < 0))
		return -1;
	if (expect_known(r, f) < 0)
		return -1;
	if (!r->found)
		return fault_set(
			f, FAULT_ADMIN, "no scenario or part %s", r->only ? r->only : "at all");
	return print_result(r, in_force->policy) < 0
		       ? fault_set(f, FAULT_ADMIN, "cannot write the result")
		       : 0;
}

int cmd_rehearse(const struct env *env, int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = on_signal };
	struct rehearse r = { .results = json_array(),
		.known = json_object(),
		.rehearsal.temporary = env_get(env, "TMPDIR") };
	int asked = read_options(&r, argc, argv), status = 2;
	struct fault fault = { 0 };
	struct policy_in_force in_force;

	if (asked != 0) {
		(void)fputs(cmd_rehearse_usage, asked > 0 ? stdout : stderr);
		json_decref(r.results);
		json_decref(r.known);
		return asked > 0 ? 0 : 2;
	}
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
	(void)signal(SIGPIPE,
		SIG_IGN); /* whoever reads may go: what was begun is taken away all the same */
	if (policy_in_force_open(&in_force, r.repo, &fault) == 0 &&
		rehearse_all(&r, &in_force, &fault) == 0)
		status = r.unexpected ? 1 : 0;
	if (rehearsal_end(&r.rehearsal, &fault) < 0 || fault.class)
		status = cli_complain("rehearse", &fault);
	policy_in_force_release(&in_force);
	json_decref(r.expected);
	json_decref(r.known);
	json_decref(r.results);
	free((char *)r.part);
	return status;
}
