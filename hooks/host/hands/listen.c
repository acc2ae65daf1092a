#include "hooks/host/hands/listen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void listen_to_end(pid_t pid, int fd, int seconds, struct buf *said)
{
	struct pollfd from = { fd, POLLIN, 0 };
	time_t until = time(NULL) + seconds;
	char bytes[65536];
	ssize_t n = 1;

	while (n != 0 && time(NULL) < until && !said->failed)
		if (poll(&from, 1, 1000) > 0 && (n = read(fd, bytes, sizeof(bytes))) > 0)
			(void)buf_add(said, bytes, (size_t)n);
	if (n != 0) {
		(void)kill(-pid, SIGKILL);
		(void)kill(pid, SIGKILL);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
