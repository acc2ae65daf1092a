/*
 * Marks that a policy adds, attribution notes, tags, and what else marks_of_*() promise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "common/mark/marks.h"

static struct marks *marks;

/* What was found, as `agent(by by),agent(by)`. */
static int see(void *context, const char *agent, enum identified_by by)
{
	struct buf *out = context;

	return buf_addf(out, "%s%s(%s)", out->len ? " " : "", agent, identified_by_name(by));
}

static struct person_line person(const char *name, const char *email)
{
	return (struct person_line){ .name = span_of(name), .email = span_of(email) };
}

static void expect_once(const struct commit *commit, const char *want)
{
	struct buf out = BUF_INIT(4096);
	struct fault f = { 0 };

	buf_adds(&out, "");
	assert_int_equal(marks_of_commit(marks, commit, see, &out, &f), 0);
	assert_string_equal(out.data, want);
	buf_release(&out);
}

/* The second time it is remembered. */
static void expect_by(const char *author, const char *message, const char *want)
{
	struct commit commit = { .message = span_of(message) };

	commit.author = person("Somebody", author);
	commit.committer = person("Somebody", "somebody@example.org");
	expect_once(&commit, want);
	expect_once(&commit, want);
}

static void expect(const char *message, const char *want)
{
	expect_by("somebody@example.org", message, want);
}

static void an_agent_of_the_policy_is_known_by_its_address(void **state)
{
	(void)state;
	expect_by("release-bot@example.com", "x\n", "release-bot(author)");
	expect_by("Release-Bot@Example.COM", "x\n", "release-bot(author)");
	expect_by("release-bot@example.com.evil.example", "x\n", "");
	expect("x\n\nCo-authored-by: R <release-bot@example.com>\n", "release-bot(trailer)");
	expect("x\n\nPolished-by: R <RELEASE-BOT@example.com>\n", "release-bot(trailer)");
	expect("x\n\nReviewed-by: R <RELEASE-BOT@example.com>\n", "");
	expect("x\n\nThe address release-bot@example.com is the bot's.\n", "");
}

static void an_agent_of_the_policy_is_known_by_its_trailer(void **state)
{
	(void)state;
	expect("x\n\nAgent: release-bot\n", "release-bot(trailer)");
	expect("x\n\nagent :  Release-Bot  \n", "release-bot(trailer)");
	expect("x\nAgent: release-bot\nmore\n", "release-bot(trailer)");
	expect("x\r\n\r\n\xd0\x90gent: release-bot\r\n", "release-bot(trailer)");
	expect("x\n\nAgent: release-bot (v2) <bot@example.org>\n", "release-bot(trailer)");
	expect("x\n\nAgent: ssh-agent\n", "");
	expect("x\n\n> Agent: release-bot\n", "");
	expect("Agent: release-bot\n", "");
	expect("x\n\nBuilt-On: anything at all\n", "builder(trailer)");
	expect("x\n\nBuilt on: anything at all\n", "builder(trailer)");
}

static void several_agents_are_all_found(void **state)
{
	(void)state;
	expect("x\n\nAgent: release-bot\nCo-authored-by: Claude <noreply@anthropic.com>\nBuilt-On: "
	       "y\n",
		"claude-code(trailer) release-bot(trailer) builder(trailer)");
}

static void one_agent_is_told_once_for_each_way(void **state)
{
	(void)state;
	expect_by("noreply@anthropic.com",
		"x\n\n\xf0\x9f\xa4\x96 Generated with [Claude "
		"Code](https://claude.com/claude-code)\n\n"
		"Co-authored-by: Claude <noreply@anthropic.com>\nClaude-Session: x\n",
		"claude-code(trailer) claude-code(author) claude-code(marker)");
}

static void expect_in(const char *encoding, const char *message, const char *want)
{
	struct buf out = BUF_INIT(4096);
	struct fault f = { 0 };
	struct commit commit = { .message = span_of(message), .encoding = span_of(encoding) };

	buf_adds(&out, "");
	assert_int_equal(marks_of_commit(marks, &commit, see, &out, &f), 0);
	assert_string_equal(out.data, want);
	buf_release(&out);
}

