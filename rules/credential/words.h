/*
 * Words that the detector knows, made from rules/data/words.json when Countersign is built: lists,
 * which are gone through in their order, and tables, in which a word is looked up for what it says.
 */
#ifndef RULES_CREDENTIAL_WORDS_H
#define RULES_CREDENTIAL_WORDS_H

#include <stdint.h>

#include "common/base/span.h"

/* What parts of a name say; see name_class.c. */
enum name_part {
	NAMED_PASSWORD = 1,
	NAMED_NO_PASSWORD = 2, /* though it looks like one: `bypass` */
	NAMED_TOKEN = 4,
	NAMED_BEFORE_PATTERN = 8, /* whose `pat` is a pattern, and no personal access token */
	NAMED_KEY = 16,
	NAMED_BEFORE_KEY = 32, /* a key of that is a secret */
	NAMED_WEAK = 64,       /* perhaps a secret */
	NAMED_TAIL = 128,      /* says nothing behind another */
	NAMED_NEVER = 256,     /* as the last part: what is named is another thing */
	NAMED_PUBLIC = 512,    /* anywhere: it is no secret */
	NAMED_SECRET = 1024,
	NAMED_OPEN_KEY = 2048, /* a key of that is public: `cache_key` */
	NAMED_AUTH = 4096,     /* behind another part: what it logs in with */
};

struct word {
	const char *text; /* in small letters */
	size_t len;
	unsigned bits;
	char last; /* letter */
};

struct word_table {
	const struct word
		*words; /* by their first letter (its low 7 bits), or the last in words_..._ends */
	size_t count;
	uint16_t starts[129]; /* where those of a letter begin, and those of the next */
};

extern const struct word_table words_path_endings, words_path_folders, words_path_names,
	words_name_parts, words_name_ends, words_vendor_secret, words_vendor_public,
	words_digest_names, words_hash_heads, words_object_heads, words_data_heads,
	words_folder_parts, words_folder_tails, words_file_parts, words_sample_parts,
	words_root_folders, words_captions, words_elsewhere, words_form_names, words_prose,
	words_published, words_setters, words_spelt_out, words_spoken_words, words_template_marks;

/* Each ends with NULL. */
extern const char *const words_samples[];
extern const char *const words_fillers[];
extern const char *const words_weak_words[];
extern const char *const words_prose_links[];
extern const char *const words_prose_verbs[];
extern const char *const words_value_marks[];
extern const char *const words_connection_parts[];
extern const char *const words_argument_wrappers[];
extern const char *const words_value_wrappers[];
extern const char *const words_fallbacks[];
extern const char *const words_account_slashes[];
extern const char *const words_typing_verbs[];
extern const char *const words_directives[];

/* What the whole word says, in letters of either case; 0 when the table does not have it. */
unsigned words_find(const struct word_table *table, struct span word);

/* What all those say that the word ends in. */
unsigned words_end(const struct word_table *table, struct span word);

/* The length of the longest word of the table that stands there, or 0. */
size_t words_at(struct span bytes, size_t at, const struct word_table *table);

/* Whether the text has one of the table's in it, in letters of either case. */
bool words_one_in(const struct word_table *table, struct span text);

#endif
