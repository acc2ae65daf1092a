/* The part of a replay's page that shows each push that would have been stopped. */
#ifndef HOOKS_REPORT_REPLAY_PUSHES_H
#define HOOKS_REPORT_REPLAY_PUSHES_H

#include "hooks/report/page.h"
#include "hooks/report/replay.h"

/* All pushes that would have been stopped, the latest first, folded by month. */
void replay_pushes(struct page *page, const struct replay *replay);

#endif
