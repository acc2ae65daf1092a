/*
 * libexec/countersign/witness: a witness for other hosts' logs, which `countersign witness` runs.
 * It answers one request after the other.
 */
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/env.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/listening.h"
#include "hooks/witness/witnessing.h"

#define CONNECTIONS_MAX 100
#define SECONDS_MAX 30

/* A request while its body comes. */
struct asking {
	struct buf body;
	bool too_large;
};

static void on_end(void *context, struct MHD_Connection *connection, void **own,
	enum MHD_RequestTerminationCode how)
{
	struct asking *asking = *own;

	(void)context, (void)connection, (void)how;
	if (asking)
		buf_release(&asking->body);
	free(asking);
	*own = NULL;
}

static enum MHD_Result reply(
	struct MHD_Connection *connection, const struct witnessing_answer *answer)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(answer->body.len,
		(void *)(uintptr_t)(answer->body.data ? answer->body.data : ""),
		MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	(void)MHD_add_response_header(response, "Content-Type", answer->type);
	result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **own)
{
	struct witnessing_answer answer = { 404, "text/plain; charset=utf-8", BUF_INIT(64) };
	struct asking *asking = *own;
	enum MHD_Result result;

	(void)version;
	if (!asking) {
		*own = asking = calloc(1, sizeof(*asking));
		if (asking)
			asking->body = (struct buf)BUF_INIT(WITNESSING_BODY_MAX);
		return asking ? MHD_YES : MHD_NO;
	}
	if (*size) {
		asking->too_large = asking->too_large || buf_add(&asking->body, data, *size) < 0;
		*size = 0;
		return MHD_YES;
	}
	if (strcmp(method, "POST") != 0 || strcmp(url, "/add-checkpoint") != 0)
		(void)buf_adds(&answer.body, "POST /add-checkpoint alone\n");
	else if (asking->too_large)
		answer.status = 413;
	else
		witnessing_add(context, buf_span(&asking->body), (uint64_t)time(NULL), &answer);
	result = reply(connection, &answer);
	buf_release(&answer.body);
	return result;
}

static int serve(const char *listen, struct witnessing *witnessing, struct fault *f)
{
	struct addrinfo *address = NULL;
	struct MHD_Daemon *daemon;
	const union MHD_DaemonInfo *port;

	if (listening_at(listen, &address, f) < 0)
		return -1;
	listening_begin();
	daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD |
					  (address->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0),
		0, NULL, NULL, on_request, witnessing, MHD_OPTION_SOCK_ADDR, address->ai_addr,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_MAX,
		MHD_OPTION_END);
	freeaddrinfo(address);
	if (!daemon)
		return fault_set(
			f, FAULT_ADMIN, "cannot listen at %s: %s", listen, strerror(errno));
	port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
	printf("http://%.*s:%u\n", (int)(strrchr(listen, ':') - listen), listen,
		port ? (unsigned)port->port : 0);
	(void)fflush(stdout);
	listening_wait();
	MHD_stop_daemon(daemon);
	return 0;
}

int main(int argc, char **argv)
{
	const char *listen = NULL, *key = NULL, *logs = NULL, *folder = NULL;
	const struct cli_option known[] = {
		{ "listen", &listen, NULL },
		{ "key", &key, NULL },
		{ "logs", &logs, NULL },
		{ "state", &folder, NULL },
		{ NULL, NULL, NULL },
	};
	struct witnessing witnessing = { .folder = -1 };
	struct fault f = { 0 };
	struct env env = { 0 };
	int status;

	if (cli_options(known, argc, argv) != argc || !listen || !key || !logs || !folder) {
		fputs("witness: see countersign witness --help\n", stderr);
		return 2;
	}
	status = env_seal(&env, &f);
	if (status == 0)
		status = witnessing_open(&witnessing, key, logs, folder, &f);
	if (status == 0)
		status = serve(listen, &witnessing, &f);
	witnessing_close(&witnessing);
	env_release(&env);
	return status < 0 ? cli_complain("witness", &f) : 0;
}
