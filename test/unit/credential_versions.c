/*
 * What is new in a text: the search of the changed lines alone says the same as a search of both
 * versions from end to end, over random edits of the forms in test/data/credentials/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "rules/credential/credentials.h"

#define LINES_MAX 4096
#define EDITS 400
#define HITS_MAX 4096
#define AROUND 256

static char *pool[LINES_MAX]; /* lines to make texts of */
static size_t pool_count;
static uint64_t state = 17;

static size_t below(size_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(state >> 33) % n;
}

/* Lines of the forms, and twice as many that say nothing. */
static void fill_pool(void)
{
	char line[1024];
	FILE *in = fopen(SOURCE_DIR "/test/data/credentials/forms", "r");

	assert_non_null(in);
	while (fgets(line, sizeof(line), in) && pool_count + 3 < LINES_MAX) {
		char *text = strchr(line, '\t'), *mark;

		if (!text)
			continue;
		while ((mark = strstr(text, "{P}")))
			memcpy(mark, "k7Q", 3);
		pool[pool_count++] = strdup(text + 1);
		for (int i = 0; i < 2; i++) {
			snprintf(line, sizeof(line), "plain line %zu of the text\n", below(1000));
			pool[pool_count++] = strdup(line);
		}
	}
	(void)fclose(in);
	assert_true(pool_count > 1000);
}

struct text {
	const char *lines[LINES_MAX];
	size_t count;
};

static void put(struct text *t, size_t at, const char *line)
{
	memmove(t->lines + at + 1, t->lines + at, (t->count - at) * sizeof(*t->lines));
	t->lines[at] = line;
	t->count++;
}

static const char *take(struct text *t, size_t at)
{
	const char *line = t->lines[at];

	t->count--;
	memmove(t->lines + at, t->lines + at + 1, (t->count - at) * sizeof(*t->lines));
	return line;
}

static void edit(struct text *t)
{
	for (size_t n = 1 + below(4); n > 0; n--) {
		size_t at = below(t->count);

		switch (below(4)) {
		case 0:
			put(t, at, pool[below(pool_count)]);
			break;
		case 1:
			(void)take(t, at);
			break;
		case 2:
			t->lines[at] = pool[below(pool_count)];
			break;
		default:
			put(t, below(t->count), take(t, at));
		}
	}
}

static void write_text(struct buf *out, const struct text *t)
{
	buf_clear(out);
	for (size_t i = 0; i < t->count; i++)
		buf_adds(out, t->lines[i]);
	assert_false(out->failed);
}

struct hits {
	struct span bytes;
	struct hit {
		char kind[64];
		struct span secret, around;
		size_t line;
		enum confidence confidence;
	} at[HITS_MAX];
	size_t count;
};

static int keep(void *context, const struct credential_hit *hit)
{
	struct hits *all = context;
	struct hit *h = &all->at[all->count++];
	const char *start = hit->secret.data, *end = start + hit->secret.len;
	const char *last = all->bytes.data + all->bytes.len;

	assert_true(all->count < HITS_MAX);
	snprintf(h->kind, sizeof(h->kind), "%s", hit->kind);
	h->secret = hit->secret;
	h->line = hit->line;
	h->confidence = hit->confidence;
	for (int i = 0; i < AROUND && start > all->bytes.data && start[-1] != '\n'; i++)
		start--;
	for (int i = 0; i < AROUND && end < last && *end != '\n'; i++)
		end++;
	h->around = (struct span){ start, (size_t)(end - start) };
	return 0;
}

static bool has(const struct hits *all, const struct hit *h)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->at[i].kind, h->kind) == 0 &&
			span_equal(all->at[i].secret, h->secret) &&
			span_equal(all->at[i].around, h->around))
			return true;
	return false;
}

static void scan(struct credentials *c, const char *path, struct span bytes, struct hits *out)
{
	struct fault f = { 0 };

	out->bytes = bytes;
	out->count = 0;
	assert_int_equal(credentials_scan(c, span_of(path), bytes, keep, out, &f), 0);
}

