#include "hooks/review/held/held_commit.h"

#include <stdio.h>
#include <time.h>

#define COMMIT_MAX ((size_t)1 << 20)

struct span held_commit_first_line(struct span message)
{
	struct span line;
	const char *feed;

	while (message.len && (message.data[0] == '\n' || message.data[0] == ' ')) {
		message.data++;
		message.len--;
	}
	line = message;
	feed = line.len ? memchr(line.data, '\n', line.len) : NULL;
	if (feed)
		line.len = (size_t)(feed - line.data);
	return line;
}

void held_commit_subject(struct repo *repo, const char *hex, struct buf *out)
{
	struct fault ignored = { 0 };
	struct object object = { 0 };
	struct commit commit;
	struct tag tag;
	struct oid id;
	const char *why;
	bool over = false;

	if (oid_parse(&id, span_of(hex)) < 0 ||
		repo_read_within(repo, &id, COMMIT_MAX, &object, &over, &ignored) < 0 || over) {
		object_release(&object);
		return;
	}
	if (object.type == OBJECT_COMMIT &&
		commit_parse(&commit, repo_id_len(repo), object.data, &why) == 0)
		buf_addspan(out, held_commit_first_line(commit.message));
	else if (object.type == OBJECT_TAG &&
		 tag_parse(&tag, repo_id_len(repo), object.data, &why) == 0)
		buf_addspan(out, held_commit_first_line(tag.message));
	object_release(&object);
}

struct held_age held_age(const char *since, int64_t now)
{
	static const struct {
		int64_t seconds;
		const char *one, *many;
	} units[] = { { 86400, "day", "days" }, { 3600, "hour", "hours" },
		{ 60, "minute", "minutes" } };
	struct held_age age = { "" };
	struct tm tm = { 0 };
	int64_t passed;

	if (!strptime(since, "%Y-%m-%dT%H:%M:%S", &tm))
		return age;
	passed = now - (int64_t)timegm(&tm);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		int64_t count = passed / units[i].seconds;

		if (count < 1)
			continue;
		(void)snprintf(age.text, sizeof(age.text), "%lld %s", (long long)count,
			count == 1 ? units[i].one : units[i].many);
		return age;
	}
	(void)snprintf(age.text, sizeof(age.text), "just now");
	return age;
}

struct held_age held_time(int64_t time)
{
	struct held_age text = { "" };
	time_t then = (time_t)time;
	struct tm tm;

	if (gmtime_r(&then, &tm))
		(void)strftime(text.text, sizeof(text.text), "%Y-%m-%d %H:%M UTC", &tm);
	return text;
}

struct held_age held_short(const char *hex)
{
	struct held_age text = { "" };

	(void)snprintf(text.text, sizeof(text.text), "%.12s", hex);
	return text;
}
