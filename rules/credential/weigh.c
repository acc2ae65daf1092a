/*
 * How sure a name and a value make it that the value is a credential.
 */
#include "rules/credential/assign.h"
#include "rules/credential/decode.h"
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

/* `open sesame`: a few words that are not a sentence to people. */
static bool pass_phrase(struct span v)
{
	size_t spaces = 0;

	for (size_t i = 0; i < v.len; i++) {
		if (!credential_alnum(v.data[i]) && v.data[i] != ' ')
			return false;
		spaces += v.data[i] == ' ';
	}
	return !words_one_in(&words_prose, v) && spaces && spaces < 4 && v.len >= 8 && v.len <= 64;
}

/* `;Password=x` between other parts of a connection string: there it is always a value. */
static bool in_connection(const struct credential_scan *scan, const struct assigned *a)
{
	return !a->quoted && a->start > 0 && scan->bytes.data[a->start - 1] == '=' &&
	       credential_lines_have(scan->bytes, a->start, words_connection_parts) &&
	       (a->inner || credential_lines_have(
				    scan->bytes, a->start, (const char *const[]){ ";", NULL }));
}

/* `The password is "x"`. */
static bool is_said(const struct credential_scan *scan, const struct assigned *a)
{
	return a->quoted && a->start > 5 && memcmp(scan->bytes.data + a->start - 5, " is ", 4) == 0;
}

/* `development#product`: words with signs that neither sentences nor names have. */
static bool signed_word(struct span v)
{
	size_t signs = 0;

	for (size_t i = 0; i < v.len; i++) {
		signs += strchr("#$%&*+@^~", v.data[i]) && v.data[i];
		if (byte_is_of(v.data[i], " /\\<>(){}[]=:,;."))
			return false;
	}
	return signs && v.len >= 8;
}

/* `$labels["password"]`: what is set is a text for people. */
static bool for_people(const struct credential_scan *scan, const struct assigned *a)
{
	size_t name = (size_t)(a->name.data - scan->bytes.data), from = name > 16 ? name - 16 : 0;
	struct span before = { scan->bytes.data + from, name - from };

	return words_one_in(&words_captions, before);
}

/*
 * `password = "Summer"` in code: texts for people stand behind a colon, or in files of their own.
 */
static bool set_in_code(const struct credential_scan *scan, const struct assigned *a)
{
	size_t at = a->start - 1;

	if (for_people(scan, a))
		return false;
	while (at > 0 && strchr(" \t@", scan->bytes.data[at - 1]))
		at--;
	return scan->text & TEXT_CODE && at > 1 && scan->bytes.data[at - 1] == '=' &&
	       !strchr("=!", scan->bytes.data[at - 2]);
}

/* `MapleCopper6`: no text for people ends so. */
static bool ends_in_digit(struct span v)
{
	char last = v.data[v.len - 1];

	return v.len >= 8 && last >= '0' && last <= '9' && !memchr(v.data, ' ', v.len) &&
	       !memchr(v.data, '_', v.len);
}

/* Weak ones, which only their name gives away. */
static int weigh_words(const struct credential_scan *scan, const struct assigned *a, struct span v)
{
	bool upper = v.data[0] >= 'A' && v.data[0] <= 'Z';

	if (in_connection(scan, a) && !memchr(v.data, ' ', v.len))
		return CONFIDENCE_LOW;
	if (a->inner)
		return -1;
	if (credential_has(v, "password") || credential_has(v, "passwd") ||
		credential_has(v, "secret"))
		if (v.len < 8 || (!span_starts(v, "my") && !span_starts(v, "this")))
			return -1;
	if (!a->exact || (a->plain && !is_said(scan, a)) || v.len < 5 ||
		(scan->text & TEXT_LOCALE) || a->call)
		return -1;
	if (memchr(v.data, ' ', v.len) && !(a->quoted && pass_phrase(v)))
		return -1;
	if (upper && !(a->quoted && (signed_word(v) || ends_in_digit(v) || set_in_code(scan, a))))
		return -1;
	return CONFIDENCE_LOW;
}

