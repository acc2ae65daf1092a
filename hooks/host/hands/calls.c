#include "hooks/host/hands/calls.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/run.h"
#include "hooks/host/hands/jobs.h"
#include "hooks/host/hands/vref.h"

#define SAID_MAX ((size_t)1 << 20)

/* Tells a step of the lists'; whether it is to be taken, too. */
static bool step(const struct calls *c, const char *words, const char *path, const char *list)
{
	printf("  %s%s %s %s %s/%s\n", c->terms.dry_run ? "would " : "", words, path,
		strcmp(words, "add") == 0 ? "to" : "off", c->terms.place.etc, list);
	return !c->terms.dry_run;
}

static void add(struct calls *c, struct list *list, const char *path)
{
	struct fault f = { 0 };

	if (!list_has(list, path) && step(c, "add", path, list->name) &&
		list_add(list, path, &f) < 0)
		fprintf(stderr, "%s: %s\n", c->terms.called, f.text);
}

static void drop(struct calls *c, struct list *list, const char *path)
{
	if (list_has(list, path) && step(c, "take", path, list->name))
		(void)list_drop(list, path);
}

/* So that what was done is known if we are ended; more than once a second would be a waste. */
static void lists_save(struct calls *c, bool now)
{
	static time_t last;
	struct fault f = { 0 };

	if (!now && time(NULL) == last)
		return;
	last = time(NULL);
	if (list_write(&c->repositories, c->terms.place.etc, &f) < 0 ||
		list_write(&c->left_out, c->terms.place.etc, &f) < 0 ||
		list_write(&c->roots, c->terms.place.etc, &f) < 0) {
		fprintf(stderr, "%s: %s\n", c->terms.called, f.text);
		c->worst = 1;
	}
}

static bool is_below_a_root(const struct calls *c, const char *path)
{
	for (size_t i = 0; i < c->roots.count; i++) {
		size_t len = strlen(c->roots.items[i]);

		len -= len && c->roots.items[i][len - 1] == '/';
		if (strncmp(path, c->roots.items[i], len) == 0 && path[len] == '/')
			return true;
	}
	return false;
}

/*
 * Whoever may not write the lists is refused before anything is done that they would have to name.
 */
static bool may_list(const struct calls *c)
{
	char path[INSTALL_PATH_MAX];
	struct fault f = { 0 };

	if (c->terms.dry_run || access(c->terms.place.etc, W_OK) == 0 ||
		(access(c->terms.place.etc, F_OK) < 0 && c->terms.root))
		return true;
	if (install_paths_join(path, c->terms.place.etc, "repositories", &f) == 0)
		fprintf(stderr, "%s: may not write %s: run this as root, or install sudo\n",
			c->terms.called, path);
	return false;
}

static void absent(struct calls *c, const struct job *job)
{
	if (!list_has(&c->repositories, job->given)) {
		fprintf(stderr, "%s: no repository %s%s\n", c->terms.called, job->given,
			c->looks || c->terms.repair ? ", and none of that name is guarded" : "");
		c->worst = 1;
	} else if (!c->terms.repair) {
		printf("%s: IS NOT THERE ANY MORE; %s status --repair takes it off the list\n",
			job->given, c->terms.called);
		c->worst = 1;
	} else {
		printf("repository: %s\n", job->given);
		drop(c, &c->repositories, job->given);
	}
}

static void note_end(struct calls *c, const struct job *job)
{
	if (job->end & ~(HANDS_MENDED | HANDS_VREF_PUT | HANDS_VREF_TAKE))
		c->worst = 1;
	if (vref_change(&c->terms, job->end) < 0)
		c->worst = 1;
}

static void installed(void *context, const struct job *job)
{
	struct calls *c = context;
	int end = job->end & 3;

	if (job->end == JOB_ABSENT) {
		absent(c, job);
		return;
	}
	note_end(c, job);
	if (end == HANDS_DONE || end == HANDS_UNPROVED) {
		add(c, &c->repositories, job->path);
		drop(c, &c->left_out, job->path);
		lists_save(c, false);
	}
}

