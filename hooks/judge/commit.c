#include <stdlib.h>

#include "common/path/classes.h"
#include "common/path/fold.h"
#include "hooks/judge/parts.h"

const char judge_text_over[] = "its own text is larger than 8 MiB, so it was not looked into";

int judge_object(struct judge *judge, const struct rule_case *c, const struct objection *what,
	struct fault *f)
{
	const struct rule limits = { .approvers = judge->facts->policy->limits.approvers,
		.approvals = 1,
		.layer = judge->facts->policy->limits_layer };
	struct objection objection = *what;

	if (strcmp(what->rule, "limits") == 0 && what->action == ACTION_HOLD && *limits.approvers)
		objection.configured = &limits;
	objection.observe = judge->facts->policy->observe;
	return rule_object(c, &objection, f);
}

/* Finds the note that git-ai and its like hang on a commit. */
static int note_find(
	struct judge *judge, const struct oid *id, struct object *out, bool *found, struct fault *f)
{
	*found = false;
	for (size_t i = 0; !*found && i < 2; i++)
		if (notes_find(&judge->notes[i], judge->facts->repo, id, out, found, f) < 0)
			return -1;
	return 0;
}

static int attribute_parsed(struct judge *judge, const struct oid *id, const struct commit *commit,
	struct attribution *out, struct fault *f)
{
	struct attribution_subject subject = { .id = id, .commit = commit };
	struct object note = { 0 };
	bool noted = false;
	int status;

	subject.introduced = oid_map_get(&judge->introduced, id) != NULL;
	if (note_find(judge, id, &note, &noted, f) < 0)
		return -1;
	if (noted)
		subject.note = note.data;
	status = attribution_of_commit(judge->attributor, &subject, out, f);
	if (noted)
		object_release(&note);
	return status;
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
	if (attribute_parsed(judge, id, commit, out, f) < 0)
		return fault_context(f, "commit %s", oid_text(id).hex);
	return known_add(judge, id, out, f);
}

static int read_commit(struct judge *judge, const struct oid *id, struct object *object,
	struct commit *commit, const char **why, struct fault *f)
{
	*why = NULL;
	if (repo_read(judge->facts->repo, id, object, f) < 0)
		return -1;
	if (object->data.len > JUDGE_TEXT_MAX)
		*why = judge_text_over;
	else if (object->type != OBJECT_COMMIT)
		*why = "it is not a commit";
	else
		(void)commit_parse(commit, object->data, why);
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

/* Whether any rule looks at the changes of what the case is about, and into the files. */
static void ask_rules(struct judge *judge, const struct rule_case *c)
{
	const struct policy *policy = judge->facts->policy;

	judge->asks = c->who->count > 0 || *policy->delegates;
	judge->asks_content = false;
	for (size_t i = 0; i < policy->rule_count; i++) {
		if (!rule_concerns(c, &policy->rules[i]))
			continue;
		judge->asks = true;
		judge->asks_content = judge->asks_content || judge->reads_content[i];
	}
}

struct lists {
	int *values;
	size_t count;
};

static int on_hit(void *context, const struct pattern_hit *hit)
{
	struct lists *lists = context;

	if ((size_t)hit->list < lists->count)
		lists->values[hit->list] = hit->negated ? LIST_TAKEN_BACK : hit->index;
	return 0;
}

static int hold_against(struct pattern_set *set, const struct pattern_path *path,
	struct lists lists, struct fault *f)
{
	for (size_t i = 0; i < lists.count; i++)
		lists.values[i] = LIST_NONE;
	if (pattern_set_match(set, path, on_hit, &lists) < 0)
		return fault_memory(f);
	return 0;
}

/* Whether the path is one of agents' instructions, which are looked into whoever changed them. */
static bool is_instructions(const struct judge *judge)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++) {
		int list = judge->facts->policy->class_lists[i];

		if (list >= 0 && judge->protecting[list] >= 0 &&
			strcmp(parts[i].class, "agent-instructions") == 0)
			return true;
	}
	return false;
}

static bool has_blob(const struct entry *entry)
{
	return entry->mode && entry->mode != MODE_SUBMODULE;
}

/* Reads a blob; *over says that it is larger than the policy's limit, and was not read. */
static int read_blob(
	struct judge *judge, const struct oid *id, struct object *out, bool *over, struct fault *f)
{
	return repo_read_within(
		judge->facts->repo, id, (size_t)judge->facts->policy->limits.blob, out, over, f);
}

static int old_content(const struct rule_case *c, struct span *out, struct fault *f)
{
	struct judge *judge = c->context;
	bool over = false;

	if (!judge->old_ready && c->change && has_blob(&c->change->old) &&
		read_blob(judge, &c->change->old.id, &judge->old_object, &over, f) < 0)
		return -1;
	judge->old_ready = true;
	*out = judge->old_object.data;
	return 0;
}

static int judge_content(struct judge *judge, struct rule_case *c, struct fault *f)
{
	struct object object = { 0 };
	bool over = false;
	int status;

	if (read_blob(judge, &c->change->new.id, &object, &over, f) < 0)
		return -1;
	if (over &&
		judge_object(judge, c,
			&(struct objection){ .rule = "limits",
				.action = ACTION_HOLD,
				.detail = "larger than the policy's limit for one file, so it was "
					  "not looked into" },
			f) < 0)
		return -1;
	if (over)
		return rules_judge(c, f); /* its path is judged all the same */
	c->content = object.data;
	if (!c->content.data)
		c->content.data = "";
	status = rules_judge(c, f);
	c->content = (struct span){ 0 };
	object_release(&object);
	return status;
}

