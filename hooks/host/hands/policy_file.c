/*
 * The repository's policy: a copy of the admin's, or a first one; and the people who may approve.
 */
#include <stdio.h>
#include <string.h>

#include "hooks/host/hands/hands.h"

#define POLICY "countersign/policy.json"
#define TEXT_MAX ((size_t)4 << 20)

static bool names(const char *policy, const char *name)
{
	char quoted[256];

	(void)snprintf(quoted, sizeof(quoted), "\"%.250s\"", name);
	return strstr(policy, quoted) != NULL;
}

/* Whether the policy has that person and that key already. */
static bool is_there(const char *policy, const struct hands_reviewer *who)
{
	size_t len = strcspn(who->key.data, "\n");
	const char *at = policy;

	if (!policy || !names(policy, who->name) || !len)
		return false;
	while (at && strncmp(at, who->key.data, len) != 0)
		at = strchr(at + 1, who->key.data[0]);
	return at != NULL;
}

/*
 * `countersign reviewer` works on a copy, and as the owner: what it says comes back, and the copy
 * if it was content.
 */
static int add(
	struct hands *h, const struct hands_reviewer *who, struct span policy, struct fault *f)
{
	char program[INSTALL_PATH_MAX], copy[INSTALL_PATH_MAX];
	const char *argv[] = { program, "reviewer", "--policy", copy, who->name, "-", NULL };
	struct buf said = BUF_INIT(TEXT_MAX), changed = BUF_INIT(TEXT_MAX);
	struct beneath_like as = hands_like(h, 0644);
	int exited = 2,
	    status = install_paths_join(program, h->terms->place.prefix, "bin/countersign", f);

	if (status == 0)
		status = hands_scratch_put(h, "policy.json", policy, copy, f);
	if (status == 0)
		status = hands_run(h, argv, buf_span(&who->key), &said, &exited, f);
	if (said.len)
		hands_say(
			h, "%.*s", (int)(said.len - (said.data[said.len - 1] == '\n')), said.data);
	if (status == 0 && exited)
		status = fault_set(f, FAULT_ADMIN, "could not add the reviewer %s with %s",
			who->name, who->file);
	if (status == 0)
		status = hands_scratch_get(h, "policy.json", &changed, f);
	if (status == 0)
		status = beneath_write(h->dir, POLICY, buf_span(&changed), &as, f);
	buf_release(&said);
	buf_release(&changed);
	return status;
}

static int reviewers(struct hands *h, struct fault *f)
{
	struct buf policy = BUF_INIT(TEXT_MAX);
	int status = 0;

	for (size_t i = 0; i < h->terms->reviewer_count && status == 0; i++) {
		const struct hands_reviewer *who = &h->terms->reviewers[i];

		if (is_there(hands_text(h, POLICY, &policy), who))
			continue;
		if (hands_step(h, "add the reviewer %s with %s to %s/%s", who->name, who->file,
			    h->path, POLICY))
			status = add(h, who, buf_span(&policy), f);
	}
	buf_release(&policy);
	return status;
}

/*
 * A first policy.  In gitolite's own repository lie the rules and keys of all the others: there it
 * has a rule for them.
 */
static int first(struct hands *h, struct fault *f)
{
	static const char rule[] = "\n    { \"name\": \"gitolite\", \"paths\": [\"/conf/\", "
				   "\"/keydir/\", \"/local/\"], \"action\": \"hold\" },";
	static const char admin[] = "/gitolite-admin.git", key[] = "\"rules\": [";
	size_t len = strlen(h->path), tail = sizeof(admin) - 1;
	struct buf text = BUF_INIT(TEXT_MAX);
	const char *whole = h->terms->policy.data, *at = strstr(whole, key);
	int status;

	if (!at || strcmp(h->host, "gitolite") != 0 || len < tail ||
		strcmp(h->path + len - tail, admin) != 0)
		return hands_put_text(h, POLICY, 0644, buf_span(&h->terms->policy), f);
	at += sizeof(key) - 1;
	(void)buf_add(&text, whole, (size_t)(at - whole));
	(void)buf_adds(&text, rule);
	(void)buf_adds(&text, at);
	status = hands_put_text(h, POLICY, 0644, buf_span(&text), f);
	buf_release(&text);
	return status;
}

int hands_policy_put(struct hands *h, struct fault *f)
{
	int status = 0;

	if (h->terms->policy_file)
		status = hands_put_text(h, POLICY, 0644, buf_span(&h->terms->policy), f);
	else if (!hands_is_there(h, POLICY))
		status = first(h, f);
	return status < 0 ? -1 : reviewers(h, f);
}
