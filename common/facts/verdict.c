#include "common/facts/verdict.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/digest.h"
#include "common/facts/hold_text.h"

#define INDEX_SIZE 32768 /* more than twice FINDINGS_MAX */
#define TEXT_MAX ((size_t)256 << 20)

static const char *const decision_names[] = { "deny", "hold", "allow" };
static const char *const action_names[] = { "deny", "hold", "warn" };

const char *decision_name(enum decision decision)
{
	return decision_names[decision];
}

const char *action_name(enum action action)
{
	return action_names[action];
}

void verdict_init(struct verdict *verdict, const struct ref_update *update)
{
	*verdict = (struct verdict){
		.arena = ARENA_INIT((size_t)256 << 20),
		.update = update,
		.decision = DECISION_DENY,
		.would_be = DECISION_DENY,
		.worst = { DECISION_ALLOW, DECISION_ALLOW },
	};
}

void verdict_release(struct verdict *verdict)
{
	free(verdict->index);
	verdict->index = NULL;
	arena_release(&verdict->arena);
}

void verdict_add_agent(struct verdict *verdict, const char *name)
{
	for (size_t i = 0; i < verdict->agent_count; i++)
		if (strcmp(verdict->agents[i], name) == 0)
			return;
	if (verdict->agent_count == VERDICT_AGENTS_MAX)
		verdict->more_agents = true;
	else
		verdict->agents[verdict->agent_count++] = name;
}

int verdict_add_session(
	struct verdict *verdict, const struct oid *commit, const char *where, struct fault *f)
{
	struct verdict_session *list = verdict->sessions;

	for (size_t i = 0; i < verdict->session_count; i++)
		if (oid_equal(&list[i].commit, commit))
			return 0;
	if (verdict->session_count == VERDICT_SESSIONS_MAX) {
		verdict->more_sessions = true;
		return 0;
	}
	if (!list)
		list = verdict->sessions =
			arena_alloc(&verdict->arena, VERDICT_SESSIONS_MAX * sizeof(*list));
	where = list ? arena_copy(&verdict->arena, where, strlen(where)) : NULL;
	if (!where)
		return fault_memory(f);
	list[verdict->session_count++] = (struct verdict_session){ *commit, where };
	return 0;
}

void verdict_add_certificate(struct verdict *verdict, const struct certificate *certificate)
{
	for (size_t i = 0; i < verdict->certificate_count; i++) {
		const struct certificate *known = verdict->certificates[i];

		if (known->serial == certificate->serial &&
			strcmp(known->key_id, certificate->key_id) == 0 &&
			strcmp(known->key, certificate->key) == 0 &&
			strcmp(known->authority, certificate->authority) == 0)
			return;
	}
	if (verdict->certificate_count == VERDICT_CERTIFICATES_MAX)
		verdict->more_certificates = true;
	else
		verdict->certificates[verdict->certificate_count++] = certificate;
}

bool finding_flags(const struct finding *finding)
{
	return finding->action != ACTION_WARN && !finding->observe;
}

static enum decision finding_decision(const struct finding *finding)
{
	static const enum decision of_action[] = {
		[ACTION_DENY] = DECISION_DENY,
		[ACTION_HOLD] = DECISION_HOLD,
		[ACTION_WARN] = DECISION_ALLOW,
	};

	return of_action[finding->action];
}

size_t verdict_id_len(const struct verdict *verdict)
{
	size_t len = verdict->update->new.len;

	return len ? len : OID_SHA1;
}

const char *verdict_ref(const struct verdict *verdict)
{
	return verdict->ref_withheld ? "(withheld: the ref's name holds a credential)"
				     : verdict->update->name;
}

struct span finding_path(const struct finding *finding)
{
	return finding->withheld ? span_of("(withheld: the name holds a credential)")
				 : finding->path;
}

/* A name that holds a credential is withheld from every finding, whichever rule it is of. */
static void withhold(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *named = &verdict->findings[i];

		if (!named->kind || named->line)
			continue;
		if (oid_is_zero(&named->commit))
			verdict->ref_withheld = true;
		for (size_t j = 0; named->path.len && j < verdict->count; j++)
			if (span_equal(verdict->findings[j].path, named->path))
				verdict->findings[j].withheld = true;
	}
}

static uint32_t hash_bytes(uint32_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash;
}

static bool names_same(names a, names b)
{
	for (; a && b && *a && *b && strcmp(*a, *b) == 0; a++, b++)
		;
	return (!a || !*a) && (!b || !*b);
}

/* Of two that flag, each asks for its own people: neither may be hidden behind the other. */
static bool finding_asks_more(const struct finding *a, const struct finding *b)
{
	if (!finding_flags(a) || !finding_flags(b))
		return false;
	return a->approvals != b->approvals ||
	       (a->approvals && (a->layer != b->layer || a->presence != b->presence ||
					!names_same(a->approvers, b->approvers)));
}

/* What one limit kept from being judged says nothing of what another did. */
static bool is_of_other_limit(const struct finding *a, const struct finding *b)
{
	return strcmp(a->rule, "limits") == 0 && strcmp(a->detail, b->detail) != 0;
}

