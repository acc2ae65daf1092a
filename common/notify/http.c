#include "common/notify/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/notify/libcurl.h"

#define KEPT 200 /* bytes of a reply */

struct http {
	const struct libcurl *lib;
	CURLM *multi;
	size_t active;
};

struct transfer {
	const struct libcurl *lib;
	void *context;
	char *body;
	struct curl_slist *headers;
	struct buf *answer;
	char reply[KEPT + 1];
	size_t kept, read;
	char error[CURL_ERROR_SIZE];
};

int http_new(struct http **out, struct fault *f)
{
	struct http *http = calloc(1, sizeof(*http));

	*out = NULL;
	if (!http)
		return fault_memory(f);
	http->lib = libcurl_load(f);
	if (http->lib && http->lib->curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		http->multi = http->lib->curl_multi_init();
	if (!http->multi) {
		if (http->lib)
			(void)fault_set(f, FAULT_INTERNAL, "libcurl does not start");
		free(http);
		return -1;
	}
	*out = http;
	return 0;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	(void)http->lib->curl_multi_cleanup(http->multi);
	http->lib->curl_global_cleanup();
	free(http);
}

size_t http_active(const struct http *http)
{
	return http->active;
}

static void transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return;
	transfer->lib->curl_slist_free_all(transfer->headers);
	free(transfer->body);
	free(transfer);
}

/* Keeps the beginning of the reply; gives up on one without an end. */
static size_t receive(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t len = size * count, room = KEPT - transfer->kept;

	if (room > len)
		room = len;
	memcpy(transfer->reply + transfer->kept, bytes, room);
	transfer->kept += room;
	if (transfer->answer)
		(void)buf_add(transfer->answer, bytes, len);
	transfer->read += len;
	return transfer->read > HTTP_REPLY_MAX ? 0 : len;
}

static struct transfer *transfer_new(
	const struct libcurl *lib, const struct http_request *request, void *context)
{
	struct transfer *transfer = calloc(1, sizeof(*transfer));

	if (!transfer)
		return NULL;
	transfer->lib = lib;
	transfer->context = context;
	transfer->answer = request->answer;
	transfer->body = malloc(request->body.len + 1);
	if (!transfer->body) {
		transfer_free(transfer);
		return NULL;
	}
	memcpy(transfer->body, request->body.data, request->body.len);
	for (size_t i = 0; request->headers[i]; i++) {
		struct curl_slist *longer =
			lib->curl_slist_append(transfer->headers, request->headers[i]);

		if (!longer) {
			transfer_free(transfer);
			return NULL;
		}
		transfer->headers = longer;
	}
	return transfer;
}

static CURLcode set_text(const struct libcurl *lib, CURL *easy, CURLoption option, const char *text)
{
	return text && text[0] ? lib->curl_easy_setopt(easy, option, text) : CURLE_OK;
}

