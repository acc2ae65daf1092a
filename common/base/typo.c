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

/* ---- how far a name is from what was written, in half letters */

#define TOO_FAR TYPO_MAX

/* How many letters may be wrong: of short words none, since nearly all of them are near another. */
static size_t letters_wrong(size_t len)
{
	return len < 4 ? 0 : len < 5 ? 1 : len < 9 ? 2 : len < 12 ? 3 : 4;
}

struct typo typo_begin(const char *word)
{
	return (struct typo){ .word = word, .distance = TOO_FAR };
}

static bool is_parting(char c)
{
	return c == '-' || c == '_' || c == '.' || c == ' ' || c == ':' || c == '/' || c == '@';
}

/* Whether they differ in nothing but letter case and in what parts their words. */
static bool is_same(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (is_parting(*a))
			a++;
		while (is_parting(*b))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

/* The next word of a name behind this one, which may be empty; NULL: there is none. */
static const char *next_part(const char *part)
{
	const char *parting = strpbrk(part, "-.:");

	return parting ? parting + 1 : NULL;
}

/* What it takes to make a name of the word that is whole words of it: `claude`, `claude-code`. */
static size_t part_distance(const char *word, const char *name)
{
	size_t len = strlen(word);

	if (len < 3 || strlen(name) <= len)
		return TOO_FAR;
	for (const char *part = name; part; part = next_part(part))
		if (strncasecmp(part, word, len) == 0 && (!part[len] || is_parting(part[len])))
			return 1 + (part != name); /* rather at its beginning */
	return TOO_FAR;
}

/* The same where the word says more than the name does: `aider-chat` of `aider`. */
static size_t longer_distance(const char *word, const char *name)
{
	static const char *const more[] = { "ai", "agent", "app", "action", "assistant", "bot",
		"bots", "chat", "cli", "code", "coder", "dev", "swe-agent", NULL };
	size_t len = strlen(name);

	if (len < 4 || strncasecmp(word, name, len) != 0 || !is_parting(word[len]))
		return TOO_FAR;
	for (size_t i = 0; more[i]; i++)
		if (strcasecmp(word + len + 1, more[i]) == 0)
			return 2;
	return TOO_FAR;
}

/* The same where the word is most of the name's beginning. */
static size_t beginning_distance(const char *word, const char *name)
{
	size_t len = strlen(word);

	if (strncasecmp(word, name, len) != 0)
		return TOO_FAR;
	return strlen(name) - len <= (len > 3 ? len : len == 3) ? 3 : TOO_FAR;
}

/* The same where the name has got an ending. */
static size_t ending_distance(const char *word, const char *name)
{
	static const char *const endings[] = { "s", "es", "d", "ed", "ing", NULL };
	size_t len = strlen(name);

	for (size_t i = 0; len > 2 && strncasecmp(word, name, len) == 0 && endings[i]; i++)
		if (strcasecmp(word + len, endings[i]) == 0)
			return 3;
	return TOO_FAR;
}

/* The same by letters, of the whole name; of a part such as `infrastructure.ci` behind its dot. */
static size_t letter_distance(const char *word, const char *name)
{
	const char *dot = strchr(word, '.'), *name_dot = strchr(name, '.');
	size_t letters, len;

	if (dot && dot - word > 3 && name_dot && dot - word == name_dot - name &&
		strncasecmp(word, name, (size_t)(dot - word)) == 0) {
		word = dot + 1;
		name = name_dot + 1;
	} else if (dot && !name_dot) {
		return TOO_FAR;
	}
	letters = typo_distance(word, name);
	len = strlen(word);
	if (letters == 1 && len == 3 && letter(word, 0) == letter(name, 0) &&
		letter(word, 1) == letter(name, 2) && letter(word, 2) == letter(name, 1))
		return 2; /* `scr` of `src` */
	if (letters > letters_wrong(len) || letters >= len ||
		(letters > 1 && (letter(word, 0) != letter(name, 0) || strlen(name) < 5)))
		return TOO_FAR;
	return 2 * letters;
}

/* The same by letters, of one of its words: `copilo` of `github-copilot`. */
static size_t part_letter_distance(const char *word, const char *name)
{
	size_t least_so_far = TOO_FAR;
	char part[TYPO_MAX];

	for (const char *at = name; at; at = next_part(at)) {
		size_t len = strcspn(at, "-.:");

		if (len < 4 || len >= sizeof(part) || !strpbrk(name, "-.:"))
			continue;
		memcpy(part, at, len);
		part[len] = '\0';
		if (typo_distance(word, part) == 1 && strlen(word) > 4)
			least_so_far = least(least_so_far, 4 + (size_t)(at != name));
	}
	return least_so_far;
}

/* What other programs, and people, call it. */
static const char *const aliases[][2] = { { "branches", "refs" }, { "branch", "refs" },
	{ "users", "people" }, { "person", "people" }, { "persons", "people" },
	{ "owners", "people" }, { "members", "people" }, { "hooks", "webhooks" },
	{ "notify", "webhooks" }, { "notifications", "webhooks" }, { "comment", "description" },
	{ "_comment", "description" }, { "//", "description" }, { "$comment", "description" },
	{ "note", "description" }, { "paths", "scope" }, { "allow", "scope" },
	{ "action", "scope_action" }, { "agents", "by" }, { "who", "by" }, { "actors", "by" },
	{ "files", "paths" }, { "file", "paths" }, { "globs", "paths" }, { "glob", "paths" },
	{ "include", "paths" }, { "pattern", "paths" }, { "patterns", "paths" },
	{ "folders", "paths" }, { "reviewers", "approvers" }, { "reviewer", "approvers" },
	{ "approvals_required", "approvals" }, { "required_approvals", "approvals" },
	{ "min_approvals", "approvals" }, { "count", "approvals" }, { "enabled", "mode" },
	{ "effect", "action" }, { "decision", "action" }, { "severity", "action" },
	{ "mail", "emails" }, { "address", "emails" }, { "teams", "groups" }, { "roles", "groups" },
	{ "team", "groups" }, { "username", "accounts" }, { "login", "accounts" },
	{ "user", "accounts" }, { "ssh_keys", "keys" }, { "public_keys", "keys" },
	{ "gpg", "keys" }, { "signing_keys", "keys" }, { "secret", "secret_file" },
	{ "timeout", "seconds" }, { "time", "seconds" }, { "size", "blob" }, { "max_blob", "blob" },
	{ "file_size", "blob" }, { "size", "bytes" }, { "human_in_the_loop", "rules" },
	{ "protect", "rules" }, { "protected", "rules" }, { "expiry", "expires" },
	{ "until", "expires" }, { "ttl", "expires" }, { "path", "paths" },
	{ "deny_paths", "rules" },
	/* agents */
	{ "claude", "claude-code" }, { "anthropic", "claude-code" }, { "sonnet", "claude-code" },
	{ "opus", "claude-code" }, { "haiku", "claude-code" }, { "copilot", "github-copilot" },
	{ "copilot-agent", "github-copilot" }, { "copilot-swe-agent", "github-copilot" },
	{ "copilot-cli", "github-copilot" }, { "copilot-chat", "github-copilot" },
	{ "codex", "openai-codex" }, { "codex-cli", "openai-codex" }, { "gpt", "openai-codex" },
	{ "gpt-4", "openai-codex" }, { "gpt-4o", "openai-codex" }, { "gpt-5", "openai-codex" },
	{ "gpt-codex", "openai-codex" }, { "chatgpt", "openai-codex" },
	{ "openai", "openai-codex" }, { "open-ai", "openai-codex" }, { "gemini", "gemini-cli" },
	{ "bard", "gemini-cli" }, { "codeium", "windsurf" }, { "cascade", "windsurf" },
	{ "cursor-agent", "cursor" }, { "q", "amazon-q" }, { "q-developer", "amazon-q" },
	{ "codewhisperer", "amazon-q" }, { "droid", "factory-droid" },
	{ "factory", "factory-droid" }, { "duo", "gitlab-duo" }, { "qwen", "qwen-code" },
	{ "cognition", "devin" }, { "sourcegraph", "cody" }, { "jetbrains", "junie" },
	{ "vibe", "mistral-vibe" }, { "mistral", "mistral-vibe" }, { "opendevin", "openhands" },
	{ "roo", "roo-code" }, { "kilo", "kilo-code" }, { "ai", "*" }, { "ais", "*" },
	{ "bot", "*" }, { "bots", "*" }, { "robot", "*" }, { "llm", "*" }, { "assistant", "*" },
	{ "agent", "*" }, { "agents", "*" }, { "all", "*" }, { "any", "*" }, { "every", "*" },
	{ "everyone", "*" }, { "default", "*" },
	/* words */
	{ "denied", "deny" }, { "anybody", "anyone" }, { "block", "deny" }, { "reject", "deny" },
	{ "refuse", "deny" }, { "forbid", "deny" }, { "error", "deny" }, { "fail", "deny" },
	{ "review", "hold" }, { "ask", "hold" }, { "require-approval", "hold" },
	{ "require-review", "hold" }, { "quarantine", "hold" }, { "hold-for-review", "hold" },
	{ "approval", "hold" }, { "approve", "hold" }, { "log", "warn" }, { "notify", "warn" },
	{ "alert", "warn" }, { "monitor", "observe" }, { "audit", "observe" },
	{ "dry-run", "observe" }, { "report", "observe" }, { "test", "observe" },
	{ "warn", "observe" }, { "permissive", "observe" }, { "off", "observe" },
	{ "disabled", "observe" }, { "log-only", "observe" }, { "block", "enforce" },
	{ "on", "enforce" }, { "strict", "enforce" }, { "active", "enforce" },
	{ "mattermost", "slack" }, { "msteams", "teams" }, { "email", "mail" }, { "smtp", "mail" },
	{ "siem", "ocsf" }, { "any", "anyone" }, { "all", "anyone" }, { "everyone", "anyone" },
	{ "human", "anyone" }, { "humans", "anyone" }, { "people", "anyone" }, { "*", "agents" },
	{ "ai", "agents" }, { "bots", "agents" }, { "bot", "agents" }, { "agent", "agents" },
	{ "person", "human" }, { "people", "human" }, { "user", "human" }, { "allow", "human" },
	{ "ignore", "human" }, { "bot", "agent" }, { "ai", "agent" }, { "robot", "agent" },
	{ "robots", "agent" }, { "always", "low" }, { "sure", "certain" }, { "none", "never" },
	{ "off", "never" }, { "critical", "certain" }, { "med", "medium" }, { "hi", "high" },
	{ "signature", "tag" }, { "signed-tag", "tag" }, { "pr", "merge" },
	{ "pull-request", "merge" }, { "merge-request", "merge" }, { "signed-commit", "commit" },
	{ "hold", "held" }, { "deny", "denied" }, { "block", "denied" }, { "push", "landed" },
	{ "merged", "landed" }, { "approval", "approved" }, { "rejection", "rejected" },
	/* kinds of change */
	{ "create", "add" }, { "created", "add" }, { "new", "add" }, { "edit", "modify" },
	{ "edited", "modify" }, { "update", "modify" }, { "updated", "modify" },
	{ "change", "modify" }, { "changed", "modify" }, { "write", "modify" },
	{ "remove", "delete" }, { "removed", "delete" }, { "removal", "delete" },
	{ "move", "rename" }, { "moved", "rename" }, { "chmod", "mode" }, { "permissions", "mode" },
	{ "executable", "mode" }, { "symlink", "link" }, { "gitlink", "submodule" },
	/* classes */
	{ "credentials", "class:credentials" }, { "secrets", "class:credentials" },
	{ "secret", "class:credentials" }, { "passwords", "class:credentials" },
	{ "tokens", "class:credentials" }, { "keys", "class:credentials" },
	{ "api-keys", "class:credentials" }, { "unicode", "class:hidden-text" },
	{ "invisible", "class:hidden-text" }, { "secrets", "credential-files" },
	{ "secret", "credential-files" }, { "passwords", "credential-files" },
	{ "keys", "credential-files" }, { "infra", "infrastructure" },
	{ "ci", "infrastructure.ci" }, { "cicd", "infrastructure.ci" },
	{ "workflows", "infrastructure.ci" }, { "github", "infrastructure.ci" },
	{ "pipelines", "infrastructure.ci" }, { "terraform", "infrastructure.iac" },
	{ "docker", "infrastructure.containers" }, { "k8s", "infrastructure.kubernetes" },
	{ "deps", "dependencies" }, { "packages", "dependencies" }, { "lockfiles", "dependencies" },
	{ "agents", "agent-instructions" }, { "prompts", "agent-instructions" },
	{ "hooks", "git-controls" }, { "codeowners", "git-controls" } };

/* The word behind `class:`, or the whole. */
static const char *bare(const char *word)
{
	size_t taken = *word == '!';

	return strncasecmp(word + taken, "class:", 6) == 0 && word[taken + 6] ? word + taken + 6
									      : word;
}

/* The same by what others call it, of which a letter may be wrong. */
static size_t alias_distance(const char *word, const char *name)
{
	size_t far = TOO_FAR;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(name, bare(aliases[i][1])) != 0)
			continue;
		if (is_same(word, aliases[i][0]) && (*aliases[i][0] != '*' || *word == '*'))
			return 0;
		if (strlen(word) > 4 && typo_distance(word, aliases[i][0]) == 1)
			far = 2;
	}
	return far;
}

void typo_offer(struct typo *typo, const char *candidate)
{
	const char *word = bare(typo->word), *name = bare(candidate);
	size_t distance = alias_distance(word, name);

	if (!*word)
		return;
	if (is_same(word, name))
		distance = 0;
	distance = least(distance, part_distance(word, name));
	distance = least(distance, longer_distance(word, name));
	distance = least(distance, beginning_distance(word, name));
	distance = least(distance, ending_distance(word, name));
	distance = least(distance, letter_distance(word, name));
	distance = least(distance, part_letter_distance(word, name));
	if (distance >= typo->distance)
		return;
	typo->found = candidate;
	typo->distance = distance;
}
