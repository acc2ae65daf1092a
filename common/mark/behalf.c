#include "common/mark/behalf.h"

#include "common/mark/made_with.h"
#include "common/text/lead_in.h"
#include "common/text/spelling.h"

#define STATEMENT_MAX 512 /* what is longer says more than that */

/* `this is`, `hi, I am`, `an automated message from`; whether there was any. */
static bool take_greeting(struct span *text)
{
	static const char *const hello[] = { "hi", "hello", "note", "disclaimer", "disclosure" };
	static const char *const self[] = { "this is", "i am", "i m", "it is" };
	static const char *const message[] = { "an automated message", "an automated comment",
		"an automated commit", "an automated change", "an automated reply", "a message",
		"a comment", "a commit", "a change", "a reply", "automated message",
		"automated comment", "this comment", "this message", "this reply", "this issue",
		"this review", "this report" };
	static const char *const was[] = { "was", "is", "has been" };
	static const char *const from[] = { "by", "from" };
	bool taken = false;

	SPELLING_TAKE_ANY(text, hello);
	taken |= SPELLING_TAKE_ANY(text, self);
	if (SPELLING_TAKE_ANY(text, message)) {
		SPELLING_TAKE_ANY(text, was);
		taken |= SPELLING_TAKE_ANY(text, from);
	}
	return taken;
}

/* What an agent does on somebody's behalf; sorted. */
static const char *const doing[] = { "acting", "coding", "commenting", "committing", "contributing",
	"doing", "filing", "fixing", "here", "it", "operating", "posting", "pushing", "replying",
	"reporting", "responding", "reviewing", "running", "sending", "speaking", "submitting",
	"talking", "this", "working", "writing" };

/* Cuts off what the agent is doing: `, acting`, ` here`. */
static struct span without_doing(struct span text)
{
	struct span word = lead_in_last_word(text);

	while (SPELLING_LISTED(doing, word)) {
		text.len = (size_t)(word.data - text.data);
		word = lead_in_last_word(text);
	}
	while (text.len && !spelling_is_word((unsigned char)text.data[text.len - 1]) &&
		text.data[text.len - 1] != ')')
		text.len--;
	return text;
}

#define BEHALF_MAX 48 /* bytes of whose behalf it is on */

/* Where `on behalf of` or `on somebody's behalf` begins; NULL: nowhere. */
static const char *behalf_of(struct span line)
{
	const char *behalf = memmem(line.data, line.len, " behalf", 7);
	struct span before;

	if (!behalf || line.len > STATEMENT_MAX)
		return NULL;
	before = (struct span){ line.data, (size_t)(behalf - line.data) };
	if (span_ends(before, " on") || span_ends(before, "(on") || span_ends(before, " in"))
		return behalf - 3;
	for (size_t n = 3; n < BEHALF_MAX && n <= before.len; n++)
		if (memcmp(behalf - n, " on", 3) == 0)
			return behalf - n;
	return NULL;
}

bool behalf_read(struct span line, struct span *name, enum ident_names *which)
{
	const char *behalf = behalf_of(line);
	bool bracketed = line.len && memchr("[(", *line.data, 2), greeted;
	struct span text;
	enum ident_names said;

	if (!behalf || behalf < line.data)
		return false;
	text = (struct span){ line.data, (size_t)(behalf - line.data) };
	greeted = take_greeting(&text);
	if (made_with_read(text, name, &said) || (greeted && made_with_read(text, name, &said)))
		text = *name;
	else
		said = IDENT_SURE;
	*which = greeted || bracketed ? IDENT_ALL : said;
	*name = without_doing(text);
	return name->len > 0;
}
