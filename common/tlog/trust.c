/*
 * Whom a checkpoint has to be signed by.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/tlog/trust.h"

#define WORDS (TRUST_MEMBERS + 4)

struct reading {
	struct trust *trust;
	const char *path;
	unsigned line;
	bool quorum_seen;
	struct fault *f;
	struct span words[WORDS];
	unsigned count;
};

static int wrong(struct reading *reading, const char *what)
{
	return fault_set(reading->f, FAULT_ADMIN, "%s:%u: %s", reading->path, reading->line, what);
}

static bool same_key(const struct note_key *a, const struct note_key *b)
{
	return memcmp(a->public, b->public, sizeof(a->public)) == 0;
}

/* The index of a witness or group; -1: there is none of that name. */
static int find(const struct trust *trust, struct span name)
{
	for (unsigned i = 0; i < trust->name_count; i++)
		if (span_equal(trust->names[i].name, name))
			return (int)i;
	return -1;
}

static int key_of(
	struct reading *reading, struct span text, enum note_type type, struct note_key *out)
{
	struct fault other = { 0 };

	if (note_key_read(out, text, &other) < 0)
		return wrong(reading, other.text);
	if (out->type != type)
		return wrong(reading, type == NOTE_SIGNED
					      ? "that is the key of a witness, not of a log"
					      : "that is the key of a log, not of a witness");
	return 0;
}

static int log_line(struct reading *reading)
{
	struct trust *trust = reading->trust;
	struct note_key key;

	if (reading->count != 2 && reading->count != 3)
		return wrong(reading, "it is: log KEY [URL]");
	if (key_of(reading, reading->words[1], NOTE_SIGNED, &key) < 0)
		return -1;
	for (unsigned i = 0; i < trust->log_count; i++)
		if (same_key(&trust->logs[i], &key) && strcmp(trust->logs[i].name, key.name) == 0)
			return wrong(reading, "that log is there already");
	if (trust->log_count == TRUST_LOGS)
		return wrong(reading, "too many logs");
	trust->logs[trust->log_count++] = key;
	return 0;
}

/* A new name for a witness or group, or NULL: it cannot be that. */
static struct trust_name *new_name(struct reading *reading)
{
	struct trust *trust = reading->trust;
	struct trust_name *name;

	if (span_is(reading->words[1], "none") || find(trust, reading->words[1]) >= 0) {
		(void)wrong(reading, "that name is taken");
		return NULL;
	}
	if (trust->name_count == TRUST_NAMES) {
		(void)wrong(reading, "too many witnesses and groups");
		return NULL;
	}
	name = &trust->names[trust->name_count];
	*name = (struct trust_name){ .name = reading->words[1] };
	return name;
}

static int witness_line(struct reading *reading)
{
	struct trust *trust = reading->trust;
	struct trust_name *name;

	if (reading->count != 3 && reading->count != 4)
		return wrong(reading, "it is: witness NAME KEY [URL]");
	name = new_name(reading);
	if (!name || key_of(reading, reading->words[2], NOTE_COSIGNED, &name->key) < 0)
		return -1;
	for (unsigned i = 0; i < trust->name_count; i++)
		if (!trust->names[i].members && same_key(&trust->names[i].key, &name->key))
			return wrong(reading, "that witness is there already");
	if (reading->count == 4) {
		if (reading->words[3].len >= sizeof(name->url))
			return wrong(reading, "the address is too long");
		memcpy(name->url, reading->words[3].data, reading->words[3].len);
	}
	trust->name_count++;
	return 0;
}

static int threshold(struct reading *reading, unsigned members, unsigned *out)
{
	struct span word = reading->words[2];
	uint64_t value = 0;

	if (span_is(word, "all"))
		value = members;
	else if (span_is(word, "any"))
		value = 1;
	else if (checkpoint_number(word, &value) < 0 || value < 1 || value > members)
		return wrong(reading, "how many of them is all, any, or a number up to theirs");
	*out = (unsigned)value;
	return 0;
}

static int group_line(struct reading *reading)
{
	struct trust_name *name;

	if (reading->count < 4)
		return wrong(reading, "it is: group NAME all|any|NUMBER MEMBER...");
	name = new_name(reading);
	if (!name || threshold(reading, reading->count - 3, &name->needed) < 0)
		return -1;
	for (unsigned i = 3; i < reading->count; i++) {
		int member = find(reading->trust, reading->words[i]);

		if (member < 0)
			return wrong(reading, "a member is not defined above");
		if (reading->trust->names[member].taken)
			return wrong(reading, "a member is in a group already");
		reading->trust->names[member].taken = true;
		name->member[name->members++] = (unsigned)member;
	}
	reading->trust->name_count++;
	return 0;
}

