/*
 * What waits on the other hosts of a fleet, with a link to the page of the host that has it.
 */
#ifndef HOOKS_REVIEW_FLEET_LIST_H
#define HOOKS_REVIEW_FLEET_LIST_H

#include "hooks/review/visit.h"

/*
 * Adds it to the page, where the site says that it shows the fleet; when it cannot be asked, the
 * page says so, and what waits here is shown all the same.
 */
void fleet_list_add(struct visit *visit);

#endif
