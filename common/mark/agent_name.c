#include "common/mark/agent_name.h"

#include "common/mark/name_words.h"
#include "common/text/spelling.h"

#define PHRASE_MAX 5

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
			!(fallback && name_words_talk(words->word[n])))
			break;
		n += row ? len : 1;
	}
	return fallback;
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
		if (!name_words_talk(words->word[n]))
			return false;
		*version |= starts_digit(words->word[n]) && !name_words_glued(words, n);
		n++;
	}
	return true;
}

static void name_add(struct agent_name *named, const struct catalogue_mark *row, bool version)
{
	agent_set_add(&named->all, row->agent);
	if (row->strength != MARK_GIVEN || version)
		agent_set_add(&named->likely, row->agent);
	if (row->strength == MARK_SURE || version)
		agent_set_add(&named->sure, row->agent);
	named->any = true;
}

static void generic_add(struct agent_name *named)
{
	agent_set_add(&named->all, agent_name_generic());
	agent_set_add(&named->likely, agent_name_generic());
	agent_set_add(&named->sure, agent_name_generic());
	named->any = true;
}

/* Whether the name says no more than that it is a model, or whose. */
static bool is_generic(const struct catalogue_mark *row)
{
	return row->agent == agent_name_generic();
}

/* Words [n, end) as one name: adds it, if they are one.  `Sonnet via Crush` is Crush's. */
static bool part_resolve(
	const struct name_words *words, size_t n, size_t end, struct agent_name *named)
{
	const struct catalogue_mark *row, *inner;
	size_t after = 0, turn, next, ignored;
	bool version = false, inner_version = false;

	row = first_name(words, n, end, &after);
	if (!row || !rest_fits(words, after, end, &turn, &version)) {
		if (!name_words_describe(words, n, end))
			return false;
		generic_add(named);
		return true;
	}
	for (next = turn; next < end && SPELLING_LISTED(inward, words->word[next]);) {
		inner = first_name(words, next + 1, end, &after);
		if (!inner || is_generic(inner) ||
			!rest_fits(words, after, end, &ignored, &inner_version))
			break;
		row = inner;
		version = inner_version;
		break;
	}
	name_add(named, row, version);
	return true;
}

/* Whether somebody is named, and not only a model as such. */
static bool names_tool(const struct agent_name *named)
{
	struct agent_set rest = named->all;

	agent_set_drop(&rest, agent_name_generic());
	return !agent_set_empty(&rest);
}

/* `ai: claude opus`, `anthropic:claude-opus-4.6`, `claude code: the parser`. */
static bool halves_resolve(const struct name_words *words, size_t colon, struct agent_name *named)
{
	bool front = part_resolve(words, 0, colon, named);

	if (colon == words->count || (front && names_tool(named)))
		return front;
	return part_resolve(words, colon, words->count, named) || front;
}

static void part_end(struct name_words *words, struct agent_name *named)
{
	size_t colon = words->colon <= words->count ? words->colon : words->count;

	if (!words->count)
		return;
	named->whole &= !words->overflow && halves_resolve(words, colon, named);
	*words = (struct name_words){ .colon = SIZE_MAX };
}

/* What stood between two words: does it end a part, open or close brackets, hold a colon? */
struct gap {
	bool ends, colon, slash, inner; /* inner: `TOOL <provider/model>` */
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
		if (gap.depth)
			continue;
		gap.ends |= c && strchr(",;&|+/<", c) != NULL;
		gap.slash |= c == '/';
		gap.inner |= c == '<';
		gap.colon |= c == ':';
	}
	return gap;
}

static bool is_and(struct span word)
{
	return span_is(word, "and") || span_is(word, "or");
}

/* Reads the words outside of round brackets, part by part, and resolves each. */
static struct agent_name outside_resolve(struct span text)
{
	struct agent_name named = { .whole = true };
	struct name_words words = { .colon = SIZE_MAX };
	struct span between, word;
	struct gap gap = { 0 };
	bool provided = false;

	while ((word = spelling_word(&text, &between)).len) {
		gap = gap_of(between, gap.depth);
		if (gap.slash && words.count &&
			SPELLING_LISTED(providers, words.word[words.count - 1])) {
			words.count--;
			gap.ends = false;
			provided = true;
		}
		if (gap.ends || (!gap.depth && is_and(word)))
			part_end(&words, &named);
		if (gap.depth)
			continue;
		if (gap.inner && names_tool(&named))
			break;
		if (gap.colon && words.colon == SIZE_MAX)
			words.colon = words.count;
		if (!is_and(word))
			name_words_add(&words, word);
	}
	part_end(&words, &named);
	if (provided && !named.any)
		generic_add(&named);
	named.whole &= named.any;
	return named;
}

/* What stands in the first round brackets, which have none in them; empty: nothing. */
static struct span inside_of(struct span text)
{
	const char *open = text.len ? memchr(text.data, '(', text.len) : NULL;
	const char *close = open ? memchr(open, ')', (size_t)(text.data + text.len - open)) : NULL;

	return close ? (struct span){ open + 1, (size_t)(close - open - 1) }
		     : (struct span){ text.data, 0 };
}

/* Where only a model as such is named, whose it is may be in brackets: `AI (Claude Opus 4.5)`. */
struct agent_name agent_name_resolve(struct span text)
{
	struct agent_name named = outside_resolve(text), inside;

	if (!named.any || names_tool(&named))
		return named;
	inside = outside_resolve(inside_of(text));
	agent_set_join(&named.all, &inside.all);
	agent_set_join(&named.likely, &inside.likely);
	agent_set_join(&named.sure, &inside.sure);
	return named;
}

void agent_name_particular(struct agent_set *set)
{
	struct agent_set rest = *set;

	agent_set_drop(&rest, agent_name_generic());
	if (!agent_set_empty(&rest))
		*set = rest;
}
