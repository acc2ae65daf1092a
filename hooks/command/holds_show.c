/* What a terminal shows of one hold. */
#include <string.h>
#include <time.h>

#include "common/base/text.h"
#include "hooks/command/holds.h"
#include "hooks/review/held/held_commit.h"

#define TOLD_MAX ((size_t)16 << 20)

const char *listed_ref(const struct listed *l)
{
	const char *ref = json_string_value(json_object_get(l->verdict, "ref"));

	return ref ? ref : l->hold->ref;
}

bool listed_approvable(const struct listed *l)
{
	return !l->rejected_by && !l->hopeless;
}

static void put_shown(struct buf *out, const char *before, const char *text)
{
	(void)buf_adds(out, before);
	(void)text_escape(out, span_of(text));
}

/* The same of the verdict object, whose texts are escaped. */
static void put_told(struct buf *out, const char *before, const char *text)
{
	(void)buf_adds(out, before);
	(void)text_escape_again(out, span_of(text));
}

/* The findings of a hold, each in a paragraph. */
static void tell_findings(FILE *out, const struct listed *l)
{
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(l->verdict, "findings"), i, finding)
	{
		struct buf line = BUF_INIT(TOLD_MAX);
		const char *path = json_string_value(json_object_get(finding, "path"));
		const char *commit = json_string_value(json_object_get(finding, "commit"));
		const char *agent = json_string_value(json_object_get(finding, "agent"));

		put_told(&line, "", json_string_value(json_object_get(finding, "rule")));
		put_told(&line, path && *path ? "  " : "", path);
		(void)buf_addf(
			&line, "%s%.12s", commit && *commit ? "  in " : "", commit ? commit : "");
		put_told(&line, agent && *agent ? "  by " : "", agent);
		put_told(&line, "\n    ", json_string_value(json_object_get(finding, "detail")));
		(void)fprintf(out, "  %s\n", line.len ? line.data : "");
		buf_release(&line);
	}
}

void listed_tell(const struct listed *l, FILE *out)
{
	const struct hold_row *hold = l->hold;
	struct buf shown = BUF_INIT(TOLD_MAX);

	put_told(&shown, "hold ", hold->id);
	put_shown(&shown, ", ", hold->status);
	put_shown(&shown, ", ", held_age(hold->since, time(NULL)).text);
	put_told(&shown, "\n  ref      ", listed_ref(l));
	put_shown(&shown, "\n  from     ", hold->account);
	put_shown(&shown, *hold->agents ? "\n  agents   " : "", hold->agents);
	(void)buf_addf(&shown, "\n  commit   %.12s", hold->new);
	put_shown(&shown, l->subject.len ? "  " : "", l->subject.data);
	put_shown(&shown, l->standing.len ? "\n  now      " : "", l->standing.data);
	put_shown(&shown, l->why.len ? ": " : "", l->why.data);
	put_shown(&shown, *hold->replaces ? "\n  replaces " : "", hold->replaces);
	(void)fprintf(out, "%s\n", shown.len ? shown.data : "");
	tell_findings(out, l);
	if (state_hold_waits(hold->status))
		(void)fprintf(out, "  review   git countersign show %s\n", hold->id);
	if (state_hold_waits(hold->status) && listed_approvable(l))
		(void)fprintf(out, "  approve  git countersign approve %s\n", hold->id);
	buf_release(&shown);
}
