#include "hooks/fleet/order_record.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hooks/admin/stop.h"
#include "hooks/host/guarded_list.h"
#include "hooks/host/run_as_owner.h"

static const struct env nothing = { 0 };

/* What a child does, as the owner. */
static int note(const char *git_dir, const struct stopped *who)
{
	const struct stopping stopping = { .env = &nothing, .who = *who };
	struct stop_outcome outcome;
	struct fault f = { 0 };

	if (run_as_owner(git_dir, &f) == 0 && stop_record(&stopping, git_dir, &outcome, &f) == 0)
		return 0;
	(void)fprintf(stderr, "countersign-fleet: %s: could not record this in its log: %s\n",
		git_dir, f.text);
	return 1;
}

static int on_repository(void *context, const char *git_dir)
{
	const struct order *order = context;
	struct stopped who = order->who;
	pid_t child = fork();

	if (order->resume)
		who.reason = NULL;
	if (child == 0)
		_exit(note(git_dir, &who));
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	return 0;
}

static int write_down(const struct orders *orders)
{
	struct fault f = { 0 };

	for (size_t i = 0; i < orders->count; i++)
		if (orders->items[i].fresh && guarded_list_each(orders->settings->paths.etc,
						      on_repository, &orders->items[i], &f) < 0)
			return 1;
	return 0;
}

static bool any_fresh(const struct orders *orders)
{
	for (size_t i = 0; i < orders->count; i++)
		if (orders->items[i].fresh)
			return true;
	return false;
}

void order_record(struct orders *orders, bool wait)
{
	if (orders->recorder > 0 && waitpid(orders->recorder, NULL, wait ? 0 : WNOHANG) == 0)
		return;
	orders->recorder = 0;
	if (!any_fresh(orders))
		return;
	(void)fflush(NULL);
	orders->recorder = fork();
	if (orders->recorder == 0) {
		(void)signal(SIGTERM, SIG_DFL);
		_exit(write_down(orders));
	}
	for (size_t i = 0; i < orders->count; i++)
		orders->items[i].fresh = false;
	if (wait && orders->recorder > 0) {
		(void)waitpid(orders->recorder, NULL, 0);
		orders->recorder = 0;
	}
}
