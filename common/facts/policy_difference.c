#include "common/facts/policy_difference.h"

#include <string.h>

#include "common/base/install_paths.h"
#include "common/base/run.h"
#include "common/policy/policy.h"

#define TEXT_MAX ((size_t)64 << 10)

/* A file as the command reads it: one that is not there is empty. */
static int add_input(struct buf *out, struct span file)
{
	if (file.len && memchr(file.data, '\0', file.len))
		return -1;
	return buf_add(out, file.data ? file.data : "", file.len);
}

/* Whole lines, of as much as there is. */
static void add_lines(struct buf *out, const struct buf *text)
{
	size_t len = text->len;

	if (text->failed) {
		while (len && text->data[len - 1] != '\n')
			len--;
		(void)buf_add(out, text->data, len);
		(void)buf_adds(out, "... and more: countersign policy diff shows all of it\n");
		return;
	}
	(void)buf_add(out, text->data, len);
}

void policy_difference(const struct policy_difference *what, struct buf *out)
{
	struct buf input = BUF_INIT((size_t)2 * POLICY_FILE_MAX + 16), text = BUF_INIT(TEXT_MAX);
	struct install_paths paths;
	char program[INSTALL_PATH_MAX];
	const char *const argv[] = { program, "policy", "diff", "--repo", what->git_dir, "--layer",
		"delegated", "-", "-", NULL };
	struct run asking = { .argv = argv, .env = run_bare_env, .seconds = what->seconds };
	struct fault ignored = { 0 };
	int exited = 1;

	if (what->seconds > 0 && add_input(&input, what->old) == 0 && buf_addc(&input, '\0') == 0 &&
		add_input(&input, what->new) == 0 && install_paths_find(&paths, &ignored) == 0 &&
		install_paths_join(program, paths.prefix, "bin/countersign", &ignored) == 0) {
		asking.input = buf_span(&input);
		if (run(&asking, &text, &exited, &ignored) < 0)
			exited = 1;
	}
	if (exited == 0 && text.len)
		add_lines(out, &text);
	else
		(void)buf_adds(out, "what it changes could not be worked out: ask countersign "
				    "policy diff\n");
	buf_release(&text);
	buf_release(&input);
}
