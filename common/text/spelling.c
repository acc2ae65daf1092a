#include "common/text/spelling.h"

static bool is_alnum(unsigned char c)
{
	return c < 0x80 && spelling_is_word(c);
}

int spelling_key(struct buf *out, struct span text)
{
	char piece[64];
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (!is_alnum((unsigned char)text.data[i]))
			continue;
		piece[n++] = text.data[i];
		if (n == sizeof(piece)) {
			if (buf_add(out, piece, n) < 0)
				return -1;
			n = 0;
		}
	}
	return buf_add(out, piece, n);
}

/* How many bytes of a symbol start here: 0 when a word does. */
static size_t symbol(struct span text)
{
	unsigned char c = (unsigned char)text.data[0];

	if (spelling_is_word(c))
		return 0;
	if (c < 0x80)
		return 1;
	size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	return len < text.len ? len : text.len;
}

struct span spelling_word(struct span *rest, struct span *between)
{
	struct span word;
	size_t step;

	*between = (struct span){ rest->data, 0 };
	while (rest->len && (step = symbol(*rest)) > 0) {
		between->len += step;
		rest->data += step;
		rest->len -= step;
	}
	word = (struct span){ rest->data, 0 };
	while (rest->len && spelling_is_word((unsigned char)*rest->data)) {
		word.len++;
		rest->data++;
		rest->len--;
	}
	return word;
}

int spelling_words(struct buf *out, struct span text)
{
	struct span between, word = spelling_word(&text, &between);

	while (word.len) {
		if (buf_addspan(out, word) < 0)
			return -1;
		word = spelling_word(&text, &between);
		if (word.len && buf_addc(out, ' ') < 0)
			return -1;
	}
	return buf_add(out, "", 0);
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static size_t uuid(struct span text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t n = sizeof(form) - 1;

	if (text.len < n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (form[i] == '-' ? text.data[i] != '-' : !is_hex(text.data[i]))
			return 0;
	return n;
}

#define DIGITS_MAX 64 /* of one number: behind a star each digit of the text is tried */

static size_t hex(struct span text)
{
	size_t n = 0;

	while (n < text.len && n <= DIGITS_MAX && is_hex(text.data[n]))
		n++;
	return n >= 7 && n <= DIGITS_MAX ? n : 0;
}

static size_t number(struct span text)
{
	size_t n = 0;

	while (n < text.len && n <= DIGITS_MAX && text.data[n] >= '0' && text.data[n] <= '9')
		n++;
	return n <= DIGITS_MAX ? n : 0;
}

/* What stands in braces, and how much of the text is of that kind (0: nothing). */
static const struct {
	const char *name;
	size_t (*length)(struct span text);
} kinds[] = {
	{ "{uuid}", uuid },
	{ "{hex}", hex },
	{ "{number}", number },
};

/* Takes one element of the form off, and what it stands for off the text.  False: it differs. */
static bool element(const char **form, struct span *text)
{
	size_t len = 0, width = 1;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && **form == '{'; i++)
		if (strncmp(*form, kinds[i].name, strlen(kinds[i].name)) == 0) {
			len = kinds[i].length(*text);
			width = strlen(kinds[i].name);
		}
	if (width == 1)
		len = text->len && *text->data == **form;
	*form += width;
	text->data += len;
	text->len -= len;
	return len > 0;
}

/* Where the text may next have what stands behind a star; false: nowhere. */
static bool star_next(const char *behind, struct span *retry)
{
	const char *at;

	if (!retry->len)
		return false;
	retry->data++;
	retry->len--;
	if (*behind == '{')
		return true;
	at = retry->len ? memchr(retry->data, *behind, retry->len) : NULL;
	if (!at)
		return false;
	retry->len -= (size_t)(at - retry->data);
	retry->data = at;
	return true;
}

/*
 * The classical matcher that remembers only the last star: an element takes a fixed run of what
 * it meets, so trying again further right is all there is to try.  Forms are ours and short.
 */
bool spelling_match(const char *form, struct span text)
{
	const char *star = NULL;
	struct span retry = text;

	while (text.len || *form) {
		if (*form == '*') {
			star = ++form;
			retry = text;
			if (!*star)
				return true;
			continue;
		}
		if (*form && element(&form, &text))
			continue;
		if (!star || !star_next(star, &retry))
			return false;
		text = retry;
		form = star;
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span spelling_trim(struct span text)
{
	while (text.len && is_blank(*text.data)) {
		text.data++;
		text.len--;
	}
	while (text.len && is_blank(text.data[text.len - 1]))
		text.len--;
	return text;
}

bool spelling_listed(const char *const *list, size_t count, struct span word)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = span_compare(word, span_of(list[middle]));

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool spelling_take(struct span *text, const char *want)
{
	struct span rest = *text, between, word;
	struct span wanted = span_of(want), unused, next = spelling_word(&wanted, &unused);

	while (next.len) {
		word = spelling_word(&rest, &between);
		if (!span_equal(word, next) || memchr(between.data, ':', between.len))
			return false;
		next = spelling_word(&wanted, &unused);
	}
	*text = rest;
	return true;
}

char spelling_next(struct span text)
{
	struct span between, word = spelling_word(&text, &between);

	return word.len ? *word.data : '\0';
}

bool spelling_take_any(struct span *text, const char *const *list, size_t count)
{
	char next = spelling_next(*text);

	for (size_t i = 0; i < count; i++)
		if (*list[i] == next && spelling_take(text, list[i]))
			return true;
	return false;
}
