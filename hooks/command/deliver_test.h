/* Showing whether a receiver takes what we send. */
#ifndef HOOKS_COMMAND_DELIVER_TEST_H
#define HOOKS_COMMAND_DELIVER_TEST_H

struct deliver_sample {
	const char *url, *format; /* url: for mail its addresses, with commas between */
	const char *sendmail;
	const char *secret_file, *ca_file, *client_certificate, *client_key; /* "" for none */
};

/*
 * Sends a sample of each type and prints the answers; where there is none at all, the other types
 * are not sent.  0: all were taken, 1: not so, 2: nothing could be sent.
 */
int deliver_test(const struct deliver_sample *sample);

#endif
