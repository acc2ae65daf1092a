/*
 * What a value looks like: a placeholder, a word, or something nobody would write for fun.
 */
#include <math.h>

#include "rules/credential_bigrams.h"
#include "rules/credential_scan.h"

bool credential_has(struct span text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++) {
		size_t j = 0;

		if (credential_lower(text.data[i]) != word[0])
			continue;
		while (j < len && credential_lower(text.data[i + j]) == word[j])
			j++;
		if (j == len)
			return true;
	}
	return false;
}

double credential_entropy(struct span value)
{
	unsigned counts[256] = { 0 };
	double bits = 0;

	for (size_t i = 0; i < value.len; i++)
		counts[(unsigned char)value.data[i]]++;
	for (size_t i = 0; i < 256; i++)
		if (counts[i]) {
			double p = (double)counts[i] / (double)value.len;

			bits -= p * log2(p);
		}
	return bits;
}

bool credential_is_uuid(struct span value)
{
	if (value.len != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = credential_lower(value.data[i]);

		if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

/* Marks of a value that is filled in later. */
static bool templated(struct span v)
{
	static const char *const marks[] = { "${", "{{", "}}", "<%", "%>", "$(", "#{", "%s", "%d",
		"{0}", "{1}", "{}", "%{", "@@", "&lt;", "[a-z", "[0-9", "[^", "\\x", "...",
		"\xe2\x80\xa6", ");", "){", "required|", "|required", "|min:", "|max:", "****",
		"\xe2\x80\xa2", "enc[", "enc(" };
	char first = v.data[0], last = v.data[v.len - 1];

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (credential_has(v, marks[i]))
			return true;
	if ((first == '<' && last == '>') || (first == '{' && last == '}') ||
		(first == '[' && last == ']') || (first == '(' && last == ')') ||
		(first == '%' && last == '%') || (v.len > 4 && first == '_' && v.data[1] == '_'))
		return true;
	/* A tag of YAML. */
	if (first == '!' &&
		(span_is(v, "!vault") || span_is(v, "!reference") || span_is(v, "!env") ||
			span_is(v, "!secret") || span_starts(v, "!!")))
		return true;
	/* A small number of C. */
	if (span_starts(v, "0x") && v.len <= 10)
		return true;
	if (first == '$' || first == '@') {
		size_t i = 1;

		while (i < v.len && (credential_alnum(v.data[i]) || strchr("_.:->[]", v.data[i])))
			i++;
		return i == v.len && (v.len < 2 || v.data[1] < '0' || v.data[1] > '9');
	}
	return false;
}

/* Whether most of it goes up or down by one, or repeats: 12345678, abcdef, qwerty, xxxx. */
static bool regular(struct span v)
{
	size_t steps = 0, same = 0;

	for (size_t i = 1; i < v.len; i++) {
		int d = v.data[i] - v.data[i - 1];

		steps += d == 1 || d == -1 || (v.data[i - 1] == '9' && v.data[i] == '0');
		same += d == 0;
	}
	return v.len >= 4 && (same * 3 > v.len * 2 || (steps + same) * 4 > v.len * 3);
}

bool credential_typed(struct span v)
{
	static const char *const samples[] = { "akiaiosfodnn7", "wjalrxutnfemi/k7mdeng" };
	size_t same = 0, steps = 0;

	for (size_t i = 1; i < v.len; i++) {
		int d = credential_lower(v.data[i]) - credential_lower(v.data[i - 1]);

		same = d == 0 ? same + 1 : 0;
		steps = d == 1 || (v.data[i - 1] == '9' && v.data[i] == '0') ? steps + 1 : 0;
		if (same == 7 || steps == 7)
			return true;
	}
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (credential_has(v, samples[i]))
			return true;
	return false;
}

bool credential_placeholder(struct span v)
{
	static const char *const words[] = { "example", "your", "changeme", "change_me",
		"change-me", "placeholder", "dummy", "insert", "replace", "fixme", "todo", "xxxx",
		"redacted", "sample", "fake", "undefined", "foobar", "not_set", "not-set",
		"not set", "lorem", "goes_here", "goes-here", "goeshere", "my_secret", "mysecret",
		"my-secret", "secret_key", "secretkey", "secret-key", "api_key", "apikey",
		"api-key", "access_key", "auth_token", "access_token", "notreal", "not-real",
		"hunter2", "deadbeef", "removed", "masked", "process.env", "os.environ", "getenv",
		"vault:", "secretkeyref", "file:", "env:", "ssm:", "scram-sha", "sha-256", "sha256",
		"bcrypt", "argon2", "pbkdf2" };

	/* Long ones typed along a row of keys are still what opens something. */
	if (v.len == 0 || templated(v) ||
		(regular(v) && (v.len < 20 || credential_entropy(v) < 2.5)))
		return true;
	/* In what is long, most of them come by chance. */
	for (size_t i = 0; i < (v.len < 40 ? sizeof(words) / sizeof(words[0]) : 1); i++)
		if (credential_has(v, words[i]))
			return true;
	return false;
}

/* How much the letters follow each other as in words: tenths of a bit a pair over chance. */
static int wordiness(const char *letters, size_t len)
{
	int sum = 0;

	for (size_t i = 1; i < len; i++)
		sum += credential_bigrams[credential_lower(letters[i - 1]) - 'a']
					 [credential_lower(letters[i]) - 'a'];
	return len > 1 ? sum / (int)(len - 1) : 0;
}

static bool letter(char c)
{
	return (credential_lower(c) >= 'a' && credential_lower(c) <= 'z');
}

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

struct shape {
	size_t letters, digits, signs, spaces, others;
	size_t word_letters,
		odd_letters; /* letters in runs that read like words, and in those that do not */
	bool lower, upper;
};

/* One run of letters, parted where camel case parts it. */
static void count_run(struct shape *s, const char *run, size_t len)
{
	size_t start = 0;

	for (size_t i = 1; i <= len; i++) {
		bool cut =
			i == len || (upper(run[i]) && !upper(run[i - 1])) ||
			(i + 1 < len && upper(run[i - 1]) && upper(run[i]) && !upper(run[i + 1]));

		if (!cut)
			continue;
		if (i - start >= 3 && wordiness(run + start, i - start) > (i - start == 3 ? 2 : -2))
			s->word_letters += i - start;
		else
			s->odd_letters += i - start;
		start = i;
	}
}

static struct shape shape_of(struct span v)
{
	struct shape s = { 0 };

	for (size_t i = 0; i < v.len;) {
		char c = v.data[i];
		size_t run = i;

		while (run < v.len && letter(v.data[run])) {
			s.upper |= upper(v.data[run]);
			s.lower |= !upper(v.data[run]);
			run++;
		}
		if (run > i) {
			s.letters += run - i;
			count_run(&s, v.data + i, run - i);
			i = run;
			continue;
		}
		s.digits += c >= '0' && c <= '9';
		s.spaces += c == ' ' || c == '\t';
		s.others += (unsigned char)c >= 0x80 || (unsigned char)c < 32;
		s.signs += c > 32 && c < 127 && !credential_alnum(c) && c != '_' && c != '-' &&
			   c != '.';
		i++;
	}
	return s;
}

/* A path, an address without a secret, a call, a version, a name with dots. */
static bool reference(struct span v, const struct shape *s)
{
	size_t slashes = 0, dots = 0;

	for (size_t i = 0; i < v.len; i++) {
		slashes += v.data[i] == '/' || v.data[i] == '\\';
		dots += v.data[i] == '.';
	}
	if (credential_has(v, "://") || credential_has(v, "()") || credential_has(v, "->") ||
		span_starts(v, "~/") || span_starts(v, "./") || span_starts(v, "../") ||
		span_ends(v, ".pub") || span_ends(v, ".pem") || credential_has(v, "::") ||
		credential_has(v, "=>") || credential_has(v, "]["))
		return true;
	if (v.data[0] == '/' || v.data[0] == '.' || v.data[0] == '~' || span_starts(v, "./"))
		if (s->word_letters > s->odd_letters + s->digits)
			return true;
	return (slashes || dots) && s->word_letters * 4 >= (v.len - slashes - dots) * 3;
}

enum judged credential_judge(struct span v)
{
	struct shape s;
	double entropy;

	if (v.len == 0 || v.len > 4096 || credential_placeholder(v))
		return JUDGED_NOT;
	s = shape_of(v);
	if (s.others * 4 > v.len || s.spaces > 3 || reference(v, &s))
		return JUDGED_NOT;
	if (s.letters == 0 && s.signs == 0)
		return v.len >= 6 ? JUDGED_WORD : JUDGED_NOT;
	entropy = credential_entropy(v);
	if (v.len >= 16 && entropy > 3.1 && s.digits && !s.spaces &&
		s.odd_letters + s.digits > s.word_letters)
		return JUDGED_RANDOM;
	if (v.len >= 20 && entropy > 3.6 && s.lower && s.upper && !s.spaces &&
		s.odd_letters > s.word_letters)
		return JUDGED_RANDOM;
	if (s.spaces)
		return JUDGED_WORD;
	if (s.signs && s.letters && (s.digits || s.odd_letters > s.word_letters))
		return JUDGED_MIXED;
	if (s.digits && s.letters)
		return s.odd_letters + s.digits >= 2 ? JUDGED_MIXED : JUDGED_WORD;
	if (s.odd_letters > s.word_letters && v.len >= 6)
		return JUDGED_MIXED;
	return JUDGED_WORD;
}
