#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "hooks/review/lines/words.h"

static void rest_of(struct buf *out, struct span line, const struct word_marks *marks)
{
	size_t at = 0;

	for (size_t i = 0; i < marks->count; i++) {
		if (marks->items[i].from < at || marks->items[i].to <= marks->items[i].from ||
			marks->items[i].to > line.len)
			abort();
		buf_add(out, line.data + at, marks->items[i].from - at);
		at = marks->items[i].to;
	}
	buf_add(out, line.data + at, line.len - at);
}

/* Two lines, parted by a NUL: marks are in order and within, and what is not marked is the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data, *nul = size ? memchr(data, '\0', size) : NULL;
	size_t first = nul ? (size_t)(nul - bytes) : 0;
	struct buf rests[2] = { BUF_INIT((size_t)1 << 24), BUF_INIT((size_t)1 << 24) };
	struct word_marks marks[2];
	struct span old, new;

	if (!nul)
		return 0;
	old = (struct span){ bytes, first };
	new = (struct span){ nul + 1, size - first - 1 };
	if (words_mark(old, new, &marks[0], &marks[1])) {
		rest_of(&rests[0], old, &marks[0]);
		rest_of(&rests[1], new, &marks[1]);
		if (marks[0].count < WORDS_MARKS_MAX && marks[1].count < WORDS_MARKS_MAX &&
			!span_equal(buf_span(&rests[0]), buf_span(&rests[1])))
			abort();
	}
	buf_release(&rests[0]);
	buf_release(&rests[1]);
	return 0;
}
