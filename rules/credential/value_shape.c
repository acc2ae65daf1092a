/*
 * What a value looks like: a reference, a word, or something nobody would write for fun.
 */
#include <math.h>
#include <strings.h>

#include "rules/credential/bigrams.h"
#include "rules/credential/value_shape.h"

bool credential_has(struct span text, const char *word)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t j = 1;

		if (credential_lower(text.data[i]) != word[0])
			continue;
		while (word[j] && i + j < text.len && credential_lower(text.data[i + j]) == word[j])
			j++;
		if (!word[j])
			return true;
	}
	return false;
}

double credential_entropy(struct span value)
{
	unsigned counts[256] = { 0 };
	double bits = 0;

	for (size_t i = 0; i < value.len; i++)
		counts[(unsigned char)value.data[i]]++;
	/* Each byte's count, at the first place where it stands. */
	for (size_t i = 0; i < value.len; i++) {
		unsigned *count = &counts[(unsigned char)value.data[i]];

		if (*count > 1)
			bits -= (double)*count * log2((double)*count);
		*count = 0;
	}
	return value.len ? log2((double)value.len) + bits / (double)value.len : 0;
}

bool credential_is_uuid(struct span value)
{
	if (value.len != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = credential_lower(value.data[i]);

		if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

/* How much the letters follow each other as in words: tenths of a bit a pair over chance. */
static int wordiness(const char *letters, size_t len)
{
	int sum = 0;

	for (size_t i = 1; i < len; i++)
		sum += credential_bigrams[credential_lower(letters[i - 1]) - 'a']
					 [credential_lower(letters[i]) - 'a'];
	return len > 1 ? sum / (int)(len - 1) : 0;
}

static bool letter(char c)
{
	return (credential_lower(c) >= 'a' && credential_lower(c) <= 'z');
}

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* One run of letters, parted where camel case parts it. */
static void count_run(struct letter_counts *s, const char *run, size_t len)
{
	size_t start = 0;

	for (size_t i = 1; i <= len; i++) {
		bool cut =
			i == len || (upper(run[i]) && !upper(run[i - 1])) ||
			(i + 1 < len && upper(run[i - 1]) && upper(run[i]) && !upper(run[i + 1]));

		if (!cut)
			continue;
		if (i - start >= 3 && wordiness(run + start, i - start) > (i - start == 3 ? 2 : -2))
			s->word_letters += i - start;
		else
			s->odd_letters += i - start;
		start = i;
	}
}

struct letter_counts credential_letter_counts(struct span v)
{
	struct letter_counts s = { 0 };

	for (size_t i = 0; i < v.len;) {
		char c = v.data[i];
		size_t run = i;

		while (run < v.len && letter(v.data[run])) {
			s.upper |= upper(v.data[run]);
			s.lower |= !upper(v.data[run]);
			run++;
		}
		if (run > i) {
			s.letters += run - i;
			count_run(&s, v.data + i, run - i);
			i = run;
			continue;
		}
		s.digits += c >= '0' && c <= '9';
		s.spaces += c == ' ' || c == '\t';
		s.others += (unsigned char)c >= 0x80 || (unsigned char)c < 32;
		s.signs += c > 32 && c < 127 && !credential_alnum(c) && c != '_' && c != '-' &&
			   c != '.';
		i++;
	}
	return s;
}

/* `v0.0.0-20200101000000-4f2c81d09ab3`: three numbers, and what this build is called. */
static bool semantic_version(struct span v)
{
	size_t i = v.data[0] == 'v', numbers = 0, digits = 0;
	struct letter_counts behind;

	for (; i < v.len && numbers < 3; i++) {
		if (v.data[i] >= '0' && v.data[i] <= '9' && digits < 4) {
			digits++;
			continue;
		}
		if (digits == 0 || !byte_is_of(v.data[i], numbers < 2 ? "." : "-+"))
			return false;
		numbers++;
		digits = 0;
	}
	if (numbers < 3)
		return false;
	behind = credential_letter_counts((struct span){ v.data + i, v.len - i });
	for (; i < v.len; i++)
		if (!credential_alnum(v.data[i]) && !byte_is_of(v.data[i], ".-+"))
			return false;
	/* No build is called what a machine made of letters of both kinds. */
	return !(behind.upper && behind.lower && behind.odd_letters > behind.word_letters);
}

/* `2024-05-17T04:00:00Z`, `v1.12.3`: a time or a version. */
static bool time_or_version(struct span v)
{
	size_t digits = 0, signs = 0, i = v.len && credential_lower(v.data[0]) == 'v';

	for (; i < v.len; i++) {
		digits += v.data[i] >= '0' && v.data[i] <= '9';
		signs += v.data[i] == '.' || v.data[i] == ':' || v.data[i] == '-';
		if (!(v.data[i] && strchr("0123456789.:-+TZ ", v.data[i])))
			return false;
	}
	return signs >= 2 && digits >= 2;
}

/* Whether two letters that stand side by side are those of an address, a call or a path of code. */
static bool refers(const char *two, size_t left)
{
	switch (two[0]) {
	case '/':
		return left > 3 &&
		       (strncasecmp(two, "/tcp", 4) == 0 || strncasecmp(two, "/udp", 4) == 0);
	case ':':
		return two[1] == ':' || (left > 2 && two[1] == '/' && two[2] == '/');
	case '(':
		return two[1] == ')';
	case ']':
		return two[1] == '[';
	default:
		return (two[0] == '-' || two[0] == '=') && two[1] == '>';
	}
}

/* A path, an address without a secret, a call, a version, a name with dots. */
static bool reference(struct span v, const struct letter_counts *s)
{
	size_t slashes = 0, dots = 0;

	for (size_t i = 0; i < v.len; i++) {
		slashes += v.data[i] == '/' || v.data[i] == '\\';
		dots += v.data[i] == '.';
		if (i + 1 < v.len && refers(v.data + i, v.len - i))
			return true;
	}
	if (span_starts(v, "~/") || span_starts(v, "./") || span_starts(v, "../") ||
		span_ends(v, ".pub") || span_ends(v, ".pem"))
		return true;
	if (v.data[0] == '/' || v.data[0] == '.' || v.data[0] == '~' || span_starts(v, "./"))
		if (s->word_letters > s->odd_letters + s->digits)
			return true;
	return (slashes || dots) && s->word_letters * 4 >= (v.len - slashes - dots) * 3;
}

/* `iftkeq2y4qj0nbt`: letters and digits that change places as no word and no name has it. */
static bool mixed_up(struct span v)
{
	size_t changes = 0;

	for (size_t i = 0; i < v.len; i++) {
		if (!credential_alnum(v.data[i]))
			return false;
		changes += i > 0 && letter(v.data[i]) != letter(v.data[i - 1]);
	}
	return v.len >= 14 && changes >= 5 && credential_entropy(v) > 3.2;
}

static enum value_shape judge_shape(struct span v)
{
	struct letter_counts s = credential_letter_counts(v);
	double entropy;

	if (s.others * 4 > v.len || s.spaces > 3 || reference(v, &s) || time_or_version(v) ||
		semantic_version(v))
		return SHAPE_NOT;
	/* Digits alone; with dots they are a version, perhaps `^1.2.3`. */
	if (s.letters == 0 && s.signs == 1 && strchr("^~*=<>", v.data[0]) &&
		memchr(v.data, '.', v.len))
		return SHAPE_NOT;
	if (s.letters == 0 && s.signs == 0)
		return v.len >= 6 && !memchr(v.data, '.', v.len) ? SHAPE_WORD : SHAPE_NOT;
	if (mixed_up(v))
		return SHAPE_RANDOM;
	entropy = credential_entropy(v);
	if (v.len >= 16 && entropy > 3.1 && s.digits && !s.spaces &&
		s.odd_letters + s.digits > s.word_letters)
		return SHAPE_RANDOM;
	if (v.len >= 20 && entropy > 3.6 && s.lower && s.upper && !s.spaces &&
		s.odd_letters > s.word_letters)
		return SHAPE_RANDOM;
	if (s.spaces)
		return SHAPE_WORD;
	if (s.signs && s.letters && (s.digits || s.odd_letters > s.word_letters))
		return SHAPE_MIXED;
	if (s.digits && s.letters)
		return s.odd_letters + s.digits >= 2 ? SHAPE_MIXED : SHAPE_WORD;
	if (s.odd_letters > s.word_letters && v.len >= 6)
		return SHAPE_MIXED;
	return SHAPE_WORD;
}

enum value_shape credential_value_shape(struct span v)
{
	enum value_shape judged;
	bool part;

	if (v.len > 4096 || credential_stands_for(v, &part))
		return SHAPE_NOT;
	judged = judge_shape(v);
	/* `hunter2ForProd9`: words of samples and others are no more than words. */
	return part && judged > SHAPE_WORD ? SHAPE_WORD : judged;
}
