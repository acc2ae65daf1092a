#include "common/policy/sources.h"

int sources_find(struct sources *out, const struct install_paths *paths, const char *git_dir,
	struct fault *f)
{
	if (install_paths_join(out->site, paths->etc, "policy.json", f) < 0 ||
		install_paths_join(out->stopped, paths->etc, STOPS_FILE, f) < 0)
		return -1;
	return install_paths_join(out->repository, git_dir, "countersign/policy.json", f);
}

struct policy_sources sources_of(const struct sources *sources, const char *git_dir)
{
	return (struct policy_sources){
		.site = sources->site,
		.repository = sources->repository,
		.stopped = sources->stopped,
		.git_dir = git_dir,
	};
}
