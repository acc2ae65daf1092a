#include "hooks/gate/hold.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/deadline.h"
#include "common/base/run.h"
#include "common/base/text.h"
#include "common/facts/delegated.h"
#include "common/facts/hold_text.h"
#include "common/facts/policy_difference.h"
#include "common/facts/remedy.h"
#include "common/git/config.h"
#include "common/git/peel.h"
#include "hooks/gate/report.h"

#define MESSAGE_MAX ((size_t)64 << 20)
#define PUSH_SECONDS 120
#define POLICY_SECONDS 3

/* Files larger than this git passes on in pieces, so that none has to be in memory whole. */
#define IN_PIECES "core.bigFileThreshold=4m"

/*
 * What receives the hold: git alone, with no hooks of ours or others, durable, and open to what may
 * be hidden.
 */
static const char receiver[] =
	"git -c core.hooksPath=/dev/null -c core.fsync=all -c receive.autogc=false -c " IN_PIECES
	" "
	"-c receive.fsckObjects=false -c 'receive.hideRefs=!refs/countersign/holds' "
	"-c safe.directory=* receive-pack";

/* What sends it, where a fetch takes the place of the push: it alone sees what is in quarantine. */
static const char sender[] =
	"--upload-pack=GIT_OBJECT_DIRECTORY=\"$COUNTERSIGN_OBJECTS\" "
	"GIT_ALTERNATE_OBJECT_DIRECTORIES=\"$COUNTERSIGN_OTHERS\" "
	"git -c safe.directory=* -c uploadpack.allowAnySHA1InWant=true -c " IN_PIECES
	" upload-pack";

/* Whether a change of the delegated file is held: then a reviewer wants to know what it does. */
static bool is_of_policy(const struct session *session, const struct verdict *verdict)
{
	if (strcmp(verdict->update->target, session->facts.head) != 0)
		return false;
	for (size_t i = 0; i < verdict->count; i++)
		if (finding_flags(&verdict->findings[i]) &&
			span_is(verdict->findings[i].path, POLICY_DELEGATED))
			return true;
	return false;
}

/* The delegated file of the value, which need not be there. */
static struct repo_file delegated_of(const struct session *session, const struct oid *value)
{
	struct repo_file file = delegated_file();
	struct fault ignored = { 0 };

	if (!oid_is_zero(value) && repo_file_read(session->facts.repo, value, &file, &ignored) < 0)
		file.found = false;
	return file;
}

static void write_policy(
	struct buf *out, const struct session *session, const struct verdict *verdict)
{
	struct repo_file old = delegated_of(session, &verdict->update->old),
			 new = delegated_of(session, &verdict->update->new);
	struct policy_difference what = { .git_dir = repo_git_dir(session->facts.repo),
		.seconds = POLICY_SECONDS };

	if (old.found && !old.over)
		what.old = old.object.data;
	if (new.found && !new.over)
		what.new = new.object.data;
	buf_adds(out, "\nWhat this changes in the policy:\n");
	policy_difference(&what, out);
	if (old.found)
		object_release(&old.object);
	if (new.found)
		object_release(&new.object);
}

/* How it is approved, where that helps. */
static void write_how(struct buf *out, const struct session *session, const struct verdict *verdict,
	enum object_type type)
{
	if (!remedy_is_approval(verdict)) {
		buf_adds(out, "\nNobody can approve it.\n\n");
		return;
	}
	buf_addf(out,
		"\nTo approve: git countersign approve %s\n"
		"or sign a tag of %s with this as the last paragraph of its "
		"message:\n\n"
		"    Countersign-Digest: %s\n    Countersign-Decision: approve\n\n"
		"and push it to refs/countersign/approvals/%s/<your name>.\n\n",
		verdict->hold,
		type == OBJECT_COMMIT && !session->facts.holds.apart ? "the held commit"
								     : "any commit that has landed",
		verdict->digest, verdict->hold);
}

