/* The signature of an event, as Standard Webhooks lays it down. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/notify/webhook.h"

#define PREFIX "whsec_"
#define SECRET_MAX 4096
#define FILE_MAX (WEBHOOK_KEYS_MAX * (SECRET_MAX + 2))

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

/* Adds what the base64 stands for. */
static int decode(struct span text, struct buf *key)
{
	return text.len == 0 || text.len > SECRET_MAX ? -1 : base64_decode(key, text);
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

/* Why the file cannot be read, or is not to be trusted; NULL: *len bytes of it are there. */
static const char *file_bytes(const char *file, char bytes[FILE_MAX], size_t *len)
{
	int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW),
	    got = 0;
	const char *why = NULL;
	struct stat status;

	if (descriptor < 0 && errno == ELOOP)
		why = "a symbolic link, and no regular file";
	else if (descriptor < 0 || fstat(descriptor, &status) < 0)
		why = strerror(errno);
	else
		why = distrust(&status);
	if (!why && (got = read_all(descriptor, bytes, FILE_MAX)) < 0)
		why = strerror(errno);
	if (descriptor >= 0)
		(void)close(descriptor);
	*len = got > 0 ? (size_t)got : 0;
	return why;
}

static bool is_text(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if ((bytes.data[i] < ' ' || bytes.data[i] > '~') && bytes.data[i] != '\n' &&
			bytes.data[i] != '\r')
			return false;
	return true;
}

static struct span without_line_end(struct span text)
{
	while (text.len && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
		text.len--;
	return text;
}

/* Adds one secret.  Why it is none, or NULL. */
static const char *add_key(struct webhook_keys *keys, struct span text)
{
	size_t before = keys->bytes.len;

	if (text.len == 0 || text.len >= SECRET_MAX)
		return text.len ? "too long for a secret" : "empty";
	if (keys->count == WEBHOOK_KEYS_MAX)
		return "more secrets than a rotation needs: 5 at most";
	if (!span_starts(text, PREFIX))
		(void)buf_addspan(&keys->bytes, text);
	else if (decode((struct span){ text.data + strlen(PREFIX), text.len - strlen(PREFIX) },
			 &keys->bytes) < 0)
		return "what follows whsec_ is not base64";
	if (keys->bytes.failed || keys->bytes.len == before)
		return "out of memory";
	keys->ends[keys->count++] = keys->bytes.len;
	return NULL;
}

int webhook_keys_read(struct webhook_keys *keys, const char *file, struct fault *f)
{
	char bytes[FILE_MAX];
	size_t len = 0;
	struct span rest = { bytes, 0 };
	const char *why;

	*keys = (struct webhook_keys){ .bytes = BUF_INIT(FILE_MAX) };
	why = file_bytes(file, bytes, &len);
	if (!why && len == FILE_MAX)
		why = "too long for a secret";
	rest.len = len;
	rest = without_line_end(rest);
	if (!why && !is_text(rest)) {
		why = add_key(keys, rest);
		rest.len = 0;
	} else if (!why && !rest.len)
		why = "empty";
	while (!why && rest.len) {
		const char *end = memchr(rest.data, '\n', rest.len);
		size_t line = end ? (size_t)(end - rest.data) + 1 : rest.len;
		struct span text = without_line_end((struct span){ rest.data, line });

		if (text.len)
			why = add_key(keys, text);
		rest.data += line;
		rest.len -= line;
	}
	explicit_bzero(bytes, sizeof(bytes));
	return why ? fault_set(f, FAULT_ADMIN, "%s: %s", file, why) : 0;
}

void webhook_keys_release(struct webhook_keys *keys)
{
	buf_release(&keys->bytes);
	keys->count = 0;
}

static int add_signature(struct span text, struct span key, struct buf *out)
{
	unsigned char mac[DIGEST_SIZE];

	digest_hmac(mac, key, text);
	(void)buf_adds(out, "v1,");
	return base64_encode(out, (struct span){ (const char *)mac, sizeof(mac) });
}

int webhook_sign(const struct webhook_signed *what, const struct webhook_keys *keys,
	struct buf *out, struct fault *f)
{
	struct buf text = BUF_INIT(WEBHOOK_BODY_MAX + 256);
	int result = keys->count ? 0 : -1;

	(void)buf_addf(&text, "%s.%lld.", what->id, (long long)what->timestamp);
	(void)buf_addspan(&text, what->body);
	if (text.failed)
		result = -1;
	for (size_t i = 0, from = 0; result == 0 && i < keys->count; from = keys->ends[i++]) {
		if (i)
			(void)buf_addc(out, ' ');
		result = add_signature(buf_span(&text),
			(struct span){ keys->bytes.data + from, keys->ends[i] - from }, out);
	}
	buf_release(&text);
	return result < 0 ? fault_set(f, FAULT_INTERNAL, "the event cannot be signed") : 0;
}
