#include "rules/credential_path.h"

struct word_bits {
	const char *words; /* ` a b ` */
	unsigned bits;
};

static const struct word_bits endings[] = {
	{ " c h cc cpp cxx hpp hh m mm cs java kt kts scala groovy go rs swift dart py pyx rb pl "
	  "pm php js jsx "
	  "mjs cjs ts tsx vue svelte lua r jl ex exs erl hs ml fs vb d zig nim sol cr clj coffee "
	  "as ",
		TEXT_CODE },
	{ " env ini cfg conf config cnf properties props yml yaml toml sh bash zsh ksh fish bat "
	  "cmd ps1 psm1 "
	  "tf tfvars hcl txt log netrc npmrc pypirc plist reg md rst adoc service dockerfile sql "
	  "csv ",
		TEXT_CONFIG },
	{ " md rst adoc tex pod 1 3 5 7 8 ", TEXT_TEST },
	{ " po pot mo xlf xliff resx strings arb ", TEXT_LOCALE },
	{ " lock sum ", TEXT_LOCK },
};

static const struct word_bits folders[] = {
	{ " test tests testing spec specs __tests__ testdata fixtures fixture mock mocks example "
	  "examples sample "
	  "samples demo demos doc docs documentation ",
		TEXT_TEST },
	{ " locale locales i18n l10n lang langs translations messages locale-data ", TEXT_LOCALE },
};

static const struct word_bits whole[] = {
	{ " package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml go.sum cargo.lock "
	  "composer.lock "
	  "poetry.lock pipfile.lock gemfile.lock flake.lock packages.lock.json ",
		TEXT_LOCK },
	{ " dockerfile makefile .env .netrc .npmrc .pypirc .htpasswd .pgpass .my.cnf credentials "
	  "config ",
		TEXT_CONFIG },
};

static unsigned bits_of(const struct word_bits *table, size_t count, struct span word)
{
	char key[64] = " ";
	unsigned bits = 0;

	if (word.len == 0 || word.len > sizeof(key) - 3 || memchr(word.data, ' ', word.len))
		return 0;
	for (size_t i = 0; i < word.len; i++)
		key[i + 1] = credential_lower(word.data[i]);
	key[word.len + 1] = ' ';
	key[word.len + 2] = 0;
	for (size_t i = 0; i < count; i++)
		if (strstr(table[i].words, key))
			bits |= table[i].bits;
	return bits;
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
