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
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rules/credential/credentials.h"

enum class {
	CLASS_FIXED,   /* tokens of a fixed shape, or known by a vendor's name */
	CLASS_GENERIC, /* passwords and secrets in code, URLs, commands, connection strings */
	CLASS_SAMPLE,  /* filled with one letter: nothing that anybody could use */
	/* hosts, account numbers, public keys and the like, which other tools look for */
	CLASS_NAME,
	CLASS_COUNT,
};

static const char *const class_names[] = { "fixed shape", "generic", "samples (xxxxxxx)",
	"names, no secret" };

struct tally {
	size_t positives, found, sure, negatives, fired, soft, own;
	size_t class_positives[CLASS_COUNT], class_found[CLASS_COUNT];
};

/* Parts of the names of kinds whose shape is free. */
static const char *const generic[] = { ".generic", ".odbc", ".psexec", ".url", ".basic", "keyword",
	"high_entropy", ".postgres", ".redis", ".mysql", ".jdbc", ".gradle", ".netrc", ".phpmailer",
	".vmware", ".jenkins", ".reactapp", ".database", ".rabbitmq", ".mongodb", ".pwhash",
	".filezilla", ".sshpass", ".http", ".curl", "np.jwt.2", "np.jwt.3", ".uri", ".ldap" };

/* Kinds of other tools that say whose account or host it is, or are public. */
static const char identifiers[] =
	" np.arn.1 np.s3.1 np.s3.2 np.gcs.1 np.gcs.2 np.google.1 np.age.1 np.aws.3 np.twitter.1 "
	"np.linkedin.1 np.shopify.1 np.reactapp.1 detect-secrets.ip_public secretlint.no-dotenv "
	"kingfisher.age.3 kingfisher.agora.1 kingfisher.anypoint.2 kingfisher.artifactory.2 "
	"kingfisher.auth0.1 kingfisher.auth0.3 kingfisher.azure.notificationhub.1 "
	"kingfisher.azure.notificationhub.2 kingfisher.azure.notificationhub.3 "
	"kingfisher.azurebatch.2 kingfisher.azuresearch.url.1 kingfisher.azurespeech.1 "
	"kingfisher.azurestorage.1 kingfisher.azuretranslator.1 kingfisher.bitbucket.1 "
	"kingfisher.blynk.10 kingfisher.blynk.11 kingfisher.browserstack.2 kingfisher.canva.2 "
	"kingfisher.censys.1 kingfisher.clickhouse.2 kingfisher.clojars.1 kingfisher.cloudinary.3 "
	"kingfisher.confluence.2 kingfisher.confluent.1 kingfisher.coveralls.1 "
	"kingfisher.cypress.2 kingfisher.datadog.1 kingfisher.docusign.3 kingfisher.dwolla.1 "
	"kingfisher.flutterwave.1 kingfisher.foursquare.1 kingfisher.freshdesk.1 "
	"kingfisher.google.1 kingfisher.grafana.4 kingfisher.helpscout.1 kingfisher.huawei.1 "
	"kingfisher.jfrog.1 kingfisher.jira.1 kingfisher.jira.4 kingfisher.keenio.2 "
	"kingfisher.keycloak.1 kingfisher.langfuse.2 kingfisher.livekit.3 kingfisher.looker.1 "
	"kingfisher.looker.2 kingfisher.mattermost.1 kingfisher.maxmind.2 kingfisher.mixpanel.4 "
	"kingfisher.mongodb.2 kingfisher.octopusdeploy.1 kingfisher.onelogin.1 "
	"kingfisher.onelogin.3 kingfisher.pingidentity.1 kingfisher.planetscale.2 "
	"kingfisher.pollinations.2 kingfisher.ramp.1 kingfisher.ringcentral.1 "
	"kingfisher.ringcentral.3 kingfisher.riot.1 kingfisher.saucelabs.1 kingfisher.saucelabs.2 "
	"kingfisher.shopify.2 kingfisher.sonarqube.2 kingfisher.tableau.2 kingfisher.tableau.3 "
	"kingfisher.testkube.2 kingfisher.testkube.3 kingfisher.travisci.2 "
	"kingfisher.triggerdev.3 kingfisher.truenas.3 kingfisher.upstash.2 kingfisher.upstash.3 "
	"kingfisher.vonage.1 kingfisher.webex.1 kingfisher.webex.3 kingfisher.wechat.1 "
	"kingfisher.yahoo.1 kingfisher.zendesk.1 kingfisher.zendesk.2 kingfisher.zoom.1 ";

