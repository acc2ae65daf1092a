/* Annotated tags, and the signature at the end of their message. */
#include <string.h>

#include "common/git/header.h"
#include "common/git/object.h"

/* Lines that git takes for the beginning of a signature, and that of a passkey's answer. */
static const char *const signature_lines[] = {
	"-----BEGIN PGP SIGNATURE-----",
	"-----BEGIN PGP MESSAGE-----",
	"-----BEGIN SIGNED MESSAGE-----",
	"-----BEGIN SSH SIGNATURE-----",
	"-----BEGIN COUNTERSIGN PASSKEY-----",
};

static int malformed(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

static bool starts_signature(struct span rest)
{
	for (size_t i = 0; i < sizeof(signature_lines) / sizeof(signature_lines[0]); i++)
		if (span_starts(rest, signature_lines[i]))
			return true;
	return false;
}

/* Parts the body into message and signature. */
static void split_body(struct tag *out, struct span body)
{
	struct span rest = body, line;

	while (!starts_signature(rest))
		if (header_line(&rest, &line) < 0) {
			out->message = body;
			return;
		}
	out->signature = rest;
	out->message = (struct span){ body.data, (size_t)(rest.data - body.data) };
}

int tag_parse(struct tag *out, size_t id_len, struct span raw, const char **why)
{
	struct span rest = raw, value;

	*out = (struct tag){ .raw = raw, .target.len = (unsigned char)id_len };
	if (raw.len && memchr(raw.data, '\0', raw.len))
		return malformed(why, "a NUL byte in a tag");
	if (header_oid(&rest, "object ", &out->target) < 0)
		return malformed(why, "a tag without a well-formed object line at its beginning");
	if (header_value(&rest, "type ", &value) < 0)
		return malformed(why, "no type line after the tag's object line");
	out->target_type = object_type_of(value);
	if (out->target_type == OBJECT_NONE)
		return malformed(why, "a tag of an unknown type of object");
	if (header_value(&rest, "tag ", &out->name) < 0 || out->name.len == 0)
		return malformed(why, "no tag line with a name after the tag's type line");
	if (span_starts(rest, "tagger ") && header_person(&rest, "tagger ", &out->tagger) < 0)
		return malformed(why, "a malformed tagger line");
	if (!span_starts(rest, "\n"))
		return malformed(why, "an unknown or repeated tag header, or no blank line");
	split_body(out, (struct span){ rest.data + 1, rest.len - 1 });
	return 0;
}

int tag_recover(struct tag *out, size_t id_len, struct span raw)
{
	struct span rest = raw;

	*out = (struct tag){ .raw = raw, .target.len = (unsigned char)id_len };
	if (header_oid(&rest, "object ", &out->target) < 0)
		return -1;
	out->message = rest;
	return 0;
}
