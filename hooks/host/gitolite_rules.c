/*
 * gitolite.conf-compiled.pm and each repository's gl-conf: assignments that perl's Data::Dumper has
 * written, always laid out the same way, two blanks deeper with each level.
 */
#include <stdio.h>
#include <string.h>

#include "hooks/host/gitolite_check.h"

/*
 * A quoted text at the beginning of a line, its quoting undone in place; *rest is what is behind.
 * NULL: there is none.
 */
static char *quoted(char *line, char **rest)
{
	char *start = line + strspn(line, " "), *to, *at;

	if (*start != '\'')
		return NULL;
	to = at = ++start;
	while (*at && *at != '\'') {
		if (*at == '\\' && (at[1] == '\'' || at[1] == '\\'))
			at++;
		*to++ = *at++;
	}
	if (!*at)
		return NULL;
	*to = '\0';
	*rest = at + 1;
	return start;
}

int gitolite_rules(
	char *text, int (*each)(void *context, const struct gitolite_rule *rule), void *context)
{
	struct gitolite_rule rule = { 0 };
	bool inside = false;
	char *line, *rest = text, *behind, *word;
	int outcome = 0;

	while (outcome == 0 && (line = strsep(&rest, "\n"))) {
		size_t depth = strspn(line, " ");

		if (depth == 0) {
			inside = strncmp(line, "%repos = (", 10) == 0 ||
				 strncmp(line, "%one_repo = (", 13) == 0;
			continue;
		}
		word = inside ? quoted(line, &behind) : NULL;
		if (!word)
			continue;
		if (depth == 2)
			rule = (struct gitolite_rule){ .repo = word };
		else if (depth == 4)
			rule.user = word;
		else if (depth == 8 && *behind == ',')
			rule.perm = word;
		else if (depth == 8 && rule.repo && rule.user && rule.perm) {
			rule.ref = word;
			outcome = each(context, &rule);
		}
	}
	return outcome;
}

bool gitolite_groups(const char *text, const char *repo, const char *group)
{
	const char *at = strstr(text, "\n%groups = ("), *end;
	char head[512], member[512];

	(void)snprintf(head, sizeof(head), "\n  '%.480s' => [\n", repo);
	(void)snprintf(member, sizeof(member), "    '%.480s'", group);
	at = at ? strstr(at, head) : NULL;
	end = at ? strstr(at, "\n  ]") : NULL;
	at = end ? strstr(at, member) : NULL;
	return at && at < end;
}
