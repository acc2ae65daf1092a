/*
 * opens REPOSITORY: starts libgit2, opens the repository, and that is all.  What hooks are measured
 * against.
 */
#include <git2.h>

int main(int argc, char **argv)
{
	git_repository *repository = NULL;

	if (argc != 2 || git_libgit2_init() < 0 ||
		git_repository_open_bare(&repository, argv[1]) < 0)
		return 2;
	git_repository_free(repository);
	return 0;
}
