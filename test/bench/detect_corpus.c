/*
 * Precision and recall of the credential detector over files with one credential or decoy each.
 *
 *	corpus.py | detect_corpus [-v]
 *	settings.py | detect_corpus [-v]
 *
 * A finding at the line of a credential is right, every other is wrong; a credential without one is
 * missed.  With -v, what is wrong or missed at medium confidence is printed.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/credential/credentials.h"

#define KINDS_MAX 64
#define LEVELS (CONFIDENCE_CERTAIN + 1)

struct tally {
	char kind[32];
	size_t rows, right[LEVELS], wrong[LEVELS], missed[LEVELS];
};

struct seen {
	size_t line;
	bool secret, right[LEVELS];
	size_t wrong[LEVELS];
	char kinds[256];
};

static int hit(void *context, const struct credential_hit *h)
{
	struct seen *s = context;
	size_t n = strlen(s->kinds);

	for (int i = 0; i <= (int)h->confidence; i++)
		if (s->secret && h->line == s->line)
			s->right[i] = true;
		else
			s->wrong[i]++;
	(void)snprintf(s->kinds + n, sizeof(s->kinds) - n, " %s/%d", h->kind, (int)h->confidence);
	return 0;
}

static struct tally *tally_of(struct tally *tallies, const char *kind)
{
	size_t i = 0;

	while (i + 1 < KINDS_MAX && tallies[i].rows && strcmp(tallies[i].kind, kind) != 0)
		i++;
	(void)snprintf(tallies[i].kind, sizeof(tallies[i].kind), "%s", kind);
	return &tallies[i];
}

static void judge(struct credentials *c, json_t *row, struct tally *tallies, bool verbose)
{
	json_t *text = json_object_get(row, "text");
	const char *path = json_string_value(json_object_get(row, "path"));
	const char *kind = json_string_value(json_object_get(row, "kind"));
	struct seen s = { .line = (size_t)json_integer_value(json_object_get(row, "line")),
		.secret = json_is_true(json_object_get(row, "secret")) };
	struct tally *t = tally_of(tallies, kind);
	struct fault f = { 0 };

	if (credentials_scan(c, span_of(path),
		    (struct span){ json_string_value(text), json_string_length(text) }, hit, &s,
		    &f) < 0)
		exit(2);
	t->rows++;
	for (int i = 0; i < LEVELS; i++) {
		t->right[i] += s.right[i];
		t->missed[i] += s.secret && !s.right[i];
		t->wrong[i] += s.wrong[i];
	}
	if (verbose && (s.wrong[CONFIDENCE_MEDIUM] || (s.secret && !s.right[CONFIDENCE_MEDIUM]))) {
		const char *line = json_string_value(text);

		for (size_t i = 1; i < s.line && line; i++)
			line = strchr(line, '\n') + 1;
		printf("%-5s %-14s%s  %s:%.*s\n", s.secret ? "MISS" : "WRONG", kind, s.kinds, path,
			line ? (int)strcspn(line, "\n") : 0, line);
	}
}

static double f1(size_t right, size_t wrong, size_t missed)
{
	return right ? 2.0 * (double)right / (double)(2 * right + wrong + missed) : 0;
}

static void print(const struct tally *tallies)
{
	static const char *const levels[LEVELS] = { "low", "medium", "high", "certain" };

	printf("%-16s %6s   found at low, medium, high, certain\n", "kind", "rows");
	for (size_t i = 0; i < KINDS_MAX && tallies[i].rows; i++) {
		const struct tally *t = &tallies[i];

		printf("%-16s %6zu  ", t->kind, t->rows);
		for (int k = 0; k < LEVELS; k++)
			printf(" %5zu", t->right[k] + t->wrong[k]);
		putchar('\n');
	}
	for (int k = 0; k < LEVELS; k++) {
		size_t right = 0, wrong = 0, missed = 0;

		for (size_t i = 0; i < KINDS_MAX; i++) {
			right += tallies[i].right[k];
			wrong += tallies[i].wrong[k];
			missed += tallies[i].missed[k];
		}
		printf("%-8s right %5zu wrong %5zu missed %5zu  F1 %.3f\n", levels[k], right, wrong,
			missed, f1(right, wrong, missed));
	}
}

int main(int argc, char **argv)
{
	static struct tally tallies[KINDS_MAX];
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	struct credentials *c;
	struct fault f = { 0 };
	json_t *row;

	if (credentials_new(&c, &f) < 0)
		return 2;
	while ((row = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL))) {
		judge(c, row, tallies, verbose);
		json_decref(row);
	}
	credentials_free(c);
	print(tallies);
	return 0;
}
