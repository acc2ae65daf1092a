#include "common/base/typo.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int letter(const char *word, size_t i)
{
	return tolower((unsigned char)word[i]);
}

size_t typo_distance(const char *a, const char *b)
{
	size_t rows[3][TYPO_MAX + 1], *before = rows[0], *above = rows[1], *row = rows[2];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len >= TYPO_MAX || b_len >= TYPO_MAX)
		return TYPO_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *oldest = before;

		before = above;
		above = row;
		row = oldest;
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1,
				above[j - 1] + (letter(a, i - 1) != letter(b, j - 1)));
			if (i > 1 && j > 1 && letter(a, i - 1) == letter(b, j - 2) &&
				letter(a, i - 2) == letter(b, j - 1))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b_len];
}

/* A third of the letters may be wrong, and one always. */
struct typo typo_begin(const char *word)
{
	size_t len = strlen(word);

	return (struct typo){ .word = word, .distance = 1 + (len > 2 ? len / 3 : 0) };
}

/* What it takes to make of the word a name that it is a part of, `claude` of `claude-code`. */
static size_t part_distance(const char *word, const char *name)
{
	size_t len = strlen(word);

	if (len < 3 || strlen(name) <= len)
		return TYPO_MAX;
	for (const char *part = name; part; part = strchr(part, '-')) {
		part += *part == '-';
		if (strncasecmp(part, word, len) == 0 && (!part[len] || part[len] == '-'))
			return part != name; /* rather at its beginning */
	}
	return TYPO_MAX;
}

static void offer_near(struct typo *typo, const char *candidate)
{
	size_t distance =
		least(part_distance(typo->word, candidate), typo_distance(typo->word, candidate));

	if (distance >= typo->distance + (typo->found ? 0 : 1) || distance >= strlen(typo->word))
		return;
	typo->found = candidate;
	typo->distance = distance;
}

/* What other programs call it. */
static bool is_alias(const char *word, const char *candidate)
{
	static const char *const aliases[][2] = { { "branches", "refs" }, { "users", "people" },
		{ "person", "people" }, { "persons", "people" }, { "hooks", "webhooks" },
		{ "comment", "description" }, { "_comment", "description" },
		{ "//", "description" }, { "$comment", "description" }, { "paths", "scope" },
		{ "action", "scope_action" }, { "agents", "by" }, { "who", "by" },
		{ "files", "paths" }, { "pattern", "paths" }, { "patterns", "paths" },
		{ "approvals_required", "approvals" }, { "teams", "groups" }, { "roles", "groups" },
		{ "team", "groups" }, { "secret", "secret_file" }, { "timeout", "seconds" },
		{ "size", "blob" }, { "copilot", "github-copilot" }, { "cursor-agent", "cursor" },
		{ "block", "deny" }, { "reject", "deny" }, { "refuse", "deny" },
		{ "review", "hold" }, { "require-approval", "hold" }, { "log", "warn" },
		{ "monitor", "observe" }, { "audit", "observe" }, { "dry-run", "observe" },
		{ "mattermost", "slack" }, { "any", "anyone" }, { "everyone", "anyone" },
		{ "human", "anyone" }, { "humans", "anyone" }, { "people", "anyone" },
		{ "*", "agents" }, { "all", "*" }, { "any", "*" }, { "default", "*" },
		{ "credentials", "class:credentials" }, { "secrets", "class:credentials" },
		{ "hidden-text", "class:hidden-text" }, { "everyone", "*" }, { "person", "human" },
		{ "people", "human" } };

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(word, aliases[i][0]) == 0 && strcmp(candidate, aliases[i][1]) == 0)
			return true;
	return false;
}

void typo_offer(struct typo *typo, const char *candidate)
{
	if (is_alias(typo->word, candidate)) {
		typo->found = candidate;
		typo->distance = 0;
		return;
	}
	offer_near(typo, candidate);
}
