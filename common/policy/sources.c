#include "common/policy/sources.h"

#include "common/policy/site_agents.h"

int sources_find(struct sources *out, const struct install_paths *paths, const char *git_dir,
	struct fault *f)
{
	if (install_paths_join(out->site, paths->etc, "policy.json", f) < 0 ||
		install_paths_join(out->stopped, paths->etc, STOPS_FILE, f) < 0 ||
		install_paths_join(out->stopped_fleet, paths->etc, STOPS_FLEET_FILE, f) < 0)
		return -1;
	if (install_paths_join(out->agents, paths->etc, "agents.d", f) < 0)
		return -1;
	return install_paths_join(out->repository, git_dir, "countersign/policy.json", f);
}

struct policy_sources sources_of(const struct sources *sources, const char *git_dir)
{
	return (struct policy_sources){
		.site = sources->site,
		.repository = sources->repository,
		.stopped = sources->stopped,
		.stopped_fleet = sources->stopped_fleet,
		.agents = sources->agents,
		.git_dir = git_dir,
	};
}

int sources_agents(struct fault *f)
{
	struct install_paths paths;
	char folder[INSTALL_PATH_MAX];

	if (install_paths_find(&paths, f) < 0 ||
		install_paths_join(folder, paths.etc, "agents.d", f) < 0)
		return -1;
	return site_agents_load(folder, f);
}
