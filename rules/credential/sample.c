/*
 * Whether a value stands for another: a template, a sample, a row of keys.
 */
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

static bool letter(char c)
{
	return credential_lower(c) >= 'a' && credential_lower(c) <= 'z';
}

/* `user_%s`, `%-.192s`; not between letters, where a password may have it. */
static bool formatted(struct span v)
{
	for (size_t i = 0; i + 1 < v.len; i++) {
		size_t end = i + 1;

		if (v.data[i] != '%')
			continue;
		while (end < v.len && v.data[end] && strchr("-.*0123456789", v.data[end]))
			end++;
		if (end < v.len && v.data[end] && strchr("sdT", v.data[end]) &&
			(i == 0 || !credential_alnum(v.data[i - 1]) || end + 1 == v.len ||
				!credential_alnum(v.data[end + 1])))
			return true;
	}
	return false;
}

/* `#d63dc5` */
static bool colour(struct span v)
{
	if ((v.len != 7 && v.len != 4) || v.data[0] != '#')
		return false;
	for (size_t i = 1; i < v.len; i++)
		if (!v.data[i] || !strchr("0123456789abcdefABCDEF", v.data[i]))
			return false;
	return true;
}

/* Marks of a value that is filled in later. */
static bool templated(struct span v)
{
	char first = v.data[0], last = v.data[v.len - 1];

	if (words_one_in(&words_template_marks, v))
		return true;
	if (formatted(v) || colour(v))
		return true;
	if ((first == '<' && last == '>') || (first == '{' && last == '}') ||
		(first == '[' && last == ']') || (first == '(' && last == ')') ||
		(first == '%' && last == '%') || (v.len > 4 && first == '_' && v.data[1] == '_'))
		return true;
	/* A tag of YAML. */
	if (first == '!' &&
		(span_is(v, "!vault") || span_is(v, "!reference") || span_is(v, "!env") ||
			span_is(v, "!secret") || span_starts(v, "!!")))
		return true;
	/* A small number of C. */
	if (span_starts(v, "0x") && v.len <= 10)
		return true;
	/* `$1\n\nand more` */
	if (first == '$' && credential_has(v, "\\n"))
		return true;
	if (first == '$' || first == '@') {
		size_t i = 1;

		while (i < v.len && (credential_alnum(v.data[i]) || strchr("_.:->[]$", v.data[i])))
			i++;
		return (i == v.len || (v.data[i] == '/' && i > 2)) &&
		       (v.len < 2 || v.data[1] < '0' || v.data[1] > '9');
	}
	return false;
}

/* Whether most of it goes up or down by one, or repeats: 12345678, abcdef, qwerty, xxxx. */
static bool regular(struct span v)
{
	size_t steps = 0, same = 0;

	for (size_t i = 1; i < v.len; i++) {
		int d = v.data[i] - v.data[i - 1];

		steps += d == 1 || d == -1 || (v.data[i - 1] == '9' && v.data[i] == '0');
		same += d == 0;
	}
	return v.len >= 4 && (same * 3 > v.len * 2 || (steps + same) * 4 > v.len * 3);
}

bool credential_published(struct span v)
{
	return words_one_in(&words_published, v);
}

/* Whether one follows the other in the alphabet, in digits, or on a keyboard. */
static bool follows(char last, char next)
{
	static const char row[] = "qwertyuiop asdfghjkl zxcvbnm";
	const char *at = letter(last) ? strchr(row, credential_lower(last)) : NULL;

	return credential_lower(next) - credential_lower(last) == 1 ||
	       (last == '9' && next == '0') || (at && at[1] == credential_lower(next));
}

/* `a1b2c3d4e5f6`, `1q2w3e4r`: every other letter follows. */
static bool interleaved(struct span v)
{
	size_t steps = 0;
	char last[2] = { 0 };

	for (size_t i = 0; i < v.len; i++) {
		if (!credential_alnum(v.data[i]))
			continue;
		steps = follows(last[0], v.data[i]) ? steps + 1 : 0;
		if (steps == (v.len < 12 ? 6 : 8))
			return true;
		last[0] = last[1];
		last[1] = v.data[i];
	}
	return false;
}

/* `abcd1234abcd1234`: the same letters over and over. */
static bool periodic(struct span v)
{
	for (size_t period = 2; period <= 16; period++) {
		size_t same = 0;

		for (size_t i = period; i < v.len; i++) {
			same = credential_lower(v.data[i]) == credential_lower(v.data[i - period])
				       ? same + 1
				       : 0;
			if (same >= 8 && same >= period)
				return true;
		}
	}
	return false;
}

