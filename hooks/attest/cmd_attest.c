#include "hooks/attest/cmd_attest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hooks/admin/cli.h"
#include "hooks/attest/verify.h"

const char cmd_attest_usage[] =
	"usage: countersign attest verify COMMIT|TAG|A..B --key FILE [--repo DIR]\n"
	"                  [--ref REF] [--level N] [--reviewed] [--repository URI]\n"
	"                  [--json]\n"
	"\n"
	"Verifies, in a clone, the server's attestations of what landed, from fetched\n"
	"notes (git fetch origin\n"
	"refs/notes/countersign-attestations:refs/notes/countersign-attestations) and\n"
	"the server's public key. Does not contact the server. A range is verified\n"
	"landing by landing, newest first.\n"
	"\n"
	"  --key FILE        public keys, as `countersign key show` prints them on the\n"
	"                    server\n"
	"  --repo DIR        the clone (default: the current directory)\n"
	"  --ref REF         only landings on that ref, such as refs/heads/main\n"
	"  --level N         require at least that level of SLSA's source track\n"
	"  --reviewed        require that two people vouch for each\n"
	"  --repository URI  require that each landed in that repository\n"
	"  --json            print one object\n"
	"\n"
	"Exit status: 0 verified, 1 not verified, 2 error.\n";

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static void print_names(const char *label, const json_t *list, const char *member)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *name = json_string_value(item);

		printf("%s", i == 0 ? label : ", ");
		cli_print(name ? name : text_of(item, member));
		if (!name && *text_of(item, "key"))
			printf(" (%s)", text_of(item, "key"));
		if (!name && *text_of(item, "since"))
			printf(" since %s", text_of(item, "since"));
	}
	if (json_array_size(list) > 0)
		putchar('\n');
}

static void print_landing(const json_t *landing)
{
	json_t *lapse;
	size_t i;

	printf("%.12s landed on ", text_of(landing, "commit"));
	cli_print(text_of(landing, "ref"));
	printf(" at %s, pushed by ", text_of(landing, "time"));
	cli_print(text_of(landing, "actor"));
	printf(", signed by %s\n", text_of(landing, "key"));
	print_names("  level      ", json_object_get(landing, "levels"), "");
	print_names("  controls   ", json_object_get(landing, "controls"), "name");
	print_names("  rules      ", json_object_get(landing, "rules"), "name");
	print_names("  agents     ", json_object_get(landing, "agents"), "");
	print_names("  sessions   ", json_object_get(landing, "sessions"), "where");
	print_names("  approved   ", json_object_get(landing, "approvals"), "by");
	json_array_foreach(json_object_get(landing, "lapses"), i, lapse)
	{
		printf("  lapsed     ");
		cli_print(json_string_value(lapse));
		putchar('\n');
	}
}

static void print_all(const json_t *found, const char *what)
{
	const json_t *list = json_object_get(found, "commits"),
		     *problems = json_object_get(found, "problems");
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item) print_landing(item);
	json_array_foreach(problems, i, item)
	{
		printf("NOT SO: ");
		cli_print(json_string_value(item));
		putchar('\n');
	}
	if (json_array_size(problems) == 0) {
		cli_print(what);
		printf(": %zu landing%s verified\n", json_array_size(list),
			json_array_size(list) == 1 ? "" : "s");
	}
}

static int verify(const struct verify_asked *asked, bool json)
{
	struct fault f = { 0 };
	json_t *found = NULL;
	int status = verify_attestations(&found, asked, &f);

	if (status < 0) {
		json_decref(found);
		return cli_complain("attest", &f);
	}
	if (json)
		return cli_line(found) < 0 ? 2 : status;
	print_all(found, asked->what);
	json_decref(found);
	return status;
}

int cmd_attest(const struct env *env, int argc, char **argv)
{
	struct verify_asked asked = { .folder = "." };
	const char *level = NULL;
	bool json = false;
	const struct cli_option known[] = {
		{ "key", &asked.keys, NULL },
		{ "repo", &asked.folder, NULL },
		{ "ref", &asked.ref, NULL },
		{ "level", &level, NULL },
		{ "repository", &asked.repository, NULL },
		{ "reviewed", NULL, &asked.reviewed },
		{ "json", NULL, &json },
		{ NULL, NULL, NULL },
	};
	int first = cli_options(known, argc, argv), words = first < 0 ? 0 : argc - first;

	(void)env;
	if (words != 2 || strcmp(argv[first], "verify") != 0 || !asked.keys ||
		(level && (strlen(level) != 1 || *level < '0' || *level > '3'))) {
		fputs(cmd_attest_usage, stderr);
		return 2;
	}
	asked.what = argv[first + 1];
	asked.level = level ? *level - '0' : 0;
	return verify(&asked, json);
}
