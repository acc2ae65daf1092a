#include "common/policy/exists.h"

#include <string.h>

#include "common/base/file.h"
#include "common/policy/load.h"

#define FILE_MAX ((size_t)4 << 20)

int policy_file_check(struct policy_loading *l, const struct json_at *at, const char *path)
{
	struct buf text = BUF_INIT(FILE_MAX);
	struct fault why = { 0 };
	int status = 0;

	if (!l->errors)
		return 0;
	if (file_read(path, &text, &why) < 0)
		status = policy_warn(l, at, "the file cannot be read: %s", why.text);
	else if (!text.len)
		status = policy_warn(l, at, "%s: the file is empty", path);
	else if (strstr(text.data, "PRIVATE KEY"))
		status = policy_warn(l, at,
			"%s holds a private key: export the public one into it, and take this one "
			"out of use",
			path);
	buf_release(&text);
	return status;
}

/* How many names stand between the slashes. */
static size_t names_in(const char *path)
{
	size_t count = *path != '\0';

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/'))
		count += slash[1] != '\0';
	return count;
}

/* Offers the beginning of each path that has as many names as the word. */
static void offer_paths(struct policy_loading *l, struct typo *typo)
{
	const struct policy_exists *e = l->sources->exists;
	size_t wanted = names_in(typo->word);
	char last[256] = "";

	for (size_t i = 0; wanted && i < e->path_count; i++) {
		const char *end = e->paths[i];
		char *copy;

		for (size_t n = 0; end && n < wanted; n++) {
			end = strchr(end, '/');
			end = end && n + 1 < wanted ? end + 1 : end;
		}
		if (!end && names_in(e->paths[i]) != wanted)
			continue;
		if (!end)
			end = e->paths[i] + strlen(e->paths[i]);
		if ((size_t)(end - e->paths[i]) >= sizeof(last) ||
			(strncmp(last, e->paths[i], (size_t)(end - e->paths[i])) == 0 &&
				!last[end - e->paths[i]]))
			continue;
		memcpy(last, e->paths[i], (size_t)(end - e->paths[i]));
		last[end - e->paths[i]] = '\0';
		copy = arena_strdup(l->arena, last);
		if (copy)
			typo_offer(typo, copy);
	}
}

/* The pattern without `!` and the slashes around it, or NULL: it is no plain name. */
static const char *plain_of(struct policy_loading *l, const char *pattern)
{
	char *copy;
	size_t len;

	pattern += *pattern == '!';
	pattern += *pattern == '/';
	len = strlen(pattern);
	if (len > 3 && strcmp(pattern + len - 3, "/**") == 0)
		len -= 3;
	else if (len && pattern[len - 1] == '/')
		len--;
	copy = len ? arena_copy(l->arena, pattern, len) : NULL;
	return copy && !strpbrk(copy, "*?[\\") ? copy : NULL;
}

/* Whether some path or ref is matched by the pattern alone.  1, 0, or -1. */
static int any_matches(struct policy_loading *l, const char *pattern, enum pattern_mode mode)
{
	const struct policy_exists *e = l->sources->exists;
	struct pattern_set *set = NULL;
	bool ref = strncmp(pattern, "refs/", 5) == 0;
	size_t count = ref ? e->ref_count : e->path_count;
	int found = 0;

	if (pattern_set_new(&set, mode, l->fault) < 0)
		return -1;
	if (pattern_set_list(set) < 0 || pattern_set_add(set, 0, span_of(pattern), l->fault) < 0)
		found = -1;
	for (size_t i = 0; !found && i < count; i++)
		found = pattern_set_has(set, 0,
			span_of(ref                        ? e->refs[i]
				: mode == PATTERN_GENEROUS ? e->folded[i]
							   : e->paths[i]));
	pattern_set_free(set);
	return found;
}

int policy_exists_check(struct policy_loading *l, const struct json_at *at, const char *pattern,
	enum pattern_mode mode)
{
	bool ref = strncmp(pattern + (*pattern == '!'), "refs/", 5) == 0;
	const struct policy_exists *e = l->sources->exists;
	const char *plain;
	struct typo typo;
	int found;

	if (!e || strcmp(pattern + (*pattern == '!'), "HEAD") == 0)
		return 0;
	found = any_matches(l, pattern + (*pattern == '!'), mode);
	if (found)
		return found < 0 ? -1 : 0;
	plain = plain_of(l, pattern);
	typo = typo_begin(plain ? plain : "");
	for (size_t i = 0; plain && ref && i < e->ref_count; i++)
		typo_offer(&typo, e->refs[i]);
	if (plain && !ref)
		offer_paths(l, &typo);
	if (!typo.found)
		return policy_warn(l, at, "'%s' matches no %s of this repository", pattern,
			ref ? "ref" : "file");
	pattern += *pattern == '!';
	return policy_warn(l, at, "'%s' matches no %s of this repository (did you mean '%s%s%s'?)",
		pattern, ref ? "ref" : "file", *pattern == '/' ? "/" : "", typo.found,
		!ref && pattern[strlen(pattern) - 1] == '/' ? "/" : "");
}
