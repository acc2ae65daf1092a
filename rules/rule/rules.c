#include "rules/rule/rules.h"

#define JUDGED(id, name, looks_at, remedy, sentence) { looks_at, rule_##id },
#define CONFIGURED(id, looks_at) { looks_at, rule_##id },
#define FOUND(name, remedy, sentence)

static const struct {
	unsigned looks_at; /* bits of enum rule_subject */
	int (*judge)(const struct rule_case *c, struct fault *f);
} table[] = { RULE_LIST(JUDGED, CONFIGURED, FOUND) };

/* A change may be of no commit: a tag can name a tree. */
static unsigned subject_of(const struct rule_case *c)
{
	if (c->change)
		return c->content.data ? SUBJECT_CHANGE | SUBJECT_CONTENT : SUBJECT_CHANGE;
	return c->commit ? SUBJECT_COMMIT : SUBJECT_UPDATE;
}

int rules_judge(const struct rule_case *c, struct fault *f)
{
	unsigned subject = subject_of(c);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].looks_at & subject && table[i].judge(c, f) < 0)
			return -1;
	return 0;
}
