#include "hooks/gate/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/facts/remedy.h"
#include "common/mark/marks.h"

#define LINES_AFTER 8 /* findings: how they are reviewed and approved */
#define MANY 10       /* findings: so many may have more lines than that */
#define DESCRIPTION_MAX ((size_t)16 << 20)

void report_begin(struct report *report, const struct env *env)
{
	const char *protocol = env_get(env, "GL_PROTOCOL");

	*report = (struct report){ .json = push_env_has_option(env, "countersign=json"),
		.asked = push_env_has_option(env, "countersign=check"),
		.web = protocol && strcmp(protocol, "web") == 0 };
}

/* In one go, so that lines of several hooks do not mix, and also when there is no memory left. */
static void put(const struct report *report, const char *text, size_t len)
{
	const char *before = report->web ? "GL-HOOK-ERR: countersign: " : "countersign: ";
	const struct iovec parts[] = {
		{ (void *)(uintptr_t)before, strlen(before) },
		{ (void *)(uintptr_t)text, len },
		{ (void *)(uintptr_t) "\n", 1 },
	};

	(void)!writev(STDERR_FILENO, parts, sizeof(parts) / sizeof(parts[0]));
}

/* What must be known is kept room for: lines of findings stop a little earlier than the others. */
static void put_counted(struct report *report, const char *text, size_t len, size_t most)
{
	if (report->lines >= most) {
		report->dropped++;
		return;
	}
	report->lines++;
	put(report, text, len);
}

/* Of each ref that is told of later there is a line at least. */
static size_t room(const struct report *report)
{
	return report->after < REPORT_LINES ? REPORT_LINES - report->after : 0;
}

void report_line(struct report *report, const char *format, ...)
{
	char text[4096];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put_counted(report, text, strlen(text), room(report));
}

void report_json(const char *object)
{
	(void)!write(STDERR_FILENO, "countersign-json: ", 18);
	(void)!write(STDERR_FILENO, object, strlen(object));
	(void)!write(STDERR_FILENO, "\n", 1);
}

static void add_shown(struct buf *out, struct span bytes)
{
	(void)text_escape(out, bytes);
}

static void add_by(struct buf *out, unsigned bits)
{
	const char *separator = " (";

	for (unsigned i = 0; i < BY_COUNT; i++)
		if (bits & 1u << i) {
			buf_addf(out, "%s%s", separator,
				identified_by_name((enum identified_by)(1u << i)));
			separator = ", ";
		}
	if (bits)
		buf_addc(out, ')');
}

/* `  RULE  PATH:LINE  in COMMIT by AGENT (how)` */
static void describe_what(struct buf *out, const struct finding *finding)
{
	buf_addf(out, "  %s%s", finding->rule,
		finding->action == ACTION_WARN ? " (warning)"
		: finding->observe             ? " (observed)"
					       : "");
	if (finding->path.len) {
		buf_adds(out, "  ");
		add_shown(out, finding_path(finding));
		if (finding->line)
			buf_addf(out, ":%zu", finding->line);
	}
	if (!oid_is_zero(&finding->commit))
		buf_addf(out, "  in %.12s", oid_text(&finding->commit).hex);
	if (*finding->agents) {
		buf_adds(out, " by ");
		add_shown(out, span_of(finding->agents));
		add_by(out, finding->identified_by);
	}
	buf_addc(out, '\n');
}

static void describe_modes(struct buf *out, const struct finding *finding)
{
	static const struct {
		uint32_t mode;
		const char *name;
	} kinds[] = { { MODE_SYMLINK, "a symbolic link" }, { MODE_SUBMODULE, "a submodule" },
		{ MODE_EXECUTABLE, "an executable" } };

	if (!finding->path.len || finding->old.mode == finding->new.mode)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (finding->new.mode == kinds[i].mode)
			buf_addf(out, "    now %s\n", kinds[i].name);
	if (!finding->new.mode)
		buf_adds(out, "    deleted\n");
}

static void describe_remedy(struct buf *out, const struct finding *finding)
{
	if (finding->action == ACTION_WARN)
		return;
	buf_adds(out, "    ");
	remedy_write(out, finding);
	buf_addc(out, '\n');
	if (!finding->allowed || !*finding->allowed)
		return;
	buf_adds(out, "    allowed:");
	for (names pattern = finding->allowed; *pattern; pattern++) {
		buf_adds(out, pattern == finding->allowed ? " " : ", ");
		add_shown(out, span_of(*pattern));
	}
	buf_addc(out, '\n');
}

