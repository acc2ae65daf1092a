#include "common/key/krl.h"

#include "common/key/libcrypto.h"
#include "common/key/wire.h"

static const char MAGIC[] = "SSHKRL\n";
static const char CUT[] = "the list is cut short, or has bytes left over";

#define VERSION 1
#define BITMAP_MAX 2048 /* bytes; as OpenSSH */

enum {
	SECTION_CERTIFICATES = 1,
	SECTION_KEY = 2,
	SECTION_SHA1 = 3,
	SECTION_SIGNATURE = 4,
	SECTION_SHA256 = 5,
	SECTION_EXTENSION = 255,
	PART_SERIALS = 0x20,
	PART_RANGE = 0x21,
	PART_BITMAP = 0x22,
	PART_KEY_IDS = 0x23,
	PART_EXTENSION = 0x39,
};

/* A walk over a list: what is wrong with it, and whether it has what is looked for. */
struct walk {
	const struct krl_subject *subject; /* NULL: nothing is looked for */
	struct span sha1, sha256;          /* of its key */
	bool concerned; /* the certificates of this section are the authority's */
	bool found;
	const char *why;
};

static bool object(struct walk *walk, const char *why)
{
	if (!walk->why)
		walk->why = why;
	return false;
}

/* Whether serials of this section count: nobody can revoke the serial 0, which means none. */
static bool by_serial(const struct walk *walk)
{
	return walk->concerned && walk->subject->cert->serial;
}

static bool range_read(struct walk *walk, uint64_t low, uint64_t high)
{
	if (low > high || !high)
		return object(walk, "the list has an empty range of serials");
	if (by_serial(walk) && walk->subject->cert->serial >= low &&
		walk->subject->cert->serial <= high)
		walk->found = true;
	return true;
}

static bool serials_read(struct walk *walk, struct wire *w)
{
	while (w->rest.len && !w->failed) {
		uint64_t serial = wire_u64(w);

		if (!w->failed && !range_read(walk, serial, serial))
			return false;
	}
	return true;
}

/* A big number, of which bit N stands for the serial of `offset` and N. */
static bool bitmap_read(struct walk *walk, struct wire *w)
{
	uint64_t offset = wire_u64(w), bit;
	struct span bits = wire_string(w);

	while (bits.len && !bits.data[0]) {
		bits.data++;
		bits.len--;
	}
	if (w->failed || bits.len > BITMAP_MAX)
		return object(walk, CUT);
	if (bits.len * 8 > UINT64_MAX - offset)
		return object(walk, "the list has serials above the greatest");
	if (!offset && bits.len && bits.data[bits.len - 1] & 1)
		return object(walk, "the list revokes the serial 0, which means none");
	if (!by_serial(walk) || walk->subject->cert->serial < offset)
		return true;
	bit = walk->subject->cert->serial - offset;
	if (bit / 8 < bits.len && (uint8_t)bits.data[bits.len - 1 - bit / 8] >> bit % 8 & 1)
		walk->found = true;
	return true;
}

static bool ids_read(struct walk *walk, struct wire *w)
{
	while (w->rest.len && !w->failed) {
		struct span id = wire_string(w);

		if (memchr(id.data ? id.data : "", '\0', id.len))
			return object(walk, "the list has a key id that is not text");
		if (!w->failed && walk->concerned && span_equal(id, walk->subject->cert->id))
			walk->found = true;
	}
	return true;
}

/* A name, whether it is critical, and anything. */
static bool extension_read(struct walk *walk, struct wire *w)
{
	(void)wire_string(w);
	if (wire_u8(w))
		return object(walk, "the list has a critical extension that is not known");
	(void)wire_string(w);
	return true;
}

static bool part_read(struct walk *walk, uint8_t kind, struct span bytes)
{
	struct wire w = wire_of(bytes);
	bool fine;

	switch (kind) {
	case PART_SERIALS:
		fine = serials_read(walk, &w);
		break;
	case PART_RANGE: {
		uint64_t low = wire_u64(&w), high = wire_u64(&w);

		fine = w.failed || range_read(walk, low, high);
		break;
	}
	case PART_BITMAP:
		fine = bitmap_read(walk, &w);
		break;
	case PART_KEY_IDS:
		fine = ids_read(walk, &w);
		break;
	case PART_EXTENSION:
		fine = extension_read(walk, &w);
		break;
	default:
		return object(walk, "the list has a part of a kind that is not known");
	}
	return fine && (wire_end(&w) || object(walk, CUT));
}

