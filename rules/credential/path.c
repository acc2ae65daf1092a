#include "rules/credential/path.h"

/* Lists of these are sorted by the word. */
struct word_bits {
	const char *word;
	unsigned bits;
};

static const struct word_bits endings[] = {
	{ "1", TEXT_TEST },
	{ "3", TEXT_TEST },
	{ "5", TEXT_TEST },
	{ "7", TEXT_TEST },
	{ "8", TEXT_TEST },
	{ "adoc", TEXT_CONFIG | TEXT_TEST },
	{ "arb", TEXT_LOCALE },
	{ "as", TEXT_CODE },
	{ "bash", TEXT_CONFIG },
	{ "bat", TEXT_CONFIG },
	{ "c", TEXT_CODE },
	{ "cc", TEXT_CODE },
	{ "cfg", TEXT_CONFIG },
	{ "cjs", TEXT_CODE },
	{ "clj", TEXT_CODE },
	{ "cmd", TEXT_CONFIG },
	{ "cnf", TEXT_CONFIG },
	{ "coffee", TEXT_CODE },
	{ "conf", TEXT_CONFIG },
	{ "config", TEXT_CONFIG },
	{ "cpp", TEXT_CODE },
	{ "cr", TEXT_CODE },
	{ "cs", TEXT_CODE },
	{ "csv", TEXT_CONFIG | TEXT_TABLE },
	{ "cxx", TEXT_CODE },
	{ "d", TEXT_CODE },
	{ "dart", TEXT_CODE },
	{ "dockerfile", TEXT_CONFIG },
	{ "env", TEXT_CONFIG },
	{ "erl", TEXT_CODE },
	{ "ex", TEXT_CODE },
	{ "exs", TEXT_CODE },
	{ "fish", TEXT_CONFIG },
	{ "fs", TEXT_CODE },
	{ "go", TEXT_CODE },
	{ "groovy", TEXT_CODE },
	{ "h", TEXT_CODE },
	{ "hcl", TEXT_CONFIG },
	{ "hh", TEXT_CODE },
	{ "hpp", TEXT_CODE },
	{ "hs", TEXT_CODE },
	{ "ini", TEXT_CONFIG },
	{ "java", TEXT_CODE },
	{ "jl", TEXT_CODE },
	{ "js", TEXT_CODE },
	{ "jsx", TEXT_CODE },
	{ "ksh", TEXT_CONFIG },
	{ "kt", TEXT_CODE },
	{ "kts", TEXT_CODE },
	{ "lock", TEXT_LOCK },
	{ "log", TEXT_CONFIG },
	{ "lua", TEXT_CODE },
	{ "m", TEXT_CODE },
	{ "md", TEXT_CONFIG | TEXT_TEST },
	{ "mjs", TEXT_CODE },
	{ "ml", TEXT_CODE },
	{ "mm", TEXT_CODE },
	{ "mo", TEXT_LOCALE },
	{ "netrc", TEXT_CONFIG },
	{ "nim", TEXT_CODE },
	{ "npmrc", TEXT_CONFIG },
	{ "php", TEXT_CODE },
	{ "pl", TEXT_CODE },
	{ "plist", TEXT_CONFIG },
	{ "pm", TEXT_CODE },
	{ "po", TEXT_LOCALE },
	{ "pod", TEXT_TEST },
	{ "pot", TEXT_LOCALE },
	{ "properties", TEXT_CONFIG },
	{ "props", TEXT_CONFIG },
	{ "ps1", TEXT_CONFIG },
	{ "psm1", TEXT_CONFIG },
	{ "py", TEXT_CODE },
	{ "pypirc", TEXT_CONFIG },
	{ "pyx", TEXT_CODE },
	{ "r", TEXT_CODE },
	{ "rb", TEXT_CODE },
	{ "reg", TEXT_CONFIG },
	{ "resx", TEXT_LOCALE },
	{ "rs", TEXT_CODE },
	{ "rst", TEXT_CONFIG | TEXT_TEST },
	{ "scala", TEXT_CODE },
	{ "service", TEXT_CONFIG },
	{ "sh", TEXT_CONFIG },
	{ "sol", TEXT_CODE },
	{ "sql", TEXT_CONFIG },
	{ "strings", TEXT_LOCALE },
	{ "sum", TEXT_LOCK },
	{ "svelte", TEXT_CODE },
	{ "swift", TEXT_CODE },
	{ "tex", TEXT_TEST },
	{ "tf", TEXT_CONFIG },
	{ "tfvars", TEXT_CONFIG },
	{ "toml", TEXT_CONFIG },
	{ "ts", TEXT_CODE },
	{ "tsv", TEXT_CONFIG | TEXT_TABLE },
	{ "tsx", TEXT_CODE },
	{ "txt", TEXT_CONFIG },
	{ "vb", TEXT_CODE },
	{ "vue", TEXT_CODE },
	{ "xlf", TEXT_LOCALE },
	{ "xliff", TEXT_LOCALE },
	{ "yaml", TEXT_CONFIG },
	{ "yml", TEXT_CONFIG },
	{ "zig", TEXT_CODE },
	{ "zsh", TEXT_CONFIG },
};

