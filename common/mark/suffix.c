#include "common/mark/suffix.h"

#include <string.h>
#include <strings.h>

#include "common/mark/agent_name.h"
#include "common/mark/ident.h"
#include "common/text/spelling.h"

/* How an agent is joined to a person's name. */
enum joint {
	JOINT_NONE,
	JOINT_BRACKET, /* `robin (codex)` */
	JOINT_WORD,    /* `robin via codex` */
	JOINT_DASH,    /* `robin - Claude Code`, which may also be a firm's name */
};

#define SUFFIX_BACK_MAX 96 /* of a name's end that is looked through */

static bool has_word(struct span text, size_t at, const char *word)
{
	size_t len = strlen(word);

	return text.len - at > len && strncasecmp(text.data + at, word, len) == 0;
}

/* What joint stands at that place; *width is how wide it is. */
static enum joint joint_at(struct span name, size_t at, size_t *width)
{
	static const char *const words[] = { " via ", " with ", " using ", ", via ", " w/ " };
	static const char *const dashes[] = { " - ", " \xe2\x80\x94 ", " \xe2\x80\x93 ", " | ",
		" / ", " + ", " & ", ", " };

	*width = 1;
	if (memchr("([{", name.data[at], 3))
		return at ? JOINT_BRACKET : JOINT_NONE;
	if (name.data[at] != ' ' && name.data[at] != ',')
		return JOINT_NONE;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_word(name, at, words[i]))
			return *width = strlen(words[i]), JOINT_WORD;
	for (size_t i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++)
		if (has_word(name, at, dashes[i]))
			return *width = strlen(dashes[i]), JOINT_DASH;
	return JOINT_NONE;
}

/* The last joint in the name, and what stands behind it. */
static enum joint joint_of(struct span name, struct span *behind)
{
	size_t least = name.len > SUFFIX_BACK_MAX ? name.len - SUFFIX_BACK_MAX : 0;
	bool closed = name.len && strchr(")]}", name.data[name.len - 1]);

	for (size_t at = name.len; at-- > least;) {
		size_t width;
		enum joint joint = joint_at(name, at, &width);

		if (joint == JOINT_NONE || (closed && joint != JOINT_BRACKET))
			continue;
		*behind = (struct span){ name.data + at + width, name.len - at - width };
		return joint;
	}
	*behind = (struct span){ "", 0 };
	return JOINT_NONE;
}

/* What stands before the address. */
static struct span name_of(struct span text)
{
	const char *address = text.len ? memrchr(text.data, '<', text.len) : NULL;

	if (address)
		text.len = (size_t)(address - text.data);
	return spelling_trim(text);
}

enum suffix suffix_of(struct span raw)
{
	struct span behind;

	if (joint_of(name_of(raw), &behind) == JOINT_NONE)
		return SUFFIX_NONE;
	for (size_t i = 0; i < behind.len; i++)
		if (behind.data[i] >= 'A' && behind.data[i] <= 'Z')
			return SUFFIX_CAPITAL;
	return SUFFIX_SMALL;
}

/* `Claude Paroz (claude)`: what a person is called is in their name. */
static bool is_nickname(struct span name, struct span suffix)
{
	size_t before = suffix.len ? (size_t)(suffix.data - name.data) : 0;

	for (size_t i = 0; suffix.len && i + suffix.len <= before; i++)
		if ((!i || !spelling_is_word((unsigned char)name.data[i - 1])) &&
			strncasecmp(name.data + i, suffix.data, suffix.len) == 0)
			return true;
	return false;
}

/* What the brackets close over, without what leads to the agent: `codex` of `(via codex)`. */
static struct span bracketed(struct span behind)
{
	static const char *const leads[] = { "via ", "by ", "with ", "using ", "w/ ", "+ ", "+",
		"assisted by ", "aided by ", "ai: ", "agent: " };
	char close = behind.len ? behind.data[behind.len - 1] : '\0';

	if (!close || !strchr(")]}", close))
		return (struct span){ behind.data, 0 };
	behind.len--;
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (span_starts(behind, leads[i]))
			return (struct span){ behind.data + strlen(leads[i]),
				behind.len - strlen(leads[i]) };
	return behind;
}

/* A model as such is nobody: `(AI)` may be somebody's initials, or a department. */
static void whole_but_generic(struct span text, enum ident_names which, struct agent_set *out)
{
	struct agent_set named = { 0 };

	if (ident_agents_whole(text, which, &named) && which != IDENT_SURE)
		agent_set_drop(&named, agent_name_generic());
	if (agent_set_empty(&named))
		ident_agents_whole(text, IDENT_SURE, &named);
	agent_set_join(out, &named);
}

/* `example` of `ada@mail.example.org`, folded. */
static struct span firm_of(struct span text)
{
	const char *at = text.len ? memrchr(text.data, '@', text.len) : NULL;
	struct span domain = { at, at ? (size_t)(text.data + text.len - at) : 0 };
	const char *dot;

	while (domain.len &&
		(domain.data[domain.len - 1] == '>' || domain.data[domain.len - 1] == ' '))
		domain.len--;
	dot = domain.len ? memrchr(domain.data, '.', domain.len) : NULL;
	if (!dot)
		return (struct span){ text.data, 0 };
	domain.len = (size_t)(dot - domain.data);
	dot = memrchr(domain.data, '.', domain.len);
	dot = dot ? dot : domain.data;
	return (struct span){ dot + 1, (size_t)(domain.data + domain.len - dot - 1) };
}

/*
 * People who work on an assistant have its name behind theirs, too: `Ada (Kiro CLI)
 * <ada@amazon.com>`, and those who work for a firm that is called like its service.
 */
static bool works_on_it(const struct catalogue_agent *agent, struct span firm)
{
	size_t len = strlen(agent->vendor);

	if (agent->kind == AGENT_SERVICE)
		return true;
	for (size_t i = 0; firm.len && i + firm.len <= len; i++)
		if (strncasecmp(agent->vendor + i, firm.data, firm.len) == 0)
			return true;
	return false;
}

static void drop_employers(struct span text, struct agent_set *named)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);
	struct span firm = firm_of(text);

	for (uint16_t i = 0; i < count; i++)
		if (agent_set_has(named, i) && works_on_it(&agents[i], firm))
			agent_set_drop(named, i);
}

static bool has_digit(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= '0' && text.data[i] <= '9')
			return true;
	return false;
}

void suffix_agents(struct span text, enum suffix suffix, struct agent_set *out)
{
	struct agent_set named = { 0 };
	struct span name, behind;
	enum ident_names which = suffix == SUFFIX_SMALL ? IDENT_ALL : IDENT_LIKELY;
	enum joint joint;

	if (suffix == SUFFIX_NONE)
		return;
	name = name_of(text);
	joint = joint_of(name, &behind);
	if (joint == JOINT_BRACKET)
		behind = bracketed(behind);
	if (joint == JOINT_NONE || !behind.len || is_nickname(name, behind))
		return;
	if (joint == JOINT_BRACKET && span_is(behind, "agent"))
		agent_set_add(&named, agent_name_generic());
	else
		whole_but_generic(behind, joint == JOINT_DASH ? IDENT_SURE : which, &named);
	if (suffix == SUFFIX_CAPITAL && !has_digit(behind))
		drop_employers(text, &named);
	agent_set_join(out, &named);
}
