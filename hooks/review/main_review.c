/*
 * countersign-review: the review page as CGI (RFC 3875), beside cgit or gitweb.
 *
 * The web server has authenticated whoever it names in REMOTE_USER; nothing that a client sends
 * gets there.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/install_paths.h"
#include "hooks/review/review.h"

/* The part of the program's own address behind its last slash. */
static const char *last_part(const char *script)
{
	const char *slash = strrchr(script, '/');

	return slash ? slash + 1 : script;
}

static const char *variable(const struct env *env, const char *name)
{
	const char *value = env_get(env, name);

	return value ? value : "";
}

/* Reads what was POSTed, to the length that is said.  0, or -1: it is larger than any of ours. */
static int read_body(const struct env *env, struct buf *body, struct fault *f)
{
	const char *length = variable(env, "CONTENT_LENGTH");
	unsigned long left = strtoul(length, NULL, 10);
	char piece[4096];

	if (strspn(length, "0123456789") != strlen(length) || strlen(length) > 9 ||
		left > REVIEW_BODY_MAX)
		return fault_set(f, FAULT_PUSHER, "the request is too large");
	while (left) {
		size_t got = fread(piece, 1, left < sizeof(piece) ? left : sizeof(piece), stdin);

		if (!got || buf_add(body, piece, got) < 0)
			return fault_set(f, FAULT_PUSHER, "the request is cut off");
		left -= got;
	}
	return 0;
}

static int print_reply(const struct review_reply *reply, const char *method)
{
	printf("Status: %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", reply->status,
		review_status_words(reply->status), reply->type, reply->len);
	for (const struct review_header *header = review_headers; header->name; header++)
		printf("%s: %s\r\n", header->name, header->value);
	printf("Cache-Control: %s\r\n", reply->lasting ? "max-age=300" : "no-store");
	if (reply->location[0])
		printf("Location: %s\r\n", reply->location);
	fputs("\r\n", stdout);
	if (strcmp(method, "HEAD") != 0)
		(void)fwrite(reply->body, 1, reply->len, stdout);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

static int answer(const struct env *env, struct fault *f)
{
	const char *https = variable(env, "HTTPS");
	struct review_request request = { .method = variable(env, "REQUEST_METHOD"),
		.path = variable(env, "PATH_INFO"),
		.root = last_part(variable(env, "SCRIPT_NAME")),
		.query = variable(env, "QUERY_STRING"),
		.user = variable(env, "REMOTE_USER"),
		.content_type = variable(env, "CONTENT_TYPE"),
		.host = variable(env, "HTTP_HOST"),
		.secure = strcmp(https, "on") == 0 };
	struct buf body = BUF_INIT(REVIEW_BODY_MAX);
	struct install_paths paths;
	struct review_site site = { .env = env, .etc = paths.etc };
	struct review_reply reply = { 0 };
	int status = -1;

	if (!*request.user)
		request.user = NULL;
	if (install_paths_find(&paths, f) == 0 &&
		(strcmp(request.method, "POST") != 0 || read_body(env, &body, f) == 0)) {
		request.body = buf_span(&body);
		status = review_answer(&site, &request, &reply, f);
	}
	if (status == 0)
		status = print_reply(&reply, request.method);
	review_reply_release(&reply);
	buf_release(&body);
	return status;
}

int main(void)
{
	struct fault fault = { 0 };
	struct env env;
	int status;

	if (env_seal(&env, &fault) < 0) {
		(void)fprintf(stderr, "countersign-review: %s\n", fault.text);
		return 2;
	}
	if (!env_get(&env, "REQUEST_METHOD")) {
		fputs("countersign-review: a web server runs this as CGI; by itself the page is\n"
		      "served by: countersign review --listen 127.0.0.1:8460\n",
			stderr);
		env_release(&env);
		return 2;
	}
	status = answer(&env, &fault);
	if (status < 0) {
		(void)fprintf(stderr, "countersign-review: %s\n", fault.text);
		printf("Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\n"
		       "This could not be answered.\n");
	}
	env_release(&env);
	return status < 0 ? 2 : 0;
}
