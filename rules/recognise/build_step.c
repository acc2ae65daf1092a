/* Lines of sources that tell a tool what to run or to fetch. */
#include "rules/recognise/new_line.h"

#include <string.h>

/* What such a line begins with, behind blanks. */
static const struct {
	const char *begin, *what;
} steps[] = {
	{ "//go:generate ", "a command of go generate" },
	{ "#cgo ", "flags and packages of cgo" },
	{ "// #cgo ", "flags and packages of cgo" },
	{ "//#cgo ", "flags and packages of cgo" },
	{ "# /// script", "dependencies of a Python script" },
	{ "# dependencies = ", "dependencies of a Python script" },
	{ "//> using ", "dependencies and settings of Scala CLI" },
	{ "//DEPS ", "dependencies of JBang" },
	{ "//REPOS ", "registries of JBang" },
	{ "@file:DependsOn(", "dependencies of a Kotlin script" },
	{ "@file:Repository(", "registries of a Kotlin script" },
	{ "@Grab", "dependencies of a Groovy script" },
	{ "Mix.install(", "dependencies of an Elixir script" },
	{ "gemfile do", "dependencies of a Ruby script" },
	{ "gemfile(true) do", "dependencies of a Ruby script" },
	{ "#:package ", "dependencies of a C# file" },
	{ "#:sdk ", "the build of a C# file" },
	{ "#!nix-shell ", "packages of a Nix script" },
	{ "#! nix-shell ", "packages of a Nix script" },
	{ "#Requires -Module", "modules of a PowerShell script" },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static size_t step_of(struct span line)
{
	size_t i = 0;

	while (line.len && (*line.data == ' ' || *line.data == '\t')) {
		line.data++;
		line.len--;
	}
	while (i < STEPS && !span_starts(line, steps[i].begin))
		i++;
	return i;
}

/* The place in the table is told by the character, counting from 1. */
static struct hidden_character step_in(struct span line, bool start)
{
	static const char mark[] = "\xef\xbb\xbf"; /* a byte order mark, which tools pass over */
	size_t skip = start && span_starts(line, mark) ? sizeof(mark) - 1 : 0;
	size_t i = step_of((struct span){ line.data + skip, line.len - skip });

	return i < STEPS ? (struct hidden_character){ (unsigned)i + 1, 1, 1 }
			 : (struct hidden_character){ .character = 0 };
}

const char *recognise_build_step(struct span old, struct span content, size_t *line)
{
	struct hidden_character found = recognise_new_line(old, content, step_in);

	*line = found.line;
	return found.character ? steps[found.character - 1].what : NULL;
}
