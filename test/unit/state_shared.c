#include "common/state/shared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "test/state_place.h"

#define FLOOD 100100 /* more than is remembered of what agents made */
#define A_ROW 10010

static const char key[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static int count_made(void *context, const struct made *what)
{
	int *count = context;

	(void)what;
	++*count;
	return 0;
}

static int found(struct state *state, const char *of)
{
	struct fault f = { 0 };
	int count = 0;

	assert_int_equal(state_made(state, of, count_made, &count, &f), 0);
	return count;
}

static void add_made(struct buf *body, const char *of, const char *agent)
{
	buf_addf(body, "m%d:%.*s%zu:%s1:1\n", MADE_KEY, MADE_KEY, of, strlen(agent), agent);
}

static int take(struct state *state, int number, const struct buf *body)
{
	char id[SHARED_ID];
	struct shared_row row = { .id = id, .body = buf_span(body) };
	struct fault f = { 0 };
	int status;

	(void)snprintf(id, sizeof(id), "%032x", (unsigned)number);
	begin(state);
	status = state_shared_take(state, &row, &f);
	if (status == 0)
		commit(state);
	else
		state_rollback(state);
	fault_clear(&f);
	return status;
}

static void what_is_made_here_outlives_any_flood_from_elsewhere(void **context)
{
	struct state *state = opened(*context, STATE_WRITE);
	struct made own = { .agent = "bot", .verified = true };
	struct fault f = { 0 };
	int64_t count = 0;

	memcpy(own.key, key, MADE_KEY);
	begin(state);
	assert_int_equal(state_made_add(state, &own, &f), 0);
	commit(state);
	for (int from = 0; from < FLOOD; from += A_ROW) {
		struct buf body = BUF_INIT(SHARED_MOST);

		for (int i = from; i < from + A_ROW; i++) {
			char of[MADE_KEY + 1];

			(void)snprintf(of, sizeof(of), "%0*x", MADE_KEY, (unsigned)i);
			add_made(&body, of, "bot");
		}
		assert_false(body.failed);
		assert_int_equal(take(state, from + 1, &body), 0);
		buf_release(&body);
	}
	assert_int_equal(found(state, own.key), 1);
	assert_int_equal(state_made_count(state, &count, &f), 0);
	assert_int_equal(count, 100000);
	state_close(state);
}

static void what_was_taken_first_replaces_nothing_known_here(void **context)
{
	struct state *state = opened(*context, STATE_WRITE);
	struct made own = { .agent = "bot", .verified = true };
	struct buf body = BUF_INIT(SHARED_MOST);
	struct fault f = { 0 };

	memcpy(own.key, key, MADE_KEY);
	add_made(&body, key, "bot");
	assert_int_equal(take(state, 1, &body), 0);
	begin(state);
	assert_int_equal(state_made_add(state, &own, &f), 0);
	commit(state);
	assert_int_equal(found(state, own.key), 2);
	buf_release(&body);
	state_close(state);
}

static void nobody_elsewhere_says_that_it_is_a_persons_own(void **context)
{
	struct state *state = opened(*context, STATE_WRITE);
	struct buf body = BUF_INIT(SHARED_MOST);

	add_made(&body, key, "");
	assert_int_equal(take(state, 1, &body), -1);
	buf_release(&body);
	state_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(what_is_made_here_outlives_any_flood_from_elsewhere),
		WITH_PLACE(what_was_taken_first_replaces_nothing_known_here),
		WITH_PLACE(nobody_elsewhere_says_that_it_is_a_persons_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