static void a_message_is_read_in_its_character_set(void **state)
{
	const char *utf7 = "x\n\n+AEMAbwAt-authored-by: Claude <noreply+AEA-anthropic.com>\n";
	const char *latin = "\xe9t\xe9\n\nCo-authored-by:\xa0"
			    "Claude <noreply@anthropic.com>\n";

	(void)state;
	expect_in("UTF-7", utf7, "claude-code(trailer)");
	expect_in("utf-7", utf7, "claude-code(trailer)");
	expect_in("UTF-8", utf7, "");
	expect_in("ISO-8859-1", latin, "claude-code(trailer)");
	expect_in("KOI8-R", "x\n\n\xf3\xcf-authored-by: Claude <noreply@anthropic.com>\n",
		"claude-code(trailer)");
	expect_in("../../evil", "x\n\nCo-authored-by: Claude <noreply@anthropic.com>\n",
		"claude-code(trailer)");
	expect_in("UTF-7", "x\n\n+////", "");
}

static void what_is_remembered_of_a_message_is_of_that_character_set(void **state)
{
	const char *shown = "y\n\n+AEMAbwAt-authored-by: Claude <noreply+AEA-anthropic.com>\n",
		   *plain = "z\n\n+AEMAbwAt-authored-by: Claude <noreply+AEA-anthropic.com>\n";

	(void)state;
	expect_in("UTF-7", shown, "claude-code(trailer)");
	expect(shown, "");
	expect(plain, "");
	expect_in("UTF-7", plain, "claude-code(trailer)");
}

/* The same line in another message, a list, a quotation, or written otherwise. */
static void what_is_remembered_of_a_line_is_of_that_line(void **state)
{
	(void)state;
	expect("a\n\n* Coding-Agent: fix it\n", "");
	expect("b\n\nCoding-Agent: fix it\n", "ai-trailers(trailer)");
	expect("c\n\n* Coding-Agent: fix it\n", "");
	expect("d\n\ncoding-agent: fix it\n", "");
	expect("e\n\nCoding-Agent: fix it\n", "ai-trailers(trailer)");
	expect("a\n\nCo-authored-by: Ada (Devin) <ada@example.org>\n", "");
	expect("b\n\nCo-authored-by: ada (devin) <ada@example.org>\n", "devin(trailer)");
	expect("c\n\nCo-authored-by: Ada (Devin) <ada@example.org>\n", "");
	expect("a\n\nCo-authored-by: Claude <noreply@anthropic.com>\n", "claude-code(trailer)");
	expect("b\n\n> Co-authored-by: Claude <noreply@anthropic.com>\n", "");
	expect("Claude-Session: 0f3c1e52\n\nc\n", "");
	expect("d\n\nCo-authored-by: Claude <noreply@anthropic.com>\n", "claude-code(trailer)");
	expect("e\n\nClaude-Session: 0f3c1e52\n", "claude-code(trailer)");
	expect("Claude-Session: 0f3c1e52\n\nf\n", "");
	expect("a\n\nAgent: release-bot\n", "release-bot(trailer)");
	expect("b\n\nAgent: release-bot\n", "release-bot(trailer)");
	expect("c\n\nCo-authored-by: R <release-bot@example.com>\n", "release-bot(trailer)");
	expect("d\n\nCo-authored-by: R <release-bot@example.com>\n", "release-bot(trailer)");
	expect("a\n\nAgent-Logs-Url: https://example.com/x/sessions/2\n",
		"github-copilot(trailer)");
	expect("b\n\nAgent-Logs-Url: https://example.com/x/sessions/2\n"
	       "Co-authored-by: Codex <noreply@openai.com>\n",
		"openai-codex(trailer)");
	expect("c\n\nAgent-Logs-Url: https://example.com/x/sessions/2\n",
		"github-copilot(trailer)");
}

static void what_time_ran_out_for_is_not_remembered(void **state)
{
	const char *message = "x\n\nCo-authored-by: Late <noreply@anthropic.com>\n";
	struct deadline past = { .at = deadline_clock() - 1 };
	struct commit commit = { .message = span_of(message) };
	struct fault f = { 0 };

	(void)state;
	marks_limit(marks, &past);
	assert_int_equal(marks_of_commit(marks, &commit, see, NULL, &f), -1);
	fault_clear(&f);
	marks_limit(marks, NULL);
	expect(message, "claude-code(trailer)");
}

