#include "common/base/deadline.h"

#include <time.h>

#define STEPS 64

double deadline_clock(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool deadline_is_over(struct deadline *deadline)
{
	if (!deadline || deadline->at <= 0)
		return false;
	deadline->over = deadline->over || deadline_clock() >= deadline->at;
	return deadline->over;
}

bool deadline_nears(struct deadline *deadline)
{
	if (!deadline || deadline->over || deadline->asked++ % STEPS != 0)
		return deadline && deadline->over;
	return deadline_is_over(deadline);
}

int deadline_fault(struct fault *f, const char *doing)
{
	return fault_set(f, FAULT_LIMIT, "%s took longer than the policy allows", doing);
}
