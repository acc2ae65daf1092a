/*
 * Patterns of CODEOWNERS.  GitHub's and GitLab's are turned into a string of small instructions and
 * matched by following all states at once; Gitea's expressions are matched by PCRE2's matcher
 * without backtracking, which knows no back references.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "common/path/codeowners_private.h"

#define PATTERN_MAX 2048
#define EXPRESSION_STEPS 1000000
#define WORKSPACE 4096

/* Instructions; any other byte stands for itself. */
enum {
	OP_ONE = 1,  /* one byte that is no slash */
	OP_NAME = 2, /* any bytes without a slash */
	OP_ANY = 3,  /* any bytes */
	OP_BYTE = 4, /* the byte that follows */
	OP_DIRS = 5, /* nothing, or any bytes that end with a slash */
	OP_REST = 6, /* the end, or a slash; OP_ANY follows, and ends the code */
};

struct pattern_code {
	char code[2 * PATTERN_MAX + 16];
	size_t len;
	bool sets; /* a `[` stands in it, which is not understood */
};

static void put(struct pattern_code *w, char op)
{
	w->code[w->len++] = op;
}

static void put_byte(struct pattern_code *w, char byte)
{
	if ((unsigned char)byte <= OP_REST)
		put(w, OP_BYTE);
	put(w, byte);
}

/* `**` between slashes or at an end; what it takes of the pattern, 0: it is no such. */
static size_t put_stars(struct pattern_code *w, struct span pattern, size_t at)
{
	bool begins = at == 0 || pattern.data[at - 1] == '/';
	size_t left = pattern.len - at;

	if (left < 2 || pattern.data[at] != '*' || pattern.data[at + 1] != '*' || !begins)
		return 0;
	if (left == 2) {
		put(w, OP_ANY);
		return 2;
	}
	if (pattern.data[at + 2] != '/')
		return 0;
	put(w, OP_DIRS);
	return 3;
}

static void put_pattern(struct pattern_code *w, struct span pattern)
{
	for (size_t at = 0; at < pattern.len;) {
		size_t taken = put_stars(w, pattern, at);
		char byte = pattern.data[at];

		if (taken) {
			at += taken;
			continue;
		}
		if (byte == '*') {
			put(w, OP_NAME);
		} else if (byte == '?') {
			put(w, OP_ONE);
		} else if (byte == '\\' && at + 1 < pattern.len) {
			put_byte(w, pattern.data[++at]);
		} else {
			w->sets = w->sets || byte == '[';
			put_byte(w, byte);
		}
		at++;
	}
}

/*
 * gitignore(5) without sets and negation: a slash that is not the last ties it to the root, and
 * folders have all below.
 */
static void put_github(struct pattern_code *w, struct span pattern)
{
	bool folder = pattern.len > 1 && pattern.data[pattern.len - 1] == '/';
	struct span body = { pattern.data, pattern.len - folder };
	bool rooted = body.len && memchr(body.data, '/', body.len);
	bool star =
		body.len > 1 && body.data[body.len - 1] == '*' && body.data[body.len - 2] == '/';

	if (body.len && body.data[0] == '/')
		body = (struct span){ body.data + 1, body.len - 1 };
	if (!rooted)
		put(w, OP_DIRS);
	put_pattern(w, body);
	if (folder) {
		put_byte(w, '/');
		put(w, OP_ANY);
	} else if (!star) {
		put(w, OP_REST);
		put(w, OP_ANY);
	}
}

/*
 * As GitLab's own: at any depth unless it begins with a slash; only a last slash means all below.
 */
static void put_gitlab(struct pattern_code *w, struct span pattern)
{
	bool folder = pattern.data[pattern.len - 1] == '/';

	if (pattern.data[0] == '/')
		pattern = (struct span){ pattern.data + 1, pattern.len - 1 };
	else
		put(w, OP_DIRS);
	put_pattern(w, pattern);
	if (folder)
		put(w, OP_ANY);
}

const char *codeowners_pattern(struct codeowners *owners, struct span pattern, bool *memory)
{
	struct pattern_code w = { .len = 0 };
	char *code;

	if (!pattern.len || pattern.len > PATTERN_MAX)
		return NULL;
	if (owners->syntax == CODEOWNERS_GITLAB)
		put_gitlab(&w, pattern);
	else
		put_github(&w, pattern);
	if (w.sets)
		return NULL;
	code = arena_copy(&owners->arena, w.code, w.len);
	*memory = !code;
	return code;
}

