/*
 * The hands that work in repositories, of whoever they are: countersign-hands puts hooks and
 * settings in, takes them out and looks whether they are still there, for install.sh and the
 * repair timer.  Nothing else of Countersign's that root runs touches what is in a stranger's
 * repository.
 *
 * For each repository there is a process of its own.  It is handed the git directory as a
 * descriptor, lets go of all rights but its owner's for good (hooks/host/run_as_owner.h), and
 * reads and writes by that descriptor alone, following no links (common/base/beneath.h).  What it
 * says and how it ended is all that comes back; root never reads it for anything but showing it.
 * It has a deadline; whatever becomes of it, the others are worked on.
 *
 *	main_hands.c	reads the call
 *	calls.c		which repositories it is for; keeps the lists (lists.h)
 *	pass_over.c	looks, for all repositories of a user at once, which have not changed
 *	jobs.c		starts a process for each of the others
 *	find.c, gitfile.c, plain.c	what lies below a root, as whom folders belong to
 *	listen.c	what these processes say, for so long and no longer
 *	install.c, look.c	what is done in the process of a repository
 *	hook_files.c, gitolite_files.c, settings.c, listed.c, policy_file.c, ref_logs.c	its parts
 *	words.c, program.c	how they say it, and how they run git and programs of ours
 */
#ifndef HOOKS_HOST_HANDS_HANDS_H
#define HOOKS_HOST_HANDS_HANDS_H

#include "common/base/beneath.h"
#include "common/base/digest.h"
#include "common/base/env.h"
#include "common/base/install_paths.h"
#include "hooks/host/run_as_owner.h"

/* How the process of a repository ends. */
enum hands_end {
	HANDS_DONE = 0,
	HANDS_UNPROVED = 1, /* it is in place, and something is not as it should be */
	HANDS_FAILED = 2,
	HANDS_VREF_PUT =
		16, /* added: gitolite's own folder is root's, so root has to put the VREF there */
	HANDS_VREF_TAKE = 32,
	HANDS_MENDED = 64, /* added: it was not as it should be, and has been put right */
};

/* A person who may approve. */
struct hands_reviewer {
	const char *name, *file;
	struct buf key;
};

/* Begins a line that names another repository with the same hooks. */
#define HANDS_BESIDE '\3'

/* What was asked for. */
struct terms {
	bool dry_run, repair, json, canary;
	bool root;         /* we have its rights to begin with */
	const char *host;  /* NULL: found out */
	const char *chain; /* `first`, `after`; NULL: as it was */
	const char *called;
	const char *http, *ca; /* for status, or NULL */
	int seconds;           /* for one repository */
	const char *policy_file;
	struct buf policy; /* its text; without a file that of a first one */
	struct hands_reviewer *reviewers;
	size_t reviewer_count;
	struct install_paths place;
	struct env env;
	struct digest_text around; /* for glance.h */
};

/* One repository, in the process that works on it. */
struct hands {
	const struct terms *terms;
	const char *path; /* of the git directory, for people */
	int dir;          /* the git directory; also where we stand */
	uid_t caller;     /* who runs all this */
	struct stat st;
	bool closed; /* nobody but root can come there */
	bool first;  /* of its owner's in this call: the canary push brings a commit */
	bool gitlab; /* its settings say so */
	struct owner owner;
	const char *host;
	char scratch[64];    /* a folder of our own; made when needed */
	int scratch_dir;     /* -1: not yet */
	char **env;          /* for programs */
	char *const *listed; /* all repositories that are guarded, NULL-terminated */
	struct buf planned;  /* folders that a dry run has told of */
	struct buf config;   /* its own file of settings, when git was last asked what is in it */
	struct buf own;      /* and what git reads in it: name, newline, value, NUL */
	int more;            /* HANDS_VREF_… */
	size_t id_len;       /* of its ids, by its settings */
};

/* What is done in that process; -1 with a fault: HANDS_FAILED. */
typedef int (*hands_work)(struct hands *h, struct fault *f);

/* Puts Countersign in. */
int hands_install(struct hands *h, struct fault *f);

/* Takes it out, and puts back what was there. */
int hands_remove(struct hands *h, struct fault *f);

/* Looks whether it is still in the way. */
int hands_look(struct hands *h, struct fault *f);

