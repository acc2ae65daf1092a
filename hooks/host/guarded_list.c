#include "hooks/host/guarded_list.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/install_paths.h"

#define REGISTRY_MAX ((size_t)64 << 20)

int guarded_list_each(const char *etc, int (*each)(void *context, const char *git_dir),
	void *context, struct fault *f)
{
	struct buf text = BUF_INIT(REGISTRY_MAX);
	char path[INSTALL_PATH_MAX], *rest, *line;
	bool exists;
	int status = install_paths_join(path, etc, "repositories", f);

	if (status == 0)
		status = file_read_trusted(path, (uid_t)-1, &text, &exists, f);
	rest = text.data;
	while (status == 0 && rest && (line = strsep(&rest, "\n")))
		if (*line)
			status = each(context, line);
	buf_release(&text);
	return status;
}
