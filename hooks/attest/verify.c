#include "hooks/attest/verify.h"

#include <stdlib.h>
#include <string.h>

#include "hooks/attest/notes_ref.h"
#include "hooks/attest/verifying.h"

#define ANSWER_MAX ((size_t)64 << 20)

/* What the words name. */
struct target {
	char commit[OID_HEX_MAX + 1], object[OID_HEX_MAX + 1]; /* the tag object, or the commit */
	char *ref;       /* that has to have landed there, or NULL: any */
	json_t *commits; /* that are looked at */
	bool range;
};

static int resolve(struct verifying *v, const char *what, const char *suffix,
	char out[OID_HEX_MAX + 1], bool *found)
{
	const char *arguments[] = { "rev-parse", "--verify", "--quiet", "--end-of-options", NULL,
		NULL };
	struct buf answer = BUF_INIT(4096);
	char *name = NULL;
	int status;

	if (asprintf(&name, "%s%s", what, suffix) < 0)
		return fault_memory(v->fault);
	arguments[4] = name;
	status = verifying_git(v, arguments, (struct span){ 0 }, &answer, found);
	*found = *found && answer.len > 1 && answer.len <= OID_HEX_MAX + 1;
	if (status == 0 && *found) {
		memcpy(out, answer.data, answer.len - 1);
		out[answer.len - 1] = '\0';
	}
	free(name);
	buf_release(&answer);
	return status;
}

/* A tag's name asks of the tag: what it is here has to be what landed. */
static int find_tag(struct verifying *v, const char *what, struct target *target)
{
	char object[OID_HEX_MAX + 1];
	bool found = false;
	char *ref = NULL;

	if (asprintf(&ref, "refs/tags/%s",
		    strncmp(what, "refs/tags/", 10) == 0 ? what + 10 : what) < 0)
		return fault_memory(v->fault);
	if (resolve(v, ref, "", object, &found) < 0) {
		free(ref);
		return -1;
	}
	if (found) {
		target->ref = ref;
		memcpy(target->object, object, sizeof(object));
	} else
		free(ref);
	return 0;
}

static int list_range(struct verifying *v, struct target *target)
{
	const char *const arguments[] = { "rev-list", "--end-of-options", v->asked->what, NULL };
	struct buf answer = BUF_INIT(ANSWER_MAX);
	bool answered = false;
	int status = verifying_git(v, arguments, (struct span){ 0 }, &answer, &answered);
	char *line, *rest = NULL;

	if (status == 0 && !answered)
		status = fault_set(v->fault, FAULT_ADMIN, "%s: no such range", v->asked->what);
	for (line = status == 0 && answer.data ? strtok_r(answer.data, "\n", &rest) : NULL; line;
		line = strtok_r(NULL, "\n", &rest))
		json_object_set_new(target->commits, line, json_true());
	buf_release(&answer);
	return status;
}

static int find_target(struct verifying *v, struct target *target)
{
	const char *what = v->asked->what, *dots = strstr(what, ".."),
		   *tip = dots ? dots + 2 : what;
	bool found = false;

	*target = (struct target){ .commits = json_object(), .range = dots != NULL };
	if (resolve(v, *tip ? tip : "HEAD", "^{commit}", target->commit, &found) < 0)
		return -1;
	if (!found)
		return fault_set(v->fault, FAULT_ADMIN, "%s: no such commit here", tip);
	memcpy(target->object, target->commit, sizeof(target->object));
	if (v->asked->ref)
		target->ref = strdup(v->asked->ref);
	else if (!dots && find_tag(v, what, target) < 0)
		return -1;
	json_object_set_new(target->commits, target->commit, json_true());
	return dots ? list_range(v, target) : 0;
}

/* What a landing has to be, whatever else there is. */
static void check_terms(struct verifying *v, const json_t *landing)
{
	const struct verify_asked *asked = v->asked;
	const char *commit = verifying_text(landing, "commit"),
		   *ref = verifying_text(landing, "ref");
	json_int_t level = json_integer_value(json_object_get(landing, "level"));
	json_t *word;
	bool reviewed = false;
	size_t i;

	json_array_foreach(json_object_get(landing, "levels"), i, word) reviewed =
		reviewed || strcmp(json_string_value(word) ? json_string_value(word) : "",
				    "SLSA_SOURCE_TWO_PARTY_REVIEWED") == 0;
	if (level < asked->level)
		verifying_problem(
			v, "%s on %s: level %d, not %d", commit, ref, (int)level, asked->level);
	if (asked->reviewed && !reviewed)
		verifying_problem(v, "%s on %s: two people do not stand for it", commit, ref);
	if (asked->repository &&
		strcmp(verifying_text(landing, "resourceUri"), asked->repository) != 0)
		verifying_problem(v, "%s on %s: it landed in %s", commit, ref,
			verifying_text(landing, "resourceUri"));
}

