#include "rules/recognise/lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <strings.h>

#include "rules/recognise/line_reader.h"
#include "rules/recognise/terraform.h"

static bool is_word(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.data, text, word.len) == 0;
}

static bool line_begins(struct span line, const char *text)
{
	return line.len >= strlen(text) && strncasecmp(line.data, text, strlen(text)) == 0;
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
	struct span word = line_word(&rest);

	while (span_starts(word, "--"))
		word = line_word(&rest);
	if (!word.len)
		return false;
	word = line_word(&rest);
	return !word.len || (is_word(word, "as") && line_word(&rest).len && !rest.len);
}

/*
 * The next instruction, its continued lines joined in *room, which is used when there are any; a
 * line that ends in a backslash (or, where the file says so, a backquote) goes on, comments in
 * between are none of it.
 */
static bool next_instruction(struct line_reader *l, char *room, size_t size, struct span *line)
{
	size_t used = 0;

	if (!line_said(l, "#", line))
		return false;
	while (line->len && line_has("\\`", line->data[line->len - 1])) {
		size_t take = line->len - 1 < size - used - 1 ? line->len - 1 : size - used - 1;

		memcpy(room + used, line->data, take);
		used += take;
		if (used >= size - 2 || !line_said(l, "#", line))
			break;
		if (line->data[-1] == ' ' || line->data[-1] == '\t')
			room[used++] = ' '; /* else the word goes on */
		if (line->len && !line_has("\\`", line->data[line->len - 1])) {
			take = line->len < size - used ? line->len : size - used;
			memcpy(room + used, line->data, take);
			*line = line_trimmed((struct span){ room, used + take });
			return true;
		}
	}
	if (used)
		*line = line_trimmed((struct span){ room, used });
	return true;
}

static size_t is_dockerfile(struct span content)
{
	char room[1024];
	static const char *const instructions[] = { "run", "copy", "add", "cmd", "entrypoint",
		"env", "workdir", "expose", "user", "volume", "label", "shell", "healthcheck",
		"onbuild", "stopsignal", NULL };
	struct line_reader l = { content, 0 };
	struct span line, word;
	size_t from;

	do {
		if (!next_instruction(&l, room, sizeof(room), &line))
			return 0;
		word = line_word(&line);
	} while (is_word(word, "arg"));
	from = l.number;
	if (!is_word(word, "from") || !is_from(line))
		return 0;
	while (line_said(&l, "#", &line)) {
		word = line_word(&line);
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
	struct line_reader l = { content, 0 };
	struct span line, name;

	if (!line_said(&l, "#;", &line) || !(name = section(line)).len)
		return 0;
	while (line_said(&l, "#;", &line)) {
		if (section(line).len)
			name = section(line);
		else if (is_acting(name, line))
			return l.number;
	}
	return 0;
}

/* ---- crontab ---- */

static bool is_time(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!line_has("0123456789*,-/", word.data[i]))
			return false;
	return word.len > 0;
}

static bool is_cron_entry(struct span line, bool *star)
{
	for (int i = 0; i < 5; i++) {
		struct span word = line_word(&line);

		if (!is_time(word))
			return false;
		*star = *star || word.data[0] == '*';
	}
	return line.len &&
	       (isalpha((unsigned char)line.data[0]) || line_has("/[.~$", line.data[0]));
}

static bool is_setting(struct span line)
{
	size_t name = 0;

	while (name < line.len &&
		(isalnum((unsigned char)line.data[name]) || line.data[name] == '_'))
		name++;
	return name && name < line.len &&
	       line_trimmed((struct span){ line.data + name, line.len - name }).data[0] == '=';
}

