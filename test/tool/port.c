/*
 * A port for a server that cannot choose one itself, and waiting until it is there.
 *
 *	port			prints a port of 127.0.0.1 that nobody listens on
 *	port PORT PID		waits until somebody does; 1 when the process is gone, or after
 *				half a minute
 *
 * Between the two another may have taken the port; the server then ends, and the caller tries
 * another.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TRIES 3000

static struct sockaddr_in address_of(in_addr_t host, unsigned long port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((in_port_t)port) };

	address.sin_addr.s_addr = htonl(host);
	return address;
}

static int print_free(void)
{
	struct sockaddr_in address = address_of(INADDR_LOOPBACK, 0);
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, len) < 0 ||
		getsockname(listener, (struct sockaddr *)&address, &len) < 0)
		return 1;
	(void)close(listener);
	return printf("%d\n", ntohs(address.sin_port)) < 0;
}

/* Asks from 127.0.0.2: on one address a connection to a free port can meet itself. */
static bool listens(unsigned long port)
{
	struct sockaddr_in address = address_of(INADDR_LOOPBACK, port);
	struct sockaddr_in own = address_of(INADDR_LOOPBACK + 1, 0);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool taken = client >= 0 && bind(client, (struct sockaddr *)&own, sizeof(own)) == 0 &&
		     connect(client, (struct sockaddr *)&address, sizeof(address)) == 0;

	if (client >= 0)
		(void)close(client);
	return taken;
}

static int wait_for(unsigned long port, pid_t server)
{
	static const struct timespec pause = { .tv_nsec = 10000000 };

	for (int i = 0; i < TRIES && kill(server, 0) == 0; i++) {
		if (listens(port))
			return kill(server, 0) == 0 ? 0 : 1;
		(void)nanosleep(&pause, NULL);
	}
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return print_free();
	if (argc == 3)
		return wait_for(strtoul(argv[1], NULL, 10), (pid_t)strtol(argv[2], NULL, 10));
	(void)fprintf(stderr, "usage: port [PORT PID]\n");
	return 2;
}
