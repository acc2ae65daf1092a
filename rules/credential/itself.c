/*
 * What a value says of itself, whatever the name beside it: a digest, a hash of a password, an id,
 * a licence, a sample, data in base64.  None of these is what somebody could log in with.
 */
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

#define DATA_MAX 512 /* of what is encoded so much is looked at */

bool credential_is_hex(struct span v)
{
	size_t i = 0;

	while (i < v.len && credential_hex_digit(v.data[i]) >= 0)
		i++;
	return v.len && i == v.len;
}

bool credential_digest_length(struct span v)
{
	return (v.len == 32 || v.len == 40 || v.len == 56 || v.len == 64 || v.len == 96 ||
		       v.len == 128) &&
	       credential_is_hex(v);
}

/* Whether so long a rest is what a digest looks like, in hex or base64. */
static bool digest_letters(struct span v)
{
	size_t i = 0;

	while (i < v.len && credential_base64(v.data[i]))
		i++;
	while (i < v.len && v.data[i] == '=')
		i++;
	return v.len >= 24 && i == v.len;
}

/* `sha512-…`, `image@sha256:…`, `--hash=sha256:…` */
static bool is_digest(struct span v)
{
	for (size_t i = 0; i + 24 < v.len && i < 200; i++) {
		size_t n = i == 0 || !credential_alnum(v.data[i - 1])
				   ? words_at(v, i, &words_digest_names)
				   : 0;

		if (n && i + n < v.len && strchr(":-=~_", v.data[i + n]) &&
			digest_letters((struct span){ v.data + i + n + 1, v.len - i - n - 1 }))
			return true;
	}
	return false;
}

/*
 * `$6$…`, `{SSHA}…`, and `md5` and 32 digits, `*` and 40, as PostgreSQL and MySQL keep passwords.
 */
static bool is_password_hash(struct span v)
{
	struct span rest = { v.data + 1, v.len ? v.len - 1 : 0 };

	if (v.len == 41 && v.data[0] == '*')
		return credential_is_hex(rest);
	if (v.len == 35 && span_starts(v, "md5"))
		return credential_is_hex((struct span){ v.data + 3, 32 });
	return v.len >= 20 && words_at(v, 0, &words_hash_heads) > 0;
}

/* `A1B2C-3D4E5-F6G7H`: groups of one length in capitals and digits. */
static bool is_licence(struct span v)
{
	size_t group = 0, size = 0, groups = 1;

	for (size_t i = 0; i < v.len; i++) {
		char c = v.data[i];

		if (c == '-') {
			if (group < 4 || group > 8 || (size && group != size))
				return false;
			size = group;
			group = 0;
			groups++;
		} else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
			group++;
		} else {
			return false;
		}
	}
	return groups >= 3 && group == size;
}

static bool printable(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (((unsigned char)v.data[i] < ' ' && !strchr("\t\r\n", v.data[i])) ||
			!v.data[i] || (unsigned char)v.data[i] >= 127)
			return false;
	return v.len > 0;
}

/* A number as protobuf writes it; false: there is none. */
static bool varint(struct span v, size_t *at, size_t *out)
{
	*out = 0;
	for (unsigned shift = 0; *at < v.len && shift < 35; shift += 7) {
		unsigned char c = (unsigned char)v.data[(*at)++];

		*out |= (size_t)(c & 127) << shift;
		if (!(c & 128))
			return true;
	}
	return false;
}

/* Whether it is a message of protobuf with a text in it: fields to the very end. */
static bool is_message(struct span v)
{
	size_t at = 0, fields = 0, texts = 0, key, n;

	while (at < v.len) {
		if (!varint(v, &at, &key) || key >> 3 == 0 || key >> 3 > 64)
			return false;
		fields++;
		if ((key & 7) == 0) {
			if (!varint(v, &at, &n))
				return false;
		} else if ((key & 7) == 2) {
			if (!varint(v, &at, &n) || n > v.len - at)
				return false;
			texts += n >= 3 && printable((struct span){ v.data + at, n });
			at += n;
		} else if ((key & 7) == 1 || (key & 7) == 5) {
			at += (key & 7) == 1 ? 8 : 4;
		} else {
			return false;
		}
	}
	return at == v.len && fields >= 2 && texts;
}

