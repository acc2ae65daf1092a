/*
 * Whom messages are marked with: the corpora of test/data/marks/, every agent of the catalogue in
 * every spelling, and people who are none.
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "common/mark/catalogue.h"
#include "common/mark/marks.h"

/* Agents found, sorted, each once, with a comma between: `claude-code,openai-codex`; none: `-`. */
struct seen {
	const char *agents[64];
	unsigned by[64];
	size_t count;
};

static int see(void *context, const char *agent, enum identified_by by)
{
	struct seen *seen = context;
	size_t n = 0;

	while (n < seen->count && strcmp(seen->agents[n], agent) != 0)
		n++;
	assert_true(n < 64);
	seen->agents[n] = agent;
	seen->by[n] |= (unsigned)by;
	seen->count += n == seen->count;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *seen_text(struct seen *seen, struct buf *out)
{
	buf_clear(out);
	qsort(seen->agents, seen->count, sizeof(seen->agents[0]), by_name);
	for (size_t i = 0; i < seen->count; i++)
		buf_addf(out, "%s%s", i ? "," : "", seen->agents[i]);
	buf_adds(out, seen->count ? "" : "-");
	return out->data;
}

static struct person_line person(const char *text)
{
	struct person_line p = { 0 };
	const char *open = text ? strrchr(text, '<') : NULL;

	if (!open)
		return p;
	p.name = (struct span){ text, (size_t)(open - text) - (open > text) };
	p.email = (struct span){ open + 1, strlen(open + 1) - 1 };
	return p;
}

struct sample {
	const char *message, *author, *committer;
	size_t len; /* of the message; 0: to its end */
};

static struct seen look(struct marks *marks, const struct sample *sample)
{
	struct fault f = { 0 };
	struct seen seen = { 0 };
	struct commit commit = {
		.message = { sample->message, sample->len ? sample->len : strlen(sample->message) },
		.author = person(sample->author),
		.committer = person(sample->committer),
	};

	assert_int_equal(marks_of_commit(marks, &commit, see, &seen, &f), 0);
	return seen;
}

static struct marks *marks_plain(void)
{
	struct fault f = { 0 };
	struct marks *marks;

	assert_int_equal(marks_new(&marks, NULL, 0, &f), 0);
	return marks;
}

static int fails; /* of one corpus: all are told before the test fails */

static void expect(struct marks *marks, const struct sample *sample, const char *want)
{
	struct buf out = BUF_INIT(4096);
	struct seen seen = look(marks, sample);

	if (strcmp(seen_text(&seen, &out), want) != 0) {
		print_message("want %s, found %s:\n%s\n", want, out.data, sample->message);
		fails++;
	}
	buf_release(&out);
}

/* `agents` where there are several, `agent`, or null. */
static void wanted(json_t *message, struct buf *out)
{
	json_t *agents = json_object_get(message, "agents"), *one;
	const char *agent = json_string_value(json_object_get(message, "agent"));
	const char *list[16];
	size_t i, count = json_array_size(agents);

	buf_clear(out);
	json_array_foreach(agents, i, one) list[i] = json_string_value(one);
	qsort(list, count, sizeof(list[0]), by_name);
	for (i = 0; i < count; i++)
		buf_addf(out, "%s%s", i ? "," : "", list[i]);
	if (!count)
		buf_adds(out, agent ? agent : "-");
}

/* The corpus was labelled before Gas Town's authors (`rig/crew/name`) were known for marks. */
static void also_gas_town(json_t *message, struct buf *want)
{
	const char *author = json_string_value(json_object_get(message, "author"));

	if (author && strstr(author, "/crew/") && strcmp(want->data, "claude-code") == 0)
		buf_adds(want, ",gas-town");
}

static void corpus(const char *path)
{
	struct marks *marks = marks_plain();
	struct buf want = BUF_INIT(4096);
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;

	fails = 0;
	while (file && getline(&line, &cap, file) > 0) {
		json_t *message = json_loads(line, 0, NULL);

		assert_non_null(message);
		wanted(message, &want);
		also_gas_town(message, &want);
		expect(marks,
			&(struct sample){ json_string_value(json_object_get(message, "message")),
				json_string_value(json_object_get(message, "author")),
				json_string_value(json_object_get(message, "committer")), 0 },
			want.data);
		json_decref(message);
	}
	if (file)
		fclose(file);
	free(line);
	buf_release(&want);
	marks_free(marks);
	assert_int_equal(fails, 0);
}

static void the_corpus_of_messages_is_understood(void **state)
{
	(void)state;
	corpus(SOURCE_DIR "/test/data/marks/messages.jsonl");
}

/* Real messages carry names of real people, so they are not kept here. */
static void real_messages_are_understood(void **state)
{
	const char *path = getenv("COUNTERSIGN_MESSAGES");

	(void)state;
	corpus(path ? path : SOURCE_DIR "/../shared/data/messages.jsonl");
}

/* `%% WANTED | AUTHOR | COMMITTER`, then the message, up to the next such line. */
static void text_sample(struct marks *marks, char *head, char *body)
{
	char *rest = head + 3, *want = strsep(&rest, "|"), *author = strsep(&rest, "|");
	struct sample sample = { body, "Ada Example <ada@example.org>",
		"Ada Example <ada@example.org>", 0 };

	want[strcspn(want, " ")] = '\0';
	if (author) {
		author += strspn(author, " ");
		author[strcspn(author, ">") + 1] = '\0';
		sample.author = author;
	}
	if (rest)
		sample.committer = rest + strspn(rest, " ");
	expect(marks, &sample, want);
}

static void text_corpus(const char *path)
{
	struct marks *marks = marks_plain();
	FILE *file = fopen(path, "r");
	char *text = NULL, *at, *next;
	size_t cap = 0, count = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &cap, '\0', file) > 0);
	fclose(file);
	fails = 0;
	for (at = text; at && *at; at = next, count++) {
		char *body = strchr(at, '\n');

		next = strstr(body, "\n%% ");
		if (next)
			*next++ = '\0';
		*body++ = '\0';
		text_sample(marks, at, body);
	}
	print_message("%zu messages\n", count);
	free(text);
	marks_free(marks);
	assert_int_equal(fails, 0);
}

static void every_spelling_of_a_mark_is_found(void **state)
{
	(void)state;
	text_corpus(SOURCE_DIR "/test/data/marks/agents.txt");
}

static void people_are_no_agents(void **state)
{
	(void)state;
	text_corpus(SOURCE_DIR "/test/data/marks/people.txt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_of_messages_is_understood),
		cmocka_unit_test(real_messages_are_understood),
		cmocka_unit_test(every_spelling_of_a_mark_is_found),
		cmocka_unit_test(people_are_no_agents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
