#include "common/policy/rule_list.h"

#include <string.h>

#define JUDGED(id, name, looks_at, remedy, sentence) { name, remedy, sentence },
#define CONFIGURED(id, looks_at)
#define FOUND(name, remedy, sentence) { name, remedy, sentence },

const struct rule_listed rule_list[] = { RULE_LIST(JUDGED, CONFIGURED, FOUND){ NULL, NULL, NULL } };

const struct rule_listed *rule_list_find(const char *name)
{
	const struct rule_listed *rule = rule_list;

	while (rule->name && strcmp(rule->name, name) != 0)
		rule++;
	return rule->name ? rule : NULL;
}
