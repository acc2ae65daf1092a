#include "hooks/review/held/held.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "common/git/peel.h"
#include "hooks/review/held/held_check.h"

#define TEXTS_MAX ((size_t)256 << 20)
#define TAG_MAX ((size_t)64 << 20)

static const char begin_line[] = "-----BEGIN COUNTERSIGN HOLD-----\n";
static const char end_line[] = "-----END COUNTERSIGN HOLD-----\n";

static int on_row(void *context, const struct hold_row *row)
{
	struct held *held = context;
	struct arena *arena = &held->arena;
	const char *target;

	held->found = true;
	held->id = arena_strdup(arena, row->id);
	held->digest = arena_strdup(arena, row->digest);
	held->replaces = arena_strdup(arena, row->replaces);
	held->account = arena_strdup(arena, row->account);
	held->old = arena_strdup(arena, row->old);
	held->new = arena_strdup(arena, row->new);
	held->since = arena_strdup(arena, row->since);
	held->status = arena_strdup(arena, row->status);
	held->agents = arena_strdup(arena, row->agents);
	held->verdict = json_loads(row->verdict, 0, NULL);
	target = json_string_value(json_object_get(held->verdict, "target"));
	held->ref = arena_strdup(arena, target ? target : row->ref);
	return 1;
}

/* Takes the line off that the text begins with, without its line feed. */
static bool take_line(struct span *rest, struct span *line)
{
	const char *feed = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!feed)
		return false;
	*line = (struct span){ rest->data, (size_t)(feed - rest->data) };
	rest->len -= line->len + 1;
	rest->data = feed + 1;
	return true;
}

/* Takes the word off that a line begins with, and the blank behind it. */
static struct span take_word(struct span *line)
{
	const char *blank = line->len ? memchr(line->data, ' ', line->len) : NULL;
	struct span word = { line->data, blank ? (size_t)(blank - line->data) : line->len };

	line->data += word.len + (blank != NULL);
	line->len -= word.len + (blank != NULL);
	return word;
}

static bool take_entry(struct span *line, struct entry *entry)
{
	struct span mode = take_word(line);

	entry->mode = 0;
	for (size_t i = 0; i < mode.len; i++) {
		if (mode.data[i] < '0' || mode.data[i] > '7' || mode.len != 6)
			return false;
		entry->mode = entry->mode * 8 + (uint32_t)(mode.data[i] - '0');
	}
	return mode.len && oid_parse(&entry->id, take_word(line)) == 0;
}

/* Whether the last one is the same transition, by another rule: those stand for one. */
static bool merge_rule(struct held *held, const struct held_change *change)
{
	for (size_t i = 0; i < held->count; i++) {
		struct held_change *known = &held->changes[i];
		struct buf rules = BUF_INIT(65536);

		if (!span_equal(known->path, change->path) || known->old.mode != change->old.mode ||
			known->new.mode != change->new.mode ||
			!oid_equal(&known->old.id, &change->old.id) ||
			!oid_equal(&known->new.id, &change->new.id) ||
			!oid_equal(&known->commit, &change->commit))
			continue;
		buf_addf(&rules, "%s, %s", known->rules, change->rules);
		known->rules = arena_copy(&held->arena, rules.data, rules.len);
		buf_release(&rules);
		return true;
	}
	return false;
}

/* `<rule> <old mode> <old object> <new mode> <new object> <commit> <path>` */
static bool read_change(struct held *held, struct span line)
{
	struct held_change change = { .path = { "", 0 } }, *grown;
	struct span rule = take_word(&line);
	struct buf path = BUF_INIT(TAG_MAX);

	change.rules = arena_copy(&held->arena, rule.data, rule.len);
	if (!rule.len || !take_entry(&line, &change.old) || !take_entry(&line, &change.new) ||
		oid_parse(&change.commit, take_word(&line)) < 0 ||
		(line.len && text_unquote(&path, line) < 0)) {
		buf_release(&path);
		return false;
	}
	change.path_text = arena_copy(&held->arena, path.len ? path.data : "", path.len);
	change.path = (struct span){ change.path_text, path.len };
	buf_release(&path);
	if (!change.path_text || !change.rules)
		return false;
	if (held->count < HELD_MERGED_MAX && merge_rule(held, &change))
		return true;
	grown = arena_grow(&held->arena, held->changes, held->count, sizeof(*grown));
	if (!grown)
		return false;
	held->changes = grown;
	grown[held->count++] = change;
	return true;
}

static bool line_is(struct span line, const char *key, struct span value)
{
	size_t len = strlen(key);

	return span_starts(line, key) &&
	       span_equal((struct span){ line.data + len, line.len - len }, value);
}

/* The text's head: it is about this repository and the ref that was held. */
static const char *check_head(
	const struct held *held, struct span *rest, const char *repository, const char *format)
{
	struct buf ref = BUF_INIT(65536);
	struct span line;
	const char *why = NULL;

	text_quote(&ref, span_of(held->ref));
	if (!take_line(rest, &line) || !span_is(line, "countersign hold 2"))
		why = "it is written in a form that this page does not know";
	else if (!take_line(rest, &line) || !line_is(line, "object-format ", span_of(format)))
		why = "it is of objects of another format";
	else if (!take_line(rest, &line) || !line_is(line, "repository ", span_of(repository)))
		why = "it is of another repository";
	else if (!take_line(rest, &line) || !line_is(line, "ref ", buf_span(&ref)))
		why = "it is of another ref";
	else if (!take_line(rest, &line) || !span_starts(line, "landed "))
		why = "it does not say how often the same has landed";
	buf_release(&ref);
	return why;
}

