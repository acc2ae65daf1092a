/*
 * What receivers answer, any bytes at all: the request ends, only what says 2xx counts as taken, and
 * what is kept of the answer is bounded.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/notify/http.h"

static struct span answer;
static int ear = -1;
static char url[64];

static void must(bool so)
{
	if (!so)
		__builtin_trap();
}

static void listen_once(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);

	if (ear >= 0)
		return;
	ear = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(ear >= 0 && bind(ear, (struct sockaddr *)&address, len) == 0 && listen(ear, 4) == 0 &&
		getsockname(ear, (struct sockaddr *)&address, &len) == 0);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(address.sin_port));
}

/* Takes one request and says the bytes, and no more. */
static void *serve(void *context)
{
	char request[4096];
	size_t said = 0;
	ssize_t n = 1;
	int peer = accept4(ear, NULL, NULL, SOCK_CLOEXEC);

	(void)context;
	(void)!recv(peer, request, sizeof(request), 0);
	while (said < answer.len && n > 0) {
		n = send(peer, answer.data + said, answer.len - said, MSG_NOSIGNAL);
		said += n > 0 ? (size_t)n : 0;
	}
	(void)shutdown(peer, SHUT_WR);
	while (recv(peer, request, sizeof(request), 0) > 0)
		;
	(void)close(peer);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const headers[] = { "Content-Type: application/json", "Expect:", NULL };
	const struct http_request request = { .url = url, .body = { "{}", 2 }, .headers = headers };
	struct http_reply reply = { 0 };
	struct http *http = NULL;
	struct fault f = { 0 };
	struct buf whole = BUF_INIT((size_t)4 << 20);
	pthread_t server;
	int got = 0;

	listen_once();
	/* half of them begin as answers do */
	(void)buf_adds(&whole, size % 2 ? "HTTP/1.1 " : "");
	(void)buf_add(&whole, data, size);
	answer = buf_span(&whole);
	must(pthread_create(&server, NULL, serve, NULL) == 0);
	must(http_new(&http, &f) == 0 && http_post(http, &request, &reply, &f) == 0);
	while (got == 0)
		got = http_next(http, &reply, 1000, &f);
	must(got == 1 && reply.context == &reply && http_active(http) == 0);
	must(strnlen(reply.words, sizeof(reply.words)) < sizeof(reply.words));
	must(reply.status < 200 || reply.status > 299 || memmem(answer.data, answer.len, " 2", 2));
	http_free(http);
	(void)pthread_join(server, NULL);
	buf_release(&whole);
	return 0;
}
