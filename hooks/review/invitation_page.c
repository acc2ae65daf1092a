#include "hooks/review/invitation_page.h"

#include <string.h>

#include "hooks/admin/invitation.h"
#include "hooks/review/script_json.h"

static const char word[] = "/invitation/";

static struct passkey_site site_of(const struct visit *visit)
{
	const struct review *review = &visit->facts.policy->review;

	return (struct passkey_site){
		.origin = review->origin, .rp_id = review->rp_id, .verified = review->presence
	};
}

bool invitation_page_is(const char *path, struct invitation_link *link)
{
	const char *at = NULL, *slash;

	for (const char *next = strstr(path, word); next; next = strstr(next + 1, word))
		at = next;
	slash = at ? strchr(at + strlen(word), '/') : NULL;
	if (!at || at == path || !slash || strchr(slash + 1, '/') || !slash[1])
		return false;
	link->repository = (struct span){ path + 1, (size_t)(at - path) - 1 };
	link->person = (struct span){ at + strlen(word), (size_t)(slash - at) - strlen(word) };
	link->secret = span_of(slash + 1);
	return link->person.len > 0 && link->person.len < 65;
}

static int show(struct visit *visit, const struct invitation *invitation, struct fault *f)
{
	char title[128];

	(void)snprintf(title, sizeof(title), "A passkey for %s", invitation->person);
	if (visit_page(visit, title,
		    "With it you approve what is held here, in a browser and with one touch.", true,
		    NULL, f) < 0)
		return -1;
	page_section(&visit->page, "make", "Make it on this device");
	page_add(&visit->page,
		"<p>A passkey is a key that your device or security key keeps. This link is good "
		"for "
		"one, and only for you.</p>\n"
		"<form class=\"decide\" id=\"enrol\" hidden>\n<div class=\"buttons\">"
		"<button type=\"submit\" class=\"yes\">Make a passkey</button></div>\n"
		"<p role=\"status\"></p>\n</form>\n"
		"<noscript><p>Passkeys need JavaScript.</p></noscript>\n");
	return visit_page_end(visit, f);
}

/* What the passkey is to be made over. */
static int offer(struct visit *visit, const struct invitation *invitation, struct fault *f)
{
	const struct passkey_site site = site_of(visit);
	struct buf statement = BUF_INIT(INVITATION_STATEMENT_MAX);
	char challenge[PASSKEY_CHALLENGE_SIZE];
	int status = -1;

	if (!site.rp_id)
		status = script_json_refuse(visit, 409,
			"no policy in force has a review.url with a name, so no passkey counts", f);
	else if (invitation_statement(invitation, &statement, f) == 0 &&
		 passkey_challenge(challenge, buf_span(&statement), f) == 0)
		status = script_json_reply(visit,
			json_pack("{s:s, s:s, s:s, s:b, s:s, s:o}", "challenge", challenge, "rpId",
				site.rp_id, "origin", site.origin, "verified", site.verified,
				"person", invitation->person, "user",
				script_json_base64(span_of(invitation->person))),
			f);
	buf_release(&statement);
	return status;
}

static int keep(struct visit *visit, const struct invitation *invitation, const json_t *posted,
	struct fault *f)
{
	const struct passkey_site site = site_of(visit);
	const char *git_dir = visit->repository->git_dir;
	struct buf line = BUF_INIT(INVITATION_FILE_MAX), said = BUF_INIT(1024);
	struct invited invited = { .line = &line };
	struct script_answer answer;
	int status = 0;

	if (!script_answer_read(&answer, posted))
		invited.why = "this is not what a browser answers";
	else
		status = invitation_verify(invitation, &site, &answer.answer, &invited, f);
	if (status == 0 && !invited.why)
		status = invitation_answer(git_dir, invitation, &answer.answer, f);
	buf_addf(&said,
		"Its fingerprint is %s. Tell it to your admin, who accepts it by: countersign "
		"reviewer accept %s",
		invited.fingerprint, invitation->person);
	if (status == 0 && invited.why)
		status = script_json_refuse(visit, 409, invited.why, f);
	else if (status == 0)
		status = script_json_reply(
			visit, json_pack("{s:b, s:s}", "done", true, "said", said.data), f);
	script_answer_release(&answer);
	buf_release(&said);
	buf_release(&line);
	return status;
}

static int answer_opened(struct visit *visit, const struct invitation *invitation, struct fault *f)
{
	json_t *posted;
	int status;

	if (strcmp(visit->request->method, "POST") != 0)
		return show(visit, invitation, f);
	posted = script_json_posted(visit, f);
	if (!posted)
		return f->class == FAULT_NONE ? 0 : -1;
	status = json_object_get(posted, "clientDataJSON") ? keep(visit, invitation, posted, f)
							   : offer(visit, invitation, f);
	json_decref(posted);
	return status;
}

int invitation_page(
	struct visit *visit, const struct invitation_link *link, bool *opened, struct fault *f)
{
	struct invitation invitation = INVITATION_INIT;
	char person[65];
	int found;

	*opened = false;
	(void)snprintf(person, sizeof(person), "%.*s", (int)link->person.len, link->person.data);
	if (policy_name_objection(person))
		return 0;
	found = invitation_find(&invitation, visit->repository->git_dir, person, f);
	if (found > 0 && invitation_opens(&invitation, link->secret, visit->facts.clock.now) &&
		policy_person(visit->facts.policy, person)) {
		*opened = true;
		found = answer_opened(visit, &invitation, f);
	}
	invitation_release(&invitation);
	return found < 0 ? -1 : 0;
}
