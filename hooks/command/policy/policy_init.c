/*
 * countersign policy init: a first policy for a repository, written from what it looks like, that
 * only observes.
 *
 * What is written has been checked as `policy check` does; a file that is there is never touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/text.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/command/policy/policy_scope.h"
#include "hooks/report/replay.h"
#include "hooks/report/survey.h"

#define DESCRIPTION_MAX ((size_t)1 << 16)
#define REVIEWERS 3
#define LANGUAGES_TOLD 5
#define SCHEMA_FILE "share/countersign/policy.schema.json"

/* One rule for each class; its action, and what to say of it. */
static const struct {
	const char *class, *rule, *about;
} class_rules[] = {
	{ "infrastructure", "infrastructure", "What builds, deploys and runs the software." },
	{ "credential-files", "credential-files",
		"Files that usually hold secrets, by their names." },
	{ "dependencies", "dependencies",
		"What is fetched from elsewhere, and scripts that run on install." },
	{ "agent-instructions", "instructions", "What tells assistants what to do." },
	{ "git-controls", "git-controls", "What git, forges and Countersign itself obey." },
};

/* The text of a buffer as a JSON string; lets go of the buffer. */
static json_t *take_text(struct buf *text)
{
	json_t *string = text->failed ? NULL : cli_string(text->data ? text->data : "");

	buf_release(text);
	return string;
}

static json_t *describe_all(const struct survey *s, const char *branch)
{
	struct buf text = BUF_INIT(DESCRIPTION_MAX);

	(void)buf_addf(&text,
		"A first policy, made by `countersign policy init` from %s at %.12s: %zu files",
		branch, oid_text(&s->tip).hex, s->files);
	for (size_t i = 0; i < s->language_count && i < LANGUAGES_TOLD; i++)
		(void)buf_addf(&text, "%s%s (%zu)", i ? ", " : ", among them ",
			s->languages[i].name, s->languages[i].files);
	(void)buf_addf(&text,
		"; assistants made %zu of the last %zu commits. It only observes: pushes are "
		"judged, "
		"logged and let through. See with `countersign replay` what it would have stopped, "
		"give "
		"people their keys, then say \"mode\": \"enforce\".",
		s->agent_commits, s->commits);
	if (s->codeowners)
		(void)buf_addf(&text,
			" Whoever owns a path by %s may approve, once \"people\" says which "
			"accounts or e-mails are whose.",
			s->codeowners);
	return take_text(&text);
}

static json_t *agents_of(const struct survey *s)
{
	json_t *agents = json_object(), *all = json_object(), *scope = policy_scope(s);

	if (json_array_size(scope)) {
		json_object_set_new(all, "description", policy_scope_text(s));
		json_object_set_new(all, "scope", scope);
	} else {
		json_decref(scope);
		json_object_set_new(all, "description",
			json_pack("s++", "No \"scope\" yet: ",
				s->crowded ? "there is too much at the top to list"
					   : "no pattern can name what is at the top",
				". Name the paths that every assistant may change."));
	}
	json_object_set_new(agents, "*", all);
	for (size_t i = 0; i < s->agent_count; i++) {
		const struct survey_agent *agent = &s->agents[i];
		struct buf text = BUF_INIT(4096);

		(void)buf_addf(&text,
			"Made %zu of the last %zu commits, from %s to %s. Name its \"owner\".",
			agent->commits, s->commits, replay_day(agent->first).text,
			replay_day(agent->last).text);
		json_object_set_new(
			agents, agent->id, json_pack("{s:o}", "description", take_text(&text)));
	}
	return agents;
}

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789._-"

/* A name from the part of an address before the @; it can be none that policies take. */
static void person_name(const char *email, char out[64])
{
	size_t at = 0;

	for (; *email && *email != '@' && at < 40; email++) {
		char letter = *email;

		if (letter >= 'A' && letter <= 'Z')
			letter = (char)(letter | 32);
		if (!strchr(NAME_LETTERS, letter))
			letter = '-';
		if (at || (letter != '.' && letter != '-'))
			out[at++] = letter;
	}
	while (at && (out[at - 1] == '.' || out[at - 1] == '-'))
		at--;
	out[at] = '\0';
}