/* Whose such a trailer is, is found out with the rest of the commit, which is another each time. */
static void what_several_agents_write_is_remembered_as_it_was_said(void **state)
{
	const char *message = "x\n\nAgent-Logs-Url: https://example.com/x/sessions/1\n";

	(void)state;
	expect(message, "github-copilot(trailer)");
	expect_by("codex@openai.com", message, "openai-codex(author)");
	expect(message, "github-copilot(trailer)");
}

/* Where the name ends and the address begins is part of whom a line names. */
static void what_is_remembered_of_a_person_is_of_that_address(void **state)
{
	struct commit commit = { .message = span_of("x\n") };

	(void)state;
	commit.author = person("Somebody", "noreply@anthropic.com");
	expect_once(&commit, "claude-code(author)");
	commit.author = person("Somebodynoreply@", "anthropic.com");
	expect_once(&commit, "");
}

static void expect_note(const char *note, const char *want)
{
	struct buf out = BUF_INIT(4096);
	struct fault f = { 0 };

	buf_adds(&out, "");
	assert_int_equal(marks_of_note(marks, span_of(note), see, &out, &f), 0);
	assert_string_equal(out.data, want);
	buf_release(&out);
}

#define GIT_AI "{\"schema_version\":\"authorship/3.0.0\",\"base_commit_sha\":\"x\","

static void notes_of_git_ai_tell_the_tool(void **state)
{
	(void)state;
	expect_note(
		"a.c\n  0123456789abcdef 1-20\n---\n" GIT_AI
		"\"prompts\":{\"0123456789abcdef\":{\"agent_id\":{\"tool\":\"cursor\",\"id\":\"1\","
		"\"model\":\"claude-4\"},\"messages\":[{\"text\":\"use codex\"}]}}}",
		"cursor(note)");
	expect_note("---\n" GIT_AI
		    "\"prompts\":{},\"sessions\":{\"s\":{\"agent_id\":{\"tool\":\"claude\"}}}}",
		"claude-code(note)");
	expect_note("---\n" GIT_AI
		    "\"prompts\":{\"a\":{\"agent_id\":{\"tool\":\"never-heard-of\"}}}}",
		"git-ai(note)");
	expect_note("---\n" GIT_AI "\"prompts\":{\"a\":{\"agent_id\":{\"tool\":\"codex\"}},"
		    "\"b\":{\"agent_id\":{\"tool\":\"gemini\"}}}}",
		"gemini-cli(note) openai-codex(note)");
}

static void an_empty_note_of_git_ai_says_that_no_ai_was_used(void **state)
{
	(void)state;
	expect_note("---\n" GIT_AI "\"prompts\":{}}", "");
	expect_note("---\n" GIT_AI
		    "\"prompts\":{},\"sessions\":{},\"humans\":{\"h\":{\"name\":\"Claude\"}}}",
		"");
	expect_note(GIT_AI "\"prompts\":{}}", "");
	expect_note("{\"prompts\":{},\"tool\":\"cursor\"}", "");
	expect_note("", "");
	expect_note("{}", "");
}

static void a_note_that_cannot_be_read_says_that_one_was(void **state)
{
	(void)state;
	expect_note("a.c\n  0123 1-2\n---\n" GIT_AI "\"prompts\":{", "git-ai(note)");
	expect_note("---\n" GIT_AI "\"prompts\":{},\"prompts\":{}}", "git-ai(note)");
}

static void other_notes_are_read_for_what_they_name(void **state)
{
	(void)state;
	expect_note("{\"version\":\"0.1.0\",\"tool\":{\"name\":\"cursor\"},\"files\":[]}",
		"cursor(note)");
	expect_note(
		"{\"files\":[{\"conversations\":[{\"contributor\":{\"type\":\"ai\",\"model_id\":"
		"\"anthropic/claude-opus-4-5\"}}]}]}",
		"claude-code(note)");
	expect_note("Co-authored-by: Claude <noreply@anthropic.com>\n", "claude-code(note)");
	expect_note("Looks good.\n\nAgent: release-bot\n", "release-bot(note)");
	expect_note("Reviewed on the train.\n", "");
}

static void a_tag_has_a_tagger_and_a_message(void **state)
{
	struct buf out = BUF_INIT(4096);
	struct fault f = { 0 };
	struct tag tag = { .message = span_of("v1\n\nGenerated with Claude Code\n") };

	(void)state;
	tag.tagger = person("Cursor Agent", "cursoragent@cursor.com");
	assert_int_equal(marks_of_tag(marks, &tag, see, &out, &f), 0);
	assert_string_equal(out.data, "cursor(author) claude-code(marker)");
	buf_release(&out);
}

