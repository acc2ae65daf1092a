#include "common/text/unescape.h"

#include <stdbool.h>
#include <strings.h>

#include "common/text/html.h"
#include "common/text/spelling.h"

/* What tools write in place of a character, and what it was. */
static const struct {
	const char *from, *to;
} escapes[] = {
	{ "\\r\\n", "\n" },
	{ "\\n", "\n" },
	{ "\\r", "\n" },
	{ "\\t", "\t" },
	{ "\\u003c", "<" },
	{ "\\u003e", ">" },
	{ "\\u003C", "<" },
	{ "\\u003E", ">" },
	{ "\\u0040", "@" },
	{ "\\u000a", "\n" },
	{ "&lt;", "<" },
	{ "&gt;", ">" },
	{ "&LT;", "<" },
	{ "&GT;", ">" },
	{ "&commat;", "@" },
	{ "&period;", "." },
	{ "&quot;", "\"" },
	{ "&colon;", ":" },
	{ "&nbsp;", " " },
	{ "&amp;", "&" },
	{ "\xe2\x80\xa8", "\n" },
	{ "\xe2\x80\xa9", "\n" },
	{ "\xc2\x85", "\n" },
	{ "\v", "\n" },
	{ "\f", "\n" },
	{ "\r\n", "\n" },
	{ "\r", "\n" },
};

/* What stands in place of a character: its length, and what it is. */
struct unescape_match {
	size_t len;
	char to[5];
};

/* `&#64;`, `&#x40;` */
static struct unescape_match entity_at(struct span text)
{
	struct unescape_match match = { 0 };
	bool hex = text.len > 2 && (text.data[2] == 'x' || text.data[2] == 'X');
	unsigned int c = 0;
	size_t n = hex ? 3 : 2, first = n;

	for (; n < text.len && n < first + 7; n++) {
		const char *digit = memchr("0123456789abcdefABCDEF", text.data[n], hex ? 22 : 10);

		if (!digit)
			break;
		c = c * (hex ? 16 : 10) +
		    (unsigned)(*digit <= '9' ? *digit - '0' : (*digit | 32) - 'a' + 10);
	}
	if (n == first || n == text.len || text.data[n] != ';' || c > 0xffff)
		return match;
	match.len = n + 1;
	if (c < 0x80)
		match.to[0] = (char)(c ? c : ' ');
	else if (c < 0x800) {
		match.to[0] = (char)(0xc0 | c >> 6);
		match.to[1] = (char)(0x80 | (c & 0x3f));
	} else {
		match.to[0] = (char)(0xe0 | c >> 12);
		match.to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		match.to[2] = (char)(0x80 | (c & 0x3f));
	}
	return match;
}

/* `[at]`, `(dot)`, `[.]`: how people hide addresses from machines. */
static struct unescape_match bracketed_at(struct span text)
{
	static const struct {
		const char *word;
		char to;
	} words[] = { { "at", '@' }, { "dot", '.' }, { ".", '.' }, { "@", '@' } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].word);

		if (text.len > len + 1 && strncasecmp(text.data + 1, words[i].word, len) == 0 &&
			text.data[len + 1] == (*text.data == '[' ? ']' : ')'))
			return (struct unescape_match){ len + 2, { words[i].to } };
	}
	return (struct unescape_match){ 0 };
}

/* Names of small pictures, `:robot:`, as they stand before what tools write; sorted. */
static const char *const pictures[] = { "alien", "art", "bot", "brain", "bulb", "claude", "codex",
	"computer", "copilot", "crab", "crystal_ball", "cursor", "desktop_computer", "dizzy",
	"fire", "gear", "gemini", "hammer", "hammer_and_wrench", "handshake", "heart", "keyboard",
	"link", "lobster", "magic_wand", "man_technologist", "memo", "octopus", "openai", "package",
	"pencil", "pencil2", "robot", "robot_face", "rocket", "sparkles", "speech_balloon", "star",
	"star2", "tada", "technologist", "wand", "woman_technologist", "wrench", "writing_hand",
	"zap" };

