#include "hooks/host/hands/lists.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/beneath.h"
#include "common/base/file.h"
#include "common/base/install_paths.h"

#define LIST_MAX ((size_t)64 << 20)

static char **place_of(const struct list *list, const char *item)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], item) == 0)
			return &list->items[i];
	return NULL;
}

bool list_has(const struct list *list, const char *item)
{
	return place_of(list, item) != NULL;
}

static int append(struct list *list, const char *item, struct fault *f)
{
	if (list->count + 2 > list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		char **items = realloc(list->items, room * sizeof(*items));

		if (!items)
			return fault_memory(f);
		list->items = items;
		list->room = room;
	}
	list->items[list->count] = strdup(item);
	if (!list->items[list->count])
		return fault_memory(f);
	list->items[++list->count] = NULL;
	return 1;
}

int list_add(struct list *list, const char *item, struct fault *f)
{
	if (list_has(list, item))
		return 0;
	list->changed = true;
	return append(list, item, f);
}

bool list_drop(struct list *list, const char *item)
{
	char **at = place_of(list, item);

	if (!at)
		return false;
	free(*at);
	(void)memmove(at, at + 1, (size_t)(list->items + list->count - at) * sizeof(*at));
	list->count--;
	list->changed = true;
	return true;
}

int list_read(struct list *list, const char *etc, struct fault *f)
{
	struct buf text = BUF_INIT(LIST_MAX);
	char path[INSTALL_PATH_MAX], *rest, *line;
	bool exists;
	int status = install_paths_join(path, etc, list->name, f);

	if (status == 0)
		status = file_read_trusted(path, (uid_t)-1, &text, &exists, f);
	rest = text.data;
	while (status >= 0 && rest && (line = strsep(&rest, "\n")))
		if (*line)
			status = append(list, line, f);
	buf_release(&text);
	return status < 0 ? -1 : 0;
}

static int folder_open(const char *etc, struct fault *f)
{
	int fd = open(etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		(void)fault_set(f, FAULT_ADMIN, "%s: %s", etc, strerror(errno));
	return fd;
}

int list_write(struct list *list, const char *etc, struct fault *f)
{
	static const struct beneath_like like = { 0644, (uid_t)-1, (gid_t)-1 };
	struct buf text = BUF_INIT(LIST_MAX);
	int folder, status = -1;

	if (!list->changed)
		return 0;
	for (size_t i = 0; i < list->count; i++)
		(void)buf_addf(&text, "%s\n", list->items[i]);
	folder = folder_open(etc, f);
	if (text.failed)
		(void)fault_memory(f);
	else if (folder >= 0)
		status = beneath_write(folder, list->name, buf_span(&text), &like, f);
	if (folder >= 0)
		(void)close(folder);
	list->changed = status < 0;
	buf_release(&text);
	return status < 0 ? fault_context(f, "%s", etc) : 0;
}

void list_release(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct list){ .name = list->name };
}
