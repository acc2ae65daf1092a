/* Guarding a repository, and taking Countersign out of it. */
#include <stdio.h>
#include <string.h>

#include "hooks/host/hands/hands.h"

#define TEXT_MAX ((size_t)1 << 20)
#define INSTALLED "countersign/installed"

/*
 * HEAD in a policy means the branch that HEAD names, and a new repository often names one that
 * nobody will push.
 */
static int tell_head(struct hands *h, struct fault *f)
{
	const char *asked[] = { "git", "--git-dir=.", "symbolic-ref", "-q", "HEAD", NULL };
	const char *there[] = { "git", "--git-dir=.", "show-ref", "-q", "--verify", NULL, NULL };
	struct buf head = BUF_INIT(INSTALL_PATH_MAX), said = BUF_INIT(TEXT_MAX);
	int exited, status = hands_run(h, asked, (struct span){ 0 }, &head, &exited, f);
	const char *name;

	if (status == 0 && exited == 0 && head.len) {
		head.data[strcspn(head.data, "\n")] = '\0';
		there[5] = head.data;
		name = strncmp(head.data, "refs/heads/", 11) == 0 ? head.data + 11 : head.data;
		status = hands_run(h, there, (struct span){ 0 }, &said, &exited, f);
		if (status == 0 && exited)
			hands_say(h,
				"note: HEAD names %s, which is not there yet; what a policy says "
				"of "
				"HEAD counts for that branch and no other. If the main one is "
				"another: git --git-dir=%s symbolic-ref HEAD refs/heads/NAME",
				name, h->path);
	}
	buf_release(&head);
	buf_release(&said);
	return status;
}

/* Tries to land a commit on a reserved ref by a real push, and tells what came back. */
static int canary(struct hands *h, struct fault *f)
{
	char program[INSTALL_PATH_MAX];
	const char *argv[] = { program, h->path, NULL };
	struct buf said = BUF_INIT(TEXT_MAX);
	int exited = 1, status = install_paths_join(
				program, h->terms->place.prefix, "libexec/countersign/canary", f);

	if (h->terms->dry_run) {
		hands_say(
			h, "  would try a push to refs/countersign/canary, which must be refused");
		return 0;
	}
	argv[1] = ".";
	if (status == 0)
		status = hands_run(h, argv, (struct span){ 0 }, &said, &exited, f);
	if (status == 0 && exited == 0)
		hands_say(h, "  the canary push was refused, as it must be");
	else if (status == 0) {
		hands_warn(h, "%s: THE CANARY PUSH WAS NOT REFUSED BY COUNTERSIGN; what came back:",
			h->path);
		hands_warn(h, "%s", said.len ? said.data : "nothing");
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

/* What would keep us from guarding it, before anything is done. */
static int check(struct hands *h, struct fault *f)
{
	if (hands_settings_check(h, f) < 0 || hands_host(h, f) < 0)
		return -1;
	return strcmp(h->host, "gitolite") == 0 ? hands_gitolite_check(h, f) : 0;
}

int hands_install(struct hands *h, struct fault *f)
{
	if (check(h, f) < 0)
		return -1;
	hands_say(h, "repository: %s (%s)", h->path, h->host);
	if (hands_put_folder(h, "countersign", h->st.st_mode & 07777, f) < 0 ||
		hands_policy_put(h, f) < 0 || hands_settings_put(h, f) < 0 ||
		hands_hooks_put(h, f) < 0 || version(h, f) < 0 || hands_settle(h, f) < 0 ||
		tell_head(h, f) < 0)
		return -1;
	return canary(h, f) | h->more;
}

int hands_remove(struct hands *h, struct fault *f)
{
	if (hands_host(h, f) < 0)
		return -1;
	hands_say(h, "repository: %s (%s)", h->path, h->host);
	if (hands_hooks_take(h, f) < 0 || hands_settings_restore(h, f) < 0 ||
		hands_drop_file(h, INSTALLED, f) < 0)
		return -1;
	if (hands_is_there(h, "countersign"))
		hands_say(h, "  kept: %s/countersign (policy, log, holds)", h->path);
	return h->more;
}
