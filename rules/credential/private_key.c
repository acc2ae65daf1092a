/*
 * Private keys in their containers, and JSON web tokens.
 */
#include <stdlib.h>

#include "rules/credential/scan.h"

#define PEM_MAX 65536

/* Length of a DER SEQUENCE with its head, or 0 when the bytes do not begin one. */
static size_t der_length(const unsigned char *der, size_t len)
{
	size_t bytes, value = 0;

	if (len < 2 || der[0] != 0x30)
		return 0;
	if (der[1] < 0x80)
		return 2 + (size_t)der[1];
	bytes = der[1] & 0x7f;
	if (bytes == 0 || bytes > 3 || len < 2 + bytes)
		return 0;
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | der[2 + i];
	return 2 + bytes + value;
}

/* The letters of a PEM body, without line ends, escapes, quotes and indentation. */
static size_t body_letters(struct span body, char *out, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < body.len && n < most; i++) {
		char c = body.data[i];

		if (c == '\\' && i + 1 < body.len) {
			i++; /* \n, \r, \" and a line's end in code */
			while (i + 1 < body.len && body.data[i] == '\\')
				i++;
		} else if (credential_alnum(c) || c == '+' || c == '/' || c == '=') {
			out[n++] = c;
		} else if (c == ':' && n < 400) {
			n = 0; /* a header such as Proc-Type */
			while (i + 1 < body.len && body.data[i + 1] != '\n' &&
				body.data[i + 1] != '\\')
				i++;
		}
	}
	return n;
}

enum pem_body {
	PEM_EMPTY,   /* a placeholder */
	PEM_LETTERS, /* something, but not a key that can be read */
	PEM_KEY,
};

static enum pem_body body_kind(struct span body, bool pgp)
{
	char *letters = malloc(PEM_MAX);
	unsigned char *der = malloc(PEM_MAX);
	enum pem_body kind = PEM_EMPTY;

	if (letters && der) {
		size_t n = body_letters(body, letters, PEM_MAX);
		size_t len = credential_unbase64((struct span){ letters, n }, der, PEM_MAX);
		size_t told = der_length(der, len);

		if (n >= 24 && credential_entropy((struct span){ letters, n }) > 3 &&
			!credential_has((struct span){ letters, n < 400 ? n : 400 }, "example"))
			kind = PEM_LETTERS;
		if (kind && ((told >= 32 && told <= len && len - told < 3) ||
				    (len > 60 && memcmp(der, "openssh-key-v1", 15) == 0) ||
				    (pgp && len > 60 && (der[0] & 0xc0) == 0xc0) ||
				    (pgp && len > 60 && (der[0] & 0xfc) == 0x94)))
			kind = PEM_KEY;
	}
	free(letters);
	free(der);
	return kind;
}

#define CONSTANT_REACH 600 /* from a first line to its body, where a program puts them together */

static size_t find(struct span bytes, size_t from, size_t to, const char *word)
{
	const char *at =
		from < to ? memmem(bytes.data + from, to - from, word, strlen(word)) : NULL;

	return at ? (size_t)(at - bytes.data) : to;
}

/* Whether a body may begin so: a sequence of DER with a number in it, or OpenSSH's own head. */
static bool begins_body(struct span run)
{
	return (run.data[0] == 'M' && (run.data[1] == 'I' || run.data[3] == 'C')) ||
	       span_starts(run, "b3BlbnNzaC1rZXk");
}

/*
 * Whether the first line stands in a text of a program that ends with it, and no body follows: no
 * run of letters as a body's lines are, and further on none that begins like one.
 */
static bool is_constant(struct span b, size_t close, size_t last)
{
	size_t at = close, run = 0;

	while (at + 1 < last && b.data[at] == '\\')
		at += 2;
	if (at >= last || !strchr("\"'`", b.data[at]))
		return false;
	for (; at < last; at++) {
		run = credential_base64(b.data[at]) && b.data[at - 1] != '\\' ? run + 1 : 0;
		if (run == 40 && (at - close < CONSTANT_REACH ||
					 begins_body((struct span){ b.data + at - 39, 40 })))
			return false;
	}
	return true;
}

