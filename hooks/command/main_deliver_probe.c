/*
 * countersign-deliver --probe: whether a web server lets somebody push whom it has not checked.
 * What is sent is git's beginning of a push without any command in it, so nothing changes even if
 * it is taken.
 */
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/notify/http.h"
#include "hooks/command/deliver_probe.h"

#define HEADERS_MAX 16
#define WRONG "countersign-probe-is-no-password"

/* Headers in which proxies tell the web server behind them who it is. */
static const char *const claims[] = { "X-User", "X-Remote-User", "Remote-User", "Remote_User",
	"X-Forwarded-User", "X-Auth-Request-User", "X-Webauth-User", "X-Authenticated-User" };

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

/* One request, to its end.  0: it was answered, or 2. */
static int ask(struct http *http, const struct deliver_probe *probe, const char *who,
	const char *const *headers)
{
	struct buf url = BUF_INIT(8192), words = BUF_INIT(8192);
	struct http_request request = { .body = { "0000", 4 },
		.headers = headers,
		.ca_file = probe->ca_file,
		.client_certificate = "",
		.client_key = "" };
	struct http_reply reply = { 0 };
	struct fault f = { 0 };
	size_t len = strlen(probe->url);
	int got = 0;

	while (len && probe->url[len - 1] == '/')
		len--;
	(void)buf_addf(&url, "%.*s/git-receive-pack", (int)len, probe->url);
	request.url = url.data ? url.data : "";
	if (http_post(http, &request, NULL, &f) < 0)
		got = -1;
	while (got == 0)
		got = http_next(http, &reply, 1000, &f);
	(void)text_escape(&words, span_of(got < 0 ? f.text : reply.words));
	printf("%s %ld %s\n", who, got < 0 ? 0 : reply.status, words.data ? words.data : "");
	buf_release(&url);
	buf_release(&words);
	return got < 0 || !reply.status ? 2 : 0;
}

static int ask_all(struct http *http, const struct deliver_probe *probe)
{
	const char *headers[HEADERS_MAX] = { "Content-Type: application/x-git-receive-pack-request",
		"Expect:" };
	char claim[sizeof(claims) / sizeof(claims[0])][512];
	const char *const tries[][3] = { { "wrong", probe->account, WRONG },
		{ "empty", probe->account, "" }, { "unknown", "countersign-probe-unknown", WRONG },
		{ "nameless", "", "" } };
	int worst = ask(http, probe, "nobody", headers);

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct buf password = BUF_INIT(4096);

		basic(&password, tries[i][1], tries[i][2]);
		headers[2] = password.data;
		worst |= ask(http, probe, tries[i][0], headers);
		buf_release(&password);
	}
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		(void)snprintf(claim[i], sizeof(claim[i]), "%s: %.256s", claims[i], probe->account);
		headers[2 + i] = claim[i];
	}
	return worst | ask(http, probe, "header", headers);
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