static void describe_finding(struct buf *out, const struct finding *finding)
{
	describe_what(out, finding);
	if (*finding->detail) {
		buf_adds(out, "    ");
		add_shown(out, span_of(finding->detail));
		if (finding->fingerprint)
			buf_addf(out, " (%s, %s), fingerprint %s", finding->kind,
				finding->confidence, finding->fingerprint);
		buf_addc(out, '\n');
	}
	describe_modes(out, finding);
	describe_remedy(out, finding);
}

static void add_approvers(struct buf *out, const struct verdict *verdict)
{
	buf_adds(out, " is allowed: approved by ");
	for (size_t i = 0; i < verdict->approved_count; i++) {
		buf_adds(out, i ? ", " : "");
		add_shown(out, span_of(verdict->approved_by[i]));
	}
}

static void add_glass(struct buf *out, const struct verdict *verdict)
{
	buf_adds(out, " is allowed: glass broken by ");
	add_shown(out, span_of(verdict->glass.by));
	buf_adds(out, ": ");
	add_shown(out, span_of(verdict->glass.reason));
}

static void describe_first(struct buf *out, const struct verdict *verdict)
{
	add_shown(out, span_of(verdict_ref(verdict)));
	if (verdict->decision == DECISION_HOLD)
		buf_addf(out, " is held: %s", verdict->hold);
	else if (verdict->decision == DECISION_DENY)
		buf_adds(out, " is denied");
	else if (verdict->glass.by)
		add_glass(out, verdict);
	else if (verdict->approved_count)
		add_approvers(out, verdict);
	else if (verdict->would_be != DECISION_ALLOW)
		buf_addf(out, " is allowed (observe mode; it would be %s)",
			verdict->would_be == DECISION_HOLD ? "held" : "denied");
	else
		buf_adds(out, " is allowed");
	buf_addc(out, '\n');
	if (!verdict->ref_withheld && strcmp(verdict->update->name, verdict->update->target) != 0) {
		buf_adds(out, "  it is a symbolic ref; the ref that moves is ");
		add_shown(out, span_of(verdict->update->target));
		buf_addc(out, '\n');
	}
}

static bool is_first_of_rule(const struct verdict *verdict, size_t i)
{
	size_t k = 0;

	while (k < i && strcmp(verdict->findings[k].rule, verdict->findings[i].rule) != 0)
		k++;
	return k == i;
}

/* Of more than a pusher is shown, what each rule found first comes first. */
static void describe_findings(struct buf *out, const struct verdict *verdict)
{
	int turns = verdict->count > MANY ? 2 : 1;

	for (int turn = 0; turn < turns; turn++)
		for (size_t i = 0; i < verdict->count; i++)
			if (turns == 1 || is_first_of_rule(verdict, i) == (turn == 0))
				describe_finding(out, &verdict->findings[i]);
	if (verdict->more)
		buf_addf(out, "  and %zu more\n", verdict->more);
}

void report_describe(struct buf *out, const struct verdict *verdict)
{
	describe_first(out, verdict);
	describe_findings(out, verdict);
}

/* What would become of it, had it not only been asked. */
static void describe_asked(struct buf *out, const struct verdict *verdict)
{
	add_shown(out, span_of(verdict_ref(verdict)));
	buf_addf(out, " would be %s\n",
		(const char *const[]){ "denied", "held", "allowed" }[verdict->decision]);
	describe_findings(out, verdict);
}

/* Says how many lines there was no room for, once. */
static void say_dropped(struct report *report)
{
	char text[64];

	if (!report->dropped)
		return;
	(void)snprintf(text, sizeof(text), "... and %zu more lines", report->dropped);
	put(report, text, strlen(text));
	report->dropped = 0;
}

