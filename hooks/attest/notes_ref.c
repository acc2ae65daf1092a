#include "hooks/attest/notes_ref.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/run.h"
#include "common/history/notes.h"

#define STREAM_MAX ((size_t)256 << 20)
#define OUTPUT_MAX 65536
#define GIT_SECONDS 300

int notes_ref_value(struct repo *repo, struct oid *out, struct fault *f)
{
	struct ref_value value;
	int status = repo_ref(repo, ATTESTATIONS_REF, &value, f);

	*out = (struct oid){ 0 };
	if (status == 0 && value.kind == REF_SYMBOLIC)
		status = fault_set(f, FAULT_ADMIN, "%s is symbolic", ATTESTATIONS_REF);
	if (status == 0 && value.kind == REF_DIRECT)
		*out = value.id;
	if (status == 0 && value.kind == REF_SYMBOLIC)
		free(value.target);
	return status;
}

/* The lines that the note has, and those of the new ones that it has not. */
static int add_note(struct buf *out, struct span has, const char *lines, struct fault *f)
{
	struct buf note = BUF_INIT(STREAM_MAX);

	(void)buf_addspan(&note, has);
	if (has.len > 0 && has.data[has.len - 1] != '\n')
		(void)buf_addc(&note, '\n');
	while (*lines) {
		size_t len = strcspn(lines, "\n") + 1;

		if (has.len == 0 || !memmem(has.data, has.len, lines, len))
			(void)buf_add(&note, lines, len);
		lines += len;
	}
	(void)buf_addf(out, "data %zu\n", note.len);
	(void)buf_addspan(out, buf_span(&note));
	(void)buf_addc(out, '\n');
	buf_release(&note);
	return note.failed || out->failed ? fault_memory(f) : 0;
}

static int add_all(
	struct buf *out, struct repo *repo, struct notes *notes, json_t *lines, struct fault *f)
{
	const char *commit;
	json_t *text;
	int status = 0;

	json_object_foreach(lines, commit, text)
	{
		struct object has = { 0 };
		struct oid id;
		bool found = false;

		if (status == 0 && oid_parse(&id, span_of(commit)) < 0)
			status = fault_set(f, FAULT_INTERNAL, "%s is not a commit", commit);
		if (status == 0 && !oid_is_zero(&notes->tree))
			status = notes_find(notes, repo, &id, &has, &found, f);
		(void)buf_addf(out, "N inline %s\n", commit);
		if (status == 0)
			status = add_note(out, found ? has.data : (struct span){ "", 0 },
				json_string_value(text), f);
		object_release(&has);
	}
	return status;
}

static int import(const char *git_dir, const struct buf *stream, struct fault *f)
{
	const char *argv[] = { "git", "--git-dir", git_dir, "fast-import", "--quiet",
		"--date-format=raw", NULL };
	struct buf output = BUF_INIT(OUTPUT_MAX);
	struct run what = { .argv = argv,
		.env = run_bare_env,
		.folder = "/",
		.input = buf_span(stream),
		.seconds = GIT_SECONDS };
	int code = 0, status = run(&what, &output, &code, f);

	if (status == 0 && code != 0)
		status = fault_set(f, FAULT_ADMIN, "git fast-import of notes failed: %.300s",
			output.data ? output.data : "");
	buf_release(&output);
	return status;
}

int notes_ref_add(struct repo *repo, json_t *lines, int64_t seconds, struct fault *f)
{
	struct buf stream = BUF_INIT(STREAM_MAX);
	struct notes notes = { 0 };
	struct oid before;
	int status = notes_ref_value(repo, &before, f);

	if (status == 0 && !oid_is_zero(&before))
		status = repo_tree_of(repo, &before, &notes.tree, f);
	(void)buf_addf(&stream,
		"commit %s\ncommitter Countersign <countersign> %" PRId64 " +0000\n"
		"data 20\nCountersign: landed\n\n",
		ATTESTATIONS_REF, seconds);
	if (!oid_is_zero(&before))
		(void)buf_addf(&stream, "from %s\n", oid_text(&before).hex);
	if (status == 0)
		status = add_all(&stream, repo, &notes, lines, f);
	if (status == 0)
		status = import(repo_git_dir(repo), &stream, f);
	notes_release(&notes);
	buf_release(&stream);
	return status;
}
