#include "common/path/confusable.h"

#include <stddef.h>

/* Sorted by character. */
static const struct {
	unsigned int character;
	char ascii;
} table[] = {
	{ 0x0131, 'i' }, /* latin small letter dotless i */
	{ 0x0184, 'b' }, /* latin capital letter tone six */
	{ 0x018d, 'g' }, /* latin small letter turned delta */
	{ 0x0196, 'i' }, /* latin capital letter iota */
	{ 0x01bd, 's' }, /* latin small letter tone five */
	{ 0x01bf, 'p' }, /* latin letter wynn */
	{ 0x01c0, 'l' }, /* latin letter dental click */
	{ 0x0237, 'j' }, /* latin small letter dotless j */
	{ 0x0251, 'a' }, /* latin small letter alpha */
	{ 0x0261, 'g' }, /* latin small letter script g */
	{ 0x0263, 'y' }, /* latin small letter gamma */
	{ 0x0269, 'i' }, /* latin small letter iota */
	{ 0x026a, 'i' }, /* latin letter small capital i */
	{ 0x026f, 'w' }, /* latin small letter turned m */
	{ 0x028b, 'u' }, /* latin small letter v with hook */
	{ 0x028f, 'y' }, /* latin letter small capital y */
	{ 0x02c2, '<' }, /* modifier letter left arrowhead */
	{ 0x02c3, '>' }, /* modifier letter right arrowhead */
	{ 0x02d0, ':' }, /* modifier letter triangular colon */
	{ 0x02f8, ':' }, /* modifier letter raised colon */
	{ 0x037f, 'j' }, /* greek capital letter yot */
	{ 0x038e, 'y' }, /* greek capital letter upsilon with tonos */
	{ 0x0391, 'a' }, /* greek capital letter alpha */
	{ 0x0392, 'b' }, /* greek capital letter beta */
	{ 0x0395, 'e' }, /* greek capital letter epsilon */
	{ 0x0396, 'z' }, /* greek capital letter zeta */
	{ 0x0397, 'h' }, /* greek capital letter eta */
	{ 0x0399, 'i' }, /* greek capital letter iota */
	{ 0x039a, 'k' }, /* greek capital letter kappa */
	{ 0x039c, 'm' }, /* greek capital letter mu */
	{ 0x039d, 'n' }, /* greek capital letter nu */
	{ 0x039f, 'o' }, /* greek capital letter omicron */
	{ 0x03a1, 'p' }, /* greek capital letter rho */
	{ 0x03a4, 't' }, /* greek capital letter tau */
	{ 0x03a5, 'y' }, /* greek capital letter upsilon */
	{ 0x03a7, 'x' }, /* greek capital letter chi */
	{ 0x03b1, 'a' }, /* greek small letter alpha */
	{ 0x03b3, 'y' }, /* greek small letter gamma */
	{ 0x03b9, 'i' }, /* greek small letter iota */
	{ 0x03ba, 'k' }, /* greek small letter kappa */
	{ 0x03bd, 'v' }, /* greek small letter nu */
	{ 0x03bf, 'o' }, /* greek small letter omicron */
	{ 0x03c1, 'p' }, /* greek small letter rho */
	{ 0x03c3, 'o' }, /* greek small letter sigma */
	{ 0x03c5, 'u' }, /* greek small letter upsilon */
	{ 0x03c7, 'x' }, /* greek small letter chi */
	{ 0x03d2, 'y' }, /* greek upsilon with hook symbol */
	{ 0x03dc, 'f' }, /* greek letter digamma */
	{ 0x03dd, 'f' }, /* greek small letter digamma */
	{ 0x03f1, 'p' }, /* greek rho symbol */
	{ 0x03f2, 'c' }, /* greek lunate sigma symbol */
	{ 0x03f3, 'j' }, /* greek letter yot */
	{ 0x03f9, 'c' }, /* greek capital lunate sigma symbol */
	{ 0x03fa, 'm' }, /* greek capital letter san */
	{ 0x0405, 's' }, /* cyrillic capital letter dze */
	{ 0x0406, 'i' }, /* cyrillic capital letter byelorussian-ukrainian i */
	{ 0x0408, 'j' }, /* cyrillic capital letter je */
	{ 0x0410, 'a' }, /* cyrillic capital letter a */
	{ 0x0412, 'b' }, /* cyrillic capital letter ve */
	{ 0x0415, 'e' }, /* cyrillic capital letter ie */
	{ 0x041a, 'k' }, /* cyrillic capital letter ka */
	{ 0x041c, 'm' }, /* cyrillic capital letter em */
	{ 0x041d, 'h' }, /* cyrillic capital letter en */
	{ 0x041e, 'o' }, /* cyrillic capital letter o */
	{ 0x0420, 'p' }, /* cyrillic capital letter er */
	{ 0x0421, 'c' }, /* cyrillic capital letter es */
	{ 0x0422, 't' }, /* cyrillic capital letter te */
	{ 0x0423, 'y' }, /* cyrillic capital letter u */
	{ 0x0425, 'x' }, /* cyrillic capital letter ha */
	{ 0x042c, 'b' }, /* cyrillic capital letter soft sign */
	{ 0x0430, 'a' }, /* cyrillic small letter a */
	{ 0x0433, 'r' }, /* cyrillic small letter ghe */
	{ 0x0435, 'e' }, /* cyrillic small letter ie */
	{ 0x043a, 'k' }, /* cyrillic small letter ka */
	{ 0x043c, 'm' }, /* cyrillic small letter em */
	{ 0x043e, 'o' }, /* cyrillic small letter o */
	{ 0x043f, 'n' }, /* cyrillic small letter pe */
	{ 0x0440, 'p' }, /* cyrillic small letter er */
	{ 0x0441, 'c' }, /* cyrillic small letter es */
	{ 0x0442, 't' }, /* cyrillic small letter te */
	{ 0x0443, 'y' }, /* cyrillic small letter u */
	{ 0x0445, 'x' }, /* cyrillic small letter ha */
	{ 0x0446, 'u' }, /* cyrillic small letter tse */
	{ 0x0455, 's' }, /* cyrillic small letter dze */
	{ 0x0456, 'i' }, /* cyrillic small letter byelorussian-ukrainian i */
	{ 0x0458, 'j' }, /* cyrillic small letter je */
	{ 0x0461, 'w' }, /* cyrillic small letter omega */
	{ 0x0474, 'v' }, /* cyrillic capital letter izhitsa */
	{ 0x0475, 'v' }, /* cyrillic small letter izhitsa */
	{ 0x04ae, 'y' }, /* cyrillic capital letter straight u */
	{ 0x04af, 'y' }, /* cyrillic small letter straight u */
	{ 0x04ba, 'h' }, /* cyrillic capital letter shha */
	{ 0x04bb, 'h' }, /* cyrillic small letter shha */
	{ 0x04bd, 'e' }, /* cyrillic small letter abkhasian che */
	{ 0x04c0, 'l' }, /* cyrillic letter palochka */
	{ 0x04cf, 'i' }, /* cyrillic small letter palochka */
	{ 0x0500, 'd' }, /* cyrillic capital letter komi de */
	{ 0x0501, 'd' }, /* cyrillic small letter komi de */
	{ 0x050c, 'g' }, /* cyrillic capital letter komi sje */
	{ 0x050d, 'c' }, /* cyrillic small letter komi sje */
	{ 0x051a, 'q' }, /* cyrillic capital letter qa */
	{ 0x051b, 'q' }, /* cyrillic small letter qa */
	{ 0x051c, 'w' }, /* cyrillic capital letter we */
	{ 0x051d, 'w' }, /* cyrillic small letter we */
	{ 0x053c, 'l' }, /* armenian capital letter liwn */
	{ 0x054d, 'u' }, /* armenian capital letter seh */
	{ 0x054f, 's' }, /* armenian capital letter tiwn */
	{ 0x0555, 'o' }, /* armenian capital letter oh */
	{ 0x0561, 'w' }, /* armenian small letter ayb */
	{ 0x0563, 'q' }, /* armenian small letter gim */
	{ 0x0566, 'q' }, /* armenian small letter za */
	{ 0x056a, 'd' }, /* armenian small letter zhe */
	{ 0x0570, 'h' }, /* armenian small letter ho */
	{ 0x0575, 'j' }, /* armenian small letter yi */
	{ 0x0578, 'n' }, /* armenian small letter vo */
	{ 0x057c, 'n' }, /* armenian small letter ra */
	{ 0x057d, 'u' }, /* armenian small letter seh */
	{ 0x0581, 'g' }, /* armenian small letter co */
	{ 0x0584, 'g' }, /* armenian small letter keh */
	{ 0x0585, 'o' }, /* armenian small letter oh */
	{ 0x0589, ':' }, /* armenian full stop */
	{ 0x05c3, ':' }, /* hebrew punctuation sof pasuq */
	{ 0x13a0, 'd' }, /* cherokee letter a */
	{ 0x13a1, 'r' }, /* cherokee letter e */
	{ 0x13a2, 't' }, /* cherokee letter i */
	{ 0x13a5, 'i' }, /* cherokee letter v */
	{ 0x13a9, 'y' }, /* cherokee letter gi */
	{ 0x13aa, 'a' }, /* cherokee letter go */
	{ 0x13ab, 'j' }, /* cherokee letter gu */
	{ 0x13ac, 'e' }, /* cherokee letter gv */
	{ 0x13b3, 'w' }, /* cherokee letter la */
	{ 0x13b7, 'm' }, /* cherokee letter lu */
	{ 0x13bb, 'h' }, /* cherokee letter mi */
	{ 0x13c0, 'g' }, /* cherokee letter nah */
	{ 0x13c3, 'z' }, /* cherokee letter no */
	{ 0x13d2, 'r' }, /* cherokee letter sv */
	{ 0x13d4, 'w' }, /* cherokee letter ta */
	{ 0x13d9, 'v' }, /* cherokee letter do */
	{ 0x13da, 's' }, /* cherokee letter du */
	{ 0x13de, 'l' }, /* cherokee letter tle */
	{ 0x13df, 'c' }, /* cherokee letter tli */
	{ 0x13e2, 'p' }, /* cherokee letter tlv */
	{ 0x13e6, 'k' }, /* cherokee letter tso */
	{ 0x13f4, 'b' }, /* cherokee letter yv */
	{ 0x1433, '>' }, /* canadian syllabics po */
	{ 0x1438, '<' }, /* canadian syllabics pa */
	{ 0x16ce, ':' }, /* runic letter z */
	{ 0x16ec, ':' }, /* runic multiple punctuation */
	{ 0x1d04, 'c' }, /* latin letter small capital c */
	{ 0x1d0f, 'o' }, /* latin letter small capital o */
	{ 0x1d11, 'o' }, /* latin small letter sideways o */
	{ 0x1d1c, 'u' }, /* latin letter small capital u */
	{ 0x1d20, 'v' }, /* latin letter small capital v */
	{ 0x1d21, 'w' }, /* latin letter small capital w */
	{ 0x1d22, 'z' }, /* latin letter small capital z */
	{ 0x1d83, 'g' }, /* latin small letter g with palatal hook */
	{ 0x1d8c, 'y' }, /* latin small letter v with palatal hook */
	{ 0x1e9d, 'f' }, /* latin small letter long s with high stroke */
	{ 0x1eff, 'y' }, /* latin small letter y with loop */
	{ 0x2010, '-' }, /* hyphen */
	{ 0x2011, '-' }, /* non-breaking hyphen */
	{ 0x2012, '-' }, /* figure dash */
	{ 0x2013, '-' }, /* en dash */
	{ 0x2014, '-' }, /* em dash */
	{ 0x2015, '-' }, /* horizontal bar */
	{ 0x2024, '.' }, /* one dot leader */
	{ 0x2039, '<' }, /* single left-pointing angle quotation mark */
	{ 0x203a, '>' }, /* single right-pointing angle quotation mark */
	{ 0x2043, '-' }, /* hyphen bullet */
	{ 0x2113, 'l' }, /* script small l */
	{ 0x212e, 'e' }, /* estimated symbol */
	{ 0x2147, 'e' }, /* double-struck italic small e */
	{ 0x217f, 'm' }, /* small roman numeral one thousand */
	{ 0x2212, '-' }, /* minus sign */
	{ 0x2236, ':' }, /* ratio */
	{ 0x2c8e, 'h' }, /* coptic capital letter hate */
	{ 0x2c92, 'i' }, /* coptic capital letter iauda */
	{ 0x2c94, 'k' }, /* coptic capital letter kapa */
	{ 0x2c98, 'm' }, /* coptic capital letter mi */
	{ 0x2c9a, 'n' }, /* coptic capital letter ni */
	{ 0x2c9e, 'o' }, /* coptic capital letter o */
	{ 0x2c9f, 'o' }, /* coptic small letter o */
	{ 0x2ca2, 'p' }, /* coptic capital letter ro */
	{ 0x2ca3, 'p' }, /* coptic small letter ro */
	{ 0x2ca4, 'c' }, /* coptic capital letter sima */
	{ 0x2ca5, 'c' }, /* coptic small letter sima */
	{ 0x2ca6, 't' }, /* coptic capital letter tau */
	{ 0x2ca8, 'y' }, /* coptic capital letter ua */
	{ 0x2cac, 'x' }, /* coptic capital letter khi */
	{ 0xa4d0, 'b' }, /* lisu letter ba */
	{ 0xa4d1, 'p' }, /* lisu letter pa */
	{ 0xa4d3, 'd' }, /* lisu letter da */
	{ 0xa4d4, 't' }, /* lisu letter ta */
	{ 0xa4d6, 'g' }, /* lisu letter ga */
	{ 0xa4d7, 'k' }, /* lisu letter ka */
	{ 0xa4d9, 'j' }, /* lisu letter ja */
	{ 0xa4da, 'c' }, /* lisu letter ca */
	{ 0xa4dc, 'z' }, /* lisu letter dza */
	{ 0xa4dd, 'f' }, /* lisu letter tsa */
	{ 0xa4df, 'm' }, /* lisu letter ma */
	{ 0xa4e0, 'n' }, /* lisu letter na */
	{ 0xa4e1, 'l' }, /* lisu letter la */
	{ 0xa4e2, 's' }, /* lisu letter sa */
	{ 0xa4e3, 'r' }, /* lisu letter zha */
	{ 0xa4e6, 'v' }, /* lisu letter ha */
	{ 0xa4e7, 'h' }, /* lisu letter xa */
	{ 0xa4ea, 'w' }, /* lisu letter wa */
	{ 0xa4eb, 'x' }, /* lisu letter sha */
	{ 0xa4ec, 'y' }, /* lisu letter ya */
	{ 0xa4ee, 'a' }, /* lisu letter a */
	{ 0xa4f0, 'e' }, /* lisu letter e */
	{ 0xa4f2, 'i' }, /* lisu letter i */
	{ 0xa4f3, 'o' }, /* lisu letter o */
	{ 0xa4f4, 'u' }, /* lisu letter u */
	{ 0xa647, 'i' }, /* cyrillic small letter iota */
	{ 0xa731, 's' }, /* latin letter small capital s */
	{ 0xa789, ':' }, /* modifier letter colon */
	{ 0xa799, 'f' }, /* latin small letter f with stroke */
	{ 0xa79f, 'u' }, /* latin small letter volapuk ue */
	{ 0xab35, 'f' }, /* latin small letter lenis f */
	{ 0xab3d, 'o' }, /* latin small letter blackletter o */
	{ 0xab47, 'r' }, /* latin small letter r without handle */
	{ 0xab48, 'r' }, /* latin small letter double r */
	{ 0xab4e, 'u' }, /* latin small letter u with short right leg */
	{ 0xab52, 'u' }, /* latin small letter u with left hook */
	{ 0xab7a, 'a' }, /* cherokee small letter go */
	{ 0xab81, 'r' }, /* cherokee small letter hu */
	{ 0xfe58, '-' }, /* small em dash */
	{ 0xfe63, '-' }, /* small hyphen-minus */
	{ 0xfe6b, '@' }, /* small commercial at */
	{ 0xff0d, '-' }, /* fullwidth hyphen-minus */
	{ 0xff1a, ':' }, /* fullwidth colon */
	{ 0xff20, '@' }, /* fullwidth commercial at */
	{ 0xff61, '.' }, /* halfwidth ideographic full stop */
};

unsigned int confusable_ascii(unsigned int character)
{
	size_t low = 0, high = sizeof(table) / sizeof(table[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table[middle].character == character)
			return (unsigned char)table[middle].ascii;
		if (table[middle].character < character)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}
