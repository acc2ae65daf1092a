/*
 * What a name such as `dbPassword` says of the value that it is given.
 */
#include "rules/credential/assign.h"
#include "rules/credential/words.h"

/* Parts of a name: `userPassword_2` has `user`, `password`, `2`. */
struct parts {
	struct span part[16];
	unsigned whole[16], plain[16]; /* what it says, and what it says without a number behind */
	size_t count;
};

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool joint(const char *d, size_t start, size_t i)
{
	if (!credential_alnum(d[i]))
		return true;
	if (i == start)
		return false;
	return upper(d[i]) && !upper(d[i - 1]);
}

static struct parts split(struct span name)
{
	struct parts p = { .count = 0 };
	size_t start = 0;

	for (size_t i = 0; i <= name.len; i++) {
		if (i < name.len && !joint(name.data, start, i))
			continue;
		if (i > start) {
			if (p.count == 16)
				memmove(p.part, p.part + 1, 15 * sizeof(p.part[0])), p.count--;
			p.part[p.count++] = (struct span){ name.data + start, i - start };
		}
		start = i < name.len && !credential_alnum(name.data[i]) ? i + 1 : i;
	}
	return p;
}

/* `password2` */
static struct span without_number(struct span part)
{
	while (part.len > 3 && part.data[part.len - 1] >= '0' && part.data[part.len - 1] <= '9')
		part.len--;
	return part;
}

/* Looks up what the parts say. */
static void look_up(struct parts *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct span plain = without_number(p->part[i]);

		p->whole[i] = p->plain[i] = words_find(&words_name_parts, p->part[i]);
		if (plain.len < p->part[i].len)
			p->plain[i] = words_find(&words_name_parts, plain);
	}
}

/* Whether nothing behind the word in the name makes it another thing. */
static bool tail_ok(const struct parts *p, size_t at)
{
	for (size_t i = at + 1; i < p->count; i++)
		if (!(p->whole[i] & NAMED_TAIL))
			return false;
	return true;
}

static enum name_class class_of_part(const struct parts *p, size_t i)
{
	struct span part = without_number(p->part[i]);
	unsigned said = p->plain[i], before = i > 0 ? p->whole[i - 1] : 0,
		 ends = words_end(&words_name_ends, part);

	if ((said | ends) & NAMED_PASSWORD)
		return said & NAMED_NO_PASSWORD ? NAME_NONE : NAME_PASSWORD;
	if (said & NAMED_KEY && before & NAMED_OPEN_KEY)
		return NAME_NONE;
	if (ends & NAMED_SECRET || (said & NAMED_AUTH && i > 0 && i + 1 == p->count))
		return NAME_SECRET;
	if (said & NAMED_TOKEN && !(before & NAMED_BEFORE_PATTERN))
		return NAME_SECRET;
	if (said & NAMED_KEY && before & NAMED_BEFORE_KEY)
		return NAME_SECRET;
	if (said & NAMED_WEAK || (ends & NAMED_KEY && part.len < 20))
		return NAME_WEAK;
	return NAME_NONE;
}

enum name_class credential_name_class(struct span name, bool *exact)
{
	struct parts p = split(name);

	*exact = false;
	look_up(&p);
	if (p.count == 0 || p.whole[p.count - 1] & NAMED_NEVER)
		return NAME_NONE;
	for (size_t i = 0; i < p.count; i++)
		if ((p.whole[i] | p.plain[i]) & NAMED_PUBLIC)
			return NAME_NONE;
	for (size_t i = p.count; i-- > 0;) {
		enum name_class class = class_of_part(&p, i);

		if (class == NAME_NONE)
			continue;
		/* What a form carries for some minutes. */
		if (credential_has(p.part[i], "token") && words_one_in(&words_form_names, name))
			return NAME_NONE;
		*exact = i + 1 == p.count;
		return tail_ok(&p, i) ? class : NAME_NONE;
	}
	return NAME_NONE;
}
