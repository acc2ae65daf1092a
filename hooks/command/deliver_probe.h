/* What a web server that git is behind lets in: the part of `status --http` that needs libcurl. */
#ifndef HOOKS_COMMAND_DELIVER_PROBE_H
#define HOOKS_COMMAND_DELIVER_PROBE_H

struct deliver_probe {
	const char *url, *account;
	const char *ca_file; /* "" for none */
};

/*
 * Asks for a push that has nothing in it: without an account, with a wrong password, with a
 * certificate that nobody has signed, and with headers that say who it is.  Prints a line for each,
 * `WHO STATUS WORDS`; status 0 is no answer.  Then `file 1` if files of the repository are served.
 * 0: all were answered, or 2.
 */
int deliver_probe(const struct deliver_probe *probe);

#endif
