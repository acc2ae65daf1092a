/*
 * What agents made of paths, which outlives the ids of their commits: a squash, a rebase, a
 * cherry-pick, an amended message or a copy of the file brings a path to exactly what an agent
 * first made of it, and for that path it is that agent's.
 *
 * Remembered are path, mode and object, as one digest.  A deletion leaves nothing to know anybody
 * by, and is nobody's; of a file that was emptied the old value is part of it, and an empty file
 * that is new is nobody's.  What history had before at that path is nobody's, either: neither when
 * it is remembered (no ref had it before the agent brought it) nor when it is met again (what the
 * commit stands on had it, so that this brings it back).
 *
 * An agent's account may have brought what is a person's own, who had not signed it; nothing tells
 * it from a commit in that person's name.  So it is remembered in whose name it was: who signs the
 * same under that name has made it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/digest.h"
#include "hooks/judge/parts.h"

#define MADE_MOST ((size_t)20000)       /* of one push */
#define SPARSE 64                       /* one agent's commit in more than so many */
#define PROTECTED_MOST ((size_t)100000) /* of one push, where rules protect the path */

/* Whether there is nothing to know anybody by: no file, or one of a line end at most. */
static bool is_blank(const struct entry *entry)
{
	/* of SHA-1 and SHA-256 each: no bytes, LF, CR LF */
	static const char *const ids[] = { "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
		"8b137891791fe96927ad78e64b0aad7bded08bdc",
		"d3f5a12faa99758192ecc4ed3fc22c9249232e86",
		"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
		"4c0d52d180c61d01ce1a91dec5ee58f0cbe65fd59433aea803ab927965493fd7",
		"0c1fff4af18bd38686297b2a2a864f43e5498e7dc23a7a36510b777151aad912" };
	struct oid_text text = oid_text(&entry->id);

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strcmp(text.hex, ids[i]) == 0)
			return true;
	return !entry->mode;
}

/* What the change is remembered by; with a name, as made under that. */
static int key_of(const struct change *change, struct span name, struct made *out, struct fault *f)
{
	struct buf text = BUF_INIT((size_t)1 << 20);
	struct digest_text digest;
	int status;

	buf_addspan(&text, change->path);
	buf_addc(&text, '\0');
	buf_addf(&text, "%o %s", (unsigned)change->new.mode, oid_text(&change->new.id).hex);
	if (is_blank(&change->new))
		buf_addf(
			&text, " %o %s", (unsigned)change->old.mode, oid_text(&change->old.id).hex);
	if (name.len)
		buf_addc(&text, '\0');
	buf_addspan(&text, name);
	status = text.failed ? fault_memory(f) : digest_of(buf_span(&text), &digest, f);
	if (status == 0)
		(void)snprintf(out->key, sizeof(out->key), "%.*s", MADE_KEY, digest.hex);
	buf_release(&text);
	return status;
}

/* Whether the change could be anybody's. */
static bool is_nobodys(const struct change *change)
{
	return !change->new.mode || (is_blank(&change->new) && is_blank(&change->old));
}

/* The address under which a commit was both written and made; empty: there is no one such. */
static struct span name_of(struct span text, size_t id_len)
{
	struct commit commit;
	const char *why;

	if (commit_parse(&commit, id_len, text, &why) < 0 ||
		!span_equal(commit.author.email, commit.committer.email))
		return (struct span){ 0 };
	return commit.author.email;
}

/* ---- met again */

struct makers {
	struct judge *judge;
	struct attribution *who;
	bool *found;
	struct fault *fault;
};

static int on_maker(void *context, const struct made *made)
{
	struct makers *m = context;

	*m->found = true;
	return attribution_add_content(m->judge->attributor, m->who, made, m->fault);
}

/* Whether anything is remembered; asked once. */
static int ask_memory(struct judge *judge, struct fault *f)
{
	bool any = false;

	if (judge->memory_asked || !judge->memory)
		return 0;
	judge->memory_asked = true;
	if (state_made_any(judge->memory, &any, f) < 0)
		return -1;
	judge->memory = any ? judge->memory : NULL;
	return 0;
}

