/* The signature of an event, as Standard Webhooks lays it down. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/notify/webhook.h"

#define PREFIX "whsec_"
#define SECRET_MAX 4096

/* Why the file is not to be trusted with a secret, or NULL. */
static const char *distrust(const struct stat *file)
{
	if (!S_ISREG(file->st_mode))
		return "not a regular file";
	if (file->st_uid != 0 && file->st_uid != geteuid())
		return "owned by somebody else";
	if (file->st_mode & 0007)
		return "open to others (chmod o= it)";
	if (file->st_mode & 0020)
		return "writable by its group (chmod g-w it)";
	return NULL;
}

/* Base64 in place of the text; strict: whole groups, nothing else in it. */
static int decode(struct span text, struct buf *key)
{
	unsigned char bytes[SECRET_MAX];
	size_t padding = 0;
	int len;

	while (padding < 2 && padding < text.len && text.data[text.len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < text.len - padding; i++)
		if (!memchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
			    text.data[i], 64))
			return -1;
	if (text.len == 0 || text.len % 4 || text.len > SECRET_MAX)
		return -1;
	len = EVP_DecodeBlock(bytes, (const unsigned char *)text.data, (int)text.len);
	if (len <= (int)padding)
		return -1;
	return buf_add(key, bytes, (size_t)len - padding);
}

static int read_all(int file, char *bytes, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size && (got = read(file, bytes + len, size - len)) != 0) {
		if (got < 0)
			return -1;
		len += (size_t)got;
	}
	return (int)len;
}

int webhook_secret(const char *file, struct buf *key, struct fault *f)
{
	int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char bytes[SECRET_MAX];
	const char *why = NULL;
	struct stat status;
	struct span text = { bytes, 0 };
	int len;

	if (descriptor < 0 || fstat(descriptor, &status) < 0)
		why = strerror(errno);
	else
		why = distrust(&status);
	len = why ? 0 : read_all(descriptor, bytes, sizeof(bytes));
	if (!why && len < 0)
		why = strerror(errno);
	if (descriptor >= 0)
		(void)close(descriptor);
	text.len = len > 0 ? (size_t)len : 0;
	while (text.len && (bytes[text.len - 1] == '\n' || bytes[text.len - 1] == '\r'))
		text.len--;
	if (!why && (text.len == 0 || text.len == SECRET_MAX))
		why = text.len ? "too long for a secret" : "empty";
	if (why)
		return fault_set(f, FAULT_ADMIN, "%s: %s", file, why);
	if (!span_starts(text, PREFIX))
		return buf_addspan(key, text) < 0 ? fault_memory(f) : 0;
	text.data += strlen(PREFIX);
	text.len -= strlen(PREFIX);
	if (decode(text, key) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: what follows whsec_ is not base64", file);
	return 0;
}

int webhook_sign(
	const struct webhook_signed *what, struct span key, struct buf *out, struct fault *f)
{
	struct buf text = BUF_INIT(WEBHOOK_BODY_MAX + 256);
	unsigned char mac[32], base64[45];
	unsigned int len = 0;
	int result = -1;

	(void)buf_addf(&text, "%s.%lld.", what->id, (long long)what->timestamp);
	(void)buf_addspan(&text, what->body);
	if (!text.failed && key.len <= SECRET_MAX &&
		HMAC(EVP_sha256(), key.data, (int)key.len, (const unsigned char *)text.data,
			text.len, mac, &len) &&
		len == sizeof(mac)) {
		(void)EVP_EncodeBlock(base64, mac, (int)len);
		result = buf_addf(out, "v1,%s", (const char *)base64);
	}
	buf_release(&text);
	return result < 0 ? fault_set(f, FAULT_INTERNAL, "the event cannot be signed") : 0;
}
