#include "common/text/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <strings.h>

/* As git's users write them, and as iconv(3) knows them. */
static const char *const names[] = { "BIG5", "CP1250", "CP1251", "CP1252", "CP932", "EUC-JP",
	"EUC-KR", "GB18030", "GB2312", "GBK", "IBM037", "IBM500", "IBM1047", "ISO-2022-JP",
	"ISO-8859-1", "ISO-8859-15", "ISO-8859-2", "ISO-8859-5", "ISO-8859-7", "ISO8859-1",
	"ISO8859-15", "KOI8-R", "KOI8-U", "LATIN1", "SHIFT_JIS", "SJIS", "UTF-7", "WINDOWS-1250",
	"WINDOWS-1251", "WINDOWS-1252" };

static const char *name_find(struct span name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == name.len && strncasecmp(names[i], name.data, name.len) == 0)
			return names[i];
	return NULL;
}

bool charset_known(struct span name)
{
	return name_find(name) != NULL;
}

static int convert(iconv_t way, struct buf *out, struct span bytes)
{
	char *in = (char *)(uintptr_t)bytes.data;
	size_t left = bytes.len;

	while (left) {
		char piece[1024], *to = piece;
		size_t room = sizeof(piece);
		size_t status = iconv(way, &in, &left, &to, &room);

		if (buf_add(out, piece, sizeof(piece) - room) < 0)
			return -1;
		if (status != (size_t)-1 || errno == E2BIG)
			continue;
		in++;
		left--;
		if (buf_addc(out, '?') < 0)
			return -1;
	}
	return 0;
}

int charset_convert(struct buf *out, struct span name, struct span bytes)
{
	const char *known = name_find(name);
	iconv_t way = known ? iconv_open("UTF-8", known) : (iconv_t)-1;
	int status;

	if (way == (iconv_t)-1)
		return 0;
	status = convert(way, out, bytes);
	iconv_close(way);
	return status;
}