void credential_pem(struct credential_scan *scan, size_t length, size_t end)
{
	struct span b = scan->bytes, head;
	size_t to = end + PEM_MAX < b.len ? end + PEM_MAX : b.len;
	size_t line = end + 80 < b.len ? end + 80 : b.len;
	size_t close, last, start = end - length;
	struct credential_found found = { .kind = &credential_builtin[BUILTIN_PRIVATE_KEY] };
	enum pem_body kind;
	bool binary;

	close = find(b, end, line, "----");
	head = (struct span){ b.data + end, close - end };
	if (end < scan->pem_to || close == line ||
		(!credential_has(head, "private key") && !credential_has(head, "secret key")))
		return;
	while (close < b.len && b.data[close] == '-')
		close++;
	last = find(b, close, to, "-----END");
	if (last == to)
		last = find(b, close, to, "---- END");
	scan->pem_to = last;
	if (is_constant(b, close, last))
		return; /* a name of the format in a program */
	kind = body_kind(
		(struct span){ b.data + close, last - close }, credential_has(head, "pgp"));
	/* A program that was compiled has the name, too. */
	binary = memchr(b.data + close, 0, last - close < 100 ? last - close : 100) != NULL;
	if (kind == PEM_EMPTY || (binary && kind != PEM_KEY))
		return;
	found.start = start;
	found.end = last;
	found.confidence = kind == PEM_KEY ? CONFIDENCE_CERTAIN : CONFIDENCE_HIGH;
	if (credential_has(head, "encrypted") ||
		credential_has(
			(struct span){ b.data + close, close + 80 < last ? 80 : last - close },
			"encrypted")) {
		found.kind = &credential_builtin[BUILTIN_ENCRYPTED_KEY];
		found.confidence = CONFIDENCE_HIGH;
	} else if (kind == PEM_LETTERS && last - close < 200) {
		found.confidence = CONFIDENCE_LOW;
	}
	credential_add(scan, found);
}

/* The first line in base64: decodes a little more to see whether it is of a private key. */
void credential_pem_base64(struct credential_scan *scan, size_t length, size_t end)
{
	size_t start = end - length, stop = end, back = 0;
	unsigned char head[96];
	struct span text;
	bool wrapped = true;

	while (start > 0 && back < 2 && credential_base64(scan->bytes.data[start - 1]))
		start--, back++;
	for (size_t shift = 0; shift <= back; shift++) {
		size_t n;

		text = (struct span){ scan->bytes.data + start + shift,
			scan->bytes.len - start - shift < 120 ? scan->bytes.len - start - shift
							      : 120 };
		n = credential_unbase64(text, head, sizeof(head));
		wrapped = credential_has((struct span){ (char *)head, n }, "private key");
		if (wrapped)
			break;
	}
	if (!wrapped || start < scan->pem_to)
		return;
	while (stop < scan->bytes.len && stop - end < PEM_MAX &&
		(credential_base64(scan->bytes.data[stop]) ||
			strchr("=\r\n \t\\", scan->bytes.data[stop])))
		stop++;
	if (stop - start < 120)
		return;
	scan->pem_to = stop;
	credential_add(scan,
		(struct credential_found){ start, stop, &credential_builtin[BUILTIN_PRIVATE_KEY],
			credential_has((struct span){ (char *)head, 60 }, "encrypted")
				? CONFIDENCE_HIGH
				: CONFIDENCE_CERTAIN });
}

/* Whether a count and letters of base64 follow; in a program they do not. */
static bool has_lines(struct span b, size_t at)
{
	size_t run = 0;

	while (at < b.len && strchr(" 0123456789\\nr\r\n\"'+", b.data[at]) && b.data[at])
		at++;
	while (at + run < b.len && (credential_base64(b.data[at + run]) || b.data[at + run] == '='))
		run++;
	return run >= 20;
}

void credential_putty(struct credential_scan *scan, size_t length, size_t end)
{
	size_t to = end + 20000 < scan->bytes.len ? end + 20000 : scan->bytes.len;
	size_t lines = find(scan->bytes, end, to, "Private-Lines:");

	if (lines < to && has_lines(scan->bytes, lines + strlen("Private-Lines:")))
		credential_add(scan, (struct credential_found){ end - length, lines,
					     &credential_builtin[BUILTIN_PUTTY], CONFIDENCE_HIGH });
}

