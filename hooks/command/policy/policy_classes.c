/* countersign policy classes [NAME...]: what is in the classes that come with it. */
#include <stdio.h>
#include <string.h>

#include "common/path/classes.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/admin/table.h"

/* What is recognised by what a file says, and by nothing else. */
static const struct {
	const char *name, *title;
} of_content[] = {
	{ "build-steps", "new source lines that make a tool run or fetch something" },
	{ "credentials", "credentials of all kinds, by content (countersign scan)" },
	{ "hidden-text", "text that looks different to a reader than it is" },
};

static const char *without_prefix(const char *name)
{
	return strncmp(name, "class:", 6) == 0 ? name + 6 : name;
}

/* Prints a class of paths with its patterns, and why each is there. */
static void print_part(const struct terminal *terminal, const struct class_part *part)
{
	char line[2048];

	(void)snprintf(line, sizeof(line), "class:%s  %s%s", part->name, part->title,
		part->alone ? " (off unless named itself)" : "");
	terminal_print(terminal, line, 2);
	for (size_t i = 0; i < part->count; i++) {
		(void)snprintf(line, sizeof(line), "  %-40s %s", part->entries[i].pattern,
			part->entries[i].why);
		terminal_print(terminal, line, 43);
	}
}

/* Prints the classes of that name: itself and its parts.  How many. */
static size_t print_named(const struct terminal *terminal, const char *name)
{
	size_t count, printed = 0, len = strlen(name);
	const struct class_part *parts = class_parts(&count);
	char line[256];

	for (size_t i = 0; i < count; i++) {
		if (len && strcmp(parts[i].name, name) != 0 &&
			(strncmp(parts[i].name, name, len) != 0 || parts[i].name[len] != '.'))
			continue;
		print_part(terminal, &parts[i]);
		printed++;
	}
	for (size_t i = 0; i < sizeof(of_content) / sizeof(of_content[0]); i++) {
		if (len && strcmp(of_content[i].name, name) != 0)
			continue;
		(void)snprintf(line, sizeof(line), "class:%s  %s", of_content[i].name,
			of_content[i].title);
		terminal_print(terminal, line, 2);
		printed++;
	}
	return printed;
}

int policy_classes(const struct policy_args *words)
{
	struct terminal terminal = { .colour_asked = NULL };
	int status = 0;

	(void)terminal_read(&terminal, words->env, "policy classes");
	if (!words->count)
		(void)print_named(&terminal, "");
	for (int i = 0; i < words->count; i++) {
		const char *name = without_prefix(words->rest[i]);

		if (*name && print_named(&terminal, name))
			continue;
		(void)fputs("countersign policy: no class comes with it that is called '", stderr);
		policy_print(stderr, name);
		(void)fputs("'; countersign policy classes lists them all\n", stderr);
		status = 1;
	}
	return status;
}