/* `name:password` whose password says nothing. */
static bool weak_pair(struct span text)
{
	const char *colon = memchr(text.data, ':', text.len);
	struct span behind;

	if (!colon)
		return false;
	behind.data = colon + 1;
	behind.len = text.len - (size_t)(behind.data - text.data);
	return behind.len && !memchr(behind.data, '/', behind.len) &&
	       (credential_weak(behind) || credential_placeholder(behind) ||
		       credential_value_shape(behind) < SHAPE_MIXED);
}

/* `FK_368A4209A76ED395`, `idx_5f37a13b`: what a database calls a key or an index. */
static bool is_object_name(struct span v)
{
	size_t n = words_at(v, 0, &words_object_heads);

	/* What has as many digits as a key may be one. */
	return n && v.len >= n + 8 && v.len < n + 32 &&
	       credential_is_hex((struct span){ v.data + n, v.len - n });
}

/* A certificate or a public key: a sequence that begins with one. */
static bool is_public_der(struct span v)
{
	unsigned char head[6];

	return v.len >= 40 && credential_unbase64(v, head, sizeof(head)) == sizeof(head) &&
	       head[0] == 0x30 &&
	       ((head[1] == 0x82 && head[4] == 0x30) || (head[1] == 0x81 && head[3] == 0x30) ||
		       head[2] == 0x30);
}

/* `my-secret-key-which-should-be-changed-in-production`: nothing that a machine made. */
static bool is_sentence(struct span v)
{
	struct letter_counts n = credential_letter_counts(v);

	return v.len >= 24 && n.signs == 0 && n.word_letters * 6 >= (n.letters + n.digits) * 5;
}

/* Whether what was encoded is plain text that is no credential, or a message. */
static bool says_nothing(struct span inside)
{
	if (inside.len < 6)
		return false;
	if (!printable(inside))
		return is_message(inside);
	return credential_placeholder(inside) || credential_weak(inside) || weak_pair(inside) ||
	       is_sentence(inside) ||
	       (inside.len >= 8 && (memchr(inside.data, ' ', inside.len) ||
					   credential_value_shape(inside) < SHAPE_MIXED));
}

/* `6368616e676520746869732121`: plain text in hex digits. */
static bool is_hex_text(struct span v)
{
	char raw[DATA_MAX];
	size_t n = 0;

	if (v.len < 16 || v.len % 2 || v.len > sizeof(raw) || !credential_is_hex(v))
		return false;
	for (size_t i = 0; i < v.len; i += 2)
		raw[n++] = (char)(credential_hex_digit(v.data[i]) << 4 |
				  credential_hex_digit(v.data[i + 1]));
	return printable((struct span){ raw, n }) && says_nothing((struct span){ raw, n });
}

/* Whether what is encoded is plain text that is no credential, a message, an image ... */
static bool is_data(struct span v)
{
	unsigned char raw[DATA_MAX];
	size_t n;

	if (v.len < 8)
		return false;
	if (words_at(v, 0, &words_data_heads))
		return true;
	if (v.len > DATA_MAX * 4 / 3 || v.len % 4 == 1)
		return false;
	if (is_public_der(v) || is_hex_text(v))
		return true;
	for (size_t i = 0; i < v.len; i++)
		if (!credential_base64(v.data[i]) && v.data[i] != '=')
			return false;
	n = credential_unbase64(v, raw, sizeof(raw));
	return says_nothing((struct span){ (const char *)raw, n });
}

enum value_says credential_says(struct span v)
{
	if (is_digest(v))
		return SAYS_DIGEST;
	if (is_password_hash(v))
		return SAYS_HASH;
	if ((credential_is_uuid(v) && !credential_placeholder(v)) || is_object_name(v))
		return SAYS_ID;
	return is_licence(v) || credential_weak(v) || is_data(v) ? SAYS_SAMPLE : SAYS_NOTHING;
}

int credential_at_most(struct span v, int confidence)
{
	enum value_says says = confidence < 0 ? SAYS_NOTHING : credential_says(v);

	if (says == SAYS_DIGEST)
		return -1;
	return says != SAYS_NOTHING && confidence > CONFIDENCE_LOW ? CONFIDENCE_LOW : confidence;
}
