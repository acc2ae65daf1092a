#include "rules/credential/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "rules/credential/decode.h"
#include "rules/credential/matcher.h"
#include "rules/credential/scan.h"

int credentials_new(struct credentials **out, struct fault *f)
{
	struct credentials *c = calloc(1, sizeof(*c));

	*out = c;
	return c ? 0 : fault_memory(f);
}

void credentials_limit(struct credentials *c, struct deadline *deadline)
{
	c->deadline = deadline;
}

void credentials_free(struct credentials *c)
{
	if (!c)
		return;
	matcher_free(c->matcher);
	credential_token_release(c);
	free(c->codes);
	free(c->tried);
	free(c);
}

int credentials_ready(struct credentials *c, struct fault *f)
{
	if (c->matcher)
		return 0;
	c->codes = calloc(credential_data.kind_count + BUILTIN_COUNT, sizeof(*c->codes));
	c->tried = calloc(credential_data.kind_count, sizeof(*c->tried));
	if (!c->codes || !c->tried)
		return fault_memory(f);
	return matcher_new(&c->matcher, f);
}

struct teller {
	credential_told *hit;
	void *context;
};

int credential_tell(const struct credential_scan *scan, credential_told *told, void *context)
{
	const struct credential_kind *surplus = &credential_builtin[BUILTIN_SURPLUS];
	size_t line = 1, start = 0, at = 0;

	for (size_t i = 0; i < scan->count; i++) {
		const struct credential_found *f = &scan->found[i];
		const char *next;
		int status;

		while ((next = memchr(scan->bytes.data + at, '\n', f->start - at))) {
			at = start = (size_t)(next - scan->bytes.data) + 1;
			line++;
		}
		at = f->start;
		status = told(
			context, &(struct credential_hit){ f->kind->id, f->kind->what,
					 f->kind->revoke, f->confidence, line, f->start - start + 1,
					 { scan->bytes.data + f->start, f->end - f->start } });
		if (status != 0)
			return status;
	}
	if (scan->surplus == 0)
		return 0;
	return told(context, &(struct credential_hit){ surplus->id, surplus->what, surplus->revoke,
				     (enum confidence)(scan->surplus - 1), line, 1,
				     { scan->bytes.data + at, 0 } });
}

static int scan_bytes(struct credentials *c, struct span path, struct span bytes,
	const struct teller *teller, struct fault *f)
{
	struct credential_scan scan = { .credentials = c,
		.bytes = bytes,
		.head = bytes,
		.text = credential_text_of(path, bytes) };
	int status;

	credential_may_work(c, bytes.len, false);
	status = credential_find(&scan, f);
	if (status == 0)
		status = credential_tell(&scan, teller->hit, teller->context);
	if (status == 0 && (scan.late || deadline_is_over(c->deadline)))
		status = deadline_fault(f, "looking for credentials");
	free(scan.found);
	return status;
}

/*
 * The bytes as they are, as wide text, and as what holds wide text: a mark in front says what they
 * are read as, not what they are.
 */
static int scan_readings(struct credentials *c, struct span path, struct span bytes,
	const struct teller *teller, struct fault *f)
{
	static int (*const readings[])(struct span bytes, struct buf * out) = { credential_decode,
		credential_decode_runs };
	struct buf text = BUF_INIT(bytes.len + bytes.len / 2 + 64);
	int status = scan_bytes(c, path, bytes, teller, f);

	for (size_t i = 0; status == 0 && i < sizeof(readings) / sizeof(readings[0]); i++) {
		buf_clear(&text);
		status = readings[i](bytes, &text);
		if (status < 0)
			status = fault_memory(f);
		else if (status > 0)
			status = scan_bytes(c, path, buf_span(&text), teller, f);
	}
	if (text.data)
		explicit_bzero(text.data, text.len);
	buf_release(&text);
	return status;
}

int credentials_scan(struct credentials *c, struct span path, struct span bytes,
	credential_told *hit, void *context, struct fault *f)
{
	if (bytes.len == 0)
		return 0;
	if (credentials_ready(c, f) < 0)
		return -1;
	credential_may_work(c, 0, true);
	return scan_readings(c, path, bytes, &(struct teller){ hit, context }, f);
}

int credentials_fingerprint(
	struct span key, const char *kind, struct span secret, char out[CREDENTIAL_FINGERPRINT + 1])
{
	struct buf text = BUF_INIT(secret.len + strlen(kind) + 1);
	unsigned char mac[DIGEST_SIZE];
	bool whole;

	out[0] = 0;
	buf_add(&text, kind, strlen(kind) + 1);
	for (size_t i = 0; i < secret.len; i++)
		if (!strchr(" \t\r\n", secret.data[i]) || !secret.data[i])
			buf_addc(&text, secret.data[i]);
	whole = !text.failed && key.len <= 4096;
	if (whole)
		digest_hmac(mac, key, buf_span(&text));
	if (text.data)
		explicit_bzero(text.data, text.len);
	buf_release(&text);
	if (!whole)
		return -1;
	for (size_t i = 0; i < CREDENTIAL_FINGERPRINT / 2; i++) {
		out[2 * i] = "0123456789abcdef"[mac[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
	}
	out[CREDENTIAL_FINGERPRINT] = 0;
	return 0;
}
