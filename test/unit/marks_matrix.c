/*
 * Every mark of the catalogue in every spelling; what git reads as a trailer is one to us, too; and
 * no message of a megabyte costs more than its length.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "common/mark/catalogue.h"
#include "common/mark/marks.h"

static const struct catalogue_agent *agents;
static struct marks *marks;
static size_t looked, failed;

struct want {
	const char *agent; /* NULL: nobody may be found */
	bool found, other;
};

static int see(void *context, const char *agent, enum identified_by by)
{
	struct want *want = context;

	(void)by;
	if (want->agent && strcmp(agent, want->agent) == 0)
		want->found = true;
	else
		want->other = true;
	return 0;
}

/* Looks for that agent, and for no other, in the message. */
static void look(const char *message, const char *agent)
{
	struct fault f = { 0 };
	struct want want = { .agent = agent };
	struct commit commit = { .message = span_of(message) };

	commit.author.name = commit.committer.name = span_of("Ada Example");
	commit.author.email = commit.committer.email = span_of("ada@example.org");
	assert_int_equal(marks_of_commit(marks, &commit, see, &want, &f), 0);
	looked++;
	if (want.found == (agent != NULL) && !want.other)
		return;
	failed++;
	print_message("%s %s%s:\n%s\n", agent ? agent : "nobody",
		want.found ? "found" : "not found", want.other ? ", and another one" : "", message);
}

/* %s is `Name <address>`. */
static const char *const spellings[] = {
	"Fix it\n\nCo-authored-by: %s\n",
	"Fix it\n\nBody.\n\nCo-Authored-By: %s",
	"Fix it\nCo-authored-by: %s\n",
	"Fix it\r\n\r\nCo-authored-by: %s\r\n",
	"Fix it\r\rCo-authored-by: %s\r",
	"\xef\xbb\xbf"
	"Fix it\n\nCo-authored-by: %s\n",
	"Fix it\n\nco-authored-by : %s\n",
	"Fix it\n\nCO-AUTHORED-BY:%s\n",
	"Fix it\n\nCo authored by: %s\n",
	"Fix it\n\nCoauthored-by: %s\n",
	"Fix it\n\nCo\xe2\x80\x91"
	"authored\xe2\x80\x91"
	"by: %s\n",
	"Fix it\n\nCo-authored-by\xef\xbc\x9a%s\n",
	"Fix it\n\nC\xd0\xbe-auth\xd0\xber\xd0\xb5"
	"d-by: %s\n",
	"Fix it\n\nCo-\xe2\x80\x8b"
	"authored-by: %s\n",
	"Fix it\n\nCo-authored-by:\n %s\n",
	"Fix it\n\nCo-authored-by: %s\n\nText after it.\n",
	"Fix it\n\nText before it\nCo-authored-by: %s\nand after.\n",
	"Fix it\n\n---\nCo-authored-by: %s\n",
	"Fix it\n\n# ------------------------ >8 ------------------------\nCo-authored-by: %s\n",
	"Fix it (#1)\n\n* one\n\nCo-authored-by: %s\n\n* two\n\n---------\n",
	"Fix it\\n\\nCo-authored-by: %s",
	"Fix it\\r\\n\\r\\nCo-authored-by: %s\\r\\n",
	"Fix it. Co-authored-by: %s",
	"Fix it\n\n- Co-authored-by: %s\n",
	"Fix it\n\n**Co-authored-by:** %s\n",
	"  Fix it\n\n  Co-authored-by: %s\n",
	"Fix it\n\nSigned-off-by: %s\n",
	"Fix it\n\nCo-developed-by: %s\n",
	"Fix it\n\nAssisted-by: %s\n",
	"Fix it\n\nGenerated-by: %s\n",
	"Fix it\n\nCo-authored-by: Bob <bob@example.org>\nCo-authored-by: %s\nAcked-by: Eve "
	"<e@example.org>\n",
	"Squashed commit of the following:\n\ncommit "
	"0123456789abcdef0123456789abcdef01234567\nAuthor: "
	"Ada Example <ada@example.org>\n\n    Fix it\n\n    Co-authored-by: %s\n\ncommit "
	"0123456789abcdef0123456789abcdef01234568\nAuthor: Ada Example <ada@example.org>\n\n    "
	"Two\n",
};

/* In the same places it is shown, not said. */
static const char *const quotations[] = {
	"Fix it\n\n> Co-authored-by: %s\n",
	"Fix it\n\nThe line\n\n    Co-authored-by: %s\n\nis looked for.\n",
	"Fix it\n\n```\nCo-authored-by: %s\n```\n",
	"Fix it\n\n~~~ text\nCo-authored-by: %s\n~~~\n",
	"Fix it\n\n# Co-authored-by: %s\n",
	"Fix `Co-authored-by: %s`\n\nBody.\n",
	"Strip Co-authored-by: %s from messages\n\nBody.\n",
	"Fix it\n\nTools write \"Co-authored-by: %s\" there.\n",
	"Fix it\n\nThe name %s is not a person.\n",
	"Fix it\n\n-Co-authored-by: %s\n+Nothing.\n",
};

