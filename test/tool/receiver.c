/*
 * A receiver of webhooks for tests and the demo.
 *
 *	receiver [--secret FILE] [--mode MODE] [--out FILE] [--port-file FILE]
 *
 * Listens on a free port of 127.0.0.1, prints it on a line when ready and appends a line for each
 * request it took: id, timestamp, signature, `good`, `bad` or `none`, and the body, separated by
 * tabs.  MODE is one of
 *	ok            take everything
 *	status:N      answer N
 *	fail:N        answer 500 N times, then take everything
 *	flaky         answer 500, hang up, or take it, at random; sometimes take it and hang up
 *	stall         never answer
 *	cut           hang up
 *	redirect:URL  send elsewhere
 *	endless       take it and answer without an end
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX (4 << 20)

struct receiver {
	const char *mode;
	unsigned char key[4096];
	int key_len; /* 0: signatures are not looked at */
	int out;
	int *failures; /* left, shared between all connections */
};

struct request {
	char *bytes, *body;
	size_t len, body_len;
};

static const char *header(const struct request *request, const char *name, char *out, size_t size)
{
	size_t len = strlen(name);

	out[0] = '\0';
	for (char *line = request->bytes; line && line < request->body; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncasecmp(line, name, len) != 0 || line[len] != ':')
			continue;
		line += len + 1 + strspn(line + len + 1, " ");
		(void)snprintf(out, size, "%.*s", (int)strcspn(line, "\r\n"), line);
		break;
	}
	return out;
}

/* Reads one request: 1, or 0 when the sender hung up. */
static int request_read(int peer, struct request *request)
{
	char length[32], *end = NULL;

	request->len = 0;
	request->body = NULL;
	while (request->len < REQUEST_MAX) {
		ssize_t got = read(peer, request->bytes + request->len, REQUEST_MAX - request->len);

		if (got <= 0)
			return 0;
		request->len += (size_t)got;
		request->bytes[request->len] = '\0';
		end = strstr(request->bytes, "\r\n\r\n");
		if (!end)
			continue;
		request->body = end + 4;
		request->body_len = strtoul(
			header(request, "content-length", length, sizeof(length)), NULL, 10);
		if (request->len >= (size_t)(request->body - request->bytes) + request->body_len)
			return 1;
	}
	return 0;
}

static const char *judge(const struct receiver *receiver, const struct request *request,
	const char *id, const char *timestamp, const char *signature)
{
	size_t size = request->body_len + 256;
	char *text = malloc(size);
	unsigned char mac[32], base64[64];
	unsigned int mac_len = 0;
	char expected[80];
	int head;

	if (!receiver->key_len || !text)
		return "none";
	head = snprintf(text, size, "%s.%s.", id, timestamp);
	memcpy(text + head, request->body, request->body_len);
	(void)HMAC(EVP_sha256(), receiver->key, receiver->key_len, (unsigned char *)text,
		(size_t)head + request->body_len, mac, &mac_len);
	(void)EVP_EncodeBlock(base64, mac, (int)mac_len);
	(void)snprintf(expected, sizeof(expected), "v1,%s", (char *)base64);
	free(text);
	return strcmp(expected, signature) == 0 ? "good" : "bad";
}

static void note(const struct receiver *receiver, const struct request *request)
{
	char id[128], timestamp[64], signature[256];
	char *line = NULL;
	int len;

	(void)header(request, "webhook-id", id, sizeof(id));
	(void)header(request, "webhook-timestamp", timestamp, sizeof(timestamp));
	(void)header(request, "webhook-signature", signature, sizeof(signature));
	len = asprintf(&line, "%s\t%s\t%s\t%s\t%.*s\n", id, timestamp, signature,
		judge(receiver, request, id, timestamp, signature), (int)request->body_len,
		request->body);
	if (len > 0)
		(void)!write(receiver->out, line, (size_t)len);
	free(line);
}

static void answer(int peer, int status, const char *more)
{
	char *text = NULL;
	int len = asprintf(&text, "HTTP/1.1 %d It\r\nContent-Length: 2\r\n%s\r\nok", status, more);

	if (len > 0)
		(void)!write(peer, text, (size_t)len);
	free(text);
}

