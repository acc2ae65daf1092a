#include <stddef.h>
#include <stdint.h>

#include "common/path/fold.h"
#include "common/path/pattern.h"

static int ignore(void *context, const struct pattern_hit *hit)
{
	(void)context;
	(void)hit;
	return 0;
}

/*
 * First byte: the mode, and whether the path is a link; lines up to an empty one: patterns; the
 * rest: a path.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pattern_set *set;
	struct buf folded = BUF_INIT(1 << 20);
	struct fault f = { 0 };
	struct span rest = { (const char *)data + 1, size - 1 }, path;

	if (!size || pattern_set_new(&set, data[0] & 1 ? PATTERN_GENEROUS : PATTERN_EXACT, &f) < 0)
		return 0;
	(void)pattern_set_list(set);
	while (rest.len && rest.data[0] != '\n') {
		const char *end = memchr(rest.data, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.data) : rest.len;

		fault_clear(&f);
		(void)pattern_set_add(set, 0, (struct span){ rest.data, len }, &f);
		len += end != NULL;
		rest = (struct span){ rest.data + len, rest.len - len };
	}
	path = rest;
	if (data[0] & 1 && fold_path(&folded, rest) == 0)
		path = buf_span(&folded);
	if (path.data) {
		const struct pattern_asked asked = { set, 0,
			{ .bytes = rest, .folded = path, .link = data[0] & 2 } };

		(void)pattern_set_match(set, &asked.path, ignore, NULL);
		(void)pattern_set_explain(&asked, ignore, NULL);
	}
	pattern_set_free(set);
	buf_release(&folded);
	return 0;
}
