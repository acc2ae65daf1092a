/*
 * Passwords that people make of words: `Harbor!Willow`, `MapleHarbor`, and in other letters than
 * ours.  What is said to people, and names of code, look nearly so.
 */
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

static bool small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* `Harbor!Willow`: two words with a sign between that sentences do not have. */
static bool joined_by_sign(struct span v)
{
	size_t first = 0, second;

	while (first < v.len && (small(v.data[first]) || capital(v.data[first])))
		first++;
	second = first;
	while (second < v.len && v.data[second] && strchr("!#$%&*+@^~?", v.data[second]))
		second++;
	if (first < 2 || second == first || v.len - second < 3)
		return false;
	while (second < v.len && (small(v.data[second]) || capital(v.data[second])))
		second++;
	return second == v.len;
}

/* `Prestigita$`: a word with a sign behind it that neither sentences nor labels end in. */
static bool ends_in_sign(struct span v)
{
	size_t i = 0;

	while (i < v.len && (small(v.data[i]) || capital(v.data[i])))
		i++;
	return i >= 7 && i + 2 >= v.len && i < v.len && strchr("#$&^", v.data[i]) &&
	       strchr("#$&^!", v.data[v.len - 1]);
}

/* `MapleHarbor`: two or three words, each with a capital. */
static bool capitalised(struct span v)
{
	size_t words = 0, run = 0;

	for (size_t i = 0; i < v.len; i++) {
		if (capital(v.data[i]) && (i == 0 || run >= 3)) {
			words++;
			run = 1;
		} else if (small(v.data[i]) && run) {
			run++;
		} else {
			return false;
		}
	}
	return run >= 3 && words >= 2 && words <= 3 && v.len >= 10;
}

/* `hollow.puffin_reef06`: words, joined by signs that differ, as no name of code is, and digits. */
bool credential_joined(struct span v)
{
	size_t words = 1, run = 0;
	char sign = 0;
	bool differ = false;

	while (v.len && v.data[v.len - 1] >= '0' && v.data[v.len - 1] <= '9')
		run++, v.len--;
	if (run == 0 || run > 4)
		return false;
	run = 0;
	for (size_t i = 0; i < v.len; i++) {
		if (small(v.data[i])) {
			run++;
			continue;
		}
		if (run < 3 || !v.data[i] || !strchr("-_.+", v.data[i]))
			return false;
		differ = differ || (sign && sign != v.data[i]);
		sign = v.data[i];
		words++;
		run = 0;
	}
	return run >= 3 && words >= 3 && differ;
}

/* Letters, digits and signs of a text in UTF-8, counted by characters. */
struct characters {
	size_t foreign, digits, signs, ours;
	bool other; /* there is something else, or it is no UTF-8 */
};

static struct characters count(struct span v)
{
	struct characters n = { 0 };

	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.data[i];
		size_t more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;

		if (c >= 0xc3) {
			n.foreign++;
			while (more-- && i + 1 < v.len &&
				((unsigned char)v.data[i + 1] & 0xc0) == 0x80)
				i++;
		} else if (c >= '0' && c <= '9') {
			n.digits++;
		} else if (small(v.data[i]) || capital(v.data[i])) {
			n.ours++;
		} else if (strchr("!#$%&*+@^~?_-.", v.data[i]) && c) {
			n.signs += i + 1 < v.len || v.data[i] != '.';
		} else {
			n.other = true;
		}
	}
	return n;
}

/* `Кошка2024!`: letters of others with digits, or a sign in the middle. */
static bool foreign(struct span v)
{
	struct characters n = count(v);
	bool inner = v.len && n.signs > (strchr("!?", v.data[v.len - 1]) != NULL);

	return !n.other && n.foreign >= 2 && n.foreign + n.digits + n.signs + n.ours >= 5 &&
	       (n.digits > 0 || inner);
}

bool credential_phrase(struct span v)
{
	return v.len >= 8 && v.len <= 64 &&
	       (joined_by_sign(v) || ends_in_sign(v) || capitalised(v) || credential_joined(v) ||
		       foreign(v)) &&
	       !words_one_in(&words_prose, v) && !words_one_in(&words_spoken_words, v);
}
