/*
 * Signed notes.
 */
#include <stdio.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/base/text.h"
#include "common/key/libcrypto.h"
#include "common/tlog/note.h"

#define DASH "\xe2\x80\x94 " /* what every line of a signature begins with */
#define STAMP 8              /* bytes of a cosignature's time */

bool note_name_is_good(struct span name)
{
	if (name.len == 0 || name.len > NOTE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.data[i];

		/* Unicode has more spaces than one wants to list: ASCII alone. */
		if (c <= ' ' || c == '+' || c >= 0x7f)
			return false;
	}
	return true;
}

static void key_id(struct note_key *key)
{
	unsigned char bytes[NOTE_NAME_MAX + 34], digest[32];
	size_t len = strlen(key->name);

	memcpy(bytes, key->name, len);
	bytes[len] = '\n';
	bytes[len + 1] = (unsigned char)key->type;
	memcpy(bytes + len + 2, key->public, sizeof(key->public));
	digest_sha256(digest, (struct span){ (const char *)bytes, len + 34 });
	memcpy(key->id, digest, sizeof(key->id));
}

int note_key_make(struct note_key *out, const char *name, enum note_type type,
	const unsigned char public[32], struct fault *f)
{
	if (!note_name_is_good(span_of(name)))
		return fault_set(f, FAULT_ADMIN,
			"a key cannot be called that: letters without spaces and + are what it "
			"takes");
	*out = (struct note_key){ .type = type };
	(void)snprintf(out->name, sizeof(out->name), "%s", name);
	memcpy(out->public, public, sizeof(out->public));
	key_id(out);
	return 0;
}

static int not_a_key(struct fault *f)
{
	return fault_set(f, FAULT_ADMIN,
		"no key of a log or witness: it is written NAME+ID+BASE64, by Ed25519");
}

int note_key_read(struct note_key *out, struct span text, struct fault *f)
{
	const char *plus = text.len ? memchr(text.data, '+', text.len) : NULL;
	size_t name_len = plus ? (size_t)(plus - text.data) : 0;
	char name[NOTE_NAME_MAX + 1], id[9];
	struct buf bytes = BUF_INIT(33);
	int result = -1;

	if (!plus || name_len > NOTE_NAME_MAX || text.len - name_len < 11 || plus[9] != '+')
		return not_a_key(f);
	memcpy(name, text.data, name_len);
	name[name_len] = '\0';
	if (base64_decode(&bytes, (struct span){ plus + 10, text.len - name_len - 10 }) == 0 &&
		bytes.len == 33 && (bytes.data[0] == NOTE_SIGNED || bytes.data[0] == NOTE_COSIGNED))
		result = note_key_make(out, name, (enum note_type)bytes.data[0],
			(const unsigned char *)bytes.data + 1, f);
	buf_release(&bytes);
	if (result < 0)
		return not_a_key(f);
	(void)snprintf(
		id, sizeof(id), "%02x%02x%02x%02x", out->id[0], out->id[1], out->id[2], out->id[3]);
	return memcmp(id, plus + 1, 8) == 0 ? 0 : not_a_key(f);
}

int note_key_write(struct buf *out, const struct note_key *key)
{
	char bytes[33] = { (char)key->type };

	memcpy(bytes + 1, key->public, 32);
	(void)buf_addf(out, "%s+%02x%02x%02x%02x+", key->name, key->id[0], key->id[1], key->id[2],
		key->id[3]);
	return base64_encode(out, (struct span){ bytes, sizeof(bytes) });
}

bool note_take_line(struct span *rest, struct span *line)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!end)
		return false;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	rest->data += line->len + 1;
	rest->len -= line->len + 1;
	return true;
}

/* Where the last empty line begins; NULL: there is none. */
static const char *last_empty_line(struct span bytes)
{
	for (size_t i = bytes.len; i >= 2; i--)
		if (bytes.data[i - 1] == '\n' && bytes.data[i - 2] == '\n')
			return bytes.data + i - 1;
	return NULL;
}

static bool is_plain(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if ((unsigned char)bytes.data[i] < ' ' && bytes.data[i] != '\n')
			return false;
	return text_is_utf8(bytes);
}

int note_read(struct note *out, struct span bytes, struct fault *f)
{
	const char *empty = bytes.len <= NOTE_MAX ? last_empty_line(bytes) : NULL;
	struct span rest, line;
	unsigned count = 0;

	if (!empty || !is_plain(bytes))
		return fault_set(f, FAULT_ADMIN, "no signed note");
	out->text = (struct span){ bytes.data, (size_t)(empty - bytes.data) };
	out->signatures = (struct span){ empty + 1, bytes.len - out->text.len - 1 };
	for (rest = out->signatures; note_take_line(&rest, &line); count++)
		if (!span_starts(line, DASH) || count == NOTE_SIGNATURES)
			return fault_set(
				f, FAULT_ADMIN, "not a signed note: a line is not a signature");
	if (rest.len > 0 || count == 0)
		return fault_set(f, FAULT_ADMIN, "no signed note: it ends within a line");
	return 0;
}

