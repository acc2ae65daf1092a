#include "hooks/report/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/git/peel.h"
#include "common/history/change.h"
#include "common/path/fold.h"
#include "common/path/pattern.h"

#define FOLDED_MAX ((size_t)1 << 20)

/* What the end of a file's name tells. */
static const struct {
	const char *end, *language;
	bool worked; /* somebody writes it by hand */
} ends[] = {
	{ ".c", "C", true },
	{ ".h", "C", true },
	{ ".cc", "C++", true },
	{ ".cpp", "C++", true },
	{ ".hpp", "C++", true },
	{ ".cs", "C#", true },
	{ ".css", "CSS", true },
	{ ".dart", "Dart", true },
	{ ".ex", "Elixir", true },
	{ ".exs", "Elixir", true },
	{ ".go", "Go", true },
	{ ".html", "HTML", true },
	{ ".java", "Java", true },
	{ ".js", "JavaScript", true },
	{ ".jsx", "JavaScript", true },
	{ ".mjs", "JavaScript", true },
	{ ".kt", "Kotlin", true },
	{ ".lua", "Lua", true },
	{ ".ml", "OCaml", true },
	{ ".php", "PHP", true },
	{ ".pl", "Perl", true },
	{ ".pm", "Perl", true },
	{ ".py", "Python", true },
	{ ".r", "R", true },
	{ ".rb", "Ruby", true },
	{ ".rs", "Rust", true },
	{ ".scala", "Scala", true },
	{ ".scss", "CSS", true },
	{ ".sh", "shell", true },
	{ ".sql", "SQL", true },
	{ ".swift", "Swift", true },
	{ ".ts", "TypeScript", true },
	{ ".tsx", "TypeScript", true },
	{ ".vue", "Vue", true },
	{ ".zig", "Zig", true },
	{ ".cxx", "C++", true },
	{ ".hh", "C++", true },
	{ ".hxx", "C++", true },
	{ ".inl", "C++", true },
	{ ".m", "Objective-C", true },
	{ ".mm", "Objective-C", true },
	{ ".tcl", "Tcl", true },
	{ ".hs", "Haskell", true },
	{ ".lhs", "Haskell", true },
	{ ".jl", "Julia", true },
	{ ".groovy", "Groovy", true },
	{ ".svelte", "Svelte", true },
	{ ".cjs", "JavaScript", true },
	{ ".cts", "TypeScript", true },
	{ ".mts", "TypeScript", true },
	{ ".kts", "Kotlin", true },
	{ ".clj", "Clojure", true },
	{ ".cljs", "Clojure", true },
	{ ".erl", "Erlang", true },
	{ ".hrl", "Erlang", true },
	{ ".fs", "F#", true },
	{ ".fsx", "F#", true },
	{ ".vb", "Visual Basic", true },
	{ ".f90", "Fortran", true },
	{ ".f", "Fortran", true },
	{ ".pas", "Pascal", true },
	{ ".nim", "Nim", true },
	{ ".d", "D", true },
	{ ".cr", "Crystal", true },
	{ ".rkt", "Racket", true },
	{ ".el", "Emacs Lisp", true },
	{ ".lisp", "Lisp", true },
	{ ".scm", "Scheme", true },
	{ ".ps1", "PowerShell", true },
	{ ".bash", "shell", true },
	{ ".zsh", "shell", true },
	{ ".s", "assembly", true },
	{ ".asm", "assembly", true },
	{ ".proto", "Protocol Buffers", true },
	{ ".sol", "Solidity", true },
	{ ".v", "Verilog", true },
	{ ".sv", "Verilog", true },
	{ ".vhd", "VHDL", true },
	{ ".adb", "Ada", true },
	{ ".ads", "Ada", true },
	{ ".cob", "COBOL", true },
	{ ".awk", "awk", true },
	{ ".vim", "Vim script", true },
	{ ".less", "CSS", true },
	{ ".sass", "CSS", true },
	{ ".mli", "OCaml", true },
	{ ".pyx", "Python", true },
	{ ".pyi", "Python", true },
	{ ".t", "Perl", true },
	{ ".tf", "Terraform", false },
	{ ".hcl", "Terraform", false },
	{ ".adoc", NULL, true },
	{ ".md", NULL, true },
	{ ".rst", NULL, true },
	{ ".txt", NULL, true },
};

