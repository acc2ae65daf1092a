/* Guarding a repository, and taking Countersign out of it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hooks/host/canary.h"
#include "hooks/host/hands/hands.h"
#include "hooks/host/moved.h"
#include "hooks/host/unseen.h"

#define TEXT_MAX ((size_t)1 << 20)
#define PACKED_MAX ((size_t)16 << 20)
#define REFS_MAX ((size_t)64 << 20)
#define INSTALLED "countersign/installed"

/*
 * Whether HEAD, and the ref that it names, are where git keeps most of them: git itself, which
 * knows reftables, too, need not be asked then.
 */
static bool is_plainly_there(const struct hands *h)
{
	struct buf head = BUF_INIT(INSTALL_PATH_MAX), packed = BUF_INIT(PACKED_MAX);
	const char *ref = hands_text(h, "HEAD", &head), *text, *at;
	size_t len;
	bool there = false;

	if (ref && strncmp(ref, "ref: refs/heads/", 16) == 0) {
		ref += 5;
		head.data[head.len - 1] = '\0';
		len = strlen(ref);
		at = text = hands_text(h, "packed-refs", &packed);
		while (at && (at = strstr(at, ref)) &&
			(at == text || at[-1] != ' ' || at[len] != '\n'))
			at += len;
		there = at || hands_is_there(h, ref);
	}
	buf_release(&head);
	buf_release(&packed);
	return there;
}

/*
 * HEAD in a policy means the branch that HEAD names, and a new repository often names one that
 * nobody will push.
 */
static int tell_head(struct hands *h, struct fault *f)
{
	const char *named[] = { "git", "--git-dir=.", "symbolic-ref", "-q", "HEAD", NULL };
	const char *there[] = { "git", "--git-dir=.", "show-ref", "-q", "--verify", NULL, NULL };
	struct buf head = BUF_INIT(INSTALL_PATH_MAX), said = BUF_INIT(TEXT_MAX);
	int exited = 0, status;

	if (is_plainly_there(h))
		return 0;
	status = hands_run(h, named, (struct span){ 0 }, &head, &exited, f);
	if (status == 0 && exited == 0 && head.len > 1) {
		head.data[head.len - 1] = '\0';
		there[5] = head.data;
		status = hands_run(h, there, (struct span){ 0 }, &said, &exited, f);
		if (status == 0 && exited)
			hands_say(h,
				"note: HEAD points to %s, which does not exist yet. Rules for HEAD "
				"apply only to that branch. If your main branch has another name: "
				"git --git-dir=%s symbolic-ref HEAD refs/heads/NAME",
				strncmp(head.data, "refs/heads/", 11) == 0 ? head.data + 11
									   : head.data,
				h->path);
	}
	buf_release(&head);
	buf_release(&said);
	return status;
}

/* By a program that has git run hooks as Gitaly does. */
static int canary_program(struct hands *h, bool *refused, struct buf *said, struct fault *f)
{
	char program[INSTALL_PATH_MAX];
	const char *argv[] = { program, h->path, NULL };
	int exited = 1;

	if (install_paths_join(program, h->terms->place.prefix, "libexec/countersign/canary", f) <
			0 ||
		hands_run(h, argv, (struct span){ 0 }, said, &exited, f) < 0)
		return -1;
	*refused = exited == 0 && canary_refused(said);
	return 0;
}

/* What lands is taken back.  Of many repositories none is to begin to pack itself anew for this. */
static int canary_git(struct hands *h, bool *refused, struct buf *said, struct fault *f)
{
	const char *receive[] = { "git", "-c", "receive.autogc=false", "receive-pack",
		"--stateless-rpc", ".", NULL };
	const char *drop[] = { "git", "--git-dir=.", "update-ref", "-d", "refs/countersign/canary",
		NULL };
	struct canary_push push;
	int exited, status = canary_make(&push, h->id_len, h->first, f);

	if (status == 0)
		status = hands_run(h, receive, buf_span(&push.request), said, &exited, f);
	buf_release(&push.request);
	*refused = status == 0 && canary_refused(said);
	if (status == 0 && h->first && canary_landed(said))
		status = hands_run(h, drop, (struct span){ 0 }, said, &exited, f);
	return status;
}

/* Tries to land a commit on a reserved ref by a real push, and tells what came back. */
static int canary(struct hands *h, struct fault *f)
{
	struct buf said = BUF_INIT(TEXT_MAX);
	struct span why;
	bool refused = false;
	int status;

	if (h->terms->dry_run) {
		hands_say(
			h, "  would try a push to refs/countersign/canary, which must be refused");
		return 0;
	}
	status = strcmp(h->host, "gitlab") == 0 ? canary_program(h, &refused, &said, f)
						: canary_git(h, &refused, &said, f);
	if (status == 0 && refused)
		hands_say(h, "  the canary push was refused, as expected");
	else if (status == 0 && canary_unjudged(&said, &why)) {
		hands_warn(h,
			"%s: the canary push was refused, and so is every other, since none can be "
			"judged here: %.*s",
			h->path, (int)why.len, why.data);
		status = HANDS_UNPROVED;
	} else if (status == 0) {
		hands_warn(h,
			"%s: THE CANARY PUSH WAS NOT REFUSED BY COUNTERSIGN; its output:", h->path);
		hands_warn(
			h, "%.*s", (int)(said.len ? said.len : 4), said.len ? said.data : "none");
		status = HANDS_UNPROVED;
	}
	buf_release(&said);
	return status;
}

/* The version that the hooks are of, for `countersign status`. */
static int version(struct hands *h, struct fault *f)
{
	static const char text[] = COUNTERSIGN_VERSION "\n";

	return hands_put_text(h, INSTALLED, 0644, (struct span){ text, sizeof(text) - 1 }, f);
}

