#include "common/git/peel.h"

/* One step: what the tag is of; *type NONE when it does not say.  0 or -1. */
static int step(struct repo *repo, struct oid *id, enum object_type *type, struct fault *f)
{
	struct object object = { 0 };
	struct tag tag;

	if (repo_read(repo, id, &object, f) < 0)
		return -1;
	if (tag_recover(&tag, id->len, object.data) < 0)
		*type = OBJECT_NONE;
	else
		*id = tag.target;
	object_release(&object);
	return 0;
}

int peel(struct repo *repo, const struct oid *id, struct oid *out, enum object_type *type,
	struct fault *f)
{
	size_t size;

	*out = *id;
	for (int i = 0; i < PEEL_MAX; i++) {
		if (repo_read_header(repo, out, type, &size, f) < 0)
			return -1;
		if (*type != OBJECT_TAG)
			return 0;
		if (step(repo, out, type, f) < 0)
			return -1;
		if (*type == OBJECT_NONE)
			return 0;
	}
	*type = OBJECT_NONE;
	return 0;
}