/* Whether it can be an authority's key: one of ours, or one that is too weak for us. */
static bool is_authority(struct span blob)
{
	struct wire w = wire_of(blob);
	struct span name = wire_string(&w);
	struct sshkey key;
	const char *why;
	EVP_PKEY *opened;

	if (span_is(name, "ssh-dss") || span_is(name, "ssh-rsa"))
		return true;
	opened = sshkey_parse(&key, blob, &why) == 0 ? sshkey_open(&key) : NULL;
	libcrypto()->EVP_PKEY_free(opened);
	return opened != NULL;
}

static bool certificates_read(struct walk *walk, struct wire *w)
{
	struct span authority = wire_string(w);
	const struct sshcert *cert = walk->subject ? walk->subject->cert : NULL;

	(void)wire_string(w); /* reserved */
	if (!w->failed && authority.len && !walk->subject && !is_authority(authority))
		return object(walk, "the list names an authority that is not a key");
	walk->concerned = cert && (!authority.len || span_equal(authority, cert->authority));
	while (w->rest.len && !w->failed) {
		uint8_t kind = wire_u8(w);
		struct span part = wire_string(w);

		if (!w->failed && !part_read(walk, kind, part))
			return false;
	}
	return true;
}

/* Keys, or fingerprints of that many bytes; 0: of any. */
static bool blobs_read(struct walk *walk, struct wire *w, struct span wanted, size_t size)
{
	while (w->rest.len && !w->failed) {
		struct span blob = wire_string(w);

		if (!w->failed && size && blob.len != size)
			return object(walk, "the list has a fingerprint of another length");
		if (!w->failed && walk->subject && span_equal(blob, wanted))
			walk->found = true;
	}
	return true;
}

static bool section_read(struct walk *walk, uint8_t kind, struct span bytes)
{
	struct wire w = wire_of(bytes);
	bool fine;

	switch (kind) {
	case SECTION_CERTIFICATES:
		fine = certificates_read(walk, &w);
		break;
	case SECTION_KEY:
		fine = blobs_read(
			walk, &w, walk->subject ? walk->subject->plain : (struct span){ 0 }, 0);
		break;
	case SECTION_SHA1:
		fine = blobs_read(walk, &w, walk->sha1, 20);
		break;
	case SECTION_SHA256:
		fine = blobs_read(walk, &w, walk->sha256, 32);
		break;
	case SECTION_EXTENSION:
		fine = extension_read(walk, &w);
		break;
	case SECTION_SIGNATURE:
		return object(walk, "the list is signed, and signed lists are not read");
	default:
		return object(walk, "the list has a section of a kind that is not known");
	}
	return fine && (wire_end(&w) || object(walk, CUT));
}

/* Reads the whole list. */
static void list_read(struct walk *walk, struct span bytes)
{
	struct wire w = wire_of(bytes);
	struct span magic = wire_bytes(&w, sizeof(MAGIC));

	if (magic.len != sizeof(MAGIC) || memcmp(magic.data, MAGIC, sizeof(MAGIC)) != 0 ||
		wire_u32(&w) != VERSION) {
		(void)object(walk, "this is not a key revocation list of version 1");
		return;
	}
	(void)wire_bytes(&w, 24); /* its number, when it was made, flags that mean nothing yet */
	(void)wire_string(&w);    /* reserved */
	(void)wire_string(&w);    /* a comment */
	while (w.rest.len && !w.failed) {
		uint8_t kind = wire_u8(&w);
		struct span section = wire_string(&w);

		if (!w.failed && !section_read(walk, kind, section))
			return;
	}
	if (!wire_end(&w))
		(void)object(walk, CUT);
}

bool krl_is(struct span bytes)
{
	return bytes.len >= sizeof(MAGIC) && memcmp(bytes.data, MAGIC, sizeof(MAGIC)) == 0;
}

const char *krl_objection(struct span bytes)
{
	struct walk walk = { 0 };

	list_read(&walk, bytes);
	return walk.why;
}

static bool finds(struct span bytes, const struct krl_subject *subject)
{
	struct buf sha1 = BUF_INIT(20), sha256 = BUF_INIT(32);
	struct walk walk = { .subject = subject };

	wire_put_hash(&sha1, "SHA1", subject->plain);
	wire_put_hash(&sha256, "SHA256", subject->plain);
	walk.sha1 = buf_span(&sha1);
	walk.sha256 = buf_span(&sha256);
	list_read(&walk, bytes);
	/* What cannot be told is revoked. */
	walk.found = walk.found || walk.why || sha1.failed || sha256.failed;
	buf_release(&sha1);
	buf_release(&sha256);
	return walk.found;
}

bool krl_revokes(struct span bytes, const struct krl_subject *subject)
{
	const struct krl_subject authority = {
		.plain = subject->cert ? subject->cert->authority : (struct span){ 0 },
	};

	return finds(bytes, subject) || (subject->cert && finds(bytes, &authority));
}