/* Authors choose their addresses: whoever cannot be a person of a policy is left out. */
static bool can_be_person(const json_t *people, const char *name, const char *email)
{
	return !policy_name_objection(name) && strcmp(name, "reviewers") != 0 &&
	       !json_object_get(people, name) && policy_is_email(email) &&
	       text_is_utf8(span_of(email));
}

/* Those who wrote most, as reviewers; none when nobody is known. */
static json_t *people_of(const struct survey *s)
{
	json_t *people = json_object();

	for (size_t i = 0; i < s->person_count && json_object_size(people) < REVIEWERS; i++) {
		const struct survey_person *person = &s->people[i];
		struct buf text = BUF_INIT(4096);
		char name[64];

		person_name(person->email, name);
		if (!can_be_person(people, name, person->email))
			continue;
		(void)buf_addf(&text,
			"Wrote %zu of the last %zu commits. Cannot approve until \"keys\" (or "
			"\"accounts\") say how to know them: countersign reviewer adds a key.",
			person->commits, s->commits);
		json_object_set_new(people, name,
			json_pack("{s:o, s:[s], s:[s]}", "description", take_text(&text), "emails",
				person->email, "groups", "reviewers"));
	}
	return people;
}

/* What there is of a class, by part. */
static json_t *describe_class(const struct survey *s, size_t which)
{
	struct buf text = BUF_INIT(DESCRIPTION_MAX);
	size_t told = 0;

	(void)buf_adds(&text, class_rules[which].about);
	for (size_t i = 0; i < s->part_count; i++) {
		const struct survey_part *part = &s->parts[i];

		if (!part->files || strcmp(part->part->class, class_rules[which].class) != 0 ||
			part->part->alone)
			continue;
		(void)buf_addf(&text, "%s%zu in class:%s, such as ", told++ ? "; " : " Today ",
			part->files, part->part->name);
		(void)text_escape(&text, span_of(part->example));
		(void)buf_addf(&text, " (%s)", part->why);
	}
	(void)buf_adds(&text, told ? "." : " Today there is none.");
	return take_text(&text);
}

/* Who approves: whoever owns the path where that is written down, and those who wrote most. */
static json_t *approvers_of(const struct survey *s, bool people)
{
	json_t *approvers = json_array();

	if (s->codeowners)
		json_array_append_new(approvers, json_string("codeowners"));
	if (people)
		json_array_append_new(approvers, json_string("reviewers"));
	return approvers;
}

static json_t *rules_of(const struct survey *s, bool people)
{
	json_t *rules = json_array(), *rule;

	for (size_t i = 0; i < sizeof(class_rules) / sizeof(class_rules[0]); i++) {
		char class[64];

		(void)snprintf(class, sizeof(class), "class:%s", class_rules[i].class);
		rule = json_pack("{s:s, s:o, s:[s], s:s}", "name", class_rules[i].rule,
			"description", describe_class(s, i), "paths", class, "action", "hold");
		if (people || s->codeowners)
			json_object_set_new(rule, "approvers", approvers_of(s, people));
		json_array_append_new(rules, rule);
	}
	rule = json_pack("{s:s, s:s, s:[s], s:s, s:[s]}", "name", "credentials", "description",
		"Secrets in what assistants write, on every ref: denied, so that they are never "
		"stored.",
		"content", "class:credentials", "action", "deny", "refs", "refs/**");
	if (people)
		json_object_set_new(rule, "approvers", json_pack("[s]", "reviewers"));
	json_array_append_new(rules, rule);
	return rules;
}