/* Holds one change against all rules. */
static int on_change(void *context, const struct change *change, struct fault *f)
{
	struct rule_case *c = context;
	struct judge *judge = c->context;
	struct pattern_path path = { .bytes = change->path,
		.link = mode_is_link(change->old.mode) || mode_is_link(change->new.mode) };
	int status;

	buf_clear(&judge->folded);
	if (fold_path(&judge->folded, change->path) < 0)
		return fault_memory(f);
	c->change = change;
	c->folded = path.folded = buf_span(&judge->folded);
	if (hold_against(judge->facts->policy->protected, &path,
		    (struct lists){ judge->protecting, judge->protecting_count }, f) < 0)
		return -1;
	if (c->who->count &&
		hold_against(judge->facts->policy->scopes, &path,
			(struct lists){ judge->permitting, judge->permitting_count }, f) < 0)
		return -1;
	if (has_blob(&change->new) && (judge->asks_content || is_instructions(judge)))
		status = judge_content(judge, c, f);
	else
		status = judge->asks ? rules_judge(c, f) : 0;
	object_release(&judge->old_object);
	judge->old_object = (struct object){ 0 };
	judge->old_ready = false;
	c->change = NULL;
	return status;
}

static void case_begin(struct judge *judge, struct rule_case *c)
{
	c->change = NULL;
	c->content = (struct span){ 0 };
	c->protecting = judge->protecting;
	c->permitting = judge->permitting;
	c->old_content = old_content;
	c->context = judge;
	judge->changes.end = CHANGES_WHOLE;
}

/* Says it when the changes could not be told to the end. */
static int object_to_changes(struct judge *judge, struct rule_case *c, struct fault *f)
{
	const struct changes *changes = &judge->changes;
	char detail[512];

	if (changes->end == CHANGES_WHOLE)
		return 0;
	(void)snprintf(detail, sizeof(detail), "%s%s%s",
		changes->why ? changes->why : "too much to judge", changes->where[0] ? ": " : "",
		changes->where);
	if (changes->end == CHANGES_MALFORMED)
		return judge_object(judge, c,
			&(struct objection){
				.rule = "malformed", .action = ACTION_DENY, .detail = detail },
			f);
	return judge_object(judge, c,
		&(struct objection){ .rule = "limits", .action = ACTION_HOLD, .detail = detail },
		f);
}

void judge_note_agents(struct verdict *verdict, const struct attribution *who)
{
	verdict->agent_commits += who->count > 0;
	for (size_t i = 0; i < who->count; i++)
		verdict_add_agent(verdict, who->agents[i].name);
	verdict->more_agents = verdict->more_agents || who->more;
}

static int judge_parsed(
	struct judge *judge, struct rule_case *c, const struct commit *commit, struct fault *f)
{
	struct attribution who;
	int status;

	if (judge_attribute_read(judge, c->commit, commit, &who, f) < 0)
		return -1;
	c->who = &who;
	judge_note_agents(c->verdict, &who);
	status = who.malformed ? judge_object(judge, c,
					 &(struct objection){ .rule = "malformed",
						 .action = ACTION_DENY,
						 .detail = who.malformed },
					 f)
			       : rules_judge(c, f);
	ask_rules(judge, c);
	if (status == 0)
		status = changes_of(&judge->changes, commit,
			&(struct change_listener){ .each = on_change, .context = c }, f);
	if (status == 0)
		status = object_to_changes(judge, c, f);
	return status;
}

int judge_unparsed(struct judge *judge, const struct rule_case *c, const char *why, struct fault *f)
{
	struct objection objection = { .rule = "malformed", .action = ACTION_DENY, .detail = why };

	if (why == judge_text_over) {
		objection.rule = "limits";
		objection.action = ACTION_HOLD;
	}
	return judge_object(judge, c, &objection, f);
}

int judge_commit(struct judge *judge, struct rule_case *c, const struct oid *id, struct fault *f)
{
	static const struct attribution unknown = { .names = "" };
	struct object object = { 0 };
	struct commit commit;
	const char *why;
	int status = read_commit(judge, id, &object, &commit, &why, f);

	case_begin(judge, c);
	c->commit = id;
	c->text = object.data;
	c->who = &unknown;
	if (status == 0 && why)
		status = judge_unparsed(judge, c, why, f);
	else if (status == 0)
		status = judge_parsed(judge, c, &commit, f);
	if (status < 0)
		fault_context(f, "commit %s", oid_text(id).hex);
	object_release(&object);
	c->text = (struct span){ 0 };
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
		.blob_limit = (size_t)judge->facts->policy->limits.blob,
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

int judge_tree(struct judge *judge, struct rule_case *c, const struct oid *tree, struct fault *f)
{
	static const struct oid nothing;

	case_begin(judge, c);
	ask_rules(judge, c);
	if (changes_between(&judge->changes, &nothing, tree,
		    &(struct change_listener){ .each = on_change, .context = c }, f) < 0)
		return -1;
	return object_to_changes(judge, c, f);
}
