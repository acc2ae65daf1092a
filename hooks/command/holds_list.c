/* What waits for people, a line each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/text.h"
#include "hooks/admin/cli.h"
#include "hooks/command/holds.h"
#include "hooks/review/held/held_commit.h"
#include "hooks/review/held/standing.h"

#define LINES_MAX ((size_t)256 << 20)
#define LINE_MAX_BYTES ((size_t)16 << 20)

/* Its row on a terminal: as many texts as there are columns. */
struct held_row {
	const char *cells[8];
};

static const struct table_column columns[] = {
	{ .heading = "HOLD", .least = 8, .id = true },
	{ .heading = "WAITS" },
	{ .heading = "REF", .least = 8, .tail = true },
	{ .heading = "AGENT", .least = 11 },
	{ .heading = "PATH", .least = 16, .tail = true },
	{ .heading = "NEEDS", .least = 23 },
	{ .heading = "FROM", .least = 6, .spare = 1 },
	{ .heading = "SUBJECT", .least = 12, .spare = 2 },
};

struct listing {
	struct holds *holds;
	struct arena texts;
	const char **lines;
	struct held_row *rows; /* in the place of lines, on a terminal */
	size_t count;
	bool findings; /* each is told */
	struct fault *fault;
};

/* Who has said what, when approvals can be read. */
static int find_standing(struct listed *l, struct holds *holds, struct fault *f)
{
	const char *target = json_string_value(json_object_get(l->verdict, "target"));
	const struct standing_subject subject = { &holds->facts, holds->judge, holds->keys,
		l->hold->id, l->hold->digest, target ? target : l->hold->ref, l->verdict };
	struct standing standing = { 0 };
	int status = standing_read(&standing, &subject, f);

	for (size_t i = 0; status == 0 && i < standing.count; i++) {
		const struct said *said = &standing.items[i];

		if (said->decision == APPROVAL_APPROVE)
			(void)json_array_append_new(
				l->approved_by, json_string(said->person->name));
		else if (!l->rejected_by) {
			l->rejected_by = said->person->name;
			(void)buf_adds(&l->why, said->why);
		}
	}
	l->hopeless = standing.hopeless;
	if (status == 0)
		standing_tell(&standing, l->verdict, &l->standing);
	standing_release(&standing);
	return status;
}

static bool has_text(const json_t *list, const char *text)
{
	json_t *item;
	size_t i;

	json_array_foreach(
		list, i, item) if (strcmp(json_string_value(item), text) == 0) return true;
	return false;
}

static void find_paths(struct listed *l)
{
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(l->verdict, "findings"), i, finding)
	{
		const char *path = json_string_value(json_object_get(finding, "path"));

		if (path && *path && !has_text(l->paths, path))
			(void)json_array_append_new(l->paths, json_string(path));
	}
}

static int listed_open(
	struct listed *l, struct holds *holds, const struct hold_row *hold, struct fault *f)
{
	*l = (struct listed){ .hold = hold,
		.verdict = json_loads(hold->verdict, 0, NULL),
		.standing = BUF_INIT(4096),
		.subject = BUF_INIT(1024),
		.why = BUF_INIT(1024),
		.paths = json_array(),
		.approved_by = json_array() };
	find_paths(l);
	l->hopeless = json_is_false(json_object_get(l->verdict, "approvable"));
	if (!holds->known)
		return 0;
	held_commit_subject(holds->facts.repo, hold->new, &l->subject);
	return state_hold_waits(hold->status) ? find_standing(l, holds, f) : 0;
}

static void listed_close(struct listed *l)
{
	json_decref(l->verdict);
	json_decref(l->paths);
	json_decref(l->approved_by);
	buf_release(&l->standing);
	buf_release(&l->subject);
	buf_release(&l->why);
}

static void add_shown(struct buf *out, const char *before, const char *text)
{
	buf_adds(out, before);
	(void)text_escape(out, span_of(text));
}

/* The same of the verdict object, whose texts are escaped. */
static void add_told(struct buf *out, const char *before, const char *text)
{
	buf_adds(out, before);
	(void)text_escape_again(out, span_of(text));
}