static bool finding_same(const struct finding *a, const struct finding *b)
{
	return strcmp(a->rule, b->rule) == 0 && oid_equal(&a->commit, &b->commit) &&
	       span_equal(a->path, b->path) && a->line == b->line && a->column == b->column &&
	       !finding_asks_more(a, b) && !is_of_other_limit(a, b);
}

/* Where the finding stands in the index, or the free place where it would. */
static uint32_t *index_place(struct verdict *verdict, const struct finding *finding)
{
	uint32_t at = hash_bytes(2166136261u, finding->rule, strlen(finding->rule));

	at = hash_bytes(at, finding->commit.hash, OID_MAX);
	at = hash_bytes(at, finding->path.data, finding->path.len);
	at = hash_bytes(at, &finding->line, sizeof(finding->line));
	for (at %= INDEX_SIZE; verdict->index[at]; at = (at + 1) % INDEX_SIZE)
		if (finding_same(&verdict->findings[verdict->index[at] - 1], finding))
			break;
	return &verdict->index[at];
}

static const char *keep(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : "";
}

/*
 * Copies what belongs to the caller for the call only; names of rules, people and kinds are the
 * policy's.
 */
static int finding_copy(struct verdict *verdict, struct finding *out, const struct finding *finding)
{
	static const char *const nobody[] = { NULL };

	*out = *finding;
	out->path.data = arena_copy(&verdict->arena, finding->path.data, finding->path.len);
	out->agents = keep(&verdict->arena, finding->agents);
	out->agent = finding->agent ? keep(&verdict->arena, finding->agent) : NULL;
	out->detail = keep(&verdict->arena, finding->detail);
	if (finding->fingerprint)
		out->fingerprint = arena_strdup(&verdict->arena, finding->fingerprint);
	if (!out->approvers)
		out->approvers = nobody;
	if (!out->owners)
		out->owners = nobody;
	if (!out->path.data || !out->agents || !out->detail ||
		(finding->fingerprint && !out->fingerprint))
		return -1;
	return 0;
}

static void worsen(struct verdict *verdict, const struct finding *finding)
{
	unsigned decision = finding_decision(finding);

	if (decision < verdict->worst[0])
		verdict->worst[0] = decision;
	if (!finding->observe && decision < verdict->worst[1])
		verdict->worst[1] = decision;
}

/* What is enforced comes before what is only observed, then the worse. */
static unsigned rank(const struct finding *finding)
{
	return (unsigned)finding_decision(finding) + (finding->observe ? DECISION_ALLOW + 1 : 0);
}

int verdict_add(struct verdict *verdict, const struct finding *finding, struct fault *f)
{
	struct finding *findings;
	uint32_t *place;

	worsen(verdict, finding);
	if (!verdict->index)
		verdict->index = calloc(INDEX_SIZE, sizeof(*verdict->index));
	if (!verdict->index)
		return fault_memory(f);
	place = index_place(verdict, finding);
	if (*place) {
		findings = &verdict->findings[*place - 1];
		return rank(finding) < rank(findings) &&
				       finding_copy(verdict, findings, finding) < 0
			       ? fault_memory(f)
			       : 0;
	}
	if (verdict->count == FINDINGS_MAX || verdict->bytes > FINDINGS_BYTES_MAX) {
		verdict->more++;
		return 0;
	}
	findings =
		arena_grow(&verdict->arena, verdict->findings, verdict->count, sizeof(*findings));
	if (!findings || finding_copy(verdict, &findings[verdict->count], finding) < 0)
		return fault_memory(f);
	verdict->findings = findings;
	verdict->bytes += finding->path.len + strlen(findings[verdict->count].detail);
	*place = (uint32_t)++verdict->count;
	return 0;
}

int verdict_set(struct verdict *verdict, struct fault *f)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	struct digest_text digest;
	int status = hold_text_set(verdict, &text, f);

	verdict->set[0] = '\0';
	if (status == 0 && text.len) {
		status = digest_of(buf_span(&text), &digest, f);
		if (status == 0)
			memcpy(verdict->set, digest.hex, sizeof(verdict->set));
	}
	buf_release(&text);
	return status;
}

static int digest_work_out(struct verdict *verdict, struct fault *f)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	struct digest_text digest;
	int status = hold_text_write(verdict, &text, f);

	if (status == 0)
		status = digest_of(buf_span(&text), &digest, f);
	if (status == 0) {
		memcpy(verdict->digest, digest.hex, sizeof(verdict->digest));
		memcpy(verdict->hold, digest.hex, sizeof(verdict->hold) - 1);
		verdict->hold[sizeof(verdict->hold) - 1] = '\0';
	}
	buf_release(&text);
	return status;
}

int verdict_conclude(
	struct verdict *verdict, const char *repository, int64_t landed, struct fault *f)
{
	withhold(verdict);
	if (verdict_set(verdict, f) < 0)
		return -1;
	(void)snprintf(verdict->repository, sizeof(verdict->repository), "%s", repository);
	verdict->landed = landed;
	if (verdict->set[0] && digest_work_out(verdict, f) < 0)
		return -1;
	verdict->would_be = (enum decision)verdict->worst[0];
	verdict->decision = (enum decision)verdict->worst[1];
	return 0;
}
