/*
 * What there is in one repository, for policies to be held against: patterns that match nothing of
 * it are warned about.  Only `policy check` asks.
 */
#ifndef COMMON_POLICY_EXISTS_H
#define COMMON_POLICY_EXISTS_H

#include <stddef.h>

struct policy_exists {
	const char **paths;  /* of files, from the top of the tree that HEAD's branch has */
	const char **folded; /* fold_path() of each */
	size_t path_count;
	const char **refs; /* full names */
	size_t ref_count;
};

#endif
