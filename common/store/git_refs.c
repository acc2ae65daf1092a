#include "common/store/git_refs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 30
#define PACKET_MAX 65520 /* the longest, by the protocol */
#define LEFT_MAX 1000    /* lines of an answer that are worth reading to its end, unused */
#define TARGET_MAX 4096

/* Nothing of the machine's, the user's or the push's own settings. */
static char *const environment[] = {
	(char[]){ "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
	(char[]){ "LC_ALL=C" },
	(char[]){ "HOME=/nonexistent" },
	(char[]){ "GIT_CONFIG_NOSYSTEM=1" },
	(char[]){ "GIT_CONFIG_GLOBAL=/dev/null" },
	(char[]){ "GIT_NO_REPLACE_OBJECTS=1" },
	(char[]){ "GIT_NO_LAZY_FETCH=1" },
	(char[]){ "GIT_PROTOCOL=version=2" },
	NULL,
};

enum packet {
	PACKET_LINE,
	PACKET_FLUSH,
};

static int odd(struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "git upload-pack says what is not understood");
}

/* Reads a packet; a line is left in text, without its line feed.  Its kind, or -1. */
static int packet_read(struct git_refs *refs, char text[PACKET_MAX + 1], struct fault *f)
{
	char digits[5] = "", *end;
	unsigned long len;

	if (talk_bytes(&refs->talk, digits, 4, f) < 0)
		return -1;
	len = strtoul(digits, &end, 16);
	if (end != digits + 4 || (len && len < 5) || len > PACKET_MAX)
		return odd(f);
	if (!len)
		return PACKET_FLUSH;
	len -= 4;
	if (talk_bytes(&refs->talk, text, len, f) < 0)
		return -1;
	len -= text[len - 1] == '\n';
	text[len] = '\0';
	return strlen(text) == len ? PACKET_LINE : odd(f);
}

/* Starts it, and reads past what it says of itself. */
static int begin(struct git_refs *refs, struct fault *f)
{
	const char *argv[] = { "git", "-c", "safe.directory=*", "-c", "transfer.hideRefs=!HEAD",
		"-c", "transfer.hideRefs=!refs", "-c", "uploadpack.hideRefs=!HEAD", "-c",
		"uploadpack.hideRefs=!refs", "-c", "lsrefs.unborn=allow", "upload-pack", "--strict",
		refs->git_dir, NULL };
	struct run what = { .argv = argv, .env = environment, .seconds = SECONDS };
	char text[PACKET_MAX + 1];
	int got;

	if (talk_is_open(&refs->talk))
		return 0;
	if (talk_begin(&refs->talk, &what, f) < 0)
		return -1;
	got = packet_read(refs, text, f);
	if (got == PACKET_LINE && strcmp(text, "version 2") != 0)
		return odd(f);
	while (got == PACKET_LINE)
		got = packet_read(refs, text, f);
	return got < 0 ? -1 : 0;
}

static void packet_add(struct buf *out, const char *word, const char *value)
{
	buf_addf(out, "%04zx%s%s\n", strlen(word) + strlen(value) + 5, word, value);
}

static int ask(struct git_refs *refs, const char *prefix, struct fault *f)
{
	struct buf question = BUF_INIT(PACKET_MAX);
	int status;

	packet_add(&question, "command=ls-refs", "");
	packet_add(&question, "object-format=", oid_format(refs->id_len));
	buf_adds(&question, "0001");
	packet_add(&question, "symrefs", "");
	packet_add(&question, "unborn", "");
	packet_add(&question, "ref-prefix ", prefix);
	buf_adds(&question, "0000");
	status = question.failed ? fault_set(f, FAULT_PUSHER, "ref name too long")
				 : talk_ask(&refs->talk, buf_span(&question), f);
	buf_release(&question);
	return status;
}

