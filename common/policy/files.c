#include "common/policy/files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/expected.h"
#include "common/base/file.h"
#include "common/policy/site_files.h"

const char *layer_name(enum layer layer)
{
	static const char *const words[] = {
		[LAYER_SITE] = "site",
		[LAYER_REPOSITORY] = "repository",
		[LAYER_DELEGATED] = "delegated",
	};

	return words[layer];
}

void policy_files_init(struct policy_files *files)
{
	static const char *const stand_ins[] = { "site policy", "repository policy",
		POLICY_DELEGATED };

	memset(files, 0, sizeof(*files));
	for (size_t i = 0; i < LAYER_COUNT; i++) {
		files->layers[i].bytes.max = POLICY_FILE_MAX;
		files->layers[i].name = stand_ins[i];
	}
}

static int file_layer(struct policy_files *files, enum layer layer,
	const struct policy_sources *sources, struct fault *f)
{
	const char *path = layer == LAYER_SITE ? sources->site : sources->repository;
	bool owned = layer == LAYER_REPOSITORY && sources->git_dir;
	struct buf *out = &files->layers[layer].bytes;

	if (path)
		files->layers[layer].name = path;
	if (sources->tried.data && sources->trying == layer) {
		files->layers[layer].there = true;
		return buf_addspan(out, sources->tried) < 0 ? fault_memory(f) : 0;
	}
	if (!path)
		return 0;
	return file_read_trusted(path, owned ? file_owner(sources->git_dir) : (uid_t)-1, out,
		&files->layers[layer].there, f);
}

/*
 * A file that was installed is expected: without it every rule of its layer would be gone.  What is
 * marked is the folder that `countersign/policy.json` or, of a site, `policy.json` stands in.
 */
static int expect_layer(const struct policy_files *files, enum layer layer, struct fault *f)
{
	const char *path = files->layers[layer].name;
	char folder[4096];
	struct expected mark = { folder, POLICY_EXPECTED };
	bool expected;

	if (files->layers[layer].there || path[0] != '/')
		return 0;
	(void)snprintf(folder, sizeof(folder), "%s", path);
	for (int up = layer == LAYER_REPOSITORY ? 2 : 1; up && strrchr(folder, '/'); up--)
		*strrchr(folder, '/') = '\0';
	if (expected_is(&mark, &expected, f) < 0)
		return -1;
	return !expected
		       ? 0
		       : fault_set(f, FAULT_ADMIN,
				 "%s was installed and is missing: put it back or, if it is to be "
				 "gone, remove %s/countersign.had-" POLICY_EXPECTED,
				 path, folder);
}

/* A folder of agents that was there: without it, some would be nobody's any more. */
static int expect_agents(const struct policy_sources *sources, struct fault *f)
{
	const struct expected mark = { sources->git_dir, AGENTS_EXPECTED };
	bool expected = false;

	if (!sources->agents || !sources->git_dir || access(sources->agents, F_OK) == 0)
		return 0;
	if (expected_is(&mark, &expected, f) < 0)
		return -1;
	return !expected ? 0
			 : fault_set(f, FAULT_ADMIN,
				   "%s was there and is missing: put it back or, if its agents are "
				   "to be gone, make it again, empty",
				   sources->agents);
}

static int delegated_layer(
	struct policy_files *files, const struct policy_sources *sources, struct fault *f)
{
	struct buf *out = &files->layers[LAYER_DELEGATED].bytes;
	struct span bytes = sources->delegated;

	if (!bytes.data && !sources->delegated_over)
		return 0;
	files->layers[LAYER_DELEGATED].there = true;
	files->layers[LAYER_DELEGATED].over = sources->delegated_over || bytes.len > out->max;
	if (files->layers[LAYER_DELEGATED].over)
		return 0;
	return buf_addspan(out, bytes) < 0 ? fault_memory(f) : 0;
}

int policy_files_read(
	struct policy_files *files, const struct policy_sources *sources, struct fault *f)
{
	policy_files_init(files);
	if (file_layer(files, LAYER_SITE, sources, f) < 0 ||
		file_layer(files, LAYER_REPOSITORY, sources, f) < 0)
		return -1;
	if (expect_layer(files, LAYER_SITE, f) < 0 ||
		(sources->git_dir && expect_layer(files, LAYER_REPOSITORY, f) < 0) ||
		expect_agents(sources, f) < 0)
		return -1;
	return delegated_layer(files, sources, f);
}

void policy_files_release(struct policy_files *files)
{
	for (size_t i = 0; i < LAYER_COUNT; i++)
		buf_release(&files->layers[i].bytes);
}

int policy_files_hash(
	const struct policy_files *files, size_t count, char digest[65], struct fault *f)
{
	struct buf text = BUF_INIT(LAYER_COUNT * (POLICY_FILE_MAX + 64));
	struct digest_text hex;
	int outcome;

	(void)buf_adds(&text, "countersign-policy 1\n");
	for (size_t i = 0; i < count && i < LAYER_COUNT; i++) {
		if (!files->layers[i].there)
			continue;
		(void)buf_addf(
			&text, "%s %zu\n", layer_name((enum layer)i), files->layers[i].bytes.len);
		(void)buf_addspan(&text, buf_span(&files->layers[i].bytes));
		(void)buf_addc(&text, '\n');
	}
	outcome = text.failed ? fault_memory(f) : digest_of(buf_span(&text), &hex, f);
	if (outcome == 0)
		memcpy(digest, hex.hex, sizeof(hex.hex));
	buf_release(&text);
	return outcome;
}

int policy_files_none(const struct policy_sources *sources, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN,
		"no policy found: write %s (countersign policy init makes a first one), or run "
		"install.sh repo --policy FILE",
		sources->repository ? sources->repository
		: sources->site     ? sources->site
				    : "/etc/countersign/policy.json");
}

/* Ties the digest to the list of who is stopped, where there is one. */
static int stopped_hash(const char *path, char digest[65], struct fault *f)
{
	struct buf text = BUF_INIT(POLICY_FILE_MAX);
	struct digest_text hex;
	bool exists = false;
	int outcome = buf_addf(&text, "%s\n", digest) < 0 ? fault_memory(f) : 0;

	if (outcome == 0)
		outcome = file_read_trusted(path, (uid_t)-1, &text, &exists, f);
	if (outcome == 0 && exists)
		outcome = digest_of(buf_span(&text), &hex, f);
	if (outcome == 0 && exists)
		memcpy(digest, hex.hex, sizeof(hex.hex));
	buf_release(&text);
	return outcome;
}

int policy_files_digest(const struct policy_sources *sources, char digest[65], struct fault *f)
{
	struct policy_files files;
	int outcome = policy_files_read(&files, sources, f);

	if (outcome == 0)
		outcome = policy_files_hash(&files, LAYER_DELEGATED, digest, f);
	if (outcome == 0 && sources->stopped)
		outcome = stopped_hash(sources->stopped, digest, f);
	if (outcome == 0 && sources->stopped_fleet)
		outcome = stopped_hash(sources->stopped_fleet, digest, f);
	if (outcome == 0 && sources->agents)
		outcome = site_files_tie(sources->agents, digest, f);
	policy_files_release(&files);
	return outcome;
}
