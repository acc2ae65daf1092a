#include "common/naming.h"

#include <stdio.h>

#include "common/spell.h"

#define WORDS_MAX 24 /* of one name; longer ones name nobody */
#define PHRASE_MAX 5

/* What a name resolved to. */
struct named {
	struct agent_set all, sure;
	bool any;
	bool whole; /* and the text says nothing else */
};

struct words {
	struct span word[WORDS_MAX];
	size_t count, colon; /* colon: how many words stand before the first one */
	bool overflow;
};

static bool listed(const char *const *list, size_t count, struct span word)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = span_compare(word, span_of(list[middle]));

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

#define LISTED(list, word) listed(list, sizeof(list) / sizeof((list)[0]), word)

/* What may stand behind an assistant's name without making it another's; sorted. */
static const char *const talk[] = { "action", "actions", "agent", "agents", "ai", "alpha", "api",
	"app", "apps", "assistant", "assisted", "autonomous", "beta", "bot", "build", "chat", "cli",
	"cloud", "code", "coder", "coding", "composer", "connector", "context", "desktop", "dev",
	"developer", "distill", "edition", "editor", "effort", "exp", "experimental", "extended",
	"extension", "fable", "fast", "flash", "free", "generated", "gpt", "haiku", "high", "ide",
	"instant", "instruct", "integration", "intellij", "jetbrains", "language", "large",
	"latest", "lite", "llm", "local", "low", "max", "medium", "mini", "mode", "model", "models",
	"nano", "neovim", "online", "opus", "pair", "plus", "preview", "pro", "programmer",
	"reasoning", "release", "sdk", "session", "small", "sonnet", "studio", "subagent",
	"terminal", "thinking", "tool", "tools", "turbo", "ultra", "v", "version", "vim", "vision",
	"vscode", "web", "xhigh" };

/* What may stand before one; sorted. */
static const char *const before[] = { "a", "agent", "ai", "amazon", "an", "anthropic", "anthropics",
	"assistant", "aws", "bot", "charm", "github", "google", "help", "jetbrains", "llm",
	"microsoft", "mistral", "model", "my", "of", "openai", "our", "s", "sourcegraph", "the",
	"tool", "xai" };

/* What turns from the name to something else about it; sorted. */
static const char *const turns[] = { "at", "by", "for", "from", "in", "inside", "on", "powered",
	"running", "through", "under", "using", "via", "with", "within" };

/* Of those: the tool stands behind, the model before; sorted. */
static const char *const inward[] = { "from", "in", "inside", "through", "via", "within" };

/* Who gives models away: `anthropic/claude-opus-4.6` names a model, not a tool; sorted. */
static const char *const providers[] = { "ai", "amazon", "anthropic", "azure", "bedrock",
	"deepseek", "google", "meta", "minimax", "mistralai", "moonshotai", "openai", "openrouter",
	"qwen", "vertex", "xai", "zai" };

static bool starts_digit(struct span word)
{
	return word.len && *word.data >= '0' && *word.data <= '9';
}

/* `4`, `20250514`, `k2`, `opus4`, `sonnet`. */
static bool is_talk(struct span word)
{
	size_t len = word.len;

	if (starts_digit(word))
		return true;
	while (len && word.data[len - 1] >= '0' && word.data[len - 1] <= '9')
		len--;
	if (len == 1 && len < word.len)
		return true;
	return LISTED(talk, ((struct span){ word.data, len }));
}

/* The longest name of the catalogue that begins at the n-th word; *len words long. */
static const struct catalogue_mark *phrase(
	const struct words *words, size_t n, size_t end, size_t *len)
{
	const struct catalogue_mark *best = NULL;
	char text[96];
	size_t used = 0;

	for (size_t i = 0; i < PHRASE_MAX && n + i < end; i++) {
		struct span word = words->word[n + i];
		const struct catalogue_mark *row;
		size_t count;

		if (used + word.len + 1 >= sizeof(text))
			break;
		if (i)
			text[used++] = ' ';
		memcpy(text + used, word.data, word.len);
		used += word.len;
		row = catalogue_rows(CATALOGUE_NAMES, (struct span){ text, used }, &count);
		if (count) {
			best = row;
			*len = i + 1;
		}
	}
	return best;
}