static bool all_of(struct span v, const char *letters)
{
	for (size_t i = 0; i < v.len; i++)
		if (!v.data[i] || !strchr(letters, v.data[i]))
			return false;
	return true;
}

/* `/home/me`, as the shell's PWD has it. */
static bool is_folder(struct span v)
{
	size_t slashes = 0;

	for (size_t i = 0; i < v.len; i++) {
		slashes += v.data[i] == '/';
		if (!credential_base64(v.data[i]) && v.data[i] != '.')
			return false;
	}
	return v.data[0] == '/' && slashes > 1;
}

/* `dump("new_nt_pass")`, `set_password(INFO_21)`: what is given to the call is the name of one. */
static bool names_one(struct span v)
{
	return credential_has(v, "password") || credential_has(v, "passwd") ||
	       span_ends(v, "_pass") || span_ends(v, "_pw") || span_ends(v, "_pwd") ||
	       (memchr(v.data, '_', v.len) && all_of(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"));
}

/* `Pasahitza:` in a translation, and what is said beside a box for one. */
static bool said_to_people(
	const struct credential_scan *scan, const struct assigned *a, struct span v)
{
	if (credential_digit_or_sign(v))
		return false;
	return (scan->text & TEXT_LOCALE) || strchr(":.", v.data[v.len - 1]) || for_people(scan, a);
}

/* Where what is made of words is a password, not a text or a name. */
static bool phrase_stands(const struct credential_scan *scan, const struct assigned *a)
{
	return a->exact && !a->call && !a->inner && !a->plain && !(scan->text & TEXT_LOCALE) &&
	       !for_people(scan, a) && (a->quoted || (scan->text & TEXT_PLAIN));
}

static bool foreign_letters(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if ((unsigned char)v.data[i] >= 0xc3)
			return !memchr(v.data, ' ', v.len);
	return false;
}

static int weigh_password(
	const struct credential_scan *scan, const struct assigned *a, struct span v)
{
	enum value_shape j = credential_value_shape(v);

	if (v.len < 4 || v.len > 128 ||
		(j == SHAPE_NOT && !foreign_letters(v) && !credential_joined(v)) || is_folder(v) ||
		said_to_people(scan, a, v))
		return -1;
	if (names_one(v) &&
		(a->call || span_ends(v, "_pass") || span_ends(v, "_pw") || span_ends(v, "_pwd")))
		return -1;
	if (phrase_stands(scan, a) && credential_phrase(v))
		return CONFIDENCE_MEDIUM;
	if (j < SHAPE_MIXED || memchr(v.data, ' ', v.len))
		return weigh_words(scan, a, v);
	return v.len >= 6 && !credential_made_up(v) ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
}

/* `app-secrets-7f8d9c`: words and a few hex digits, as clusters call things. */
static bool cluster_name(struct span v)
{
	const char *dash = memrchr(v.data, '-', v.len);
	struct letter_counts n;
	struct span last;

	if (!dash || !memchr(v.data, '-', (size_t)(dash - v.data)))
		return false;
	last = (struct span){ dash + 1, v.len - (size_t)(dash + 1 - v.data) };
	v.len = (size_t)(dash - v.data);
	n = credential_letter_counts(v);
	return last.len <= 10 && credential_is_hex(last) && n.digits == 0 && !n.upper &&
	       n.signs == 0 && n.word_letters * 3 >= n.letters * 2;
}

/* `Qv7!kT4zwX`: letters of both kinds, a digit and a sign, and no words. */
static bool strong(struct span v)
{
	struct letter_counts n = credential_letter_counts(v);

	for (size_t i = 0; i < v.len; i++)
		if (!credential_alnum(v.data[i]) && !strchr("!#$%&*+?@^~-_.=", v.data[i]))
			return false;
	return v.len >= 10 && n.upper && n.lower && n.digits && n.signs &&
	       n.odd_letters > n.word_letters;
}

static int weigh_secret(const struct assigned *a, struct span v)
{
	enum value_shape j = credential_value_shape(v);
	bool said = credential_has(a->name, "secret");

	if (memchr(v.data, ' ', v.len) || v.len < 8 || span_starts(v, "-----BEGIN"))
		return -1;
	if (v.len <= 64 ? credential_made_up(v) : credential_published(v))
		return j >= SHAPE_MIXED ? CONFIDENCE_LOW : -1;
	if (j == SHAPE_RANDOM)
		return cluster_name(v) ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM;
	if (j == SHAPE_MIXED && a->exact && said && strong(v))
		return CONFIDENCE_MEDIUM;
	if (j == SHAPE_MIXED && v.len >= (said ? 8 : 10) &&
		credential_entropy(v) >= (said ? 2.5 : 2.8) &&
		!(memchr(v.data, '/', v.len) && !memchr(v.data, '+', v.len)))
		return CONFIDENCE_LOW;
	return j == SHAPE_WORD && a->exact && a->quoted &&
			       (signed_word(v) || (said && ends_in_digit(v)))
		       ? CONFIDENCE_LOW
		       : -1;
}

/* `fernet_key = <random>`: a key of something, no digest and no word. */
static bool is_vendors_key(const struct assigned *a, struct span v)
{
	return a->name.len >= 6 && v.len >= 20 && !a->plain && !credential_is_hex(v) &&
	       credential_entropy(v) >= 3.8 && credential_has(a->name, "key") &&
	       !memchr(v.data, '/', v.len) && !memchr(v.data, ':', v.len) &&
	       !memchr(v.data, '\\', v.len) && !memchr(v.data, '{', v.len);
}

static int weigh_weak(const struct assigned *a, struct span v)
{
	/* Certificates are for everybody. */
	if (credential_has(a->name, "cert") && span_starts(v, "MII"))
		return -1;
	if (v.len < 16 || memchr(v.data, ' ', v.len) || credential_value_shape(v) != SHAPE_RANDOM ||
		credential_has(v, "_pub") || credential_has(v, "public") ||
		span_starts(v, "pk_live_") || span_starts(v, "pk_test_"))
		return -1;
	if (!a->exact || credential_entropy(v) < 3.2)
		return -1;
	if (credential_digest_length(v) || (v.len <= 64 && credential_made_up(v)))
		return CONFIDENCE_LOW;
	/* Wallets grow from seeds; what a header authorises with is no less than a token. */
	return (v.len >= 24 && !a->plain && credential_has(a->name, "seed")) ||
			       is_vendors_key(a, v) || is_authorization(a->name)
		       ? CONFIDENCE_MEDIUM
		       : CONFIDENCE_LOW;
}

/* A wallet's seed as words (BIP 39); the same word twice in a row is a sample's. */
static bool is_mnemonic(struct span v)
{
	struct span word = { v.data, 0 }, last = { v.data, 0 };
	size_t words = 0;

	for (size_t i = 0; i <= v.len; i++) {
		if (i < v.len && v.data[i] >= 'a' && v.data[i] <= 'z') {
			word.len++;
		} else if ((i < v.len && v.data[i] != ' ') || word.len < 3 || word.len > 8 ||
			   span_equal(word, last)) {
			return false;
		} else {
			words++;
			last = word;
			word = (struct span){ v.data + i + 1, 0 };
		}
	}
	return words >= 12 && words <= 24 && words % 3 == 0;
}

/*
 * `0x` and 40 hex digits: an account of Ethereum or a contract; 40 in capitals: the fingerprint of
 * an OpenPGP key that signs.
 */
static bool is_public_key_id(const struct assigned *a, struct span v)
{
	if (v.len == 42 && span_starts(v, "0x"))
		return all_of((struct span){ v.data + 2, 40 }, "0123456789abcdefABCDEF");
	/* What a page shows to reCAPTCHA and Turnstile; their secrets begin like it. */
	if ((credential_has(a->name, "sitekey") || credential_has(a->name, "site_key") ||
		    credential_has(a->name, "site-key")) &&
		!credential_has(a->name, "secret") && !credential_has(a->name, "private") &&
		((v.len == 40 && span_starts(v, "6L")) || (v.len <= 24 && span_starts(v, "0x4A"))))
		return true;
	return v.len == 40 && all_of(v, "0123456789ABCDEF") &&
	       (credential_has(a->name, "sign") || credential_has(a->name, "gpg") ||
		       credential_has(a->name, "pgp"));
}

/* Letters and digits alone, in lower case. */
static size_t plain_letters(struct span text, char out[96])
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < 96; i++)
		if (credential_alnum(text.data[i]))
			out[n++] = credential_lower(text.data[i]);
	return n;
}

