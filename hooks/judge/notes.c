/*
 * The attribution notes that git-ai and its like hang on commits.
 *
 * Whoever can push a note can hang it on anybody's commit.  So a note tells only of what the same
 * account brings: it is read when it is pushed, and what it names is remembered with the account.
 * Where nobody pushes (an inventory) or somebody asks about commits of their own (dry), every note
 * is shown.
 */
#include <stdlib.h>
#include <string.h>

#include "hooks/judge/ref.h"

/* Whether the note that stands is another one, or there is none. */
static int is_new(struct judge *judge, const struct oid *id, const struct object *note, bool *new,
	struct fault *f)
{
	struct object standing = { 0 };
	bool found = false;

	if (notes_find(&judge->notes[1], judge->facts->repo, id, &standing, &found, f) < 0)
		return -1;
	*new = !found || standing.data.len != note->data.len ||
	       memcmp(standing.data.data, note->data.data, note->data.len) != 0;
	if (found)
		object_release(&standing);
	return 0;
}

int judge_note_find(
	struct judge *judge, const struct oid *id, struct object *out, bool *found, struct fault *f)
{
	bool all = judge->facts->dry || !judge->facts->push.count, new = true;
	bool brought = oid_map_get(&judge->introduced, id) != NULL;
	int status;

	*found = false;
	if (!all && !brought)
		return 0;
	for (size_t i = 0; !*found && i < (all ? 2 : 1); i++)
		if (notes_find(&judge->notes[i], judge->facts->repo, id, out, found, f) < 0)
			return -1;
	if (!*found || all)
		return 0;
	status = is_new(judge, id, out, &new, f);
	*found = status == 0 && new;
	if (!*found)
		object_release(out);
	return status;
}

/* Keeps whose the push says that the object is. */
static int keep(struct judge *judge, const struct oid *id, const char *agent, struct fault *f)
{
	struct note_word *grown = judge->noted;

	if ((judge->noted_count & (judge->noted_count - 1)) == 0)
		grown = realloc(
			grown, (judge->noted_count ? judge->noted_count * 2 : 1) * sizeof(*grown));
	if (!grown)
		return fault_memory(f);
	judge->noted = grown;
	grown[judge->noted_count++] = (struct note_word){ *id, agent, judge->facts->push.account };
	return 0;
}

/* The id that a note's path is made of; false when it is no note's. */
static bool id_of(struct span path, struct oid *id)
{
	char hex[OID_HEX_MAX];
	size_t len = 0;

	for (size_t i = 0; i < path.len; i++) {
		if (path.data[i] == '/')
			continue;
		if (len == sizeof(hex))
			return false;
		hex[len++] = path.data[i];
	}
	return oid_parse(id, (struct span){ hex, len }) == 0;
}

static int on_note(void *context, const struct change *change, struct fault *f)
{
	struct judge *judge = context;
	struct object note = { 0 };
	struct attribution who;
	bool found = false;
	struct oid id;
	int status;

	if (!id_of(change->path, &id))
		return 0;
	if (judge_is_late(judge))
		return deadline_fault(f, "reading notes");
	status = notes_find(&judge->notes[0], judge->facts->repo, &id, &note, &found, f);
	if (status < 0 || !found)
		return status;
	status = attribution_of_note(judge->attributor, note.data, &who, f);
	for (size_t i = 0; status == 0 && i < who.count; i++)
		status = keep(judge, &id, who.agents[i].name, f);
	object_release(&note);
	return status;
}

int ref_notes(struct ref_judging *j, struct fault *f)
{
	const struct notes *notes = j->judge->notes;
	struct changes *changes = &j->judge->changes;
	struct rule_case c = ref_case(j);
	char detail[512];

	if (strcmp(j->update->target, ATTRIBUTION_NOTES) != 0)
		return 0;
	j->judge->noted_count = 0;
	if (changes_between(changes, &notes[1].tree, &notes[0].tree,
		    &(struct change_listener){ on_note, j->judge }, f) < 0)
		return -1;
	if (changes->end == CHANGES_WHOLE)
		return 0;
	(void)snprintf(detail, sizeof(detail), "attribution notes: %s%s%s",
		changes->why ? changes->why : "too much to judge", changes->where[0] ? ": " : "",
		changes->where);
	return changes->end == CHANGES_MALFORMED ? judge_object(j->judge, &c,
							   &(struct objection){ .rule = "malformed",
								   .action = ACTION_DENY,
								   .detail = detail },
							   f)
						 : judge_limit(j->judge, &c, detail, f);
}

int judge_noted(struct judge *judge, int (*each)(void *context, const struct note_word *what),
	void *context)
{
	int status = 0;

	for (size_t i = 0; status == 0 && *judge->facts->push.account && i < judge->noted_count;
		i++)
		status = each(context, &judge->noted[i]);
	return status;
}