#define PICTURE_MAX 20 /* bytes of a name */

static struct unescape_match picture_at(struct span text)
{
	struct span name = { text.data + 1, 0 };
	size_t most = text.len - 1 < PICTURE_MAX ? text.len - 1 : PICTURE_MAX;

	while (name.len < most && (name.data[name.len] == '_' ||
					  spelling_is_word((unsigned char)name.data[name.len])))
		name.len++;
	if (!name.len || name.len == text.len - 1 || name.data[name.len] != ':' ||
		!SPELLING_LISTED(pictures, name))
		return (struct unescape_match){ 0 };
	return (struct unescape_match){ name.len + 2, "\xe2\x9c\xa8" };
}

/* What an escape, a quotation or a line can begin with: most bytes cannot. */
static const bool stops[256] = { ['\\'] = true,
	['&'] = true,
	['<'] = true,
	[0xe2] = true,
	[0xc2] = true,
	['\v'] = true,
	['\f'] = true,
	['\r'] = true,
	['['] = true,
	['('] = true,
	[':'] = true,
	['"'] = true,
	['`'] = true,
	['\n'] = true };

/* Where the next of them is, from there on. */
static size_t next_stop(struct span bytes, size_t from)
{
	while (from < bytes.len && !stops[(unsigned char)bytes.data[from]])
		from++;
	return from;
}

/* What the text begins with; length 0: it stands for itself. */
static struct unescape_match match_at(struct span text)
{
	struct unescape_match match = { 0 };

	if (memchr("\n\"`", *text.data, 3)) /* quotations and lines alone */
		return match;
	if (*text.data == '[' || *text.data == '(')
		return bracketed_at(text);
	if (*text.data == ':')
		return picture_at(text);
	if (span_starts(text, "&#"))
		return entity_at(text);
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
		if (escapes[i].from[0] == *text.data && span_starts(text, escapes[i].from)) {
			match.len = strlen(escapes[i].from);
			strcpy(match.to, escapes[i].to);
			break;
		}
	return match;
}

/*
 * A literal \n within quotes is being talked about: `strip "\nCo-Authored-By: ..."`.  A quote
 * opens where another one of its kind closes it on the same line (5" has none); one that opens the
 * whole message wraps it.
 */
struct quotes {
	char open; /* what kind of quote we are within, or 0 */
	const char *wrapper;
	const char *line_end; /* of the line we are on, once it was looked for */
};

static bool quoted(struct quotes *quotes, struct span rest)
{
	char c = *rest.data;

	if (c == '\n')
		quotes->open = 0;
	else if (c == quotes->open)
		quotes->open = 0;
	else if ((c == '"' || c == '`') && !quotes->open && rest.data != quotes->wrapper) {
		if (!quotes->line_end || quotes->line_end < rest.data)
			quotes->line_end = memchr(rest.data, '\n', rest.len);
		if (!quotes->line_end)
			quotes->line_end = rest.data + rest.len;
		quotes->open = memchr(rest.data + 1, c, (size_t)(quotes->line_end - rest.data - 1))
				       ? c
				       : 0;
	}
	return quotes->open;
}

static bool is_bracket(char c)
{
	return c == '[' || c == '(';
}

/* Where we are in the bytes, and what of them has been taken over. */
struct undoing {
	struct buf *plain;
	struct span bytes;
	size_t kept;      /* so far is in *plain */
	struct span href; /* of the link that we are in; empty: of none */
	bool shown;       /* we are on a line that is a quotation */
	bool fenced;      /* and behind a tag that encloses code */
	struct quotes quotes;
};

/* Takes over what stands before `end`; goes on behind `next`. */
static int take_over(struct undoing *u, size_t end, size_t next)
{
	int status = buf_add(u->plain, u->bytes.data + u->kept, end - u->kept);

	u->kept = next;
	return status;
}