/* What is signed: the text, or, for a cosignature, two lines and the text. */
static int add_message(struct buf *out, struct span text, const struct note_key *key, uint64_t time)
{
	if (key->type == NOTE_COSIGNED)
		(void)buf_addf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	return buf_addspan(out, text);
}

bool note_bytes_verify(const struct note_key *key, struct span message, struct span signature)
{
	const struct libcrypto *lib = libcrypto();
	EVP_PKEY *pkey = lib->EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->public, 32);
	EVP_MD_CTX *context = lib->EVP_MD_CTX_new();
	bool good =
		pkey && context &&
		lib->EVP_DigestVerifyInit_ex(context, NULL, NULL, NULL, NULL, pkey, NULL) == 1 &&
		lib->EVP_DigestVerify(context, (const unsigned char *)signature.data, signature.len,
			(const unsigned char *)message.data, message.len) == 1;

	lib->EVP_MD_CTX_free(context);
	lib->EVP_PKEY_free(pkey);
	lib->ERR_clear_error();
	return good;
}

/* The bytes of a line's signature, if it is by that key: id, perhaps a time, and 64 bytes. */
static bool by_key(struct span line, const struct note_key *key, struct buf *bytes)
{
	size_t name = strlen(key->name), dash = strlen(DASH);

	if (line.len < dash + name + 2 || memcmp(line.data + dash, key->name, name) != 0 ||
		line.data[dash + name] != ' ')
		return false;
	buf_clear(bytes);
	if (base64_decode(bytes,
		    (struct span){ line.data + dash + name + 1, line.len - dash - name - 1 }) < 0)
		return false;
	return bytes->len >= 4 && memcmp(bytes->data, key->id, 4) == 0;
}

static bool line_is_good(
	const struct note *note, const struct note_key *key, struct span bytes, uint64_t *time)
{
	size_t head = key->type == NOTE_COSIGNED ? 4 + STAMP : 4;
	struct buf message = BUF_INIT(NOTE_MAX + 64);
	bool good;

	if (bytes.len != head + NOTE_SIGNATURE_SIZE)
		return false;
	*time = 0;
	for (size_t i = 4; i < head; i++)
		*time = *time << 8 | (unsigned char)bytes.data[i];
	good = *time >> 63 == 0 && add_message(&message, note->text, key, *time) == 0 &&
	       note_bytes_verify(key, buf_span(&message),
		       (struct span){ bytes.data + head, NOTE_SIGNATURE_SIZE });
	buf_release(&message);
	return good;
}

enum note_state note_verify(const struct note *note, const struct note_key *key, uint64_t *time)
{
	struct span rest = note->signatures, line;
	struct buf bytes = BUF_INIT(256);
	enum note_state state = NOTE_ABSENT;

	while (state != NOTE_BAD && note_take_line(&rest, &line))
		if (by_key(line, key, &bytes))
			state = line_is_good(note, key, buf_span(&bytes), time) ? NOTE_GOOD
										: NOTE_BAD;
	buf_release(&bytes);
	return state;
}

int note_public(const unsigned char seed[32], unsigned char public[32])
{
	const struct libcrypto *lib = libcrypto();
	EVP_PKEY *pkey = lib->EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	size_t len = 32;
	bool done = pkey && lib->EVP_PKEY_get_raw_public_key(pkey, public, &len) == 1 && len == 32;

	lib->EVP_PKEY_free(pkey);
	return done ? 0 : -1;
}

int note_bytes_sign(const unsigned char seed[32], struct span message,
	unsigned char signature[NOTE_SIGNATURE_SIZE])
{
	const struct libcrypto *lib = libcrypto();
	EVP_PKEY *pkey = lib->EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	EVP_MD_CTX *context = lib->EVP_MD_CTX_new();
	size_t len = NOTE_SIGNATURE_SIZE;
	bool done = pkey && context &&
		    lib->EVP_DigestSignInit_ex(context, NULL, NULL, NULL, NULL, pkey, NULL) == 1 &&
		    lib->EVP_DigestSign(context, signature, &len,
			    (const unsigned char *)message.data, message.len) == 1 &&
		    len == NOTE_SIGNATURE_SIZE;

	lib->EVP_MD_CTX_free(context);
	lib->EVP_PKEY_free(pkey);
	return done ? 0 : -1;
}

int note_sign(struct buf *out, struct span text, const struct note_key *key,
	const unsigned char seed[32], uint64_t time)
{
	unsigned char bytes[4 + STAMP + NOTE_SIGNATURE_SIZE];
	size_t head = key->type == NOTE_COSIGNED ? 4 + STAMP : 4;
	struct buf message = BUF_INIT(NOTE_MAX + 64);
	int result = -1;

	memcpy(bytes, key->id, 4);
	for (size_t i = 0; i < STAMP; i++)
		bytes[4 + i] = (unsigned char)(time >> (56 - 8 * i));
	if (add_message(&message, text, key, time) == 0 &&
		note_bytes_sign(seed, buf_span(&message), bytes + head) == 0 &&
		buf_addf(out, DASH "%s ", key->name) == 0 &&
		base64_encode(
			out, (struct span){ (const char *)bytes, head + NOTE_SIGNATURE_SIZE }) == 0)
		result = buf_addc(out, '\n');
	buf_release(&message);
	return result;
}
