#include "rules/recognise/lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <strings.h>

/* Lines of a text, one after the other, without their ends and the blanks around them. */
struct lines {
	struct span rest;
	size_t number;
};

/* Whether the character is one of these; a NUL never is. */
static bool is_any(const char *set, char c)
{
	return c && strchr(set, c);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span trimmed(struct span s)
{
	while (s.len && is_blank(s.data[0]))
		s = (struct span){ s.data + 1, s.len - 1 };
	while (s.len && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

static bool next_line(struct lines *l, struct span *line)
{
	const char *end = l->rest.len ? memchr(l->rest.data, '\n', l->rest.len) : NULL;
	size_t len = end ? (size_t)(end - l->rest.data) : l->rest.len;

	if (!l->rest.len)
		return false;
	*line = trimmed((struct span){ l->rest.data, len });
	len += end != NULL;
	l->rest = (struct span){ l->rest.data + len, l->rest.len - len };
	l->number++;
	return true;
}

/* The next line that says something: not empty, and no comment beginning with one of the marks. */
static bool next_said(struct lines *l, const char *marks, struct span *line)
{
	while (next_line(l, line))
		if (line->len && !is_any(marks, line->data[0]))
			return true;
	return false;
}

/* The first word of the line, which is left behind it. */
static struct span next_word(struct span *line)
{
	struct span word = *line;

	word.len = 0;
	while (word.len < line->len && !is_blank(line->data[word.len]))
		word.len++;
	*line = trimmed((struct span){ line->data + word.len, line->len - word.len });
	return word;
}

static bool is_word(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.data, text, word.len) == 0;
}

static bool is_one_of(struct span word, const char *const *texts)
{
	for (; *texts; texts++)
		if (is_word(word, *texts))
			return true;
	return false;
}

/* ---- Dockerfile ---- */

/* `[--platform=x] image [AS name]` */
static bool is_from(struct span rest)
{
	struct span word = next_word(&rest);

	while (span_starts(word, "--"))
		word = next_word(&rest);
	if (!word.len)
		return false;
	word = next_word(&rest);
	return !word.len || (is_word(word, "as") && next_word(&rest).len && !rest.len);
}

static size_t is_dockerfile(struct span content)
{
	static const char *const instructions[] = { "run", "copy", "add", "cmd", "entrypoint",
		"env", "workdir", "expose", "user", "volume", "label", "shell", "healthcheck",
		"onbuild", "stopsignal", NULL };
	struct lines l = { content, 0 };
	struct span line, word;
	size_t from;

	do {
		if (!next_said(&l, "#", &line))
			return 0;
		word = next_word(&line);
	} while (is_word(word, "arg"));
	from = l.number;
	if (!is_word(word, "from") || !is_from(line))
		return 0;
	while (next_said(&l, "#", &line)) {
		word = next_word(&line);
		if (is_one_of(word, instructions) && line.len)
			return from;
	}
	return 0;
}

/* ---- systemd ---- */

/* The name in `[Name]`, or nothing. */
static struct span section(struct span line)
{
	if (line.len < 3 || line.data[0] != '[' || line.data[line.len - 1] != ']')
		return (struct span){ NULL, 0 };
	return (struct span){ line.data + 1, line.len - 2 };
}

static bool is_acting(struct span name, struct span line)
{
	static const struct {
		const char *section, *key;
	} acts[] = { { "Service", "Exec" }, { "Socket", "Listen" }, { "Timer", "On" },
		{ "Path", "Path" }, { "Mount", "What" }, { "Install", "WantedBy" },
		{ "Container", "Image" }, { "Container", "Exec" } };

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (span_is(name, acts[i].section) && span_starts(line, acts[i].key) &&
			memchr(line.data, '=', line.len))
			return true;
	return false;
}

static size_t is_unit(struct span content)
{
	struct lines l = { content, 0 };
	struct span line, name;

	if (!next_said(&l, "#;", &line) || !(name = section(line)).len)
		return 0;
	while (next_said(&l, "#;", &line)) {
		if (section(line).len)
			name = section(line);
		else if (is_acting(name, line))
			return l.number;
	}
	return 0;
}

/* ---- Terraform and its kin ---- */

/* How many labels stand between a block's type and its brace; -1: it is no block. */
static int count_labels(struct span rest)
{
	int labels = 0;

	while (rest.len && rest.data[0] != '{') {
		struct span word = next_word(&rest);

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
		{ "job", 1, true } };
	struct span type = next_word(&line);

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
	rest = trimmed((struct span){ line.data + name, line.len - name });
	return rest.len && (rest.data[0] == '=' || count_labels(rest) >= 0);
}

static size_t is_terraform(struct span content)
{
	struct lines l = { content, 0 };
	struct span line;
	bool comment = false, begun = false;

	while (next_said(&l, "#", &line)) {
		if (comment || span_starts(line, "/*")) {
			comment = !memmem(line.data, line.len, "*/", 2);
			continue;
		}
		if (span_starts(line, "//"))
			continue;
		if (!begun && !begins_as_hcl(line))
			return 0;
		begun = true;
		if (is_block(line))
			return l.number;
	}
	return 0;
}

/* ---- crontab ---- */

static bool is_time(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!is_any("0123456789*,-/", word.data[i]))
			return false;
	return word.len > 0;
}

static bool is_cron_entry(struct span line, bool *star)
{
	for (int i = 0; i < 5; i++) {
		struct span word = next_word(&line);

		if (!is_time(word))
			return false;
		*star = *star || word.data[0] == '*';
	}
	return line.len && (isalpha((unsigned char)line.data[0]) || is_any("/[.~$", line.data[0]));
}

static bool is_setting(struct span line)
{
	size_t name = 0;

	while (name < line.len &&
		(isalnum((unsigned char)line.data[name]) || line.data[name] == '_'))
		name++;
	return name && name < line.len &&
	       trimmed((struct span){ line.data + name, line.len - name }).data[0] == '=';
}

static size_t is_crontab(struct span content)
{
	struct lines l = { content, 0 };
	struct span line;
	size_t first = 0;
	bool star = false;

	while (next_said(&l, "#", &line)) {
		if (is_cron_entry(line, &star)) {
			first = first ? first : l.number;
			continue;
		}
		if (line.data[0] != '@' && !is_setting(line))
			return 0;
	}
	return star ? first : 0;
}

/* ---- others, by how they begin ---- */

static size_t is_cloud_config(struct span content)
{
	struct lines l = { content, 0 };
	struct span line;

	return next_line(&l, &line) && span_is(line, "#cloud-config");
}

static size_t is_jenkinsfile(struct span content)
{
	struct lines l = { content, 0 };
	struct span line, word;
	size_t first;

	do {
		if (!next_said(&l, "/*#", &line))
			return 0;
	} while (span_starts(line, "@Library") || span_starts(line, "import "));
	word = next_word(&line);
	if (!span_is(word, "pipeline{") && !(span_is(word, "pipeline") && span_is(line, "{")))
		return 0;
	first = l.number;
	while (next_said(&l, "/*", &line))
		if (span_is(next_word(&line), "stages") || span_starts(line, "stages{"))
			return first;
	return 0;
}

static const struct {
	const char *part, *why;
	size_t (*line)(struct span content); /* where it says so, or 0 */
} recognisers[] = {
	{ "infrastructure.containers", "a Dockerfile (FROM and instructions)", is_dockerfile },
	{ "infrastructure.hosts", "a systemd unit", is_unit },
	{ "infrastructure.iac", "Terraform or a relative (blocks of resources)", is_terraform },
	{ "infrastructure.hosts", "a crontab", is_crontab },
	{ "infrastructure.hosts", "cloud-init settings (#cloud-config)", is_cloud_config },
	{ "infrastructure.ci", "a Jenkins pipeline", is_jenkinsfile },
};

int recognise_lines(size_t which, struct span content, struct recognised *what)
{
	*what = (struct recognised){ .part = NULL };
	if (which >= sizeof(recognisers) / sizeof(recognisers[0]))
		return -1;
	what->line = recognisers[which].line(content);
	if (!what->line)
		return 0;
	what->part = recognisers[which].part;
	what->why = recognisers[which].why;
	return 0;
}
