#include "common/mark/ident.h"

#include <string.h>

#include "common/mark/agent_name.h"
#include "common/text/spelling.h"

static bool is_local(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
	       c == '+' || c == '-' || (unsigned char)c >= 0x80;
}

static bool is_domain(char c)
{
	return is_local(c) && c != '+' && c != '_';
}

/* Where the address around text.data[at] == '@' begins, not before `from`. */
static size_t email_start(struct span text, size_t from, size_t at)
{
	size_t start = at;

	if (start >= from + 5 && memcmp(text.data + start - 5, "[bot]", 5) == 0)
		start -= 5;
	if (start > from + 1 && text.data[start - 1] == '"') {
		const char *open = memrchr(text.data + from, '"', start - 1 - from);

		if (open && (size_t)(text.data + start - open) < 66)
			return (size_t)(open - text.data);
	}
	while (start > from && is_local(text.data[start - 1]))
		start--;
	return start;
}

/* The next address at or after `from`; empty when there is none. */
static struct span email_next(struct span text, size_t from)
{
	while (from < text.len) {
		const char *sign = memchr(text.data + from, '@', text.len - from);
		size_t at, start, end;

		if (!sign)
			break;
		at = (size_t)(sign - text.data);
		start = email_start(text, from, at);
		for (end = at + 1; end < text.len && is_domain(text.data[end]); end++)
			;
		from = end;
		while (end > at + 1 && (text.data[end - 1] == '.' || text.data[end - 1] == '-'))
			end--;
		if (start < at && end > at + 1)
			return (struct span){ text.data + start, end - start };
	}
	return (struct span){ text.data + text.len, 0 };
}

void ident_emails(struct span text, void (*each)(void *context, struct span email), void *context)
{
	struct span email = email_next(text, 0);

	while (email.len) {
		each(context, email);
		email = email_next(text, (size_t)(email.data - text.data) + email.len);
	}
}

/* What is left of a forge's address without the account's number: `123+name[bot]@...`. */
static struct span without_number(struct span email)
{
	size_t n = 0;

	while (n < email.len && email.data[n] >= '0' && email.data[n] <= '9')
		n++;
	if (n && n < email.len && email.data[n] == '+')
		return (struct span){ email.data + n + 1, email.len - n - 1 };
	return email;
}

#define LOGIN_MAX 64

/* The account of which this one is the tool's for trying things out: `warp-agent-staging[bot]`. */
static struct span login_base(struct span login, char out[LOGIN_MAX])
{
	static const char *const ways[] = { "-alpha", "-beta", "-canary", "-dev", "-development",
		"-local", "-nightly", "-next", "-preview", "-prod", "-stage", "-staging", "-test" };
	struct span name = { login.data, login.len - strlen("[bot]") };

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct span way = span_of(ways[i] + 1);

		if (span_ends(name, ways[i]))
			name.len -= way.len + 1;
		else if (span_starts(name, way.data) && name.len > way.len &&
			 name.data[way.len] == '-')
			name = (struct span){ name.data + way.len + 1, name.len - way.len - 1 };
		else
			continue;
		if (!name.len || name.len + strlen("[bot]") > LOGIN_MAX)
			break;
		memcpy(out, name.data, name.len);
		memcpy(out + name.len, "[bot]", strlen("[bot]"));
		return (struct span){ out, name.len + strlen("[bot]") };
	}
	return login;
}

/* Looks up an account that ends in [bot], which no person's can. */
static void login_find(struct span login, enum ident as, struct agent_set *out)
{
	size_t count;
	char room[LOGIN_MAX];
	const struct catalogue_mark *row = catalogue_rows(CATALOGUE_LOGINS, login, &count);

	if (!count)
		row = catalogue_rows(CATALOGUE_LOGINS, login_base(login, room), &count);

	for (size_t i = 0; i < count; i++)
		if (row[i].strength == MARK_SURE || as == IDENT_AUTHORSHIP)
			agent_set_add(out, row[i].agent);
}

/* Looks up an address; where several have it, whoever is named beside it is meant. */
static void rows_find(struct span email, const struct agent_set *named, struct agent_set *out)
{
	size_t count;
	const struct catalogue_mark *row = catalogue_rows(CATALOGUE_EMAILS, email, &count);

	for (size_t i = 0; i < count; i++)
		if (agent_set_has(named, row[i].agent)) {
			agent_set_add(out, row[i].agent);
			return;
		}
	for (size_t i = 0; i < count; i++)
		if (row[i].strength == MARK_SURE)
			agent_set_add(out, row[i].agent);
}

static void forms_find(struct span email, struct agent_set *out)
{
	const struct catalogue_table *forms = catalogue_table(CATALOGUE_FORMS);

	for (size_t i = 0; i < forms->count; i++)
		if ((forms->rows[i].text[0] == *email.data || forms->rows[i].text[0] == '*') &&
			spelling_match(forms->rows[i].text, email))
			agent_set_add(out, forms->rows[i].agent);
}

#define ADDRESS_MAX 320 /* RFC 5321: 64, an @ and 255 */