static void write_summary(struct buf *out, const struct session *session,
	const struct verdict *verdict, enum object_type type)
{
	buf_addf(out, "Countersign %s %s\n\n", verdict->glass.by ? "is owed approvals of" : "holds",
		verdict_ref(verdict));
	buf_addf(out, "Repository: %s\nRef: %s\nPushed by: ", session->facts.name,
		verdict_ref(verdict));
	(void)text_escape(out, span_of(session->facts.push.account));
	buf_addf(out, "\nOld: %s\nNew: %s\nCountersign-Digest: %s\n\n",
		oid_text(&verdict->update->old).hex, oid_text(&verdict->update->new).hex,
		verdict->digest);
	report_describe(out, verdict);
	if (is_of_policy(session, verdict))
		write_policy(out, session, verdict);
	write_how(out, session, verdict, type);
}

/* What the digest is the SHA-256 of, between two lines that nothing of a pusher's can look like. */
static int write_statement(struct buf *out, const struct verdict *verdict, struct fault *f)
{
	buf_adds(out, "-----BEGIN COUNTERSIGN HOLD-----\n");
	if (hold_text_write(verdict, out, f) < 0)
		return -1;
	buf_adds(out, "-----END COUNTERSIGN HOLD-----\n\n");
	return 0;
}

/* What the held ref would lead to: a commit, or what a tag may name besides. */
struct held {
	struct oid id;
	enum object_type type;
};

/* The text of the tag object.  Its last line is the verdict object. */
static int write_tag(struct buf *out, const struct session *session, const struct verdict *verdict,
	const struct held *held, struct fault *f)
{
	struct verdict_context context = facts_context(&session->facts);

	buf_addf(out,
		"object %s\ntype %s\ntag countersign-hold-%s\n"
		"tagger Countersign <countersign@localhost> %" PRId64 " +0000\n\n",
		oid_text(&held->id).hex, object_type_name(held->type), verdict->hold,
		session->facts.clock.now);
	write_summary(out, session, verdict, held->type);
	if (write_statement(out, verdict, f) < 0)
		return -1;
	if (verdict_json(verdict, &context, out, f) < 0)
		return -1;
	buf_addc(out, '\n');
	return out->failed ? fault_set(f, FAULT_ADMIN, "the hold is too large to be written down")
			   : 0;
}

/* The sealed environment without the word that keeps refs from being written. */
static char **environment_out_of_quarantine(const struct env *env)
{
	size_t count = 0, kept = 0;
	char **vars;

	while (env->sealed[count])
		count++;
	vars = calloc(count + 1, sizeof(*vars));
	for (size_t i = 0; vars && i < count; i++)
		if (strncmp(env->sealed[i], "GIT_QUARANTINE_PATH=", 20) != 0)
			vars[kept++] = env->sealed[i];
	return vars;
}

/* Runs git, which must end well.  0 or -1. */
static int run_git(const char *const *argv, char *const *env, struct fault *f)
{
	struct run what = { .argv = argv, .env = env, .seconds = PUSH_SECONDS };
	struct buf output = BUF_INIT(4096);
	int exited = 0, status = env ? run(&what, &output, &exited, f) : fault_memory(f);

	if (status == 0 && exited != 0)
		status = fault_set(f, FAULT_ADMIN, "git could not save it (exit status %d): %s",
			exited, output.data ? output.data : "");
	buf_release(&output);
	return status;
}

static int push_tag(struct session *session, const char *refspec, struct fault *f)
{
	char receive_pack[512];
	const char *argv[] = { "git", "-c", "core.hooksPath=/dev/null", "-c", "pack.window=0", "-c",
		IN_PIECES, "push", "--quiet", "--no-signed", "--no-follow-tags", "--force",
		receive_pack, session->facts.holds.path, refspec, NULL };
	char **env = environment_out_of_quarantine(session->facts.env);
	int status;

	(void)snprintf(receive_pack, sizeof(receive_pack), "--receive-pack=%s", receiver);
	status = run_git(argv, env, f);
	free(env);
	return status;
}