static void each_spelling(const char *identity, const char *agent)
{
	struct buf message = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		const char *at = strstr(spellings[i], "%s");

		buf_clear(&message);
		buf_add(&message, spellings[i], (size_t)(at - spellings[i]));
		buf_adds(&message, identity);
		buf_adds(&message, at + 2);
		look(message.data, agent);
	}
	for (size_t i = 0; i < sizeof(quotations) / sizeof(quotations[0]); i++) {
		const char *at = strstr(quotations[i], "%s");

		buf_clear(&message);
		buf_add(&message, quotations[i], (size_t)(at - quotations[i]));
		buf_adds(&message, identity);
		buf_adds(&message, at + 2);
		look(message.data, NULL);
	}
	buf_release(&message);
}

static void every_address_is_found_in_every_spelling(void **state)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_EMAILS);
	char identity[256];

	(void)state;
	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].strength != MARK_SURE)
			continue;
		snprintf(identity, sizeof(identity), "Some Tool 4.5 <%s>", table->rows[i].text);
		each_spelling(identity, agents[table->rows[i].agent].id);
	}
	assert_int_equal(failed, 0);
}

static void every_account_is_found_in_every_spelling(void **state)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_LOGINS);
	char identity[256];

	(void)state;
	for (size_t i = 0; i < table->count; i++) {
		const char *login = table->rows[i].text;

		if (table->rows[i].strength != MARK_SURE)
			continue;
		snprintf(identity, sizeof(identity), "%s <12345+%s@users.noreply.github.com>",
			login, login);
		each_spelling(identity, agents[table->rows[i].agent].id);
		snprintf(identity, sizeof(identity), "%s@users.noreply.git.example.org", login);
		each_spelling(identity, agents[table->rows[i].agent].id);
	}
	assert_int_equal(failed, 0);
}

static void look_format(const char *format, const char *name, const char *agent)
{
	struct buf message = BUF_INIT(4096);
	const char *at = strstr(format, "%s");

	buf_adds(&message, "Fix it\n\n");
	buf_add(&message, format, (size_t)(at - format));
	buf_adds(&message, name);
	buf_adds(&message, at + 2);
	buf_adds(&message, "\n");
	look(message.data, agent);
	buf_release(&message);
}

static void names_count_where_nobody_is_called_so(void **state)
{
	static const char *const sure[] = { "Assisted-by: %s", "Generated-by: %s 4.5",
		"Co-authored-by: %s (model-1) <noreply@tool.example>", "Generated-By: %s:model-1",
		"Co-authored-by: %s <someone@example.org>", "Generated with %s",
		"This commit was written by %s.",
		"\xf0\x9f\xa4\x96 Generated with [%s](https://tool.example)", "Prepared with %s",
		"Created with %s", "PR created with %s", "_Generated with %s_",
		"**Generated with %s**", "- Generated with `%s`",
		"\xf0\x9f\xa4\x96 Generated with %s (#3413)", "It is (generated with %s)",
		"Generated with %s \xe2\x80\xa2 Cost: $1.02", "Implemented by %s - first half",
		"[This is %s on behalf of Ada Example]",
		"Co-Authored-By: %s <https://tool.example>", "Made-with: %s", "X-Generated-By: %s",
		"%s-Session: 0f3c1e52-1111", "<sub>Generated with %s</sub>",
		"<p>Generated with <a href=\"https://tool.example\">%s</a></p>",
		"<div align=\"right\"><i>Written by %s</i></div>", ":robot: Generated with %s",
		"Generated with %s GH-3413", "Generated with %s, closes #12", "Prepared-by: %s",
		"Created-using: %s", "AI-Aided-By: %s", "PR-Created-By: %s", "Pushed by %s",
		"[This is %s, acting on behalf of Ada]", "[Written by %s on behalf of Ada]",
		"*This is %s, writing on Ada's behalf.*", "Committed by %s on behalf of Ada",
		"[This comment was written by %s on behalf of Ada]", "Via: %s",
		"Co-authored-by: Ada (%s) <ada@example.org>",
		"Co-authored-by: %s Signed-off-by: Ada <ada@example.org>", "Assisted-by: AI (%s)",
		"Assisted-by: %s (model-1), reviewed by Ada" };
	static const char *const shared[] = { "Co-authored-by: %s", "Assisted-by: %s",
		"Co-authored-by: %s <noreply@tool.example>", "Assisted-by: %s:model-1",
		"Prepared with %s", "Created with %s", "PR created with %s (GH-3413)",
		"_Prepared with %s._", "<sub>Created with %s</sub>",
		"[This is %s on behalf of Ada]", "[%s on behalf of Ada]",
		"\xf0\x9f\xa4\x96 Generated with %s !12", "Prepared-with: %s" };
	static const char *const people[] = { "Co-authored-by: %s <someone@example.org>",
		"Assisted-by: %s Lefort", "Co-authored-by: %s Lefort <lefort@example.org>",
		"Reviewed-by: %s", "Reported-by: %s <someone@example.org>", "Written by %s Lefort",
		"Thanks to %s for the hint.", "Prompted-by: %s", "Detected-by: %s",
		"Submitted-by: %s", "Opened by %s Lefort", "<code>Generated with %s</code>",
		"On behalf of %s Lefort", "<pre>Co-authored-by: %s</pre>",
		"Co-authored-by: Lefort %s <lefort@example.org>" };
	const struct catalogue_table *table = catalogue_table(CATALOGUE_NAMES);

	(void)state;
	for (size_t i = 0; i < table->count; i++) {
		bool is_sure = table->rows[i].strength == MARK_SURE;
		const char *agent = agents[table->rows[i].agent].id;

		for (size_t n = 0; n < sizeof(sure) / sizeof(sure[0]) && is_sure; n++)
			look_format(sure[n], table->rows[i].text, agent);
		for (size_t n = 0; n < sizeof(shared) / sizeof(shared[0]); n++)
			look_format(shared[n], table->rows[i].text, agent);
		for (size_t n = is_sure; n < sizeof(people) / sizeof(people[0]); n++)
			if (!is_sure || n != 4)
				look_format(people[n], table->rows[i].text, NULL);
	}
	assert_int_equal(failed, 0);
}