static uint16_t generic(void)
{
	static uint16_t index = UINT16_MAX;

	if (index == UINT16_MAX)
		index = catalogue_index("generic-assisted-by");
	return index;
}

/* The name that words [n, end) begin with, but for what may stand before one. */
static const struct catalogue_mark *first_name(
	const struct words *words, size_t n, size_t end, size_t *after)
{
	const struct catalogue_mark *fallback = NULL;

	for (; n < end; n++) {
		size_t len = 0;
		const struct catalogue_mark *row = phrase(words, n, end, &len);

		if (row && row->agent != generic()) {
			*after = n + len;
			return row;
		}
		if (row && !fallback) {
			fallback = row;
			*after = n + len;
		}
		if (!LISTED(before, words->word[n]))
			break;
	}
	return fallback;
}

/* What comes after the name, up to `end`: false when it makes it another's name. */
static bool rest_fits(const struct words *words, size_t n, size_t end, size_t *turn, bool *version)
{
	*turn = end;
	while (n < end) {
		size_t len = 0;

		if (LISTED(turns, words->word[n])) {
			*turn = n;
			return true;
		}
		if (phrase(words, n, end, &len)) {
			n += len;
			continue;
		}
		if (!is_talk(words->word[n]))
			return false;
		*version |= starts_digit(words->word[n]);
		n++;
	}
	return true;
}

static void name_add(struct named *named, const struct catalogue_mark *row, bool version)
{
	agent_set_add(&named->all, row->agent);
	if (row->strength == MARK_SURE || version)
		agent_set_add(&named->sure, row->agent);
	named->any = true;
}

/* Words [n, end) as one name: adds it, if they are one.  `Sonnet via Crush` is Crush's. */
static bool part_resolve(const struct words *words, size_t n, size_t end, struct named *named)
{
	const struct catalogue_mark *row, *inner;
	size_t after = 0, turn, next, ignored;
	bool version = false, inner_version = false;

	row = first_name(words, n, end, &after);
	if (!row || !rest_fits(words, after, end, &turn, &version))
		return false;
	for (next = turn; next < end && LISTED(inward, words->word[next]);) {
		inner = first_name(words, next + 1, end, &after);
		if (!inner || inner->agent == generic() ||
			!rest_fits(words, after, end, &ignored, &inner_version))
			break;
		row = inner;
		version = inner_version;
		break;
	}
	name_add(named, row, version);
	return true;
}

static void part_end(struct words *words, struct named *named)
{
	size_t colon = words->colon <= words->count ? words->colon : words->count;
	bool found;

	if (!words->count)
		return;
	found = !words->overflow &&
		(part_resolve(words, 0, colon, named) ||
			(colon < words->count && part_resolve(words, colon, words->count, named)));
	named->whole &= found;
	*words = (struct words){ .colon = SIZE_MAX };
}

/* What stood between two words: does it end a part, open or close brackets, hold a colon? */
struct gap {
	bool ends, colon, slash;
	int depth;
};

static struct gap gap_of(struct span between, int depth)
{
	struct gap gap = { .depth = depth };

	for (size_t i = 0; i < between.len; i++) {
		char c = between.data[i];

		if (c == '(')
			gap.depth++;
		else if (c == ')' && gap.depth > 0)
			gap.depth--;
		gap.ends |= c == ',' || c == ';' || c == '&' || c == '|' || c == '+' || c == '/';
		gap.slash |= c == '/';
		gap.colon |= c == ':';
	}
	return gap;
}

static bool is_and(struct span word)
{
	return span_is(word, "and") || span_is(word, "or");
}

static void word_add(struct words *words, struct span word)
{
	if (words->count == WORDS_MAX)
		words->overflow = true;
	else
		words->word[words->count++] = word;
}

/* Reads the words outside of round brackets, part by part, and resolves each. */
static struct named name_resolve(struct span text)
{
	struct named named = { .whole = true };
	struct words words = { .colon = SIZE_MAX };
	struct span between, word;
	struct gap gap = { 0 };

