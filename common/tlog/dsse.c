#include "common/tlog/dsse.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/base64.h"
#include "common/base/file.h"

#define KEYS_MAX 16384

void dsse_key_id(const struct note_key *key, char out[NOTE_NAME_MAX + 10])
{
	(void)snprintf(out, NOTE_NAME_MAX + 10, "%s+%02x%02x%02x%02x", key->name, key->id[0],
		key->id[1], key->id[2], key->id[3]);
}

/* What is signed: the pre-authentication encoding. */
static int encode(struct buf *out, struct span payload)
{
	(void)buf_addf(out, "DSSEv1 %zu %s %zu ", strlen(DSSE_IN_TOTO), DSSE_IN_TOTO, payload.len);
	return buf_addspan(out, payload);
}

static int add_signature(
	struct buf *out, const struct signer *signer, struct span encoded, struct fault *f)
{
	unsigned char bytes[NOTE_SIGNATURE_SIZE];
	char id[NOTE_NAME_MAX + 10];
	json_t *name;
	char *quoted;

	dsse_key_id(&signer->key, id);
	name = json_string(id);
	quoted = name ? json_dumps(name, JSON_ENCODE_ANY) : NULL;
	json_decref(name);
	if (!quoted || note_bytes_sign(signer->seed, encoded, bytes) < 0)
		(void)fault_set(f, FAULT_ADMIN, "the key %s cannot sign", id);
	else {
		(void)buf_addf(out, "{\"keyid\":%s,\"sig\":\"", quoted);
		(void)base64_encode(out, (struct span){ (const char *)bytes, sizeof(bytes) });
		(void)buf_adds(out, "\"}");
	}
	free(quoted);
	return f->class ? -1 : out->failed ? fault_memory(f) : 0;
}

int dsse_sign(struct buf *out, struct span payload, const struct signers *signers, struct fault *f)
{
	struct buf encoded = BUF_INIT(DSSE_MAX);
	int status = encode(&encoded, payload) < 0 ? fault_memory(f) : 0;

	(void)buf_adds(out, "{\"payload\":\"");
	(void)base64_encode(out, payload);
	(void)buf_addf(out, "\",\"payloadType\":\"%s\",\"signatures\":[", DSSE_IN_TOTO);
	for (unsigned i = 0; status == 0 && i < signers->count; i++) {
		if (i > 0)
			(void)buf_addc(out, ',');
		status = add_signature(out, &signers->list[i], buf_span(&encoded), f);
	}
	(void)buf_adds(out, "]}");
	buf_release(&encoded);
	return status < 0 ? -1 : out->failed ? fault_memory(f) : 0;
}

static int take_key(struct dsse_keys *out, struct span line, const char *path, struct fault *f)
{
	if (out->count == SIGNERS_MAX)
		return fault_set(f, FAULT_ADMIN, "%s: more than %d keys", path, SIGNERS_MAX);
	if (note_key_read(&out->list[out->count], line, f) < 0)
		return fault_context(f, "%s", path);
	if (out->list[out->count].type != NOTE_SIGNED)
		return fault_set(f, FAULT_ADMIN, "%s: a witness's key signs no attestation", path);
	out->count++;
	return 0;
}

int dsse_keys_read(struct dsse_keys *out, const char *path, struct fault *f)
{
	struct buf bytes = BUF_INIT(KEYS_MAX);
	struct span rest;
	int status = file_read(path, &bytes, f);

	*out = (struct dsse_keys){ 0 };
	rest = buf_span(&bytes);
	while (status == 0 && rest.len > 0) {
		const char *end = memchr(rest.data, '\n', rest.len);
		struct span line = { rest.data, end ? (size_t)(end - rest.data) : rest.len };
		size_t taken = line.len + (end ? 1 : 0);

		rest = (struct span){ rest.data + taken, rest.len - taken };
		if (line.len > 0)
			status = take_key(out, line, path, f);
	}
	if (status == 0 && out->count == 0)
		status = fault_set(
			f, FAULT_ADMIN, "%s: no key: countersign key show prints it", path);
	buf_release(&bytes);
	return status;
}

/* One signature; NOTE_ABSENT when it is by nobody we know. */
static enum note_state judge_signature(const json_t *signature, const struct dsse_keys *keys,
	struct span encoded, const struct note_key **by)
{
	const char *id = json_string_value(json_object_get(signature, "keyid")),
		   *text = json_string_value(json_object_get(signature, "sig"));
	struct buf bytes = BUF_INIT(256);
	enum note_state state = NOTE_ABSENT;

	for (unsigned i = 0; id && text && state == NOTE_ABSENT && i < keys->count; i++) {
		char name[NOTE_NAME_MAX + 10];

		dsse_key_id(&keys->list[i], name);
		if (strcmp(name, id) != 0)
			continue;
		buf_clear(&bytes);
		state = NOTE_BAD;
		if (base64_decode(&bytes, span_of(text)) == 0 &&
			note_bytes_verify(&keys->list[i], encoded, buf_span(&bytes))) {
			state = NOTE_GOOD;
			*by = &keys->list[i];
		}
	}
	buf_release(&bytes);
	return state;
}

static int judge_all(const json_t *list, const struct dsse_keys *keys, struct span payload,
	const struct note_key **by, struct fault *f)
{
	struct buf encoded = BUF_INIT(DSSE_MAX);
	int state = NOTE_ABSENT;

	if (encode(&encoded, payload) < 0)
		state = fault_memory(f);
	for (size_t i = 0; state >= 0 && state != NOTE_BAD && i < json_array_size(list); i++) {
		enum note_state one =
			judge_signature(json_array_get(list, i), keys, buf_span(&encoded), by);

		if (one != NOTE_ABSENT)
			state = (int)one;
	}
	buf_release(&encoded);
	return state;
}

int dsse_open(struct span envelope, const struct dsse_keys *keys, struct buf *payload,
	const struct note_key **by, struct fault *f)
{
	static const char *const members[] = { "payload", "payloadType", "signatures" };
	json_t *object = json_loadb(envelope.data, envelope.len, JSON_REJECT_DUPLICATES, NULL);
	const char *type = json_string_value(json_object_get(object, "payloadType")),
		   *text = json_string_value(json_object_get(object, "payload"));
	const json_t *list = json_object_get(object, "signatures");
	bool whole = json_object_size(object) == sizeof(members) / sizeof(members[0]);
	size_t from = payload->len;
	int state;

	*by = NULL;
	if (!whole || !type || strcmp(type, DSSE_IN_TOTO) != 0 || !text || !json_is_array(list) ||
		base64_decode(payload, span_of(text)) < 0)
		state = fault_set(f, FAULT_ADMIN, "no envelope of an in-toto statement");
	else
		state = judge_all(list, keys,
			(struct span){ payload->data + from, payload->len - from }, by, f);
	json_decref(object);
	return state;
}