/* A value of that form. */
static void instance(struct buf *out, const char *form)
{
	for (; *form; form++) {
		if (*form == '*')
			buf_adds(out, "x1");
		else if (*form != '{')
			buf_addc(out, *form);
		else {
			buf_adds(out, strncmp(form, "{uuid}", 6) == 0
					      ? "0F3C1E52-1111-4222-8333-444455556666"
				      : strncmp(form, "{hex}", 5) == 0 ? "a3b2c4d5e6f7"
								       : "7");
			form = strchr(form, '}');
		}
	}
}

static void every_trailer_of_a_tool_is_found(void **state)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_TRAILERS);
	struct buf value = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < table->count; i++) {
		char format[128];

		if (table->rows[i].group && table->rows[i].strength != MARK_SURE)
			continue;
		snprintf(format, sizeof(format), "%s: %%s", table->rows[i].text);
		buf_clear(&value);
		instance(&value, table->rows[i].value);
		look_format(format, value.data, agents[table->rows[i].agent].id);
	}
	buf_release(&value);
	assert_int_equal(failed, 0);
}

/* What git itself reads as the trailers of a message, an agent's one among others. */
static bool git_reads(const char *message, const char *address)
{
	char path[] = "/tmp/countersign-marks-XXXXXX", command[256], line[1024];
	int fd = mkstemp(path);
	FILE *out;
	bool found = false;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, message, strlen(message)), strlen(message));
	close(fd);
	snprintf(command, sizeof(command), "git interpret-trailers --parse %s", path);
	out = popen(command, "r");
	while (out && fgets(line, sizeof(line), out))
		found |= strstr(line, address) != NULL;
	pclose(out);
	unlink(path);
	return found;
}

