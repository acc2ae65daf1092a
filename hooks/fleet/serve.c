#include "hooks/fleet/serve.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/deadline.h"
#include "hooks/fleet/decisions.h"
#include "hooks/fleet/drain.h"
#include "hooks/fleet/membership.h"
#include "hooks/fleet/memory.h"
#include "hooks/fleet/order_record.h"
#include "hooks/fleet/policy_tags.h"
#include "hooks/fleet/uses.h"

#define BEAT 2        /* seconds between two signs of life */
#define BEAT_DEAF 0.5 /* the same where orders are asked for */
#define RETRY_MOST 15 /* seconds until the next attempt at a connection, at the most */
#define FETCH 10      /* seconds between two looks for another policy */
#define WAIT 250      /* milliseconds between two looks at the repositories */
#define WAIT_BUSY 20  /* the same while a decision is being pushed */

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

struct serving {
	const struct fleet_settings *settings;
	struct link link;
	struct drain drain;
	struct orders orders;
	struct decisions decisions;
	struct memory memory;
	double beat, listed; /* when the last one was */
	double fetched;      /* when the policy was looked for */
	struct uses uses;
	pid_t fetcher;     /* looks for it; 0: none does */
	double retry;      /* how long the next pause is */
	struct fault told; /* what was said last */
};

/* The same is said once. */
static void say(struct serving *s, const char *text)
{
	if (strcmp(s->told.text, text) == 0)
		return;
	(void)snprintf(s->told.text, sizeof(s->told.text), "%s", text);
	(void)fprintf(stderr, "countersign-fleet: %s\n", text);
}

/* A sign of life, with the newest order that is in force here. */
static int tell(struct serving *s, int64_t *newest, struct fault *f)
{
	char applied[24];
	const struct link_question question = { .sql = "SELECT countersign.beat($1, $2)",
		.params = { COUNTERSIGN_VERSION, applied },
		.count = 2 };
	struct pg_result *result;
	bool joined;

	(void)snprintf(applied, sizeof(applied), "%" PRId64, s->orders.newest);
	if (link_ask(&s->link, &question, &result, f) < 0)
		return -1;
	joined = !link_is_null(result, 0, 0);
	*newest = strtoll(link_value(result, 0, 0), NULL, 10);
	link_clear(result);
	if (joined)
		return 0;
	link_close(&s->link);
	return fault_set(
		f, FAULT_ADMIN, "this host has not joined, or has left: countersign fleet join");
}

/* The lease is renewed only when all orders that there are have been put in force. */
static int beat(struct serving *s, struct fault *f)
{
	int64_t newest, before = s->orders.newest;

	if (deadline_clock() - s->beat < (s->settings->no_listen ? BEAT_DEAF : BEAT))
		return 0;
	if (tell(s, &newest, f) < 0)
		return -1;
	s->beat = deadline_clock();
	if (newest != before || s->orders.unsettled || s->settings->no_listen)
		if (orders_fetch(&s->orders, &s->link, f) < 0)
			return -1;
	if (s->orders.newest != before)
		s->beat = 0;
	decisions_look(&s->decisions);
	memory_look(&s->memory);
	return fleet_lease_renew(s->settings->paths.etc, f);
}

static int begin(struct serving *s, struct fault *f)
{
	const char *address = s->settings->review;
	const struct link_question review = { .sql = "SELECT countersign.review_is($1)",
		.params = { address ? address : "" },
		.count = 1 };
	char fleet[FLEET_ID_SIZE];

	if (link_open(&s->link, s->settings, f) < 0 || membership_check(&s->link, fleet, f) < 0)
		return -1;
	if (!s->settings->no_listen && link_do(&s->link, "LISTEN countersign", f) < 0)
		return -1;
	s->beat = 0;
	if (link_ask(&s->link, &review, NULL, f) < 0)
		return -1;
	return orders_begin(&s->orders, &s->link, fleet, f);
}

