#include "hooks/attest/bundle_sample.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/digest.h"

struct drawn {
	struct digest_text lot;
	size_t index;
};

static int by_lot(const void *a, const void *b)
{
	return strcmp(((const struct drawn *)a)->lot.hex, ((const struct drawn *)b)->lot.hex);
}

static int by_index(const void *a, const void *b)
{
	size_t first = ((const struct drawn *)a)->index, second = ((const struct drawn *)b)->index;

	return (first > second) - (first < second);
}

static void draw(struct drawn *drawn, const json_t *all, size_t index, const char *seed)
{
	const char *digest =
		json_string_value(json_object_get(json_array_get(all, index), "digest"));
	struct buf text = BUF_INIT(65536);
	struct fault ignored = { 0 };

	(void)buf_addf(&text, "%s:%s", seed, digest ? digest : "");
	(void)digest_of(buf_span(&text), &drawn->lot, &ignored);
	drawn->index = index;
	buf_release(&text);
}

json_t *bundle_sample(const json_t *all, const char *seed, unsigned long count)
{
	size_t size = json_array_size(all);
	struct drawn *lots = calloc(size + 1, sizeof(*lots));
	json_t *out = lots ? json_array() : NULL;

	if (!seed || count > size)
		count = size;
	for (size_t i = 0; out && i < size; i++)
		draw(&lots[i], all, i, seed ? seed : "");
	if (out) {
		qsort(lots, size, sizeof(*lots), by_lot);
		qsort(lots, count, sizeof(*lots), by_index);
	}
	for (size_t i = 0; out && i < count; i++)
		json_array_append(out, json_array_get(all, lots[i].index));
	free(lots);
	return out;
}
