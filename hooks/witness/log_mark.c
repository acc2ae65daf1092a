#include "hooks/witness/log_mark.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/state/cut.h"
#include "hooks/witness/head.h"

#define MARK "log.verified"
#define MARK_MAX 8192

int log_mark_read(const char *git_dir, struct state *state, struct log_walk *out, bool *exists,
	struct fault *f)
{
	struct buf bytes = BUF_INIT(MARK_MAX);
	char id[33] = "", of[33] = "", tree[64 * 64 + 1] = "";
	int result = state_repository_id(state, id, f);

	*exists = false;
	*out = (struct log_walk){ 0 };
	if (result == 0)
		result = head_read(git_dir, MARK, &bytes, exists, f);
	if (result == 0 && *exists)
		*exists = buf_addc(&bytes, '\0') == 0 &&
			  sscanf(bytes.data, "%32s %" SCNd64 " %64s %4096s", of, &out->rows,
				  out->tip, tree) == 4 &&
			  strcmp(of, id) == 0 && strlen(out->tip) == 64 &&
			  log_tree_text_read(&out->tree, out->rows, tree) == 0;
	buf_release(&bytes);
	return result;
}

void log_mark_keep(const char *git_dir, struct state *state, const struct log_walk *walk)
{
	struct buf text = BUF_INIT(MARK_MAX);
	struct log_tree_text tree = log_tree_text_of(&walk->tree);
	struct fault ignored = { 0 };
	char id[33] = "";

	if (walk->rows > 0 && state_repository_id(state, id, &ignored) == 0 &&
		buf_addf(&text, "%s\n%" PRId64 "\n%s\n%s\n", id, walk->rows, walk->tip, tree.hex) ==
			0)
		(void)head_keep(git_dir, MARK, buf_span(&text), &ignored);
	buf_release(&text);
}
