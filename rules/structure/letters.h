/*
 * The letters that tokens are made of, and base64 as people and programs leave it in texts.
 */
#ifndef RULES_STRUCTURE_LETTERS_H
#define RULES_STRUCTURE_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/span.h"

/* Letters and digits, and the alphabet of base64 and its like. */
static inline bool credential_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool credential_base64(char c)
{
	return credential_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static inline char credential_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* What a hex digit says; -1: it is none. */
static inline int credential_hex_digit(char c)
{
	char lower = credential_lower(c);

	return c >= '0' && c <= '9'           ? c - '0'
	       : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
					      : -1;
}

/*
 * Decodes base64 (either alphabet) up to what is not, skipping what `skip` names; the bytes
 * written, at most `most`.
 */
size_t credential_unbase64(struct span text, unsigned char *out, size_t most);

#endif
