/* One commit: who made it, and each of its changes held against the rules. */
#include <stdlib.h>

#include "hooks/judge/parts.h"

const char judge_text_over[] = "the commit or tag object is over 2 MiB, so it was not looked into";

int judge_object(struct judge *judge, const struct rule_case *c, const struct objection *what,
	struct fault *f)
{
	struct objection objection = *what;

	objection.observe = judge->facts->policy->observe;
	return rule_object(c, &objection, f);
}

int judge_limit(struct judge *judge, const struct rule_case *c, const char *detail, struct fault *f)
{
	const struct rule limits = { .approvers = judge->facts->policy->limits.approvers,
		.approvals = 1,
		.layer = judge->facts->policy->limits_layer };
	bool may = *limits.approvers != NULL;

	return judge_object(judge, c,
		&(struct objection){ .rule = "limits",
			.action = may ? ACTION_HOLD : ACTION_DENY,
			.detail = detail,
			.configured = may ? &limits : NULL },
		f);
}

int judge_attribute_once(struct judge *judge, const struct oid *id, const struct commit *commit,
	struct attribution *out, struct fault *f)
{
	struct attribution_subject subject = { .id = id, .commit = commit };
	struct object note = { 0 };
	bool noted = false;
	int status;

	subject.introduced = oid_map_get(&judge->introduced, id) != NULL;
	if (judge_note_find(judge, id, &note, &noted, f) < 0)
		return fault_context(f, "commit %s", oid_text(id).hex);
	if (noted)
		subject.note = note.data;
	status = attribution_of_commit(judge->attributor, &subject, out, f);
	if (noted)
		object_release(&note);
	return status < 0 ? fault_context(f, "commit %s", oid_text(id).hex) : 0;
}

static int known_add(
	struct judge *judge, const struct oid *id, const struct attribution *who, struct fault *f)
{
	uint64_t *place = oid_map_put(&judge->known, id);

	if (place && !*place) {
		struct known_commit *grown = judge->known_commits;

		if ((judge->known_count & (judge->known_count - 1)) == 0)
			grown = realloc(grown,
				(judge->known_count ? judge->known_count * 2 : 1) * sizeof(*grown));
		if (!grown)
			return fault_memory(f);
		judge->known_commits = grown;
		grown[judge->known_count] = (struct known_commit){ *id, *who };
		*place = ++judge->known_count;
	}
	return place ? 0 : fault_memory(f);
}

int judge_attribute_read(struct judge *judge, const struct oid *id, const struct commit *commit,
	struct attribution *out, struct fault *f)
{
	const uint64_t *place = oid_map_get(&judge->known, id);

	if (place) {
		*out = judge->known_commits[*place - 1].who;
		return 0;
	}
	if (judge_attribute_once(judge, id, commit, out, f) < 0)
		return -1;
	return known_add(judge, id, out, f);
}

static int read_commit(struct judge *judge, const struct oid *id, struct object *object,
	struct commit *commit, const char **why, struct fault *f)
{
	bool over;

	*why = NULL;
	if (repo_read_within(judge->facts->repo, id, JUDGE_TEXT_MAX, object, &over, f) < 0)
		return -1;
	if (over)
		*why = judge_text_over;
	else if (object->type != OBJECT_COMMIT)
		*why = "it is not a commit";
	else if (commit_parse(commit, id->len, object->data, why) < 0 &&
		 oid_list_has(&judge->facts->policy->malformed, id) &&
		 commit_recover(commit, id->len, object->data) == 0)
		*why = NULL;
	return 0;
}

int judge_attribute(struct judge *judge, const struct oid *id, struct attribution *out,
	const char **why, struct fault *f)
{
	const uint64_t *place = oid_map_get(&judge->known, id);
	struct object object = { 0 };
	struct commit commit;
	int status;

	*why = NULL;
	if (place) {
		*out = judge->known_commits[*place - 1].who;
		return 0;
	}
	status = read_commit(judge, id, &object, &commit, why, f);
	if (status == 0 && !*why)
		status = judge_attribute_read(judge, id, &commit, out, f);
	object_release(&object);
	return status;
}

int judge_add_maker(
	struct judge *judge, const struct oid *id, struct attribution *who, struct fault *f)
{
	struct attribution maker;
	const char *why;

	if (judge_attribute(judge, id, &maker, &why, f) < 0)
		return -1;
	return why ? 0 : attribution_merge(judge->attributor, who, &maker, f);
}

