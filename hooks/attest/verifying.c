#include "hooks/attest/verifying.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/run.h"
#include "hooks/attest/notes_ref.h"
#include "hooks/attest/statement.h"

#define WORDS 16
#define GIT_SECONDS 300
#define LIST_MAX ((size_t)256 << 20)
#define PROBLEMS_MAX 1000 /* more are not told */

const char *verifying_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

int verifying_git(const struct verifying *v, const char *const *arguments, struct span input,
	struct buf *out, bool *answered)
{
	const char *argv[WORDS] = { "git", "--no-replace-objects", "-c", "safe.directory=*", "-C",
		v->asked->folder };
	const size_t head = 6;
	struct run what = {
		.argv = argv, .env = run_bare_env, .input = input, .seconds = GIT_SECONDS
	};
	int code = 0;

	for (size_t i = 0; arguments[i] && head + i + 1 < WORDS; i++)
		argv[head + i] = arguments[i];
	if (run(&what, out, &code, v->fault) < 0)
		return -1;
	if (out->failed)
		return fault_set(v->fault, FAULT_ADMIN, "git answers more than is read");
	*answered = code == 0;
	return 0;
}

void verifying_problem(struct verifying *v, const char *format, ...)
{
	char *line = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (json_array_size(v->problems) < PROBLEMS_MAX && vasprintf(&line, format, arguments) >= 0)
		json_array_append_new(v->problems, json_string(line));
	va_end(arguments);
	free(line);
}

/* A statement of this commit, whose signature was good. */
struct statement {
	json_t *object;
	struct span line; /* its envelope */
	char digest[65];  /* of that */
	const struct note_key *by;
};

/* Whether it is a statement about the commit; what it says about another is worth nothing here. */
static bool is_about(const json_t *object, const char *commit)
{
	const json_t *subject = json_array_get(json_object_get(object, "subject"), 0);
	const json_t *digest = json_object_get(subject, "digest");

	return strcmp(verifying_text(object, "_type"), STATEMENT_TYPE) == 0 &&
	       json_array_size(json_object_get(object, "subject")) == 1 &&
	       strcmp(verifying_text(digest, "gitCommit"), commit) == 0;
}

/* Opens a line of a note; false: it is worth nothing, which was told. */
static bool open_line(
	struct verifying *v, const char *commit, struct span line, struct statement *out)
{
	struct buf payload = BUF_INIT(DSSE_MAX);
	struct fault f = { 0 };
	struct digest_text digest;
	int state = dsse_open(line, &v->keys, &payload, &out->by, &f);

	out->object = NULL;
	out->line = line;
	if (state == NOTE_GOOD)
		out->object = json_loadb(payload.data, payload.len, JSON_REJECT_DUPLICATES, NULL);
	if (state < 0)
		verifying_problem(v, "%s: a line of its note is not an attestation", commit);
	else if (state == NOTE_BAD)
		verifying_problem(
			v, "%s: an attestation was altered: its signature is false", commit);
	else if (state == NOTE_ABSENT)
		verifying_problem(
			v, "%s: an attestation is signed by none of the keys that count", commit);
	else if (!is_about(out->object, commit)) {
		verifying_problem(v, "%s: an attestation is about another commit", commit);
		json_decref(out->object);
		out->object = NULL;
	}
	(void)digest_of(line, &digest, &f);
	memcpy(out->digest, digest.hex, sizeof(out->digest));
	buf_release(&payload);
	return out->object != NULL;
}

static int level_of(const json_t *levels)
{
	static const char prefix[] = "SLSA_SOURCE_LEVEL_";
	json_t *level;
	size_t i;
	int found = 0;

	json_array_foreach(levels, i, level)
	{
		const char *text = json_string_value(level);

		if (text && strncmp(text, prefix, sizeof(prefix) - 1) == 0 &&
			strlen(text) == sizeof(prefix))
			found = text[sizeof(prefix) - 1] - '0';
	}
	return found;
}

/* A landing by its provenance; its summary fills in the rest. */
static json_t *landing_of(const char *commit, const struct statement *statement)
{
	const json_t *predicate = json_object_get(statement->object, "predicate"),
		     *ours = json_object_get(predicate, LANDING_MEMBER);
	const char *branch = verifying_text(predicate, "branch");
	json_t *landing = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "commit", commit, "ref",
		*branch ? branch : verifying_text(predicate, "tag"), "digest", statement->digest,
		"actor", verifying_text(predicate, "actor"), "time",
		verifying_text(predicate, "created_on"), "key", statement->by->name);

	json_object_update_missing(landing, (json_t *)(uintptr_t)ours);
	json_object_set(landing, "controls", json_object_get(predicate, "controls"));
	json_object_set_new(landing, "previous",
		json_string(verifying_text(json_object_get(ours, "previous"), "sha256")));
	json_object_set_new(
		landing, "envelopes", json_pack("[s%]", statement->line.data, statement->line.len));
	return landing;
}

