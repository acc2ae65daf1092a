/* Starting a deliverer where none is awaited. */
#include <unistd.h>

#include "common/notify/deliver_lock.h"
#include "common/notify/deliver_start.h"
#include "common/notify/outbox.h"
#include "common/state/state.h"

/* Whether there is one that has not looked yet, and so will see what was queued by now. */
static bool is_awaited(const char *git_dir)
{
	struct fault ignored = { 0 };
	int file = state_lock_file(git_dir, &ignored);
	bool awaited = file >= 0 && deliver_lock_is_taken(file, DELIVER_LOCK_NEXT);

	if (file >= 0)
		(void)close(file);
	return awaited;
}

int outbox_start(const char *git_dir, struct fault *f)
{
	return is_awaited(git_dir) ? 0 : deliver_start(git_dir, DELIVER_SEND, f);
}
