/*
 * Recall and precision of the credential detector over labelled texts.
 *
 *	detect [-v] FILE.jsonl...
 *
 * Each line is {"text", "secret": true or false, "kind"}: a positive counts as found when there is
 * any finding, a negative as fired at medium confidence or above (`soft`: at any).  With -v, what
 * was missed and what fired is printed.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rules/credentials.h"

struct tally {
	size_t positives, found, negatives, fired, soft;
};

struct best {
	int count;
	enum confidence confidence;
	char kind[64];
};

static int hit(void *context, const struct credential_hit *h)
{
	struct best *best = context;

	if (!best->count++ || h->confidence > best->confidence) {
		best->confidence = h->confidence;
		snprintf(best->kind, sizeof(best->kind), "%s", h->kind);
	}
	return 0;
}

/* Vectors hold binary files as Latin-1: one character a byte.  The bytes' count, or 0: it is text. */
static size_t binary(const char *text, size_t len, char *out)
{
	size_t n = 0, low = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		low += c < 9;
		if ((c & 0xfc) == 0xc0 && i + 1 < len)
			out[n++] = (char)(c << 6 | ((unsigned char)text[++i] & 0x3f));
		else
			out[n++] = (char)c;
	}
	return low ? n : 0;
}

static void judge(struct credentials *c, json_t *row, struct tally *t, bool verbose)
{
	struct best best = { 0 };
	struct fault f = { 0 };
	const char *text = json_string_value(json_object_get(row, "text"));
	const char *path = json_string_value(json_object_get(row, "path"));
	size_t len = json_string_length(json_object_get(row, "text"));
	static char raw[1 << 20];
	size_t raw_len = len < sizeof(raw) ? binary(text, len, raw) : 0;
	bool secret = json_is_true(json_object_get(row, "secret"));

	if (raw_len) {
		text = raw;
		len = raw_len;
	}
	if (credentials_scan(c, span_of(path), (struct span){ text, len }, hit, &best, &f) < 0) {
		fprintf(stderr, "%s\n", f.text);
		exit(2);
	}
	if (secret) {
		t->positives++;
		t->found += best.count > 0;
	} else {
		t->negatives++;
		t->soft += best.count > 0;
		t->fired += best.count > 0 && best.confidence >= CONFIDENCE_MEDIUM;
	}
	if (verbose && secret != (best.count > 0))
		printf("%s %-26s %-20s %.150s\n", secret ? "MISS" : "FIRE",
			json_string_value(json_object_get(row, "kind")), best.kind,
			json_dumps(json_object_get(row, "text"), JSON_ENCODE_ANY));
}

static void file(const char *path, bool verbose)
{
	struct credentials *c;
	struct fault f = { 0 };
	struct tally t = { 0 };
	json_t *row;
	FILE *in = fopen(path, "r");
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

	if (!in || credentials_new(&c, &f) < 0)
		exit(2);
	while ((row = json_loadf(in, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL))) {
		judge(c, row, &t, verbose);
		json_decref(row);
	}
	printf("%-24s positives %4zu found %4zu %5.1f %%   negatives %4zu fired %3zu %4.1f %% (any "
	       "confidence %zu)\n",
		name, t.positives, t.found,
		t.positives ? 100.0 * (double)t.found / (double)t.positives : 0, t.negatives,
		t.fired, t.negatives ? 100.0 * (double)t.fired / (double)t.negatives : 0, t.soft);
	credentials_free(c);
	fclose(in);
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;

	for (int i = 1 + verbose; i < argc; i++)
		file(argv[i], verbose);
	return 0;
}
