#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "hooks/review/lines/shown.h"

static const char frame[] = "<span class=\"odd\">", frame_end[] = "</span>";

/* Bytes of strangers on a page are text and frames of ours, and nothing of them is unseen. */
static void check(const char *text, size_t len, const char *tab)
{
	unsigned int before = 0;

	while (len) {
		unsigned int c = 0;
		struct span rest = { text, len };
		size_t step = text_decode(rest, &c);

		if (span_starts(rest, frame))
			step = strlen(frame);
		else if (span_starts(rest, frame_end))
			step = strlen(frame_end);
		else if (!step || strchr("<>\"'", (int)(c < 0x80 ? c : 'x')) ||
			 (text_is_hidden(before, c) && !(c == '\t' && *tab)))
			abort();
		before = c;
		text += step;
		len -= step;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct page page = { .out = out };

	if (!out)
		return 0;
	shown_add(&page, (struct span){ (const char *)data, size });
	(void)fflush(out);
	check(text, len, "");
	(void)fseek(out, 0, SEEK_SET);
	shown_code(&page, (struct span){ (const char *)data, size });
	(void)fclose(out);
	check(text, len, "\t");
	free(text);
	return 0;
}
