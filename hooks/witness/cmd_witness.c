#include "hooks/witness/cmd_witness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"

const char cmd_witness_usage[] =
	"usage: countersign witness --key FILE --logs FILE --state DIR\n"
	"                           [--listen ADDRESS:PORT]\n"
	"\n"
	"Serves a witness (C2SP tlog-witness) for the logs of other hosts until it is\n"
	"interrupted, and prints its address. It only cosigns a checkpoint that extends\n"
	"the last one that it cosigned.\n"
	"\n"
	"  --key FILE             its key, made by `countersign key new NAME --witness\n"
	"                         --file FILE`\n"
	"  --logs FILE            the public keys of the hosts, a line each, as their\n"
	"                         `countersign key show` prints them\n"
	"  --state DIR            a folder of its own for the checkpoints that it has\n"
	"                         seen\n"
	"  --listen ADDRESS:PORT  listen there (default: 127.0.0.1:8461; port 0: any\n"
	"                         free port)\n"
	"\n"
	"Exit status: 0 interrupted, 2 error.\n";

int cmd_witness(const struct env *env, int argc, char **argv)
{
	const char *words[10] = { "witness", "--listen", "127.0.0.1:8461", "--key", NULL, "--logs",
		NULL, "--state", NULL };
	const struct cli_option options[] = {
		{ "listen", &words[2], NULL },
		{ "key", &words[4], NULL },
		{ "logs", &words[6], NULL },
		{ "state", &words[8], NULL },
		{ NULL, NULL, NULL },
	};
	struct install_paths paths;
	char program[INSTALL_PATH_MAX];
	struct fault f = { 0 };

	(void)env;
	if (cli_options(options, argc, argv) != argc || !words[4] || !words[6] || !words[8]) {
		fputs(cmd_witness_usage, stderr);
		return 2;
	}
	if (install_paths_find(&paths, &f) < 0 ||
		install_paths_join(program, paths.prefix, "libexec/countersign/witness", &f) < 0)
		return cli_complain("witness", &f);
	(void)execv(program, (char *const *)(uintptr_t)words);
	(void)fault_set(&f, FAULT_ADMIN, "%s: %s", program, strerror(errno));
	return cli_complain("witness", &f);
}