static int quorum_line(struct reading *reading)
{
	if (reading->count != 2)
		return wrong(reading, "it is: quorum NAME");
	if (reading->quorum_seen)
		return wrong(reading, "there is a quorum already");
	reading->quorum_seen = true;
	if (span_is(reading->words[1], "none"))
		return 0;
	reading->trust->quorum = find(reading->trust, reading->words[1]);
	return reading->trust->quorum < 0 ? wrong(reading, "that name is not defined above") : 0;
}

/* Cuts a line into words.  0, or -1: a control character, or too many of them. */
static int cut(struct reading *reading, struct span line)
{
	reading->count = 0;
	for (size_t i = 0; i < line.len;) {
		size_t start = i;

		for (; i < line.len && line.data[i] != ' ' && line.data[i] != '\t'; i++)
			if ((unsigned char)line.data[i] < ' ' || line.data[i] == 0x7f)
				return wrong(reading, "a control character");
		if (i > start) {
			if (reading->count == WORDS)
				return wrong(reading, "too many words");
			reading->words[reading->count++] =
				(struct span){ line.data + start, i - start };
		}
		while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'))
			i++;
	}
	return 0;
}

static int line_read(struct reading *reading, struct span line)
{
	static const struct {
		const char *word;
		int (*read)(struct reading *reading);
	} kinds[] = { { "log", log_line }, { "witness", witness_line }, { "group", group_line },
		{ "quorum", quorum_line } };

	if (cut(reading, line) < 0)
		return -1;
	if (reading->count == 0 || reading->words[0].data[0] == '#')
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (span_is(reading->words[0], kinds[i].word))
			return kinds[i].read(reading);
	return wrong(reading, "a line begins with log, witness, group or quorum");
}

int trust_read(struct trust *out, struct span bytes, const char *path, struct fault *f)
{
	struct reading reading = { .trust = out, .path = path, .f = f };
	struct span rest = bytes, line;

	*out = (struct trust){ .quorum = -1 };
	while (rest.len > 0) {
		reading.line++;
		if (!note_take_line(&rest, &line)) {
			line = rest;
			rest.len = 0;
		}
		if (line_read(&reading, line) < 0)
			return -1;
	}
	return reading.quorum_seen ? 0 : wrong(&reading, "no line says the quorum");
}

bool trust_log_key(const struct note_key *log, const char *origin, struct note_key *key)
{
	size_t len = strlen(log->name);
	struct fault f = { 0 };

	if (strncmp(origin, log->name, len) != 0 || (origin[len] != '\0' && origin[len] != '/'))
		return false;
	return note_key_make(key, origin, NOTE_SIGNED, log->public, &f) == 0;
}

/* Whether the witness or the group has cosigned.  Groups name only those above them. */
static bool has_signed(const struct trust *trust, const struct trust_answer *answer, unsigned i)
{
	const struct trust_name *name = &trust->names[i];
	unsigned count = 0;

	if (!name->members)
		return answer->times[i] > 0;
	for (unsigned j = 0; j < name->members; j++)
		if (has_signed(trust, answer, name->member[j]))
			count++;
	return count >= name->needed;
}

void trust_judge(const struct trust *trust, const struct note *note, const char *origin,
	struct trust_answer *out)
{
	uint64_t time;

	*out = (struct trust_answer){ .log = NOTE_ABSENT };
	for (unsigned i = 0; i < trust->log_count && out->log != NOTE_BAD; i++) {
		struct note_key key;
		enum note_state state;

		if (!trust_log_key(&trust->logs[i], origin, &key))
			continue;
		state = note_verify(note, &key, &time);
		if (state != NOTE_ABSENT)
			out->log = state;
	}
	for (unsigned i = 0; i < trust->name_count; i++)
		if (!trust->names[i].members &&
			note_verify(note, &trust->names[i].key, &time) == NOTE_GOOD) {
			out->times[i] = time ? time : 1;
			out->witnesses++;
		}
	out->quorum = trust->quorum < 0 || has_signed(trust, out, (unsigned)trust->quorum);
}