/* The last landing of the commit on the ref (NULL: on any); `object`: what came there, or NULL. */
static json_t *landing_on(
	const struct verifying *v, const char *commit, const char *ref, const char *object)
{
	json_t *list = json_object_get(v->landings, commit), *landing, *last = NULL;
	size_t i;

	json_array_foreach(list, i, landing)
	{
		if (ref && strcmp(verifying_text(landing, "ref"), ref) != 0)
			continue;
		if (object && strcmp(verifying_text(landing, "new"), object) != 0)
			continue;
		last = landing;
	}
	return last;
}

/* The last landing of the commit on a branch. */
static json_t *branch_landing(const struct verifying *v, const char *commit)
{
	json_t *list = json_object_get(v->landings, commit), *landing, *last = NULL;
	size_t i;

	json_array_foreach(list, i, landing)
	{
		if (strncmp(verifying_text(landing, "ref"), "refs/heads/", 11) == 0)
			last = landing;
	}
	return last;
}

static json_t *landing_by(const struct verifying *v, const char *commit, const char *digest)
{
	json_t *list = json_object_get(v->landings, commit), *landing;
	size_t i;

	json_array_foreach(list, i, landing)
	{
		if (strcmp(verifying_text(landing, "digest"), digest) == 0)
			return landing;
	}
	return NULL;
}

static void tell_absence(struct verifying *v, const struct target *target)
{
	verifying_problem(v,
		"%s: no attestation%s%s (git fetch origin " ATTESTATIONS_REF ":" ATTESTATIONS_REF
		")",
		target->commit, target->ref ? " of a landing on " : "",
		target->ref ? target->ref : "");
}

static void verify_one(struct verifying *v, const struct target *target, json_t *out)
{
	json_t *list = json_object_get(v->landings, target->commit), *landing;
	bool any = false;
	size_t i;

	json_array_foreach(list, i, landing)
	{
		if (target->ref &&
			landing_on(v, target->commit, target->ref, target->object) == NULL)
			continue;
		if (target->ref && strcmp(verifying_text(landing, "ref"), target->ref) != 0)
			continue;
		any = true;
		check_terms(v, landing);
		json_array_append(out, landing);
	}
	if (!any)
		tell_absence(v, target);
}

/*
 * From the tip backwards, landing by landing: each names the statement of the one before it by its
 * digest, and where its ref was then.
 */
static void verify_range(struct verifying *v, const struct target *target, json_t *out)
{
	json_t *landing = landing_on(v, target->commit, target->ref, NULL), *before;

	if (!target->ref && branch_landing(v, target->commit))
		landing = branch_landing(v, target->commit);
	if (!landing)
		tell_absence(v, target);
	while (landing) {
		const char *old = verifying_text(landing, "old"),
			   *ref = verifying_text(landing, "ref"),
			   *gap = verifying_text(landing, "gap");

		check_terms(v, landing);
		json_array_append(out, landing);
		if (*gap)
			verifying_problem(
				v, "%s on %s: %s", verifying_text(landing, "commit"), ref, gap);
		if (!json_object_get(target->commits, old))
			break;
		before = landing_by(v, old, verifying_text(landing, "previous"));
		if (!before || strcmp(verifying_text(before, "ref"), ref) != 0 ||
			json_integer_value(json_object_get(before, "count")) + 1 !=
				json_integer_value(json_object_get(landing, "count"))) {
			verifying_problem(v,
				"%s on %s: what landed there before, %s, is not attested as it "
				"says",
				verifying_text(landing, "commit"), ref, old);
			break;
		}
		landing = before;
	}
}

int verify_attestations(json_t **out, const struct verify_asked *asked, struct fault *f)
{
	struct verifying v = {
		.asked = asked, .landings = json_object(), .problems = json_array(), .fault = f
	};
	struct target target = { 0 };
	json_t *list = json_array();
	int status = asked->known ? 0 : dsse_keys_read(&v.keys, asked->keys, f);

	if (asked->known)
		v.keys = *asked->known;
	if (status == 0)
		status = find_target(&v, &target);
	if (status == 0)
		status = verifying_read(&v, target.commits);
	if (status == 0 && target.range)
		verify_range(&v, &target, list);
	else if (status == 0)
		verify_one(&v, &target, list);
	*out = json_pack("{s:s, s:i, s:O, s:O}", "commit", target.commit, "of",
		(int)json_object_size(target.commits), "commits", list, "problems", v.problems);
	if (status == 0)
		status = json_array_size(v.problems) > 0;
	json_decref(list);
	json_decref(target.commits);
	json_decref(v.landings);
	json_decref(v.problems);
	free(target.ref);
	return status;
}
