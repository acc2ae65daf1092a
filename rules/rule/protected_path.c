/*
 * Configured rules by path and by class of path, and the two kinds of content that make a file one
 * of a class: what it says that it is, and what it hides.
 */
#include <stdio.h>

#include "common/path/classes.h"
#include "common/path/confusable.h"
#include "rules/recognise/recognise.h"
#include "rules/rule/rule.h"

#define TEXT_START 8000 /* bytes without a NUL among them are text, as git has it */

static int object_to_path(const struct rule_case *c, const struct rule *rule, const char *detail,
	size_t line, struct fault *f)
{
	return rule_object(c,
		&(struct objection){ .rule = rule->name,
			.action = rule->action,
			.observe = rule->observe,
			.detail = detail,
			.configured = rule,
			.line = line },
		f);
}

/* Whether the rule's own patterns take the path back: from its classes, too. */
static bool taken_back(const struct rule_case *c, const struct rule *rule)
{
	return rule->paths >= 0 && c->protecting[rule->paths] == LIST_TAKEN_BACK;
}

/* Which part of the rule's classes has the path; NULL: none, or it is taken back. */
static const struct class_part *part_of_path(
	const struct rule_case *c, const struct rule *rule, int *entry)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	if (taken_back(c, rule))
		return NULL;
	for (size_t i = 0; *rule->classes && i < count; i++) {
		int list = c->policy->class_lists[i];

		if (parts[i].existing && !c->change->old.mode)
			continue;
		if (list >= 0 && c->protecting[list] >= 0 &&
			class_list_covers(rule->classes, &parts[i])) {
			*entry = c->protecting[list];
			return &parts[i];
		}
	}
	return NULL;
}

/*
 * A submodule's pointer brings in code from elsewhere, whatever its path: the part of the rule's
 * classes for that.
 */
static const struct class_part *part_of_submodule(
	const struct rule_case *c, const struct rule *rule)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	if (taken_back(c, rule) ||
		(c->change->old.mode != MODE_SUBMODULE && c->change->new.mode != MODE_SUBMODULE))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strcmp(parts[i].name, "dependencies") == 0 &&
			class_list_covers(rule->classes, &parts[i]))
			return &parts[i];
	return NULL;
}

static int judge_path(const struct rule_case *c, const struct rule *rule, struct fault *f)
{
	const struct class_part *part;
	const char *link = mode_is_link(c->change->new.mode)
				   ? " (a link: everything below it comes from elsewhere)"
				   : "";
	int entry = 0;
	char detail[512];

	if (rule->paths >= 0 && c->protecting[rule->paths] >= 0) {
		(void)snprintf(detail, sizeof(detail), "a protected path%s", link);
		return object_to_path(c, rule, detail, 0, f);
	}
	part = part_of_path(c, rule, &entry);
	if (!part && part_of_submodule(c, rule))
		return object_to_path(c, rule,
			"class:dependencies: a submodule's pointer (code from elsewhere)", 0, f);
	if (!part)
		return 0;
	(void)snprintf(detail, sizeof(detail), "class:%s: %s%s", part->name,
		(size_t)entry < part->count ? part->entries[entry].why : "added by the policy",
		link);
	return object_to_path(c, rule, detail, 0, f);
}

/*
 * Whether its path alone decides: the rule objects to it, or takes it back.  Then what the file
 * says adds nothing.
 */
static bool path_decides(const struct rule_case *c, const struct rule *rule)
{
	int entry;

	return (rule->paths >= 0 && c->protecting[rule->paths] != LIST_NONE) ||
	       part_of_path(c, rule, &entry);
}

int rule_protected_path(const struct rule_case *c, struct fault *f)
{
	for (size_t i = 0; i < c->policy->rule_count; i++) {
		const struct rule *rule = &c->policy->rules[i];

		if (rule_concerns(c, rule) && judge_path(c, rule, f) < 0)
			return -1;
	}
	return 0;
}

static int judge_recognised(const struct rule_case *c, const struct rule *rule,
	const struct recognised *what, struct fault *f)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);
	char detail[512];

	for (size_t i = 0; i < count; i++) {
		if (strcmp(parts[i].name, what->part) != 0 ||
			!class_list_covers(rule->classes, &parts[i]))
			continue;
		(void)snprintf(detail, sizeof(detail), "class:%s: recognised by its content: %s",
			what->part, what->why);
		return object_to_path(c, rule, detail, what->line, f);
	}
	return 0;
}

int rule_recognised(const struct rule_case *c, struct fault *f)
{
	struct recognised found[RECOGNISED_MAX];
	size_t count;

	count = recognise_until(c->deadline, c->content, found);
	if (deadline_is_over(c->deadline))
		return deadline_fault(f, "finding out what a file is");
	for (size_t i = 0; i < c->policy->rule_count; i++) {
		const struct rule *rule = &c->policy->rules[i];

		if (!*rule->classes || !rule_concerns(c, rule) || path_decides(c, rule))
			continue;
		for (size_t j = 0; j < count; j++)
			if (judge_recognised(c, rule, &found[j], f) < 0)
				return -1;
	}
	return 0;
}