	while ((word = spell_word(&text, &between)).len) {
		int depth = gap.depth;

		gap = gap_of(between, depth);
		if (gap.slash && !depth && words.count &&
			LISTED(providers, words.word[words.count - 1])) {
			agent_set_add(&named.all, generic());
			agent_set_add(&named.sure, generic());
			named.any = true;
			return named;
		}
		if (gap.depth)
			continue;
		if ((gap.ends && !depth) || is_and(word))
			part_end(&words, &named);
		if (gap.colon && words.colon == SIZE_MAX)
			words.colon = words.count;
		if (!is_and(word))
			word_add(&words, word);
	}
	part_end(&words, &named);
	named.whole &= named.any;
	return named;
}

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

void naming_emails(struct span text, void (*each)(void *context, struct span email), void *context)
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

/* Looks up an account that ends in [bot], which no person's can. */
static void login_find(struct span login, enum naming as, struct agent_set *out)
{
	size_t count;
	const struct catalogue_mark *row = catalogue_rows(CATALOGUE_LOGINS, login, &count);

	for (size_t i = 0; i < count; i++)
		if (row[i].strength == MARK_SURE || as == NAMING_AUTHORSHIP)
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
		if (forms->rows[i].text[0] == *email.data &&
			spell_match(forms->rows[i].text, email))
			agent_set_add(out, forms->rows[i].agent);
}

static void email_find(
	struct span email, const struct agent_set *named, enum naming as, struct agent_set *out)
{
	struct span bare = without_number(email);
	const char *at = memchr(bare.data, '@', bare.len);
	struct span login = { bare.data, at ? (size_t)(at - bare.data) : bare.len };

	rows_find(email, named, out);
	forms_find(email, out);
	if (!span_ends(login, "[bot]"))
		return;
	login_find(login, as, out);
	if (bare.len != email.len)
		rows_find(bare, named, out);
}

/* Accounts without an address: `copilot-swe-agent[bot]`. */
static void logins_find(struct span text, enum naming as, struct agent_set *out)
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

/* `noreply@`, `no-reply@`, `donotreply@`: nobody's mailbox, so nobody is told by it. */
static bool is_noreply(struct span email)
{
	char letters[64];
	size_t used = 0;
	struct span local;

	for (size_t i = 0; i < email.len && email.data[i] != '@' && used < sizeof(letters); i++)
		if (email.data[i] >= 'a' && email.data[i] <= 'z')
			letters[used++] = email.data[i];
	local = (struct span){ letters, used };
	return span_ends(local, "noreply") || span_is(local, "donotreply");
}

/* The suffix that Aider puts behind a person's own name. */
static bool aider_suffix(struct span name)
{
	name = spell_trim(name);
	return span_ends(name, " (aider)");
}

void naming_of(struct span text, enum naming as, struct agent_set *out)
{
	struct agent_set found = { 0 };
	struct named named = { 0 };
	struct span email = email_next(text, 0);
	struct span name = { text.data, (size_t)(email.data - text.data) };
	bool anonymous = true;

	while (name.len && memchr("<([ \t", name.data[name.len - 1], 5))
		name.len--;
	if (as != NAMING_WITNESS || email.len)
		named = name_resolve(name);
	while (email.len) {
		anonymous &= is_noreply(email);
		email_find(email, &named.all, as, &found);
		email = email_next(text, (size_t)(email.data - text.data) + email.len);
	}
	logins_find(text, as, &found);
	if (as != NAMING_WITNESS && aider_suffix(name))
		agent_set_add(&found, catalogue_index("aider"));
	if (agent_set_empty(&found) && as != NAMING_WITNESS)
		found = anonymous ? named.all : named.sure;
	agent_set_join(out, &found);
}

bool naming_whole(struct span text, bool shared, struct agent_set *out)
{
	struct named named = name_resolve(text);
	const struct agent_set *set = shared ? &named.all : &named.sure;

	if (!named.whole || agent_set_empty(set))
		return false;
	agent_set_join(out, set);
	return true;
}
