#include "hooks/admin/approval_tag.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/run.h"

#define SECONDS 120
#define OUTPUT_MAX 65536
#define VARIABLES 4

/* A push that is under way: its folder, and what git goes by. */
struct handing {
	const struct approval_tag *tag;
	char folder[INSTALL_PATH_MAX], objects[INSTALL_PATH_MAX + 32];
	char alternates[INSTALL_PATH_MAX + 64], account[512];
	char git_dir[INSTALL_PATH_MAX + 16];
	char **env;
};

static const char *account_of(const struct approval_tag *tag)
{
	if (tag->account && *tag->account)
		return tag->account;
	return tag->person->accounts[0] ? tag->person->accounts[0] : tag->person->name;
}

/* The sealed environment, where objects go and come from, and whose push it is. */
static int make_environment(struct handing *h, struct fault *f)
{
	const struct facts *facts = h->tag->facts;
	char *const own[VARIABLES] = { h->git_dir, h->objects, h->alternates, h->account };
	size_t count = 0;

	(void)snprintf(h->git_dir, sizeof(h->git_dir), "GIT_DIR=%s", repo_git_dir(facts->repo));
	(void)snprintf(h->objects, sizeof(h->objects), "GIT_OBJECT_DIRECTORY=%s", h->folder);
	(void)snprintf(h->alternates, sizeof(h->alternates),
		"GIT_ALTERNATE_OBJECT_DIRECTORIES=%s/objects", repo_git_dir(facts->repo));
	(void)snprintf(h->account, sizeof(h->account), "%s=%s", facts->policy->account_env[0],
		account_of(h->tag));
	while (facts->env->sealed[count])
		count++;
	h->env = calloc(count + VARIABLES + 1, sizeof(*h->env));
	if (!h->env)
		return fault_memory(f);
	for (size_t i = 0, n = 0; i < count + VARIABLES; i++) {
		char *variable = i < count ? facts->env->sealed[i] : own[i - count];

		if (i < count && strncmp(variable, "GIT_", 4) == 0 &&
			strncmp(variable, "GIT_NO_", 7) != 0)
			continue;
		h->env[n++] = variable;
	}
	return 0;
}

/* Whether git takes the text for a tag at all, which it is asked without writing anything. */
static bool is_tag(const struct handing *h)
{
	static const char *const argv[] = { "git", "-c", "safe.directory=*", "hash-object", "-t",
		"tag", "--stdin", NULL };
	const struct run what = {
		.argv = argv, .env = h->env, .input = h->tag->text, .seconds = SECONDS
	};
	struct buf output = BUF_INIT(OUTPUT_MAX);
	struct fault ignored = { 0 };
	int exited = 0, status = run(&what, &output, &exited, &ignored);

	buf_release(&output);
	return status == 0 && exited == 0;
}

/*
 * Writes the object; its id goes to *id.  0 or -1: whoever made it is at fault only when it is no
 * tag.
 */
static int write_object(struct handing *h, char id[OID_HEX_MAX + 1], struct fault *f)
{
	static const char *const argv[] = { "git", "-c", "safe.directory=*", "hash-object", "-t",
		"tag", "-w", "--stdin", NULL };
	const struct run what = {
		.argv = argv, .env = h->env, .input = h->tag->text, .seconds = SECONDS
	};
	struct buf output = BUF_INIT(OUTPUT_MAX);
	int exited = 0, status = run(&what, &output, &exited, f);

	if (status == 0 && (exited != 0 || !output.len || output.len > OID_HEX_MAX + 1))
		status = fault_set(f, is_tag(h) ? FAULT_ADMIN : FAULT_PUSHER,
			"git cannot make this tag: %s", output.data ? output.data : "");
	if (status == 0) {
		(void)snprintf(id, OID_HEX_MAX + 1, "%s", output.data);
		id[strcspn(id, "\n")] = '\0';
	}
	buf_release(&output);
	return status;
}

/* What the hooks have said, without what git puts before it. */
static void keep_words(const struct buf *output, struct buf *said)
{
	static const char prefix[] = "remote: countersign: ";
	struct span rest = buf_span(output);

	while (rest.len) {
		const char *feed = memchr(rest.data, '\n', rest.len);
		size_t len = feed ? (size_t)(feed - rest.data) : rest.len;
		struct span line = { rest.data, len };

		rest.data += len + (feed != NULL);
		rest.len -= len + (feed != NULL);
		if (!span_starts(line, prefix))
			continue;
		line.data += strlen(prefix);
		line.len -= strlen(prefix);
		while (line.len && strchr(" \r", line.data[line.len - 1]))
			line.len--;
		buf_addspan(said, line);
		buf_addc(said, '\n');
	}
}

static int push(struct handing *h, const char *id, bool *taken, struct buf *said, struct fault *f)
{
	char refspec[1024];
	const char *argv[] = { "git", "-c", "safe.directory=*", "push", "--quiet", "--no-signed",
		"--no-follow-tags", "--receive-pack=git -c safe.directory=* receive-pack",
		repo_git_dir(h->tag->facts->repo), refspec, NULL };
	const struct run what = { .argv = argv, .env = h->env, .seconds = SECONDS };
	struct buf output = BUF_INIT(OUTPUT_MAX);
	int exited = 1, status;

	(void)snprintf(refspec, sizeof(refspec), "+%s:refs/countersign/approvals/%s/%s", id,
		h->tag->id, h->tag->person->name);
	status = run(&what, &output, &exited, f);
	*taken = status == 0 && exited == 0;
	keep_words(&output, said);
	if (status == 0 && !*taken && !said->len)
		status = fault_set(f, FAULT_ADMIN, "the approval could not be pushed: %s",
			output.data ? output.data : "");
	buf_release(&output);
	return status;
}

/* Takes away the folder, in which there is one loose object at most. */
static void forget(const struct handing *h, const char *id)
{
	char path[sizeof(h->folder) + OID_HEX_MAX + 4];

	if (strlen(id) > 2) {
		(void)snprintf(path, sizeof(path), "%s/%.2s/%s", h->folder, id, id + 2);
		(void)unlink(path);
		(void)snprintf(path, sizeof(path), "%s/%.2s", h->folder, id);
		(void)rmdir(path);
	}
	(void)rmdir(h->folder);
}

int approval_tag_push(
	const struct approval_tag *tag, bool *taken, struct buf *said, struct fault *f)
{
	struct handing handing = { .tag = tag };
	const char *below = env_get(tag->facts->env, "TMPDIR");
	char id[OID_HEX_MAX + 1] = "";
	int status;

	*taken = false;
	if (!below || *below != '/')
		below = "/tmp";
	if (install_paths_join(handing.folder, below, "countersign-approval.XXXXXX", f) < 0)
		return -1;
	if (!mkdtemp(handing.folder))
		return fault_set(f, FAULT_ADMIN, "no folder can be made below %s: %s", below,
			strerror(errno));
	status = make_environment(&handing, f);
	if (status == 0)
		status = write_object(&handing, id, f);
	if (status == 0)
		status = push(&handing, id, taken, said, f);
	free(handing.env);
	forget(&handing, id);
	return status;
}
