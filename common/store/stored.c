#include "common/store/stored.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/digest.h"

static const char *const names[] = {
	[OBJECT_COMMIT] = "commit",
	[OBJECT_TREE] = "tree",
	[OBJECT_BLOB] = "blob",
	[OBJECT_TAG] = "tag",
};

const char *object_type_name(enum object_type type)
{
	return names[type];
}

enum object_type object_type_of(struct span name)
{
	for (enum object_type type = OBJECT_COMMIT; type <= OBJECT_TAG; type++)
		if (span_is(name, names[type]))
			return type;
	return OBJECT_NONE;
}

struct stored *stored_new(enum object_type type, size_t size)
{
	struct stored *object = size < SIZE_MAX / 2 ? malloc(sizeof(*object) + size + 1) : NULL;

	if (!object)
		return NULL;
	*object = (struct stored){ .users = 1, .size = size, .type = type };
	object->data[size] = '\0';
	return object;
}

void stored_drop(struct stored *object)
{
	if (object && --object->users == 0)
		free(object);
}

/* The sum of one piece of bytes and another. */
static struct oid sum_of(struct span head, struct span data, size_t id_len)
{
	struct oid id = { .len = (unsigned char)id_len };
	struct digest digest;

	digest_begin(&digest, id_len);
	digest_add(&digest, head);
	digest_add(&digest, data);
	digest_end(&digest, id.hash);
	return id;
}

struct oid stored_sum(struct span data, size_t id_len)
{
	return sum_of((struct span){ "", 0 }, data, id_len);
}

struct oid stored_id(enum object_type type, struct span data, size_t id_len)
{
	char head[32];
	int len = snprintf(head, sizeof(head), "%s %zu", names[type], data.len);

	return sum_of((struct span){ head, (size_t)len + 1 }, data, id_len);
}