bool credential_typed(struct span v)
{
	size_t same = 0, steps = 0;

	for (size_t i = 1; i < v.len; i++) {
		int d = credential_lower(v.data[i]) - credential_lower(v.data[i - 1]);

		same = d == 0 ? same + 1 : 0;
		steps = d == 1 || (v.data[i - 1] == '9' && v.data[i] == '0') ? steps + 1 : 0;
		if (same == 7 || steps == (letter(v.data[i]) ? 6 : 7))
			return true;
	}
	return credential_published(v);
}

bool credential_made_up(struct span v)
{
	return credential_typed(v) || interleaved(v) || periodic(v);
}

#define REST_MAX 64  /* what is longer holds such words by chance */
#define REST_LEAST 7 /* with less beside them the words make up the value */

/* What is left of a value without such words. */
struct rest {
	char text[REST_MAX];
	size_t len;
	bool sample; /* it had some */
};

/* Which two letters stand side by side, as far as so few bits can tell. */
struct neighbours {
	uint64_t bits[16];
};

static unsigned neighbour(const char *two)
{
	return ((unsigned char)two[0] * 37u + (unsigned char)two[1]) & 1023;
}

static struct neighbours neighbours_in(const struct rest *r)
{
	struct neighbours n = { { 0 } };

	for (size_t i = 0; i + 1 < r->len; i++)
		n.bits[neighbour(r->text + i) >> 6] |= UINT64_C(1) << (neighbour(r->text + i) & 63);
	return n;
}

/* Takes the words out. */
static void take_out(struct rest *r, const char *const *words)
{
	struct neighbours has = neighbours_in(r);

	for (; *words && r->len; words++) {
		unsigned first = neighbour(*words);
		size_t n, before = r->len;

		if ((*words)[1] && !(has.bits[first >> 6] >> (first & 63) & 1))
			continue;
		n = strlen(*words);
		for (size_t i = 0; i + n <= r->len;)
			if (r->text[i] == **words && memcmp(r->text + i, *words, n) == 0) {
				memmove(r->text + i, r->text + i + n, r->len - i - n);
				r->len -= n;
			} else {
				i++;
			}
		if (r->len < before)
			has = neighbours_in(r);
	}
}

static struct rest rest_of(struct span v)
{
	struct rest r = { .len = 0 };

	if (v.len > REST_MAX)
		return r;
	for (; r.len < v.len; r.len++)
		r.text[r.len] = credential_lower(v.data[r.len]);
	take_out(&r, words_samples);
	r.sample = r.len < v.len;
	if (r.sample)
		take_out(&r, words_fillers);
	return r;
}

/* Whether words of samples and weak ones make it up, whatever stands for their letters. */
static bool of_weak_words(struct span v)
{
	static const char digits[] = "01345678@$!|9", letters[] = "oieasgtbasiig";
	struct rest r = { .len = 0 };

	if (v.len < 3 || v.len > 40)
		return false;
	for (; r.len < v.len; r.len++) {
		const char *stands = v.data[r.len] ? strchr(digits, v.data[r.len]) : NULL;

		r.text[r.len] = stands ? letters[stands - digits] : credential_lower(v.data[r.len]);
	}
	take_out(&r, words_samples);
	take_out(&r, words_fillers);
	take_out(&r, words_weak_words);
	return r.len == 0;
}

/* Whether two letters stand side by side, as they do in words even where digits stand for some. */
static bool two_letters(struct span v)
{
	for (size_t i = 1; i < v.len; i++)
		if (letter(v.data[i]) && letter(v.data[i - 1]))
			return true;
	return false;
}

bool credential_weak(struct span v)
{
	struct span whole = v;

	while (v.len && !letter(v.data[v.len - 1]))
		v.len--;
	while (v.len && !letter(v.data[0]))
		v.data++, v.len--;
	/* `ch4ng3m3` ends in a letter. */
	return of_weak_words(v) || (v.len < whole.len && two_letters(v) && of_weak_words(whole));
}

/* What says where the value is kept, or how it was hashed. */
static bool elsewhere(struct span v)
{
	/* In what is long they come by chance. */
	return v.len < 40 && words_one_in(&words_elsewhere, v);
}

/* Whether words of samples make it up, or nearly. */
static bool is_sample(struct span v, bool *part)
{
	struct rest r = rest_of(v);
	struct letter_counts s;

	*part = false;
	if (!r.sample)
		return false;
	s = credential_letter_counts((struct span){ r.text, r.len });
	*part = s.odd_letters < 3;
	return r.len < REST_LEAST || regular((struct span){ r.text, r.len }) ||
	       (*part && s.digits == 0);
}

bool credential_stands_for(struct span v, bool *part)
{
	/* Long ones typed along a row of keys are still what opens something. */
	return v.len == 0 || templated(v) ||
	       (regular(v) && (v.len < 20 || credential_entropy(v) < 2.5)) || elsewhere(v) ||
	       is_sample(v, part);
}

bool credential_placeholder(struct span v)
{
	bool part;

	return credential_stands_for(v, &part);
}
