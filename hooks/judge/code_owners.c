#include "hooks/judge/code_owners.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/facts/host.h"
#include "common/path/codeowners.h"

#define MEMORY_MAX ((size_t)64 << 20)
#define ATTRIBUTION_NOTE_MAX ((size_t)4096)
#define PLACES 6
#define STRANGERS 10 /* named in a note */

static const char several[] =
	"there are several CODEOWNERS files, and it is unclear which one counts";

/*
 * Where each host looks, in its order; the last entry is for hosts that have no CODEOWNERS of their
 * own.
 */
static const struct host {
	const char *name;
	bool one; /* the first that is there counts; else there may be but one */
	struct {
		const char *path;
		enum codeowners_syntax syntax;
	} places[PLACES];
} hosts[] = {
	{ "gitlab", true,
		{ { "CODEOWNERS", CODEOWNERS_GITLAB }, { "docs/CODEOWNERS", CODEOWNERS_GITLAB },
			{ ".gitlab/CODEOWNERS", CODEOWNERS_GITLAB } } },
	{ "gitea", true,
		{ { "CODEOWNERS", CODEOWNERS_GITEA }, { "docs/CODEOWNERS", CODEOWNERS_GITEA },
			{ ".gitea/CODEOWNERS", CODEOWNERS_GITEA },
			{ ".forgejo/CODEOWNERS", CODEOWNERS_GITEA } } },
	{ NULL, false,
		{ { ".github/CODEOWNERS", CODEOWNERS_GITHUB }, { "CODEOWNERS", CODEOWNERS_GITHUB },
			{ "docs/CODEOWNERS", CODEOWNERS_GITHUB },
			{ ".gitlab/CODEOWNERS", CODEOWNERS_GITLAB },
			{ ".gitea/CODEOWNERS", CODEOWNERS_GITEA },
			{ ".forgejo/CODEOWNERS", CODEOWNERS_GITEA } } },
};

struct code_owners {
	const struct policy *policy;
	struct repo *repo;
	struct arena arena;
	const struct host *host; /* NULL: not found out yet */
	struct oid commit;       /* whose file it is */
	bool ready;
	struct codeowners *file; /* NULL: there is none */
	const char *place;       /* where it is */
	const char *uncertain;   /* why it is not known, or NULL */
};

int code_owners_new(
	struct code_owners **out, const struct policy *policy, struct repo *repo, struct fault *f)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return fault_memory(f);
	(*out)->policy = policy;
	(*out)->repo = repo;
	(*out)->arena = (struct arena)ARENA_INIT(MEMORY_MAX);
	return 0;
}

void code_owners_free(struct code_owners *owners)
{
	if (!owners)
		return;
	codeowners_free(owners->file);
	arena_release(&owners->arena);
	free(owners);
}

bool code_owners_asked(names approvers)
{
	for (; *approvers; approvers++)
		if (strcmp(*approvers, "codeowners") == 0)
			return true;
	return false;
}

/*
 * Sections are GitLab's alone: a file in a common place that has one is GitLab's, whoever serves
 * it.
 */
static bool has_sections(struct span text)
{
	while (text.len) {
		const char *feed = memchr(text.data, '\n', text.len);
		size_t len = feed ? (size_t)(feed - text.data) + 1 : text.len;

		if (text.data[0] == '[' || (len > 1 && text.data[0] == '^' && text.data[1] == '['))
			return true;
		text = (struct span){ text.data + len, text.len - len };
	}
	return false;
}

static int parse(struct code_owners *o, size_t place, struct span text, struct fault *f)
{
	enum codeowners_syntax syntax = o->host->places[place].syntax;

	if (o->file) {
		o->uncertain = several;
		return 0;
	}
	if (!o->host->name && syntax == CODEOWNERS_GITHUB && text.len <= CODEOWNERS_MAX &&
		has_sections(text))
		syntax = CODEOWNERS_GITLAB;
	o->place = o->host->places[place].path;
	return codeowners_parse(&o->file, syntax, text, f);
}

static void find_host(struct code_owners *o)
{
	const char *name = host_name(o->repo);

	for (o->host = hosts; o->host->name && strcmp(o->host->name, name) != 0; o->host++)
		;
}

