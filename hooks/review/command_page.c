/*
 * The reviewer's command for their own machine: one file, as it was built into this program, and
 * what it is to be like when it has arrived.
 */
#include <stdio.h>
#include <string.h>

#include "common/base/digest.h"
#include "hooks/review/command_page.h"
#include "hooks/review/review_assets.h"

static const struct file {
	const char *name; /* of the file, and of its address */
	const char *text, *what;
} files[] = {
	{ "git-countersign", review_command, "the command" },
	{ "git-countersign.bash", review_command_bash, "completion for bash" },
	{ "_git-countersign", review_command_zsh, "completion for zsh" },
};

bool command_file(struct visit *visit)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(visit->request->path + 1, files[i].name) != 0)
			continue;
		visit->reply->type = "text/plain; charset=utf-8";
		(void)fputs(files[i].text, visit->page.out);
		return true;
	}
	return false;
}

static int add_files(struct page *page, struct fault *f)
{
	static const struct page_column columns[] = { { .title = "File" }, { .title = "What" },
		{ .title = "SHA-256" } };
	struct digest_text digest;

	page_table(page, "Files", columns, 3);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (digest_of(span_of(files[i].text), &digest, f) < 0)
			return -1;
		page_cell(page, "<a href=\"%s\" download>%s</a>", files[i].name, files[i].name);
		page_cell(page, "%s", files[i].what);
		page_cell(page, "<code class=\"digest\">%s</code>", digest.hex);
	}
	page_table_end(page);
	return 0;
}

int command_page(struct visit *visit, struct fault *f)
{
	struct page *page = &visit->page;

	if (visit_page(visit, "git countersign",
		    "The same decisions in a terminal, signed with the key that your git signs "
		    "with.",
		    false, NULL, f) < 0)
		return -1;
	page_section(page, "get", "Get it");
	page_add(page, "<p>It is one file, a shell script; git 2.34 and a POSIX shell are all it "
		       "needs.</p>\n");
	if (add_files(page, f) < 0)
		return -1;
	page_add(page,
		"<p>Save it, compare what you have with the table, and put it into a folder of "
		"your PATH under just that name:</p>\n"
		"<pre>sha256sum git-countersign\n"
		"sudo install -m 755 git-countersign /usr/local/bin/\n"
		"git config --global countersign.person NAME    # yours in the policy</pre>\n"
		"<p>Completions go to <code>~/.local/share/bash-completion/completions/"
		"git-countersign</code> and into a folder of zsh's <code>fpath</code>. On Debian "
		"the package <code>git-countersign</code> has all three, and the manual.</p>\n");
	page_section(page, "use", "Use it");
	page_add(page, "<p>In any clone of the repository:</p>\n"
		       "<pre>git countersign list\n"
		       "git countersign approve ID    # shows what is flagged, and asks</pre>\n");
	return visit_page_end(visit, f);
}
