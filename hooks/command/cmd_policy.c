/* countersign policy: check, classes, diff, explain, init, prove, show, test. */
#include <stdlib.h>
#include <string.h>

#include "common/policy/sources.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/admin/what_exists.h"
#include "hooks/command/command.h"

/* The layer of that word; LAYER_COUNT when there is none. */
static enum layer layer_of(const char *word)
{
	size_t layer = LAYER_SITE;

	while (layer < LAYER_COUNT && strcmp(word, layer_name((enum layer)layer)) != 0)
		layer++;
	return (enum layer)layer;
}

/* `FILE:LINE:COLUMN: PATH: text` as an object; what has another form is all text. */
static json_t *problem_json(const char *line)
{
	const char *at = line, *path, *text, *level = "error";
	unsigned long row = 0, column = 0;
	json_t *problem;
	char *end = NULL;

	for (at = strchr(at, ':'); at; at = strchr(at + 1, ':')) {
		row = strtoul(at + 1, &end, 10);
		if (end == at + 1 || *end != ':')
			continue;
		column = strtoul(end + 1, &end, 10);
		if (*end == ':' && end[1] == ' ')
			break;
	}
	path = at ? end + 2 : NULL;
	text = path ? strstr(path, ": ") : NULL;
	if (!text)
		return json_pack("{s:s, s:o}", "level", level, "text", cli_string(line));
	problem = json_pack("{s:o, s:i, s:i, s:o}", "file", json_stringn(line, (size_t)(at - line)),
		"line", (int)row, "column", (int)column, "path",
		json_stringn(path, (size_t)(text - path)));
	text += 2;
	if (strncmp(text, "warning: ", 9) == 0) {
		level = "warning";
		text += 9;
	}
	json_object_set_new(problem, "level", json_string(level));
	json_object_set_new(problem, "text", cli_string(text));
	return problem;
}

/* The same as one line of JSON for each file, or for the policy in force. */
static int told_json(const char *file, struct buf *errors, int outcome)
{
	json_t *problems = json_array();
	char *rest = errors->len ? errors->data : NULL, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			json_array_append_new(problems, problem_json(line));
	return cli_line(json_pack("{s:i, s:o, s:b, s:o}", "version", 1, "file",
		       file ? cli_string(file) : json_null(), "good", outcome == 0, "problems",
		       problems)) < 0
		       ? 2
		       : outcome;
}

/* Prints errors and warnings; the exit status. */
static int told(const struct buf *errors, int outcome, const struct fault *f)
{
	if (errors->len)
		fputs(errors->data, outcome == 0 ? stdout : stderr);
	return outcome < 0 ? policy_failed(f) : outcome;
}

/* Each on its own; held against a repository when one was named. */
static int check_files(const struct policy_args *words, const struct policy_in_force *in_force)
{
	enum layer layer = words->layer ? layer_of(words->layer) : LAYER_REPOSITORY;
	struct fault site = { 0 };
	int worst = 0;

	if (layer == LAYER_COUNT) {
		fprintf(stderr, "countersign: --layer must be site, repository or delegated\n");
		return 2;
	}
	if (sources_agents(&site) < 0) {
		fprintf(stderr, "countersign: %s\n", site.text);
		return 2;
	}
	for (int i = 0; i < words->count; i++) {
		struct buf errors = BUF_INIT(4u << 20);
		struct fault f = { 0 };
		int status = policy_check_file_in(
			&in_force->sources, words->rest[i], layer, &errors, &f);

		status = words->json && status >= 0 ? told_json(words->rest[i], &errors, status)
						    : told(&errors, status, &f);
		buf_release(&errors);
		if (status == 0 && !words->json)
			printf("%s: good\n", words->rest[i]);
		worst = status > worst ? status : worst;
	}
	return worst;
}

/* The policy in force, all layers together. */
static int check_in_force(const struct policy_args *words, const struct policy_in_force *in_force)
{
	struct buf errors = BUF_INIT(4u << 20);
	struct fault f = { 0 };
	int status = policy_check(&in_force->sources, &errors, &f);

	status = words->json && status >= 0 ? told_json(NULL, &errors, status)
					    : told(&errors, status, &f);
	if (status == 0 && !words->json)
		printf("the policy in force is good\n");
	buf_release(&errors);
	return status;
}

