#include "common/key/sshcert.h"

#include "common/key/libcrypto.h"
#include "common/key/wire.h"

static const char SUFFIX[] = "-cert-v01@openssh.com";
static const char CUT[] = "the certificate is cut short, or has bytes left over";

#define PRINCIPALS 256
#define KIND_USER 1
#define KIND_HOST 2

/*
 * The critical options that are known.  A signature has no address that it comes from and runs no
 * command, so nothing shows whether these two are kept.
 */
static const struct {
	const char *name, *why; /* why NULL: sshcert_why_invalid() asks for it */
} critical_options[] = {
	{ "force-command", "its certificate is good for one command alone (force-command)" },
	{ "source-address", "its certificate is good from certain addresses alone "
			    "(source-address), and a signature comes from none" },
	{ "verify-required", NULL },
};

/* The type of key that certificates of that name are for: sk-... ones leave the @ out. */
static const struct sshkey_type *certified_type(struct span name)
{
	struct buf plain = BUF_INIT(64);
	const struct sshkey_type *type;

	if (!span_ends(name, SUFFIX))
		return NULL;
	name.len -= strlen(SUFFIX);
	(void)buf_addspan(&plain, name);
	(void)buf_adds(&plain, span_starts(name, "sk-") ? "@openssh.com" : "");
	type = plain.failed ? NULL : sshkey_type_find(buf_span(&plain));
	buf_release(&plain);
	return type;
}

bool sshcert_is(struct span blob)
{
	struct wire w = wire_of(blob);

	return span_ends(wire_string(&w), SUFFIX);
}

static bool has_controls(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
			return true;
	return false;
}

bool sshcert_principal(struct span *list, struct span *principal)
{
	struct wire w = wire_of(*list);

	*principal = wire_string(&w);
	*list = w.rest;
	return !w.failed;
}

/* Whether it is a list of names. */
static bool are_principals(struct span list)
{
	struct span principal;

	for (size_t count = 0; list.len; count++)
		if (count == PRINCIPALS || !sshcert_principal(&list, &principal) ||
			has_controls(principal))
			return false;
	return true;
}

/* Whether it is a list of names and data, sorted by name, each once. */
static bool are_options(struct span list)
{
	struct wire w = wire_of(list);
	struct span before = { 0 };

	for (bool first = true; w.rest.len; first = false) {
		struct span name = wire_string(&w);

		(void)wire_string(&w);
		if (w.failed || (!first && span_compare(before, name) >= 0))
			return false;
		before = name;
	}
	return true;
}

/* Whether there is an option of that name, and without data. */
static bool option_find(struct span list, const char *name)
{
	struct wire w = wire_of(list);

	while (w.rest.len && !w.failed) {
		struct span key = wire_string(&w), data = wire_string(&w);

		if (!w.failed && span_is(key, name) && !data.len)
			return true;
	}
	return false;
}

/* Reads what is after the key. */
static struct span body_parse(struct sshcert *out, struct wire *w)
{
	out->serial = wire_u64(w);
	out->kind = wire_u32(w);
	out->id = wire_string(w);
	out->principals = wire_string(w);
	out->valid_after = wire_u64(w);
	out->valid_before = wire_u64(w);
	out->critical = wire_string(w);
	out->extensions = wire_string(w);
	(void)wire_string(w); /* reserved: whatever is in it means nothing yet */
	out->authority = wire_string(w);
	return wire_string(w);
}

static const char *body_objection(const struct sshcert *cert)
{
	if (cert->kind != KIND_USER && cert->kind != KIND_HOST)
		return "the certificate is of a kind that is not known";
	if (cert->id.len > SSHCERT_ID_MAX || has_controls(cert->id))
		return "the certificate's key id is not a line of text";
	if (cert->principals.len > SSHCERT_PRINCIPALS_MAX)
		return "the certificate names more principals than are read";
	if (!are_principals(cert->principals))
		return "the certificate's principals are not lines of text";
	if (!are_options(cert->critical) || !are_options(cert->extensions))
		return "the certificate's options are not in order";
	return NULL;
}

enum sshraw_result sshcert_parse(struct sshcert *out, struct span blob, const char **why)
{
	struct wire w = wire_of(blob);
	const struct sshkey_type *type = certified_type(wire_string(&w));
	struct span signature;

	*out = (struct sshcert){ 0 };
	*why = "the certificate is for a key of a type that is not known";
	if (!type)
		return SSHRAW_REFUSED;
	(void)wire_string(&w); /* the nonce */
	out->fields.data = w.rest.data;
	*why = sshkey_fields(&out->key, type, &w);
	out->fields.len = (size_t)(w.rest.data - out->fields.data);
	if (*why)
		return w.failed ? SSHRAW_MALFORMED : SSHRAW_REFUSED;
	signature = body_parse(out, &w);
	*why = CUT;
	if (!wire_end(&w))
		return SSHRAW_MALFORMED;
	out->signed_part = (struct span){ blob.data, blob.len - signature.len - 4 };
	*why = body_objection(out);
	if (*why || sshkey_parse(&out->signer, out->authority, why) < 0)
		return SSHRAW_REFUSED;
	return sshraw_parse(&out->signature, &out->signer, signature, why);
}

bool sshcert_verify(const struct sshcert *cert, EVP_PKEY *authority)
{
	return sshraw_verify(&cert->signature, &cert->signer, authority, cert->signed_part);
}

static const char *critical_objection(const struct sshcert *cert, uint8_t flags)
{
	struct wire w = wire_of(cert->critical);

	while (w.rest.len) {
		struct span name = wire_string(&w), data = wire_string(&w);
		size_t i = 0, count = sizeof(critical_options) / sizeof(critical_options[0]);

		while (i < count && !span_is(name, critical_options[i].name))
			i++;
		if (w.failed || i == count)
			return "its certificate has a critical option that is not known";
		if (critical_options[i].why)
			return critical_options[i].why;
		if (data.len || !cert->key.type->hardware || !(flags & SSHRAW_FLAG_VERIFIED))
			return "its certificate asks for a hardware key that verified its user "
			       "(verify-required)";
	}
	return NULL;
}

const char *sshcert_why_invalid(const struct sshcert *cert, int64_t now, uint8_t flags)
{
	if (cert->kind != KIND_USER)
		return "its certificate is for a host, not for a user";
	if (now < 0 || (uint64_t)now < cert->valid_after)
		return "its certificate is not valid yet";
	if ((uint64_t)now >= cert->valid_before)
		return "its certificate is not valid any more";
	return critical_objection(cert, flags);
}

bool sshcert_touch_optional(const struct sshcert *cert)
{
	return option_find(cert->extensions, "no-touch-required");
}

void sshcert_plain(struct buf *out, const struct sshcert *cert)
{
	wire_put_string(out, span_of(cert->key.type->name));
	(void)buf_addspan(out, cert->fields);
}
