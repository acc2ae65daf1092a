#include "common/key/wire.h"

#include "common/key/libcrypto.h"

struct span wire_bytes(struct wire *w, size_t len)
{
	struct span bytes = { 0 };

	if (w->failed || len > w->rest.len) {
		w->failed = true;
		return bytes;
	}
	bytes = (struct span){ w->rest.data, len };
	w->rest.data += len;
	w->rest.len -= len;
	return bytes;
}

uint8_t wire_u8(struct wire *w)
{
	struct span byte = wire_bytes(w, 1);

	return byte.len ? (uint8_t)byte.data[0] : 0;
}

uint32_t wire_u32(struct wire *w)
{
	struct span bytes = wire_bytes(w, 4);
	uint32_t value = 0;

	for (size_t i = 0; i < bytes.len; i++)
		value = value << 8 | (uint8_t)bytes.data[i];
	return value;
}

uint64_t wire_u64(struct wire *w)
{
	uint64_t high = wire_u32(w);

	return high << 32 | wire_u32(w);
}

struct span wire_string(struct wire *w)
{
	return wire_bytes(w, wire_u32(w));
}

struct span wire_number(struct wire *w)
{
	struct span number = wire_string(w);
	bool padded = number.len > 0 && number.data[0] == 0;

	if (padded) {
		number.data++;
		number.len--;
	}
	/* The sign bit decides whether a zero byte has to stand in front. */
	if (number.len == 0 || padded != (((uint8_t)number.data[0] & 0x80) != 0)) {
		w->failed = true;
		return (struct span){ 0 };
	}
	return number;
}

bool wire_end(const struct wire *w)
{
	return !w->failed && w->rest.len == 0;
}

void wire_put_u32(struct buf *out, uint32_t value)
{
	const unsigned char bytes[] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16),
		(unsigned char)(value >> 8), (unsigned char)value };

	(void)buf_add(out, bytes, sizeof(bytes));
}

void wire_put_string(struct buf *out, struct span bytes)
{
	wire_put_u32(out, (uint32_t)bytes.len);
	(void)buf_addspan(out, bytes);
}

void wire_put_hash(struct buf *out, const char *digest, struct span bytes)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	size_t size = 0;

	if (libcrypto()->EVP_Q_digest(NULL, digest, NULL, bytes.data, bytes.len, hash, &size) == 1)
		(void)buf_add(out, hash, size);
	else
		out->failed = true;
}
