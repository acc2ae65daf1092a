#include "common/key/openpgp_packet.h"

#include "common/key/wire.h"

enum {
	TAG_SIGNATURE = 2,
	SUBPACKET_CREATED = 2,
	SUBPACKET_ISSUER = 16,
	SUBPACKET_FINGERPRINT = 33,
};

/* SHA-256, 384, 512, 224, SHA3-256 and SHA3-512. */
static const unsigned char strong_hashes[] = { 8, 9, 10, 11, 12, 14 };

static uint32_t number(struct wire *w, size_t size)
{
	uint32_t value = 0;

	while (size--)
		value = value << 8 | wire_u8(w);
	return value;
}

/* A length in the new form; partial ones fail. */
static uint32_t new_length(struct wire *w, bool packet)
{
	uint32_t first = wire_u8(w);

	if (first < 192)
		return first;
	if (first == 255)
		return wire_u32(w);
	if (packet && first >= 224)
		w->failed = true;
	return ((first - 192) << 8) + wire_u8(w) + 192;
}

/* The body of the first packet, if it is a signature, or empty; *rest is what follows it. */
static struct span signature_body(struct span bytes, struct span *rest)
{
	struct wire w = wire_of(bytes);
	unsigned int head = wire_u8(&w);
	struct span body = { 0 };
	uint32_t len = 0;

	*rest = body;
	if (!(head & 0x80) || (head & 0x40 ? head & 0x3f : head >> 2 & 0xf) != TAG_SIGNATURE)
		return body;
	if (head & 0x40)
		len = new_length(&w, true);
	else if ((head & 3) == 3)
		return body;
	else
		len = number(&w, (size_t)1 << (head & 3));
	body = wire_bytes(&w, len);
	*rest = w.rest;
	if (w.failed)
		return (struct span){ 0 };
	return body;
}

/* Reads a run of subpackets; what nobody signed is only a hint who the issuer is.  0 or -1. */
static int take_subpackets(struct openpgp_packet *out, struct span bytes, bool hashed)
{
	struct wire w = wire_of(bytes);

	while (w.rest.len && !w.failed) {
		struct span subpacket = wire_bytes(&w, new_length(&w, false));
		struct wire in = wire_of(subpacket);
		unsigned int type = wire_u8(&in) & 0x7f;

		if (!subpacket.len)
			return -1;
		if (type == SUBPACKET_CREATED && hashed)
			out->created = wire_u32(&in);
		else if (type == SUBPACKET_ISSUER && in.rest.len == 8 && !out->issuer.len)
			out->issuer = in.rest;
		else if (type == SUBPACKET_FINGERPRINT && hashed && in.rest.len == 21)
			out->issuer = (struct span){ in.rest.data + 1, 20 };
		if (in.failed)
			return -1;
	}
	return w.failed ? -1 : 0;
}

int openpgp_packet_parse(
	struct openpgp_packet *out, struct span bytes, bool *malformed, const char **why)
{
	struct span rest, body = signature_body(bytes, &rest), hashed, unhashed;
	struct wire w = wire_of(body);
	unsigned int version = wire_u8(&w), type = wire_u8(&w), hash;

	*out = (struct openpgp_packet){ 0 };
	*why = NULL;
	(void)wire_u8(&w); /* the algorithm */
	hash = wire_u8(&w);
	hashed = wire_bytes(&w, number(&w, 2));
	unhashed = wire_bytes(&w, number(&w, 2));
	(void)wire_bytes(&w, 2); /* the beginning of the hash */
	*malformed = !body.len || rest.len;
	if (*malformed)
		*why = "this is not exactly one OpenPGP signature";
	else if (version != 4)
		*why = "OpenPGP signatures of this version are not supported";
	else if (type != 0)
		*why = "the OpenPGP signature is not one over the whole content as it is";
	else if (!hash || !memchr(strong_hashes, (int)hash, sizeof(strong_hashes)))
		*why = "the OpenPGP signature uses a weak or unknown hash";
	else if (w.failed || take_subpackets(out, hashed, true) < 0 ||
		 take_subpackets(out, unhashed, false) < 0) {
		*malformed = true;
		*why = "the OpenPGP signature is cut short";
	} else if (!out->issuer.len || !out->created)
		*why = "the OpenPGP signature does not say by whom or when it was made";
	return *why ? -1 : 0;
}
