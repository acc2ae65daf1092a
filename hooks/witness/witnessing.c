#include "hooks/witness/witnessing.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/base/file.h"
#include "common/tlog/trust.h"

#define FILE_MAX 65536

/* What we have seen of a log. */
struct seen {
	char name[72], fresh[80]; /* its file, and the one that takes its place */
	struct merkle_head tree;
};

static int read_logs(struct witnessing *out, const char *path, struct fault *f)
{
	struct buf bytes = BUF_INIT((size_t)1 << 20);
	struct span rest, line;
	int status = file_read(path, &bytes, f);

	rest = buf_span(&bytes);
	while (status == 0 && note_take_line(&rest, &line)) {
		if (line.len == 0)
			continue;
		if (out->log_count == WITNESSING_LOGS)
			status = fault_set(f, FAULT_ADMIN, "%s: too many logs", path);
		else
			status = note_key_read(&out->logs[out->log_count++], line, f);
	}
	if (status == 0 && (rest.len > 0 || out->log_count == 0))
		status = fault_set(f, FAULT_ADMIN, "%s: not a list of keys, a line each", path);
	buf_release(&bytes);
	return status;
}

int witnessing_open(struct witnessing *out, const char *key_file, const char *logs_file,
	const char *folder, struct fault *f)
{
	struct buf bytes = BUF_INIT(FILE_MAX);
	bool exists = false;
	int status = file_read_trusted(key_file, (uid_t)-1, &bytes, &exists, f);

	*out = (struct witnessing){ .folder = -1 };
	if (status == 0 && !exists)
		status = fault_set(f, FAULT_ADMIN,
			"%s is not there: countersign key new NAME "
			"--witness --file FILE makes one",
			key_file);
	if (status == 0)
		status = signers_read(&out->signers, buf_span(&bytes), key_file, f);
	for (unsigned i = 0; status == 0 && i < out->signers.count; i++)
		if (out->signers.list[i].key.type != NOTE_COSIGNED)
			status = fault_set(f, FAULT_ADMIN, "%s: not a witness's key", key_file);
	if (status == 0)
		status = read_logs(out, logs_file, f);
	if (status == 0)
		out->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (status == 0 && out->folder < 0)
		status = fault_set(f, FAULT_ADMIN, "%s: cannot open the folder", folder);
	if (bytes.data)
		explicit_bzero(bytes.data, bytes.len);
	buf_release(&bytes);
	return status;
}

void witnessing_close(struct witnessing *witnessing)
{
	if (witnessing->folder >= 0)
		(void)close(witnessing->folder);
	explicit_bzero(&witnessing->signers, sizeof(witnessing->signers));
}

static void refuse(struct witnessing_answer *out, unsigned status, const char *why)
{
	out->status = status;
	(void)buf_addf(&out->body, "%s\n", why);
}