/* Whether what the commit stands on had it. */
static int is_back(struct judge *judge, const struct oid *commit, const struct change *change,
	bool *back, struct fault *f)
{
	struct oid_list tips = { 0 };
	const struct oid *parents;
	size_t count;
	int status = graph_parents(judge->graph, commit, &parents, &count, f);

	for (size_t i = 0; status == 0 && i < count; i++)
		if (oid_list_add(&tips, &parents[i]) < 0)
			status = fault_memory(f);
	if (status == 0)
		status = judge_had(judge,
			&(struct judge_had_question){ change, &tips, is_blank(&change->new) }, back,
			f);
	oid_list_release(&tips);
	return status;
}

static int on_named(void *context, const struct made *made)
{
	bool *named = context;

	*named = *named || !*made->agent;
	return 0;
}

/* Whether a person has signed under their own name what was first brought under it. */
static int is_own(struct judge *judge, const struct rule_case *c, const struct change *change,
	bool *own, struct fault *f)
{
	struct span name = c->who->signer ? name_of(c->text, c->commit->len) : (struct span){ 0 };
	struct made made;
	bool mine = false;

	*own = false;
	for (names email = name.len ? c->who->signer->emails : NULL; email && *email; email++)
		mine = mine || (strlen(*email) == name.len &&
				       strncasecmp(*email, name.data, name.len) == 0);
	if (!mine)
		return 0;
	if (key_of(change, name, &made, f) < 0)
		return -1;
	return state_made(judge->memory, made.key, on_named, own, f);
}

int judge_content_makers(struct judge *judge, const struct rule_case *c,
	const struct change *change, struct attribution *who, bool *found, struct fault *f)
{
	const struct attribution before = *who;
	struct makers makers = { judge, who, found, f };
	struct made made;
	bool back = false;

	*found = false;
	if (ask_memory(judge, f) < 0)
		return -1;
	if (!judge->memory || is_nobodys(change))
		return 0;
	if (key_of(change, (struct span){ 0 }, &made, f) < 0 ||
		state_made(judge->memory, made.key, on_maker, &makers, f) < 0)
		return -1;
	if (!*found)
		return 0;
	if (is_own(judge, c, change, &back, f) < 0 ||
		(!back && is_back(judge, c->commit, change, &back, f) < 0))
		return -1;
	*found = !back;
	if (back)
		*who = before;
	return 0;
}

/* ---- to be remembered */

struct making {
	struct judge *judge;
	const struct attribution *who; /* of the commit at hand */
	const struct oid *commit;
	struct span name;     /* that it is under, where an account alone tells; else empty */
	struct oid_map seen;  /* what commits before it have made, by the keys */
	struct oid_list tips; /* what refs lead to, behind the commit's parents */
	bool listed;
	bool sparse; /* few commits are agents': others are not walked, and history is asked */
	size_t parents, plain;
};

/* Whether no commit before it in the push makes it. */
static int is_first(struct making *m, const struct made *made, bool *first, struct fault *f)
{
	struct oid key = { 0 };
	uint64_t *seen;

	memcpy(key.hash, made->key, MADE_KEY < OID_MAX ? MADE_KEY : OID_MAX);
	seen = oid_map_put(&m->seen, &key);
	if (!seen)
		return fault_memory(f);
	*first = (*seen)++ == 0;
	return 0;
}

/* Whether some ref led to it before the push, or what the commit stands on has it. */
static int was_there(
	struct making *m, const struct change *change, bool first, bool *there, struct fault *f)
{
	struct judge *judge = m->judge;
	const struct oid *parents;
	struct oid_list tips = { 0 };
	size_t count;
	bool blank = is_blank(&change->new);
	int status = 0;

	*there = false;
	if (first && !blank &&
		(change->new.mode == MODE_SUBMODULE ||
			!repo_had(judge->facts->repo, &change->new.id)))
		return 0;
	if (!m->listed)
		status = range_any_refs(judge, &m->tips, f);
	m->listed = true;
	if (status == 0)
		status = graph_parents(judge->graph, m->commit, &parents, &count, f);
	for (size_t i = 0; status == 0 && i < count; i++)
		status = oid_list_add(&tips, &parents[i]) < 0 ? fault_memory(f) : 0;
	for (size_t i = 0; status == 0 && i < m->tips.count; i++)
		status = oid_list_add(&tips, &m->tips.ids[i]) < 0 ? fault_memory(f) : 0;
	if (status == 0)
		status = judge_had(
			judge, &(struct judge_had_question){ change, &tips, blank }, there, f);
	oid_list_release(&tips);
	return status;
}

