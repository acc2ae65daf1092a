#include "hooks/host/moved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/beneath.h"
#include "common/base/file.h"
#include "common/base/install_paths.h"
#include "common/base/run.h"
#include "common/facts/host.h"
#include "common/state/log.h"
#include "hooks/host/ref_log.h"

#define TEXT_MAX ((size_t)64 << 20)
#define FIRST "countersign-refs 1 "
#define DAY 86400
#define SECONDS 20

struct seen {
	const char *ref;
	struct oid id;
	int64_t log; /* how long git's log of it was */
	bool met;
};

struct looking {
	struct moved *m;
	struct fault *fault;
	struct buf text; /* of the list; the rest points into it */
	const char *time, *head;
	struct seen *list;
	size_t count;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct seen *)a)->ref, ((const struct seen *)b)->ref);
}

static struct seen *seen_of(const struct looking *l, const char *ref)
{
	const struct seen key = { .ref = ref };

	return l->count ? bsearch(&key, l->list, l->count, sizeof(*l->list), compare) : NULL;
}

/* A line behind the first. */
static void take_line(struct looking *l, char *line)
{
	const char *id = strsep(&line, " ");
	struct seen *seen = &l->list[l->count];

	if (line && strcmp(id, "HEAD") == 0)
		l->head = line;
	else if (line && oid_parse(&seen->id, span_of(id)) == 0) {
		seen->log = strtoll(line, &line, 10);
		if (*line++ == ' ') {
			seen->ref = line;
			l->count++;
		}
	}
}

/* Reads the list.  1; 0: there is none, or not of ours; -1. */
static int list_read(struct looking *l)
{
	char path[INSTALL_PATH_MAX], *rest, *line;
	struct fault none = { 0 };
	size_t lines = 0;

	if (install_paths_join(path, repo_git_dir(l->m->repo), MOVED_SEEN, l->fault) < 0)
		return -1;
	if (file_read(path, &l->text, &none) < 0 || !l->text.len ||
		strncmp(l->text.data, FIRST, strlen(FIRST)) != 0)
		return 0;
	rest = l->text.data + strlen(FIRST);
	l->time = strsep(&rest, "\n");
	for (const char *at = rest; at && *at; at++)
		lines += *at == '\n';
	l->list = calloc(lines + 1, sizeof(*l->list));
	if (!l->list)
		return fault_memory(l->fault);
	while (rest && (line = strsep(&rest, "\n")) && l->count < lines)
		take_line(l, line);
	qsort(l->list, l->count, sizeof(*l->list), compare);
	return 1;
}

struct wanted {
	const struct looking *l;
	const char *ref;
	bool found;
};

static int on_row(void *context, const struct log_entry *entry)
{
	struct wanted *w = context;
	const struct log_row *row = &entry->row;
	struct oid new;

	w->found = strcmp(row->ref, w->ref) == 0 && strcmp(row->kind, "decision") == 0 &&
		   strcmp(row->decision, "allow") == 0 && entry->fate != FATE_NOT_LANDED &&
		   strcmp(row->time, w->l->time) >= 0 && oid_parse(&new, span_of(row->new)) == 0 &&
		   oid_is_zero(&new);
	return w->found;
}

/* Whether a push has taken the ref away since the list was written.  0, 1 or -1. */
static int is_taken(const struct looking *l, const char *ref)
{
	struct log_filter filter = { .since = l->time, .ref = ref };
	struct wanted wanted = { .l = l, .ref = ref };

	if (strcmp(host_name(l->m->repo), "gitea") == 0) /* its pages take branches away */
		return 1;
	if (state_log_read(l->m->state, &filter, on_row, &wanted, l->fault) < 0)
		return -1;
	return wanted.found;
}

/* Tells of the ref what its log has of how it came where it is. */
static int tell(struct looking *l, const char *ref, const struct ref_trace *trace)
{
	char how[512];

	if (trace->by[0])
		(void)snprintf(how, sizeof(how),
			"came to %.12s by `%s`, not by a push: no hook was asked",
			oid_text(&trace->to).hex, trace->by);
	else
		(void)snprintf(how, sizeof(how),
			"is at %.12s, and git's log does not tell how it came there: not by a "
			"push, or while core.logAllRefUpdates was off",
			oid_text(&trace->to).hex);
	return l->m->each(l->m->context, ref, how);
}