/* What was seen last; of a log that was never seen, the tree without leaves.  0 or -1. */
static int seen_read(const struct witnessing *witnessing, const char *origin, struct seen *out)
{
	struct digest_text digest;
	struct fault f = { 0 };
	char text[512] = "";
	struct span rest, line;
	struct checkpoint kept;
	int file;
	ssize_t len;

	(void)digest_of(span_of(origin), &digest, &f);
	(void)snprintf(out->name, sizeof(out->name), "%s", digest.hex);
	(void)snprintf(out->fresh, sizeof(out->fresh), ".%s", digest.hex);
	out->tree = (struct merkle_head){ 0 };
	file = openat(witnessing->folder, out->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0)
		return faccessat(witnessing->folder, out->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? -1
												: 0;
	len = read(file, text, sizeof(text));
	(void)close(file);
	rest = (struct span){ text, len > 0 ? (size_t)len : 0 };
	if (len <= 0 || checkpoint_read(&kept, rest, &f) < 0 || strcmp(kept.origin, origin) != 0 ||
		!note_take_line(&rest, &line))
		return -1;
	out->tree = kept.tree;
	return 0;
}

/* Whole, and durable, or not at all. */
static int seen_keep(
	const struct witnessing *witnessing, const struct seen *seen, const struct checkpoint *now)
{
	struct buf text = BUF_INIT(FILE_MAX);
	int file = openat(witnessing->folder, seen->fresh,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool done = file >= 0 && checkpoint_write(&text, now) == 0 &&
		    write(file, text.data, text.len) == (ssize_t)text.len && fsync(file) == 0;

	if (file >= 0)
		done = close(file) == 0 && done;
	done = done &&
	       renameat(witnessing->folder, seen->fresh, witnessing->folder, seen->name) == 0 &&
	       fsync(witnessing->folder) == 0;
	buf_release(&text);
	return done ? 0 : -1;
}

/* A checkpoint that is to be cosigned, and what shows that it goes on from the one before. */
struct submitted {
	uint64_t old;
	struct merkle_proof proof;
	struct note note;
	struct checkpoint checkpoint;
};

static int read_submitted(struct span body, struct submitted *out)
{
	struct fault f = { 0 };
	struct span line;

	if (!note_take_line(&body, &line) || !span_starts(line, "old ") ||
		checkpoint_number((struct span){ line.data + 4, line.len - 4 }, &out->old) < 0 ||
		checkpoint_take_proof(&body, &out->proof) < 0)
		return -1;
	return note_read(&out->note, body, &f) < 0 ||
			       checkpoint_read(&out->checkpoint, out->note.text, &f) < 0
		       ? -1
		       : 0;
}

/* Whether a log that we know has signed it: 1, 0 not so, -1: we know none of that name. */
static int is_signed(const struct witnessing *witnessing, const struct submitted *what)
{
	bool known = false;

	for (unsigned i = 0; i < witnessing->log_count; i++) {
		struct note_key key;
		uint64_t time;

		if (!trust_log_key(&witnessing->logs[i], what->checkpoint.origin, &key))
			continue;
		known = true;
		if (note_verify(&what->note, &key, &time) == NOTE_GOOD)
			return 1;
	}
	return known ? 0 : -1;
}

/* Compares it with what was seen; whether it may be cosigned, else what is answered. */
static bool goes_on(
	const struct submitted *what, const struct seen *seen, struct witnessing_answer *out)
{
	const struct merkle_head *now = &what->checkpoint.tree;
	bool same = now->size == seen->tree.size;

	if (what->old > now->size)
		refuse(out, 400, "the old size is larger than the checkpoint's");
	else if (what->old != seen->tree.size ||
		 (same && now->size && !merkle_equal(&now->root, &seen->tree.root))) {
		out->type = WITNESSING_SIZE_TYPE;
		out->status = 409;
		(void)buf_addf(&out->body, "%llu\n", (unsigned long long)seen->tree.size);
	} else if ((same && what->proof.count) ||
		   (!same && !merkle_extends(now, &seen->tree, &what->proof)))
		refuse(out, 422, "the proof does not show that the log only grew");
	else
		return true;
	return false;
}

static void cosign_it(const struct witnessing *witnessing, const struct submitted *what,
	const struct seen *seen, uint64_t now, struct witnessing_answer *out)
{
	struct fault f = { 0 };

	if (seen_keep(witnessing, seen, &what->checkpoint) < 0) {
		refuse(out, 500, "what was seen could not be kept");
		return;
	}
	out->status = 200;
	if (signers_sign(&out->body, what->note.text, &witnessing->signers, NULL, now, &f) < 0) {
		buf_clear(&out->body);
		refuse(out, 500, "could not cosign");
	}
}

void witnessing_add(const struct witnessing *witnessing, struct span body, uint64_t now,
	struct witnessing_answer *out)
{
	struct submitted what;
	struct seen seen;
	int known;

	*out = (struct witnessing_answer){ .type = "text/plain; charset=utf-8",
		.body = BUF_INIT(NOTE_MAX) };
	if (read_submitted(body, &what) < 0) {
		refuse(out, 400, "not a checkpoint to be added");
		return;
	}
	known = is_signed(witnessing, &what);
	if (known < 0)
		refuse(out, 404, "no log of that name is known here");
	else if (known == 0)
		refuse(out, 403, "not signed by the log");
	else if (flock(witnessing->folder, LOCK_EX) < 0 ||
		 seen_read(witnessing, what.checkpoint.origin, &seen) < 0)
		refuse(out, 500, "what was seen cannot be read");
	else if (goes_on(&what, &seen, out))
		cosign_it(witnessing, &what, &seen, now, out);
	(void)flock(witnessing->folder, LOCK_UN);
}