/* Reads the file of the commit, unless it is the one that was read last. */
static int prepare(struct code_owners *o, const struct oid *commit, struct fault *f)
{
	if (o->ready && oid_equal(&o->commit, commit))
		return 0;
	codeowners_free(o->file);
	o->file = NULL;
	o->uncertain = NULL;
	o->ready = false;
	if (!o->host)
		find_host(o);
	for (size_t i = 0; i < PLACES && o->host->places[i].path && !oid_is_zero(commit); i++) {
		struct object object;
		bool found;
		int status;

		if (repo_blob_at(o->repo, commit, o->host->places[i].path, &object, &found, f) < 0)
			return fault_context(f, "%s", o->host->places[i].path);
		if (!found)
			continue;
		status = parse(o, i, object.data, f);
		object_release(&object);
		if (status < 0)
			return -1;
		if (o->host->one)
			break;
	}
	o->commit = *commit;
	o->ready = true;
	return 0;
}

static bool has_text(names list, const char *text)
{
	for (; *list; list++)
		if (strcasecmp(*list, text) == 0)
			return true;
	return false;
}

/*
 * The one person of that layer or one above whom the owner names, or NULL: none, or not only one.
 * Nobody below has a say in who approves what a rule above holds.
 */
static const struct person *person_of(
	const struct policy *policy, enum layer lowest, const char *owner)
{
	const struct person *found = NULL;

	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];

		if (person->layer > lowest ||
			(*owner == '@' ? !has_text(person->accounts, owner + 1)
				       : !has_text(person->emails, owner)))
			continue;
		if (found)
			return NULL;
		found = person;
	}
	return found;
}

/* An answer being put together. */
struct answering {
	struct code_owners *owners;
	const char **approvers;
	size_t count;
	struct buf note;
	size_t strangers;
};

static void add_approver(struct answering *a, const char *name)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->approvers[i], name) == 0)
			return;
	a->approvers[a->count++] = name;
}

static void add_stranger(struct answering *a, const char *owner)
{
	if (a->strangers++ < STRANGERS)
		(void)buf_addf(&a->note, "%s%.200s",
			a->strangers > 1 ? ", " : "code owners whom the policy does not know: ",
			owner);
	else if (a->strangers == STRANGERS + 1)
		(void)buf_adds(&a->note, ", and more");
}

static void add_owners(
	struct answering *a, const struct codeowners_answer *answer, enum layer lowest)
{
	for (names owner = answer->owners; *owner; owner++) {
		const struct person *person = person_of(a->owners->policy, lowest, *owner);

		if (person)
			add_approver(a, person->name);
		else
			add_stranger(a, *owner);
	}
	if (answer->uncertain && answer->line)
		(void)buf_addf(&a->note,
			"nobody is known to own it: line %zu of %s is not understood", answer->line,
			a->owners->place);
	else if (answer->uncertain)
		(void)buf_addf(&a->note, "nobody is known to own it: %s", answer->uncertain);
	else if (!*answer->owners)
		(void)buf_addf(&a->note, "nobody owns it by %s", a->owners->place);
}

/* The rule's other approvers, with room for so many owners. */
static int begin(struct answering *a, names others, size_t more, struct fault *f)
{
	size_t count = more + 1;

	for (names name = others; *name; name++)
		count++;
	a->approvers = arena_alloc(&a->owners->arena, count * sizeof(*a->approvers));
	if (!a->approvers)
		return fault_memory(f);
	for (names name = others; *name; name++)
		if (strcmp(*name, "codeowners") != 0)
			add_approver(a, *name);
	return 0;
}

static int ask_file(
	struct code_owners *o, struct span path, struct codeowners_answer *answer, struct fault *f)
{
	static const char *const nobody[] = { NULL };

	*answer = (struct codeowners_answer){ .owners = nobody };
	if (o->uncertain)
		answer->uncertain = o->uncertain;
	else if (!o->file)
		answer->uncertain = "no CODEOWNERS file";
	else if (!path.len)
		answer->uncertain = "it is about no path";
	else
		return codeowners_of(o->file, path, answer, f);
	return 0;
}

int code_owners_find(struct code_owners *owners, const struct code_owners_question *question,
	struct code_owners_answer *out, struct fault *f)
{
	struct answering a = { .owners = owners, .note = BUF_INIT(ATTRIBUTION_NOTE_MAX) };
	struct codeowners_answer answer;
	size_t count = 0;
	int status = prepare(owners, question->commit, f);

	if (status == 0)
		status = ask_file(owners, question->path, &answer, f);
	while (status == 0 && answer.owners[count])
		count++;
	if (status == 0)
		status = begin(&a, question->rule->approvers, count, f);
	if (status == 0) {
		add_owners(&a, &answer, question->rule->layer);
		out->approvers = a.approvers;
		out->approvals = answer.approvals > question->rule->approvals
					 ? answer.approvals
					 : question->rule->approvals;
		out->note = arena_strdup(&owners->arena, a.note.data ? a.note.data : "");
		status = out->note ? 0 : fault_memory(f);
	}
	buf_release(&a.note);
	return status;
}
