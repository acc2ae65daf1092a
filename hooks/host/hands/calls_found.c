/* What lies below the roots: which of it a call is for, and what is told of the rest. */
#include <stdio.h>
#include <unistd.h>

#include "hooks/host/hands/calls.h"
#include "hooks/host/hands/find.h"
#include "hooks/host/hands/jobs.h"

#define SAID_MAX ((size_t)1 << 20)

/* Lists and what was left out: git is not asked about them again. */
static int known_fill(struct calls *c, struct list *known, struct fault *f)
{
	int status = 0;

	for (size_t i = 0; i < c->repositories.count && status >= 0; i++)
		status = list_add(known, c->repositories.items[i], f);
	for (size_t i = 0; i < c->left_out.count && status >= 0; i++)
		status = list_add(known, c->left_out.items[i], f);
	return status < 0 ? -1 : 0;
}

/* A name may have a newline in it. */
static void line_add(struct buf *lines, const char *before, const char *after, const char *text)
{
	(void)buf_addf(lines, "%s%s", before, after);
	for (; *text; text++)
		(void)buf_addc(lines, *text == '\n' ? '?' : *text);
	(void)buf_addc(lines, '\n');
}

static void tell_found(struct calls *c, const struct find *find)
{
	struct buf lines = BUF_INIT(SAID_MAX);
	char faulty[256];

	(void)snprintf(faulty, sizeof(faulty), "\1%s", c->terms.called);
	for (size_t i = 0; i < find->notes.count && !c->terms.repair && !c->terms.json; i++)
		line_add(&lines, "note", ": ", find->notes.items[i]);
	for (size_t i = 0; i < find->faults.count; i++)
		line_add(&lines, faulty, ": ", find->faults.items[i]);
	jobs_show(&lines);
	buf_release(&lines);
	if (find->faults.count || (find->unguarded && c->looks))
		c->worst = 1;
}

/*
 * Adds what lies below a root to `out`; without what was left out on purpose, or, if so asked,
 * what is listed.
 */
int calls_below(struct calls *c, const char *root, struct list *out, bool only_new, struct fault *f)
{
	struct list known = { .name = "known" };
	struct find find = { .terms = &c->terms, .known = &known, .shallow = c->shallow };
	int status = known_fill(c, &known, f);

	if (status == 0)
		status = find_below(&find, root, f);
	for (size_t i = 0; i < find.found.count && status >= 0; i++) {
		const char *path = find.found.items[i];

		if (only_new ? !list_has(&known, path) : !list_has(&c->left_out, path))
			status = list_add(out, path, f);
	}
	if (status >= 0)
		tell_found(c, &find);
	find_release(&find);
	list_release(&known);
	return status < 0 ? -1 : 0;
}

/* What is new below the roots is told as such, or guarded. */
int calls_look_for_new(struct calls *c, struct list *paths, struct fault *f)
{
	struct list fresh = { .name = "new" };
	int status = 0;

	for (size_t i = 0; i < c->roots.count && status == 0; i++)
		if (access(c->roots.items[i], F_OK) == 0)
			status = calls_below(c, c->roots.items[i], &fresh, true, f);
	for (size_t i = 0; i < fresh.count && status >= 0; i++) {
		if (c->terms.repair) {
			status = list_add(paths, fresh.items[i], f);
			continue;
		}
		printf("%s: NOT GUARDED; it is new below a folder that was given to %s all: %s "
		       "status "
		       "--repair guards it\n",
			fresh.items[i], c->terms.called, c->terms.called);
		c->worst = 1;
	}
	list_release(&fresh);
	return status < 0 ? -1 : 0;
}
