#include "common/facts/statement.h"

#include <inttypes.h>

#include "common/base/text.h"
#include "common/key/armour.h"

/* Whether a text can be the value of a line. */
static bool is_line(const char *text)
{
	return text && *text && !text[strcspn(text, "\n\r")];
}

/* Whether a reason reads the same when it is read out of the tag again. */
static bool is_reason(const char *why)
{
	struct span rest = span_of(why);

	if (rest.len > STATEMENT_WHY_MAX || (rest.len && strchr("\n ", why[rest.len - 1])))
		return false;
	for (size_t i = 0; i < rest.len; i++)
		if ((unsigned char)why[i] < ' ' && why[i] != '\n' && why[i] != '\t')
			return false;
	while (rest.len)
		if (armour_begins(armour_line(&rest)))
			return false;
	return text_is_utf8(span_of(why));
}

int statement_write(struct buf *out, const struct statement *s, struct fault *f)
{
	if (!is_line(s->digest) || strlen(s->digest) != 64 || !is_line(s->person) ||
		!is_line(s->repository) || !is_line(s->ref) || s->time < 0)
		return fault_set(f, FAULT_INTERNAL, "a part of the statement is missing");
	if (!is_reason(s->why))
		return fault_set(f, FAULT_PUSHER,
			"a reason is text of at most %d bytes, without control characters",
			STATEMENT_WHY_MAX);
	buf_addf(out, "object %s\ntype commit\ntag countersign-%.16s\n", oid_text(&s->commit).hex,
		s->digest);
	buf_addf(out, "tagger %s <> %" PRId64 " +0000\n\n%s%s", s->person, s->time, s->why,
		*s->why ? "\n\n" : "");
	buf_addf(out, "Countersign-Digest: %s\nCountersign-Decision: %s\nCountersign-Person: %s\n",
		s->digest, approval_decision_name(s->decision), s->person);
	buf_addf(out, "Countersign-Repository: %s\nCountersign-Ref: %s\n", s->repository, s->ref);
	return out->failed ? fault_memory(f) : 0;
}

bool statement_is(struct span bytes, const struct approval *approval)
{
	const struct statement same = {
		.commit = approval->target,
		.digest = approval->digest,
		.decision = approval->decision,
		.person = approval->person->name,
		.time = approval->time,
		.repository = approval->repository,
		.ref = approval->ref,
		.why = approval->why,
	};
	struct buf text = BUF_INIT(STATEMENT_MAX);
	struct fault ignored = { 0 };
	bool is =
		statement_write(&text, &same, &ignored) == 0 && span_equal(buf_span(&text), bytes);

	buf_release(&text);
	return is;
}