static const char *const codeowners_places[] = { "CODEOWNERS", ".github/CODEOWNERS",
	".gitlab/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS", "docs/CODEOWNERS" };

struct survey_walk {
	struct survey *survey;
	struct pattern_set *set; /* a list for each part */
	struct buf folded;
	bool guarded; /* some part has the path at hand */
	struct span path;
};

static int sets_fill(struct pattern_set *set, struct fault *f)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++) {
		int list = pattern_set_list(set);

		if (list < 0)
			return fault_memory(f);
		for (size_t k = 0; k < parts[i].count; k++)
			if (pattern_set_add_class(
				    set, list, span_of(parts[i].entries[k].pattern), f) < 0)
				return -1;
	}
	return 0;
}

static int on_hit(void *context, const struct pattern_hit *hit)
{
	struct survey_walk *l = context;
	struct survey_part *part = &l->survey->parts[hit->list];

	if (hit->negated)
		return 0;
	l->guarded = true;
	if (part->files++)
		return 0;
	(void)snprintf(
		part->example, sizeof(part->example), "%.*s", (int)l->path.len, l->path.data);
	part->why = part->part->entries[hit->index].why;
	return 0;
}

static void count_language(struct survey *survey, const char *language)
{
	size_t i = 0;

	while (i < survey->language_count && survey->languages[i].name != language &&
		strcmp(survey->languages[i].name, language) != 0)
		i++;
	if (i == SURVEY_LANGUAGES)
		return;
	if (i == survey->language_count)
		survey->languages[survey->language_count++].name = language;
	survey->languages[i].files++;
}

/* Whether people write such files by hand; counts the language. */
static bool is_worked(struct survey *survey, struct span path)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t len = strlen(ends[i].end);

		if (path.len <= len ||
			strncasecmp(path.data + path.len - len, ends[i].end, len) != 0)
			continue;
		if (ends[i].language)
			count_language(survey, ends[i].language);
		return ends[i].worked;
	}
	return false;
}

static void keep_top_file(struct survey *survey, struct span path, bool known)
{
	if (survey->top_file_count == SURVEY_FOLDERS)
		survey->crowded = true;
	else if (path.len < sizeof(survey->top_files[0])) {
		survey->top_known[survey->top_file_count] = known;
		memcpy(survey->top_files[survey->top_file_count++], path.data, path.len);
	} else
		survey->crowded = true;
}

static void count_folder(struct survey *survey, struct span path, bool known)
{
	const char *slash = memchr(path.data, '/', path.len);
	size_t len = slash ? (size_t)(slash - path.data) : 0, i = 0;

	if (!slash)
		keep_top_file(survey, path, known);
	survey->crowded = survey->crowded || len >= sizeof(survey->folders[0].name);
	if (!len || len >= sizeof(survey->folders[0].name))
		return;
	while (i < survey->folder_count && (strncmp(survey->folders[i].name, path.data, len) != 0 ||
						   survey->folders[i].name[len]))
		i++;
	if (i == SURVEY_FOLDERS) {
		survey->crowded = true;
		return;
	}
	if (i == survey->folder_count)
		memcpy(survey->folders[survey->folder_count++].name, path.data, len);
	survey->folders[i].files++;
	survey->folders[i].known += known;
}

static void find_codeowners(struct survey *survey, struct span path)
{
	for (size_t i = 0; i < sizeof(codeowners_places) / sizeof(codeowners_places[0]); i++)
		if (span_is(path, codeowners_places[i]))
			survey->codeowners = codeowners_places[i];
}