/* A ref that is not what the list says, or was not in between. */
static int look_at(struct looking *l, const char *ref, const struct oid *id, struct seen *seen)
{
	struct ref_trace trace = { .repo = l->m->repo,
		.ref = ref,
		.now = *id,
		.from = seen ? &seen->id : NULL,
		.before = seen ? seen->log : 0 };
	enum ref_trail way;
	int taken = 1;

	if (seen && oid_equal(&seen->id, id) && ref_trail_length(l->m->repo, ref) == seen->log)
		return 0;
	if (ref_trail_follow(&trace, &way, l->fault) < 0)
		return -1;
	if (way == REF_TRAIL_OTHER)
		return tell(l, ref, &trace);
	if (way == REF_TRAIL_MADE && seen)
		taken = is_taken(l, ref);
	if (taken < 0)
		return -1;
	return taken ? 0
		     : l->m->each(l->m->context, ref,
			       "was deleted without a push, and made anew: no hook was asked");
}

/* Whether it is looked at; our own refs come and go by themselves. */
static bool is_wanted(const struct looking *l, const char *ref)
{
	return strncmp(ref, "refs/countersign/", 17) != 0 && policy_governs(l->m->policy, ref);
}

static int on_ref(void *context, const char *name, const struct oid *id)
{
	struct looking *l = context;
	struct seen *seen = seen_of(l, name);

	if (seen)
		seen->met = true;
	return is_wanted(l, name) ? look_at(l, name, id, seen) : 0;
}

/* One on the list that no direct ref is met for. */
static int look_at_gone(struct looking *l, const char *ref)
{
	struct ref_value now = { 0 };
	char how[2 * INSTALL_PATH_MAX];
	int taken = 1, status = repo_ref(l->m->repo, ref, &now, l->fault);

	if (status == 0 && now.kind == REF_SYMBOLIC) {
		(void)snprintf(how, sizeof(how),
			"is a symbolic ref to %.1000s now, and was none: no hook was asked",
			now.target);
		status = l->m->each(l->m->context, ref, how);
	} else if (status == 0 && now.kind == REF_ABSENT) {
		taken = is_taken(l, ref);
		status = taken < 0 ? -1 : 0;
	}
	free(now.target);
	if (status == 0 && !taken)
		status = l->m->each(
			l->m->context, ref, "is gone, and no push took it away: no hook was asked");
	return status;
}

/* What is on the list and is not there any more, or not as a ref of its own. */
static int look_for_gone(struct looking *l)
{
	int status = 0;

	for (size_t i = 0; i < l->count && status == 0; i++)
		if (!l->list[i].met && is_wanted(l, l->list[i].ref))
			status = look_at_gone(l, l->list[i].ref);
	return status;
}

/* HEAD can only be moved by hand; in a policy it means the branch that it names. */
static int look_at_head(struct looking *l)
{
	struct ref_value head = { 0 };
	char how[2 * INSTALL_PATH_MAX];
	int status = 0;

	if (!l->head || !moved_names_head(l->m->policy))
		return 0;
	if (repo_ref(l->m->repo, "HEAD", &head, l->fault) < 0)
		return -1;
	if (head.kind != REF_SYMBOLIC || strcmp(head.target, l->head) != 0) {
		(void)snprintf(how, sizeof(how),
			"names %.1000s, and named %.1000s before: what the policy says of HEAD is "
			"about that branch now",
			head.kind == REF_SYMBOLIC ? head.target : "no branch", l->head);
		status = l->m->each(l->m->context, "HEAD", how);
	}
	free(head.target);
	return status;
}

bool moved_names_head(const struct policy *policy)
{
	for (size_t i = 0; i < policy->group_count; i++)
		for (names refs = policy->groups[i].refs; *refs; refs++)
			if (strcmp(*refs, "HEAD") == 0)
				return true;
	return false;
}

