/*
 * libexec/countersign/listen: the review page served by itself, which `countersign review` runs.
 *
 * It answers one request after the other, and keeps nothing between two.  Beyond loopback it serves
 * only whom the command line names, and says so.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/listening.h"
#include "hooks/review/review.h"

#define CONNECTIONS_MAX 100
#define SECONDS_MAX 60

/* A request while its body comes. */
struct asking {
	char *uri;
	struct buf body;
	bool too_large;
};

static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct asking *asking = calloc(1, sizeof(*asking));

	(void)context;
	(void)connection;
	if (!asking)
		return NULL;
	asking->body = (struct buf)BUF_INIT(REVIEW_BODY_MAX);
	asking->uri = strdup(uri);
	return asking;
}

static void on_end(void *context, struct MHD_Connection *connection, void **own,
	enum MHD_RequestTerminationCode how)
{
	struct asking *asking = *own;

	(void)context;
	(void)connection;
	(void)how;
	if (!asking)
		return;
	buf_release(&asking->body);
	free(asking->uri);
	free(asking);
	*own = NULL;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct review_reply *reply)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(reply->len, reply->body, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	reply->body = NULL;
	(void)MHD_add_response_header(response, "Content-Type", reply->type);
	for (const struct review_header *header = review_headers; header->name; header++)
		(void)MHD_add_response_header(response, header->name, header->value);
	(void)MHD_add_response_header(
		response, "Cache-Control", reply->lasting ? "max-age=300" : "no-store");
	if (reply->location[0])
		(void)MHD_add_response_header(response, "Location", reply->location);
	result = MHD_queue_response(connection, (unsigned)reply->status, response);
	MHD_destroy_response(response);
	return result;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

	return value ? value : "";
}

static enum MHD_Result answer(const struct review_site *site, struct MHD_Connection *connection,
	const struct review_request *request)
{
	struct review_reply reply = { 0 };
	struct fault f = { 0 };
	enum MHD_Result result = MHD_NO;

	if (review_answer(site, request, &reply, &f) == 0)
		result = send_reply(connection, &reply);
	else
		(void)fprintf(stderr, "countersign review: %s\n", f.text);
	review_reply_release(&reply);
	return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **own)
{
	struct asking *asking = *own;
	struct review_request request = { .method = method, .path = url, .root = "", .query = "" };
	const char *query;

	(void)version;
	if (!asking || !asking->uri)
		return MHD_NO;
	if (*size) {
		asking->too_large = asking->too_large || buf_add(&asking->body, data, *size) < 0;
		*size = 0;
		return MHD_YES;
	}
	if (!asking->body.data && strcmp(method, "POST") == 0 && !asking->too_large &&
		buf_adds(&asking->body, "") == 0)
		return MHD_YES;
	query = strchr(asking->uri, '?');
	request.query = query ? query + 1 : "";
	request.content_type = header(connection, "Content-Type");
	request.host = header(connection, "Host");
	if (!asking->too_large)
		request.body = buf_span(&asking->body);
	return answer(context, connection, &request);
}

/* What the command line says. */
struct options {
	const char *listen, *user, *repo;
	bool fleet;
};

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)address)
					->sin_addr.s_addr) >>
			       24) == 127;
	return address->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(
		       &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

/* Says where it listens, so that whoever chose port 0 knows. */
static void tell(struct MHD_Daemon *daemon, const char *listen)
{
	const union MHD_DaemonInfo *port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);

	printf("http://%.*s:%u/\n", (int)(strrchr(listen, ':') - listen), listen,
		port ? (unsigned)port->port : 0);
	(void)fflush(stdout);
}

static int serve(const struct options *options, struct review_site *site, struct fault *f)
{
	struct addrinfo *address = NULL;
	struct MHD_Daemon *daemon;

	if (listening_at(options->listen, &address, f) < 0)
		return -1;
	site->anybody = is_loopback(address->ai_addr);
	if (!site->anybody && !site->user) {
		freeaddrinfo(address);
		return fault_set(f, FAULT_ADMIN,
			"%s is open to others: say with --user for whom it reads, or put it "
			"behind a web server that knows who asks",
			options->listen);
	}
	listening_begin();
	daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG |
					  (address->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0),
		0, NULL, NULL, on_request, site, MHD_OPTION_SOCK_ADDR, address->ai_addr,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_end,
		NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_MAX, MHD_OPTION_END);
	freeaddrinfo(address);
	if (!daemon)
		return fault_set(f, FAULT_ADMIN, "cannot listen at %s: %s", options->listen,
			strerror(errno));
	tell(daemon, options->listen);
	listening_wait();
	MHD_stop_daemon(daemon);
	return 0;
}

static int read_options(struct options *options, int argc, char **argv)
{
	const struct cli_option known[] = {
		{ "listen", &options->listen, NULL },
		{ "user", &options->user, NULL },
		{ "repo", &options->repo, NULL },
		{ "fleet", NULL, &options->fleet },
		{ NULL, NULL, NULL },
	};

	return cli_options(known, argc, argv) == argc && options->listen ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct install_paths paths;
	struct fault f = { 0 };
	struct env env = { 0 };
	struct review_site site = { .env = &env, .etc = paths.etc };
	char *only = NULL;
	int status;

	if (read_options(&options, argc, argv) < 0) {
		fputs("listen: see countersign review --help\n", stderr);
		return 2;
	}
	status = env_seal(&env, &f);
	if (status == 0)
		status = install_paths_find(&paths, &f);
	if (status == 0 && options.repo) {
		only = cli_git_dir(options.repo, &f);
		status = only ? 0 : -1;
	}
	site.only = only;
	site.user = options.user;
	site.fleet = options.fleet;
	if (status == 0)
		status = serve(&options, &site, &f);
	free(only);
	env_release(&env);
	return status < 0 ? cli_complain("review", &f) : 0;
}
