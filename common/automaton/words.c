/* The words that are paths at all: written down state by state. */
#include <ctype.h>
#include <string.h>

#include "common/automaton/automaton.h"

/* Where one is within a name. */
enum place {
	PLACE_START,  /* of a name */
	PLACE_DOT,    /* it is `.` so far */
	PLACE_DOTS,   /* it is `..`, or ends in a dot or a space */
	PLACE_LETTER, /* it is one letter, which with a colon would be a drive */
	PLACE_TILDE,
	PLACE_COLON,
	PLACE_NAME,
	PLACE_WRONG, /* no path begins so */
	PLACES,
};

static enum place after(enum place place, char c)
{
	if (place == PLACE_WRONG)
		return PLACE_WRONG;
	if (c == '/')
		return place == PLACE_START || place == PLACE_DOT || place == PLACE_DOTS
			       ? PLACE_WRONG
			       : PLACE_START;
	if ((place == PLACE_TILDE && isdigit((unsigned char)c)) ||
		(place == PLACE_LETTER && c == ':') || (place == PLACE_COLON && c == '$'))
		return PLACE_WRONG;
	if (c == '.' && place == PLACE_START)
		return PLACE_DOT;
	if (c == '.' || c == ' ')
		return PLACE_DOTS;
	if (c == '~')
		return PLACE_TILDE;
	if (c == ':')
		return PLACE_COLON;
	return place == PLACE_START && isalpha((unsigned char)c) ? PLACE_LETTER : PLACE_NAME;
}

int automaton_words(struct automaton **out, const struct alphabet *alphabet, struct fault *f)
{
	*out = automaton_new(alphabet);
	if (!*out)
		return fault_memory(f);
	for (enum place place = PLACE_START; place < PLACES; place++) {
		bool whole = place >= PLACE_LETTER && place <= PLACE_NAME;
		enum place other = place == PLACE_WRONG ? PLACE_WRONG : PLACE_NAME;

		if (automaton_add_state(*out, whole, other, f) < 0)
			return -1;
		for (uint32_t i = 0; i < alphabet->count; i++) {
			const struct letter *letter = &alphabet->letters[i];
			struct edge edge = { i, after(place, letter->raw[0]) };

			if (letter->raw_len == 1 && automaton_add_edge(*out, edge, f) < 0)
				return -1;
		}
	}
	return 0;
}
