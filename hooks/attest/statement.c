#include "hooks/attest/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/tlog/dsse.h"

#define SUMMARY_POLICY "urn:countersign:policy"

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static bool is_tag(const struct attested *what)
{
	return strncmp(text_of(what->landing, "ref"), "refs/tags/", 10) == 0;
}

static bool holds(const struct attested *what, const char *control)
{
	return json_object_get(what->continuity->controls, control) != NULL;
}

int statement_level(const struct attested *what)
{
	if (!holds(what, is_tag(what) ? CONTROL_TAGS : CONTROL_CONTINUITY))
		return 1;
	return json_object_size(what->continuity->rules) > 0 ? 3 : 2;
}

/* The commit, and the tag object where one leads there. */
static json_t *subject_of(const struct attested *what)
{
	json_t *digest = json_pack("{s:s, s:s*}", "gitCommit", what->commit, "gitTag", what->tag);

	return json_pack("[{s:o, s:{s:[s]}}]", "digest", digest, "annotations", "sourceRefs",
		text_of(what->landing, "ref"));
}

/* `[{"name": ..., "since": ...}]` */
static json_t *since_list(const json_t *object)
{
	json_t *list = json_array(), *since;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)object, name, since)
		json_array_append_new(list, json_pack("{s:s, s:O}", "name", name, "since", since));
	return list;
}

/* What the published predicate has no member for. */
static json_t *landing_member(const struct attested *what)
{
	static const char *const more[] = { "more_agents", "more_sessions" };
	const json_t *landing = what->landing, *row = what->ledger->row;
	json_t *member = json_pack("{s:s, s:O*, s:O*, s:O*, s:O*, s:O*, s:O*, s:O*}", "repository",
		what->repository, "old", json_object_get(landing, "old"), "new",
		json_object_get(landing, "new"), "person", json_object_get(landing, "person"),
		"agents", json_object_get(landing, "agents"), "approvals",
		json_object_get(landing, "approvals"), "hold", json_object_get(landing, "hold"),
		"enforced", json_object_get(landing, "enforced"));

	if (!member)
		return NULL;
	json_object_set_new(
		member, "policy", json_pack("{s:s}", "sha256", text_of(landing, "policy")));
	json_object_set_new(member, "rules", since_list(what->continuity->rules));
	json_object_set(member, "lapses", what->continuity->lapses);
	if (what->gap)
		json_object_set_new(member, "gap", json_string(what->gap));
	if (json_object_get(landing, "sessions"))
		json_object_set(member, "sessions", json_object_get(landing, "sessions"));
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (json_is_true(json_object_get(landing, more[i])))
			json_object_set_new(member, more[i], json_true());
	if (json_object_get(row, "previous"))
		json_object_set_new(
			member, "previous", json_pack("{s:s}", "sha256", text_of(row, "previous")));
	json_object_set_new(member, "count",
		json_integer(json_integer_value(json_object_get(row, "count")) + 1));
	return member;
}

static json_t *provenance_of(const struct attested *what)
{
	const json_t *landing = what->landing;
	const char *old = text_of(landing, "old");
	bool tag = is_tag(what), anew = strspn(old, "0") == strlen(old);
	char time[32];
	json_t *predicate;

	ledger_time(time, json_integer_value(json_object_get(landing, "time")));
	predicate = json_pack("{s:s, s:s, s:s, s:s, s:o}", "repo_uri", what->uri, "actor",
		text_of(landing, "account"), tag ? "tag" : "branch", text_of(landing, "ref"),
		"created_on", time, "controls", since_list(what->continuity->controls));
	if (!predicate)
		return NULL;
	if (!tag) {
		json_object_set_new(predicate, "prev_commit", json_string(anew ? "" : old));
		json_object_set_new(predicate, "activity_type", json_string("push"));
	}
	json_object_set_new(predicate, LANDING_MEMBER, landing_member(what));
	return json_pack("{s:s, s:o, s:s, s:o}", "_type", STATEMENT_TYPE, "subject",
		subject_of(what), "predicateType", tag ? TAG_PROVENANCE : SOURCE_PROVENANCE,
		"predicate", predicate);
}

static json_t *summary_of(const struct attested *what, const char *provenance)
{
	char time[32], level[32], verifier[NOTE_NAME_MAX + 32];
	const char *name = what->site->signers.list[0].key.name;
	json_t *levels, *predicate;

	ledger_time(time, json_integer_value(json_object_get(what->landing, "time")));
	(void)snprintf(level, sizeof(level), "SLSA_SOURCE_LEVEL_%d", statement_level(what));
	(void)snprintf(
		verifier, sizeof(verifier), "%s%s", strstr(name, "://") ? "" : "https://", name);
	levels = json_pack("[s]", level);
	if (holds(what, CONTROL_REVIEW))
		json_array_append_new(levels, json_string("SLSA_SOURCE_TWO_PARTY_REVIEWED"));
	predicate = json_pack(
		"{s:{s:s, s:{s:s}}, s:s, s:s, s:{s:s, s:{s:s}}, s:[{s:{s:s}}], s:s, s:o, s:s}",
		"verifier", "id", verifier, "version", "countersign", COUNTERSIGN_VERSION,
		"timeVerified", time, "resourceUri", what->uri, "policy", "uri", SUMMARY_POLICY,
		"digest", "sha256", text_of(what->landing, "policy"), "inputAttestations", "digest",
		"sha256", provenance, "verificationResult", "PASSED", "verifiedLevels", levels,
		"slsaVersion", "1.2");
	return json_pack("{s:s, s:o, s:s, s:o}", "_type", STATEMENT_TYPE, "subject",
		subject_of(what), "predicateType", SOURCE_SUMMARY, "predicate", predicate);
}

static int sign(struct buf *out, char digest[65], json_t *statement, const struct log_site *site,
	struct fault *f)
{
	char *text = statement ? json_dumps(statement, JSON_COMPACT) : NULL;
	struct digest_text hex;
	int status = text ? dsse_sign(out, span_of(text), &site->signers, f) : fault_memory(f);

	if (status == 0 && digest_of(buf_span(out), &hex, f) == 0)
		memcpy(digest, hex.hex, 65);
	free(text);
	json_decref(statement);
	return status;
}

int statement_sign(struct envelopes *out, const struct attested *what, struct fault *f)
{
	*out = (struct envelopes){ .provenance = BUF_INIT(DSSE_MAX),
		.summary = BUF_INIT(DSSE_MAX) };
	if (sign(&out->provenance, out->provenance_digest, provenance_of(what), what->site, f) < 0)
		return -1;
	return sign(&out->summary, out->summary_digest, summary_of(what, out->provenance_digest),
		what->site, f);
}

void envelopes_release(struct envelopes *envelopes)
{
	buf_release(&envelopes->provenance);
	buf_release(&envelopes->summary);
}