static void add_paths(struct buf *out, const struct listed *l)
{
	size_t count = json_array_size(l->paths);

	if (!count)
		return;
	add_told(out, "  ", json_string_value(json_array_get(l->paths, 0)));
	if (count > 1)
		buf_addf(out, ", and %zu more", count - 1);
}

static void add_findings(struct buf *out, const struct listed *l)
{
	static const char *const keys[] = { "rule", "path", "commit", "agent", "detail" };
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(l->verdict, "findings"), i, finding)
	{
		const char *before = "\n  ";

		for (size_t j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
			const char *value = json_string_value(json_object_get(finding, keys[j]));

			if (value && *value)
				add_told(out, before, value);
			before = " ";
		}
	}
}

/* `ID  AGE  REF  AGENT  PATHS  1 of 2, needs GROUP  replaces ID  from ACCOUNT  SUBJECT` */
static void add_line(struct buf *out, const struct listed *l, const struct listing *listing)
{
	bool open = state_hold_waits(l->hold->status);

	buf_adds(out, l->hold->id);
	if (strcmp(l->hold->status, "open") != 0 || listing->findings)
		add_shown(out, "  ", l->hold->status);
	add_shown(out, "  ", held_age(l->hold->since, time(NULL)).text);
	add_told(out, "  ", listed_ref(l));
	if (*l->hold->agents)
		add_shown(out, "  ", l->hold->agents);
	add_paths(out, l);
	if (l->standing.len)
		add_shown(out, "  ", l->standing.data);
	if (l->why.len)
		add_shown(out, ": ", l->why.data);
	if (*l->hold->replaces)
		add_shown(out, "  replaces ", l->hold->replaces);
	if (*l->hold->account)
		add_shown(out, "  from ", l->hold->account);
	if (l->subject.len)
		add_shown(out, "  ", l->subject.data);
	if (listing->findings)
		add_findings(out, l);
	if (listing->findings && open)
		buf_addf(out, "\n  review   git countersign show %s", l->hold->id);
	if (listing->findings && open && listed_approvable(l))
		buf_addf(out, "\n  approve  git countersign approve %s", l->hold->id);
}

static int show_on_terminal(const struct listing *listing, const struct listed *l)
{
	struct terminal_text text;

	if (terminal_text_begin(&text, listing->holds->env) < 0)
		return fault_memory(listing->fault);
	listed_tell(l, text.out);
	terminal_text_end(&text);
	return 0;
}

static json_t *json_of(const struct listed *l)
{
	const struct hold_row *hold = l->hold;
	json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
		cli_string(hold->id), "digest", cli_string(hold->digest), "ref",
		cli_string(listed_ref(l)), "account", cli_string(hold->account), "new",
		cli_string(hold->new), "since", cli_string(hold->since), "status",
		cli_string(hold->status), "replaces", cli_string(hold->replaces), "agents",
		cli_string(hold->agents));

	if (!object)
		return NULL;
	(void)json_object_set(object, "paths", l->paths);
	if (l->subject.len)
		(void)json_object_set_new(object, "subject", cli_string(l->subject.data));
	if (l->standing.len) {
		(void)json_object_set_new(object, "standing", cli_string(l->standing.data));
		(void)json_object_set(object, "approved_by", l->approved_by);
	}
	if (l->rejected_by)
		(void)json_object_set_new(object, "rejected_by", cli_string(l->rejected_by));
	if (l->why.len)
		(void)json_object_set_new(object, "rejected_why", cli_string(l->why.data));
	(void)json_object_set_new(
		object, "verdict", l->verdict ? json_incref(l->verdict) : json_null());
	return object;
}

static void add_json(struct buf *out, const struct listed *l)
{
	json_t *object = json_of(l);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	if (text)
		buf_adds(out, text);
	else
		out->failed = true;
	free(text);
	json_decref(object);
}

static const char *keep(struct listing *listing, const char *text)
{
	return arena_strdup(&listing->texts, text ? text : "");
}