static json_t *policy_of(const struct survey *s, const struct policy_in_force *in_force)
{
	json_t *people = people_of(s), *refs = json_pack("[s]", "HEAD"), *policy;
	bool any = json_object_size(people) > 0;
	char schema[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	if (install_paths_join(schema, in_force->paths.prefix, SCHEMA_FILE, &ignored) < 0)
		schema[0] = '\0';
	if (s->releases)
		json_array_append_new(refs, json_string("refs/heads/release/**"));
	json_array_append_new(refs, json_string("refs/tags/**"));
	policy = json_pack("{s:s, s:i, s:o, s:s, s:o, s:s, s:o, s:o, s:o}", "$schema", schema,
		"version", 1, "description", describe_all(s, in_force->head), "mode", "observe",
		"refs", refs, "unattributed", "human", "people", people, "agents", agents_of(s),
		"rules", rules_of(s, any));
	if (policy && !any)
		json_object_del(policy, "people");
	return policy;
}

/* The policy as text with a line feed, in a file that only this process has; a descriptor or -1. */
static int write_checked(const char *text, struct fault *f)
{
	struct buf errors = BUF_INIT(4u << 20);
	size_t len = strlen(text);
	int fd = memfd_create("policy", MFD_CLOEXEC), status = 0;
	char path[64];

	if (fd < 0 || write(fd, text, len) != (ssize_t)len || write(fd, "\n", 1) != 1)
		status = fault_set(f, FAULT_ADMIN, "a file in memory: %m");
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (status == 0)
		status = policy_check_file(path, LAYER_REPOSITORY, &errors, f);
	if (status > 0)
		status = fault_set(f, FAULT_INTERNAL, "the policy that was made is not valid: %s",
			errors.data ? errors.data : "");
	buf_release(&errors);
	if (fd >= 0)
		(void)close(fd);
	return status;
}

/* Makes the file whole or not at all, and only where there is none. */
static int put_file(const char *path, const char *text, struct fault *f)
{
	char *beside = NULL;
	int status = 0, fd;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0)
		return fault_memory(f);
	fd = mkstemp(beside);
	if (fd < 0 || dprintf(fd, "%s\n", text) < 0 || fchmod(fd, 0644) < 0 || fsync(fd) < 0)
		status = fault_set(f, FAULT_ADMIN, "%s: %m", path);
	if (status == 0 && link(beside, path) < 0)
		status = errno == EEXIST ? fault_set(f, FAULT_ADMIN,
						   "%s is there already: it was not touched", path)
					 : fault_set(f, FAULT_ADMIN, "%s: %m", path);
	if (fd >= 0) {
		(void)close(fd);
		(void)unlink(beside);
	}
	free(beside);
	return status;
}

static int put(const char *text, const char *output, struct fault *f)
{
	if (write_checked(text, f) < 0)
		return -1;
	if (output && put_file(output, text, f) < 0)
		return -1;
	if (!output && (puts(text) == EOF || fflush(stdout) != 0))
		return fault_set(f, FAULT_ADMIN, "standard output: %m");
	fprintf(stderr,
		"It only observes. Next: look at it, and see what it would have stopped with\n"
		"  countersign replay --policy %s --html replay.html\n",
		output ? output : "FILE");
	return 0;
}

int policy_init(const struct policy_args *words)
{
	struct policy_in_force in_force;
	struct survey survey = { 0 };
	struct fault f = { 0 };
	json_t *policy = NULL;
	char *text = NULL;
	int status = policy_in_force_open(&in_force, words->repo ? words->repo : ".", &f);

	if (status == 0)
		status = survey_make(&survey, in_force.repo, in_force.head, &f);
	if (status == 0) {
		policy = policy_of(&survey, &in_force);
		text = policy ? json_dumps(policy, JSON_INDENT(2)) : NULL;
		status = text ? put(text, words->output, &f) : fault_memory(&f);
	}
	free(text);
	json_decref(policy);
	survey_release(&survey);
	policy_in_force_release(&in_force);
	return status < 0 ? policy_failed(&f) : 0;
}