void judge_note_agents(struct verdict *verdict, const struct attribution *who)
{
	verdict->agent_commits += who->count > 0;
	for (size_t i = 0; i < who->count; i++)
		verdict_add_agent(verdict, who->agents[i].name);
	verdict->more_agents = verdict->more_agents || who->more;
	if (who->certificate)
		verdict_add_certificate(verdict, who->certificate);
}

/* Whether a rule asks where sessions can be read, which a note may say. */
static bool asks_for_sessions(const struct policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].message && policy->rules[i].message->session)
			return true;
	return false;
}

/* The rules, with the note that is on the commit or comes with it, whosever that is.  0 or -1. */
static int judge_noted_commit(struct judge *judge, struct rule_case *c, struct fault *f)
{
	struct object note = { 0 };
	bool found = false;
	size_t kinds = asks_for_sessions(judge->facts->policy) ? 2 : 0;
	int status = 0;

	for (size_t i = 0; status == 0 && !found && i < kinds; i++)
		status = notes_find(
			&judge->notes[i], judge->facts->repo, c->commit, &note, &found, f);

	if (found)
		c->note = note.data;
	if (status == 0)
		status = rules_judge(c, f);
	c->note = (struct span){ 0 };
	if (found)
		object_release(&note);
	return status;
}

static int judge_parsed(struct judge *judge, const struct rule_case *about,
	const struct commit *commit, struct fault *f)
{
	struct rule_case c = *about;
	struct attribution who;
	int status;

	if (judge_attribute_read(judge, c.commit, commit, &who, f) < 0)
		return -1;
	if (oid_list_has(&judge->facts->policy->malformed, c.commit))
		who.malformed = NULL;
	c.who = &who;
	judge_note_agents(c.verdict, &who);
	status = who.malformed ? judge_object(judge, &c,
					 &(struct objection){ .rule = "malformed",
						 .action = ACTION_DENY,
						 .detail = who.malformed },
					 f)
			       : judge_noted_commit(judge, &c, f);
	return status < 0 ? -1 : judge_commit_changes(judge, &c, commit, f);
}

/*
 * A commit whose own text is not read: as far as its trees go it counts as the doing of whoever the
 * update is of.
 */
static int judge_unread(struct judge *judge, const struct rule_case *c, struct fault *f)
{
	const struct oid *parents;
	struct oid old = { 0 }, new;
	size_t count;

	if (judge_unparsed(judge, c, judge_text_over, f) < 0 ||
		graph_tree(judge->graph, c->commit, &new, f) < 0 ||
		graph_parents(judge->graph, c->commit, &parents, &count, f) < 0 ||
		(count && graph_tree(judge->graph, &parents[0], &old, f) < 0))
		return -1;
	return judge_tree_changes(judge, c, &old, &new, f);
}

int judge_unparsed(struct judge *judge, const struct rule_case *c, const char *why, struct fault *f)
{
	if (why == judge_text_over)
		return judge_limit(judge, c, why, f);
	return judge_object(judge, c,
		&(struct objection){ .rule = "malformed", .action = ACTION_DENY, .detail = why },
		f);
}

int judge_commit(
	struct judge *judge, const struct rule_case *about, const struct oid *id, struct fault *f)
{
	struct rule_case c = *about;
	struct object object = { 0 };
	struct commit commit;
	const char *why;
	int status = read_commit(judge, id, &object, &commit, &why, f);

	c.commit = id;
	if (status == 0 && why == judge_text_over)
		status = judge_unread(judge, &c, f);
	else if (status == 0 && why)
		status = judge_unparsed(judge, &c, why, f);
	else if (status == 0) {
		c.text = object.data;
		status = judge_parsed(judge, &c, &commit, f);
	}
	if (status < 0 && f->class != FAULT_LIMIT)
		fault_context(f, "commit %s", oid_text(id).hex);
	object_release(&object);
	return status;
}

int judge_changes(struct judge *judge, const struct oid *id, const struct change_listener *listener,
	bool *whole, struct fault *f)
{
	struct changes changes = {
		.repo = judge->facts->repo,
		.graph = judge->graph,
		.limit = (size_t)judge->facts->policy->limits.changes,
		.deadline = &judge->deadline,
		.asks = REPO_MERGE_ASKS,
		.blob_limit = (size_t)judge->facts->policy->limits.blob,
		.allowed = &judge->facts->policy->malformed,
	};
	struct object object = { 0 };
	struct commit commit;
	const char *why;
	int status = read_commit(judge, id, &object, &commit, &why, f);

	*whole = status == 0 && !why;
	if (*whole)
		status = changes_of(&changes, &commit, listener, f);
	*whole = *whole && changes.end == CHANGES_WHOLE;
	changes_release(&changes);
	object_release(&object);
	return status;
}
