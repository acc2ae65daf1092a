#include "common/automaton/alphabet.h"

#include "common/base/text.h"
#include "common/path/fold.h"

/* Preferred in examples from left to right; the slash is the first of all. */
static const char preferred[] = "/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"-_.+@=,~ !#$%&'()*;<>?[]^`{|}\":";

static int add(struct alphabet *a, struct span character, struct fault *f)
{
	struct buf folded = BUF_INIT(sizeof(a->letters[0].folded));
	struct letter *letter = &a->letters[a->count];

	for (size_t i = 0; i < a->count; i++)
		if (span_equal(
			    (struct span){ a->letters[i].raw, a->letters[i].raw_len }, character))
			return 0;
	if (a->count == LETTERS_MAX)
		return fault_set(f, FAULT_ADMIN,
			"the patterns name too many different characters to be compared");
	if (fold_piece(&folded, character) < 0) {
		buf_release(&folded);
		return fault_memory(f);
	}
	if (!folded.len) {
		buf_release(&folded);
		return 0; /* nothing of it is left where paths are matched generously */
	}
	*letter = (struct letter){ .raw_len = (uint8_t)character.len,
		.folded_len = (uint8_t)folded.len };
	memcpy(letter->raw, character.data, character.len);
	memcpy(letter->folded, folded.data, folded.len);
	while (!span_equal((struct span){ a->letters[letter->twin].folded,
				   a->letters[letter->twin].folded_len },
		(struct span){ letter->folded, letter->folded_len }))
		letter->twin++;
	a->count++;
	buf_release(&folded);
	return 0;
}

int alphabet_init(struct alphabet *a, struct fault *f)
{
	a->count = 0;
	for (const char *c = preferred; *c; c++)
		if (add(a, (struct span){ c, 1 }, f) < 0)
			return -1;
	for (char c = 1; c > 0; c = (char)(c == 31 ? 127 : c == 127 ? 0 : c + 1))
		if (add(a, (struct span){ &c, 1 }, f) < 0)
			return -1;
	return 0;
}

/* The characters of the text that are not ASCII. */
static int add_foreign(struct alphabet *a, struct span text, struct fault *f)
{
	unsigned int character;

	for (size_t i = 0, len; i < text.len; i += len) {
		len = text_decode((struct span){ text.data + i, text.len - i }, &character);
		if (len > 1 && add(a, (struct span){ text.data + i, len }, f) < 0)
			return -1;
		len += !len;
	}
	return 0;
}

int alphabet_add(struct alphabet *a, struct span pattern, struct fault *f)
{
	size_t before = a->count;

	if (add_foreign(a, pattern, f) < 0)
		return -1;
	for (size_t i = before; i < a->count; i++) {
		const struct letter letter = a->letters[i];

		if (add_foreign(a, (struct span){ letter.folded, letter.folded_len }, f) < 0)
			return -1;
	}
	return 0;
}

int alphabet_finish(struct alphabet *a, struct fault *f)
{
	size_t before = a->count;

	/* Ideographs fold to themselves. */
	for (unsigned char last = 0x80; a->count == before && last < 0xc0; last++) {
		const char other[] = { (char)0xe4, (char)0xb8, (char)last };

		if (add(a, (struct span){ other, sizeof(other) }, f) < 0)
			return -1;
	}
	return 0;
}
