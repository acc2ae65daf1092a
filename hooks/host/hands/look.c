/* Telling whether a repository is still guarded, and mending one that is not. */
#include <stdio.h>
#include <string.h>

#include "hooks/host/hands/hands.h"

#define TEXT_MAX ((size_t)1 << 20)

/* `countersign status` of where we stand; what it says is appended.  Its exit status, or -1. */
static int status_of(struct hands *h, struct buf *said, struct fault *f)
{
	char program[INSTALL_PATH_MAX];
	const char *argv[16] = { program, "status", "--repo", "." };
	size_t n = 4;
	int exited = 2;

	if (h->terms->json)
		argv[n++] = "--json";
	if (h->terms->canary)
		argv[n++] = "--canary";
	if (h->terms->http) {
		argv[n++] = "--http";
		argv[n++] = h->terms->http;
	}
	if (h->terms->ca) {
		argv[n++] = "--ca";
		argv[n++] = h->terms->ca;
	}
	if (install_paths_join(program, h->terms->place.prefix, "bin/countersign", f) < 0 ||
		hands_run(h, argv, (struct span){ 0 }, said, &exited, f) < 0)
		return -1;
	if (!said->len)
		return fault_set(f, FAULT_ADMIN,
			"%s says nothing: install the programs again, since every push is refused",
			program);
	/* Where that user cannot come, another repository above would be looked at instead. */
	if (!h->terms->json && said->len && said->data[0] == '/' &&
		strncmp(said->data, h->path, strlen(h->path)) != 0)
		return fault_set(f, FAULT_ADMIN, "%s: user %lu cannot come there to look", h->path,
			(unsigned long)h->owner.uid);
	return exited;
}

static void say_text(const struct hands *h, const struct buf *said)
{
	if (said->len)
		hands_say(h, "%.*s", (int)(said->len - (said->data[said->len - 1] == '\n')),
			said->data);
}

/* Mends it; what is wrong still is told. */
static int mend(struct hands *h, struct fault *f)
{
	struct buf said = BUF_INIT(TEXT_MAX);
	int done = hands_install(h, f), status;

	if (done < 0 || h->terms->dry_run)
		return done;
	status = status_of(h, &said, f);
	if (status > 0)
		say_text(h, &said);
	buf_release(&said);
	return status < 0 ? -1 : done | HANDS_MENDED | (status ? HANDS_UNPROVED : 0);
}

/*
 * A repair tells only of what is not as it should be, or where the admin asked for it: a timer
 * that tells every five minutes that all is well is one that nobody reads.
 */
int hands_look(struct hands *h, struct fault *f)
{
	struct buf said = BUF_INIT(TEXT_MAX);
	int status = status_of(h, &said, f);

	if (status >= 0 &&
		(!h->terms->repair || (status == 0 && (h->terms->json || h->terms->canary))))
		say_text(h, &said);
	buf_release(&said);
	hands_gitolite_beside(h);
	if (status <= 0 || !h->terms->repair)
		return status > 0 ? HANDS_UNPROVED : status;
	return mend(h, f);
}
