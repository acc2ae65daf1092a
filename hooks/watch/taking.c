#include "hooks/watch/taking.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/digest.h"
#include "common/base/file.h"
#include "common/base/text.h"

int taking_put(struct taking *t, const char *what, const struct buf *value)
{
	struct buf name = BUF_INIT(TAKING_VALUE_MAX), text = BUF_INIT(TAKING_VALUE_MAX);
	int status = text_escape(&name, span_of(what)) < 0 ||
				     text_escape(&text, buf_span(value)) < 0 ||
				     json_object_set_new(t->items, name.len ? name.data : "",
					     json_string(text.len ? text.data : "")) < 0
			     ? fault_memory(t->fault)
			     : 0;

	buf_release(&name);
	buf_release(&text);
	return status;
}

int taking_say(struct taking *t, const char *what, const char *format, ...)
{
	struct buf value = BUF_INIT(TAKING_VALUE_MAX);
	char text[TAKING_NAME_MAX];
	va_list words;
	int status;

	va_start(words, format);
	(void)vsnprintf(text, sizeof(text), format, words);
	va_end(words);
	(void)buf_adds(&value, text);
	status = taking_put(t, what, &value);
	buf_release(&value);
	return status;
}

int taking_keep(struct taking *t, const char *what)
{
	size_t len = strlen(what);
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)t->before, name, value)
	{
		if (strncmp(name, what, len) == 0 && (!name[len] || what[len - 1] == ' ') &&
			json_object_set(t->items, name, value) < 0)
			return fault_memory(t->fault);
	}
	return 0;
}

int taking_stat(struct taking *t, const char *what, const struct stat *st)
{
	char time[32] = "";
	struct tm tm;

	if (gmtime_r(&st->st_mtim.tv_sec, &tm))
		(void)strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return taking_say(t, what, "%lld bytes, inode %llu, mode %04o, owner %lu, of %s",
		(long long)st->st_size, (unsigned long long)st->st_ino,
		(unsigned)(st->st_mode & 07777), (unsigned long)st->st_uid, time);
}

int taking_digest(struct taking *t, const char *what, struct span bytes, const struct stat *st)
{
	struct digest_text digest;

	if (digest_of(bytes, &digest, t->fault) < 0)
		return -1;
	if (!st)
		return taking_say(t, what, "SHA-256 %s", digest.hex);
	return taking_say(t, what, "SHA-256 %s, mode %04o, owner %lu", digest.hex,
		(unsigned)(st->st_mode & 07777), (unsigned long)st->st_uid);
}

int taking_text(struct taking *t, const char *layer, struct span bytes)
{
	bool fits = bytes.len <= POLICY_FILE_MAX &&
		    (!bytes.len || !memchr(bytes.data, '\0', bytes.len));
	json_t *text = fits ? json_stringn(bytes.len ? bytes.data : "", bytes.len) : NULL;

	return json_object_set_new(t->layers, layer, text ? text : json_null()) < 0
		       ? fault_memory(t->fault)
		       : 0;
}

/* What cannot be read this time is as it was, its text, too. */
static int keep_file(struct taking *t, const char *what, const char *layer)
{
	json_t *text = layer ? json_object_get(t->texts, layer) : NULL;

	if (text && json_object_set(t->layers, layer, text) < 0)
		return fault_memory(t->fault);
	return taking_keep(t, what);
}

int taking_file(struct taking *t, const char *what, const char *path, const char *layer)
{
	struct buf bytes = BUF_INIT(TAKING_FILE_MAX);
	struct fault unread = { 0 };
	struct stat st;
	int status;

	if (stat(path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : keep_file(t, what, layer);
	if (!S_ISREG(st.st_mode))
		return taking_say(t, what, "no regular file");
	if (file_read(path, &bytes, &unread) == 0) {
		status = taking_digest(t, what, buf_span(&bytes), &st);
		if (status == 0 && layer)
			status = taking_text(t, layer, buf_span(&bytes));
	} else if (st.st_size > (off_t)TAKING_FILE_MAX) {
		status = taking_stat(t, what, &st);
		if (status == 0 && layer)
			status = json_object_set_new(t->layers, layer, json_null());
	} else
		status = keep_file(t, what, layer);
	buf_release(&bytes);
	return status;
}