/* Adds its row. */
static int add_row(struct listing *listing, const struct listed *l)
{
	const struct hold_row *hold = l->hold;
	struct buf paths = BUF_INIT(LINE_MAX_BYTES), needs = BUF_INIT(4096);
	struct held_row *row;
	const char *short_ref = listed_ref(l);
	bool open = state_hold_waits(hold->status);

	listing->rows =
		arena_grow(&listing->texts, listing->rows, listing->count, sizeof(*listing->rows));
	if (!listing->rows)
		return fault_memory(listing->fault);
	(void)buf_addf(&needs, "%s%s%s", strcmp(hold->status, "open") == 0 ? "" : hold->status,
		strcmp(hold->status, "owed") == 0 ? ": " : "",
		open && l->standing.len ? l->standing.data : "");
	row = &listing->rows[listing->count++];
	short_ref += strncmp(short_ref, "refs/heads/", 11) == 0 ? 11 : 0;
	(void)buf_adds(&paths, json_string_value(json_array_get(l->paths, 0)));
	if (json_array_size(l->paths) > 1)
		(void)buf_addf(&paths, " +%zu", json_array_size(l->paths) - 1);
	*row = (struct held_row){ { keep(listing, hold->id),
		keep(listing, listing->holds->terminal.iso
				      ? hold->since
				      : held_age(hold->since, time(NULL)).text),
		keep(listing, short_ref), keep(listing, hold->agents), keep(listing, paths.data),
		keep(listing, needs.data), keep(listing, hold->account),
		keep(listing, l->subject.data) } };
	buf_release(&needs);
	buf_release(&paths);
	return 0;
}

static int on_hold(void *context, const struct hold_row *hold)
{
	struct listing *listing = context;
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	struct listed l;
	int status = listed_open(&l, listing->holds, hold, listing->fault);

	if (status == 0 && listing->holds->terminal.is && !listing->holds->json) {
		status = listing->findings ? show_on_terminal(listing, &l) : add_row(listing, &l);
		listed_close(&l);
		return status;
	}
	if (status == 0 && listing->holds->json)
		add_json(&line, &l);
	else if (status == 0)
		add_line(&line, &l, listing);
	if (status == 0) {
		listing->lines = arena_grow(
			&listing->texts, listing->lines, listing->count, sizeof(*listing->lines));
		if (listing->lines && !line.failed)
			listing->lines[listing->count++] = arena_strdup(&listing->texts, line.data);
		if (!listing->lines || line.failed || !listing->lines[listing->count - 1])
			status = fault_memory(listing->fault);
	}
	listed_close(&l);
	buf_release(&line);
	return status;
}

/* Prints the rows, the newest last. */
static int rows_print(struct listing *listing)
{
	struct table table;

	table_begin(
		&table, columns, sizeof(columns) / sizeof(columns[0]), &listing->holds->terminal);
	table.empty = "nothing is held";
	while (listing->count) {
		const struct held_row *row = &listing->rows[--listing->count];

		for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
			table_cell(&table, row->cells[i],
				i == 0   ? TONE_WARN
				: i == 1 ? TONE_SOFT
					 : TONE_PLAIN);
	}
	return table_end(&table) < 0 ? fault_memory(listing->fault) : 0;
}

/* They come newest first, and what is owed last, and are printed the other way round. */
static int list(struct listing *listing, const char *id, bool all)
{
	struct state *state = listing->holds->state;
	int outcome = all ? state_holds(state, id, NULL, on_hold, listing, listing->fault)
			  : state_holds_waiting(state, on_hold, listing, listing->fault);

	if (outcome == 0 && listing->holds->terminal.is && !id && !listing->holds->json)
		outcome = rows_print(listing);
	while (outcome == 0 && listing->count)
		(void)puts(listing->lines[--listing->count]);
	arena_release(&listing->texts);
	return outcome;
}

int holds_list(struct holds *holds, struct fault *f)
{
	struct listing listing = { .holds = holds, .texts = ARENA_INIT(LINES_MAX), .fault = f };

	return list(&listing, NULL, holds->all);
}

int holds_show(struct holds *holds, const char *id, struct fault *f)
{
	struct listing listing = {
		.holds = holds, .texts = ARENA_INIT(LINES_MAX), .findings = true, .fault = f
	};

	return list(&listing, id, true);
}
