#include "common/key/cose.h"

#include <stdint.h>

#include "common/key/sshkey.h"

/* Labels and values of RFC 9053. */
enum {
	LABEL_KTY = 1,
	LABEL_ALG = 3,
	LABEL_CRV = -1,
	LABEL_X = -2,
	LABEL_Y = -3,
	KTY_OKP = 1,
	KTY_EC2 = 2,
	CRV_P256 = 1,
	CRV_ED25519 = 6,
};

enum {
	MAJOR_UNSIGNED = 0,
	MAJOR_NEGATIVE = 1,
	MAJOR_BYTES = 2,
	MAJOR_MAP = 5,
};

#define COORDINATE 32
#define ONE_BYTE_FOLLOWS 24
#define TWO_BYTES_FOLLOW 25

/* What is read, with the first that was wrong. */
struct cbor {
	struct span rest;
	const char *why;
};

static unsigned char take_byte(struct cbor *c)
{
	unsigned char byte;

	if (!c->rest.len) {
		c->why = c->why ? c->why : "the COSE key is cut short";
		return 0;
	}
	byte = (unsigned char)c->rest.data[0];
	c->rest.data++;
	c->rest.len--;
	return byte;
}

/* An item's major type and number, which is written in as few bytes as it needs. */
static unsigned int take_head(struct cbor *c, unsigned int *value)
{
	unsigned int byte = take_byte(c), major = byte >> 5;

	*value = byte & 31;
	if (*value == ONE_BYTE_FOLLOWS) {
		*value = take_byte(c);
		if (*value < ONE_BYTE_FOLLOWS && !c->why)
			c->why = "the COSE key is not in canonical CBOR";
	} else if (*value == TWO_BYTES_FOLLOW) {
		*value = (unsigned int)take_byte(c) << 8;
		*value |= take_byte(c);
		if (*value < 256 && !c->why)
			c->why = "the COSE key is not in canonical CBOR";
	} else if (*value > TWO_BYTES_FOLLOW && !c->why) {
		c->why = "the COSE key has an item that no key has";
	}
	return major;
}

static int take_number(struct cbor *c)
{
	unsigned int value, major = take_head(c, &value);

	if (major != MAJOR_UNSIGNED && major != MAJOR_NEGATIVE && !c->why)
		c->why = "the COSE key has no number where one has to be";
	return major == MAJOR_NEGATIVE ? -1 - (int)value : (int)value;
}

/* The number that this label has. */
static int take_labelled(struct cbor *c, int label)
{
	if (take_number(c) != label && !c->why)
		c->why = "the COSE key has other members, or in another order, than WebAuthn wants";
	return take_number(c);
}

static struct span take_coordinate(struct cbor *c, int label)
{
	struct span bytes = { 0 };
	unsigned int len;

	if (take_number(c) != label && !c->why)
		c->why = "the COSE key has other members, or in another order, than WebAuthn wants";
	if (take_head(c, &len) != MAJOR_BYTES && !c->why)
		c->why = "the COSE key has no bytes where a coordinate has to be";
	if (!c->why && len != COORDINATE)
		c->why = "a coordinate of the COSE key has another length than 32 bytes";
	if (!c->why && c->rest.len < len)
		c->why = "the COSE key is cut short";
	if (c->why)
		return bytes;
	bytes = (struct span){ c->rest.data, len };
	c->rest.data += len;
	c->rest.len -= len;
	return bytes;
}

/* What the members before the coordinates must be for each algorithm. */
static const struct shape {
	enum cose_algorithm algorithm;
	unsigned int members;
	int kty, crv;
} shapes[] = {
	{ COSE_ES256, 5, KTY_EC2, CRV_P256 },
	{ COSE_EDDSA, 4, KTY_OKP, CRV_ED25519 },
};

static const struct shape *take_shape(struct cbor *c)
{
	unsigned int members;
	unsigned int major = take_head(c, &members);
	int kty = major == MAJOR_MAP ? take_labelled(c, LABEL_KTY) : 0;
	int alg = major == MAJOR_MAP ? take_labelled(c, LABEL_ALG) : 0;

	if (major != MAJOR_MAP && !c->why)
		c->why = "it is not a COSE key: no CBOR map";
	for (size_t i = 0; !c->why && i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *shape = &shapes[i];

		if ((int)shape->algorithm != alg)
			continue;
		if (shape->kty != kty || shape->members != members ||
			take_labelled(c, LABEL_CRV) != shape->crv)
			c->why = c->why ? c->why
					: "the COSE key is of another type or curve than its "
					  "algorithm";
		return shape;
	}
	if (!c->why)
		c->why = "the COSE key is for another algorithm than ES256 or EdDSA";
	return NULL;
}

int cose_parse(struct cose_key *out, struct span bytes, size_t *used, const char **why)
{
	struct cbor c = { bytes, NULL };
	const struct shape *shape = take_shape(&c);

	*out = (struct cose_key){ 0 };
	*used = 0;
	if (shape && !c.why) {
		out->algorithm = shape->algorithm;
		out->x = take_coordinate(&c, LABEL_X);
	}
	if (shape && !c.why && shape->kty == KTY_EC2)
		out->y = take_coordinate(&c, LABEL_Y);
	*why = c.why;
	*used = bytes.len - c.rest.len;
	return c.why ? -1 : 0;
}

EVP_PKEY *cose_open(const struct cose_key *key)
{
	bool edwards = key->algorithm == COSE_EDDSA;
	char point[1 + 2 * COORDINATE] = { 4 }; /* uncompressed */
	struct sshkey same = {
		.type = sshkey_type_find(span_of(edwards ? "ssh-ed25519" : "ecdsa-sha2-nistp256")),
		.point = key->x,
	};

	if (edwards)
		return sshkey_open(&same);
	memcpy(point + 1, key->x.data, COORDINATE);
	memcpy(point + 1 + COORDINATE, key->y.data, COORDINATE);
	same.point = (struct span){ point, sizeof(point) };
	return sshkey_open(&same);
}
