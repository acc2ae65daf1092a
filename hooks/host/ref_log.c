#include "hooks/host/ref_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/beneath.h"
#include "common/base/run.h"

#define WINDOW ((size_t)256 << 10) /* of a log that is read */
#define SECONDS 20

/* A line of a log. */
struct entry {
	struct oid old, new;
	struct span by; /* the first word of what git says of it */
};

static struct span first_word(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] != ' ' && text[n] != ':' && text[n] != '\n')
		n++;
	return (struct span){ text, n };
}

/* `OLD NEW NAME <MAIL> SECONDS ZONE`, then a tab and what git says of it. */
static bool entry_parse(struct entry *out, const char *line, size_t len)
{
	const char *blank = memchr(line, ' ', len), *tab = memchr(line, '\t', len);
	size_t one = blank ? (size_t)(blank - line) : 0;

	if (!blank || len < 2 * one + 2 || line[2 * one + 1] != ' ' ||
		oid_parse(&out->old, (struct span){ line, one }) < 0 ||
		oid_parse(&out->new, (struct span){ blank + 1, one }) < 0)
		return false;
	out->by =
		tab ? first_word(tab + 1, len - (size_t)(tab + 1 - line)) : (struct span){ "", 0 };
	return true;
}

/* What is read of a log: whole lines, and where in the log they begin. */
struct part {
	struct buf text;
	int64_t at;
};

/* The end of a file, from the beginning of a line.  0, 1: there is no file or no line, or -1. */
static int tail_read(const char *folder, const char *path, struct part *out)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = dir < 0 ? -1 : beneath_open(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	char *bytes = malloc(WINDOW), *line = bytes;
	struct stat st;
	ssize_t n = 0;
	int status = bytes ? 0 : -1;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		status = 1;
	else if (st.st_size > (off_t)WINDOW)
		out->at = st.st_size - (off_t)WINDOW;
	if (status == 0 && (n = pread(fd, bytes, WINDOW, out->at)) > 0) {
		if (out->at && (line = memchr(bytes, '\n', (size_t)n)))
			line++;
		out->at += line ? line - bytes : n;
		n -= line ? line - bytes : n;
		status = n ? buf_add(&out->text, line, (size_t)n) : 1;
	}
	if (fd >= 0)
		(void)close(fd);
	if (dir >= 0)
		(void)close(dir);
	free(bytes);
	return n < 0 ? -1 : status;
}

/* Where refs are in a reftable git tells: newest first, and only to what. */
static int ask_git(const struct ref_trace *trace, struct buf *out, struct fault *f)
{
	char git_dir[4096 + 16];
	const char *argv[] = { "git", "-c", "safe.directory=*", git_dir, "reflog", "show",
		"--max-count=1000", "--format=%H%x09%gs", trace->ref, "--", NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .seconds = SECONDS };
	struct buf said = BUF_INIT(WINDOW), text = BUF_INIT(WINDOW);
	int exited = 0, status;
	char *end;

	(void)snprintf(git_dir, sizeof(git_dir), "--git-dir=%.4000s", repo_git_dir(trace->repo));
	status = run(&what, &said, &exited, f);
	/* turned around, each with the one before as what it was */
	while (status == 0 && said.len && (end = memrchr(said.data, '\n', said.len))) {
		*end = '\0';
		said.len = (size_t)(end - said.data);
		end = memrchr(said.data, '\n', said.len);
		(void)buf_addf(&text, "%s\n", end ? end + 1 : said.data);
		if (!end)
			break;
	}
	if (status == 0 && text.len) {
		char *rest = text.data, *line;
		struct oid_text old =
			oid_text_as(trace->from ? trace->from : &(struct oid){ .len = 0 },
				repo_id_len(trace->repo));

		while ((line = strsep(&rest, "\n")) && *line) {
			size_t len = strcspn(line, "\t");

			(void)buf_addf(
				out, "%s %.*s <> 0 +0000%s\n", old.hex, (int)len, line, line + len);
			(void)snprintf(old.hex, sizeof(old.hex), "%.*s", (int)len, line);
		}
	}
	buf_release(&said);
	buf_release(&text);
	return status;
}

