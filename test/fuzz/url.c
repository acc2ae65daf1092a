#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hooks/review/url.h"

/* A query of any bytes is read or not; what is put into one comes back, and nothing of it is a sign. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT((size_t)1 << 24), value = BUF_INIT((size_t)1 << 24),
		   query = BUF_INIT((size_t)1 << 24);
	struct span bytes = { (const char *)data, size };

	buf_add(&text, data, size);
	if (text.len && !memchr(data, '\0', size)) {
		(void)url_path_is_sound(text.data);
		if (url_parameter(text.data, "a", &value) && memchr(value.data, '\0', value.len))
			abort();
		buf_clear(&value);
		buf_adds(&query, "b=&a=");
		url_add(&query, bytes);
		if (strpbrk(query.data + 5, "&<>\"'+ \\?#") ||
			!url_parameter(query.data, "a", &value) ||
			!span_equal(buf_span(&value), bytes))
			abort();
	}
	buf_release(&query);
	buf_release(&value);
	buf_release(&text);
	return 0;
}