const char *hands_head(const struct hands *h, struct buf *text)
{
	char *head = (char *)hands_text(h, "HEAD", text);

	if (!head || strncmp(head, "ref: refs/heads/", 16) != 0 || strstr(head, "/.invalid"))
		return NULL;
	head[strcspn(head, "\n")] = '\0';
	return head + 5;
}

/* The ids of branches and tags in lines of `id name`. */
static void add_ids(struct buf *out, const char *lines)
{
	for (const char *at = lines, *end; at && (end = strchr(at, '\n')); at = end + 1) {
		size_t len = strcspn(at, " ");

		if (strncmp(at + len, " refs/heads/", 12) == 0 ||
			strncmp(at + len, " refs/tags/", 11) == 0)
			(void)buf_addf(out, "%.*s\n", (int)len, at);
	}
}

/* The lines of the list of what refs were (hooks/host/moved.h). */
static void add_refs(struct hands *h, struct buf *out, const char *lines)
{
	bool logs = hands_is_there(h, "logs");
	char path[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	for (const char *at = lines, *end; at && (end = strchr(at, '\n')); at = end + 1) {
		size_t len = strcspn(at, " ");
		struct stat st = { 0 };
		bool exists;

		(void)snprintf(
			path, sizeof(path), "logs/%.*s", (int)(end - at - len - 1), at + len + 1);
		if (!logs || beneath_stat(h->dir, path, &st, &exists, &ignored) < 0 || !exists)
			st.st_size = 0;
		(void)buf_addf(out, "%.*s %lld %s", (int)len, at, (long long)st.st_size,
			path + strlen("logs/"));
		(void)buf_addc(out, '\n');
	}
	fault_clear(&ignored);
}

/* What was there before any push was judged, for `countersign status`. */
static int baseline(struct hands *h, struct fault *f)
{
	const char *argv[] = { "git", "--git-dir=.", "for-each-ref",
		"--format=%(objectname) %(refname)", NULL };
	struct buf said = BUF_INIT(REFS_MAX), list = BUF_INIT(REFS_MAX), ids = BUF_INIT(REFS_MAX),
		   head = BUF_INIT(INSTALL_PATH_MAX);
	int status = 0;

	if (!hands_is_there(h, UNSEEN_BASELINE) || !hands_is_there(h, MOVED_SEEN))
		status = hands_run_well(h, argv, (struct span){ 0 }, &said, f);
	if (status == 0 && !hands_is_there(h, UNSEEN_BASELINE)) {
		add_ids(&ids, said.data);
		status = hands_put_text(h, UNSEEN_BASELINE, 0644, buf_span(&ids), f);
	}
	if (status == 0 && !hands_is_there(h, MOVED_SEEN)) {
		(void)moved_begin(&list, hands_head(h, &head));
		add_refs(h, &list, said.data);
		status = hands_put_text(h, MOVED_SEEN, 0644, buf_span(&list), f);
	}
	buf_release(&said);
	buf_release(&list);
	buf_release(&ids);
	buf_release(&head);
	return status;
}

/* What would keep us from guarding it, before anything is done. */
static int check(struct hands *h, struct fault *f)
{
	static const char *const folders[] = { ".", "countersign", "hooks", "custom_hooks" };

	if (hands_settings_check(h, f) < 0 || hands_ref_logs_check(h, f) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (!hands_is_there(h, INSTALLED) && hands_may_write(h, folders[i], f) < 0)
			return -1;
	hands_host(h);
	return strcmp(h->host, "gitolite") == 0 ? hands_gitolite_check(h, f) : 0;
}

/*
 * Who may write in the repository has to write in our folder, too: where that is everybody, nobody
 * is to put something in the place of what is another's.
 */
static mode_t folder_mode(const struct hands *h)
{
	mode_t mode = h->st.st_mode & 07777;

	return mode & S_IWOTH ? mode | S_ISVTX : mode;
}

int hands_install(struct hands *h, struct fault *f)
{
	if (check(h, f) < 0)
		return -1;
	hands_say(h, "repository: %s (%s)", h->path, h->host);
	if (hands_put_folder(h, "countersign", folder_mode(h), f) < 0 ||
		hands_ref_logs_put(h, f) < 0 || hands_policy_put(h, f) < 0 ||
		hands_settings_put(h, f) < 0 || hands_hooks_put(h, f) < 0 || version(h, f) < 0 ||
		baseline(h, f) < 0 || hands_settle(h, f) < 0 || tell_head(h, f) < 0)
		return -1;
	return canary(h, f) | h->more;
}

int hands_remove(struct hands *h, struct fault *f)
{
	struct buf listed = BUF_INIT(TEXT_MAX);
	bool there = hands_is_there(h, INSTALLED);
	int status = hands_settings_look(h, &listed, f);

	buf_release(&listed);
	if (status < 0)
		return -1;
	hands_host(h);
	hands_say(h, "repository: %s (%s)", h->path, h->host);
	if (!there)
		hands_say(h, "  Countersign was not installed here, or is removed already");
	if (hands_hooks_take(h, f) < 0 || hands_settings_restore(h, f) < 0 ||
		hands_drop_file(h, UNSEEN_BASELINE, f) < 0 ||
		hands_drop_file(h, MOVED_SEEN, f) < 0 || hands_drop_file(h, INSTALLED, f) < 0)
		return -1;
	if (hands_is_there(h, "countersign"))
		hands_say(h, "  kept: %s/countersign (policy, log, holds)", h->path);
	return h->more;
}
