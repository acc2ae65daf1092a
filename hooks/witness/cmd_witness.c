#include "hooks/witness/cmd_witness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"

const char cmd_witness_usage[] =
	"usage: countersign witness --key FILE --logs FILE --state DIR [--listen ADDRESS:PORT]\n"
	"\n"
	"Serves a witness (C2SP tlog-witness) for the logs of other hosts, until it is stopped.\n"
	"It cosigns a checkpoint that goes on from the last one that it cosigned, and nothing\n"
	"else.  Prints its address.\n"
	"\n"
	"  --key FILE             its key: countersign key new NAME --witness --file FILE\n"
	"  --logs FILE            the public keys of the hosts, a line each, as their\n"
	"                         `countersign key show` prints them\n"
	"  --state DIR            a folder of its own, in which it keeps what it has seen\n"
	"  --listen ADDRESS:PORT  where to (default: 127.0.0.1:8461; port 0: any that is free)\n"
	"\n"
	"Exit status: 0 it was stopped, 2 error.\n";

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
