#include <stdint.h>
#include <stdlib.h>

#include "common/path/fold.h"

/* Folding never fails within its room. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf path = BUF_INIT(1 << 24), text = BUF_INIT(1 << 24);
	struct span in = { (const char *)data, size };

	if (fold_path(&path, in) < 0 || fold_text(&text, in) < 0)
		abort();
	buf_release(&path);
	buf_release(&text);
	return 0;
}
