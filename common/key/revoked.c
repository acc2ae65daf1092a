#include "common/key/revoked.h"

#include <stdlib.h>

#include "common/base/base64.h"
#include "common/base/file.h"
#include "common/key/wire.h"

#define FILE_MAX ((size_t)16 << 20)
#define KEY_MAX 65536

#define ANSWERS 16

/* What was found of a key or certificate: the commits of a push are signed by a few. */
struct answer {
	struct buf blob;
	bool is;
};

struct revoked {
	struct buf *files; /* KRLs as they are; of keys, their blobs as strings (wire.h) */
	size_t count;
	struct answer answers[ANSWERS]; /* the newest, in a ring */
	size_t answered;
};

void revoked_free(struct revoked *revoked)
{
	if (!revoked)
		return;
	for (size_t i = 0; i < revoked->count; i++)
		buf_release(&revoked->files[i]);
	for (size_t i = 0; i < ANSWERS; i++)
		buf_release(&revoked->answers[i].blob);
	free(revoked->files);
	free(revoked);
}

/* Takes the bytes off that are none of `stop`. */
static struct span word_take(struct span *text, const char *stop)
{
	struct span word = { text->data, 0 };

	while (word.len < text->len && !memchr(stop, text->data[word.len], strlen(stop)))
		word.len++;
	text->data += word.len;
	text->len -= word.len;
	while (text->len && memchr(" \t", text->data[0], 2)) {
		text->data++;
		text->len--;
	}
	return word;
}

/* Adds the key of a line `TYPE BASE64 comment`; false when it is no such line. */
static bool line_add(struct buf *keys, struct span line)
{
	struct buf blob = BUF_INIT(KEY_MAX);
	struct span name, encoded;
	struct wire w;
	bool fine;

	name = word_take(&line, " \t");
	encoded = word_take(&line, " \t\r");
	fine = encoded.len && base64_decode(&blob, encoded) == 0;
	w = wire_of(buf_span(&blob));
	fine = fine && span_equal(wire_string(&w), name) && !w.failed;
	if (fine)
		wire_put_string(keys, buf_span(&blob));
	buf_release(&blob);
	return fine;
}

static int keys_read(struct buf *keys, struct span text, const char *path, struct fault *f)
{
	for (size_t number = 1; text.len; number++) {
		const char *feed = memchr(text.data, '\n', text.len);
		struct span line = { text.data, feed ? (size_t)(feed - text.data) : text.len };

		text.data += line.len + (feed != NULL);
		text.len -= line.len + (feed != NULL);
		while (line.len && memchr(" \t\r", line.data[0], 3)) {
			line.data++;
			line.len--;
		}
		if (line.len && line.data[0] != '#' && !line_add(keys, line))
			return fault_set(f, FAULT_ADMIN,
				"%s, line %zu: neither a public key nor a certificate", path,
				number);
	}
	return keys->failed ? fault_memory(f) : 0;
}

static int file_load(struct revoked *out, const char *path, uid_t trusted, struct fault *f)
{
	struct buf text = BUF_INIT(FILE_MAX), *file = &out->files[out->count++];
	const char *why = NULL;
	bool exists;
	int status = file_read_trusted(path, trusted, &text, &exists, f);

	*file = (struct buf)BUF_INIT(FILE_MAX);
	if (status == 0 && !exists)
		status = fault_set(f, FAULT_ADMIN, "%s, of revoked_keys, is not there", path);
	else if (status == 0 && !text.len)
		status = fault_set(f, FAULT_ADMIN,
			"%s, of revoked_keys, is empty; a list without keys has a comment: # none",
			path);
	if (status == 0 && krl_is(buf_span(&text))) {
		why = krl_objection(buf_span(&text));
		*file = text;
		text = (struct buf)BUF_INIT(FILE_MAX);
	} else if (status == 0) {
		status = keys_read(file, buf_span(&text), path, f);
	}
	buf_release(&text);
	return why ? fault_set(f, FAULT_ADMIN, "%s, of revoked_keys: %s", path, why) : status;
}

int revoked_read(struct revoked **out, names files, uid_t trusted, struct fault *f)
{
	size_t count = 0;

	while (files[count])
		count++;
	*out = calloc(1, sizeof(**out));
	if (*out)
		(*out)->files = calloc(count + 1, sizeof(*(*out)->files));
	if (!*out || !(*out)->files) {
		free(*out);
		*out = NULL;
		return fault_memory(f);
	}
	for (size_t i = 0; i < count; i++)
		if (file_load(*out, files[i], trusted, f) < 0) {
			revoked_free(*out);
			*out = NULL;
			return -1;
		}
	return 0;
}

static bool keys_have(struct span keys, struct span blob, const struct krl_subject *subject)
{
	struct wire w = wire_of(keys);

	while (w.rest.len && !w.failed) {
		struct span key = wire_string(&w);

		if (span_equal(key, blob) || span_equal(key, subject->plain) ||
			(subject->cert && span_equal(key, subject->cert->authority)))
			return true;
	}
	return false;
}

static bool files_have(
	const struct revoked *revoked, struct span blob, const struct krl_subject *subject)
{
	for (size_t i = 0; i < revoked->count; i++) {
		struct span file = buf_span(&revoked->files[i]);

		if (krl_is(file) ? krl_revokes(file, subject) : keys_have(file, blob, subject))
			return true;
	}
	return false;
}

bool revoked_has(struct revoked *revoked, struct span blob, const struct krl_subject *subject)
{
	struct answer *answer;

	for (size_t i = 0; i < ANSWERS && i < revoked->answered; i++)
		if (span_equal(buf_span(&revoked->answers[i].blob), blob))
			return revoked->answers[i].is;
	answer = &revoked->answers[revoked->answered % ANSWERS];
	buf_release(&answer->blob);
	answer->blob = (struct buf)BUF_INIT(KEY_MAX);
	answer->is = files_have(revoked, blob, subject);
	if (blob.len && buf_addspan(&answer->blob, blob) == 0)
		revoked->answered++;
	else
		buf_release(&answer->blob); /* not remembered: no key is equal to an empty place */
	return answer->is;
}