/* The objects of the push are seen by `sender` alone, and what is fetched lies where all are. */
static int name_objects(struct session *session, char **vars, struct fault *f)
{
	static const char objects[] = "GIT_OBJECT_DIRECTORY=",
			  others[] = "GIT_ALTERNATE_OBJECT_DIRECTORIES=";

	for (; vars && *vars; vars++) {
		bool first = strncmp(*vars, objects, sizeof(objects) - 1) == 0;
		struct buf text = BUF_INIT(MESSAGE_MAX);

		if (!first && strncmp(*vars, others, sizeof(others) - 1) != 0)
			continue;
		buf_addf(&text, "COUNTERSIGN_%s=%s", first ? "OBJECTS" : "OTHERS",
			strchr(*vars, '=') + 1);
		*vars = text.failed ? NULL : arena_strdup(&session->facts.push.arena, text.data);
		buf_release(&text);
		if (!*vars)
			return fault_memory(f);
	}
	return 0;
}

/* A fetch asks no proc-receive hook. */
static int fetch_tag(struct session *session, const char *refspec, struct fault *f)
{
	const char *argv[] = { "git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsync=all",
		"-c", "fetch.fsckObjects=false", "-c", IN_PIECES, "fetch", "--quiet", "--no-tags",
		"--force", "--no-write-fetch-head", "--no-auto-maintenance",
		"--no-recurse-submodules", sender, session->facts.holds.path, refspec, NULL };
	char **env = environment_out_of_quarantine(session->facts.env);
	int status = name_objects(session, env, f);

	if (status == 0)
		status = run_git(argv, env, f);
	free(env);
	return status;
}

/* Whether git would hand our own push of a hold to another program. */
static bool is_handed_over(const struct session *session, const char *refspec)
{
	struct fault ignored = { 0 };
	struct config settings;
	bool handed = !session->facts.holds.apart &&
		      config_read_called(&settings, session->facts.env, &ignored) == 0 &&
		      config_hands_over(&settings, strchr(refspec, ':') + 1);

	if (!session->facts.holds.apart)
		config_release(&settings);
	return handed;
}

static int store_tag(
	struct session *session, const struct oid *tag, const char *id, struct fault *f)
{
	char refspec[128];

	(void)snprintf(
		refspec, sizeof(refspec), "%s:refs/countersign/holds/%s", oid_text(tag).hex, id);
	if (push_tag(session, refspec, f) == 0)
		return 0;
	if (!is_handed_over(session, refspec))
		return -1;
	fault_clear(f);
	return fetch_tag(session, refspec, f);
}

static int save(struct session *session, const struct verdict *verdict, struct fault *f)
{
	struct buf text = BUF_INIT(MESSAGE_MAX);
	struct held held;
	struct oid tag;
	int status = peel(session->facts.repo, &verdict->update->new, &held.id, &held.type, f);

	if (status == 0 && (held.type < OBJECT_COMMIT || held.type > OBJECT_BLOB))
		status = fault_set(f, FAULT_PUSHER, "there are too many tags of tags to be held");
	if (status == 0)
		status = write_tag(&text, session, verdict, &held, f);
	if (status == 0)
		status = hold_store_make(&session->facts.holds, repo_git_dir(session->facts.repo),
			session->facts.env, f);
	if (status == 0)
		status = repo_write(session->facts.repo, OBJECT_TAG, buf_span(&text), &tag, f);
	if (status == 0)
		status = store_tag(session, &tag, verdict->hold, f);
	buf_release(&text);
	return status < 0 ? fault_context(f, "hold %s", verdict->hold) : 0;
}

int hold_save(struct session *session, const struct verdict *verdict, struct fault *f)
{
	double began = deadline_clock();
	int status = save(session, verdict, f);

	judge_give_back(session->judge, deadline_clock() - began);
	return status;
}