/* What stands in place of a tag; links are more than that. */
static const char *instead(struct undoing *u, enum html_kind kind)
{
	switch (kind) {
	case HTML_BREAK:
		return u->shown ? " " : "\n"; /* what is quoted stays so */
	case HTML_CODE:
		return "`";
	case HTML_FENCE:
	case HTML_FENCE_END:
		if (u->shown || u->fenced == (kind == HTML_FENCE))
			return "";
		u->fenced = !u->fenced;
		return u->fenced ? "\n~~~~~~~~ html\n" : "\n~~~~~~~~\n";
	default:
		return "";
	}
}

/* Undoes the tag at `at`; *len is how long it is, 0 where there is none. */
static int undo_tag(struct undoing *u, size_t at, size_t *len)
{
	struct html_tag tag = html_tag((struct span){ u->bytes.data + at, u->bytes.len - at });
	bool opens = tag.kind == HTML_LINK && tag.href.len;
	bool closes = tag.kind == HTML_LINK_END && u->href.len;

	*len = tag.len;
	if (!tag.len)
		return 0;
	if (take_over(u, at, at + tag.len) < 0 ||
		buf_adds(u->plain, opens    ? "["
				   : closes ? "]("
					    : instead(u, tag.kind)) < 0)
		return -1;
	if (closes && (buf_addspan(u->plain, u->href) < 0 || buf_addc(u->plain, ')') < 0))
		return -1;
	if (opens || closes)
		u->href = opens ? tag.href : (struct span){ u->bytes.data, 0 };
	return 0;
}

#define BLANKS_MAX 64 /* before a sign of quotation */

/* Whether the line that begins there is a quotation. */
static bool begins_shown(struct span text)
{
	for (size_t i = 0; i < text.len && i < BLANKS_MAX; i++)
		if (!memchr(" \t", text.data[i], 2))
			return text.data[i] == '>';
	return false;
}

/* Undoes the escape at `at`; *len as above. */
static int undo_escape(struct undoing *u, size_t at, bool inside, size_t *len)
{
	struct span rest = { u->bytes.data + at, u->bytes.len - at };
	struct unescape_match match = match_at(rest);
	size_t end = at, next = at + match.len;

	*len = 0;
	if (!match.len || (inside && *rest.data == '\\'))
		return 0;
	while (is_bracket(*rest.data) && end > u->kept && u->bytes.data[end - 1] == ' ')
		end--;
	while (is_bracket(*rest.data) && next < u->bytes.len && u->bytes.data[next] == ' ')
		next++;
	*len = next - at;
	return take_over(u, end, next) < 0 || buf_adds(u->plain, match.to) < 0 ? -1 : 0;
}

int unescape(struct buf *plain, struct span bytes, struct span *out)
{
	struct undoing u = { .plain = plain,
		.bytes = bytes,
		.href = { bytes.data, 0 },
		.shown = begins_shown(bytes),
		.quotes = { .wrapper = bytes.data } };

	buf_clear(plain);
	for (size_t i = next_stop(bytes, 0), len; i < bytes.len;
		i = next_stop(bytes, i + (len ? len : 1))) {
		struct span rest = { bytes.data + i, bytes.len - i };
		bool inside;

		len = 0;
		inside = quoted(&u.quotes, rest);
		if (*rest.data == '\n')
			u.shown = begins_shown((struct span){ rest.data + 1, rest.len - 1 });
		if ((*rest.data == '<' ? (inside ? 0 : undo_tag(&u, i, &len))
				       : undo_escape(&u, i, inside, &len)) < 0)
			return -1;
	}
	*out = bytes;
	if (u.kept == 0)
		return 0;
	if (take_over(&u, bytes.len, bytes.len) < 0)
		return -1;
	*out = buf_span(plain);
	return 0;
}
