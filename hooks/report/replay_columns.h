/* The charts of a replay's page: months, or quarters or years where there are many, as columns. */
#ifndef HOOKS_REPORT_REPLAY_COLUMNS_H
#define HOOKS_REPORT_REPLAY_COLUMNS_H

#include "hooks/report/page.h"
#include "hooks/report/replay.h"

/* Agents' share of commits, each agent a part. */
void replay_chart_agents(struct page *page, const struct replay *replay);

/* Pushes that would have been held and denied. */
void replay_chart_outcomes(struct page *page, const struct replay *replay);

/* Which rules would have stopped them. */
void replay_chart_rules(struct page *page, const struct replay *replay);

#endif
