#include <stdint.h>
#include <stdlib.h>

#include "common/git/object.h"

static const char *begin, *end;

/* What a parser gives lies in what it was given. */
static void inside(struct span part)
{
	if (part.len && (part.data < begin || part.data + part.len > end))
		abort();
}

static void person_inside(const struct person_line *person)
{
	inside(person->name);
	inside(person->email);
	inside(person->raw);
}

static void check_commit(struct span raw)
{
	struct commit commit;
	const char *why = NULL;

	if (commit_parse(&commit, OID_SHA1, raw, &why) < 0) {
		if (!why)
			abort();
		return;
	}
	if (commit.parent_count)
		(void)commit_parent(&commit, commit.parent_count - 1);
	person_inside(&commit.author);
	person_inside(&commit.committer);
	inside(commit.parent_lines);
	inside(commit.encoding);
	inside(commit.signature);
	inside(commit.mergetags);
	inside(commit.message);
	/* The message is the end of it. */
	if (commit.message.data + commit.message.len != end)
		abort();
}

static void check_tag(struct span raw)
{
	struct tag tag;
	const char *why = NULL;

	if (tag_parse(&tag, OID_SHA1, raw, &why) < 0) {
		if (!why)
			abort();
		return;
	}
	person_inside(&tag.tagger);
	inside(tag.name);
	inside(tag.message);
	inside(tag.signature);
	if (tag.message.data + tag.message.len + tag.signature.len != end)
		abort();
}

static void check_tree(struct span rest)
{
	struct tree_entry entry, previous = tree_begin(OID_SHA1), last = { 0 };
	const char *why = NULL;
	int got;

	while ((got = tree_next(&rest, &entry, &previous, &why)) > 0) {
		inside(entry.name);
		inside((struct span){ (const char *)entry.hash, OID_SHA1 });
		if (last.name.data && tree_compare(&last, &entry) >= 0)
			abort();
		last = entry;
	}
	if (got < 0 ? !why : rest.len != 0)
		abort();
}

/* The first byte chooses the parser. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(struct span) = { check_commit, check_tag, check_tree };

	if (size == 0)
		return 0;
	begin = (const char *)data + 1;
	end = (const char *)data + size;
	checks[data[0] % 3]((struct span){ begin, size - 1 });
	return 0;
}
