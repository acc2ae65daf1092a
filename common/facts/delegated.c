#include "common/facts/delegated.h"

#include <stdlib.h>

struct repo_file delegated_file(void)
{
	return (struct repo_file){ .path = POLICY_DELEGATED, .most = POLICY_FILE_MAX };
}

void delegated_use(const struct repo_file *file, struct policy_sources *sources)
{
	sources->delegated = (struct span){ NULL, 0 };
	sources->delegated_over = file->found && file->over;
	if (file->found && !file->over)
		sources->delegated =
			(struct span){ file->object.data.data ? file->object.data.data : "",
				file->object.data.len };
}

int delegated_read(struct repo *repo, const char *branch, struct repo_file *file, struct fault *f)
{
	struct ref_value value;

	*file = delegated_file();
	if (repo_ref(repo, branch, &value, f) < 0)
		return -1;
	free(value.target);
	return value.kind == REF_DIRECT ? repo_file_read(repo, &value.id, file, f) : 0;
}