static void what_git_reads_is_read(void **state)
{
	static const char *const lines[] = { "Co-authored-by: Tool <noreply@anthropic.com>\n",
		"Signed-off-by: Ada <ada@example.org>\n", "Fixes: 012345678901 (\"it\")\n",
		"Body text.\n", "\n", "---\n", " folded\n", "(cherry picked from commit 0123)\n",
		"# comment\n", "> quoted\n", "* item\n", "Note: this\n",
		"\tCo-authored-by: x <x@example.org>\n", "Acked-by:\n",
		"co-AUTHORED-by  :   Tool\n  <noreply@anthropic.com>\n" };
	struct buf message = BUF_INIT(4096);
	size_t agreed = 0;

	(void)state;
	srand(1);
	for (int round = 0; round < 300; round++) {
		struct want want = { .agent = "claude-code" };
		struct fault f = { 0 };
		struct commit commit = { 0 };

		buf_clear(&message);
		buf_adds(&message, "Fix it\n\n");
		for (int n = rand() % 8; n >= 0; n--)
			buf_adds(&message,
				lines[(size_t)rand() % (sizeof(lines) / sizeof(lines[0]))]);
		commit.message = buf_span(&message);
		assert_int_equal(marks_of_commit(marks, &commit, see, &want, &f), 0);
		if (!git_reads(message.data, "noreply@anthropic.com"))
			continue;
		agreed++;
		if (!want.found)
			print_message("git reads it:\n%s\n", message.data);
		assert_true(want.found);
	}
	print_message("git read %zu of 300\n", agreed);
	assert_true(agreed > 20);
	buf_release(&message);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* How long a message of that many bytes takes that is made of one piece over and over. */
static double cost(const char *head, const char *piece, size_t total)
{
	struct buf message = BUF_INIT(4u << 20);
	struct fault f = { 0 };
	struct want want = { 0 };
	struct commit commit = { 0 };
	double start;

	buf_adds(&message, head);
	while (message.len < total)
		buf_adds(&message, piece);
	commit.message = buf_span(&message);
	start = seconds();
	assert_int_equal(marks_of_commit(marks, &commit, see, &want, &f), 0);
	start = seconds() - start;
	buf_release(&message);
	return start;
}

static void no_message_costs_more_than_its_length(void **state)
{
	static const char *const pieces[] = { "a\n", "\n", ":", "@", "a@b ", "co-authored-by: x\n",
		"co-authored-by: x ", ". co-authored-by: a@b ", "[", "made with [a ",
		". made with [a](http://b) ", "[bot]", "(", "a and ", "claude ", "claude, ", "* ",
		"co-authored-by:\n a\n", "    x\n", "```\n", "~~~\n```\n", "\\n", "&lt;", "&", "<",
		"\r", "\xef\xb7\xba", "\xcc\x80", "\xf0\x9f\xa4\x96", "\xff", "generated with ",
		"this commit was ", "a-", "a-:", "co-authored-by=", "x/", "claude/claude:claude;",
		"noreply@anthropic.com ", "x:\n    y\n", "\"", "`\"", "\"`x", "\"\\n", "-by:", "- ",
		"<a>", "<!--", "\xe2\x80\x8b", "https://", "claude-", "1+",
		"agent-signature: a on behalf of ", " =\n", " **\n", "1" };
	static const char *const heads[] = { "", "s\n\n",
		"s\n\nCo-authored-by: ", "s\n\nAI-Tool: ", "s\n\nGenerated with ", "s\n\n<a:>\n",
		"s\n\n<a:> co-authored-by\n", "s\n\nRun-Id: ", "s\n\nRun-Number: " };

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		for (size_t n = 0; n < sizeof(heads) / sizeof(heads[0]); n++) {
			double small = cost(heads[n], pieces[i], 1 << 16), large = 1e9;

			/* Whoever else is on the machine makes it slower, never faster. */
			for (int tries = 0; tries < 3 && large > small * 8 + 0.05; tries++)
				large = fmin(large, cost(heads[n], pieces[i], 1 << 18));
			if (large > small * 8 + 0.05)
				print_message("\"%s\" after \"%s\": %.4f s, %.4f s\n", pieces[i],
					heads[n], small, large);
			assert_true(large <= small * 8 + 0.05);
		}
}

static void no_message_is_read_beyond_its_time(void **state)
{
	struct want want = { NULL, 0, false };
	struct deadline past = { .at = deadline_clock() - 1 };
	struct commit commit = { .author = { .name = span_of("A"), .email = span_of("a@b") },
		.committer = { .name = span_of("A"), .email = span_of("a@b") },
		.message = span_of("s\n\nx: y\n") };
	struct fault f = { 0 };

	(void)state;
	marks_limit(marks, &past);
	assert_int_equal(marks_of_commit(marks, &commit, see, &want, &f), -1);
	assert_int_equal(f.class, FAULT_LIMIT);
	marks_limit(marks, NULL);
	assert_int_equal(marks_of_commit(marks, &commit, see, &want, &f), 0);
}

static int setup(void **state)
{
	static const char *const trailers[] = { "Run-Id: *{hex}z", "Run-Number: *{number}z", NULL };
	static const struct marks_agent runner = { "runner", NULL, trailers };
	struct fault f = { 0 };
	size_t count;

	(void)state;
	agents = catalogue_agents(&count);
	return marks_new(&marks, &runner, 1, &f);
}

static int teardown(void **state)
{
	(void)state;
	print_message("%zu messages\n", looked);
	marks_free(marks);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address_is_found_in_every_spelling),
		cmocka_unit_test(every_account_is_found_in_every_spelling),
		cmocka_unit_test(names_count_where_nobody_is_called_so),
		cmocka_unit_test(every_trailer_of_a_tool_is_found),
		cmocka_unit_test(what_git_reads_is_read),
		cmocka_unit_test(no_message_costs_more_than_its_length),
		cmocka_unit_test(no_message_is_read_beyond_its_time),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