static bool same_letters(const char *text, size_t len)
{
	size_t same = 0;

	for (size_t i = 1; i < len; i++) {
		same = text[i] == text[i - 1] && strchr("xXaAbBzZ0", text[i]) ? same + 1 : 0;
		if (same == 6)
			return true;
	}
	return false;
}

static enum class class_of(const char *kind, const char *text, size_t len) {
	char word[100];

	(void)snprintf(word, sizeof(word), " %s ", kind);
	if (strstr(identifiers, word)) return CLASS_NAME;
	if (same_letters(text, len)) return CLASS_SAMPLE;
	for (size_t i = 0; i < sizeof(generic) / sizeof(generic[0]);
		i++) if (strstr(kind, generic[i])) return CLASS_GENERIC;
	return CLASS_FIXED;
}

/*
 * Whether our kind is of the vendor that the other tool's kind is of: np.slack.2 and slack-token.
 */
static bool same_vendor(const char *theirs, const char *ours)
{
	const char *vendor = strchr(theirs, '.');
	size_t n = vendor ? strcspn(vendor + 1, "._-") : 0;

	return n && strncmp(vendor + 1, ours, n) == 0;
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

static void judge(struct credentials *c, json_t *row, struct tally *t, bool verbose)
{
	struct best best = { 0 };
	struct fault f = { 0 };
	const char *text = json_string_value(json_object_get(row, "text"));
	const char *path = json_string_value(json_object_get(row, "path"));
	size_t len = json_string_length(json_object_get(row, "text"));
	static char raw[1 << 20];
	size_t raw_len = len < sizeof(raw) ? binary(text, len, raw) : 0;
	const char *kind = json_string_value(json_object_get(row, "kind"));
	bool fired;
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
		enum class class = class_of(kind, text, len);

		t->positives++;
		t->found += best.count > 0;
		t->sure += best.count > 0 && best.confidence >= CONFIDENCE_MEDIUM;
		t->class_positives[class]++;
		t->class_found[class] += best.count > 0;
	} else {
		t->negatives++;
		t->soft += best.count > 0;
		fired = best.count > 0 && best.confidence >= CONFIDENCE_MEDIUM;
		t->fired += fired;
		t->own += fired && same_vendor(kind, best.kind);
	}
	if (verbose &&
		(secret != (best.count > 0) || (secret && best.confidence == CONFIDENCE_LOW)))
		printf("%s %-26s %-20s %-8s %.150s\n",
			best.count && secret ? "SOFT"
			: secret             ? "MISS"
					     : "FIRE",
			kind, best.kind,
			secret ? class_names[class_of(kind, text, len)]
			: best.confidence >= CONFIDENCE_MEDIUM ? "medium"
							       : "low",
			json_dumps(json_object_get(row, "text"), JSON_ENCODE_ANY));
}

static double percent(size_t part, size_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void classes(const struct tally *t)
{
	for (size_t i = 0; i < CLASS_COUNT; i++)
		printf("  %-22s positives %4zu found %4zu %5.1f %%\n", class_names[i],
			t->class_positives[i], t->class_found[i],
			percent(t->class_found[i], t->class_positives[i]));
}

static void add(struct tally *sum, const struct tally *t)
{
	sum->positives += t->positives;
	sum->found += t->found;
	sum->sure += t->sure;
	sum->negatives += t->negatives;
	sum->fired += t->fired;
	sum->soft += t->soft;
	sum->own += t->own;
	for (size_t i = 0; i < CLASS_COUNT; i++) {
		sum->class_positives[i] += t->class_positives[i];
		sum->class_found[i] += t->class_found[i];
	}
}

static void print(const char *name, const struct tally *t)
{
	printf("%-24s positives %4zu found %4zu %5.1f %% (at medium or above %.1f %%)   negatives "
	       "%4zu fired %3zu %4.1f %% (any "
	       "confidence %zu; of the same vendor %zu, %.1f %%)\n",
		name, t->positives, t->found, percent(t->found, t->positives),
		percent(t->sure, t->positives), t->negatives, t->fired,
		percent(t->fired, t->negatives), t->soft, t->own, percent(t->own, t->negatives));
	classes(t);
}

static void file(const char *path, bool verbose, struct tally *sum)
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
	print(name, &t);
	add(sum, &t);
	credentials_free(c);
	fclose(in);
}

int main(int argc, char **argv)
{
	struct tally sum = { 0 };
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;

	for (int i = 1 + verbose; i < argc; i++)
		file(argv[i], verbose, &sum);
	print("all", &sum);
	return 0;
}
