#include "common/notify/deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/notify/deliver_lock.h"
#include "common/notify/mailing.h"
#include "common/state/state.h"

#define SLOTS 16   /* requests at a time */
#define PENDING 64 /* results that one transaction records */
#define LOOK_BESIDE \
	200 /* milliseconds after which is looked for more while mails are on their way */
#define FLUSH_AFTER 200 /* milliseconds that a result waits for company */
#define DOWN_AFTER 4    /* failures to answer in a row: the rest of the pass is not tried */
#define RECEIVERS 64    /* whose failures are counted */
#define STAY_MILLISECONDS 150000
#define LOOK_AGAIN 5000 /* milliseconds; others may have left us earlier retries */
#define FORGET_AFTER ((int64_t)7 * 24 * 3600 * 1000)
#define FORGET_DEAD_AFTER ((int64_t)90 * 24 * 3600 * 1000)
#define FORGET_MOST 200

/* An event on its way; what must outlive the row. */
struct flight {
	int64_t seq, tries;
	char webhook_key[64];
	struct flight *next; /* of the results that wait to be recorded */
	int64_t due, changed;
	const char *status;
	char answer[256];
};

struct receiver {
	char key[64];
	int silent; /* failures to answer, in a row */
};

struct delivery {
	const struct deliver_terms *terms;
	struct state *state;
	struct http *http;
	struct mailing *mailing;
	struct fault *fault;
	struct receiver receivers[RECEIVERS];
	size_t receiver_count;
	struct flight *results;
	size_t result_count;
	int64_t oldest_result;
};

/* The receiver's counter; NULL when there are too many to keep. */
static struct receiver *receiver_of(struct delivery *run, const char *key)
{
	size_t i = 0;

	while (i < run->receiver_count && strcmp(run->receivers[i].key, key) != 0)
		i++;
	if (i == RECEIVERS)
		return NULL;
	if (i == run->receiver_count)
		memcpy(run->receivers[run->receiver_count++].key, key,
			sizeof(run->receivers[0].key));
	return &run->receivers[i];
}

static void count_answer(struct delivery *run, const struct flight *flight, bool answered)
{
	struct receiver *receiver = receiver_of(run, flight->webhook_key);

	if (receiver)
		receiver->silent = answered ? 0 : receiver->silent + 1;
}

/* Puts the outcome of a try among the results. */
static void conclude(
	struct delivery *run, struct flight *flight, bool delivered, const char *answer)
{
	struct buf plain = BUF_INIT(sizeof(flight->answer) * 12);
	int64_t delay;

	(void)text_escape(&plain, span_of(answer));
	(void)snprintf(
		flight->answer, sizeof(flight->answer), "%.250s", plain.data ? plain.data : "");
	buf_release(&plain);
	flight->tries++;
	flight->changed = flight->due = state_now();
	delay = delivered ? 0 : deliver_delay(flight->tries);
	flight->status = delivered ? "delivered" : delay < 0 ? "dead" : "queued";
	if (delay > 0)
		flight->due += delay;
	if (!run->results)
		run->oldest_result = flight->changed;
	flight->next = run->results;
	run->results = flight;
	run->result_count++;
}

static void results_free(struct delivery *run)
{
	while (run->results) {
		struct flight *next = run->results->next;

		free(run->results);
		run->results = next;
	}
	run->result_count = 0;
}

/* Records the results, all or none. */
static int record(struct delivery *run)
{
	int result = run->results ? state_begin(run->state, run->fault) : 0;

	for (struct flight *flight = run->results; result == 0 && flight; flight = flight->next) {
		const struct event_row row = { .seq = flight->seq,
			.tries = flight->tries,
			.due = flight->due,
			.changed = flight->changed,
			.status = flight->status,
			.answer = flight->answer };

		result = state_event_set(run->state, &row, run->fault);
	}
	if (run->results && result == 0)
		result = state_commit(run->state, run->fault);
	if (result < 0)
		state_rollback(run->state);
	results_free(run);
	return result;
}