static const struct word_bits folders[] = {
	{ "__tests__", TEXT_TEST },
	{ "demo", TEXT_TEST },
	{ "demos", TEXT_TEST },
	{ "doc", TEXT_TEST },
	{ "docs", TEXT_TEST },
	{ "documentation", TEXT_TEST },
	{ "example", TEXT_TEST },
	{ "examples", TEXT_TEST },
	{ "fixture", TEXT_TEST },
	{ "fixtures", TEXT_TEST },
	{ "i18n", TEXT_LOCALE },
	{ "l10n", TEXT_LOCALE },
	{ "lang", TEXT_LOCALE },
	{ "langs", TEXT_LOCALE },
	{ "locale", TEXT_LOCALE },
	{ "locale-data", TEXT_LOCALE },
	{ "locales", TEXT_LOCALE },
	{ "localisation", TEXT_LOCALE },
	{ "localization", TEXT_LOCALE },
	{ "messages", TEXT_LOCALE },
	{ "mock", TEXT_TEST },
	{ "mocks", TEXT_TEST },
	{ "sample", TEXT_TEST },
	{ "samples", TEXT_TEST },
	{ "spec", TEXT_TEST },
	{ "specs", TEXT_TEST },
	{ "test", TEXT_TEST },
	{ "testdata", TEXT_TEST },
	{ "testing", TEXT_TEST },
	{ "tests", TEXT_TEST },
	{ "translations", TEXT_LOCALE },
};

static const struct word_bits whole[] = {
	{ ".env", TEXT_CONFIG },
	{ ".htpasswd", TEXT_CONFIG },
	{ ".my.cnf", TEXT_CONFIG },
	{ ".netrc", TEXT_CONFIG },
	{ ".npmrc", TEXT_CONFIG },
	{ ".pgpass", TEXT_CONFIG },
	{ ".pypirc", TEXT_CONFIG },
	{ "cargo.lock", TEXT_LOCK },
	{ "composer.lock", TEXT_LOCK },
	{ "config", TEXT_CONFIG },
	{ "credentials", TEXT_CONFIG },
	{ "dockerfile", TEXT_CONFIG },
	{ "flake.lock", TEXT_LOCK },
	{ "gemfile.lock", TEXT_LOCK },
	{ "go.sum", TEXT_LOCK },
	{ "makefile", TEXT_CONFIG },
	{ "npm-shrinkwrap.json", TEXT_LOCK },
	{ "package-lock.json", TEXT_LOCK },
	{ "packages.lock.json", TEXT_LOCK },
	{ "pipfile.lock", TEXT_LOCK },
	{ "pnpm-lock.yaml", TEXT_LOCK },
	{ "poetry.lock", TEXT_LOCK },
	{ "yarn.lock", TEXT_LOCK },
};

static unsigned bits_of(const struct word_bits *table, size_t count, struct span word)
{
	char key[32];
	struct span folded = { key, word.len };
	size_t low = 0, high = count;

	if (word.len > sizeof(key))
		return 0;
	for (size_t i = 0; i < word.len; i++)
		key[i] = credential_lower(word.data[i]);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = span_compare(folded, span_of(table[middle].word));

		if (order == 0)
			return table[middle].bits;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

#define BITS_OF(table, word) bits_of(table, sizeof(table) / sizeof(table[0]), word)

/* An unknown path is judged by how the text looks: lines that end in `;` or `{` are code. */
static unsigned looks(struct span bytes)
{
	size_t lines = 0, code = 0, n = bytes.len < 8192 ? bytes.len : 8192;

	for (size_t i = 1; i < n; i++)
		if (bytes.data[i] == '\n' && bytes.data[i - 1] != '\n') {
			lines++;
			code += strchr(";{}", bytes.data[i - 1]) && bytes.data[i - 1];
		}
	return lines >= 4 && code * 3 > lines ? TEXT_CODE : TEXT_CONFIG;
}

unsigned credential_text_of(struct span path, struct span bytes)
{
	unsigned bits = 0;
	size_t start = 0, dot = 0;

	for (size_t i = 0; i < path.len; i++) {
		if (path.data[i] == '/') {
			bits |= BITS_OF(folders, ((struct span){ path.data + start, i - start }));
			start = dot = i + 1;
		} else if (path.data[i] == '.') {
			dot = i + 1;
		}
	}
	bits |= BITS_OF(whole, ((struct span){ path.data + start, path.len - start }));
	if (dot > start)
		bits |= BITS_OF(endings, ((struct span){ path.data + dot, path.len - dot }));
	else if (start < path.len)
		bits |= BITS_OF(endings, ((struct span){ path.data + start, path.len - start }));
	if (!(bits & (TEXT_CODE | TEXT_CONFIG)))
		bits |= looks(bytes);
	return bits;
}
