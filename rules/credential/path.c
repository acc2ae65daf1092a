/*
 * What the path of a file says about its text.
 */
#include "rules/credential/scan.h"

#include "rules/credential/words.h"

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

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/*
 * What the parts of a name say: `x_test.go`, `x.spec.ts`, `test_x.py`, `XTest.java`,
 * `integration-tests`.
 */
static unsigned parts_say(struct span name, const struct word_table *words)
{
	unsigned bits = 0;
	size_t start = 0;

	for (size_t i = 0; i <= name.len; i++) {
		bool sign = i == name.len || !credential_alnum(name.data[i]);
		bool hump = !sign && i > start && upper(name.data[i]) &&
			    (!upper(name.data[i - 1]) ||
				    (i + 1 < name.len && credential_alnum(name.data[i + 1]) &&
					    !upper(name.data[i + 1])));

		if (!sign && !hump)
			continue;
		bits |= words_find(words, ((struct span){ name.data + start, i - start }));
		start = i + sign;
	}
	return bits;
}

/* `.env` of `.env.production` */
static struct span without_ending(struct span name)
{
	const char *dot = memrchr(name.data, '.', name.len);

	return (struct span){ name.data, dot ? (size_t)(dot - name.data) : 0 };
}

/* The bits of the name's ending, or of a name without one. */
static unsigned ending_says(struct span name)
{
	const char *dot = memrchr(name.data, '.', name.len);
	size_t at = dot ? (size_t)(dot - name.data) + 1 : 0;

	return words_find(&words_path_endings, (struct span){ name.data + at, name.len - at });
}

/* A patch is what the first file is that it changes. */
static unsigned patched(struct span bytes)
{
	size_t n = bytes.len < 65536 ? bytes.len : 65536;
	const char *head = memmem(bytes.data, n, "\n+++ ", 5), *end;

	if (!head)
		return 0;
	head += 5;
	end = memchr(head, '\n', (size_t)(bytes.data + bytes.len - head));
	return ending_says((struct span){ head,
		       end ? (size_t)(end - head) : (size_t)(bytes.data + bytes.len - head) }) &
	       (TEXT_CODE | TEXT_CONFIG | TEXT_PLAIN | TEXT_SHELL);
}

/* `api-docs`, `usage_examples`: what the last word says. */
static unsigned documents(struct span folder)
{
	size_t at = folder.len;

	while (at > 0 && credential_alnum(folder.data[at - 1]))
		at--;
	return at == 0 ? 0
		       : words_find(&words_folder_tails,
				 ((struct span){ folder.data + at, folder.len - at }));
}

/* `OrderIT.java`, as Maven calls tests of the whole. */
static bool integration_test(struct span name)
{
	const char *dot = memrchr(name.data, '.', name.len);
	size_t n = dot ? (size_t)(dot - name.data) : 0;

	return n > 2 && memcmp(dot - 2, "IT", 2) == 0 && !upper(dot[-3]) &&
	       credential_alnum(dot[-3]);
}

unsigned credential_text_of(struct span path, struct span bytes)
{
	unsigned bits = 0;
	size_t start = 0;

	for (size_t i = 0; i < path.len; i++) {
		if (path.data[i] == '/') {
			struct span folder = { path.data + start, i - start };

			bits |= words_find(&words_path_folders, folder) |
				parts_say(folder, &words_folder_parts) | documents(folder);
			start = i + 1;
		}
	}
	bits |= words_find(
		&words_path_names, ((struct span){ path.data + start, path.len - start }));
	bits |= words_find(&words_path_names,
		without_ending((struct span){ path.data + start, path.len - start }));
	bits |= ending_says((struct span){ path.data + start, path.len - start });
	if ((bits & TEXT_CODE) &&
		integration_test((struct span){ path.data + start, path.len - start }))
		bits |= TEXT_TEST;
	if (bits & TEXT_PATCH)
		bits |= patched(bytes);
	if (!(bits & (TEXT_CODE | TEXT_CONFIG)))
		bits |= looks(bytes);
	if ((bits & TEXT_CONFIG) && !(bits & TEXT_CODE))
		bits |= parts_say(
			(struct span){ path.data + start, path.len - start }, &words_sample_parts);
	/* Of what sets up a test environment its name says nothing. */
	if ((bits & TEXT_CODE) || !(bits & TEXT_CONFIG) || (bits & TEXT_SHELL))
		bits |= parts_say(
			(struct span){ path.data + start, path.len - start }, &words_file_parts);
	return bits;
}
