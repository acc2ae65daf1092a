#include "common/mark/address.h"

/* What stands for the sign between the two parts, or for a full stop in the second. */
struct sign {
	char is;
	const char *words[3]; /* in brackets, or with blanks on both sides */
	const char *codes[2]; /* as they are */
};

static const struct sign at = { '@', { "at", "a", "@" }, { "%40", "=40" } },
			 dot = { '.', { "dot", "d", "." }, { "%2e", "=2e" } };

/* What closes what that byte opens; NUL: it opens nothing. */
static char closing(char c)
{
	static const char pairs[] = "()[]{}<>--__";

	for (size_t i = 0; pairs[i]; i += 2)
		if (pairs[i] == c)
			return pairs[i + 1];
	return '\0';
}

static size_t skip_blanks(struct span text, size_t n)
{
	while (n < text.len && text.data[n] == ' ')
		n++;
	return n;
}

/* How long the word is that begins there, of the sign's; 0: none does. */
static size_t word_at(struct span text, size_t n, const struct sign *sign)
{
	const struct span rest = { text.data + n, text.len - n };

	for (size_t i = 0; i < sizeof(sign->words) / sizeof(sign->words[0]); i++)
		if (span_starts(rest, sign->words[i]))
			return strlen(sign->words[i]);
	return 0;
}

/* The length of what begins the text and stands for the sign, with blanks around; 0: none does. */
static size_t stands_for(struct span text, const struct sign *sign)
{
	size_t n = skip_blanks(text, 0), before = n, word, end;
	char close = n < text.len ? closing(text.data[n]) : '\0';

	for (size_t i = 0; i < sizeof(sign->codes) / sizeof(sign->codes[0]); i++)
		if (span_starts(text, sign->codes[i]))
			return strlen(sign->codes[i]);
	if (close)
		n = skip_blanks(text, n + 1);
	word = word_at(text, n, sign);
	if (!word)
		return 0;
	n += word;
	end = skip_blanks(text, n);
	if (close)
		return end < text.len && text.data[end] == close ? skip_blanks(text, end + 1) : 0;
	if (text.data[n - 1] == '@') /* `noreply @example.com` */
		return before || end > n ? end : 0;
	return before && end > n && (word > 1 || text.data[n - 1] == '.') ? end : 0;
}

/* Whether there is an address already: a sign with something on both sides. */
static bool has_address(struct span text)
{
	const char *sign = text.len ? memchr(text.data, '@', text.len) : NULL;

	return sign && sign > text.data && sign + 1 < text.data + text.len && sign[-1] != ' ' &&
	       sign[1] != ' ' && !closing(sign[-1]);
}

static size_t first_at(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (memchr(" ([{<-_%=@", text.data[i], 10) &&
			stands_for((struct span){ text.data + i, text.len - i }, &at))
			return i;
	return text.len;
}

struct span address_plain(struct buf *room, struct span text)
{
	size_t start, step;

	if (has_address(text) || (start = first_at(text)) == text.len)
		return text;
	buf_clear(room);
	buf_add(room, text.data, start);
	for (size_t i = start; i < text.len; i += step) {
		struct span rest = { text.data + i, text.len - i };

		if ((step = stands_for(rest, &at)) > 0)
			buf_addc(room, '@');
		else if ((step = stands_for(rest, &dot)) > 0)
			buf_addc(room, '.');
		else {
			step = 1;
			buf_addc(room, *rest.data);
		}
	}
	return room->failed ? (struct span){ text.data, 0 } : buf_span(room);
}
