#include "common/mark/name_words.h"

#include <string.h>

#include "common/mark/catalogue.h"
#include "common/text/spelling.h"

/* What may stand behind an assistant's name without making it another's; sorted. */
static const char *const talk[] = { "action", "actions", "agent", "agents", "ai", "alpha", "api",
	"app", "apps", "assistant", "assisted", "autonomous", "beta", "bot", "build", "chat", "cli",
	"cloud", "code", "coder", "coding", "composer", "connector", "context", "desktop", "dev",
	"developer", "distill", "edition", "editor", "effort", "exp", "experimental", "extended",
	"extension", "fable", "fast", "flash", "free", "generated", "gpt", "haiku", "high", "ide",
	"instant", "instruct", "integration", "intellij", "jetbrains", "language", "large",
	"latest", "lite", "llm", "local", "low", "max", "medium", "mini", "mode", "model", "models",
	"nano", "neovim", "online", "opus", "oss", "pair", "plus", "preview", "pro", "programmer",
	"reasoning", "release", "sdk", "session", "small", "sonnet", "spark", "studio", "subagent",
	"terminal", "thinking", "tool", "tools", "turbo", "ultra", "v", "version", "vim", "vision",
	"vscode", "web", "worker", "xhigh" };

/* What a model is that has no name; sorted. */
static const char *const describing[] = { "a", "agentic", "air", "an", "anonymous", "another",
	"any", "automated", "autonomous", "based", "bespoke", "big", "certain", "chat", "closed",
	"cloud", "code", "coding", "commercial", "company", "conversational", "corporate", "custom",
	"dedicated", "deep", "deployed", "device", "different", "distilled", "edge", "enterprise",
	"experimental", "external", "fine", "finetuned", "foundation", "free", "frontier", "gapped",
	"gen", "general", "generated", "generative", "grown", "help", "her", "his", "home",
	"homebrew", "homegrown", "homemade", "hosted", "house", "in", "inhouse", "internal",
	"internally", "its", "lab", "lan", "language", "large", "larger", "learning", "local",
	"locally", "machine", "made", "multimodal", "multiple", "my", "natural", "neural", "of",
	"offline", "on", "one", "open", "other", "our", "own", "party", "pre", "prem", "premise",
	"premises", "pretrained", "private", "privately", "proprietary", "public", "purpose",
	"quantised", "quantized", "reasoning", "remote", "run", "running", "s", "self", "served",
	"several", "site", "small", "smaller", "some", "source", "sourced", "specialised",
	"specialized", "team", "text", "the", "their", "third", "tiny", "trained", "tuned",
	"undisclosed", "unidentified", "university", "unknown", "unnamed", "unspecified", "various",
	"weight", "weights", "your" };

/* What such a model is called, and what else it may be called beside one of these; sorted. */
static const char *const models[] = { "ai", "ais", "chatbot", "chatbots", "genai", "llm", "llms",
	"slm", "slms", "vlm" };
static const char *const helpers[] = { "agent", "agents", "assistance", "assistant", "assistants",
	"bot", "bots", "model", "models", "network", "networks", "support", "tool", "tools",
	"transformer" };

/* Of what describes one: what says nothing of a model, as in `our model`; sorted. */
static const char *const plain[] = { "a", "an", "another", "any", "based", "big", "certain",
	"different", "general", "general", "help", "her", "his", "in", "its", "made", "multiple",
	"my", "of", "on", "one", "other", "our", "own", "s", "several", "some", "team", "text",
	"the", "their", "third", "various", "your" };

static bool starts_digit(struct span word)
{
	return word.len && *word.data >= '0' && *word.data <= '9';
}

bool name_words_talk(struct span word)
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

bool name_words_glued(const struct name_words *words, size_t n)
{
	return n && words->word[n - 1].data + words->word[n - 1].len == words->word[n].data;
}

static bool is_name(struct span word)
{
	size_t count;

	catalogue_rows(CATALOGUE_NAMES, word, &count);
	return count > 0;
}

/* Whether a name is that word, or begins with it: `qwen3` of `qwen3 coder`. */
static bool begins_name(struct span word)
{
	size_t count;
	const struct catalogue_mark *row = catalogue_rows(CATALOGUE_NAMES, word, &count);

	return count || (row->text && strncmp(row->text, word.data, word.len) == 0 &&
				row->text[word.len] == ' ');
}

#define TALK_LEAST 2 /* letters of what may be glued to a name */

/*
 * How much of what is glued to a name is one thing: `opus` of `opus4`, `k2` of `k2`; 0: it is none,
 * and the word is another's name.
 */
static size_t glued_length(struct span rest)
{
	if (starts_digit(rest) || (rest.len > 1 && memchr("vkrm", *rest.data, 4) &&
					  rest.data[1] >= '0' && rest.data[1] <= '9'))
		return rest.len;
	for (size_t n = rest.len; n >= TALK_LEAST; n--)
		if (SPELLING_LISTED(talk, ((struct span){ rest.data, n })))
			return n;
	return 0;
}

static bool all_glued(struct span rest)
{
	size_t n = 1;

	while (rest.len && (n = glued_length(rest)) > 0)
		rest = (struct span){ rest.data + n, rest.len - n };
	return n > 0;
}

#define GLUED_MAX 40 /* longer words are nobody's name */
#define STEM_LEAST 2

/* How long the name is that the word begins with, if only a model or version is glued behind it. */
static size_t stem_of(struct span word)
{
	if (word.len > GLUED_MAX || begins_name(word))
		return word.len;
	for (size_t n = word.len - 1; word.len && n >= STEM_LEAST; n--)
		if (is_name((struct span){ word.data, n }) &&
			all_glued((struct span){ word.data + n, word.len - n }))
			return n;
	return word.len;
}

static void add(struct name_words *words, struct span word)
{
	if (words->count == NAME_WORDS_MAX)
		words->overflow = true;
	else
		words->word[words->count++] = word;
}

void name_words_add(struct name_words *words, struct span word)
{
	size_t n = stem_of(word);

	while (n < word.len) {
		add(words, (struct span){ word.data, n });
		word = (struct span){ word.data + n, word.len - n };
		n = glued_length(word);
	}
	add(words, word);
}

/* Whether the n-th word is somebody's, who has the model: `bob` of `bob's own model`. */
static bool is_owner(const struct name_words *words, size_t n, size_t end)
{
	return n + 1 < end && span_is(words->word[n + 1], "s") &&
	       words->word[n].data + words->word[n].len < words->word[n + 1].data;
}

bool name_words_describe(const struct name_words *words, size_t n, size_t end)
{
	bool model = false, helper = false, told = false;

	for (; n < end; n++) {
		struct span word = words->word[n];

		if (SPELLING_LISTED(models, word))
			model = true;
		else if (SPELLING_LISTED(helpers, word))
			helper |= span_starts(word, "model") || span_starts(word, "network") ||
				  span_starts(word, "transformer");
		else if (SPELLING_LISTED(describing, word))
			told |= !SPELLING_LISTED(plain, word);
		else if (!starts_digit(word) && !is_owner(words, n, end))
			return false;
	}
	return model || (helper && told);
}