static void removed(void *context, const struct job *job)
{
	struct calls *c = context;

	if (job->end == JOB_ABSENT) {
		absent(c, job);
		return;
	}
	note_end(c, job);
	if ((job->end & 3) != HANDS_DONE)
		return;
	drop(c, &c->repositories, job->path);
	if (is_below_a_root(c, job->path))
		add(c, &c->left_out, job->path);
	lists_save(c, false);
}

static void looked(void *context, const struct job *job)
{
	struct calls *c = context;

	if (job->end == JOB_ABSENT)
		absent(c, job);
	else if (c->terms.repair && !list_has(&c->repositories, job->path) &&
		 ((job->end & HANDS_MENDED) || is_below_a_root(c, job->path)))
		installed(context, job);
	else
		note_end(c, job);
	if (c->glance && job->end == HANDS_DONE && job->dates.hex[0] &&
		(!job->known || strcmp(job->known->hex, job->dates.hex) != 0) &&
		glances_keep(&c->glances, job->path, &job->dates, &(struct fault){ 0 }) < 0)
		c->worst = 1;
}

/*
 * gitolite has linked our hooks into it, too, and it has neither the settings nor a place on the
 * list.
 */
static void beside(void *context, const struct job *job, const char *path)
{
	struct calls *c = context;
	char item[INSTALL_PATH_MAX + 32];
	struct fault f = { 0 };

	(void)snprintf(item, sizeof(item), "%lu %s", (unsigned long)job->owner, path);
	if (!list_has(&c->repositories, path) && !list_has(&c->left_out, path) &&
		list_add(&c->beside, item, &f) < 0)
		c->worst = 1;
}

static void tell_beside(struct calls *c)
{
	for (size_t i = 0; i < c->beside.count; i++) {
		const char *path = strchr(c->beside.items[i], ' ') + 1;

		if (list_has(&c->repositories, path))
			continue;
		printf("%s: NOT GUARDED; it has our hooks by gitolite's links alone: %s status "
		       "--repair guards it\n",
			path, c->terms.called);
		c->worst = 1;
	}
}

/* Paths that people gave may have links of their own; those that we wrote down have none. */
static int run_jobs(struct calls *c, struct jobs *jobs, char *const *paths, struct fault *f)
{
	size_t count = 0;
	struct job *list;
	int status;

	while (paths[count])
		count++;
	list = calloc(count + 1, sizeof(*list));
	if (!list)
		return fault_memory(f);
	jobs->glances = c->glance;
	for (size_t i = 0; i < count; i++)
		list[i] = (struct job){ .given = paths[i],
			.known = c->glance ? glances_find(&c->glances, paths[i]) : NULL,
			.links = list_has(&c->repositories, paths[i]) ? TRAIL_LINKS_NONE
								      : TRAIL_LINKS_OURS };
	jobs->terms = &c->terms;
	jobs->listed = &c->repositories;
	jobs->context = c;
	jobs->beside = beside;
	status = jobs_run(jobs, list, count, f);
	lists_save(c, true);
	free(list);
	return status < 0 ? -1 : c->worst;
}

/* The same for those that were named by others meanwhile, or tells of them. */
static int run_beside(struct calls *c, struct jobs *jobs, struct fault *f)
{
	struct job *list = calloc(c->beside.count + 1, sizeof(*list));
	size_t count = 0;
	int status;

	if (!list)
		return fault_memory(f);
	for (size_t i = 0; i < c->beside.count; i++) {
		const char *path = strchr(c->beside.items[i], ' ') + 1;

		if (!list_has(&c->repositories, path))
			list[count++] = (struct job){ .given = path,
				.links = TRAIL_LINKS_NONE,
				.beside = true,
				.owner = (uid_t)strtoul(c->beside.items[i], NULL, 10) };
	}
	jobs->beside = NULL;
	jobs->glances = false;
	status = jobs_run(jobs, list, count, f);
	lists_save(c, true);
	free(list);
	return status < 0 ? -1 : c->worst;
}

