#include "rules/recognise/terraform.h"

#include <ctype.h>

#include "rules/recognise/line_reader.h"

/* How many labels stand between a block's type and its brace; -1: it is no block. */
static int count_labels(struct span rest)
{
	int labels = 0;

	while (rest.len && rest.data[0] != '{') {
		struct span word = line_word(&rest);

		if (!word.len || (word.data[0] != '"' && !isalpha((unsigned char)word.data[0])))
			return -1;
		labels++;
		if (word.data[word.len - 1] == '{')
			return labels;
	}
	return rest.len ? labels : -1;
}

static bool is_block(struct span line)
{
	static const struct {
		const char *type;
		int labels;
		bool quoted;
	} blocks[] = { { "resource", 2, false }, { "data", 2, false }, { "provider", 1, true },
		{ "module", 1, true }, { "terraform", 0, false }, { "source", 2, true },
		{ "job", 1, true }, { "ephemeral", 2, false }, { "moved", 0, false },
		{ "removed", 0, false }, { "variable", 1, true }, { "output", 1, true },
		{ "locals", 0, false } };
	struct span type = line_word(&line);

	if (span_starts(line, "class ")) /* of Kotlin */
		return false;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (span_is(type, blocks[i].type) && count_labels(line) == blocks[i].labels)
			return !blocks[i].quoted || line.data[0] == '"';
	return false;
}

/* `name = ...`, or a block: how every file of that language begins. */
static bool begins_as_hcl(struct span line)
{
	size_t name = 0;
	struct span rest;

	while (name < line.len && (isalnum((unsigned char)line.data[name]) ||
					  line.data[name] == '_' || line.data[name] == '-'))
		name++;
	if (!name)
		return false;
	rest = line_trimmed((struct span){ line.data + name, line.len - name });
	return rest.len && (rest.data[0] == '=' || count_labels(rest) >= 0);
}

/*
 * The line without its comments, copied into `room`; *comment: within one that goes on over lines.
 */
static struct span without_comments(struct span line, char *room, size_t size, bool *comment)
{
	size_t used = 0;
	bool quoted = false;

	for (size_t i = 0; i < line.len && used < size; i++) {
		struct span rest = { line.data + i, line.len - i };

		if (*comment) {
			*comment = !span_starts(rest, "*/");
			i += !*comment;
			continue;
		}
		if (!quoted && span_starts(rest, "/*")) {
			*comment = true;
			i++;
			continue;
		}
		if (!quoted && (rest.data[0] == '#' || span_starts(rest, "//")))
			break;
		quoted ^= rest.data[0] == '"';
		room[used++] = rest.data[0];
	}
	return line_trimmed((struct span){ room, used });
}

/*
 * Whether nothing in the line can matter once the file has begun: it begins with no letter that a
 * block's type does, and no comment can begin or end in it.
 */
static bool is_idle(struct span line)
{
	return !line_has("rdpmtsj", line.data[0]) && !memchr(line.data, '/', line.len);
}

size_t terraform_line(struct span content)
{
	struct line_reader l = { content, 0 };
	struct span line;
	bool comment = false, begun = false;
	char room[1024];

	while (line_said(&l, "#", &line)) {
		if (begun && !comment && is_idle(line))
			continue;
		line = without_comments(line, room, sizeof(room), &comment);
		if (!line.len)
			continue;
		if (!begun && !begins_as_hcl(line))
			return 0;
		begun = true;
		if (is_block(line))
			return l.number;
	}
	return 0;
}
