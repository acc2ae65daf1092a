/*
 * Whether a mark that a site adds to the catalogue would take people's commits for an agent's:
 * `Signed-off-by: *`, a subject of the form `*: *`, everybody's address at a firm.
 */
#ifndef COMMON_MARK_CATALOGUE_TAKES_H
#define COMMON_MARK_CATALOGUE_TAKES_H

#include "common/mark/catalogue_site.h"

/*
 * What people write that the mark, of an agent of that id and name, would take for the agent's: a
 * sample; NULL: nothing that is known.
 */
const char *catalogue_takes(
	const struct catalogue_site_entry *entry, const struct catalogue_site_mark *mark);

#endif
