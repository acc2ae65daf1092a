/*
 * A run of bytes that somebody else owns.  Not terminated; may hold anything, NUL too.
 */
#ifndef COMMON_BASE_SPAN_H
#define COMMON_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *data;
	size_t len;
};

/* The span of a C string, which must outlive it; NULL gives an empty span. */
static inline struct span span_of(const char *text)
{
	return (struct span){ text, text ? strlen(text) : 0 };
}

/* Whether both hold the same bytes. */
static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Whether the span holds exactly the bytes of the C string. */
static inline bool span_is(struct span a, const char *text)
{
	return span_equal(a, span_of(text));
}

/* Whether the span begins with the bytes of the C string. */
static inline bool span_starts(struct span a, const char *prefix)
{
	size_t len = strlen(prefix);

	return a.len >= len && memcmp(a.data, prefix, len) == 0;
}

/* Whether the span ends with the bytes of the C string. */
static inline bool span_ends(struct span a, const char *suffix)
{
	size_t len = strlen(suffix);

	return a.len >= len && memcmp(a.data + a.len - len, suffix, len) == 0;
}

/* Whether the byte is one of the C string's; a NUL is of none, unlike with strchr(). */
static inline bool byte_is_of(char byte, const char *set)
{
	return byte && strchr(set, byte);
}

/* Orders by bytes, the shorter first where one begins with the other; like memcmp. */
static inline int span_compare(struct span a, struct span b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared ? memcmp(a.data, b.data, shared) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
