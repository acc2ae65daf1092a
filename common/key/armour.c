#include "common/key/armour.h"

#include <stdint.h>

#include "common/base/base64.h"

static const struct {
	const char *begin, *end;
	enum armour_kind kind;
} kinds[] = {
	{ "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----", ARMOUR_SSH },
	{ "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----", ARMOUR_OPENPGP },
	{ "-----BEGIN SIGNED MESSAGE-----", "-----END SIGNED MESSAGE-----", ARMOUR_X509 },
};

/* What else git, or an approval, takes for the begin of a signature. */
static const char *const other_begins[] = {
	"-----BEGIN PGP MESSAGE-----",
	"-----BEGIN COUNTERSIGN PASSKEY-----",
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))
#define CHECKSUM_LINE 5

bool armour_begins(struct span line)
{
	for (size_t i = 0; i < KINDS; i++)
		if (span_starts(line, kinds[i].begin))
			return true;
	for (size_t i = 0; i < sizeof(other_begins) / sizeof(other_begins[0]); i++)
		if (span_starts(line, other_begins[i]))
			return true;
	return false;
}

struct span armour_line(struct span *text)
{
	const char *newline = text->len ? memchr(text->data, '\n', text->len) : NULL;
	struct span line = { text->data, newline ? (size_t)(newline - text->data) : text->len };
	size_t taken = line.len + (newline ? 1 : 0);

	text->data += taken;
	text->len -= taken;
	return line;
}

/* The line that comes next, left where it is. */
static struct span peek_line(struct span text)
{
	return armour_line(&text);
}

/* Takes `Name: value` lines and the empty line that ends them. */
static const char *take_headers(struct armour *out, struct span *text)
{
	while (text->len && text->data[0] != '\n') {
		struct span line = armour_line(text);

		if (!memchr(line.data, ':', line.len))
			return "no empty line between BEGIN and the signature";
		out->headers = true;
	}
	if (!text->len)
		return "the signature is cut short";
	armour_line(text);
	return NULL;
}

/* RFC 4880, 6.1, a byte at a time. */
static uint32_t crc24(struct span bytes)
{
	static uint32_t steps[256];
	uint32_t crc = 0xB704CE;

	for (uint32_t i = 0; !steps[255] && i < 256; i++) {
		uint32_t step = i << 16;

		for (int bit = 0; bit < 8; bit++)
			step = (step << 1) ^ (step & 0x800000 ? 0x1864CFB : 0);
		steps[i] = step & 0xFFFFFF;
	}
	for (size_t i = 0; i < bytes.len; i++)
		crc = (crc << 8 & 0xFFFFFF) ^ steps[crc >> 16 ^ (unsigned char)bytes.data[i]];
	return crc;
}

/* Takes the checksum's line when there is one. */
static const char *take_checksum(struct span bytes, struct span *text)
{
	struct span line = peek_line(*text);
	struct buf sum = BUF_INIT(4);
	uint32_t crc = crc24(bytes);
	const char expected[] = { (char)(crc >> 16), (char)(crc >> 8), (char)crc };
	bool fits;

	if (line.len != CHECKSUM_LINE || line.data[0] != '=')
		return NULL;
	armour_line(text);
	fits = base64_decode(&sum, (struct span){ line.data + 1, line.len - 1 }) == 0 &&
	       span_equal(buf_span(&sum), (struct span){ expected, sizeof(expected) });
	buf_release(&sum);
	return fits ? NULL : "the checksum of the signature's text is wrong";
}

/* Takes the lines of base64. */
static const char *take_bytes(struct armour *out, struct span *text)
{
	struct buf joined = BUF_INIT(ARMOUR_MAX);
	const char *why = NULL;

	for (struct span line = peek_line(*text);
		line.len && line.data[0] != '-' &&
		!(line.len == CHECKSUM_LINE && line.data[0] == '=');
		line = peek_line(*text))
		buf_addspan(&joined, armour_line(text));
	if (joined.failed || !joined.len || base64_decode(&out->bytes, buf_span(&joined)) < 0)
		why = "the signature's text is not strict base64";
	buf_release(&joined);
	return why;
}

static const char *take_end(const char *end, struct span *text)
{
	if (!span_is(armour_line(text), end))
		return "the signature does not end with its END line";
	if (text->len == 1 && text->data[0] == '\n')
		armour_line(text);
	return text->len ? "there is something after the signature" : NULL;
}

int armour_read(struct armour *out, struct span text, const char **why)
{
	struct span first = armour_line(&text);
	size_t i = 0;

	*why = NULL;
	while (i < KINDS && !span_is(first, kinds[i].begin))
		i++;
	if (i == KINDS || text.len > ARMOUR_MAX) {
		*why = i == KINDS ? "the signature is of an unknown kind"
				  : "the signature is longer than any can be";
		return -1;
	}
	out->kind = kinds[i].kind;
	if (out->kind == ARMOUR_X509)
		return 0;
	if (memchr(text.data, '\r', text.len))
		*why = "there are carriage returns in the signature";
	if (!*why && out->kind == ARMOUR_OPENPGP)
		*why = take_headers(out, &text);
	if (!*why)
		*why = take_bytes(out, &text);
	if (!*why && out->kind == ARMOUR_OPENPGP)
		*why = take_checksum(buf_span(&out->bytes), &text);
	if (!*why)
		*why = take_end(kinds[i].end, &text);
	return *why ? -1 : 0;
}

void armour_release(struct armour *armour)
{
	buf_release(&armour->bytes);
}
