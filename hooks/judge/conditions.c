/*
 * What a path's name alone does not tell of its class: whether a build.rs lies beside a Cargo.toml,
 * whether a .pth is text (else it is the weights of a model), and whether `docs/claude.md` is what
 * an agent reads or a page about one.
 */
#include <string.h>

#include "common/path/classes.h"
#include "hooks/judge/parts.h"

#define TEXT_START 8000 /* bytes without a NUL among them are text, as git has it */

static struct span base_of(struct span path)
{
	const char *slash = path.len ? memrchr(path.data, '/', path.len) : NULL;
	size_t start = slash ? (size_t)(slash + 1 - path.data) : 0;

	return (struct span){ path.data + start, path.len - start };
}

/* Whether the commit has a file of that name beside the path. */
static int lies_beside(struct judge *judge, const struct rule_case *c, const char *name,
	bool *there, struct fault *f)
{
	struct span path = c->change->path, base = base_of(path);
	struct buf at = BUF_INIT(1u << 20);
	struct object object = { 0 };
	int status;

	*there = true;
	if (!c->commit || buf_add(&at, path.data, path.len - base.len) < 0 ||
		buf_adds(&at, name) < 0) {
		buf_release(&at);
		return c->commit ? fault_memory(f) : 0;
	}
	status = repo_blob_at(judge->facts->repo, c->commit, at.data, &object, there, f);
	object_release(&object);
	buf_release(&at);
	return status;
}

/* Whether what the change brings is text; what cannot be looked into may be. */
static int is_text(struct judge *judge, const struct rule_case *c, bool *text, struct fault *f)
{
	const struct entry *new = &c->change->new;
	struct object object = { 0 };
	bool over = false;
	size_t start;

	*text = true;
	if (!new->mode || new->mode == MODE_SUBMODULE)
		return 0;
	if (repo_read_within(judge->facts->repo, &new->id,
		    (size_t)judge->facts->policy->limits.blob, &object, &over, f) < 0)
		return -1;
	start = object.data.len < TEXT_START ? object.data.len : TEXT_START;
	*text = over || !start || !memchr(object.data.data, '\0', start);
	object_release(&object);
	return 0;
}

static bool has_capital(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 'A' && text.data[i] <= 'Z')
			return true;
	return false;
}

/* Whether the path lies in a folder of pages for people. */
static bool in_docs(struct span path)
{
	static const char *const folders[] = { "docs", "doc", "documentation", "website", "wiki",
		"guides", "book" };

	while (path.len) {
		const char *slash = memchr(path.data, '/', path.len);
		struct span folder = { path.data, slash ? (size_t)(slash - path.data) : 0 };

		for (size_t i = 0; slash && i < sizeof(folders) / sizeof(folders[0]); i++)
			if (span_is(folder, folders[i]))
				return true;
		path.len -= slash ? folder.len + 1 : path.len;
		path.data += slash ? folder.len + 1 : 0;
	}
	return false;
}

/* `docs/claude.md`: agents read CLAUDE.md there, and people pages about agents. */
static bool is_page(
	const struct class_part *part, const struct class_entry *entry, struct span path)
{
	struct span pattern = span_of(entry->pattern), base = base_of(path);

	return strcmp(part->class, "agent-instructions") == 0 && span_ends(pattern, ".md") &&
	       has_capital(base_of(pattern)) && !has_capital(base) && in_docs(path);
}

static int holds(struct judge *judge, const struct rule_case *c, const struct class_entry *entry,
	bool *held, struct fault *f)
{
	*held = true;
	if (entry->beside && lies_beside(judge, c, entry->beside, held, f) < 0)
		return -1;
	return *held && entry->text ? is_text(judge, c, held, f) : 0;
}

int judge_conditions(struct judge *judge, const struct rule_case *c, struct fault *f)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++) {
		int list = judge->facts->policy->class_lists[i];
		const struct class_entry *entry;
		bool held;

		if (list < 0 || judge->protecting[list] < 0 ||
			(size_t)judge->protecting[list] >= parts[i].count)
			continue;
		entry = &parts[i].entries[judge->protecting[list]];
		if (holds(judge, c, entry, &held, f) < 0)
			return -1;
		if (!held || is_page(&parts[i], entry, c->change->path))
			judge->protecting[list] = LIST_NONE;
	}
	return 0;
}
