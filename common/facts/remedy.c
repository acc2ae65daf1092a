#include "common/facts/remedy.h"

#include "common/policy/rule_list.h"

static bool can_be_approved(const struct finding *finding)
{
	return *finding->approvers && finding->approvals > 0;
}

static void write_approval(struct buf *out, const struct finding *finding)
{
	buf_addf(out, "needs %d approval%s from ", finding->approvals,
		finding->approvals == 1 ? "" : "s");
	for (names name = finding->approvers; *name; name++)
		buf_addf(out, "%s%s", name == finding->approvers ? "" : " or ", *name);
	if (finding->presence)
		buf_adds(out, ", signed with a hardware key (touch required)");
	if (finding->unapprovable)
		buf_addf(out, ", but %s", finding->unapprovable);
}

/* The sentence may begin with what is being said already: `Revoke it at ...`. */
static void write_revoke(struct buf *out, const char *separator, const char *revoke)
{
	static const char already[] = "Revoke it";
	bool said = strncmp(revoke, already, strlen(already)) == 0;

	buf_addf(out, "%sremove it from every commit, and revoke it%s%s", separator,
		said ? "" : ": ", said ? revoke + strlen(already) : revoke);
}

void remedy_write(struct buf *out, const struct finding *finding)
{
	const struct rule_listed *listed = rule_list_find(finding->rule);
	const char *separator = "",
		   *way = finding->instead || !listed ? finding->instead : listed->remedy;

	if (finding->action == ACTION_WARN) {
		buf_adds(out, "nothing is required: this is a warning");
		if (finding->revoke && *finding->revoke)
			write_revoke(out, "; ", finding->revoke);
		return;
	}
	if (can_be_approved(finding)) {
		write_approval(out, finding);
		separator = "; ";
	}
	if (finding->revoke && *finding->revoke) {
		write_revoke(out, separator, finding->revoke);
		separator = "; ";
	}
	if (way) {
		buf_addf(out, "%s%s", separator, way);
		separator = "; ";
	}
	if (strcmp(finding->rule, "approval") == 0)
		buf_adds(out, "sign another approval, and push that");
	else if (!*separator || (finding->action == ACTION_HOLD && !can_be_approved(finding)))
		buf_addf(out, "%s%sthis rule has no approvers, so it cannot be approved", separator,
			*separator ? "" : "leave this change out: ");
}

bool remedy_is_approval(const struct verdict *verdict)
{
	bool flagged = false;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];

		if (!finding_flags(finding))
			continue;
		flagged = true;
		if (!can_be_approved(finding) || finding->unapprovable)
			return false;
	}
	return flagged && !verdict->more;
}