static int on_file(void *context, const struct change *change, struct fault *f)
{
	struct survey_walk *l = context;
	struct pattern_path path;

	buf_clear(&l->folded);
	if (fold_path(&l->folded, change->path) < 0)
		return fault_memory(f);
	path = (struct pattern_path){ .bytes = change->path, .folded = buf_span(&l->folded) };
	l->path = change->path;
	l->guarded = false;
	if (pattern_set_match(l->set, &path, on_hit, l) < 0)
		return fault_memory(f);
	l->survey->files++;
	count_folder(l->survey, change->path, is_worked(l->survey, change->path) || l->guarded);
	find_codeowners(l->survey, change->path);
	return 0;
}

static int compare_languages(const void *a, const void *b)
{
	const struct survey_language *x = a, *y = b;

	return x->files != y->files ? (x->files < y->files ? 1 : -1) : strcmp(x->name, y->name);
}

int survey_tree(struct survey *survey, struct repo *repo, struct fault *f)
{
	static const struct oid nothing;
	struct changes changes = { .repo = repo, .limit = SURVEY_FILES };
	struct survey_walk l = { .survey = survey, .folded = BUF_INIT(FOLDED_MAX) };
	struct graph *graph = NULL;
	struct oid tree;
	int status = graph_new(&graph, repo, f);

	if (status == 0)
		status = graph_tree(graph, &survey->tip, &tree, f);
	if (status == 0)
		status = pattern_set_new(&l.set, PATTERN_GENEROUS, f);
	if (status == 0)
		status = sets_fill(l.set, f);
	changes.graph = graph;
	if (status == 0)
		status = changes_between(&changes, &nothing, &tree,
			&(struct change_listener){ .each = on_file, .context = &l }, f);
	if (status == 0 && changes.end != CHANGES_WHOLE)
		status = fault_set(f, FAULT_ADMIN, "the branch's tree: %s",
			changes.why ? changes.why : "it holds too much");
	qsort(survey->languages, survey->language_count, sizeof(*survey->languages),
		compare_languages);
	changes_release(&changes);
	pattern_set_free(l.set);
	buf_release(&l.folded);
	graph_free(graph);
	return status;
}

static int on_release(void *context, const char *name, const struct oid *id)
{
	(void)name;
	(void)id;
	*(bool *)context = true;
	return 1;
}

static int find_tip(struct survey *survey, struct repo *repo, const char *branch, struct fault *f)
{
	enum object_type type;
	struct ref_value value;

	if (repo_ref(repo, branch, &value, f) < 0)
		return -1;
	free(value.target);
	if (value.kind != REF_DIRECT)
		return fault_set(f, FAULT_ADMIN,
			"%s has no commits yet: nothing to write a policy from", branch);
	if (peel(repo, &value.id, &survey->tip, &type, f) < 0)
		return -1;
	return type == OBJECT_COMMIT ? 0
				     : fault_set(f, FAULT_ADMIN, "%s leads to no commit", branch);
}

int survey_make(struct survey *out, struct repo *repo, const char *branch, struct fault *f)
{
	const struct class_part *parts;

	*out = (struct survey){ 0 };
	parts = class_parts(&out->part_count);
	out->parts = calloc(out->part_count + 1, sizeof(*out->parts));
	if (!out->parts)
		return fault_memory(f);
	for (size_t i = 0; i < out->part_count; i++)
		out->parts[i].part = &parts[i];
	if (find_tip(out, repo, branch, f) < 0 || survey_tree(out, repo, f) < 0 ||
		survey_history(out, repo, f) < 0)
		return -1;
	return repo_refs(repo, "refs/heads/release/", on_release, &out->releases, f) < 0 ? -1 : 0;
}

void survey_release(struct survey *survey)
{
	free(survey->parts);
	free(survey->agents);
	free(survey->people);
	*survey = (struct survey){ 0 };
}
