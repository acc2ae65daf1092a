/*
 * Recall and precision of the credential detector over labelled texts.
 *
 *	rows.py FILE.jsonl... | detect [-v] -
 *	detect [-v] FILE.jsonl...
 *
 * Each line is {"text", "secret": true or false, "kind"}, and from rows.py "why" (a positive is no
 * credential at all, or a negative holds a real one) and "half".  A positive is sure, and a negative
 * has fired, at medium confidence or above.  With -v, what was missed and what fired is printed.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rules/credential/credentials.h"

/* Of some rows, how many there are and what the detector said. */
struct count {
	size_t rows, found, sure;
};

struct tally {
	struct count positives, credentials,
		fixed;                /* all; without those that are none; of a shape */
	struct count negatives, none; /* all; without a real one */
};

/* Parts of the names of kinds whose shape is free. */
static const char *const generic[] = { ".generic", ".odbc", ".psexec", ".url", ".basic", "keyword",
	"high_entropy", ".postgres", ".redis", ".mysql", ".jdbc", ".gradle", ".netrc", ".phpmailer",
	".vmware", ".jenkins", ".reactapp", ".database", ".rabbitmq", ".mongodb", ".pwhash",
	".filezilla", ".sshpass", ".http", ".curl", "np.jwt.2", "np.jwt.3", ".uri", ".ldap" };

static bool is_generic(const char *kind)
{
	for (size_t i = 0; i < sizeof(generic) / sizeof(generic[0]); i++)
		if (strstr(kind, generic[i]))
			return true;
	return false;
}

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

/*
 * Vectors hold binary files as Latin-1: one character a byte.  The bytes' count, or 0: it is text.
 */
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

static void add(struct count *count, const struct best *best)
{
	count->rows++;
	count->found += best->count > 0;
	count->sure += best->count > 0 && best->confidence >= CONFIDENCE_MEDIUM;
}

static void count_row(struct tally *t, const json_t *row, const struct best *best)
{
	const char *kind = json_string_value(json_object_get(row, "kind"));
	bool labelled = json_object_get(row, "why") != NULL;

	if (json_is_true(json_object_get(row, "secret"))) {
		add(&t->positives, best);
		if (!labelled)
			add(&t->credentials, best);
		if (!labelled && !is_generic(kind))
			add(&t->fixed, best);
		return;
	}
	add(&t->negatives, best);
	if (!labelled)
		add(&t->none, best);
}

static void explain(const json_t *row, const struct best *best)
{
	bool secret = json_is_true(json_object_get(row, "secret"));
	bool sure = best->count > 0 && best->confidence >= CONFIDENCE_MEDIUM;

	if (secret != sure)
		printf("%s %-26s %-20s %-30s %.150s\n",
			best->count && secret ? "SOFT"
			: secret              ? "MISS"
					      : "FIRE",
			json_string_value(json_object_get(row, "kind")), best->kind,
			json_object_get(row, "why") ? json_string_value(json_object_get(row, "why"))
						    : "",
			json_dumps(json_object_get(row, "text"), JSON_ENCODE_ANY));
}

static struct best judge(struct credentials *c, const json_t *row)
{
	struct best best = { 0 };
	struct fault f = { 0 };
	const char *text = json_string_value(json_object_get(row, "text"));
	const char *path = json_string_value(json_object_get(row, "path"));
	size_t len = json_string_length(json_object_get(row, "text"));
	static char raw[1 << 20];
	size_t raw_len = len < sizeof(raw) ? binary(text, len, raw) : 0;

	if (raw_len) {
		text = raw;
		len = raw_len;
	}
	if (credentials_scan(c, span_of(path), (struct span){ text, len }, hit, &best, &f) < 0) {
		fprintf(stderr, "%s\n", f.text);
		exit(2);
	}
	return best;
}

static double percent(size_t part, size_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void line(const char *what, const struct count *count)
{
	if (count->rows)
		printf("  %-34s %5zu   found %5zu %5.1f %%   at medium or above %5zu %5.1f %%\n",
			what, count->rows, count->found, percent(count->found, count->rows),
			count->sure, percent(count->sure, count->rows));
}

static void print(const char *name, const struct tally *t)
{
	printf("%s\n", name);
	line("positives", &t->positives);
	line("that are credentials at all", &t->credentials);
	line("of these with a shape of their own", &t->fixed);
	line("negatives", &t->negatives);
	line("that hold no real one", &t->none);
}

/* All rows, and each half of them. */
static int file(FILE *in, bool verbose, struct tally sums[3])
{
	struct credentials *c;
	struct fault f = { 0 };
	json_t *row;

	if (!in || credentials_new(&c, &f) < 0)
		return 2;
	while ((row = json_loadf(in, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL))) {
		struct best best = judge(c, row);
		const json_t *half = json_object_get(row, "half");

		count_row(&sums[0], row, &best);
		if (half)
			count_row(&sums[1 + (json_integer_value(half) & 1)], row, &best);
		if (verbose)
			explain(row, &best);
		json_decref(row);
	}
	credentials_free(c);
	fclose(in);
	return 0;
}

int main(int argc, char **argv)
{
	struct tally sums[3] = { 0 };
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;

	for (int i = 1 + verbose; i < argc; i++)
		if (file(strcmp(argv[i], "-") == 0 ? stdin : fopen(argv[i], "r"), verbose, sums) !=
			0)
			return 2;
	print("all", &sums[0]);
	for (int half = 0; half < 2 && sums[1].positives.rows; half++)
		print(half ? "the other half" : "one half", &sums[1 + half]);
	return 0;
}
