/*
 * What a change does, for rules that name kinds of it.  To move a file means that the same object
 * goes from one path and comes to another in the same commit; one that is edited as well counts as
 * deleted and added.
 */
#include "hooks/judge/parts.h"

static int on_change(void *context, const struct change *change, struct fault *f)
{
	struct judge *judge = context;
	const struct oid *id = change->new.mode ? &change->new.id : &change->old.id;
	uint64_t *bits;

	if (change->old.mode && change->new.mode)
		return 0;
	bits = oid_map_put(&judge->moved, id);
	if (!bits)
		return fault_memory(f);
	*bits |= change->new.mode ? MOVED_TO : MOVED_AWAY;
	return 0;
}

int judge_moves(struct judge *judge, const struct oid *commit, struct fault *f)
{
	const struct change_listener listener = { on_change, judge };

	oid_map_release(&judge->moved);
	if (!judge->asks_moves)
		return 0;
	return judge_changes(judge, commit, &listener, &judge->moves_whole, f);
}

/* Whether the object is moved; where it is not known, it counts as if. */
static bool is_moved(const struct judge *judge, const struct change *change)
{
	const struct oid *id = change->new.mode ? &change->new.id : &change->old.id;
	const uint64_t *bits;

	if (!judge->asks_moves)
		return false;
	bits = oid_map_get(&judge->moved, id);
	return !judge->moves_whole || (bits && *bits == (MOVED_AWAY | MOVED_TO));
}

unsigned judge_kinds(const struct judge *judge, const struct change *change)
{
	unsigned old = change->old.mode, new = change->new.mode, kinds = 0;

	if (!old || !new) {
		kinds = old ? KIND_DELETE : KIND_ADD;
		if (is_moved(judge, change))
			kinds |= KIND_RENAME;
	} else {
		kinds = oid_equal(&change->old.id, &change->new.id) ? 0 : KIND_MODIFY;
		kinds |= old == new ? 0 : KIND_MODE;
	}
	if (old == MODE_SYMLINK || new == MODE_SYMLINK)
		kinds |= KIND_LINK;
	if (old == MODE_SUBMODULE || new == MODE_SUBMODULE)
		kinds |= KIND_SUBMODULE;
	return kinds;
}
