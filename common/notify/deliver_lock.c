#include "common/notify/deliver_lock.h"

#include <fcntl.h>
#include <unistd.h>

static struct flock lock_of(enum turn turn, short type)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = turn, .l_len = 1 };
}

int turn_take(int file, enum turn turn, bool wait)
{
	struct flock lock = lock_of(turn, F_WRLCK);

	return fcntl(file, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
}

void turn_give(int file, enum turn turn)
{
	struct flock lock = lock_of(turn, F_UNLCK);

	(void)fcntl(file, F_OFD_SETLK, &lock);
}

bool turn_is_taken(int file, enum turn turn)
{
	struct flock lock = lock_of(turn, F_WRLCK);

	return fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}