static const char *read_text(struct held *held, const char *repository, const char *format)
{
	struct span rest = held->text, line;
	const char *why = check_head(held, &rest, repository, format);

	while (!why && take_line(&rest, &line)) {
		if (span_starts(line, "and "))
			return "more was found than a hold can name, so nobody can approve it";
		if (!read_change(held, line))
			why = "a line of it cannot be read";
	}
	return why ? why : rest.len ? "it does not end with a line" : NULL;
}

/* The text between its two lines, each of which must be there once. */
static bool find_text(struct span message, struct span *text)
{
	const char *begin = memmem(message.data, message.len, begin_line, strlen(begin_line));
	const char *end = memmem(message.data, message.len, end_line, strlen(end_line));
	const char *past = message.data + message.len;

	if (!begin || !end || end < begin)
		return false;
	begin += strlen(begin_line);
	*text = (struct span){ begin, (size_t)(end - begin) };
	return !memmem(begin, (size_t)(past - begin), begin_line, strlen(begin_line)) &&
	       !memmem(end + 1, (size_t)(past - end - 1), end_line, strlen(end_line));
}

/* What the tag says, as far as its digest vouches for it. */
static int read_tag(struct held *held, struct span raw, const struct facts *facts, struct fault *f)
{
	struct digest_text digest;
	char repository[33];
	struct span text;
	struct tag tag;
	const char *why;

	if (tag_parse(&tag, repo_id_len(facts->repo), raw, &why) < 0 ||
		!find_text(tag.message, &text)) {
		held->objection = "the hold's tag does not carry the text that its digest is of";
		return 0;
	}
	held->text = (struct span){ arena_copy(&held->arena, text.data, text.len), text.len };
	if (!held->text.data)
		return fault_memory(f);
	if (digest_of(held->text, &digest, f) < 0 ||
		state_repository_id(facts->state, repository, f) < 0)
		return -1;
	if (strcmp(digest.hex, held->digest) != 0 || strncmp(digest.hex, held->id, 16) != 0)
		held->objection = "the text of the hold's tag has another digest than the hold";
	else
		held->objection = read_text(held, repository, oid_format(repo_id_len(facts->repo)));
	return 0;
}

/*
 * The hold's ref, where holds are kept; what a store has besides the repository can be read from
 * then on.  0 or -1.
 */
static int find_ref(struct held *held, const struct facts *facts, const char *name,
	struct ref_value *ref, struct fault *f)
{
	struct hold_store store;
	struct repo *apart = NULL;
	char id[33], objects[INSTALL_PATH_MAX];
	int status;

	*ref = (struct ref_value){ 0 };
	if (state_repository_id(facts->state, id, f) < 0 ||
		hold_store_find(&store, facts->policy, repo_git_dir(facts->repo), id, f) < 0)
		return -1;
	held->apart = store.apart;
	if (!store.apart)
		return repo_ref(facts->repo, name, ref, f);
	if (access(store.path, F_OK) < 0)
		return 0;
	status = repo_open(&apart, store.path, f);
	if (status == 0)
		status = repo_ref(apart, name, ref, f);
	repo_free(apart);
	if (status == 0)
		status = hold_store_objects(&store, objects, f);
	return status == 0 ? repo_add_objects(facts->repo, objects, f) : -1;
}

static int read_ref(struct held *held, const struct facts *facts, struct fault *f)
{
	struct object object = { 0 };
	enum object_type type = OBJECT_NONE;
	struct ref_value ref;
	char name[64];
	int status;

	(void)snprintf(name, sizeof(name), "refs/countersign/holds/%s", held->id);
	if (find_ref(held, facts, name, &ref, f) < 0)
		return -1;
	free(ref.target);
	if (ref.kind != REF_DIRECT) {
		held->objection = "it is not stored here (any more), so it cannot be shown";
		return 0;
	}
	if (repo_read(facts->repo, &ref.id, &object, f) < 0)
		return -1;
	if (object.type == OBJECT_TAG)
		status = read_tag(held, object.data, facts, f);
	else
		status = (held->objection = "the hold's ref is not a tag", 0);
	object_release(&object);
	if (status == 0)
		status = peel(facts->repo, &ref.id, &held->target, &type, f);
	held->of_commit = type == OBJECT_COMMIT;
	return status;
}

int held_read(struct held *held, const struct facts *facts, const char *id, struct fault *f)
{
	*held = (struct held){ .arena = ARENA_INIT(TEXTS_MAX) };
	if (state_holds(facts->state, id, NULL, on_row, held, f) < 0)
		return -1;
	if (!held->found)
		return 0;
	if (!held->id || !held->digest || !held->replaces || !held->account || !held->old ||
		!held->new || !held->since || !held->status || !held->agents || !held->ref)
		return fault_memory(f);
	if (read_ref(held, facts, f) < 0)
		return -1;
	return held->objection || !held->of_commit ? 0 : held_check(held, facts, f);
}

void held_release(struct held *held)
{
	json_decref(held->verdict);
	arena_release(&held->arena);
	*held = (struct held){ 0 };
}
