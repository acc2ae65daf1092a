#include "common/mark/agent_name.h"

#include "common/text/spelling.h"

#define WORDS_MAX 24 /* of one name; longer ones name nobody */
#define PHRASE_MAX 5

struct name_words {
	struct span word[WORDS_MAX];
	size_t count, colon; /* colon: how many words stand before the first one */
	bool overflow;
};

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
	"vscode", "web", "worker", "xhigh" };

/* What may stand before one; sorted. */
static const char *const before[] = { "a", "agent", "ai", "amazon", "an", "anthropic", "anthropics",
	"assistant", "aws", "bot", "charm", "custom", "fine", "finetuned", "github", "google",
	"help", "hosted", "internal", "jetbrains", "llm", "locally", "microsoft", "mistral",
	"model", "my", "of", "offline", "openai", "our", "private", "s", "self", "sourcegraph",
	"the", "tool", "trained", "tuned", "xai" };

/* What turns from the name to something else about it; sorted. */
static const char *const turns[] = { "at", "authored", "by", "for", "from", "in", "inside", "on",
	"powered", "running", "through", "under", "using", "via", "with", "within" };

/* Of those: the tool stands behind, the model before; sorted. */
static const char *const inward[] = { "from", "in", "inside", "through", "via", "within" };

/* Who gives models away: in `anthropic/claude-opus-4.6` the name stands behind; sorted. */
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
	return SPELLING_LISTED(talk, ((struct span){ word.data, len }));
}

/* The longest name of the catalogue that begins at the n-th word; *len words long. */
static const struct catalogue_mark *phrase(
	const struct name_words *words, size_t n, size_t end, size_t *len)
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
		row += count;
		if (!row->text || strncmp(row->text, text, used) != 0)
			break; /* no longer one begins so */
	}
	return best;
}

uint16_t agent_name_generic(void)
{
	static uint16_t index = UINT16_MAX;

	if (index == UINT16_MAX)
		index = catalogue_index("generic-assisted-by");
	return index;
}

/*
 * The name that words [n, end) begin with, but for what may stand before one.  A word such as AI
 * or GPT only counts where no assistant is named behind it: `GPT-5 Codex`.
 */
static const struct catalogue_mark *first_name(
	const struct name_words *words, size_t n, size_t end, size_t *after)
{
	const struct catalogue_mark *fallback = NULL;

	while (n < end) {
		size_t len = 0;
		const struct catalogue_mark *row = phrase(words, n, end, &len);

		if (row && row->agent != agent_name_generic()) {
			*after = n + len;
			return row;
		}
		if (row && !fallback) {
			fallback = row;
			*after = n + len;
		}
		if (!row && !SPELLING_LISTED(before, words->word[n]) &&
			!(fallback && is_talk(words->word[n])))
			break;
		n += row ? len : 1;
	}
	return fallback;
}

/* Whether the word is the version in `mux123`, as accounts are called, too. */
static bool is_glued(const struct name_words *words, size_t n)
{
	return n && words->word[n - 1].data + words->word[n - 1].len == words->word[n].data;
}

/* What comes after the name, up to `end`: false when it makes it another's name. */
static bool rest_fits(
	const struct name_words *words, size_t n, size_t end, size_t *turn, bool *version)
{
	*turn = end;
	while (n < end) {
		size_t len = 0;

		if (SPELLING_LISTED(turns, words->word[n])) {
			*turn = n;
			return true;
		}
		if (phrase(words, n, end, &len)) {
			n += len;
			continue;
		}
		if (!is_talk(words->word[n]))
			return false;
		*version |= starts_digit(words->word[n]) && !is_glued(words, n);
		n++;
	}
	return true;
}

static void name_add(struct agent_name *named, const struct catalogue_mark *row, bool version)
{
	agent_set_add(&named->all, row->agent);
	if (row->strength == MARK_SURE || version)
		agent_set_add(&named->sure, row->agent);
	named->any = true;
}

/* Words [n, end) as one name: adds it, if they are one.  `Sonnet via Crush` is Crush's. */
static bool part_resolve(
	const struct name_words *words, size_t n, size_t end, struct agent_name *named)
{
	const struct catalogue_mark *row, *inner;
	size_t after = 0, turn, next, ignored;
	bool version = false, inner_version = false;

	row = first_name(words, n, end, &after);
	if (!row || !rest_fits(words, after, end, &turn, &version))
		return false;
	for (next = turn; next < end && SPELLING_LISTED(inward, words->word[next]);) {
		inner = first_name(words, next + 1, end, &after);
		if (!inner || inner->agent == agent_name_generic() ||
			!rest_fits(words, after, end, &ignored, &inner_version))
			break;
		row = inner;
		version = inner_version;
		break;
	}
	name_add(named, row, version);
	return true;
}

static void part_end(struct name_words *words, struct agent_name *named)
{
	size_t colon = words->colon <= words->count ? words->colon : words->count;
	bool found;

	if (!words->count)
		return;
	found = !words->overflow &&
		(part_resolve(words, 0, colon, named) ||
			(colon < words->count && part_resolve(words, colon, words->count, named)));
	named->whole &= found;
	*words = (struct name_words){ .colon = SIZE_MAX };
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

/*
 * How much of the word is a name that a version is glued to: `claude` of `claude4`, `codex` of
 * `codexv0`.
 */
static size_t stem_of(struct span word)
{
	size_t count, len = word.len;
	const struct catalogue_mark *row;

	while (len && word.data[len - 1] >= '0' && word.data[len - 1] <= '9')
		len--;
	if (!len || len == word.len)
		return word.len;
	row = catalogue_rows(CATALOGUE_NAMES, word, &count);
	if (count || (row->text && strncmp(row->text, word.data, word.len) == 0))
		return word
			.len; /* a name that ends in digits, or one that begins so: `qwen3 coder` */
	for (size_t cut = 0; cut < 2 && len > 1; cut++) {
		catalogue_rows(CATALOGUE_NAMES, (struct span){ word.data, len }, &count);
		if (count)
			return len;
		if (word.data[--len] != 'v')
			break;
	}
	return word.len;
}

static void word_add(struct name_words *words, struct span word)
{
	size_t stem = stem_of(word);

	if (words->count + (stem < word.len) >= WORDS_MAX) {
		words->overflow = true;
		return;
	}
	words->word[words->count++] = (struct span){ word.data, stem };
	if (stem < word.len)
		words->word[words->count++] = (struct span){ word.data + stem, word.len - stem };
}

static void generic_add(struct agent_name *named)
{
	agent_set_add(&named->all, agent_name_generic());
	agent_set_add(&named->sure, agent_name_generic());
	named->any = true;
}

/* Reads the words outside of round brackets, part by part, and resolves each. */
struct agent_name agent_name_resolve(struct span text)
{
	struct agent_name named = { .whole = true };
	struct name_words words = { .colon = SIZE_MAX };
	struct span between, word;
	struct gap gap = { 0 };
	bool provided = false;

	while ((word = spelling_word(&text, &between)).len) {
		int depth = gap.depth;

		gap = gap_of(between, depth);
		if (gap.slash && !depth && words.count &&
			SPELLING_LISTED(providers, words.word[words.count - 1])) {
			words.count--;
			gap.ends = false;
			provided = true;
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
	if (provided && !named.any)
		generic_add(&named);
	named.whole &= named.any;
	return named;
}

void agent_name_particular(struct agent_set *set)
{
	struct agent_set rest = *set;

	agent_set_drop(&rest, agent_name_generic());
	if (!agent_set_empty(&rest))
		*set = rest;
}
