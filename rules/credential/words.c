#include "rules/credential/words.h"

#include "rules/credential/scan.h"

/* Whether the letters at `text` are the word's, the last first: fewer are wrong about that one. */
static inline bool same(const char *text, const struct word *word)
{
	if (credential_lower(text[word->len - 1]) != word->last)
		return false;
	for (size_t i = 0; i + 1 < word->len; i++)
		if (credential_lower(text[i]) != word->text[i])
			return false;
	return true;
}

static const struct word *first_of(const struct word_table *table, char letter)
{
	return table->words + table->starts[(unsigned char)credential_lower(letter) & 127];
}

static const struct word *behind_last_of(const struct word_table *table, char letter)
{
	return table->words + table->starts[((unsigned char)credential_lower(letter) & 127) + 1];
}

unsigned words_find(const struct word_table *table, struct span word)
{
	const struct word *at, *stop;

	if (word.len == 0)
		return 0;
	at = first_of(table, word.data[0]);
	stop = behind_last_of(table, word.data[0]);
	while (at < stop && (at->len != word.len || !same(word.data, at)))
		at++;
	return at < stop ? at->bits : 0;
}

unsigned words_end(const struct word_table *table, struct span word)
{
	const struct word *at, *stop;
	unsigned bits = 0;

	if (word.len == 0)
		return 0;
	at = first_of(table, word.data[word.len - 1]);
	stop = behind_last_of(table, word.data[word.len - 1]);
	for (; at < stop; at++)
		if (at->len <= word.len && same(word.data + word.len - at->len, at))
			bits |= at->bits;
	return bits;
}

size_t words_at(struct span bytes, size_t at, const struct word_table *table)
{
	const struct word *word = first_of(table, bytes.data[at]),
			  *stop = behind_last_of(table, bytes.data[at]);
	size_t longest = 0;

	for (; word < stop; word++)
		if (word->len > longest && word->len <= bytes.len - at &&
			same(bytes.data + at, word))
			longest = word->len;
	return longest;
}

bool words_one_in(const struct word_table *table, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		const struct word *word = first_of(table, text.data[i]),
				  *stop = behind_last_of(table, text.data[i]);

		for (; word < stop; word++)
			if (word->len <= text.len - i && same(text.data + i, word))
				return true;
	}
	return false;
}
