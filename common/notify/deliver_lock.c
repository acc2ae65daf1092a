#include "common/notify/deliver_lock.h"

#include <fcntl.h>
#include <unistd.h>

static struct flock lock_of(enum deliver_lock which, short type)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = which, .l_len = 1 };
}

int deliver_lock_take(int file, enum deliver_lock which, bool wait)
{
	struct flock lock = lock_of(which, F_WRLCK);

	return fcntl(file, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
}

void deliver_lock_release(int file, enum deliver_lock which)
{
	struct flock lock = lock_of(which, F_UNLCK);

	(void)fcntl(file, F_OFD_SETLK, &lock);
}

bool deliver_lock_is_taken(int file, enum deliver_lock which)
{
	struct flock lock = lock_of(which, F_WRLCK);

	return fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}
