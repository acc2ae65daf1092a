/*
 * POSTing, several at a time: the one module that knows libcurl.
 *
 * Only http and https; no redirect is followed; no proxy, netrc or other setting of the environment
 * counts; the peer's certificate and name are verified; ten seconds in all; of the reply, 64 KiB at
 * most are read and 200 bytes kept.
 */
#ifndef COMMON_NOTIFY_HTTP_H
#define COMMON_NOTIFY_HTTP_H

#include "common/base/buf.h"
#include "common/base/fault.h"

#define HTTP_SECONDS 10
#define HTTP_REPLY_MAX ((size_t)64 << 10)

struct http;

/*
 * What is sent; copied.  `answer`, if not NULL, gets the reply as far as it has room; it must
 * outlive the request.
 */
struct http_request {
	const char *url;
	struct span body;
	const char *const *headers;                            /* `Name: value`, NULL-terminated */
	const char *ca_file, *client_certificate, *client_key; /* "" for none */
	const char *method;                                    /* NULL: POST */
	struct buf *answer;
};

/* What came of it. */
struct http_reply {
	void *context; /* given to http_post() */
	long status;   /* 0: there was no answer */
	/* `200`, `500: ...` or why there was no answer; may hold the receiver's bytes */
	char words[256];
};

/* Ready to post; for http_free().  0 or -1. */
int http_new(struct http **out, struct fault *f);

/* Frees it, once no request is under way; NULL is fine. */
void http_free(struct http *http);

/* Starts a request.  Its reply comes by http_next() with the context.  0 or -1. */
int http_post(
	struct http *http, const struct http_request *request, void *context, struct fault *f);

/* How many requests are under way. */
size_t http_active(const struct http *http);

/* Works for at most that long, until a request ends.  1: *reply tells of it; 0: none ended; -1. */
int http_next(struct http *http, struct http_reply *reply, int milliseconds, struct fault *f);

#endif
