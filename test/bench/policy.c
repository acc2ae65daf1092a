/*
 * What it costs to load a policy: a hook does it at every push.  Prints a table; judges nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/policy/policy.h"

#define ROUNDS 200

static const char head[] =
	"{ \"version\": 1, \"refs\": [\"HEAD\", \"refs/tags/**\"], \"people\": { \"alice\": { "
	"\"accounts\": [\"alice\"], "
	"\"groups\": [\"platform\"], \"keys\": [\"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAICvYBsl/DgCvGh/DMo+nY6kmlyPI24+sT5OvcdsYbW6Q\"] } }, "
	"\"agents\": { \"*\": { \"scope\": [\"/src/\", \"/test/\"] } }, \"rules\": [";

static const char *const classes[] = { "infrastructure", "infrastructure.migrations",
	"credential-files", "dependencies", "agent-instructions", "git-controls" };

#define CLASSES (sizeof(classes) / sizeof(classes[0]))

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* So many rules; the first ones name a class each. */
static void write_policy(FILE *out, size_t rules)
{
	fputs(head, out);
	for (size_t i = 0; i < rules; i++) {
		fprintf(out,
			"%s{ \"name\": \"r%zu\", \"action\": \"hold\", \"approvers\": "
			"[\"platform\"], ",
			i ? ",\n" : "\n", i);
		if (i < CLASSES)
			fprintf(out, "\"paths\": [\"class:%s\"] }", classes[i]);
		else
			fprintf(out,
				"\"paths\": [\"/area%zu/\", \"*.part%zu\", \"!/area%zu/docs/\"] }",
				i, i, i);
	}
	fputs("\n] }\n", out);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(size_t rules)
{
	char path[] = "/tmp/bench-policy-XXXXXX";
	struct policy_sources sources = { .repository = path, .head = "refs/heads/main" };
	double times[ROUNDS];
	int fd = mkstemp(path);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out)
		exit(1);
	write_policy(out, rules);
	(void)fclose(out);
	for (size_t i = 0; i < ROUNDS; i++) {
		struct fault f = { 0 };
		struct policy *policy;
		double start = now();

		if (policy_load(&policy, &sources, &f) < 0) {
			fprintf(stderr, "%s\n", f.text);
			exit(1);
		}
		times[i] = now() - start;
		policy_free(policy);
	}
	(void)unlink(path);
	qsort(times, ROUNDS, sizeof(times[0]), by_size);
	printf("%5zu rules  median %.3f ms  p95 %.3f ms  best %.3f ms\n", rules,
		times[ROUNDS / 2] * 1e3, times[ROUNDS * 95 / 100] * 1e3, times[0] * 1e3);
}

int main(void)
{
	static const size_t rules[] = { 1, CLASSES, 40, 400 };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		measure(rules[i]);
	return 0;
}