static int keep_row(struct making *m, const struct made *what, struct fault *f)
{
	struct makings *makings = &m->judge->makings;

	for (size_t i = 0; i < m->who->count; i++) {
		const struct attributed_agent *agent = &m->who->agents[i];
		struct made *grown;

		if (!agent->by)
			continue;
		grown = arena_grow(&makings->arena, makings->rows, makings->count, sizeof(*grown));
		if (!grown)
			return fault_memory(f);
		makings->rows = grown;
		grown += makings->count++;
		*grown = *what;
		grown->agent = what->agent ? what->agent : agent->name;
		grown->verified = agent->verified;
	}
	return 0;
}

static int keep(
	struct making *m, const struct change *change, const struct made *what, struct fault *f)
{
	struct made named = *what;

	named.agent = ""; /* whoever brought it */
	if (keep_row(m, what, f) < 0)
		return -1;
	if (!m->name.len)
		return 0;
	return key_of(change, m->name, &named, f) < 0 ? -1 : keep_row(m, &named, f);
}

static int on_making(void *context, const struct change *change, struct fault *f)
{
	struct making *m = context;
	struct made made = { 0 };
	bool first = false, there = false;

	if (judge_is_late(m->judge))
		return deadline_fault(f, "finding out what agents made");
	if (is_nobodys(change))
		return 0;
	if (key_of(change, (struct span){ 0 }, &made, f) < 0 || is_first(m, &made, &first, f) < 0)
		return -1;
	if (!m->who->by)
		return 0;
	if (judge_protects(m->judge, change->path, &made.protected, f) < 0)
		return -1;
	if (m->judge->makings.count >= PROTECTED_MOST || (!made.protected && m->plain >= MADE_MOST))
		return 0;
	if (was_there(m, change, first && !m->sparse, &there, f) < 0)
		return -1;
	m->plain += !there && !made.protected;
	return there ? 0 : keep(m, change, &made, f);
}

/* How many of the commits are known to be an agent's, by more than being nobody's. */
static int count_agents(struct judge *judge, size_t *count, struct fault *f)
{
	*count = 0;
	for (size_t i = 0; i < judge->introduced_list.count; i++) {
		struct attribution who;
		const char *why;

		if (judge_attribute(judge, &judge->introduced_list.ids[i], &who, &why, f) < 0)
			return -1;
		*count += !why && who.by;
	}
	return 0;
}

static int of_commit(struct making *m, const struct oid *id, struct fault *f)
{
	const struct change_listener listener = { on_making, m };
	struct object object = { 0 };
	struct attribution who;
	const char *why;
	bool whole;
	int status;

	if (judge_attribute(m->judge, id, &who, &why, f) < 0)
		return -1;
	if (why || (m->sparse && !who.by))
		return 0;
	m->who = &who;
	m->commit = id;
	m->name = (struct span){ 0 };
	if (who.by && !(who.by & ~(unsigned)(BY_ACCOUNT | BY_REMEMBERED))) {
		if (repo_read(m->judge->facts->repo, id, &object, f) < 0)
			return -1;
		m->name = name_of(object.data, id->len);
	}
	status = judge_changes(m->judge, id, &listener, &whole, f);
	object_release(&object);
	return status;
}

int judge_makings(struct judge *judge, struct fault *f)
{
	struct making making = { .judge = judge };
	size_t agents = 0;
	int status = 0;

	if (judge->makings.ready || judge->facts->dry || judge->facts->asked)
		return 0;
	judge_makings_forget(judge);
	status = count_agents(judge, &agents, f);
	making.sparse = agents < judge->introduced_list.count / SPARSE;
	for (size_t i = 0; agents && status == 0 && i < judge->introduced_list.count; i++)
		status = of_commit(&making, &judge->introduced_list.ids[i], f);
	oid_map_release(&making.seen);
	oid_list_release(&making.tips);
	judge->makings.ready = status == 0;
	return status;
}

void judge_makings_forget(struct judge *judge)
{
	arena_release(&judge->makings.arena);
	judge->makings = (struct makings){ .arena = ARENA_INIT((size_t)64 << 20) };
}
