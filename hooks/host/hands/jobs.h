/*
 * A process for each repository, some at a time.  What each says is shown all at once, in the
 * order of the paths, with what could move a terminal's cursor taken out; what does not end in
 * time is ended.
 */
#ifndef HOOKS_HOST_HANDS_JOBS_H
#define HOOKS_HOST_HANDS_JOBS_H

#include "hooks/host/hands/hands.h"
#include "hooks/host/hands/lists.h"

/* Besides enum hands_end: there is nothing at the path. */
#define JOB_ABSENT 128

/* One path, as it comes and as it ended. */
struct job {
	const char *given;               /* the path that was asked for */
	enum trail_links links;          /* which links may lie on the way */
	char path[INSTALL_PATH_MAX];     /* of the git directory; `given` when it is not known */
	const struct digest_text *known; /* its dates when it was last found whole; NULL: look */
	struct digest_text dates;        /* as they are now; "" when they were not asked for */
	bool same;                       /* it has the known ones, and is passed over */
	int end;                         /* enum hands_end and what is added to it, or JOB_ABSENT */
	bool beside; /* another repository named it: only what has that one's owner is worked on */
	uid_t owner; /* whose it is, or, with `beside`, whose it has to be */
};

struct jobs {
	const struct terms *terms;
	const struct list *listed; /* what is guarded, as it grows; for struct hands */
	hands_work work;           /* what is to be done in each */
	void (*done)(void *context,
		const struct job *job); /* called for each, after what it said was shown */
	/* called for each other repository that one names as having the same hooks; or NULL */
	void (*beside)(void *context, const struct job *job, const char *path);
	void *context;
	bool glances; /* ask for the dates, and pass over what has the known ones */
};

/*
 * Walks to the git directory that the path is, or whose working tree it is, as root.  0, or -1 with
 * `end` set.  For trail_release() either way.
 */
int job_find(struct job *job, struct trail *trail, struct fault *f);

/*
 * Stands there and opens `dir`, with the rights that the process has; and where it stands is what
 * root has looked at.  0 or -1.
 */
int job_stand(struct hands *h, const struct trail *trail, struct fault *f);

/* Works on all of them.  0, or -1: could not begin. */
int jobs_run(const struct jobs *jobs, struct job *list, size_t count, struct fault *f);

/* Shows lines that a process said, those of standard error there. */
void jobs_show(const struct buf *said);

#endif