/* Both ways say the same of one edit. */
static void compare(struct credentials *c, const char *path, struct span old, struct span new)
{
	static struct hits before, after, told;
	struct fault f = { 0 };
	size_t n = 0;

	scan(c, path, old, &before);
	scan(c, path, new, &after);
	told.bytes = new;
	told.count = 0;
	assert_int_equal(
		credentials_scan_new(c,
			&(struct credential_versions){ span_of(path), old, new, CONFIDENCE_LOW },
			keep, &told, &f),
		0);
	for (size_t i = 0; i < after.count; i++) {
		if (has(&before, &after.at[i]))
			continue;
		if (n >= told.count || told.at[n].line != after.at[i].line ||
			strcmp(told.at[n].kind, after.at[i].kind) != 0 ||
			told.at[n].confidence != after.at[i].confidence)
			fail_msg("%s: line %zu, %s/%d is not told: %.*s", path, after.at[i].line,
				after.at[i].kind, (int)after.at[i].confidence,
				(int)after.at[i].around.len, after.at[i].around.data);
		n++;
	}
	if (n != told.count)
		fail_msg("%s: line %zu, %s is told, and is old: %.*s", path, told.at[n].line,
			told.at[n].kind, (int)told.at[n].around.len, told.at[n].around.data);
}

static void changed_lines_say_the_same(void **unused)
{
	static const char *const paths[] = { "a.py", "a.yaml", "a.sh", "README", "a.c" };
	static struct text old, new;
	struct buf a = BUF_INIT(1 << 20), b = BUF_INIT(1 << 20);
	struct credentials *c;
	struct fault f = { 0 };

	(void)unused;
	fill_pool();
	assert_int_equal(credentials_new(&c, &f), 0);
	for (size_t n = 0; n < EDITS; n++) {
		old.count = 0;
		for (size_t i = 200 + below(400); i > 0; i--)
			put(&old, old.count, pool[below(pool_count)]);
		new = old;
		edit(&new);
		write_text(&a, &old);
		write_text(&b, &new);
		compare(c, paths[n % 5], buf_span(&a), buf_span(&b));
	}
	credentials_free(c);
	buf_release(&a);
	buf_release(&b);
	for (size_t i = 0; i < pool_count; i++)
		free(pool[i]);
}

/* A key whose first line was there before, and is far above what is new. */
static void what_reaches_far_down_is_found(void **unused)
{
	struct buf old = BUF_INIT(1 << 20), new = BUF_INIT(1 << 20);
	struct credentials *c;
	struct fault f = { 0 };
	static struct hits told;

	(void)unused;
	for (int part = 0; part < 2; part++) {
		struct buf *out = part ? &new : &old;

		for (int i = 0; i < 2000; i++)
			buf_addf(out, "line %d\n", i);
		buf_adds(out, "-----BEGIN RSA PRIVATE "
			      "KEY-----\n");
		for (int i = 0; i < 100; i++)
			if (part || i < 60)
				buf_addf(out, "Qk%02dVzT4nLs8WxYdMe7RbGpHfJa%02dKcUoXiZ3vBq1\n", i,
					99 - i);
		buf_adds(out, "-----END RSA PRIVATE KEY-----\n");
	}
	assert_int_equal(credentials_new(&c, &f), 0);
	told.bytes = buf_span(&new);
	assert_int_equal(credentials_scan_new(c,
				 &(struct credential_versions){ span_of("a.txt"), buf_span(&old),
					 buf_span(&new), CONFIDENCE_LOW },
				 keep, &told, &f),
		0);
	assert_int_equal(told.count, 1);
	assert_string_equal(told.at[0].kind, "private-key");
	credentials_free(c);
	buf_release(&old);
	buf_release(&new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_lines_say_the_same),
		cmocka_unit_test(what_reaches_far_down_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
