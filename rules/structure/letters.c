#include "rules/structure/letters.h"

size_t credential_unbase64(struct span text, unsigned char *out, size_t most)
{
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < most; i++) {
		char c = text.data[i];
		int v = c >= 'A' && c <= 'Z'   ? c - 'A'
			: c >= 'a' && c <= 'z' ? c - 'a' + 26
			: c >= '0' && c <= '9' ? c - '0' + 52
			: c == '+' || c == '-' ? 62
			: c == '/' || c == '_' ? 63
					       : -1;

		if (v < 0)
			break;
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (unsigned char)(bits >> have);
		}
	}
	return n;
}
