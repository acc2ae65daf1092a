/*
 * countersign evidence: for auditors, what answers which control.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "hooks/admin/cli.h"
#include "hooks/attest/bundle.h"
#include "hooks/command/command.h"
#include "hooks/report/evidence.h"

const char cmd_evidence_usage[] =
	"usage: countersign evidence [--since TIME] [--archive FILE]...\n"
	"                            [--format html|json] [--output FILE] [--repo DIR]\n"
	"       countersign evidence --fleet [--json] [--since TIME] [--until TIME]\n"
	"                            [--host NAME]\n"
	"       countersign evidence bundle --range A..B [--ref REF]\n"
	"                            [--sample N --seed SEED] [--repo DIR]\n"
	"       countersign evidence verify FILE [--key FILE] [--trust FILE]\n"
	"\n"
	"Writes an audit report: for each control of OWASP's Top 10 for Agentic\n"
	"Applications and for Non-Human Identities, the NIST AI RMF, CSA MAESTRO,\n"
	"chapter 9 of OWASP's AISVS, SLSA's Source track and OpenSSF's OSPS Baseline,\n"
	"which rules, settings and log figures answer it here, and which controls a git\n"
	"hook cannot reach.\n"
	"\n"
	"bundle prints one signed file with the attestations, log rows, proofs and\n"
	"approvals of each landing in a range, or of a sample. verify detects any\n"
	"changed byte in such a file, without the server.\n"
	"\n"
	"  --since TIME     figures from that time on: 2026-11-23, 2026-11-23T10:00:00Z,\n"
	"                   or 30m, 12h, 7d ago\n"
	"  --until TIME     of a fleet: figures up to that time\n"
	"  --fleet          for each repository of each host of the fleet: how often each\n"
	"                   decision was made, and whether its log was always intact\n"
	"  --host NAME      of a fleet: of that host alone\n"
	"  --json           of a fleet: one JSON object per line\n"
	"  --archive FILE   also rows of the log that were archived and moved elsewhere\n"
	"  --format FORMAT  html (default) or json\n"
	"  --output FILE    write here (default: standard output)\n"
	"  --repo DIR       the repository (default: the current directory)\n"
	"  --range A..B     the commits, such as v1.1..v1.2\n"
	"  --ref REF        only landings on that ref (default: the branch that the end\n"
	"                   of the range landed on)\n"
	"  --sample N       only a sample of that many landings, chosen by the seed\n"
	"  --seed SEED      any text; the same seed chooses the same landings\n"
	"  --key FILE       the host's public keys, as `countersign key show` prints\n"
	"                   them (default: those in the file)\n"
	"  --trust FILE     which signatures on the log's checkpoint count (C2SP\n"
	"                   tlog-policy)\n"
	"\n"
	"Exit status: 0 success, 1 not verified, or a log is broken, 2 error.\n";

static const struct option options[] = {
	{ "repo", required_argument, NULL, 'r' },
	{ "since", required_argument, NULL, 's' },
	{ "archive", required_argument, NULL, 'a' },
	{ "format", required_argument, NULL, 'f' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int print_json(json_t *evidence, FILE *out, struct fault *f)
{
	return json_dumpf(evidence, out, JSON_INDENT(2)) < 0 || fputc('\n', out) == EOF
		       ? fault_set(f, FAULT_ADMIN, "cannot write the report")
		       : 0;
}

static const struct format {
	const char *name;
	int (*print)(json_t *evidence, FILE *out, struct fault *f);
} formats[] = { { "html", evidence_html }, { "json", print_json } };

struct evidence_options {
	const char *repo, *output;
	const struct format *format;
	struct log_figures figures;
};

/* 0, -1, or an option's problem as -1; a NULL format is one that is not known. */
static int take(struct evidence_options *asked, int option)
{
	switch (option) {
	case 'r':
		asked->repo = optarg;
		return 0;
	case 'o':
		asked->output = optarg;
		return 0;
	case 's':
		return cli_time(asked->figures.since, "evidence", optarg);
	case 'a':
		return cli_add(asked->figures.archives, 8, optarg);
	case 'f':
		for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
			if (strcmp(optarg, formats[i].name) == 0) {
				asked->format = &formats[i];
				return 0;
			}
		return cli_wrong("evidence", "--format is html or json, not '%s'", optarg);
	default:
		return -1;
	}
}

/* 0, 1 when help was asked for, or -1. */
static int read_options(struct evidence_options *asked, int argc, char **argv)
{
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return 1;
		if (take(asked, option) < 0)
			return -1;
	}
	return cli_surplus(optind, 0, argc, argv) ? -1 : 0;
}

/* Prints it to where it is asked for; a file is opened only once there is something to write. */
static int print(const struct evidence_options *asked, json_t *evidence, struct fault *f)
{
	FILE *out = asked->output ? fopen(asked->output, "we") : stdout;
	int status = out ? asked->format->print(evidence, out, f) : -1;

	if (out && out != stdout && fclose(out) == EOF)
		status = -1;
	return status < 0 ? fault_set(f, FAULT_ADMIN, "cannot write %s",
				    asked->output ? asked->output : "the report")
			  : 0;
}

static int report(struct evidence_options *asked, struct policy_in_force *in_force, struct fault *f)
{
	char mapping[INSTALL_PATH_MAX];
	json_t *evidence;
	int status;

	if (!in_force->repo)
		return fault_set(
			f, FAULT_ADMIN, "this is not a git repository: name one with --repo");
	if (policy_in_force_load(in_force, f) < 0 ||
		install_paths_join(mapping, in_force->paths.prefix,
			"share/countersign/evidence.json", f) < 0 ||
		log_figures_read(&asked->figures, repo_git_dir(in_force->repo), f) < 0)
		return -1;
	evidence = evidence_of(mapping, in_force, &asked->figures, f);
	status = evidence ? print(asked, evidence, f) : -1;
	json_decref(evidence);
	return status;
}

/* `bundle` and `verify`; -2: it is neither. */
static int run_verb(const struct env *env, int argc, char **argv)
{
	int status = -2;

	if (argc > 1 && strcmp(argv[1], "bundle") == 0)
		status = bundle_command(env, argc - 1, argv + 1);
	else if (argc > 1 && strcmp(argv[1], "verify") == 0)
		status = bundle_verify_command(env, argc - 1, argv + 1);
	if (status != -1)
		return status;
	(void)fputs(cmd_evidence_usage, stderr);
	return 2;
}

int cmd_evidence(const struct env *env, int argc, char **argv)
{
	struct evidence_options asked = { .format = &formats[0] };
	int verb = run_verb(env, argc, argv), help, status = -1;
	struct fault fault = { 0 };
	struct policy_in_force in_force;

	if (verb != -2)
		return verb;
	help = read_options(&asked, argc, argv);
	if (help != 0) {
		(void)fputs(cmd_evidence_usage, help > 0 ? stdout : stderr);
		return help > 0 ? 0 : 2;
	}
	if (policy_in_force_open(&in_force, asked.repo, &fault) == 0)
		status = report(&asked, &in_force, &fault);
	policy_in_force_release(&in_force);
	log_figures_release(&asked.figures);
	return status < 0 ? cli_complain("evidence", &fault) : 0;
}
