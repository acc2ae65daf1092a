#include "common/text/lead_in.h"

#include "common/text/spelling.h"

/* Words behind which a trailer is being talked about; sorted. */
static const char *const talks[] = { "a", "add", "added", "adding", "adds", "all", "allow", "an",
	"and", "any", "as", "at", "be", "been", "being", "block", "bogus", "by", "called", "check",
	"detect", "detects", "disable", "document", "drop", "dropped", "drops", "emit", "expect",
	"extra", "fake", "find", "fix", "for", "forbid", "format", "from", "generate", "git", "had",
	"handle", "has", "have", "header", "ignore", "ignores", "in", "include", "insert", "is",
	"keep", "key", "like", "line", "lines", "mark", "marker", "match", "mention", "missing",
	"needs", "new", "no", "not", "of", "old", "omit", "on", "or", "our", "parse", "parses",
	"preserve", "print", "quote", "read", "recognise", "recognize", "redundant", "reject",
	"remove", "removed", "removes", "removing", "replace", "require", "rewrite", "rewrites",
	"say", "says", "see", "set", "show", "skip", "strip", "stripped", "strips", "support",
	"test", "than", "that", "the", "their", "this", "to", "trailer", "trailers", "treat",
	"understand", "unwanted", "use", "uses", "using", "want", "was", "were", "when", "with",
	"without", "write", "writes", "wrong", "your" };

struct span lead_in_last_word(struct span text)
{
	size_t least = text.len > LEAD_IN_BACK_MAX ? text.len - LEAD_IN_BACK_MAX : 0;
	size_t end = text.len, start;

	while (end > least && !spelling_is_word((unsigned char)text.data[end - 1]))
		end--;
	for (start = end; start > least && spelling_is_word((unsigned char)text.data[start - 1]);
		start--)
		;
	return (struct span){ text.data + start, end - start };
}

/* Whether the last character is one beyond ASCII that is no letter: an emoji, an arrow, a dash. */
static bool ends_in_symbol(struct span text)
{
	size_t lead = text.len - 1;

	while (lead && text.len - lead < 4 && ((unsigned char)text.data[lead] & 0xc0) == 0x80)
		lead--;
	return (unsigned char)text.data[lead] >= 0x80 &&
	       !spelling_is_word((unsigned char)text.data[lead]);
}

enum lead_in_end lead_in_end(struct span before)
{
	struct span word;

	if (before.len > LEAD_IN_BACK_MAX) {
		before.data += before.len - LEAD_IN_BACK_MAX;
		before.len = LEAD_IN_BACK_MAX;
	}
	before = spelling_trim(before);
	if (!before.len)
		return LEAD_IN_GOES_ON; /* a line's start is not its middle */
	if (strchr(".!?;)>|]*", before.data[before.len - 1]) || ends_in_symbol(before) ||
		span_ends(before, " -"))
		return LEAD_IN_ENDED;
	if (strchr(",-", before.data[before.len - 1]))
		return LEAD_IN_MAY_HAVE_ENDED;
	if (!spelling_is_word((unsigned char)before.data[before.len - 1]))
		return LEAD_IN_GOES_ON;
	word = lead_in_last_word(before);
	return SPELLING_LISTED(talks, word) ? LEAD_IN_GOES_ON : LEAD_IN_MAY_HAVE_ENDED;
}