static void endless(int peer)
{
	static const char head[] = "HTTP/1.1 200 It\r\n\r\n";
	char bytes[4096];

	memset(bytes, 'x', sizeof(bytes));
	(void)!write(peer, head, sizeof(head) - 1);
	while (write(peer, bytes, sizeof(bytes)) > 0)
		;
}

/* Does with the request what the mode says; whether the connection goes on. */
static bool respond(const struct receiver *receiver, int peer, const struct request *request)
{
	const char *mode = receiver->mode;
	char location[512];
	int dice = strcmp(mode, "flaky") == 0 ? rand() % 8 : 7;

	if (strcmp(mode, "stall") == 0)
		(void)pause();
	if (strcmp(mode, "cut") == 0 || dice == 0)
		return false;
	if (strncmp(mode, "redirect:", 9) == 0) {
		(void)snprintf(location, sizeof(location), "Location: %s\r\n", mode + 9);
		answer(peer, 307, location);
		return true;
	}
	if (dice < 3 || __atomic_fetch_sub(receiver->failures, 1, __ATOMIC_SEQ_CST) > 0) {
		answer(peer, 500, "");
		return true;
	}
	note(receiver, request);
	if (dice == 3)
		return false;
	if (strcmp(mode, "endless") == 0)
		endless(peer);
	answer(peer, strncmp(mode, "status:", 7) == 0 ? (int)strtol(mode + 7, NULL, 10) : 200, "");
	return true;
}

static void serve(const struct receiver *receiver, int peer)
{
	struct request request = { .bytes = malloc(REQUEST_MAX + 1) };

	srand((unsigned int)(time(NULL) ^ (getpid() << 8)));
	while (request.bytes && request_read(peer, &request) && respond(receiver, peer, &request))
		;
	_exit(0);
}

static void key_read(struct receiver *receiver, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t len = file ? fread(receiver->key, 1, sizeof(receiver->key) - 1, file) : 0;

	while (len && receiver->key[len - 1] == '\n')
		len--;
	receiver->key[len] = '\0';
	receiver->key_len = (int)len;
	if (len > 6 && memcmp(receiver->key, "whsec_", 6) == 0) {
		size_t padding = (receiver->key[len - 1] == '=') + (receiver->key[len - 2] == '=');
		unsigned char decoded[4096];

		receiver->key_len =
			EVP_DecodeBlock(decoded, receiver->key + 6, (int)len - 6) - (int)padding;
		memcpy(receiver->key, decoded, sizeof(decoded));
	}
	if (file)
		(void)fclose(file);
}

static int listen_on_free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int ear = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (ear < 0 || bind(ear, (struct sockaddr *)&address, len) < 0 || listen(ear, 128) < 0 ||
		getsockname(ear, (struct sockaddr *)&address, &len) < 0)
		return -1;
	printf("%d\n", ntohs(address.sin_port));
	(void)fflush(stdout);
	return ear;
}

int main(int argc, char **argv)
{
	struct receiver receiver = { .mode = "ok", .out = 1 };
	int ear;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--secret") == 0)
			key_read(&receiver, argv[i + 1]);
		else if (strcmp(argv[i], "--mode") == 0)
			receiver.mode = argv[i + 1];
		else if (strcmp(argv[i], "--out") == 0)
			receiver.out =
				open(argv[i + 1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	}
	(void)signal(SIGCHLD, SIG_IGN);
	receiver.failures =
		mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*receiver.failures = strncmp(receiver.mode, "fail:", 5) == 0
				     ? (int)strtol(receiver.mode + 5, NULL, 10)
				     : 0;
	ear = listen_on_free_port();
	while (ear >= 0) {
		int peer = accept4(ear, NULL, NULL, SOCK_CLOEXEC);

		if (peer >= 0 && fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a stalled one ends with us */
			serve(&receiver, peer);
		}
		if (peer >= 0)
			(void)close(peer);
	}
	return 2;
}
