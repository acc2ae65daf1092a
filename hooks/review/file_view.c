#include "hooks/review/file_view.h"

#include "common/base/base64.h"
#include "hooks/review/lines/shown.h"

#define HEAD_ROWS 4 /* that a file's head counts as */

/* The two contents of a file, as far as there are any. */
struct sides {
	struct object old, new;
	bool over; /* one is larger than is laid out */
};

const char *file_view_image(struct span content)
{
	static const struct {
		const char *start;
		size_t len;
		const char *type;
	} kinds[] = { { "\x89PNG\r\n\x1a\n", 8, "image/png" }, { "\xff\xd8\xff", 3, "image/jpeg" },
		{ "GIF87a", 6, "image/gif" }, { "GIF89a", 6, "image/gif" } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (content.len > kinds[i].len &&
			memcmp(content.data, kinds[i].start, kinds[i].len) == 0)
			return kinds[i].type;
	return NULL;
}

static bool has_content(const struct entry *entry)
{
	return entry->mode && entry->mode != MODE_SUBMODULE && entry->mode != MODE_TREE;
}

static bool is_binary(struct span content)
{
	return content.len && memchr(content.data, '\0', content.len);
}

static const char *kind_of(uint32_t mode)
{
	switch (mode) {
	case MODE_SYMLINK:
		return "symbolic link";
	case MODE_SUBMODULE:
		return "submodule";
	case MODE_EXECUTABLE:
		return "executable file";
	default:
		return "file";
	}
}

/* What was done to it, in words. */
static void add_what(struct page *page, const struct changed_file *file)
{
	const struct entry *old = &file->old, *new = &file->new;

	if (!old->mode)
		page_badge(page, PAGE_GOOD, "new");
	else if (!new->mode)
		page_badge(page, PAGE_DENY, "deleted");
	if (file->moved_from.len) {
		page_add(page, " <span class=\"note\">was <code>");
		shown_add(page, file->moved_from);
		page_add(page, "</code></span>");
	}
	if (old->mode && new->mode && old->mode != new->mode)
		page_add(page,
			" <span class=\"badge hold\">mode %s &rarr; %s</span>"
			" <span class=\"note\">%s, now %s</span>",
			old->mode == MODE_SYMLINK      ? "120000"
			: old->mode == MODE_EXECUTABLE ? "100755"
			: old->mode == MODE_SUBMODULE  ? "160000"
						       : "100644",
			new->mode == MODE_SYMLINK      ? "120000"
			: new->mode == MODE_EXECUTABLE ? "100755"
			: new->mode == MODE_SUBMODULE  ? "160000"
						       : "100644",
			kind_of(old->mode), kind_of(new->mode));
	else if ((new->mode ? new->mode : old->mode) != MODE_FILE)
		page_add(page, " <span class=\"badge plain\">%s</span>",
			kind_of(new->mode ? new->mode : old->mode));
	if (file->elsewhere)
		page_add(page, " <span class=\"note\">changed again by a later commit, and flagged "
			       "all the same</span>");
	if (file->moved_away)
		page_add(page, " <span class=\"note\">its content is at another path now</span>");
}

/* What a finding's path is, as the verdict has it: escaped, and whole beside it. */
static bool is_of(const json_t *finding, const struct changed_file *file)
{
	const char *whole = json_string_value(json_object_get(finding, "path_base64"));
	const char *path = json_string_value(json_object_get(finding, "path"));
	struct buf bytes = BUF_INIT(1 << 20);
	bool same;

	if (!whole)
		return path && span_is(file->path, path);
	same = base64_decode(&bytes, span_of(whole)) == 0 &&
	       span_equal(buf_span(&bytes), file->path);
	buf_release(&bytes);
	return same;
}

/* What was found in it, with the line where there is one. */
static void add_findings(struct file_view *view, const struct changed_file *file, size_t number)
{
	json_t *finding;
	size_t i;

	json_array_foreach(view->findings, i, finding)
	{
		const char *detail = json_string_value(json_object_get(finding, "detail"));
		json_int_t line = json_integer_value(json_object_get(finding, "line"));

		if (!is_of(finding, file) || (line <= 0 && !(detail && *detail)))
			continue;
		page_add(view->page, "<p class=\"found\"><strong>");
		shown_escaped(view->page, json_string_value(json_object_get(finding, "rule")));
		page_add(view->page, "</strong> ");
		if (line > 0)
			page_add(view->page, "<a href=\"#f%zu-%d\">line %d</a> ", number, (int)line,
				(int)line);
		shown_escaped(view->page, detail);
		page_add(view->page, "</p>\n");
	}
}

static void add_head(
	struct file_view *view, const struct changed_file *file, size_t number, size_t hidden)
{
	struct page *page = view->page;

	page_add(page,
		"<details class=\"file\" id=\"f%zu\"%s>\n<summary><span class=\"path\"><code>",
		number, file->rules ? " open" : "");
	shown_add(page, file->path);
	page_add(page, "</code></span> ");
	if (file->rules) {
		page_add(page, "<span class=\"badge hold\">");
		shown_text(page, file->rules);
		page_add(page, "</span> ");
	}
	add_what(page, file);
	if (hidden)
		page_add(page, " <span class=\"badge deny\">%zu hidden character%s</span>", hidden,
			hidden == 1 ? "" : "s");
	page_add(page, "</summary>\n");
	if (file->rules)
		add_findings(view, file, number);
}

/* Objects by their ids, for what has no text. */
static void add_entry(struct page *page, const char *label, const struct entry *entry, size_t size)
{
	if (!entry->mode)
		page_add(page, "<dt>%s</dt><dd>nothing</dd>\n", label);
	else if (entry->mode == MODE_SUBMODULE)
		page_add(page, "<dt>%s</dt><dd>commit <code class=\"id\">%s</code></dd>\n", label,
			oid_text(&entry->id).hex);
	else
		page_add(page,
			"<dt>%s</dt><dd>%s bytes, object <code class=\"id\">%s</code></dd>\n",
			label, page_count((int64_t)size).text, oid_text(&entry->id).hex);
}

static void add_image(
	struct file_view *view, const char *label, const struct entry *entry, struct span content)
{
	if (!has_content(entry) || !file_view_image(content))
		return;
	page_add(view->page,
		"<figure class=\"image\"><figcaption>%s</figcaption>"
		"<img src=\"%s?image=%s\" alt=\"%s\"></figure>\n",
		label, view->self, oid_text(&entry->id).hex, label);
}

/* What cannot be shown as text. */
static void add_bytes(struct file_view *view, const struct changed_file *file,
	const struct sides *sides, const char *why)
{
	struct page *page = view->page;

	page_add(page, "<p class=\"note\">%s</p>\n<dl class=\"facts\">\n", why);
	add_entry(page, "Before", &file->old, sides->old.data.len);
	add_entry(page, "After", &file->new, sides->new.data.len);
	page_add(page, "</dl>\n<div class=\"images\">");
	add_image(view, "Before", &file->old, sides->old.data);
	add_image(view, "After", &file->new, sides->new.data);
	page_add(page, "</div>\n");
}

static int read_side(struct file_view *view, const struct entry *entry, struct object *out,
	bool *over, struct fault *f)
{
	bool large = false;

	if (!has_content(entry))
		return 0;
	if (repo_read_within(view->repo, &entry->id, FILE_VIEW_MAX, out, &large, f) < 0)
		return -1;
	*over = *over || large;
	return 0;
}

/* A file while it is laid out. */
struct laying {
	struct file_view *view;
	const struct changed_file *file;
	struct sides sides;
	size_t number;
	bool headed, begun; /* its head is on this page; and it begins there */
};

/* The head, once, wherever on this page the file begins or goes on. */
static void begin(void *context)
{
	struct laying *laying = context;
	size_t hidden = shown_count_hidden(laying->file->path);

	if (laying->headed)
		return;
	if (!is_binary(laying->sides.new.data))
		hidden += shown_count_hidden(laying->sides.new.data);
	add_head(laying->view, laying->file, laying->number, hidden);
	laying->headed = true;
	if (!laying->begun)
		page_add(laying->view->page,
			"<p class=\"note\">This goes on from the page before.</p>\n");
}

static const char *no_text(const struct laying *laying)
{
	const struct sides *sides = &laying->sides;

	if (sides->over)
		return "This is too large to be laid out here; git countersign show prints it.";
	if (!has_content(&laying->file->old) && !has_content(&laying->file->new))
		return "This is a submodule: it names a commit of another repository.";
	return is_binary(sides->old.data) || is_binary(sides->new.data) ? "This is not text."
									: NULL;
}

/* The lines, or in their place what is to be said. */
static int write_inside(struct laying *laying, struct fault *f)
{
	struct file_view *view = laying->view;
	const struct diff_rows rows = { .page = view->page,
		.pager = view->pager,
		.view = view->view,
		.old = laying->sides.old.data,
		.new = laying->sides.new.data,
		.label = laying->file->path_text,
		.number = laying->number,
		.begin = begin,
		.context = laying };
	const char *why = no_text(laying);
	size_t differing = 0;

	view->unshown = view->unshown || (laying->sides.over && laying->file->rules);
	if (why && laying->begun)
		add_bytes(view, laying->file, &laying->sides, why);
	if (why)
		return 0;
	if (diff_rows_write(&rows, &differing, f) < 0)
		return -1;
	if (laying->begun && !differing)
		page_add(view->page, "<p class=\"note\">%s</p>\n",
			span_equal(rows.old, rows.new) ? "The content is the same."
						       : "The content differs in blanks alone.");
	return 0;
}

static int read_sides(struct laying *laying, struct fault *f)
{
	const struct changed_file *file = laying->file;
	const struct entry *old = file->moved_from.len ? &file->moved : &file->old;
	struct sides *sides = &laying->sides;

	if (read_side(laying->view, old, &sides->old, &sides->over, f) < 0)
		return -1;
	return read_side(laying->view, &file->new, &sides->new, &sides->over, f);
}

int file_view_write(
	struct file_view *view, const struct changed_file *file, size_t number, struct fault *f)
{
	struct laying laying = { .view = view, .file = file, .number = number };
	int status = read_sides(&laying, f);

	laying.begun = pager_take(view->pager, HEAD_ROWS);
	if (status == 0 && laying.begun)
		begin(&laying);
	if (status == 0)
		status = write_inside(&laying, f);
	if (laying.headed)
		page_add(view->page, "</details>\n");
	object_release(&laying.sides.old);
	object_release(&laying.sides.new);
	return status;
}
