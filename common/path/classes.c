#include "common/path/classes.h"

#include <string.h>

/* Written by rules/generate/gen_classes.c. */
extern const struct class_part class_table[];
extern const size_t class_table_count;

static const char *const content_classes[] = { "build-steps", "credentials", "hidden-text" };

const struct class_part *class_parts(size_t *count)
{
	*count = class_table_count;
	return class_table;
}

bool class_covers(const char *name, const struct class_part *part)
{
	return strcmp(name, part->name) == 0 || (!part->alone && strcmp(name, part->class) == 0);
}

bool class_list_covers(const char *const *names, const struct class_part *part)
{
	bool covered = false;

	for (; *names; names++)
		if (class_covers(*names + (**names == '!'), part))
			covered = **names != '!';
	return covered;
}

bool class_known(const char *name)
{
	for (size_t i = 0; i < class_table_count; i++)
		if (class_covers(name, &class_table[i]))
			return true;
	return false;
}

bool class_is_content(const char *name)
{
	for (size_t i = 0; i < sizeof(content_classes) / sizeof(content_classes[0]); i++)
		if (strcmp(content_classes[i], name) == 0)
			return true;
	return false;
}