/* Puts a summary to the landing whose provenance it names; false: there is none. */
static bool add_summary(json_t *list, const struct statement *statement)
{
	const json_t *predicate = json_object_get(statement->object, "predicate");
	const json_t *input = json_array_get(json_object_get(predicate, "inputAttestations"), 0);
	const char *of = verifying_text(json_object_get(input, "digest"), "sha256");
	json_t *landing, *levels = json_object_get(predicate, "verifiedLevels");
	bool found = false;
	size_t i;

	json_array_foreach(list, i, landing)
	{
		if (strcmp(verifying_text(landing, "digest"), of) != 0 ||
			strcmp(verifying_text(predicate, "verificationResult"), "PASSED") != 0)
			continue;
		json_object_set_new(landing, "level", json_integer(level_of(levels)));
		json_object_set(landing, "levels", levels);
		json_object_set(landing, "resourceUri", json_object_get(predicate, "resourceUri"));
		json_object_set_new(landing, "summary", json_string(statement->digest));
		json_array_append_new(json_object_get(landing, "envelopes"),
			json_stringn(statement->line.data, statement->line.len));
		found = true;
	}
	return found;
}

static bool is_provenance(const json_t *object)
{
	const char *type = verifying_text(object, "predicateType");

	return strcmp(type, SOURCE_PROVENANCE) == 0 || strcmp(type, TAG_PROVENANCE) == 0;
}

static void add_statement(
	struct verifying *v, const char *commit, json_t *list, const struct statement *statement)
{
	if (is_provenance(statement->object))
		json_array_append_new(list, landing_of(commit, statement));
	else if (strcmp(verifying_text(statement->object, "predicateType"), SOURCE_SUMMARY) != 0 ||
		 !add_summary(list, statement))
		verifying_problem(v, "%s: a summary without the provenance that it is of", commit);
}

void verifying_note(struct verifying *v, const char *commit, struct span note)
{
	json_t *list = json_array(), *landing;
	size_t i;

	while (note.len > 0) {
		const char *end = memchr(note.data, '\n', note.len);
		struct span line = { note.data, end ? (size_t)(end - note.data) : note.len };
		size_t taken = line.len + (end ? 1 : 0);
		struct statement statement;

		note = (struct span){ note.data + taken, note.len - taken };
		if (line.len > 0 && open_line(v, commit, line, &statement)) {
			add_statement(v, commit, list, &statement);
			json_decref(statement.object);
		}
	}
	json_array_foreach(list, i, landing)
	{
		if (!json_object_get(landing, "level"))
			verifying_problem(v, "%s: its landing on %s has no summary", commit,
				verifying_text(landing, "ref"));
	}
	json_object_set_new(v->landings, commit, list);
}

/* From the list of all notes those that are wanted: their blobs, a line each. */
static int choose(struct verifying *v, const json_t *commits, json_t *order, struct buf *blobs)
{
	const char *const arguments[] = { "notes", "--ref", ATTESTATIONS_REF, "list", NULL };
	struct buf list = BUF_INIT(LIST_MAX);
	bool answered = false;
	int status = verifying_git(v, arguments, (struct span){ 0 }, &list, &answered);
	char *line, *rest = NULL;

	for (line = status == 0 && answered && list.data ? strtok_r(list.data, "\n", &rest) : NULL;
		line; line = strtok_r(NULL, "\n", &rest)) {
		char *commit = strchr(line, ' ');

		if (!commit)
			continue;
		*commit++ = '\0';
		if (!json_object_get(commits, commit))
			continue;
		json_array_append_new(order, json_string(commit));
		(void)buf_addf(blobs, "%s\n", line);
	}
	buf_release(&list);
	return status < 0 ? -1 : blobs->failed ? fault_memory(v->fault) : 0;
}

/* One answer of git cat-file --batch. */
static bool take_blob(struct span *rest, struct span *blob)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
	const char *size = end ? memrchr(rest->data, ' ', (size_t)(end - rest->data)) : NULL;
	size_t len = size ? strtoul(size + 1, NULL, 10) : 0, head;

	if (!size)
		return false;
	head = (size_t)(end - rest->data) + 1;
	if (rest->len < head + len + 1)
		return false;
	*blob = (struct span){ rest->data + head, len };
	*rest = (struct span){ rest->data + head + len + 1, rest->len - head - len - 1 };
	return true;
}

int verifying_read(struct verifying *v, const json_t *commits)
{
	const char *const arguments[] = { "cat-file", "--batch", NULL };
	struct buf blobs = BUF_INIT(LIST_MAX), contents = BUF_INIT(LIST_MAX);
	json_t *order = json_array(), *commit;
	struct span rest, blob;
	bool answered = true;
	size_t i;
	int status = choose(v, commits, order, &blobs);

	if (status == 0 && json_array_size(order) > 0)
		status = verifying_git(v, arguments, buf_span(&blobs), &contents, &answered);
	rest = buf_span(&contents);
	json_array_foreach(order, i, commit)
	{
		if (status == 0 && answered && take_blob(&rest, &blob))
			verifying_note(v, json_string_value(commit), blob);
		else if (status == 0)
			verifying_problem(
				v, "%s: its note cannot be read", json_string_value(commit));
	}
	json_decref(order);
	buf_release(&contents);
	buf_release(&blobs);
	return status;
}