/* A repository that was named is looked at: what the policy speaks of and it does not have. */
static int check(const struct policy_args *words)
{
	struct policy_in_force in_force = { .repo = NULL };
	struct what_exists what = { .exists = { .path_count = 0 } };
	struct fault f = { 0 };
	int status = 0;

	if (words->repo || !words->count)
		status = policy_in_force_open(&in_force, words->repo, &f);
	if (status == 0 && words->repo) {
		status = what_exists_find(&what, in_force.repo, in_force.head, &f);
		in_force.sources.exists = &what.exists;
	}
	if (status < 0)
		status = policy_failed(&f);
	else
		status = words->count ? check_files(words, &in_force)
				      : check_in_force(words, &in_force);
	what_exists_release(&what);
	policy_in_force_release(&in_force);
	return status;
}

static const struct {
	const char *name;
	int (*run)(const struct policy_args *words);
	const char *takes; /* options, each between blanks */
	int least, most;   /* words besides options */
} commands[] = {
	{ "check", check, " --layer --json --repo ", 0, 1000000 },
	{ "classes", policy_classes, " --repo ", 0, 1000 },
	{ "diff", policy_diff, " --layer --range --ref --exit-code --json --repo ", 2, 2 },
	{ "explain", policy_explain, " --agent --person --verified --ref --json --policy --repo ",
		1, 1 },
	{ "init", policy_init, " --output --repo ", 0, 0 },
	{ "prove", policy_prove, " --policy --json --repo ", 1, 1000 },
	{ "show", policy_show, " --json --policy --repo ", 0, 0 },
	{ "test", policy_test, " --policy --repo ", 1, 1 },
};

const char cmd_policy_usage[] =
	"usage: countersign policy check [--layer site|repository|delegated] [--json]\n"
	"                          [--repo DIR] [FILE...]\n"
	"       countersign policy show [--policy FILE] [--json] [--repo DIR]\n"
	"       countersign policy explain PATH [--agent AGENT | --person] [--verified]\n"
	"                          [--ref REF] [--policy FILE] [--json] [--repo DIR]\n"
	"       countersign policy classes [NAME...]\n"
	"       countersign policy init [--output FILE] [--repo DIR]\n"
	"       countersign policy test FILE [--policy FILE] [--repo DIR]\n"
	"       countersign policy diff OLD NEW [--range OLD..NEW [--ref REF]]\n"
	"                          [--layer LAYER] [--exit-code] [--json] [--repo DIR]\n"
	"       countersign policy prove STATEMENT... [--policy FILE] [--json]\n"
	"                          [--repo DIR]\n"
	"\n"
	"check reports errors in the given files, or in the policy in force, and warns\n"
	"about rules and patterns that have no effect; with --repo, also about those\n"
	"that match nothing in that repository. show prints the policy in force and the\n"
	"layer that each part comes from. explain shows which rules apply to a path, and\n"
	"why. classes lists the classes, or only those of that NAME with their parts.\n"
	"init writes a first policy for a repository. test compares the policy in force\n"
	"with the expectations in a file.\n"
	"\n"
	"diff shows for whom, on which refs and at which paths two policies decide\n"
	"differently. With --layer delegated, OLD and NEW may both be -: standard input,\n"
	"the old file, a NUL, and the new one. prove answers yes, or gives a\n"
	"counterexample; its statements are described in countersign(1).\n"
	"\n"
	"  --layer LAYER  the layer that the files are for (default: repository)\n"
	"  --agent AGENT  a change by that agent (default: any agent)\n"
	"  --person       a change by a person\n"
	"  --verified     the agent was recognised by a key or an account\n"
	"  --json         the answer as a JSON object\n"
	"  --policy FILE  use this file instead of the repository's policy\n"
	"  --ref REF      on that ref (default: the branch that HEAD names)\n"
	"  --range RANGE  also pushes in this history that would have ended differently\n"
	"  --exit-code    exit 1 if the policies differ\n"
	"  --output FILE  write here; never overwrites (default: standard output)\n"
	"  --repo DIR     the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 valid, as expected or yes, 1 invalid, different or no, 2 error.\n";

static int usage(void)
{
	fputs(cmd_policy_usage, stderr);
	return 2;
}

int cmd_policy(const struct env *env, int argc, char **argv)
{
	struct policy_args words;

	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		if (policy_args_read(&words, commands[i].takes, argc - 1, argv + 1) < 0 ||
			words.count < commands[i].least || words.count > commands[i].most) {
			(void)cli_wrong("policy", "wrong number of words for %s", commands[i].name);
			return usage();
		}
		words.env = env;
		return commands[i].run(&words);
	}
	if (argc > 1)
		(void)cli_wrong("policy",
			"'%s' is neither check, show, explain, classes, init, test, diff nor prove",
			argv[1]);
	return usage();
}