/* The rule that protects agents' instructions has a say here whoever made the change. */
static bool guards_instructions(const struct rule_case *c, const struct rule *rule)
{
	int entry;
	const struct class_part *part = part_of_path(c, rule, &entry);

	return part && strcmp(part->class, "agent-instructions") == 0;
}

/* Whether the rule asks for that class of content, and the content is text. */
static bool asks_text(const struct rule_case *c, const struct rule *rule, const char *class)
{
	size_t start = c->content.len < TEXT_START ? c->content.len : TEXT_START;

	for (names name = rule->content; *name; name++)
		if (strcmp(*name, class) == 0)
			return rule_concerns(c, rule) && !taken_back(c, rule) &&
			       !(start && memchr(c->content.data, '\0', start));
	return false;
}

static int object_hidden(const struct rule_case *c, const struct rule *rule, const char *name,
	const struct hidden_character *hidden, const char *detail, struct fault *f)
{
	return rule_object(c,
		&(struct objection){ .rule = name,
			.action = rule->action,
			.observe = rule->observe,
			.detail = detail,
			.configured = rule,
			.line = hidden->line,
			.column = hidden->column },
		f);
}

/* What the rule says of the two contents; `instructions`: it guards these, whoever wrote them. */
static int judge_hidden(const struct rule_case *c, const struct rule *rule, bool instructions,
	struct span old, struct fault *f)
{
	struct hidden_character hidden = recognise_hidden(old, c->content);
	const char *name = instructions ? "hidden-text" : rule->name;
	char what[256], detail[384];

	if (hidden.character) {
		hidden_describe(&hidden, c->content, what, sizeof(what));
		(void)snprintf(detail, sizeof(detail), "hidden text%s: %s",
			instructions ? " in agents' instructions" : "", what);
		if (object_hidden(c, rule, name, &hidden, detail, f) < 0)
			return -1;
	}
	if (instructions)
		return 0;
	hidden = recognise_lookalike(old, c->content);
	if (!hidden.character)
		return 0;
	(void)snprintf(detail, sizeof(detail),
		"a name with a letter (U+%04X) that only looks like '%c'", hidden.character,
		(char)confusable_ascii(hidden.character));
	return object_hidden(c, rule, name, &hidden, detail, f);
}

static int hidden_text(const struct rule_case *c, struct buf *old_room, struct fault *f)
{
	for (size_t i = 0; i < c->policy->rule_count; i++) {
		const struct rule *rule = &c->policy->rules[i];
		bool instructions = c->governing[rule->group] && guards_instructions(c, rule);
		struct span old;

		if (!instructions && !asks_text(c, rule, "hidden-text"))
			continue;
		if (c->old_content(c, &old, f) < 0)
			return -1;
		if (judge_hidden(c, rule, instructions, recognise_text(old_room, old), f) < 0)
			return -1;
	}
	return 0;
}

#define DECODED_MAX (1u << 30)

/* Lets `judge` see the content as text, whatever way it is encoded. */
static int judge_text(const struct rule_case *c,
	int (*judge)(const struct rule_case *c, struct buf *old_room, struct fault *f),
	struct fault *f)
{
	struct buf room = BUF_INIT(DECODED_MAX), old_room = BUF_INIT(DECODED_MAX);
	struct rule_case decoded = *c;
	int status;

	if (!c->change || !c->content.data)
		return 0;
	decoded.content = recognise_text(&room, c->content);
	status = room.failed ? fault_memory(f) : judge(&decoded, &old_room, f);
	buf_release(&room);
	buf_release(&old_room);
	return status;
}

int rule_hidden_text(const struct rule_case *c, struct fault *f)
{
	return judge_text(c, hidden_text, f);
}

static int build_steps(const struct rule_case *c, struct buf *old_room, struct fault *f)
{
	char detail[256];
	struct span old;
	size_t line;

	for (size_t i = 0; i < c->policy->rule_count; i++) {
		const struct rule *rule = &c->policy->rules[i];
		const char *what;

		if (!asks_text(c, rule, "build-steps"))
			continue;
		if (c->old_content(c, &old, f) < 0)
			return -1;
		what = recognise_build_step(recognise_text(old_room, old), c->content, &line);
		if (!what)
			continue;
		(void)snprintf(detail, sizeof(detail), "class:build-steps: %s", what);
		if (object_to_path(c, rule, detail, line, f) < 0)
			return -1;
	}
	return 0;
}

int rule_build_steps(const struct rule_case *c, struct fault *f)
{
	return judge_text(c, build_steps, f);
}
