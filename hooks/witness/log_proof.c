#include "hooks/witness/log_proof.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/file.h"
#include "common/state/log_tree.h"
#include "hooks/admin/cli.h"
#include "hooks/witness/head.h"

/* `HOST/ID`: is it the log of this repository. */
static bool is_of(const char *origin, const char *id)
{
	size_t len = strlen(origin), part = strlen(id);

	return part > 0 && len > part && origin[len - part - 1] == '/' &&
	       strcmp(origin + len - part, id) == 0;
}

static int add(struct log_checkpoints *out, const char *from, struct span bytes, const char *id,
	struct fault *f)
{
	struct log_checkpoint *entry = &out->list[out->count];
	struct checkpoint checkpoint;
	struct note note;

	if (out->count == LOG_CHECKPOINTS)
		return fault_set(f, FAULT_ADMIN, "more than %d checkpoints", LOG_CHECKPOINTS);
	if (note_read(&note, bytes, f) < 0 || checkpoint_read(&checkpoint, note.text, f) < 0)
		return fault_context(f, "%s", from);
	*entry = (struct log_checkpoint){ .from = from, .tree = checkpoint.tree };
	entry->of_this = is_of(checkpoint.origin, id);
	trust_judge(&out->site.trust, &note, checkpoint.origin, &entry->answer);
	out->count++;
	return 0;
}

static int add_kept(struct log_checkpoints *out, const char *git_dir, const char *which,
	const char *id, struct fault *f)
{
	struct buf bytes = BUF_INIT(NOTE_MAX);
	bool exists = false;
	int result = head_read(git_dir, which, &bytes, &exists, f);

	if (result == 0 && exists)
		result = add(out, which, buf_span(&bytes), id, f);
	buf_release(&bytes);
	return result;
}

static int add_file(struct log_checkpoints *out, const char *path, const char *id, struct fault *f)
{
	struct buf bytes = BUF_INIT(NOTE_MAX);
	int result = file_read(path, &bytes, f);

	if (result == 0)
		result = add(out, path, buf_span(&bytes), id, f);
	if (result == 0 && !out->list[out->count - 1].of_this)
		result = fault_set(f, FAULT_ADMIN, "%s is a checkpoint of another log", path);
	buf_release(&bytes);
	return result;
}

static int read_id(const char *git_dir, char id[33], struct fault *f)
{
	struct state *state = NULL;
	int result = state_open(&state, git_dir, STATE_READ, f);

	if (result == 0)
		result = state_repository_id(state, id, f);
	state_close(state);
	return result;
}

/* A host trusts itself, also where no policy names it. */
static void trust_own_keys(struct log_site *site)
{
	for (unsigned i = 0; i < site->known_count && site->trust.log_count < TRUST_LOGS; i++)
		site->trust.logs[site->trust.log_count++] = site->known[i];
}

int log_checkpoints_read(struct log_checkpoints *out, const char *git_dir, const char *const *files,
	const char *policy, struct fault *f)
{
	char id[33] = "";
	int result;

	*out = (struct log_checkpoints){ .policy = policy };
	result = log_site_read(&out->site, f);
	if (result == 0 && policy)
		result = log_site_policy(&out->site, policy, f);
	else if (result == 0)
		trust_own_keys(&out->site);
	if (result == 0)
		result = read_id(git_dir, id, f);
	if (result == 0)
		result = add_kept(out, git_dir, HEAD_CHECKPOINT, id, f);
	if (result == 0)
		result = add_kept(out, git_dir, HEAD_WITNESSED, id, f);
	for (; result == 0 && files && *files; files++)
		result = add_file(out, *files, id, f);
	return result;
}

size_t log_checkpoints_heads(
	const struct log_checkpoints *checkpoints, struct merkle_head heads[LOG_CHECKPOINTS])
{
	size_t count = 0;

	for (size_t i = 0; i < checkpoints->count; i++)
		if (checkpoints->list[i].of_this)
			heads[count++] = checkpoints->list[i].tree;
	return count;
}

static void print_witnesses(const struct trust *trust, const struct trust_answer *answer)
{
	char when[32];

	for (unsigned i = 0; i < trust->name_count; i++) {
		time_t time = (time_t)answer->times[i];
		struct tm tm;

		if (!answer->times[i] || !gmtime_r(&time, &tm))
			continue;
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
		printf(", cosigned by %.*s at %s", (int)trust->names[i].name.len,
			trust->names[i].name.data, when);
	}
}

