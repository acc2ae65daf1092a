/*
 * alter FILE KEYS COUNT SEED: alters a bundle so many times, each time otherwise, and has it verified: a byte changed, taken
 * out or put in, lines swapped, taken out or doubled, the end cut off.  Prints how many were not found; exit status 1
 * if there is one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "hooks/attest/bundle.h"

#define LINES_MAX 100000

static unsigned long state;

static size_t any(size_t below)
{
	state = state * 6364136223846793005ul + 1442695040888963407ul;
	return (size_t)(state >> 33) % below;
}

static void add_lines(struct buf *out, struct span bytes)
{
	static size_t starts[LINES_MAX + 1];
	size_t count = 0, one, other, way = any(3);

	for (size_t i = 0; i < bytes.len && count < LINES_MAX; i++)
		if (i == 0 || bytes.data[i - 1] == '\n')
			starts[count++] = i;
	starts[count] = bytes.len;
	one = any(count);
	other = any(count);
	for (size_t i = 0; i < count; i++) {
		size_t from = way != 0 ? i : i == one ? other : i == other ? one : i;

		if (way == 1 && i == one)
			continue;
		for (int times = way == 2 && i == one ? 2 : 1; times > 0; times--)
			(void)buf_add(
				out, bytes.data + starts[from], starts[from + 1] - starts[from]);
	}
}

/* One alteration. */
static void alter(struct buf *out, struct span bytes)
{
	size_t at = any(bytes.len), way = any(5);
	char byte = (char)(bytes.data[at] ^ (char)(1 + any(255)));

	buf_clear(out);
	if (way == 4) {
		add_lines(out, bytes);
		return;
	}
	(void)buf_add(out, bytes.data, at);
	if (way == 0)
		return;
	if (way != 1)
		(void)buf_addc(out, byte);
	if (way == 3)
		(void)buf_addc(out, bytes.data[at]);
	(void)buf_add(out, bytes.data + at + 1, bytes.len - at - 1);
}

int main(int argc, char **argv)
{
	struct buf bytes = BUF_INIT(BUNDLE_MAX), altered = BUF_INIT(BUNDLE_MAX);
	struct fault f = { 0 };
	unsigned long count, missed = 0;

	if (argc != 5 || file_read(argv[1], &bytes, &f) < 0)
		return 2;
	count = strtoul(argv[3], NULL, 10);
	state = strtoul(argv[4], NULL, 10);
	if (bundle_verify(buf_span(&bytes), argv[2], &f) != 0) {
		puts("the bundle itself is not good");
		return 2;
	}
	for (unsigned long i = 0; i < count; i++) {
		alter(&altered, buf_span(&bytes));
		fault_clear(&f);
		if (!span_equal(buf_span(&altered), buf_span(&bytes)) &&
			bundle_verify(buf_span(&altered), argv[2], &f) != 1) {
			missed++;
			printf("not found: alteration %lu\n", i);
		}
	}
	printf("%lu alterations, %lu not found\n", count, missed);
	buf_release(&bytes);
	buf_release(&altered);
	return missed > 0;
}
