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

/* Blocks: how many labels, whether the first is in quotes, and how what is in it begins. */
static const struct block {
	const char *type;
	int labels;
	bool quoted;
	const char *next[6];
} blocks[] = {
	{ "build", 0,
		.next = { "hcp_packer_registry", "name", "provisioner", "source", "sources" } },
	{ "check", 1, true, { NULL } },
	{ "component", 1, true, { NULL } },
	{ "data", 2, false, { NULL } },
	{ "dependencies", 0, .next = { "paths" } },
	{ "dependency", 1, true, { NULL } },
	{ "deployment", 1, true, { NULL } },
	{ "ephemeral", 2, false, { NULL } },
	{ "generate", 1, true, { NULL } },
	{ "import", 0, .next = { "for_each", "id", "identity", "provider", "to" } },
	{ "include", 0, .next = { "path" } },
	{ "include", 1, true, { NULL } },
	{ "job", 1, true, { NULL } },
	{ "locals", 0, false, { NULL } },
	{ "module", 1, true, { NULL } },
	{ "moved", 0, false, { NULL } },
	{ "output", 1, true, { NULL } },
	{ "packer", 0, .next = { "required_plugins", "required_version" } },
	{ "path", 1, true, { "allowed_parameters", "capabilities", "policy" } },
	{ "provider", 1, true, { NULL } },
	{ "provider", 2, true, { NULL } },
	{ "remote_state", 0, false, { NULL } },
	{ "removed", 0, false, { NULL } },
	{ "required_providers", 0, false, { NULL } },
	{ "resource", 2, false, { NULL } },
	{ "run", 1, true, { "assert", "command", "module", "plan_options", "variables" } },
	{ "source", 2, true, { NULL } },
	{ "stack", 1, true, { NULL } },
	{ "terraform", 0, false, { NULL } },
	{ "unit", 1, true, { NULL } },
	{ "variable", 1, true, { NULL } },
};

static const struct block *block_of(struct span line)
{
	struct span type = line_word(&line);

	if (span_starts(line, "class ")) /* of Kotlin */
		return NULL;
	for (size_t i = 0; type.len && i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (*blocks[i].type == *type.data && span_is(type, blocks[i].type) &&
			count_labels(line) == blocks[i].labels &&
			(!blocks[i].quoted || line.data[0] == '"'))
			return &blocks[i];
	return NULL;
}

/* Whether the line begins as the first within the block has to. */
static bool is_next(const struct block *block, struct span line)
{
	struct span word = line_word(&line);

	for (size_t i = 0; block->next[i]; i++)
		if (span_is(word, block->next[i]))
			return line.len &&
			       line_has("={", line.data[line.data[0] != '=' ? line.len - 1 : 0]);
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

static bool is_pair(struct span rest, char first, char second)
{
	return rest.len > 1 && rest.data[0] == first && rest.data[1] == second;
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
			*comment = !is_pair(rest, '*', '/');
			i += !*comment;
			continue;
		}
		if (!quoted && is_pair(rest, '/', '*')) {
			*comment = true;
			i++;
			continue;
		}
		if (!quoted && (rest.data[0] == '#' || is_pair(rest, '/', '/')))
			break;
		quoted ^= rest.data[0] == '"';
		room[used++] = rest.data[0];
	}
	return line_trimmed((struct span){ room, used });
}

/* Whether nothing in the line can matter once the file has begun: no block and no comment. */
static bool is_idle(struct span line)
{
	return !memchr(line.data, '{', line.len) && !memchr(line.data, '/', line.len);
}

size_t terraform_line(struct span content)
{
	struct line_reader l = { content, 0 };
	const struct block *block = NULL;
	struct span line;
	bool comment = false, begun = false;
	size_t found = 0;
	char room[1024];

	while (line_said(&l, "#", &line)) {
		if (begun && !block && !comment && is_idle(line))
			continue;
		line = without_comments(line, room, sizeof(room), &comment);
		if (!line.len)
			continue;
		if (block && is_next(block, line))
			return found;
		if (!begun && !begins_as_hcl(line))
			return 0;
		begun = true;
		block = block_of(line);
		found = l.number;
		if (block && !block->next[0])
			return found;
	}
	return 0;
}
