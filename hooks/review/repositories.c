#include "hooks/review/repositories.h"

#include <stdlib.h>
#include <string.h>

#include "hooks/host/guarded_list.h"

/* What a list is read into. */
struct reading_list {
	struct repositories *out;
	struct fault *fault;
};

static int add(void *context, const char *git_dir)
{
	struct reading_list *reading = context;
	struct repositories *out = reading->out;
	struct repository *grown = out->items;

	if ((out->count & (out->count - 1)) == 0)
		grown = realloc(grown, (out->count ? out->count * 2 : 1) * sizeof(*grown));
	if (!grown)
		return fault_memory(reading->fault);
	out->items = grown;
	grown[out->count] = (struct repository){ .git_dir = strdup(git_dir) };
	return grown[out->count].git_dir ? (out->count++, 0) : fault_memory(reading->fault);
}

/* The path without what makes it a repository's: `/.git`, `.git`. */
static struct span bare_path(const struct repository *repository)
{
	struct span path = span_of(repository->git_dir);

	if (span_ends(path, "/.git") && path.len > 5)
		path.len -= 5;
	else if (span_ends(path, ".git") && path.len > 4 && path.data[path.len - 5] != '/')
		path.len -= 4;
	return path;
}

/* Whether a path ends with the name, at the beginning of a part. */
static bool ends_with(struct span path, struct span name)
{
	return path.len > name.len && path.data[path.len - name.len - 1] == '/' &&
	       memcmp(path.data + path.len - name.len, name.data, name.len) == 0;
}

static bool is_alone(const struct repositories *list, size_t own, struct span name)
{
	for (size_t i = 0; i < list->count; i++)
		if (i != own && ends_with(bare_path(&list->items[i]), name))
			return false;
	return true;
}

/* As many parts of the path, from its end, as no other repository ends with. */
static void find_name(struct repositories *list, size_t own)
{
	struct repository *repository = &list->items[own];
	struct span path = bare_path(repository), name = { path.data + path.len, 0 };

	do {
		while (name.data > path.data && name.data[-1] != '/')
			name.data--;
		name.len = (size_t)(path.data + path.len - name.data);
		if (is_alone(list, own, name))
			break;
	} while (name.data > path.data + 1 && name.data--);
	repository->name = name.data;
	repository->name_len = name.len;
}

int repositories_read(struct repositories *out, const struct review_site *review, struct fault *f)
{
	struct reading_list reading = { out, f };

	*out = (struct repositories){ 0 };
	if ((review->only ? add(&reading, review->only)
			  : guarded_list_each(review->etc, add, &reading, f)) < 0)
		return -1;
	for (size_t i = 0; i < out->count; i++)
		find_name(out, i);
	return 0;
}

void repositories_release(struct repositories *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].git_dir);
	free(list->items);
	*list = (struct repositories){ 0 };
}

const struct repository *repositories_find(
	const struct repositories *list, struct span name, const struct repository *after)
{
	size_t i = after ? (size_t)(after - list->items) + 1 : 0;

	for (size_t j = 0; j < list->count; j++)
		if (span_equal(repository_name(&list->items[j]), name))
			return after ? NULL : &list->items[j];
	for (; i < list->count; i++)
		if (ends_with(bare_path(&list->items[i]), name))
			return &list->items[i];
	return NULL;
}