/* The tables are searched by halves: each key must be found where it stands. */
static void every_key_of_authorship_is_known(void **state)
{
	static const char *const keys[] = { "Assisted-by", "Assisted-with", "Authored-by",
		"Built-with", "Co-author", "Co-authored-by", "Co-authors", "Coded-with",
		"Co-developed-by", "Commit-generated-by", "Committed-by", "Contributed-by",
		"Co-written-by", "Created-with", "Developed-by", "Drafted-by", "Generated-by",
		"Generated-using", "Generated-with", "Helped-by", "Implemented-by", "Made-by",
		"Made-with", "Paired-with", "Pair-programmed-with", "Produced-by", "Signed-off-by",
		"Vibe-coded-with", "Written-by", "Written-with", "Prepared-by", "Prepared-with",
		"Aided-by", "AI-Aided-By", "PR-Created-By", "Crafted-using", "Refactored-by" };
	char line[128];

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(line, sizeof(line), "x\n\n%s: Claude Code\n", keys[i]);
		expect(line, "claude-code(trailer)");
	}
	expect("x\n\nReviewed-by: Claude Code\n", "");
	expect("x\n\nAgent: Claude Code\n", "claude-code(trailer)");
	expect("x\n\nAssistant: Claude Code\n", "claude-code(trailer)");
	expect("x\n\nAuthor: Claude Code\n", "claude-code(trailer)");
	expect("x\n\nAuthor: Claude\n", "");
	expect("x\n\nFrom: Claude <noreply@anthropic.com>\n", "claude-code(trailer)");
	expect("x\n\nCommitter: Claude <noreply@anthropic.com>\n", "claude-code(trailer)");
	expect("x\n\nOn-behalf-of: Claude <noreply@anthropic.com>\n", "claude-code(trailer)");
}

static int stop(void *context, const char *agent, enum identified_by by)
{
	(void)context;
	(void)agent;
	(void)by;
	return 7;
}

static void what_the_caller_returns_ends_it(void **state)
{
	struct fault f = { 0 };
	struct commit commit = { .message = span_of("x\n\nAgent: release-bot\n") };

	(void)state;
	assert_int_equal(marks_of_commit(marks, &commit, stop, NULL, &f), 7);
}

static int setup(void **state)
{
	static const char *const emails[] = { "release-bot@example.com", NULL };
	static const char *const trailers[] = { "Agent: release-bot", NULL };
	static const char *const any[] = { "Built-On: *", NULL };
	static const struct marks_agent agents[] = {
		{ "release-bot", emails, trailers },
		{ "builder", NULL, any },
	};
	struct fault f = { 0 };

	(void)state;
	return marks_new(&marks, agents, 2, &f);
}

static int teardown(void **state)
{
	(void)state;
	marks_free(marks);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_agent_of_the_policy_is_known_by_its_address),
		cmocka_unit_test(an_agent_of_the_policy_is_known_by_its_trailer),
		cmocka_unit_test(several_agents_are_all_found),
		cmocka_unit_test(one_agent_is_told_once_for_each_way),
		cmocka_unit_test(a_message_is_read_in_its_character_set),
		cmocka_unit_test(what_is_remembered_of_a_message_is_of_that_character_set),
		cmocka_unit_test(what_is_remembered_of_a_line_is_of_that_line),
		cmocka_unit_test(what_time_ran_out_for_is_not_remembered),
		cmocka_unit_test(what_several_agents_write_is_remembered_as_it_was_said),
		cmocka_unit_test(what_is_remembered_of_a_person_is_of_that_address),
		cmocka_unit_test(notes_of_git_ai_tell_the_tool),
		cmocka_unit_test(an_empty_note_of_git_ai_says_that_no_ai_was_used),
		cmocka_unit_test(a_note_that_cannot_be_read_says_that_one_was),
		cmocka_unit_test(other_notes_are_read_for_what_they_name),
		cmocka_unit_test(a_tag_has_a_tagger_and_a_message),
		cmocka_unit_test(every_key_of_authorship_is_known),
		cmocka_unit_test(what_the_caller_returns_ends_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
