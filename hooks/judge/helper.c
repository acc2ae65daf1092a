/*
 * A second process, which judges a long range from its end while the judge goes from the beginning,
 * until they meet.  All that it ever says is that nothing was found in a commit.  What it does not
 * say that of, for whatever reason, the judge looks at itself: verdicts are the same with it and
 * without.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hooks/judge/parts.h"

#define COMMITS_MIN 500 /* fewer are judged before a process has earned what it costs */

/* What the second process says of a commit. */
struct helper_answer {
	atomic_bool innocent; /* set last */
	uint32_t agents;      /* it counts as an agent's: 1 + its index in known_commits; else 0 */
	uint32_t changes;
};

struct judge_helper {
	pid_t pid;
	size_t size, count;  /* bytes; rows */
	double deadline;     /* the judge's, had it been alone */
	atomic_size_t front; /* the judge has come so far */
	struct helper_answer answer[];
};

/* Judges one commit, which it only speaks of when there is nothing to say. */
static bool judge_quietly(struct judge *judge, const struct rule_case *c, const struct oid *id,
	struct helper_answer *answer)
{
	struct fault ignored = { 0 };
	const struct verdict *verdict = c->verdict;
	size_t found = verdict->count + verdict->more, agents = verdict->agent_commits;
	size_t limit = judge->changes.limit, contents = judge->contents;
	const uint64_t *place = oid_map_get(&judge->known, id);

	if (!place || *place > UINT32_MAX || judge_is_late(judge) ||
		judge_commit(judge, c, id, &ignored) < 0)
		return false;
	if (verdict->count + verdict->more != found || judge->contents != contents ||
		judge->changes.end != CHANGES_WHOLE || limit - judge->changes.limit > UINT32_MAX)
		return true;
	answer->agents = verdict->agent_commits != agents ? (uint32_t)*place : 0;
	answer->changes = (uint32_t)(limit - judge->changes.limit);
	atomic_store_explicit(&answer->innocent, true, memory_order_release);
	return true;
}

/*
 * The second process.  It keeps nothing of the push's connection open, opens the state anew, and
 * ends with the one that started it.
 */
static _Noreturn void run(struct judge_helper *helper, struct judge *judge,
	const struct rule_case *about, const struct range *range)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct fault ignored = { 0 };

	for (int fd = 0; fd <= 2; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			_exit(1);
	if (judge->memory && (state_is_copy(judge->memory) ||
				     state_open(&judge->memory, repo_git_dir(judge->facts->repo),
					     STATE_READ, &ignored) < 0))
		_exit(1);
	/* so that both together take little more processor time than one is given */
	if (judge->deadline.at > 0)
		judge->deadline.at -= (judge->deadline.at - deadline_clock()) / 2;
	for (size_t i = helper->count; i-- > atomic_load(&helper->front);) {
		struct rule_case c = *about;

		c.governing = range->masks + i * range->group_count;
		if (!judge_quietly(judge, &c, &range->commits.ids[i], &helper->answer[i]))
			break;
	}
	_exit(0);
}

/* Finds out whose all commits are, as that asks the state, which another process must not. */
static int attribute_all(
	struct judge *judge, const struct range *range, bool *whole, struct fault *f)
{
	*whole = false;
	for (size_t i = 0; i < range->commits.count; i++) {
		struct attribution who;
		const char *why;

		if (judge_is_late(judge))
			return 0;
		if (judge_attribute(judge, &range->commits.ids[i], &who, &why, f) < 0)
			return -1;
	}
	*whole = true;
	return 0;
}

static struct judge_helper *ahead_new(size_t count)
{
	struct judge_helper *helper;
	size_t size = sizeof(*helper) + count * sizeof(struct helper_answer);
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return NULL;
	helper = shared;
	helper->size = size;
	helper->count = count;
	return helper;
}

/* Whether there is another processor for it. */
static bool has_room(void)
{
	cpu_set_t mine;

	return sched_getaffinity(0, sizeof(mine), &mine) == 0 && CPU_COUNT(&mine) > 1;
}

/* Two work now, and what both take counts: each has half of the time that is left. */
static void share_time(struct judge_helper *helper, struct judge *judge)
{
	double now = deadline_clock();

	helper->deadline = judge->deadline.at;
	if (judge->deadline.at > now)
		judge->deadline.at = now + (judge->deadline.at - now) / 2;
}

/* What the other has taken of the time is gone. */
static void take_time(
	const struct judge_helper *helper, struct judge *judge, const struct rusage *used)
{
	double taken = (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
		       (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e6;

	judge->deadline.at = helper->deadline - taken;
	judge->deadline.over = false;
}

int judge_helper_start(struct judge_helper **out, struct judge *judge, const struct rule_case *c,
	const struct range *range, struct fault *f)
{
	pid_t parent = getpid();
	bool whole;

	*out = NULL;
	if (range->commits.count < COMMITS_MIN || !has_room())
		return 0;
	if (attribute_all(judge, range, &whole, f) < 0)
		return -1;
	*out = whole ? ahead_new(range->commits.count) : NULL;
	if (!*out)
		return 0;
	share_time(*out, judge);
	(*out)->pid = fork();
	if ((*out)->pid == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
			_exit(1);
		run(*out, judge, c, range);
	}
	if ((*out)->pid < 0)
		judge_helper_end(out, judge);
	return 0;
}

bool judge_helper_innocent(
	struct judge_helper *helper, size_t i, struct judge *judge, struct verdict *verdict)
{
	const struct helper_answer *answer = helper ? &helper->answer[i] : NULL;

	if (!helper)
		return false;
	atomic_store(&helper->front, i);
	if (!atomic_load_explicit(&answer->innocent, memory_order_acquire) ||
		answer->changes >= judge->changes.limit)
		return false;
	judge->changes.limit -= answer->changes;
	judge->changes.end = CHANGES_WHOLE;
	if (answer->agents)
		judge_note_agents(verdict, &judge->known_commits[answer->agents - 1].who);
	return true;
}

void judge_helper_end(struct judge_helper **helper, struct judge *judge)
{
	struct rusage used = { 0 };

	if (!*helper)
		return;
	if ((*helper)->pid > 0) {
		(void)kill((*helper)->pid, SIGKILL);
		while (wait4((*helper)->pid, NULL, 0, &used) < 0 && errno == EINTR)
			;
	}
	take_time(*helper, judge, &used);
	(void)munmap(*helper, (*helper)->size);
	*helper = NULL;
}