/*
 * `#define TXT_kDHEPSK "kDHE-PSK"`, `"default_pass", "mqtt.default_pass"`: the value says the name
 * again.
 */
static bool echoes(struct span name, struct span v)
{
	char a[96], b[96];
	size_t n = plain_letters(name, a), m = v.len < 96 ? plain_letters(v, b) : 0;

	if (m > n && n >= 8 && memchr(v.data, '.', v.len))
		return memmem(b, m, a, n) != NULL;
	return m >= 3 && m <= n && memmem(a, n, b, m);
}

/* Files of sealed secrets hold nothing but what one cluster can open. */
static bool sealed(const struct credential_scan *scan, struct span v)
{
	struct span head = { scan->head.data, scan->head.len < 16384 ? scan->head.len : 16384 };

	return v.len >= 40 && span_starts(v, "Ag") &&
	       memmem(head.data, head.len, "encryptedData", strlen("encryptedData"));
}

/* How sure its name and its looks make it; -1: it is none. */
static int weigh(const struct credential_scan *scan, const struct assigned *a, struct span v,
	enum value_says says)
{
	int confidence;

	if (says == SAYS_ID && (credential_has(a->name, "guid") || credential_has(a->name, "uuid")))
		return -1;
	/* Tables keep the hashes of passwords. */
	if (says == SAYS_HASH || says == SAYS_ID ||
		(a->row && a->class == NAME_PASSWORD && credential_digest_length(v)))
		return CONFIDENCE_LOW;
	confidence = a->class != NAME_PASSWORD && is_mnemonic(v) ? CONFIDENCE_MEDIUM
		     : a->class == NAME_PASSWORD                 ? weigh_password(scan, a, v)
		     : a->class == NAME_SECRET                   ? weigh_secret(a, v)
								 : weigh_weak(a, v);
	return says != SAYS_NOTHING && confidence > CONFIDENCE_LOW ? CONFIDENCE_LOW : confidence;
}