static int run_all(struct calls *c, struct jobs *jobs, char *const *paths, struct fault *f)
{
	int status = run_jobs(c, jobs, paths, f);
	struct jobs install = { .work = hands_install, .done = installed };

	if (status < 0 || !c->beside.count)
		return status;
	if (c->looks && !c->terms.repair) {
		tell_beside(c);
		return c->worst;
	}
	install.terms = jobs->terms;
	install.listed = jobs->listed;
	install.context = c;
	return run_beside(c, &install, f);
}

/* A policy with errors would refuse every push. */
static bool policy_is_good(const struct calls *c)
{
	char program[INSTALL_PATH_MAX];
	const char *argv[] = { program, "policy", "check", c->terms.policy_file, NULL };
	struct run what = { .argv = argv, .env = c->terms.env.vars, .seconds = c->terms.seconds };
	struct buf said = BUF_INIT(SAID_MAX);
	struct fault f = { 0 };
	int exited = 1;

	if (!c->terms.policy_file)
		return true;
	if (install_paths_join(program, c->terms.place.prefix, "bin/countersign", &f) < 0 ||
		run(&what, &said, &exited, &f) < 0)
		exited = 1;
	if (said.len)
		(void)fwrite(said.data, 1, said.len, stdout);
	if (exited)
		fprintf(stderr, "%s: %s has errors; nothing was done\n", c->terms.called,
			c->terms.policy_file);
	buf_release(&said);
	return exited == 0;
}

static int call_repo(struct calls *c, char *const *paths, struct fault *f)
{
	struct jobs jobs = { .work = hands_install, .done = installed };

	return may_list(c) && policy_is_good(c) ? run_all(c, &jobs, paths, f) : 1;
}

static int call_remove(struct calls *c, char *const *paths, struct fault *f)
{
	struct jobs jobs = { .work = hands_remove, .done = removed };

	return may_list(c) ? run_jobs(c, &jobs, paths, f) : 1;
}

static int call_all(struct calls *c, char *const *roots, struct fault *f)
{
	struct list paths = { .name = "paths" };
	struct jobs jobs = { .work = hands_install, .done = installed };
	int status = 0;

	if (!may_list(c) || !policy_is_good(c))
		return 1;
	for (; *roots && status == 0; roots++) {
		struct trail trail;
		bool gone;

		status = trail_to(&trail, *roots, TRAIL_LINKS_OURS, &gone, f);
		if (status == 0) {
			add(c, &c->roots, trail.path);
			status = calls_below(c, trail.path, &paths, false, f);
		}
		trail_release(&trail);
	}
	lists_save(c, true);
	if (status == 0)
		status = run_all(c, &jobs, paths.count ? paths.items : (char *const[]){ NULL }, f);
	list_release(&paths);
	return status;
}

static int call_status(struct calls *c, char *const *given, struct fault *f)
{
	struct list paths = { .name = "paths" };
	struct jobs jobs = { .work = hands_look, .done = looked };
	int status = 0;

	if (*given)
		return run_all(c, &jobs, given, f);
	c->glance = c->terms.repair && !c->terms.json && !c->terms.canary && !c->terms.dry_run &&
		    glance_around(&c->terms, &c->terms.around, f) == 0;
	if (c->glance)
		glances_read(&c->glances, c->terms.place.etc);
	c->shallow = c->glance && !glances_deep(&c->glances);
	if (!c->repositories.count && !c->terms.repair)
		printf("no repository is guarded by %s\n", c->terms.place.prefix);
	for (size_t i = 0; i < c->repositories.count && status >= 0; i++)
		status = list_add(&paths, c->repositories.items[i], f);
	if (status >= 0)
		status = calls_look_for_new(c, &paths, f);
	if (status >= 0)
		status = run_all(c, &jobs, paths.count ? paths.items : (char *const[]){ NULL }, f);
	if (c->glance && glances_write(&c->glances, c->terms.place.etc, f) < 0)
		status = -1;
	list_release(&paths);
	return status;
}

call_run call_named(const char *name)
{
	static const struct {
		const char *name;
		call_run run;
	} calls[] = { { "repo", call_repo }, { "all", call_all }, { "status", call_status },
		{ "remove", call_remove } };

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].run;
	return NULL;
}
