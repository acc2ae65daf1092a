#include "rules/credential/path.h"

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

unsigned credential_text_of(struct span path, struct span bytes)
{
	unsigned bits = 0;
	size_t start = 0, dot = 0;

	for (size_t i = 0; i < path.len; i++) {
		if (path.data[i] == '/') {
			bits |= words_find(&words_path_folders,
				((struct span){ path.data + start, i - start }));
			start = dot = i + 1;
		} else if (path.data[i] == '.') {
			dot = i + 1;
		}
	}
	bits |= words_find(
		&words_path_names, ((struct span){ path.data + start, path.len - start }));
	if (dot > start)
		bits |= words_find(
			&words_path_endings, ((struct span){ path.data + dot, path.len - dot }));
	else if (start < path.len)
		bits |= words_find(&words_path_endings,
			((struct span){ path.data + start, path.len - start }));
	if (!(bits & (TEXT_CODE | TEXT_CONFIG)))
		bits |= looks(bytes);
	return bits;
}
