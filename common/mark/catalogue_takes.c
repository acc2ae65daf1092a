#include "common/mark/catalogue_takes.h"

#include <string.h>

#include "common/mark/catalogue_field.h"
#include "common/mark/trailer.h"
#include "common/path/fold.h"
#include "common/text/ordinary.h"
#include "common/text/spelling.h"

#define FIXED_LEAST 4 /* letters and digits of a form that stand for themselves */

/* The form's letters and digits that stand for themselves; *words: in how many words. */
static size_t fixed_of(const char *form, size_t *words, struct span *last)
{
	size_t fixed = 0;

	for (*words = 0; *form;) {
		size_t n = 0;

		if (*form == '{' && strchr(form, '}')) {
			form = strchr(form, '}') + 1;
			continue;
		}
		while (spelling_is_word((unsigned char)form[n]))
			n++;
		if (n)
			*last = (struct span){ form, n };
		*words += n > 0;
		fixed += n;
		form += n ? n : 1;
	}
	return fixed;
}

/* Whether the word is the agent's own: its id, or of its name. */
static bool is_own_word(const struct catalogue_site_entry *entry, struct span word)
{
	struct buf folded = BUF_INIT(4096);
	struct span rest, between, one;
	bool own = span_is(word, entry->id);

	if (entry->name && fold_text(&folded, span_of(entry->name)) == 0)
		for (rest = buf_span(&folded); !own && (one = spelling_word(&rest, &between)).len;)
			own = span_equal(one, word);
	buf_release(&folded);
	return own;
}

/* A form of lines or subjects: one word and anything is how people begin theirs. */
static const char *line_takes(
	const struct catalogue_site_entry *entry, enum ordinary what, const char *form)
{
	struct span word = { form, 0 };
	size_t words, fixed = fixed_of(form, &words, &word);
	const char *sample = ordinary_match(what, form);

	if (sample)
		return sample;
	if (fixed < FIXED_LEAST)
		return "a line or subject that happens to be of so short a form";
	return words == 1 && strchr(form, '*') && !is_own_word(entry, word)
		       ? "a subject or line with that one word in it"
		       : NULL;
}

/* `*@example.com`: everybody there, unless it is a host of the agents' own. */
static const char *email_takes(const char *form)
{
	const char *domain = strrchr(form, '@'), *dot;
	const char *sample = ordinary_match(ORDINARY_EMAIL, form);

	if (sample || !domain || form[0] != '*' || form + 1 != domain)
		return sample;
	dot = strchr(domain, '.');
	return dot && !strchr(dot + 1, '.') && strcmp(dot, ".local") != 0
		       ? "the address of anybody at that domain"
		       : NULL;
}

/* Whether people write trailers of that key, in letters and digits alone, or of its like. */
static bool is_peoples_key(const char *text, const char *key)
{
	struct buf line = BUF_INIT(4096);
	struct trailer trailer;
	bool theirs = ordinary_key(key);

	fold_text(&line, span_of(text));
	buf_adds(&line, ": x");
	if (!line.failed && trailer_read(&trailer, buf_span(&line)))
		theirs |= trailer.kind != TRAILER_OTHER;
	buf_release(&line);
	return theirs;
}

static const char *trailer_takes(const char *text, const char *key, const char *value)
{
	const char *sample = value ? ordinary_match(ORDINARY_VALUE, value) : "any value";

	if (is_peoples_key(text, key))
		return sample;
	return sample && strcmp(value, "*") == 0 && !strpbrk(text, "-_ ")
		       ? "a line such as `Note: it needs a rebuild`"
		       : NULL;
}

static const char *takes(const struct catalogue_site_entry *entry, const char *text,
	const struct catalogue_field *field, const char *mark, const char *value)
{
	struct span ignored;
	size_t words;

	switch (field->kind) {
	case CATALOGUE_EMAILS:
		return email_takes(mark);
	case CATALOGUE_SUBJECTS:
		return line_takes(entry, ORDINARY_SUBJECT, mark);
	case CATALOGUE_LINES:
		return line_takes(entry, ORDINARY_LINE, mark);
	case CATALOGUE_LINKS:
		return ordinary_match(ORDINARY_LINK, mark);
	case CATALOGUE_AUTHORS:
		return fixed_of(mark, &words, &ignored) < FIXED_LEAST
			       ? "the name of somebody whom that happens to fit"
			       : ordinary_match(ORDINARY_AUTHOR, mark);
	case CATALOGUE_NAMES:
		return field->strength == MARK_GIVEN ? NULL : ordinary_match(ORDINARY_AUTHOR, mark);
	case CATALOGUE_TRAILERS:
		return trailer_takes(text, mark, value);
	default:
		return NULL;
	}
}

const char *catalogue_takes(
	const struct catalogue_site_entry *entry, const struct catalogue_site_mark *mark)
{
	const struct catalogue_field *field = catalogue_fields;
	struct buf form = BUF_INIT(4096), value = BUF_INIT(4096);
	const char *sample = NULL;

	while (field->field && strcmp(field->field, mark->field) != 0)
		field++;
	if (field->kind != CATALOGUE_KINDS &&
		catalogue_normal(&form, field->kind, span_of(mark->text)) == 0 &&
		(!mark->value || fold_text(&value, span_of(mark->value)) == 0))
		sample =
			takes(entry, mark->text, field, form.data, mark->value ? value.data : NULL);
	buf_release(&form);
	buf_release(&value);
	return sample;
}