/* Whether the part before the sign is `no-reply`, `no.reply` or `no reply`; without its quotes. */
static bool is_no_reply(struct span local)
{
	static const char want[] = "noreply";
	size_t n = 0;

	for (size_t i = 0; i < local.len; i++)
		if (n < sizeof(want) - 1 && local.data[i] == want[n])
			n++;
		else if (n != 2 || !memchr("-._ \\", local.data[i], 5))
			return false;
	return n == sizeof(want) - 1;
}

/*
 * The address as it is when nobody has written it in another way: `"no-reply"+x@a.b` is
 * noreply@a.b.
 */
static struct span plain_address(struct span email, char out[ADDRESS_MAX])
{
	const char *at = memrchr(email.data, '@', email.len);
	size_t local = at ? (size_t)(at - email.data) : email.len, used = 0;
	const char *sub = memchr(email.data, '+', local);
	bool quoted = *email.data == '"';

	if (email.len > ADDRESS_MAX ||
		(!sub && !quoted && (!span_starts(email, "no") || span_starts(email, "noreply"))))
		return email;
	for (size_t i = 0; i < local && (!sub || email.data + i < sub); i++)
		if (email.data[i] != '"')
			out[used++] = email.data[i];
	if (is_no_reply((struct span){ out, used })) {
		memcpy(out, "noreply", strlen("noreply"));
		used = strlen("noreply");
	}
	memcpy(out + used, email.data + local, email.len - local);
	return (struct span){ out, used + email.len - local };
}

static void email_find(
	struct span email, const struct agent_set *named, enum ident as, struct agent_set *out)
{
	char room[ADDRESS_MAX];
	struct span plain = plain_address(email, room);
	struct span bare = without_number(email);
	const char *at = memchr(bare.data, '@', bare.len);
	struct span login = { bare.data, at ? (size_t)(at - bare.data) : bare.len };

	rows_find(email, named, out);
	forms_find(email, out);
	if (plain.data != email.data && plain.len && *plain.data != '@') {
		rows_find(plain, named, out);
		forms_find(plain, out);
	}
	if (!span_ends(login, "[bot]"))
		return;
	login_find(login, as, out);
	if (bare.len != email.len)
		rows_find(bare, named, out);
}

/* Accounts without an address: `copilot-swe-agent[bot]`. */
static void logins_find(struct span text, enum ident as, struct agent_set *out)
{
	const char *from = text.data, *end = text.data + text.len, *sign;

	while (from < end && (sign = memmem(from, (size_t)(end - from), "[bot]", 5)) != NULL) {
		const char *start = sign;

		while (start > from && is_local(start[-1]))
			start--;
		login_find((struct span){ start, (size_t)(sign + 5 - start) }, as, out);
		from = sign + 5;
	}
}

/* `noreply@`, `no-reply@`, `bot@`, `agent@`: no person's mailbox, so no person is told by it. */
static bool is_noreply(struct span email)
{
	static const char *const machines[] = { "agent", "aiagent", "aiassistant", "aibot",
		"assistant", "bot", "donotreply", "llm", "nobody" };
	char letters[64];
	size_t used = 0;
	struct span local;

	for (size_t i = 0; i < email.len && email.data[i] != '@' && used < sizeof(letters); i++)
		if (email.data[i] >= 'a' && email.data[i] <= 'z')
			letters[used++] = email.data[i];
	local = (struct span){ letters, used };
	return span_ends(local, "noreply") || SPELLING_LISTED(machines, local);
}

/* The name in front of the address; where there is none, of the link in its place. */
static struct span name_before(struct span text, struct span email)
{
	struct span name = { text.data, (size_t)(email.data - text.data) };
	const char *link = email.len ? NULL : memmem(name.data, name.len, "<http", 5);

	if (link)
		name.len = (size_t)(link - name.data);

	while (name.len && memchr("<([ \t", name.data[name.len - 1], 5))
		name.len--;
	return name;
}

void ident_agents(struct span text, enum ident as, struct agent_set *out)
{
	struct agent_set found = { 0 };
	struct agent_name named = { 0 };
	struct span email = email_next(text, 0), name = name_before(text, email);
	bool anonymous = true;

	if (as != IDENT_ADDRESS || email.len)
		named = agent_name_resolve(name);
	while (email.len) {
		anonymous &= is_noreply(email);
		email_find(email, &named.all, as, &found);
		email = email_next(text, (size_t)(email.data - text.data) + email.len);
	}
	logins_find(text, as, &found);
	if (agent_set_empty(&found) && as != IDENT_ADDRESS)
		found = anonymous ? named.all : named.sure;
	agent_name_particular(&found);
	agent_set_join(out, &found);
}

bool ident_agents_whole(struct span text, enum ident_names which, struct agent_set *out)
{
	struct agent_name named = agent_name_resolve(text);
	struct agent_set *set = which == IDENT_ALL      ? &named.all
				: which == IDENT_LIKELY ? &named.likely
							: &named.sure;

	if (!named.whole || agent_set_empty(set))
		return false;
	agent_name_particular(set);
	agent_set_join(out, set);
	return true;
}
