/*
 * git's logs of refs, which git keeps in every guarded repository (hooks/host/moved.h): they have
 * to be the owner's, or no push lands any more.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hooks/host/hands/hands.h"
#include "hooks/host/unwritable.h"

#define LOG_MAX ((size_t)64 << 20)

/*
 * A log that somebody else's git made, in a folder of the owner's: a copy takes its place.  What
 * the owner cannot do, as with a whole folder of root's, is left, and told by status.
 */
static int take_back(void *context, const char *path, const struct stat *st)
{
	struct hands *h = context;
	struct beneath_like as = hands_like(h, st->st_mode & 0666);
	struct buf text = BUF_INIT(LOG_MAX);
	struct fault ignored = { 0 };
	bool exists;

	if (!st || !S_ISREG(st->st_mode) || st->st_uid == geteuid() ||
		beneath_read(h->dir, path, &text, &exists, &ignored) < 0 || !exists) {
		buf_release(&text);
		return 0;
	}
	if (hands_step(h, "put a copy of user %lu's %s/%s in its place", (unsigned long)st->st_uid,
		    h->path, path) &&
		beneath_write(h->dir, path, buf_span(&text), &as, &ignored) < 0)
		hands_say(h, "note: that could not be done: %s", ignored.text);
	buf_release(&text);
	return 0;
}

/*
 * Makes the place of git's logs of refs the owner's: were it made by the first who needs it, which
 * may be root, nobody who pushes could write there.  A reftable has them inside.
 */
static int make(struct hands *h, mode_t mode, struct fault *f)
{
	static const char *const folders[] = { "logs", "logs/refs", "logs/refs/heads",
		"logs/refs/tags", "logs/refs/countersign", "logs/refs/countersign/holds",
		"logs/refs/countersign/approvals" };
	struct beneath_like as = hands_like(h, mode), file = hands_like(h, mode & 0666);
	struct buf head = BUF_INIT(INSTALL_PATH_MAX);
	bool due = !hands_is_there(h, folders[0]) && hands_head(h, &head);
	int status = 0;

	buf_release(&head);
	if (!due || !hands_step(h, "make the folder %s/%s", h->path, folders[0]))
		return 0;
	for (size_t i = 0; status == 0 && i < sizeof(folders) / sizeof(folders[0]); i++)
		status = beneath_mkdir(h->dir, folders[i], &as, f);
	if (status == 0)
		status = beneath_write(h->dir, "logs/HEAD", (struct span){ "", 0 }, &file, f);
	return status < 0 ? fault_context(f, "could not make the folder %s/logs", h->path) : 0;
}

int hands_ref_logs_check(const struct hands *h, struct fault *f)
{
	static const char *const places[] = { "logs", "logs/refs", "logs/refs/heads",
		"logs/refs/tags" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (hands_is_there(h, places[i]) &&
			faccessat(h->dir, places[i], W_OK | X_OK, AT_EACCESS) < 0)
			return fault_set(f, FAULT_ADMIN,
				"user %lu may not write to %s/%s, where git will log what refs "
				"were: give %s/logs to the repository's owner",
				(unsigned long)geteuid(), h->path, places[i], h->path);
	return 0;
}

int hands_ref_logs_put(struct hands *h, struct fault *f)
{
	if (make(h, h->st.st_mode & 07777, f) < 0)
		return -1;
	if (h->owner.shared)
		return 0;
	return unwritable_find(h->dir, take_back, h, f);
}
