#include "hooks/fleet/rows.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hooks/fleet/rows_child.h"

#define SILENCE 30 /* seconds */

/* Something that was told. */
struct told {
	int tag;
	struct buf bytes;
};

static int read_told(struct rows *rows, struct told *told, struct fault *f)
{
	uint32_t length;
	char chunk[16384];

	buf_clear(&told->bytes);
	told->tag = fgetc(rows->from);
	if (told->tag == EOF || fread(&length, sizeof(length), 1, rows->from) != 1 ||
		length > told->bytes.max)
		return fault_set(
			f, FAULT_ADMIN, "its rows could not be read: the reader has ended");
	(void)buf_adds(&told->bytes, "");
	while (length) {
		size_t part = length < sizeof(chunk) ? length : sizeof(chunk);

		if (fread(chunk, part, 1, rows->from) != 1)
			return fault_set(f, FAULT_ADMIN, "its rows could not be read");
		if (buf_add(&told->bytes, chunk, part) < 0)
			return fault_memory(f);
		length -= (uint32_t)part;
	}
	if (told->tag == ROWS_FAULT)
		return fault_set(f, FAULT_ADMIN, "%s", told->bytes.data);
	return 0;
}

/* The next must be that, and fit. */
static int read_word(struct rows *rows, enum rows_tag tag, char *out, size_t size, struct fault *f)
{
	struct told told = { .bytes = BUF_INIT(4096) };
	int status = read_told(rows, &told, f);

	if (status == 0 && told.tag != (int)tag)
		status = fault_set(f, FAULT_INTERNAL, "the reader told something else");
	if (status == 0)
		(void)snprintf(out, size, "%s", told.bytes.data);
	buf_release(&told.bytes);
	return status;
}

static _Noreturn void be_child(const char *git_dir, int socket)
{
	FILE *from = fdopen(socket, "r"), *to = fdopen(dup(socket), "w");

	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)alarm(10 * SILENCE);
	_exit(from && to ? rows_child(git_dir, from, to) : 2);
}

int rows_open(struct rows *rows, const char *git_dir, struct fault *f)
{
	const struct timeval silence = { .tv_sec = SILENCE };
	int ends[2];

	*rows = (struct rows){ 0 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return fault_set(f, FAULT_ADMIN, "no socket");
	(void)fflush(NULL);
	rows->child = fork();
	if (rows->child == 0) {
		(void)close(ends[0]);
		be_child(git_dir, ends[1]);
	}
	(void)close(ends[1]);
	(void)setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
	rows->from = fdopen(ends[0], "r");
	rows->to = fdopen(dup(ends[0]), "w");
	if (rows->child < 0 || !rows->from || !rows->to)
		return fault_set(f, FAULT_ADMIN, "no process to read it");
	return read_word(rows, ROWS_ID, rows->id, sizeof(rows->id), f) < 0 ||
			       read_word(rows, ROWS_NAME, rows->name, sizeof(rows->name), f) < 0 ||
			       read_word(rows, ROWS_CURSOR, rows->cursor, sizeof(rows->cursor), f) <
				       0
		       ? -1
		       : 0;
}

/* The texts of a row, one behind the other in memory that `texts` holds. */
static int read_row(struct rows *rows, struct told told[ROWS_TEXTS], const struct told *seq,
	struct rows_row *row, struct fault *f)
{
	if (seq->bytes.len != sizeof(row->seq))
		return fault_set(f, FAULT_INTERNAL, "the reader told no number");
	memcpy(&row->seq, seq->bytes.data, sizeof(row->seq));
	for (size_t i = 0; i < ROWS_TEXTS; i++) {
		if (read_told(rows, &told[i], f) < 0)
			return -1;
		if (told[i].tag != ROWS_TEXT || memchr(told[i].bytes.data, '\0', told[i].bytes.len))
			return fault_set(f, FAULT_INTERNAL, "the reader told no text");
		row->texts[i] = buf_span(&told[i].bytes);
	}
	return 0;
}

/* Where the list goes that is told with that tag; NULL: it is no list. */
static struct buf *list_of(const struct rows_wanted *wanted, int tag)
{
	if (tag == ROWS_HOLDS)
		return wanted->holds;
	if (tag == ROWS_SHARED)
		return wanted->shared;
	return tag == ROWS_DECISIONS ? wanted->decisions : NULL;
}

static int read_all(struct rows *rows, const struct rows_wanted *wanted,
	struct told told[ROWS_TEXTS + 1], struct fault *f)
{
	struct told *next = &told[ROWS_TEXTS];
	int status;

	while ((status = read_told(rows, next, f)) == 0 && next->tag != ROWS_END) {
		struct rows_row row;
		struct buf *list;

		if (next->tag == ROWS_MORE)
			*wanted->more = true;
		else if ((list = list_of(wanted, next->tag)))
			status =
				buf_addspan(list, buf_span(&next->bytes)) < 0 ? fault_memory(f) : 0;
		else if (next->tag != ROWS_SEQ)
			status = fault_set(f, FAULT_INTERNAL, "the reader told something else");
		else if ((status = read_row(rows, told, next, &row, f)) == 0)
			status = wanted->each(wanted->context, &row, f);
		if (status != 0)
			break;
	}
	return status;
}

int rows_read(struct rows *rows, const struct rows_wanted *wanted, struct fault *f)
{
	struct told told[ROWS_TEXTS + 1];
	int status = 0;

	*wanted->more = false;
	for (size_t i = 0; i <= ROWS_TEXTS; i++)
		told[i] = (struct told){ .bytes = BUF_INIT(i == ROWS_TEXTS ? ROWS_HOLDS_MAX
									   : ROWS_TEXT_MAX) };
	if (fwrite(&wanted->after, sizeof(wanted->after), 1, rows->to) != 1 ||
		fwrite(wanted->shared_tip, sizeof(wanted->shared_tip), 1, rows->to) != 1 ||
		fflush(rows->to) == EOF)
		status = fault_set(f, FAULT_ADMIN, "its rows could not be read");
	if (status == 0)
		status = read_all(rows, wanted, told, f);
	for (size_t i = 0; i <= ROWS_TEXTS; i++)
		buf_release(&told[i].bytes);
	return status;
}

void rows_close(struct rows *rows)
{
	if (rows->child > 0) {
		(void)kill(rows->child, SIGKILL);
		(void)waitpid(rows->child, NULL, 0);
	}
	if (rows->from)
		(void)fclose(rows->from);
	if (rows->to)
		(void)fclose(rows->to);
	*rows = (struct rows){ 0 };
}
