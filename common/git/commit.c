/* Commit objects: parents, author and committer, the headers that may follow, and the message. */
#include <string.h>
#include <strings.h>

#include "common/git/header.h"
#include "common/git/object.h"

/* Headers that may follow the committer, each with what becomes of it. */
enum extra_kind {
	EXTRA_ENCODING,  /* one line */
	EXTRA_SIGNATURE, /* with continuation lines */
	EXTRA_MERGETAG,  /* with continuation lines, may be repeated in one run */
};

static const struct extra {
	const char *name; /* with the blank */
	enum extra_kind kind;
	unsigned once; /* bits; two headers that share one exclude each other */
} extras[] = {
	{ "encoding ", EXTRA_ENCODING, 1 << 0 },
	{ "gpgsig ", EXTRA_SIGNATURE, 1 << 1 },
	{ "gpgsig-sha256 ", EXTRA_SIGNATURE, 1 << 1 },
	{ "mergetag ", EXTRA_MERGETAG, 1 << 2 },
};

static const struct extra *extra_of(struct span rest)
{
	for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++)
		if (span_starts(rest, extras[i].name))
			return &extras[i];
	return NULL;
}

/* Takes the header's lines off, with all that continue it. */
static struct span take_folded(struct span *rest)
{
	struct span all = { rest->data, 0 }, line;

	do {
		if (header_line(rest, &line) < 0)
			return (struct span){ 0 };
		all.len = (size_t)(rest->data - all.data);
	} while (rest->len && rest->data[0] == ' ');
	return all;
}

static int malformed(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

static int read_extra(struct commit *out, const struct extra *extra, struct span *rest)
{
	const char *begin = rest->data;
	struct span line;

	switch (extra->kind) {
	case EXTRA_SIGNATURE:
		out->signature = take_folded(rest);
		out->signature_foreign = span_starts(out->signature, "gpgsig-sha256 ") !=
					 (out->tree.len == OID_SHA256);
		return out->signature.len ? 0 : -1;
	case EXTRA_MERGETAG:
		while (span_starts(*rest, extra->name))
			if (take_folded(rest).len == 0)
				return -1;
		out->mergetags = (struct span){ begin, (size_t)(rest->data - begin) };
		return 0;
	case EXTRA_ENCODING:
		if (header_value(rest, extra->name, &line) < 0 || line.len == 0)
			return -1;
		out->encoding = line;
		return 0;
	}
	return -1;
}

/* Names that mean something to git, so that they are read where it reads them or not at all. */
static bool is_gits_own(struct span name)
{
	static const char *const own[] = { "tree", "parent", "author", "committer", "encoding",
		"gpgsig", "gpgsig-sha256", "mergetag", "object", "type", "tag", "tagger" };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (name.len == strlen(own[i]) && strncasecmp(name.data, own[i], name.len) == 0)
			return true;
	return false;
}

/* Passes over one line `name value` that git does not know; false when it is anything else. */
static bool skip_unknown(struct span *rest)
{
	struct span line, name;
	const char *blank;

	if (header_line(rest, &line) < 0)
		return false;
	blank = memchr(line.data, ' ', line.len);
	if (!blank || blank == line.data || (rest->len && rest->data[0] == ' '))
		return false;
	name = (struct span){ line.data, (size_t)(blank - line.data) };
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] <= ' ' || name.data[i] > '~')
			return false;
	return !is_gits_own(name);
}

/* The headers after the committer, to the blank line. */
static int read_extras(struct commit *out, struct span *rest, const char **why)
{
	unsigned seen = 0;

	while (!span_starts(*rest, "\n")) {
		const struct extra *extra = extra_of(*rest);

		if (rest->len == 0)
			return malformed(why, "no blank line before the message");
		if (!extra && !skip_unknown(rest))
			return malformed(why, "a misplaced, repeated or unreadable commit header");
		if (!extra)
			continue;
		if (seen & extra->once)
			return malformed(why, "a duplicate commit header");
		seen |= extra->once;
		if (read_extra(out, extra, rest) < 0)
			return malformed(why, "a commit header without an end or a value");
	}
	return 0;
}

static int read_parents(struct commit *out, struct span *rest, const char **why)
{
	const char *begin = rest->data;
	struct oid parent = { .len = out->tree.len };

	while (span_starts(*rest, "parent ")) {
		if (header_oid(rest, "parent ", &parent) < 0)
			return malformed(why, "a malformed parent line");
		if (out->parent_count == COMMIT_PARENTS_MAX)
			return malformed(why, "too many parents");
		out->parent_count++;
	}
	out->parent_lines = (struct span){ begin, (size_t)(rest->data - begin) };
	return 0;
}

int commit_parse(struct commit *out, size_t id_len, struct span raw, const char **why)
{
	struct span rest = raw;

	*out = (struct commit){ .raw = raw, .tree.len = (unsigned char)id_len };
	if (raw.len && memchr(raw.data, '\0', raw.len))
		return malformed(why, "a NUL byte in a commit");
	if (header_oid(&rest, "tree ", &out->tree) < 0)
		return malformed(why, "a commit without a well-formed tree line at its beginning");
	if (read_parents(out, &rest, why) < 0)
		return -1;
	if (header_person(&rest, "author ", &out->author) < 0)
		return malformed(why, "no well-formed author line after tree and parents");
	if (header_person(&rest, "committer ", &out->committer) < 0)
		return malformed(why, "no well-formed committer line after one author line");
	if (read_extras(out, &rest, why) < 0)
		return -1;
	out->message = (struct span){ rest.data + 1, rest.len - 1 };
	return 0;
}

int commit_recover(struct commit *out, size_t id_len, struct span raw)
{
	struct span rest = raw;
	const char *why, *blank;

	*out = (struct commit){ .raw = raw, .tree.len = (unsigned char)id_len };
	if (header_oid(&rest, "tree ", &out->tree) < 0 || read_parents(out, &rest, &why) < 0)
		return -1;
	blank = rest.len ? memmem(rest.data, rest.len, "\n\n", 2) : NULL;
	out->message =
		blank ? (struct span){ blank + 2, (size_t)(rest.data + rest.len - blank - 2) }
		      : rest;
	return 0;
}

struct oid commit_parent(const struct commit *commit, size_t n)
{
	const size_t digits = (size_t)2 * commit->tree.len;
	const size_t line = sizeof("parent \n") - 1 + digits;
	struct oid parent;

	(void)oid_parse_as(&parent, commit->tree.len,
		(struct span){ commit->parent_lines.data + n * line + 7, digits });
	return parent;
}
