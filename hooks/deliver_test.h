/* Showing whether a receiver takes what we send. */
#ifndef HOOKS_DELIVER_TEST_H
#define HOOKS_DELIVER_TEST_H

struct deliver_sample {
	const char *url, *format;
	const char *secret_file, *ca_file; /* "" for none */
};

/* Sends a sample of each type and prints the answers.  0: all were taken, 1: not so, 2. */
int deliver_test(const struct deliver_sample *sample);

#endif
