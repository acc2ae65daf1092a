/*
 * Base64 as RFC 4648 has it, and strictly: padded, nothing between the letters, no bits left over.
 * So every text stands for one run of bytes and every run of bytes for one text.
 */
#ifndef COMMON_BASE_BASE64_H
#define COMMON_BASE_BASE64_H

#include "common/base/buf.h"

/* Appends the bytes that the text stands for.  0, or -1: it is no base64, or the buffer is full. */
int base64_decode(struct buf *out, struct span text);

/* Appends the text for the bytes, padded.  0, or -1 as buf_add. */
int base64_encode(struct buf *out, struct span bytes);

#endif