int moved_find(struct moved *m, struct fault *f)
{
	struct looking l = { .m = m, .fault = f, .text = BUF_INIT(TEXT_MAX) };
	int status = strcmp(host_name(m->repo), "gitlab") == 0 ? 0 : list_read(&l);

	if (status == 1) {
		status = repo_refs(m->repo, "refs/", on_ref, &l, f);
		if (status == 0)
			status = look_for_gone(&l);
		if (status == 0)
			status = look_at_head(&l);
	}
	free(l.list);
	buf_release(&l.text);
	return status;
}

int moved_aliases(struct moved *m, struct fault *f)
{
	char git_dir[INSTALL_PATH_MAX + 16], how[2 * INSTALL_PATH_MAX], *rest, *target;
	const char *argv[] = { "git", "-c", "safe.directory=*", git_dir, "for-each-ref",
		"--format=%(if)%(symref)%(then)%(symref) %(refname)%(end)", "refs/", NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .seconds = SECONDS };
	struct buf said = BUF_INIT(TEXT_MAX);
	int exited = 0, status;

	(void)snprintf(git_dir, sizeof(git_dir), "--git-dir=%s", repo_git_dir(m->repo));
	status = run(&what, &said, &exited, f);
	rest = status == 0 && exited == 0 && said.len ? said.data : NULL;
	while (status == 0 && rest && (target = strsep(&rest, "\n"))) {
		char *name = strchr(target, ' ');

		if (name)
			*name++ = '\0';
		if (!name || !policy_governs(m->policy, name) || policy_governs(m->policy, target))
			continue;
		(void)snprintf(how, sizeof(how),
			"is a symbolic ref to %.1000s, which no rule is for: pushes there move it",
			target);
		status = m->each(m->context, name, how);
	}
	buf_release(&said);
	return status;
}

int moved_begin(struct buf *out, const char *head)
{
	time_t now = time(NULL);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	(void)buf_addf(out, FIRST "%s\n", text);
	return head ? buf_addf(out, "HEAD %s\n", head) : out->failed ? -1 : 0;
}

struct writing {
	struct repo *repo;
	struct buf text;
};

static int on_any(void *context, const char *name, const struct oid *id)
{
	struct writing *w = context;

	if (strncmp(name, "refs/countersign/", 17) == 0)
		return 0;
	return buf_addf(&w->text, "%s %lld %s\n", oid_text(id).hex,
		(long long)ref_trail_length(w->repo, name), name);
}

int moved_accept(struct repo *repo, struct fault *f)
{
	struct writing w = { repo, BUF_INIT(TEXT_MAX) };
	struct ref_value head = { 0 };
	struct beneath_like like = { 0644, (uid_t)-1, (gid_t)-1 };
	int folder = open(repo_git_dir(repo), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = folder < 0 ? fault_set(f, FAULT_ADMIN, "%s: %s", repo_git_dir(repo),
					  strerror(errno))
				: repo_ref(repo, "HEAD", &head, f);

	if (status == 0)
		(void)moved_begin(&w.text, head.kind == REF_SYMBOLIC ? head.target : NULL);
	if (status == 0)
		status = repo_refs(repo, "refs/", on_any, &w, f);
	if (w.text.failed)
		status = fault_memory(f);
	if (status == 0)
		status = beneath_write(folder, MOVED_SEEN, buf_span(&w.text), &like, f) < 0
				 ? fault_context(f, "could not write %s/%s", repo_git_dir(repo),
					   MOVED_SEEN)
				 : 0;
	free(head.target);
	buf_release(&w.text);
	if (folder >= 0)
		(void)close(folder);
	return status;
}

bool moved_is_old(struct repo *repo)
{
	char path[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };
	struct stat st;

	return install_paths_join(path, repo_git_dir(repo), MOVED_SEEN, &ignored) == 0 &&
	       lstat(path, &st) == 0 && st.st_mtime < time(NULL) - DAY;
}