/* The same for what the value says. */
static void weigh_value(struct credential_scan *scan, const struct assigned *a, struct span v)
{
	enum name_class class = a->class;
	const struct credential_kind *kind =
		&credential_builtin[class == NAME_PASSWORD ? BUILTIN_PASSWORD
				    : class == NAME_SECRET ? BUILTIN_SECRET
							   : BUILTIN_KEY];
	enum value_says says = credential_says(v);
	int confidence;

	if (((scan->text & TEXT_LOCK) &&
		    (class == NAME_WEAK || credential_listed(scan->bytes, a, v))) ||
		echoes(a->name, v) ||
		((scan->text & TEXT_LOCALE) && !credential_digit_or_sign(v)) || sealed(scan, v) ||
		says == SAYS_DIGEST ||
		(class != NAME_PASSWORD &&
			(is_public_key_id(a, v) || credential_weigh_pair(scan, a, v))))
		return;
	confidence = weigh(scan, a, v, says);
	if (confidence >= 0)
		credential_add(scan, (struct credential_found){
					     a->start, a->end, kind, (enum confidence)confidence });
}

void credential_weigh(struct credential_scan *scan, const struct assigned *a)
{
	struct span v = { scan->bytes.data + a->start, a->end - a->start };
	struct buf plain = BUF_INIT(1024);

	if (memchr(v.data, '\\', v.len) && credential_unescape(v, &plain) && !plain.failed)
		v = buf_span(&plain);
	weigh_value(scan, a, v);
	if (plain.data)
		explicit_bzero(plain.data, plain.len);
	buf_release(&plain);
}
