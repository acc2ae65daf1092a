/*
 * A copy of the log's rows for syslog(3), and so for journald, where the policy asks for it: what
 * leaves the repository at once cannot be changed together with it.
 *
 *	syslog_copy_add()	for each row, in its transaction
 *	syslog_copy_send()	after it was committed, since it may not come true before
 *
 * A line is `key="value"`, parted by spaces, under the name countersign and LOG_AUTHPRIV.  Values
 * come from the pusher: they are escaped and cut, so none can look like another key or another
 * line.  If we die before sending, the log has the row and the copy lacks it, as `log verify` and a
 * comparison show.
 */
#ifndef HOOKS_GATE_SYSLOG_COPY_H
#define HOOKS_GATE_SYSLOG_COPY_H

#include "common/base/buf.h"
#include "common/state/state.h"

#define SYSLOG_COPY_MAX ((size_t)4 << 20)

/*
 * Appends the row, which has got that hash, as a line with its line feed.  What does not fit is
 * left out.
 */
void syslog_copy_add(struct buf *lines, const struct log_row *row, const char *hash);

/* Sends each line, and empties the buffer.  What nobody takes is lost; no network, no error. */
void syslog_copy_send(struct buf *lines);

#endif