/* Records them when there are many, or the first has waited long enough. */
static int record_when_due(struct delivery *run)
{
	if (!run->results || (run->result_count < PENDING &&
				     (http_active(run->http) || mailing_active(run->mailing)) &&
				     state_now() - run->oldest_result < FLUSH_AFTER))
		return 0;
	return record(run);
}

/* Takes the answers and ends that are there, waiting a little for the first. */
static int land(struct delivery *run)
{
	struct http_reply reply;
	struct mailing_end end;
	int wait = http_active(run->http) ? 50 : 0;
	int got = wait ? http_next(run->http, &reply, wait, run->fault) : 0;

	while (got > 0) {
		struct flight *flight = reply.context;

		count_answer(run, flight, reply.status != 0);
		conclude(run, flight, reply.status >= 200 && reply.status < 300, reply.words);
		got = http_active(run->http) ? http_next(run->http, &reply, 0, run->fault) : 0;
	}
	while (mailing_next(run->mailing, &end, wait ? 0 : 50)) {
		count_answer(run, end.context, end.outcome >= 0);
		conclude(run, end.context, end.outcome == 0, end.words);
	}
	return got;
}

/* Starts a mail; until there is room for it, what else is on its way goes on. */
static void mail(struct delivery *run, const struct webhook_target *target,
	const struct event_row *event, struct flight *flight)
{
	struct buf message = BUF_INIT(WEBHOOK_BODY_MAX);
	struct fault f = { 0 };

	while (mailing_active(run->mailing) == MAILING_MAX)
		if (land(run) < 0)
			break;
	if (webhook_render(target, event, &message, &f) < 0 ||
		mailing_start(run->mailing, &message, flight, &f) < 0)
		conclude(run, flight, false, f.text);
	buf_release(&message);
}

/* Sends one event.  Whatever is wrong with it is its own result, not the run's. */
static int launch(void *context, const struct event_row *event)
{
	struct delivery *run = context;
	struct flight *flight = calloc(1, sizeof(*flight));
	struct webhook_target target;
	struct receiver *receiver;
	struct fault f = { 0 };

	if (!flight)
		return fault_memory(run->fault);
	flight->seq = event->seq;
	flight->tries = event->tries;
	if (webhook_target_read(&target, event->event.webhook, &f) < 0) {
		conclude(run, flight, false, f.text);
		return 0;
	}
	(void)snprintf(flight->webhook_key, sizeof(flight->webhook_key), "%.63s",
		target.format == WEBHOOK_MAIL ? "mail" : target.url);
	receiver = receiver_of(run, flight->webhook_key);
	if (receiver && receiver->silent >= DOWN_AFTER)
		conclude(run, flight, false, "not tried: the receiver does not answer");
	else if (target.format == WEBHOOK_MAIL)
		mail(run, &target, event, flight);
	else if (deliver_post(run->http, &target, event, flight, &f) < 0)
		conclude(run, flight, false, f.text);
	webhook_target_release(&target);
	return 0;
}

/* Whether anything is on its way or waits to be recorded. */
static bool is_busy(const struct delivery *run)
{
	return http_active(run->http) || mailing_active(run->mailing) || run->results;
}

/*
 * Sends everything that is due now, once; and what comes while mails are on their way, since these
 * may take their time.
 */
static int pass(struct delivery *run)
{
	struct state_due due = { .now = state_now() };
	bool more = true;

	run->receiver_count = 0;
	memset(run->receivers, 0, sizeof(run->receivers));
	while (more || is_busy(run)) {
		int64_t before = due.after_seq, before_due = due.after;

		if (mailing_active(run->mailing) && state_now() - due.now > LOOK_BESIDE) {
			due.now = state_now();
			more = true;
		}
		due.most = SLOTS - (int64_t)http_active(run->http);
		if (more && due.most > 0 && run->result_count < PENDING) {
			if (state_events_due(run->state, &due, launch, run, run->fault) < 0)
				return -1;
			more = due.after_seq != before || due.after != before_due;
		}
		if (land(run) < 0 || record_when_due(run) < 0)
			return -1;
	}
	return 0;
}

