#include "common/store/delta.h"

#include <stdint.h>

#define COPY 0x80 /* else the low bits are the number of bytes that follow */
#define OFFSET_BYTES 4
#define SIZE_BYTES 3
#define SIZE_OF_ZERO 0x10000

static int take_byte(struct span *rest, unsigned char *out)
{
	if (!rest->len)
		return -1;
	*out = (unsigned char)*rest->data++;
	rest->len--;
	return 0;
}

/* Seven bits a byte, the lowest first. */
static int take_size(struct span *rest, size_t *out)
{
	unsigned char byte;

	*out = 0;
	for (unsigned shift = 0; shift < 63; shift += 7) {
		if (take_byte(rest, &byte) < 0)
			return -1;
		*out |= (size_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return 0;
	}
	return -1;
}

int delta_begin(struct delta *out, struct span raw)
{
	out->pieces = raw;
	return take_size(&out->pieces, &out->base_size) == 0 &&
			       take_size(&out->pieces, &out->result_size) == 0
		       ? 0
		       : -1;
}

/* The bytes of a number that are not zero; which ones, the bits say. */
static int take_number(struct span *rest, unsigned bits, unsigned bytes, size_t *out)
{
	unsigned char byte;

	*out = 0;
	for (unsigned i = 0; i < bytes; i++) {
		if (!(bits & 1u << i))
			continue;
		if (take_byte(rest, &byte) < 0)
			return -1;
		*out |= (size_t)byte << 8 * i;
	}
	return 0;
}

/* The next piece of the outcome: of the base, or of the delta itself.  0 or -1. */
static int take_piece(struct span *rest, struct span base, struct span *piece)
{
	unsigned char command;
	size_t offset;

	if (take_byte(rest, &command) < 0 || command == 0)
		return -1;
	if (!(command & COPY)) {
		*piece = (struct span){ rest->data, command };
		if (rest->len < command)
			return -1;
		rest->data += command;
		rest->len -= command;
		return 0;
	}
	if (take_number(rest, command, OFFSET_BYTES, &offset) < 0 ||
		take_number(rest, command >> OFFSET_BYTES, SIZE_BYTES, &piece->len) < 0)
		return -1;
	if (!piece->len)
		piece->len = SIZE_OF_ZERO;
	if (offset > base.len || piece->len > base.len - offset)
		return -1;
	piece->data = base.data + offset;
	return 0;
}

int delta_apply(const struct delta *delta, struct span base, char *out)
{
	struct span rest = delta->pieces, piece;
	size_t left = delta->result_size;

	if (base.len != delta->base_size)
		return -1;
	while (rest.len) {
		if (take_piece(&rest, base, &piece) < 0 || piece.len > left)
			return -1;
		memcpy(out, piece.data, piece.len);
		out += piece.len;
		left -= piece.len;
	}
	return left ? -1 : 0;
}