/* The log, oldest line first.  0, 1: git keeps none of it, or -1. */
static int log_read(const struct ref_trace *trace, struct part *out, struct fault *f)
{
	char path[4096];
	int status;

	if (repo_is_reftable(trace->repo)) {
		status = ask_git(trace, &out->text, f);
		return status == 0 && !out->text.len ? 1 : status;
	}
	if (snprintf(path, sizeof(path), "logs/%s", trace->ref) >= (int)sizeof(path))
		return fault_set(f, FAULT_ADMIN, "logs/%.200s: path too long", trace->ref);
	status = tail_read(repo_git_dir(trace->repo), path, out);
	return status < 0 ? fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno)) : status;
}

static void is_other(struct ref_trace *trace, const struct oid *to, struct span by, bool known)
{
	trace->to = *to;
	(void)snprintf(trace->by, sizeof(trace->by), "%.*s",
		by.len ? (int)(by.len > 31 ? 31 : by.len) : 15,
		by.len ? by.data : "git update-ref");
	if (!known)
		trace->by[0] = '\0';
}

/* The line that ends there.  Its beginning. */
static const char *line_before(const struct part *log, const char *end)
{
	const char *line = end - 1 > log->text.data ? memrchr(log->text.data, '\n',
							      (size_t)(end - 1 - log->text.data))
						    : NULL;

	return line ? line + 1 : log->text.data;
}

/* Where what came since begins; NULL: the log is not the one from then, or that is not told. */
static const char *since(const struct ref_trace *trace, const struct part *log)
{
	int64_t at = trace->before - log->at;
	const char *place = log->text.data + at, *line;
	struct entry last;

	if (repo_is_reftable(trace->repo) || at > (int64_t)log->text.len)
		return NULL;
	if (at <= 0)
		return log->text.data;
	line = line_before(log, place);
	return place[-1] == '\n' && trace->from &&
			       entry_parse(&last, line, (size_t)(place - line)) &&
			       oid_equal(&last.new, trace->from)
		       ? place
		       : NULL;
}

/* Walks the lines from the last one. */
static enum ref_trail walk(struct ref_trace *trace, const struct part *log)
{
	const char *end = log->text.data + log->text.len, *first = since(trace, log);
	struct oid at = trace->now;
	struct entry entry = { 0 };

	while (end > (first ? first : log->text.data)) {
		const char *line = line_before(log, end);

		if (!entry_parse(&entry, line, (size_t)(end - line)) ||
			!oid_equal(&entry.new, &at)) {
			is_other(trace, &at, entry.by, false);
			return REF_TRAIL_OTHER;
		}
		if (!first && trace->from && oid_equal(&at, trace->from))
			return REF_TRAIL_PUSHED;
		if (!span_equal(entry.by, span_of("push"))) {
			is_other(trace, &at, entry.by, true);
			return REF_TRAIL_OTHER;
		}
		if (oid_is_zero(&entry.old))
			return REF_TRAIL_MADE;
		at = entry.old;
		end = line;
	}
	if (first && first > log->text.data && trace->from && !oid_equal(&at, trace->from)) {
		is_other(trace, &at, entry.by, false);
		return REF_TRAIL_OTHER;
	}
	return REF_TRAIL_PUSHED;
}

int64_t ref_trail_length(const struct repo *repo, const char *ref)
{
	char path[8192];
	struct stat st;

	if (repo_is_reftable(repo) ||
		snprintf(path, sizeof(path), "%s/logs/%s", repo_git_dir(repo), ref) >=
			(int)sizeof(path) ||
		lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	return st.st_size;
}

int ref_trail_follow(struct ref_trace *trace, enum ref_trail *way, struct fault *f)
{
	struct part log = { .text = BUF_INIT(2 * WINDOW) };
	struct ref_value now = { 0 };
	int status = log_read(trace, &log, f);

	*way = REF_TRAIL_PUSHED;
	if (status == 1)
		is_other(trace, &trace->now, (struct span){ "", 0 }, false);
	if (status == 1)
		*way = REF_TRAIL_OTHER;
	else if (status == 0 && log.text.len)
		*way = walk(trace, &log);
	/* a push may have landed meanwhile, and then the log is of what the ref is now */
	if (status == 0 && log.text.len && *way == REF_TRAIL_OTHER && !trace->by[0] &&
		repo_ref(trace->repo, trace->ref, &now, f) == 0 && now.kind == REF_DIRECT &&
		!oid_equal(&now.id, &trace->now)) {
		trace->now = now.id;
		*way = walk(trace, &log);
	}
	free(now.target);
	buf_release(&log.text);
	return status < 0 ? -1 : 0;
}