/* Every setting that must hold; one that does not is a request that is not made. */
static CURLcode configure(CURL *easy, const struct http_request *request, struct transfer *transfer)
{
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {
		{ CURLOPT_POST, 1 },
		{ CURLOPT_POSTFIELDSIZE, (long)request->body.len },
		{ CURLOPT_FOLLOWLOCATION, 0 },
		{ CURLOPT_NETRC, CURL_NETRC_IGNORED },
		{ CURLOPT_NOSIGNAL, 1 },
		{ CURLOPT_SSL_VERIFYPEER, 1 },
		{ CURLOPT_SSL_VERIFYHOST, 2 },
		{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
		{ CURLOPT_TIMEOUT, HTTP_SECONDS },
		{ CURLOPT_CONNECTTIMEOUT, HTTP_SECONDS / 2 },
		{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
	};
	const struct {
		CURLoption option;
		const char *text;
	} texts[] = {
		{ CURLOPT_URL, request->url },
		{ CURLOPT_PROTOCOLS_STR, "http,https" },
		{ CURLOPT_NOPROXY, "*" },
		{ CURLOPT_USERAGENT, "countersign/" COUNTERSIGN_VERSION },
		{ CURLOPT_CAINFO, request->ca_file },
		{ CURLOPT_SSLCERT, request->client_certificate },
		{ CURLOPT_SSLKEY, request->client_key },
		{ CURLOPT_CUSTOMREQUEST, request->method },
	};
	const struct libcurl *lib = transfer->lib;
	CURLcode code = lib->curl_easy_setopt(easy, CURLOPT_PROXY, "");

	for (size_t i = 0; code == CURLE_OK && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		code = lib->curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
	for (size_t i = 0; code == CURLE_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		code = set_text(lib, easy, texts[i].option, texts[i].text);
	if (code == CURLE_OK)
		code = lib->curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body);
	if (code == CURLE_OK)
		code = lib->curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	if (code == CURLE_OK)
		code = lib->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
	if (code == CURLE_OK)
		code = lib->curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	if (code == CURLE_OK)
		code = lib->curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	if (code == CURLE_OK)
		code = lib->curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
	return code;
}

int http_post(struct http *http, const struct http_request *request, void *context, struct fault *f)
{
	struct transfer *transfer = transfer_new(http->lib, request, context);
	CURL *easy = http->lib->curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (transfer && easy)
		code = configure(easy, request, transfer);
	if (code == CURLE_OK && http->lib->curl_multi_add_handle(http->multi, easy) == CURLM_OK) {
		http->active++;
		return 0;
	}
	http->lib->curl_easy_cleanup(easy);
	transfer_free(transfer);
	return fault_set(f, FAULT_ADMIN, "cannot post: %s", http->lib->curl_easy_strerror(code));
}

/*
 * What a failure of TLS is about, "" for another: the library's words alone leave open whose
 * certificate it was.
 */
static const char *tls_trouble(CURLcode code)
{
	static const struct {
		CURLcode code;
		const char *words;
	} troubles[] = {
		{ CURLE_PEER_FAILED_VERIFICATION,
			"TLS: the receiver's certificate does not hold: " },
		{ CURLE_SSL_CACERT_BADFILE, "TLS: the file of authorities cannot be used: " },
		{ CURLE_SSL_CERTPROBLEM, "TLS: our certificate or its key cannot be used: " },
		{ CURLE_SSL_CONNECT_ERROR, "TLS: no agreement with the receiver: " },
	};

	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
		if (troubles[i].code == code)
			return troubles[i].words;
	return "";
}

/* What to say of an ended transfer. */
static void conclude(struct http_reply *reply, const struct transfer *transfer, CURLcode code)
{
	if (code == CURLE_WRITE_ERROR && transfer->read > HTTP_REPLY_MAX)
		code = CURLE_OK; /* the status had come; the rest nobody wanted */
	if ((code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR) && reply->status >= 400)
		code = CURLE_OK; /* a refusal is one, whatever became of its words */
	if (code != CURLE_OK) {
		reply->status = 0;
		(void)snprintf(reply->words, sizeof(reply->words), "no answer: %s%.180s",
			tls_trouble(code),
			transfer->error[0] ? transfer->error
					   : transfer->lib->curl_easy_strerror(code));
	} else if (reply->status >= 200 && reply->status < 300) {
		(void)snprintf(reply->words, sizeof(reply->words), "%ld", reply->status);
	} else {
		(void)snprintf(reply->words, sizeof(reply->words), "%ld%s%s", reply->status,
			transfer->reply[0] ? ": " : "", transfer->reply);
	}
}

/* Takes one ended transfer; whether there was one. */
static bool take(struct http *http, struct http_reply *reply)
{
	struct transfer *transfer = NULL;
	int left;
	CURLMsg *message = http->lib->curl_multi_info_read(http->multi, &left);
	CURL *easy;

	while (message && message->msg != CURLMSG_DONE)
		message = http->lib->curl_multi_info_read(http->multi, &left);
	if (!message)
		return false;
	easy = message->easy_handle;
	(void)http->lib->curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply->status);
	(void)http->lib->curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
	reply->context = transfer->context;
	conclude(reply, transfer, message->data.result);
	(void)http->lib->curl_multi_remove_handle(http->multi, easy);
	http->lib->curl_easy_cleanup(easy);
	transfer_free(transfer);
	http->active--;
	return true;
}

int http_next(struct http *http, struct http_reply *reply, int milliseconds, struct fault *f)
{
	int running = 0;

	*reply = (struct http_reply){ 0 };
	if (take(http, reply))
		return 1;
	if (http->lib->curl_multi_perform(http->multi, &running) != CURLM_OK)
		return fault_set(f, FAULT_INTERNAL, "libcurl stops");
	if (take(http, reply))
		return 1;
	if (http->lib->curl_multi_poll(http->multi, NULL, 0, milliseconds, NULL) != CURLM_OK ||
		http->lib->curl_multi_perform(http->multi, &running) != CURLM_OK)
		return fault_set(f, FAULT_INTERNAL, "libcurl stops");
	return take(http, reply) ? 1 : 0;
}
