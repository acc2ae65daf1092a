/* What the pusher is told of a fault: why nothing could be judged, and nothing of the server. */
#include <syslog.h>

#include "common/base/text.h"
#include "common/facts/server_path.h"
#include "hooks/gate/report.h"

#define LINE_MAX_BYTES ((size_t)64 << 10)

void report_add_fault(struct buf *out, const struct fault *f)
{
	struct buf text = BUF_INIT(sizeof(f->text) * 2);

	if (server_path_hide(&text, span_of(f->text)) == 0)
		(void)text_escape(out, buf_span(&text));
	buf_release(&text);
}

/* What the pusher is not told is for the admin. */
static void log_fault(const char *what, const struct fault *f)
{
	struct buf text = BUF_INIT(LINE_MAX_BYTES);

	if (f->class != FAULT_ADMIN && f->class != FAULT_INTERNAL)
		return;
	(void)text_escape(&text, span_of(what));
	buf_adds(&text, ": ");
	(void)text_escape(&text, span_of(f->text));
	if (!text.failed)
		syslog(LOG_USER | LOG_ERR, "countersign: %s", text.data);
	buf_release(&text);
}

void report_fault(struct report *report, const char *what, const struct fault *f)
{
	struct buf text = BUF_INIT(LINE_MAX_BYTES);

	(void)text_escape(&text, span_of(what));
	buf_adds(&text, ": ");
	report_add_fault(&text, f);
	if (text.failed)
		report_line(report, "%s", "the push could not be judged: out of memory");
	else
		report_line(report, "%s", text.data);
	buf_release(&text);
	log_fault(what, f);
}

void report_unjudged(struct report *report, const char *ref, const struct fault *f)
{
	struct buf what = BUF_INIT(LINE_MAX_BYTES);

	buf_addf(&what, "%s could not be judged", ref ? ref : "the push");
	report_fault(report, what.failed ? "a ref could not be judged" : what.data, f);
	buf_release(&what);
}
