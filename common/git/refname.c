#include "common/git/refname.h"

#include <strings.h>

#include "common/base/text.h"

static const char *component_objection(struct span part)
{
	if (!part.len)
		return "the ref's name has an empty part";
	if (part.data[0] == '.')
		return "a part of the ref's name begins with a dot";
	if (span_ends(part, ".lock"))
		return "a part of the ref's name ends with .lock";
	return NULL;
}

static const char *character_objection(struct span name)
{
	unsigned int before = 0, c = 0;

	while (name.len) {
		size_t len = text_decode(name, &c);

		if (!len)
			return "the ref's name is not well-formed UTF-8";
		if (c < 0x21 || c == 0x7f || (c >= 0x80 && c < 0xa0) ||
			(c < 0x80 && strchr("~^:?*[\\", (int)c)))
			return "the ref's name holds a character that git does not allow";
		if (text_is_invisible(before, c))
			return "the ref's name holds an invisible character";
		if ((before == '.' && c == '.') || (before == '@' && c == '{'))
			return "the ref's name holds `..` or `@{`";
		before = c;
		name.data += len;
		name.len -= len;
	}
	return c == '.' ? "the ref's name ends with a dot" : NULL;
}

const char *refname_objection(struct span name)
{
	const char *why, *start = name.data, *end = name.data + name.len;

	if (name.len > REFNAME_MAX)
		return "the ref's name is too long";
	if (!span_starts(name, "refs/"))
		return "the ref's name does not begin with refs/";
	why = character_objection(name);
	while (!why) {
		const char *slash = memchr(start, '/', (size_t)(end - start));
		size_t len = (size_t)((slash ? slash : end) - start);

		why = component_objection((struct span){ start, len });
		if (!slash)
			break;
		start = slash + 1;
	}
	return why;
}

static const struct {
	const char *prefix, *why;
} reserved[] = {
	{ "refs/replace/", "refs/replace/ would make git show one object for another" },
	{ "refs/countersign/", "refs/countersign/ is Countersign's own" },
	{ "refs/notes/countersign-attestations",
		"refs/notes/countersign-attestations is Countersign's own" },
	{ "refs/namespaces/", "refs/namespaces/ would hide refs inside refs" },
	{ "refs/worktree/", "refs/worktree/ belongs to a working tree" },
	{ "refs/bisect/", "refs/bisect/ belongs to a working tree" },
	{ "refs/rewritten/", "refs/rewritten/ belongs to a working tree" },
};

const char *refname_reserved(const char *name)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strncasecmp(name, reserved[i].prefix, strlen(reserved[i].prefix)) == 0)
			return reserved[i].why;
	return NULL;
}

const char *refname_embeds(const char *name)
{
	static const char why[] = "HEAD and objects/ beside each other in refs/ would make a "
				  "repository there, without hooks",
			  remotes[] = "refs/remotes/";
	const char *last = strrchr(name, '/'), *rest;

	if (strncmp(name, remotes, sizeof(remotes) - 1) == 0) {
		rest = strchr(name + sizeof(remotes) - 1, '/');
		if (rest && strncmp(rest, "/objects/", 9) == 0)
			return why;
		if (rest == last)
			return NULL;
	}
	return last && strcmp(last, "/HEAD") == 0 ? why : NULL;
}

bool refname_is_approval(const char *name)
{
	return span_starts(span_of(name), "refs/countersign/approvals/");
}

static bool is_char_valid(unsigned char c)
{
	return c > ' ' && c != 0x7f && !memchr("~^:?*[\\", c, sizeof("~^:?*[\\") - 1);
}

bool refname_is_valid(struct span name)
{
	size_t part = 0;

	if (!span_starts(name, "refs/") || span_ends(name, "."))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char next = i + 1 < name.len ? name.data[i + 1] : '\0';

		if (!is_char_valid((unsigned char)name.data[i]))
			return false;
		if ((name.data[i] == '.' && next == '.') || (name.data[i] == '@' && next == '{'))
			return false;
		if (name.data[i] == '/') {
			if (component_objection((struct span){ name.data + part, i - part }))
				return false;
			part = i + 1;
		}
	}
	return !component_objection((struct span){ name.data + part, name.len - part });
}