/* PKCS #12 is a SEQUENCE of version 3 and a PKCS #7 body; JKS and JCEKS have magic numbers. */
void credential_key_file(struct credential_scan *scan)
{
	const unsigned char *b = (const unsigned char *)scan->bytes.data;
	size_t len = scan->bytes.len, told = der_length(b, len);
	size_t head = told ? 2 + (b[1] & 0x80 ? (size_t)(b[1] & 0x7f) : 0) : 0;
	bool store = false;

	if (len > 64 && told == len && memcmp(b + head, "\x02\x01\x03\x30", 4) == 0)
		store = memmem(b, 64, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 9) != NULL;
	if (len > 64 && (memcmp(b, "\xfe\xed\xfe\xed\0\0\0", 7) == 0 ||
				memcmp(b, "\xce\xce\xce\xce\0\0\0", 7) == 0))
		store = true;
	if (store)
		credential_add(
			scan, (struct credential_found){ 0, len,
				      &credential_builtin[BUILTIN_KEY_FILE], CONFIDENCE_HIGH });
}

static bool url_letter(char c)
{
	return credential_alnum(c) || c == '-' || c == '_';
}

static size_t run_end(struct span b, size_t at)
{
	while (at < b.len && url_letter(b.data[at]))
		at++;
	return at;
}

/* Head and claims whose signature was cut off, or stands elsewhere. */
static void jwt_unsigned(struct credential_scan *scan, size_t start, size_t end)
{
	struct span b = scan->bytes;
	const char *dot = memchr(b.data + start, '.', end - start);

	scan->jwt_to = end;
	if (dot && b.data + end - dot > 20 && memcmp(dot, ".eyJ", 4) == 0)
		credential_add(scan, (struct credential_found){ start, end,
					     &credential_builtin[BUILTIN_JWT], CONFIDENCE_LOW });
}

/* Whether it is the token that the format's own site shows. */
static bool jwt_sample(struct span token)
{
	static const char claims[] = ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l";

	return memmem(token.data, token.len, claims, strlen(claims)) != NULL;
}

/* Whether a signature follows, on another line or in the next of the texts that a program joins. */
static bool signed_apart(struct span b, size_t at)
{
	size_t most = at + 16 < b.len ? at + 16 : b.len;

	while (at < most && byte_is_of(b.data[at], " \t\r\n\"'+.\\"))
		at++;
	most = run_end(b, at) - at;
	return most >= 43 &&
	       credential_value_shape((struct span){ b.data + at, most }) == SHAPE_RANDOM;
}

void credential_jwt(struct credential_scan *scan, size_t end)
{
	struct span b = scan->bytes;
	size_t start = end - 3, first, second, third;
	enum credential_confirmed confirmed;

	if (start < scan->jwt_to || (start > 0 && credential_alnum(b.data[start - 1]) &&
					    !(start > 1 && b.data[start - 2] == '\\')))
		return;
	first = run_end(b, start);
	scan->jwt_to = first;
	credential_works(scan, (first - start) / 16);
	if (first >= b.len || b.data[first] != '.' || first - start < 12)
		return;
	second = run_end(b, first + 1);
	if (second == first + 1)
		return;
	if (second >= b.len || b.data[second] != '.') {
		jwt_unsigned(scan, start, second);
		return;
	}
	third = run_end(b, second + 1);
	confirmed = credential_check(CHECK_JWT, (struct span){ b.data + start, third - start });
	if (confirmed == CONFIRMED_NOT && (third - start < 60 || third - second < 17))
		return;
	scan->jwt_to = third;
	/* Without a signature anybody can make it. */
	credential_add(scan,
		(struct credential_found){ start, third, &credential_builtin[BUILTIN_JWT],
			confirmed == CONFIRMED_YES &&
					(third > second + 1 || signed_apart(b, third)) &&
					!jwt_sample((struct span){ b.data + start, third - start })
				? CONFIDENCE_HIGH
				: CONFIDENCE_LOW });
}