static void print_one(const struct trust *trust, const struct log_checkpoint *entry)
{
	cli_print(entry->from);
	printf(": %" PRIu64 " rows", entry->tree.size);
	if (!entry->of_this)
		fputs(", of another log", stdout);
	fputs(entry->answer.log == NOTE_GOOD    ? ", signed by the host"
		: entry->answer.log == NOTE_BAD ? ", with a FALSE signature of the host"
		: trust->log_count == 0         ? ", signed by we do not know whom"
						: ", NOT signed by the host",
		stdout);
	print_witnesses(trust, &entry->answer);
	if (!entry->answer.quorum)
		fputs(", by fewer witnesses than asked for", stdout);
	putchar('\n');
}

bool log_checkpoints_print(const struct log_checkpoints *checkpoints, bool print)
{
	const struct trust *trust = &checkpoints->site.trust;
	bool good = true, vouched = false;

	for (size_t i = 0; i < checkpoints->count; i++) {
		const struct log_checkpoint *entry = &checkpoints->list[i];

		if (print)
			print_one(trust, entry);
		good = good && entry->answer.log != NOTE_BAD &&
		       (entry->answer.log == NOTE_GOOD || trust->log_count == 0);
		vouched = vouched || (entry->of_this && entry->answer.log == NOTE_GOOD &&
					     entry->answer.quorum);
	}
	if (checkpoints->policy && !vouched && print) {
		fputs("no checkpoint of this log is signed and cosigned as ", stdout);
		cli_print(checkpoints->policy);
		puts(" asks");
	}
	return good && (vouched || !checkpoints->policy);
}

void log_checkpoints_release(struct log_checkpoints *checkpoints)
{
	log_site_release(&checkpoints->site);
}

struct proving {
	const char *git_dir;
	uint64_t index;
	struct buf note;
	struct checkpoint checkpoint;
	struct leaf_proof proof;
};

/* The newest checkpoint that has the row; witnessed ones first. */
static int choose(struct proving *proving, struct fault *f)
{
	static const char *const kept[] = { HEAD_WITNESSED, HEAD_CHECKPOINT };
	bool exists;
	struct note note;

	for (size_t i = 0; i < 2; i++) {
		buf_clear(&proving->note);
		if (head_read(proving->git_dir, kept[i], &proving->note, &exists, f) < 0)
			return -1;
		if (!exists)
			continue;
		if (note_read(&note, buf_span(&proving->note), f) < 0 ||
			checkpoint_read(&proving->checkpoint, note.text, f) < 0)
			return fault_context(f, "%s", kept[i]);
		if (proving->index < proving->checkpoint.tree.size)
			return 0;
	}
	return fault_set(f, FAULT_ADMIN,
		"no checkpoint has row %" PRIu64 " yet: countersign log checkpoint makes one",
		proving->index + 1);
}

static int build(struct proving *proving, struct log_tree *tree, struct fault *f)
{
	struct merkle_store store = log_tree_store(tree);
	const struct merkle_head *head = &proving->checkpoint.tree;
	struct merkle_hash leaf;

	if (log_tree_size(tree) < head->size ||
		merkle_inclusion(&store, proving->index, head->size, &proving->proof.path) < 0 ||
		store.read(store.context, merkle_place(0, proving->index), &leaf) < 0 ||
		!merkle_includes(head, proving->index, &leaf, &proving->proof.path))
		return fault_set(f, FAULT_ADMIN,
			"the log is not what its checkpoint says: countersign log verify tells "
			"more");
	return 0;
}

int log_prove(const char *git_dir, int64_t row, struct fault *f)
{
	struct proving proving = {
		.git_dir = git_dir, .index = (uint64_t)row - 1, .note = BUF_INIT(NOTE_MAX)
	};
	struct buf text = BUF_INIT(2 * NOTE_MAX);
	struct state *state = NULL;
	struct log_tree *tree = NULL;
	int result = choose(&proving, f);

	if (result == 0)
		result = state_open(&state, git_dir, STATE_READ, f);
	if (result == 0)
		result = log_tree_open(&tree, state, f);
	if (result == 0)
		result = build(&proving, tree, f);
	proving.proof.index = proving.index;
	proving.proof.note = buf_span(&proving.note);
	if (result == 0)
		result = leaf_proof_write(&text, &proving.proof) < 0 ? fault_memory(f) : 0;
	if (result == 0 && fwrite(text.data, 1, text.len, stdout) != text.len)
		result = fault_set(f, FAULT_ADMIN, "standard output is gone");
	log_tree_close(tree);
	state_close(state);
	buf_release(&text);
	buf_release(&proving.note);
	return result;
}