/*
 * Looks for another policy, beside the service: what has to come over the network, and be checked,
 * keeps neither rows nor orders waiting.  `wait`: until it has been looked for.
 */
static void look_for_policy(struct serving *s, bool wait)
{
	struct fault f = { 0 };
	int64_t number;

	if (s->fetcher > 0 && waitpid(s->fetcher, NULL, wait ? 0 : WNOHANG) == 0)
		return;
	s->fetcher = 0;
	if (!s->settings->policy_repository || wait || deadline_clock() - s->fetched < FETCH)
		return;
	s->fetched = deadline_clock();
	(void)fflush(NULL);
	s->fetcher = fork();
	if (s->fetcher != 0)
		return;
	if (policy_tags_update(s->settings, &number, &f) < 0)
		(void)fprintf(stderr, "countersign-fleet: %s\n", f.text);
	_exit(f.class != FAULT_NONE);
}

/* Some rows, and what came meanwhile. */
static int work(struct serving *s, bool once, bool *done, struct fault *f)
{
	bool idle = true, news = false, busy = false;

	if (deadline_clock() - s->listed > 1 || once) {
		if (drain_list(&s->drain, f) < 0)
			return -1;
		s->listed = deadline_clock();
	}
	order_record(&s->orders, false);
	look_for_policy(s, false);
	if (beat(s, f) < 0 || drain_step(&s->drain, &idle, f) < 0)
		return -1;
	if (!idle)
		decisions_look(&s->decisions);
	if (decisions_step(&s->decisions, &s->link, &s->drain, &busy, f) < 0 ||
		memory_step(&s->memory, &s->link, &s->drain, &busy, f) < 0)
		return -1;
	*done = once && idle && !busy;
	if (*done)
		return 0;
	if (link_wait(&s->link, !idle ? 0 : busy ? WAIT_BUSY : WAIT, &news, f) < 0)
		return -1;
	if (news) {
		decisions_look(&s->decisions);
		memory_look(&s->memory);
	}
	if (news && orders_fetch(&s->orders, &s->link, f) < 0)
		return -1;
	s->beat = news ? 0 : s->beat; /* what is in force is told at once */
	return 0;
}

/* Waits before the next attempt, longer each time. */
static void pause_for(struct serving *s)
{
	struct timespec pause = { (time_t)s->retry, (long)(s->retry * 1000) % 1000 * 1000000 };

	(void)nanosleep(&pause, NULL);
	s->retry = s->retry * 2 < RETRY_MOST ? s->retry * 2 : RETRY_MOST;
}

/* One step; a connection that is lost is no fault of a service that goes on. */
static int step(struct serving *s, bool once, bool *done, struct fault *f)
{
	bool was = s->link.conn != NULL;
	int status;

	if (!once)
		uses_keep(&s->uses, s->settings);
	status = was ? 0 : begin(s, f);

	if (status == 0 && !was) {
		say(s, "connected");
		s->retry = 0.25;
	}
	if (status == 0)
		status = work(s, once, done, f);
	if (status == 0 || once || ended)
		return ended ? 0 : status;
	say(s, f->text);
	fault_clear(f);
	if (!s->link.conn || !was)
		link_close(&s->link);
	pause_for(s);
	return 0;
}

int serve(const struct fleet_settings *settings, bool once, struct fault *f)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct serving s = { .settings = settings, .retry = 0.25 };
	bool done = false;
	int status = 0;

	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	drain_begin(&s.drain, &s.link, settings->paths.etc);
	orders_init(&s.orders, settings);
	while (status == 0 && !done && !ended)
		status = step(&s, once, &done, f);
	look_for_policy(&s, true);
	decisions_end(&s.decisions);
	memory_end(&s.memory);
	uses_end(&s.uses);
	link_close(&s.link);
	drain_release(&s.drain);
	orders_release(&s.orders);
	return status;
}