/* Removes what was delivered or given up long ago, some at a time: a push may wait for it. */
static int tidy(struct delivery *run)
{
	struct events_old old = { .delivered = state_now() - FORGET_AFTER,
		.dead = state_now() - FORGET_DEAD_AFTER,
		.most = FORGET_MOST };

	do {
		if (state_begin(run->state, run->fault) < 0)
			return -1;
		if (state_events_forget(run->state, &old, run->fault) < 0) {
			state_rollback(run->state);
			return -1;
		}
		if (state_commit(run->state, run->fault) < 0)
			return -1;
	} while (old.gone == old.most);
	return 0;
}

/*
 * When it is our turn: one pass, with what it needs.  *wait gets the milliseconds to the next
 * retry, or -1.
 */
static int pass_in_turn(
	const char *git_dir, const struct deliver_terms *terms, int64_t *wait, struct fault *f)
{
	struct delivery run = { .terms = terms, .fault = f };
	struct event_counts counts = { 0 };
	int result = -1;

	*wait = -1;
	if (state_open(&run.state, git_dir, STATE_WRITE, f) < 0)
		return -1;
	if (state_events_count(run.state, &counts, f) < 0)
		goto out;
	/* sent by others meanwhile, or the repository is gone: nothing is made */
	if (!counts.queued)
		result = 0;
	else if (http_new(&run.http, f) == 0 &&
		 mailing_new(&run.mailing, terms->sendmail, f) == 0 && pass(&run) == 0 &&
		 tidy(&run) == 0)
		result = state_events_count(run.state, &counts, f);
	if (result == 0 && counts.due)
		*wait = counts.due > state_now() ? counts.due - state_now() : 0;
out:
	mailing_free(run.mailing);
	results_free(&run);
	http_free(run.http);
	state_close(run.state);
	return result;
}

/* Sends as long as somebody must; the caller holds no turn, before and after. */
static int send_in_turn(
	int file, const char *git_dir, const struct deliver_terms *terms, struct fault *f)
{
	int64_t wait, before = terms->after;
	int result;

	do {
		/*
		 * Who is next will see what we saw; whoever was not started by a push wants it
		 * done, and waits.
		 */
		if (deliver_lock_take(file, DELIVER_LOCK_NEXT, !terms->after) < 0)
			return terms->after ? 0
					    : fault_set(f, FAULT_ADMIN,
						      "%s: the deliverers' lock fails", git_dir);
		(void)usleep((useconds_t)before * 1000);
		before = 0;
		if (deliver_lock_take(file, DELIVER_LOCK_SEND, true) < 0)
			return fault_set(f, FAULT_ADMIN, "%s: the deliverers' lock fails", git_dir);
		deliver_lock_release(file, DELIVER_LOCK_NEXT);
		result = pass_in_turn(git_dir, terms, &wait, f);
		deliver_lock_release(file, DELIVER_LOCK_SEND);
		if (result < 0 || !terms->stay || wait < 0 || wait > STAY_MILLISECONDS)
			return result;
	} while (wait == 0 ||
		 (deliver_lock_take(file, DELIVER_LOCK_LATER, false) == 0 &&
			 usleep((useconds_t)(wait < LOOK_AGAIN ? wait : LOOK_AGAIN) * 1000) == 0));
	return 0;
}

static int count_queued(const char *git_dir, int64_t *count, struct fault *f)
{
	struct event_counts counts = { 0 };
	struct state *state = NULL;
	int result;

	if (state_open(&state, git_dir, STATE_READ, f) < 0)
		return -1;
	result = state_events_count(state, &counts, f);
	state_close(state);
	*count = counts.queued;
	return result;
}

int deliver(const char *git_dir, const struct deliver_terms *terms, struct fault *f)
{
	int64_t queued = 1; /* who was started after a push knows */
	int file, result;

	if (!terms->after && count_queued(git_dir, &queued, f) < 0)
		return -1;
	if (!queued)
		return 0;
	file = state_lock_file(git_dir, f);
	if (file < 0)
		return -1;
	result = send_in_turn(file, git_dir, terms, f);
	(void)close(file);
	return result;
}
