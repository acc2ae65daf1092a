/*
 * All rules at once: the table that every case is held against.
 */
#ifndef RULES_RULE_RULES_H
#define RULES_RULE_RULES_H

#include "rules/rule/rule.h"

/* Shows the case to every rule; findings go to its verdict.  0 or -1. */
int rules_judge(const struct rule_case *c, struct fault *f);

#endif