/* words.c: tells one line on standard output. */
void hands_say(const struct hands *h, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tells one line on standard error. */
void hands_warn(const struct hands *h, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tells a step of the plan; whether it is to be taken, too. */
bool hands_step(const struct hands *h, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A step if a file does not have that text and mode already.  0 or -1. */
int hands_put_text(
	struct hands *h, const char *path, mode_t mode, struct span text, struct fault *f);

/* A step if there is no such folder.  0 or -1. */
int hands_put_folder(struct hands *h, const char *path, mode_t mode, struct fault *f);

/* A step if there is such a file.  0 or -1. */
int hands_drop_file(struct hands *h, const char *path, struct fault *f);

/*
 * A step: gives a file that is there another place.  `words` and the path it comes to are what is
 * told.  0 or -1.
 */
int hands_move(struct hands *h, const char *words, const char *const fromto[2], struct fault *f);

/*
 * Reads a file of the repository as a string; "" when there is none or it is no file.  NULL: too
 * long, or no memory.
 */
const char *hands_text(const struct hands *h, const char *path, struct buf *out);

/* Whether something of that name is there. */
bool hands_is_there(const struct hands *h, const char *path);

/*
 * Whether we may write in a folder there, if there is one: asked before anything is done, so that
 * nothing is done by halves.  0 or -1.
 */
int hands_may_write(const struct hands *h, const char *folder, struct fault *f);

/* How what is written is owned: as the repository is. */
struct beneath_like hands_like(const struct hands *h, mode_t mode);

/*
 * program.c: runs a program there with the owner's rights; its output, both kinds, is appended.  0
 * or -1.
 */
int hands_run(struct hands *h, const char *const *argv, struct span input, struct buf *out,
	int *exited, struct fault *f);

/* The same of git or a program of ours that has to succeed.  0 or -1 with what it said. */
int hands_run_well(struct hands *h, const char *const *argv, struct span input, struct buf *out,
	struct fault *f);

/* Makes what programs need, to be run with the owner's rights.  0 or -1. */
int hands_prepare(struct hands *h, struct fault *f);

/*
 * Looks again whether others may write where it matters in a repository of root's, since that may
 * just have been put right. 0 or -1.
 */
int hands_settle(struct hands *h, struct fault *f);

/* Puts a file into the scratch folder, which it makes, and says its path.  0 or -1. */
int hands_scratch_put(struct hands *h, const char *name, struct span text,
	char path[INSTALL_PATH_MAX], struct fault *f);

/* Reads it back.  0 or -1. */
int hands_scratch_get(struct hands *h, const char *name, struct buf *out, struct fault *f);

/* Takes the scratch folder out, with all that programs left in it. */
void hands_scratch_drop(const char *scratch);

/* settings.c: git's settings that the hooks need, and what was set before.  0 or -1. */
int hands_settings_put(struct hands *h, struct fault *f);

/* Sets back what was set before.  0 or -1. */
int hands_settings_restore(struct hands *h, struct fault *f);

/*
 * Reads what git is told there: sets `gitlab`, `config` and `own`, and appends all to `listed`.  0
 * or -1.
 */
int hands_settings_look(struct hands *h, struct buf *listed, struct fault *f);

/*
 * Whether git lets a push to this repository run hooks that we put there, and whether we can judge
 * it.  0 or -1.
 */
int hands_settings_check(struct hands *h, struct fault *f);

/* hook_files.c: finds out the kind of host, unless it was said; after the settings were read. */
void hands_host(struct hands *h);

/* Puts in the hooks of the kind of host.  0 or -1. */
int hands_hooks_put(struct hands *h, struct fault *f);

/* Takes them out.  0 or -1. */
int hands_hooks_take(struct hands *h, struct fault *f);

/* Chains what lies in our place, or moves what is chained to where --chain wants it.  0 or -1. */
int hands_hook_keep(struct hands *h, const char *hook, const char *target, struct fault *f);

/* Takes ours out of there and puts back what was kept.  0 or -1. */
int hands_hook_take(struct hands *h, const char *hook, const char *target, struct fault *f);

/* gitolite_files.c: its common hooks and its VREF.  0 or -1. */
int hands_gitolite_put(struct hands *h, struct fault *f);

/* Takes ours out of them.  0 or -1. */
int hands_gitolite_take(struct hands *h, struct fault *f);

/* Whether that can be done to the end, found out before anything is done.  0 or -1. */
int hands_gitolite_check(struct hands *h, struct fault *f);

/*
 * Names the repositories that gitolite has linked our hooks into, and that are not guarded
 * otherwise.
 */
void hands_gitolite_beside(struct hands *h);

/* Whether the repository's update hook is gitolite's. */
bool hands_gitolite_owns(struct hands *h);

/* install.c: the branch that HEAD's file names; NULL: it does not say, as with a reftable. */
const char *hands_head(const struct hands *h, struct buf *text);

/*
 * ref_logs.c: makes the place of git's logs of refs, and takes back those that others own.
 * 0 or -1.
 */
int hands_ref_logs_put(struct hands *h, struct fault *f);

/* Whether the owner may write there: else no push would land any more.  0 or -1. */
int hands_ref_logs_check(const struct hands *h, struct fault *f);

/* policy_file.c: the repository's policy and reviewers.  0 or -1. */
int hands_policy_put(struct hands *h, struct fault *f);

#endif
