#include "hooks/host/unseen.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/file.h"
#include "common/base/install_paths.h"
#include "common/base/run.h"
#include "common/facts/attribution.h"

#define TEXT_MAX ((size_t)64 << 20)
#define SECONDS 60

struct looking {
	struct unseen *unseen;
	struct attributor *attributor;
	struct buf asked; /* what git is to walk from, and what not */
	struct fault *fault;
};

static int on_ref(void *context, const char *name, const struct oid *id)
{
	struct looking *l = context;

	if (policy_governs(l->unseen->policy, name))
		(void)buf_addf(&l->asked, "%s\n", oid_text(id).hex);
	return 0;
}

static int on_remembered(void *context, const struct remembered *what)
{
	*(bool *)context = !what->elsewhere;
	return !what->elsewhere;
}

static int look_at(struct looking *l, const struct oid *id)
{
	struct unseen *unseen = l->unseen;
	struct attribution who = { 0 };
	struct object object = { 0 };
	struct commit commit;
	const char *why;
	bool known = false;
	int status = repo_read(unseen->repo, id, &object, l->fault);

	if (status == 0 && object.type == OBJECT_COMMIT &&
		commit_parse(&commit, id->len, object.data, &why) == 0)
		status = attribution_of_commit(l->attributor,
			&(struct attribution_subject){ .id = id, .commit = &commit }, &who,
			l->fault);
	if (status == 0 && who.count &&
		state_remembered(unseen->state, id, on_remembered, &known, l->fault) < 0)
		status = -1;
	if (status == 0 && who.count && !known && unseen->count++ == 0) {
		(void)snprintf(unseen->commit, sizeof(unseen->commit), "%s", oid_text(id).hex);
		(void)snprintf(unseen->agents, sizeof(unseen->agents), "%s", who.names);
	}
	object_release(&object);
	return status;
}

static int walk(struct looking *l, struct fault *f)
{
	char git_dir[INSTALL_PATH_MAX + 16], most[32];
	const char *argv[] = { "git", "-c", "safe.directory=*", git_dir, "rev-list",
		"--ignore-missing", most, "--stdin", NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .seconds = SECONDS };
	struct buf said = BUF_INIT(TEXT_MAX);
	char *rest, *line;
	int exited = 0, status;

	(void)snprintf(git_dir, sizeof(git_dir), "--git-dir=%s", repo_git_dir(l->unseen->repo));
	(void)snprintf(most, sizeof(most), "--max-count=%d", UNSEEN_COMMITS);
	what.input = buf_span(&l->asked);
	status = run(&what, &said, &exited, f);
	if (status == 0 && exited)
		status = fault_set(f, FAULT_ADMIN, "git rev-list: %s", said.len ? said.data : "");
	rest = status == 0 && said.len ? said.data : NULL;
	while (status == 0 && rest && (line = strsep(&rest, "\n"))) {
		struct oid id;

		if (oid_parse(&id, span_of(line)) == 0)
			status = look_at(l, &id);
	}
	buf_release(&said);
	return status;
}

/* What was there then, for git to leave out. */
static int leave_out(struct looking *l, const struct buf *baseline)
{
	const char *at = baseline->data;

	while (at && *at) {
		size_t len = strcspn(at, "\n");

		(void)buf_addf(&l->asked, "^%.*s\n", (int)len, at);
		at += len + (at[len] == '\n');
	}
	return l->asked.failed ? fault_memory(l->fault) : 0;
}

int unseen_find(struct unseen *unseen, struct fault *f)
{
	struct looking l = { .unseen = unseen, .asked = BUF_INIT(TEXT_MAX), .fault = f };
	struct attributor_facts facts = { .policy = unseen->policy,
		.account = "",
		.state = unseen->state,
		.now = time(NULL),
		.owner = file_owner(repo_git_dir(unseen->repo)) };
	struct buf baseline = BUF_INIT(TEXT_MAX);
	struct fault none = { 0 };
	char path[INSTALL_PATH_MAX];
	int status = install_paths_join(path, repo_git_dir(unseen->repo), UNSEEN_BASELINE, f);

	if (status < 0 || file_read(path, &baseline, &none) < 0) {
		buf_release(&baseline);
		return status;
	}
	status = repo_refs(unseen->repo, "refs/heads/", on_ref, &l, f);
	if (status == 0)
		status = repo_refs(unseen->repo, "refs/tags/", on_ref, &l, f);
	if (status == 0 && l.asked.len)
		status = leave_out(&l, &baseline);
	if (status == 0 && l.asked.len)
		status = attributor_new(&l.attributor, &facts, f);
	if (status == 0 && l.asked.len)
		status = walk(&l, f);
	attributor_free(l.attributor);
	buf_release(&l.asked);
	buf_release(&baseline);
	return status;
}
