/*
 * Secret keys of logs and witnesses.
 */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/base64.h"
#include "common/tlog/signer.h"

#define HEAD "PRIVATE+KEY+"

static int public_of(struct signer *signer, const char *name, enum note_type type, struct fault *f)
{
	unsigned char public[32];

	if (note_public(signer->seed, public) < 0)
		return fault_set(f, FAULT_INTERNAL, "Ed25519 failed");
	return note_key_make(&signer->key, name, type, public, f);
}

int signer_new(struct signer *out, const char *name, enum note_type type, struct fault *f)
{
	if (getrandom(out->seed, sizeof(out->seed), 0) != (ssize_t)sizeof(out->seed))
		return fault_set(f, FAULT_INTERNAL, "the kernel gives no random bytes");
	return public_of(out, name, type, f);
}

/* The two halves of what stands behind HEAD: NAME, and the bytes of type and seed. */
static int line_read(struct signer *out, struct span line, struct fault *f)
{
	const char *plus = line.len ? memchr(line.data, '+', line.len) : NULL;
	size_t name_len = plus ? (size_t)(plus - line.data) : 0;
	struct buf bytes = BUF_INIT(33);
	char name[NOTE_NAME_MAX + 1], id[9];
	int result = -1;

	if (!plus || name_len > NOTE_NAME_MAX || line.len - name_len < 11 || plus[9] != '+')
		return -1;
	memcpy(name, line.data, name_len);
	name[name_len] = '\0';
	if (base64_decode(&bytes, (struct span){ plus + 10, line.len - name_len - 10 }) == 0 &&
		bytes.len == 33 &&
		(bytes.data[0] == NOTE_SIGNED || bytes.data[0] == NOTE_COSIGNED)) {
		memcpy(out->seed, bytes.data + 1, sizeof(out->seed));
		result = public_of(out, name, (enum note_type)bytes.data[0], f);
	}
	if (bytes.data)
		explicit_bzero(bytes.data, bytes.len);
	buf_release(&bytes);
	(void)snprintf(id, sizeof(id), "%02x%02x%02x%02x", out->key.id[0], out->key.id[1],
		out->key.id[2], out->key.id[3]);
	return result == 0 && memcmp(id, plus + 1, 8) == 0 ? 0 : -1;
}

int signers_read(struct signers *out, struct span bytes, const char *path, struct fault *f)
{
	struct span rest = bytes, line;
	struct fault other = { 0 };

	for (out->count = 0; note_take_line(&rest, &line);) {
		if (line.len == 0 || line.data[0] == '#')
			continue;
		if (out->count == SIGNERS_MAX)
			return fault_set(
				f, FAULT_ADMIN, "%s: more than %d keys", path, SIGNERS_MAX);
		if (!span_starts(line, HEAD) ||
			line_read(&out->list[out->count],
				(struct span){ line.data + strlen(HEAD), line.len - strlen(HEAD) },
				&other) < 0)
			return fault_set(f, FAULT_ADMIN,
				"%s: a line is not a key: " HEAD "NAME+ID+BASE64", path);
		out->count++;
	}
	return out->count > 0 ? 0 : fault_set(f, FAULT_ADMIN, "%s: no key", path);
}

int signer_write(struct buf *out, const struct signer *signer)
{
	char bytes[33] = { (char)signer->key.type };
	int result;

	memcpy(bytes + 1, signer->seed, sizeof(signer->seed));
	(void)buf_addf(out, HEAD "%s+%02x%02x%02x%02x+", signer->key.name, signer->key.id[0],
		signer->key.id[1], signer->key.id[2], signer->key.id[3]);
	result = base64_encode(out, (struct span){ bytes, sizeof(bytes) });
	explicit_bzero(bytes, sizeof(bytes));
	return result < 0 ? -1 : buf_addc(out, '\n');
}

int signers_sign(struct buf *out, struct span text, const struct signers *signers, const char *name,
	uint64_t time, struct fault *f)
{
	for (unsigned i = 0; i < signers->count; i++) {
		const struct signer *signer = &signers->list[i];
		struct note_key key = signer->key;

		if (name && note_key_make(&key, name, key.type, signer->key.public, f) < 0)
			return -1;
		if (note_sign(out, text, &key, signer->seed, time) < 0)
			return fault_set(f, FAULT_INTERNAL, "a note could not be signed");
	}
	return 0;
}