/* `ID NAME`, `ID NAME symref-target:NAME` or `unborn NAME symref-target:NAME`. */
static int line_parse(const struct git_refs *refs, char *line, struct git_ref *out)
{
	static const char word[] = "symref-target:";
	char *name = strchr(line, ' '), *more;

	*out = (struct git_ref){ .id.len = (unsigned char)refs->id_len };
	if (!name)
		return -1;
	*name++ = '\0';
	out->name = name;
	more = strchr(name, ' ');
	if (more)
		*more++ = '\0';
	if (more && strncmp(more, word, sizeof(word) - 1) == 0)
		out->target = more + sizeof(word) - 1;
	if (!*name || (more && (!out->target || !*out->target)))
		return -1;
	if (strcmp(line, "unborn") == 0)
		return out->target ? 0 : -1;
	return oid_parse_as(&out->id, refs->id_len, span_of(line));
}

/* Tells of the answer's refs until `each` has had enough; the rest is read, too, if it is short. */
static int answer_read(struct git_refs *refs, const char *prefix, git_refs_each *each,
	void *context, struct fault *f)
{
	char text[PACKET_MAX + 1];
	size_t unused = 0;
	int result = 0, got;

	while ((got = packet_read(refs, text, f)) == PACKET_LINE) {
		struct git_ref ref;

		if (result) {
			if (++unused == LEFT_MAX)
				break;
			continue;
		}
		if (line_parse(refs, text, &ref) < 0)
			return odd(f);
		/* git may tell of more than it is asked for */
		if (strncmp(ref.name, prefix, strlen(prefix)) == 0)
			result = each(context, &ref);
	}
	refs->asked = got != PACKET_FLUSH;
	return got < 0 ? -1 : result;
}

int git_refs_list(struct git_refs *refs, const char *prefix, git_refs_each *each, void *context,
	struct fault *f)
{
	struct git_refs other = { .git_dir = refs->git_dir, .id_len = refs->id_len };
	int result = -1;

	if (refs->asked && talk_is_open(&refs->talk)) { /* `each` of one list asks for another */
		result = git_refs_list(&other, prefix, each, context, f);
		git_refs_end(&other);
		return result;
	}
	if (begin(refs, f) == 0) {
		refs->asked = true;
		if (ask(refs, prefix, f) == 0)
			result = answer_read(refs, prefix, each, context, f);
	}
	if (result < 0)
		(void)fault_context(f, "refs cannot be read");
	if (result < 0 || refs->asked)
		git_refs_end(refs);
	return result;
}

/* Runs one git that answers and ends. */
static int ask_once(const struct git_refs *refs, const char *const *words, struct buf *answer,
	int *status, struct fault *f)
{
	const char *argv[10] = { "git", "-c", "safe.directory=*", "--git-dir", refs->git_dir };
	struct run what = { .argv = argv, .env = environment, .seconds = SECONDS };

	for (size_t i = 0; words[i]; i++)
		argv[5 + i] = words[i];
	buf_clear(answer);
	return run(&what, answer, status, f);
}

int git_refs_unlisted(const struct git_refs *refs, const char *name, char **target, struct fault *f)
{
	const char *const exists[] = { "show-ref", "--exists", name, NULL };
	const char *const leads[] = { "symbolic-ref", "--quiet", "--no-recurse", name, NULL };
	struct buf answer = BUF_INIT(TARGET_MAX);
	int exited, status = ask_once(refs, exists, &answer, &exited, f);
	bool there = status == 0 && exited == 0;

	*target = NULL;
	if (status == 0 && exited != 0 && exited != 2)
		status = fault_set(f, FAULT_ADMIN, "git cannot read ref %s", name);
	if (there)
		status = ask_once(refs, leads, &answer, &exited, f);
	if (there && status == 0 && exited == 0 && answer.len > 1 && !answer.failed) {
		answer.data[answer.len - 1] = '\0';
		*target = strdup(answer.data);
		status = *target ? 0 : fault_memory(f);
	}
	buf_release(&answer);
	return status < 0 ? -1 : there;
}

void git_refs_end(struct git_refs *refs)
{
	if (talk_is_open(&refs->talk))
		talk_end(&refs->talk);
	refs->asked = false;
}