static size_t is_crontab(struct span content)
{
	struct line_reader l = { content, 0 };
	struct span line;
	size_t first = 0;
	bool star = false;

	while (line_said(&l, "#", &line)) {
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

/* `## template: jinja`, however it is spaced. */
static bool is_template(struct span line)
{
	size_t n = 0;

	if (!span_starts(line, "##"))
		return false;
	for (n = 2; n < line.len && line.data[n] == ' '; n++)
		;
	return span_starts((struct span){ line.data + n, line.len - n }, "template:");
}

/* Several parts in one, as mail has it: one of them is for cloud-init. */
static bool is_multipart(struct span line, struct span content)
{
	static const char *const types[] = { "text/cloud-config", "text/cloud-boothook",
		"text/x-shellscript", "text/jinja2", "text/part-handler" };

	if (!line_begins(line, "content-type: multipart/") && !line_begins(line, "mime-version:"))
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (memmem(content.data, content.len, types[i], strlen(types[i])))
			return true;
	return false;
}

/* cloud-init takes blank lines before, and a line that says that a template follows. */
static size_t is_cloud_config(struct span content)
{
	static const char *const begins[] = { "#cloud-config", "#cloud-config-archive",
		"#cloud-config-jsonp", "#cloud-boothook", "#part-handler", "#upstart-job",
		"#include-once", NULL };
	struct line_reader l = { content, 0 };
	struct span line, next;
	bool template = false;

	do {
		if (!line_next(&l, &line))
			return 0;
		template |= is_template(line) && memmem(line.data, line.len, "jinja", 5);
	} while (!line.len || is_template(line));
	if (is_one_of(line, begins) || (template && span_starts(line, "#!")) ||
		is_multipart(line, content))
		return l.number;
	return is_word(line, "#include") && line_next(&l, &next) && span_starts(next, "http")
		       ? l.number - 1
		       : 0;
}

static size_t is_jenkinsfile(struct span content)
{
	struct line_reader l = { content, 0 };
	struct span line, word;
	size_t first;

	do {
		if (!line_said(&l, "/*#", &line))
			return 0;
	} while (span_starts(line, "@Library") || span_starts(line, "import "));
	word = line_word(&line);
	if (!span_is(word, "pipeline{") && !(span_is(word, "pipeline") && span_is(line, "{")))
		return 0;
	first = l.number;
	while (line_said(&l, "/*", &line))
		if (span_is(line_word(&line), "stages") || span_starts(line, "stages{"))
			return first;
	return 0;
}

/* Whether it names a manifest: `- a.yml`, `[a.yaml, b.yaml]`, `path: a.yml`. */
static bool names_manifest(struct span line)
{
	while (line.len && line_has("]}\"', ", line.data[line.len - 1]))
		line.len--;
	return span_ends(line, ".yml") || span_ends(line, ".yaml");
}

/* Whether some line may begin with it: most files are done with when that is asked. */
static bool may_include(struct span content)
{
	const char *at = content.data, *end = at + content.len;

	while (content.len && (at = memmem(at, (size_t)(end - at), "include", 7))) {
		const char *before = at;

		while (before > content.data && line_has("{\"' ", before[-1]))
			before--;
		if (before == content.data || line_has("\n\r", before[-1]))
			return true;
		at += 7;
	}
	return false;
}

/* `- https://example.org/ci.yml`: GitLab takes pipelines in so; compose names a commit, too. */
static bool is_from_afar(struct span line)
{
	return memmem(line.data, line.len, "https://", 8) && !memchr(line.data, '#', line.len);
}

/* `include:` at the margin, and the manifests that are taken in: from afar, or from here. */
static size_t is_including(struct span content, bool afar)
{
	struct line_reader l = { content, 0 };
	struct span line;
	size_t first = 0;

	if (!may_include(content))
		return 0;
	while (line_said(&l, "#", &line)) {
		bool margin =
			line.data == content.data || line.data[-1] == '\n' || line.data[-1] == '\r';

		if (first)
			return span_starts(line, "- ") && names_manifest(line) &&
					       is_from_afar(line) == afar
				       ? first
				       : 0;
		while (line.len && line_has("{\"' ", line.data[0]))
			line = (struct span){ line.data + 1, line.len - 1 };
		if (!margin || !span_starts(line, "include"))
			continue;
		line = (struct span){ line.data + 7, line.len - 7 };
		while (line.len && line_has("\"' ", line.data[0]))
			line = (struct span){ line.data + 1, line.len - 1 };
		if (!line.len || line.data[0] != ':')
			continue;
		first = l.number;
		if (line.len > 1)
			return line_has("[ ", line.data[1]) && names_manifest(line) &&
					       is_from_afar(line) == afar
				       ? first
				       : 0;
	}
	return 0;
}

static size_t is_pipeline_including(struct span content)
{
	return is_including(content, true);
}

static size_t is_compose_including(struct span content)
{
	return is_including(content, false);
}

static const struct {
	const char *part, *why;
	size_t (*line)(struct span content); /* where it says so, or 0 */
} recognisers[] = {
	{ "infrastructure.containers", "a Dockerfile (FROM and instructions)", is_dockerfile },
	{ "infrastructure.hosts", "a systemd unit", is_unit },
	{ "infrastructure.iac", "Terraform or a relative (blocks of resources)", terraform_line },
	{ "infrastructure.hosts", "a crontab", is_crontab },
	{ "infrastructure.hosts", "cloud-init settings (#cloud-config)", is_cloud_config },
	{ "infrastructure.ci", "a Jenkins pipeline", is_jenkinsfile },
	{ "infrastructure.ci", "a GitLab pipeline (what it includes)", is_pipeline_including },
	{ "infrastructure.containers", "a manifest that takes in others (include)",
		is_compose_including },
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