/* Refs that are told of share what lines there are.  What is left out of one is told behind it. */
static void put_lines(struct report *report, const struct buf *text)
{
	size_t share = (REPORT_LINES - report->lines) / (report->after + 1);
	size_t most = report->lines + (share > LINES_AFTER ? share - LINES_AFTER : share > 0);
	const char *line = text->data, *end = text->data + text->len;

	while (line && line < end) {
		const char *feed = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((feed ? feed : end) - line);

		put_counted(report, line, len, line == text->data ? REPORT_LINES : most);
		line += len + 1;
	}
	if (report->dropped && report->lines < room(report)) {
		report->lines++;
		say_dropped(report);
	}
}

/* Who said no, and why, line by line: it is what the pusher needs most. */
static void say_rejection(struct report *report, const struct verdict *verdict)
{
	const char *why = verdict->rejected_why ? verdict->rejected_why : "";
	struct buf text = BUF_INIT(4096);

	buf_addf(&text, "  rejected by %s: ", verdict->rejected_by);
	do {
		size_t len = strcspn(why, "\n");

		add_shown(&text, (struct span){ why, len });
		if (!text.failed)
			put_counted(report, text.data, text.len, room(report));
		buf_clear(&text);
		buf_adds(&text, "    ");
		why += len;
		why += strspn(why, "\n");
	} while (*why);
	report_line(report, "  this stands until %s withdraws it: change it and push again",
		verdict->rejected_by);
	buf_release(&text);
}

/* How far approvals have got. */
static void say_approvals(struct report *report, const struct verdict *verdict)
{
	struct buf text = BUF_INIT(4096);

	if (verdict->rejected_by)
		say_rejection(report, verdict);
	for (size_t i = 0; i < verdict->approved_count; i++)
		buf_addf(&text, "%s%s", i ? ", " : "", verdict->approved_by[i]);
	if (text.len)
		report_line(report, "  approved so far by %s", text.data);
	if (verdict->expired_by && !verdict->rejected_by)
		report_line(report,
			"  the approval of %s does not last any more: it has to be given anew",
			verdict->expired_by);
	buf_release(&text);
}

/* How to see all of it: what is flagged may be commits below the tip. */
static void say_review(struct report *report, const struct verdict *verdict)
{
	const struct oid *old = &verdict->update->old;

	report_line(report, "  show     git countersign show %s%s%s", verdict->hold,
		report->held_at ? " --holds " : "", report->held_at ? report->held_at : "");
	report_line(report,
		"  review   git fetch %s refs/countersign/holds/%s && git log -p -m "
		"%.12s..FETCH_HEAD",
		report->held_at ? report->held_at : "origin", verdict->hold,
		oid_is_zero(old) ? "HEAD" : oid_text(old).hex);
}

static void say_approve(struct report *report, const struct verdict *verdict)
{
	report_line(report, "  approve  git countersign approve %s%s%s", verdict->hold,
		report->held_at ? " --holds " : "", report->held_at ? report->held_at : "");
}

void report_verdict(struct report *report, const struct verdict *verdict)
{
	struct buf text = BUF_INIT(DESCRIPTION_MAX);

	if (report->asked)
		describe_asked(&text, verdict);
	else if (verdict->decision == DECISION_ALLOW && verdict->approved_count)
		describe_first(&text, verdict);
	else
		report_describe(&text, verdict);
	put_lines(report, &text);
	buf_release(&text);
	if (verdict->decision != DECISION_ALLOW)
		say_approvals(report, verdict);
	if (report->asked)
		return;
	if (verdict->glass.by) {
		report_line(report,
			"  owed: %s, until it is approved; %s breaks no more glass before that",
			verdict->hold, verdict->glass.by);
		say_review(report, verdict);
		say_approve(report, verdict);
	} else if (verdict->decision == DECISION_HOLD && report->unsaved) {
		report_line(report, "  not kept for review, since another ref of the push is "
				    "denied: push this one alone");
	} else if (verdict->decision == DECISION_HOLD) {
		say_review(report, verdict);
		if (remedy_is_approval(verdict) && !verdict->rejected_by) {
			say_approve(report, verdict);
			report_line(report, "when approved, push again");
		}
	} else if (verdict->decision == DECISION_DENY && remedy_is_approval(verdict) &&
		   !verdict->rejected_by) {
		report_line(report, "  approve  git countersign approve %s --digest %s",
			verdict->hold, verdict->digest);
		report_line(report, "nothing of it was kept; when approved, push again");
	}
}

void report_end(struct report *report)
{
	say_dropped(report);
}
