#include "common/store/cat_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 30
#define FOLDERS_MAX ((size_t)ALTERNATES_MAX * 4096)

extern char **environ;

/* The folders behind the first, each in quotes, as git reads such a list. */
static void list_folders(struct buf *out, const struct alternates *folders)
{
	(void)buf_adds(out, "GIT_ALTERNATE_OBJECT_DIRECTORIES=");
	for (size_t i = 1; i < folders->count; i++) {
		(void)buf_adds(out, i > 1 ? ":\"" : "\"");
		for (const char *c = folders->folders[i]; *c; c++) {
			if (*c == '"' || *c == '\\')
				(void)buf_addc(out, '\\');
			(void)buf_addc(out, *c);
		}
		(void)buf_addc(out, '"');
	}
}

/* Our own environment, but for where objects are. */
static const char **environment(const char *own, const char *others)
{
	size_t count = 0, kept = 0;
	const char **vars;

	while (environ[count])
		count++;
	vars = calloc(count + 5, sizeof(*vars));
	for (size_t i = 0; vars && i < count; i++)
		if (strncmp(environ[i], "GIT_", 4) != 0)
			vars[kept++] = environ[i];
	if (vars) {
		vars[kept++] = "GIT_NO_REPLACE_OBJECTS=1";
		vars[kept++] = "GIT_NO_LAZY_FETCH=1";
		vars[kept++] = own;
		vars[kept++] = others;
	}
	return vars;
}

static int begin(struct cat_file *git, struct fault *f)
{
	const char *argv[] = { "git", "-c", "safe.directory=*", "--git-dir", git->git_dir,
		"cat-file", "--batch-command", NULL };
	struct run what = { .argv = argv, .seconds = SECONDS };
	struct buf own = BUF_INIT(FOLDERS_MAX), others = BUF_INIT(FOLDERS_MAX);
	const char **vars = NULL;
	int status = -1;

	if (talk_is_open(&git->talk))
		return 0;
	(void)buf_addf(&own, "GIT_OBJECT_DIRECTORY=%s", git->folders->folders[0]);
	list_folders(&others, git->folders);
	if (!own.failed && !others.failed)
		vars = environment(own.data, others.data);
	what.env = (char *const *)vars;
	status = vars ? talk_begin(&git->talk, &what, f) : fault_memory(f);
	free((void *)vars);
	buf_release(&own);
	buf_release(&others);
	return status;
}

/* `ID TYPE SIZE`, or `ID missing`. */
static int head_parse(struct span line, const struct oid *id, struct cat_file_head *out)
{
	struct oid_text hex = oid_text(id);
	size_t len = strlen(hex.hex);
	const char *blank;

	*out = (struct cat_file_head){ 0 };
	if (!span_starts(line, hex.hex) || line.len < len + 2 || line.data[len] != ' ')
		return -1;
	line.data += len + 1;
	line.len -= len + 1;
	if (span_is(line, "missing"))
		return 0;
	blank = memchr(line.data, ' ', line.len);
	if (!blank)
		return -1;
	out->type = object_type_of((struct span){ line.data, (size_t)(blank - line.data) });
	for (const char *digit = blank + 1; digit < line.data + line.len; digit++) {
		if (*digit < '0' || *digit > '9' || out->size > SIZE_MAX / 20)
			return -1;
		out->size = out->size * 10 + (size_t)(*digit - '0');
	}
	return out->type ? 0 : -1;
}

static int ask(struct cat_file *git, const char *command, const struct oid *id,
	struct cat_file_head *out, struct fault *f)
{
	char question[OID_HEX_MAX + 32];
	struct span line;

	(void)snprintf(question, sizeof(question), "%s %s\n", command, oid_text(id).hex);
	if (begin(git, f) < 0 || talk_ask(&git->talk, span_of(question), f) < 0 ||
		talk_line(&git->talk, &line, f) < 0)
		return -1;
	return head_parse(line, id, out) == 0
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "git cat-file says what is not understood");
}

/* One that failed is not asked again: another is started. */
static int failed(struct cat_file *git, const struct oid *id, struct fault *f)
{
	talk_end(&git->talk);
	return fault_context(f, "object %s cannot be read", oid_text(id).hex);
}

int cat_file_head(
	struct cat_file *git, const struct oid *id, struct cat_file_head *out, struct fault *f)
{
	return ask(git, "info", id, out, f) < 0 ? failed(git, id, f) : 0;
}

int cat_file_read(struct cat_file *git, const struct oid *id, struct stored **out, struct fault *f)
{
	struct cat_file_head head;
	char end;

	*out = NULL;
	if (ask(git, "contents", id, &head, f) < 0)
		return failed(git, id, f);
	if (!head.type)
		return 0;
	*out = stored_new(head.type, head.size);
	if (!*out)
		(void)fault_memory(f);
	if (!*out || talk_bytes(&git->talk, (*out)->data, head.size, f) < 0 ||
		talk_bytes(&git->talk, &end, 1, f) < 0) {
		stored_drop(*out);
		*out = NULL;
		return failed(git, id, f);
	}
	return 0;
}

void cat_file_end(struct cat_file *git)
{
	talk_end(&git->talk);
}
