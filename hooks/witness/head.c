#include "hooks/witness/head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/text.h"
#include "common/state/log_tree.h"

int head_read(
	const char *git_dir, const char *which, struct buf *out, bool *exists, struct fault *f)
{
	char *path = NULL;
	int result = 0;

	if (asprintf(&path, "%s/countersign/%s", git_dir, which) < 0)
		return fault_memory(f);
	*exists = access(path, F_OK) == 0;
	if (*exists)
		result = file_read(path, out, f);
	free(path);
	return result;
}

static int write_whole(const char *path, struct span bytes)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool done = file >= 0 && write(file, bytes.data, bytes.len) == (ssize_t)bytes.len &&
		    fchmod(file, 0644) == 0 && fsync(file) == 0;

	if (file >= 0)
		done = close(file) == 0 && done;
	return done ? 0 : -1;
}

int head_keep(const char *git_dir, const char *which, struct span bytes, struct fault *f)
{
	char *path = NULL, *fresh = NULL;
	int result = -1;

	if (asprintf(&path, "%s/countersign/%s", git_dir, which) < 0)
		return fault_memory(f);
	if (asprintf(&fresh, "%s.%ld", path, (long)getpid()) < 0)
		(void)fault_memory(f);
	else if (write_whole(fresh, bytes) < 0 || rename(fresh, path) < 0)
		(void)fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	else
		result = 0;
	if (result < 0 && fresh)
		(void)unlink(fresh);
	free(fresh);
	free(path);
	return result;
}

struct making {
	const char *git_dir;
	const struct log_site *site;
	const struct head_terms *terms;
	struct head_made *out;
	struct merkle_store store;
	struct checkpoint now;
	uint64_t known[TRUST_NAMES];
	bool same, quorum; /* the one kept is of as many rows, has its quorum */
	struct fault *f;
};

/* The log has to go on from what was said of it. */
static int follows(struct making *making, const struct checkpoint *before)
{
	struct merkle_hash root;

	if (before->tree.size > making->now.tree.size)
		return fault_set(making->f, FAULT_ADMIN,
			"the log has %llu rows, and had %llu when its last checkpoint was made: "
			"countersign log verify tells more",
			(unsigned long long)making->now.tree.size,
			(unsigned long long)before->tree.size);
	if (merkle_root(&making->store, before->tree.size, &root) < 0)
		return fault_set(making->f, FAULT_ADMIN, "the log's tree cannot be read");
	if (!merkle_equal(&root, &before->tree.root))
		return fault_set(making->f, FAULT_ADMIN,
			"the first %llu rows of the log are not those of its last checkpoint: "
			"countersign log verify tells more",
			(unsigned long long)before->tree.size);
	return 0;
}

/* What witnesses have seen, by the signatures of one that is kept. */
static int learn(struct making *making, const char *which)
{
	struct buf bytes = BUF_INIT(NOTE_MAX);
	struct trust_answer answer;
	struct checkpoint before;
	struct note note;
	bool exists = false;
	int result = head_read(making->git_dir, which, &bytes, &exists, making->f);

	if (result == 0 && exists) {
		result = note_read(&note, buf_span(&bytes), making->f);
		if (result == 0)
			result = checkpoint_read(&before, note.text, making->f);
		if (result == 0 && strcmp(before.origin, making->now.origin) == 0) {
			result = follows(making, &before);
			trust_judge(&making->site->trust, &note, before.origin, &answer);
			for (unsigned i = 0; i < making->site->trust.name_count; i++)
				if (answer.times[i] && before.tree.size > making->known[i])
					making->known[i] = before.tree.size;
			if (before.tree.size == making->now.tree.size) {
				making->same = true;
				making->quorum = making->quorum || answer.quorum;
			}
		}
	}
	buf_release(&bytes);
	return result;
}

static void judge(struct making *making, struct span bytes)
{
	struct trust_answer answer;
	struct fault f = { 0 };
	struct note note;

	if (note_read(&note, bytes, &f) < 0)
		return;
	trust_judge(&making->site->trust, &note, making->now.origin, &answer);
	making->out->witnesses = answer.witnesses;
	making->out->quorum = answer.quorum;
}

static int sign_and_keep(struct making *making, struct buf *note, struct buf *why)
{
	struct head_asking asking = { .checkpoint = &making->now, .store = &making->store };
	struct buf text = BUF_INIT(NOTE_MAX);
	int result = checkpoint_write(&text, &making->now);

	if (result < 0 || buf_addspan(note, buf_span(&text)) < 0 || buf_addc(note, '\n') < 0)
		result = fault_memory(making->f);
	if (result == 0)
		result = signers_sign(note, buf_span(&text), &making->site->signers,
			making->now.origin, 0, making->f);
	asking.note = buf_span(&text);
	memcpy(asking.known, making->known, sizeof(asking.known));
	if (result == 0 && making->terms->cosign)
		result = making->terms->cosign(making->site, &asking, note, why, making->f);
	buf_release(&text);
	if (result == 0)
		result = head_keep(making->git_dir, HEAD_CHECKPOINT, buf_span(note), making->f);
	if (result == 0)
		judge(making, buf_span(note));
	if (result == 0 && making->out->quorum && making->site->trust.quorum >= 0)
		result = head_keep(making->git_dir, HEAD_WITNESSED, buf_span(note), making->f);
	return result;
}

static int make(struct making *making, struct log_tree *tree)
{
	struct buf note = BUF_INIT(NOTE_MAX), why = BUF_INIT(sizeof(making->out->why) - 1);
	int result;

	making->store = log_tree_store(tree);
	making->now.tree.size = making->out->rows = log_tree_size(tree);
	if (merkle_root(&making->store, making->now.tree.size, &making->now.tree.root) < 0)
		return fault_set(making->f, FAULT_ADMIN, "the log's tree cannot be read");
	if (learn(making, HEAD_WITNESSED) < 0 || learn(making, HEAD_CHECKPOINT) < 0)
		return -1;
	making->out->quorum = making->quorum;
	if (making->out->rows == 0 || (making->same && making->quorum && !making->terms->ask))
		return 0;
	making->out->fresh = !making->same;
	result = sign_and_keep(making, &note, &why);
	if (why.data)
		(void)snprintf(making->out->why, sizeof(making->out->why), "%s", why.data);
	buf_release(&note);
	buf_release(&why);
	return result;
}

int head_make(
	const char *git_dir, const struct head_terms *terms, struct head_made *out, struct fault *f)
{
	struct making making = {
		.git_dir = git_dir, .site = terms->site, .terms = terms, .out = out, .f = f
	};
	struct state *state = NULL;
	struct log_tree *tree = NULL;
	char id[33];
	int result;

	*out = (struct head_made){ 0 };
	if (terms->site->signers.count == 0)
		return 0;
	result = state_open(&state, git_dir, STATE_READ, f);
	if (result == 0)
		result = state_repository_id(state, id, f);
	if (result == 0 && id[0]) {
		result = log_site_origin(terms->site, id, making.now.origin, f);
		if (result == 0)
			result = log_tree_open(&tree, state, f);
		if (result == 0)
			result = make(&making, tree);
	}
	log_tree_close(tree);
	state_close(state);
	return result;
}
