/*
 * countersign-deliver --probe: whether a web server lets somebody push whom it has not checked.
 * What is sent is git's beginning of a push without any command in it, so nothing changes even if
 * it is taken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/run.h"
#include "common/base/text.h"
#include "common/notify/http.h"
#include "hooks/command/deliver_probe.h"

#define HEADERS_MAX 20
#define TRIES 3
#define VERSION_MAX 32
#define OPENSSL_SECONDS 10
/* What may be in a certificate's name without meaning anything to openssl. */
#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._@"
#define WRONG "countersign-probe-is-no-password"

/* Headers in which proxies tell the web server behind them who it is. */
static const char *const claims[] = { "X-User", "X-Remote-User", "Remote-User", "Remote_User",
	"X-Forwarded-User", "X-Auth-Request-User", "X-Webauth-User", "X-Authenticated-User",
	"X-Authenticated-Userid", "X-Forwarded-Preferred-Username", "X-SSL-User",
	"X-SSL-Client-CN" };

/* `name:password` as basic authentication has it. */
static void basic(struct buf *out, const char *account, const char *word)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf pair = BUF_INIT(1024);

	(void)buf_addf(&pair, "%s:%s", account, word);
	(void)buf_adds(out, "Authorization: Basic ");
	for (size_t i = 0; i < pair.len; i += 3) {
		unsigned int n = 0, have = 0;

		for (; have < 3 && i + have < pair.len; have++)
			n |= (unsigned int)(unsigned char)pair.data[i + have] << (16 - 8 * have);
		for (unsigned int j = 0; j < 4; j++)
			(void)buf_addc(out, j <= have ? digits[n >> (18 - 6 * j) & 63] : '=');
	}
	buf_release(&pair);
}

/* One request, to its end.  Whether it was answered. */
static bool finish(struct http *http, const struct http_request *request, struct http_reply *reply)
{
	struct fault f = { 0 };
	int got = http_post(http, request, NULL, &f) < 0 ? -1 : 0;

	while (got == 0)
		got = http_next(http, reply, 1000, &f);
	if (got < 0)
		(void)snprintf(reply->words, sizeof(reply->words), "%.200s", f.text);
	return got > 0 && reply->status != 0;
}

/* The address of the repository, and that behind it. */
static const char *below(const struct deliver_probe *probe, const char *path, struct buf *url)
{
	size_t len = strlen(probe->url);

	while (len && probe->url[len - 1] == '/')
		len--;
	(void)buf_addf(url, "%.*s/%s", (int)len, probe->url, path);
	return url->data ? url->data : "";
}

/* The beginning of a push, with a client's certificate if `pem` names one and its key. */
static int ask(struct http *http, const struct deliver_probe *probe, const char *who,
	const char *const *headers, const char *pem)
{
	struct buf url = BUF_INIT(8192);
	struct http_request request = { .url = below(probe, "git-receive-pack", &url),
		.body = { "0000", 4 },
		.headers = headers,
		.ca_file = probe->ca_file,
		.client_certificate = pem,
		.client_key = pem };
	struct buf words = BUF_INIT(8192);
	struct http_reply reply = { 0 };
	bool answered = false;

	/* servers close a connection when the program behind them does not read what was sent */
	for (int i = 0; i < TRIES && !answered; i++)
		answered = finish(http, &request, &reply);
	(void)text_escape(&words, span_of(reply.words));
	printf("%s %ld %s\n", who, answered ? reply.status : 0, words.data ? words.data : "");
	buf_release(&url);
	buf_release(&words);
	return answered ? 0 : 2;
}

/*
 * Whether a file of ours in the repository is to be had by its address: `installed`, which is a
 * version and nothing else.
 */
static void ask_file(struct http *http, const struct deliver_probe *probe)
{
	static const char *const headers[] = { NULL };
	struct buf url = BUF_INIT(8192), text = BUF_INIT(VERSION_MAX);
	struct http_request request = { .url = below(probe, "countersign/installed", &url),
		.method = "GET",
		.body = { "", 0 },
		.headers = headers,
		.ca_file = probe->ca_file,
		.client_certificate = "",
		.client_key = "",
		.answer = &text };
	struct http_reply reply = { 0 };

	printf("file %d\n", finish(http, &request, &reply) && reply.status == 200 && text.len &&
				    text.data[0] >= '0' && text.data[0] <= '9');
	buf_release(&url);
	buf_release(&text);
}

/* A certificate for that account which only its own key has signed, and that key.  0 or -1. */
static int make_certificate(const char *account, const char *pem, struct buf *said)
{
	char subject[256];
	const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
		"ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", subject, "-keyout", pem,
		"-out", pem, NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .seconds = OPENSSL_SECONDS };
	struct fault f = { 0 };
	int exited = 1;

	if (account[strspn(account, PLAIN)])
		return -1;
	(void)snprintf(subject, sizeof(subject), "/CN=%.64s", account);
	if (run(&what, said, &exited, &f) < 0)
		fault_clear(&f);
	return exited == 0 ? 0 : -1;
}

/* Shows a certificate that no authority has signed; without openssl there is none to show. */
static int ask_certificate(
	struct http *http, const struct deliver_probe *probe, const char *const *headers)
{
	char folder[] = "/tmp/countersign-probe.XXXXXX", pem[sizeof(folder) + 8];
	struct buf said = BUF_INIT(8192);
	int status = 0;

	if (strncmp(probe->url, "https:", 6) != 0 || !mkdtemp(folder))
		return 0;
	(void)snprintf(pem, sizeof(pem), "%s/pem", folder);
	if (make_certificate(probe->account, pem, &said) == 0)
		status = ask(http, probe, "certificate", headers, pem);
	(void)unlink(pem);
	(void)rmdir(folder);
	buf_release(&said);
	return status;
}

static int ask_all(struct http *http, const struct deliver_probe *probe)
{
	const char *headers[HEADERS_MAX] = { "Content-Type: application/x-git-receive-pack-request",
		"Expect:", "Connection: close" };
	char claim[sizeof(claims) / sizeof(claims[0])][512];
	const char *const tries[][3] = { { "wrong", probe->account, WRONG },
		{ "empty", probe->account, "" }, { "unknown", "countersign-probe-unknown", WRONG },
		{ "nameless", "", "" } };
	int worst = ask(http, probe, "nobody", headers, "") | ask_certificate(http, probe, headers);

	ask_file(http, probe);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct buf password = BUF_INIT(4096);

		basic(&password, tries[i][1], tries[i][2]);
		headers[3] = password.data;
		worst |= ask(http, probe, tries[i][0], headers, "");
		buf_release(&password);
	}
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		(void)snprintf(claim[i], sizeof(claim[i]), "%s: %.256s", claims[i], probe->account);
		headers[3 + i] = claim[i];
	}
	return worst | ask(http, probe, "header", headers, "");
}

int deliver_probe(const struct deliver_probe *probe)
{
	struct http *http = NULL;
	struct fault f = { 0 };
	int status = 2;

	if (http_new(&http, &f) < 0)
		fprintf(stderr, "countersign-deliver: %s\n", f.text);
	else
		status = ask_all(http, probe);
	http_free(http);
	return status;
}
