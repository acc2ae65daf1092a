/*
 * What lies beyond the limit of commits: it is not judged, but where people may approve that, a
 * hold stores all that was sent, and whoever reads the repository can fetch it.  So everything that
 * was sent is looked into for credentials, for as long as there is time; and what was not is said,
 * to the pusher and to whoever is asked to approve it.
 */
#include <stdio.h>

#include "hooks/judge/parts.h"

#define SENT_MAX ((size_t)500000)

struct sent {
	struct oid_list objects; /* as they lie there */
	bool more;
	struct fault *fault;
};

static int on_sent(void *context, const struct oid *id)
{
	struct sent *sent = context;

	sent->more = sent->objects.count == SENT_MAX;
	return sent->more || oid_list_add(&sent->objects, id) < 0;
}

/*
 * Whose doing it is: one agent among the commits that nobody counts is enough, and then it may be
 * any agent's.
 */
static int find_agent(
	struct judge *judge, const struct sent *sent, struct attribution *who, struct fault *f)
{
	for (size_t i = 0; i < sent->objects.count && !who->count; i++) {
		const struct oid *id = &sent->objects.ids[i];
		enum object_type type;
		struct attribution its;
		const char *why;
		size_t size;

		if (judge_is_late(judge))
			return deadline_fault(f, "finding out who made its commits");
		if (repo_read_header(judge->facts->repo, id, &type, &size, f) < 0)
			return -1;
		if (type != OBJECT_COMMIT)
			continue;
		if (judge_attribute(judge, id, &its, &why, f) < 0 ||
			(!why && attribution_merge(judge->attributor, who, &its, f) < 0))
			return -1;
	}
	who->more = true;
	return 0;
}

/* Says how much of it was not looked into. */
static int say_rest(struct judge *judge, const struct rule_case *c, const struct sent *sent,
	size_t looked_into, struct fault *f)
{
	char detail[256];

	if (looked_into == sent->objects.count && !sent->more)
		return 0;
	(void)snprintf(detail, sizeof(detail),
		"of the %zu%s objects that were sent %zu were not looked into for credentials, "
		"which everybody who reads the repository can fetch from the hold",
		sent->objects.count, sent->more ? " and more" : "",
		sent->objects.count - looked_into);
	return judge_limit(judge, c, detail, f);
}

/* Looks into them until time is over; *count of them. */
static int look_into(struct judge *judge, const struct rule_case *c, const struct sent *sent,
	size_t *count, struct fault *f)
{
	int status = 0;

	for (*count = 0; status == 0 && *count < sent->objects.count; ++*count)
		status = judge_is_late(judge)
				 ? deadline_fault(f, "looking for credentials")
				 : judge_unplaced(judge, c, &sent->objects.ids[*count], f);
	if (status < 0 && f->class == FAULT_LIMIT) {
		--*count;
		fault_clear(f);
		status = 0;
	}
	return status;
}

int judge_beyond(struct judge *judge, const struct rule_case *about, struct fault *f)
{
	struct sent sent = { .fault = f };
	struct rule_case c = *about;
	struct attribution who = *about->who;
	bool anyone;
	size_t count = 0;
	int status;

	if (judge->introduced_whole || judge->beyond_done ||
		!*judge->facts->policy->limits.approvers ||
		!judge_asks_credentials(judge, about, &anyone))
		return 0;
	judge->beyond_done = true;
	c.who = &who;
	status = repo_brought(judge->facts->repo, on_sent, &sent, f);
	if (status > 0 && !sent.more)
		status = fault_memory(f);
	if (status >= 0)
		status = find_agent(judge, &sent, &who, f);
	if (status < 0 && f->class == FAULT_LIMIT) {
		fault_clear(f);
		status = 0;
	} else if (status == 0 && (who.count || anyone)) {
		status = look_into(judge, &c, &sent, &count, f);
	} else {
		count = sent.objects.count; /* all of it is people's */
	}
	if (status == 0)
		status = say_rest(judge, about, &sent, count, f);
	oid_list_release(&sent.objects);
	return status;
}