/* The states that are alive: places in the code. */
struct states {
	bool alive[2 * PATTERN_MAX + 17];
};

/*
 * Who stands before what may be nothing stands behind it, too.  Behind folders, only where one
 * ends: at the beginning, or when the last byte was a slash.
 */
static void spread(struct states *s, const char *code, size_t len, bool boundary)
{
	for (size_t i = 0; i < len; i++) {
		if (s->alive[i] && (code[i] == OP_NAME || code[i] == OP_ANY ||
					   (code[i] == OP_DIRS && boundary)))
			s->alive[i + 1] = true;
		i += code[i] == OP_BYTE;
	}
}

/* Takes a byte from the state at that place to the next ones. */
static void take(const char *code, size_t at, char byte, struct states *next)
{
	switch (code[at]) {
	case OP_ONE:
		next->alive[at + 1] |= byte != '/';
		break;
	case OP_NAME:
		next->alive[at] |= byte != '/';
		break;
	case OP_ANY:
	case OP_DIRS:
		next->alive[at] = true;
		break;
	case OP_REST:
		next->alive[at + 1] |= byte == '/';
		break;
	case OP_BYTE:
		next->alive[at + 2] |= code[at + 1] == byte;
		break;
	default:
		next->alive[at + 1] |= code[at] == byte;
	}
}

bool codeowners_pattern_has(struct codeowners *owners, const char *code, struct span path)
{
	static struct states two[2];
	struct states *now = &two[0], *next = &two[1];
	size_t len = strlen(code);

	owners->steps += (uint64_t)len * path.len + len;
	memset(now->alive, 0, len + 1);
	now->alive[0] = true;
	spread(now, code, len, true);
	for (size_t i = 0; i < path.len; i++) {
		struct states *then = now;

		memset(next->alive, 0, len + 1);
		for (size_t at = 0; at < len; at++) {
			if (now->alive[at])
				take(code, at, path.data[i], next);
			at += code[at] == OP_BYTE;
		}
		spread(next, code, len, path.data[i] == '/');
		now = next;
		next = then;
	}
	return now->alive[len] || (len >= 2 && code[len - 2] == OP_REST && now->alive[len - 2]);
}

/* The compiled expression of the line; NULL: it is none that can be compiled. */
static pcre2_code *expression(struct codeowners *owners, size_t line)
{
	const char *pattern = owners->lines[line].pattern;
	pcre2_code **codes = owners->codes;
	int error;
	PCRE2_SIZE offset;

	if (!codes)
		codes = owners->codes = calloc(owners->count + 1, sizeof(*codes));
	if (!codes || strlen(pattern) > PATTERN_MAX)
		return NULL;
	if (!codes[line])
		codes[line] = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
			PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C, &error,
			&offset, NULL);
	return codes[line];
}

int codeowners_expression_has(struct codeowners *owners, size_t line, struct span path)
{
	int workspace[WORKSPACE], outcome;
	pcre2_code *code = expression(owners, line);
	pcre2_match_context *limits = code ? pcre2_match_context_create(NULL) : NULL;
	pcre2_match_data *match = limits ? pcre2_match_data_create(2, NULL) : NULL;

	owners->steps += path.len + 100;
	if (!match) {
		pcre2_match_context_free(limits);
		return -1;
	}
	(void)pcre2_set_match_limit(limits, EXPRESSION_STEPS);
	(void)pcre2_set_depth_limit(limits, 1000);
	outcome = pcre2_dfa_match(
		code, (PCRE2_SPTR)path.data, path.len, 0, 0, match, limits, workspace, WORKSPACE);
	pcre2_match_data_free(match);
	pcre2_match_context_free(limits);
	return outcome >= 0 ? 1 : outcome == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

void codeowners_expressions_release(struct codeowners *owners)
{
	pcre2_code **codes = owners->codes;

	for (size_t i = 0; codes && i < owners->count; i++)
		pcre2_code_free(codes[i]);
	free(codes);
	owners->codes = NULL;
}
