#include "common/key/client_data.h"

#include "common/base/json.h"

/* Whether the member is there, and this text. */
static bool says(const struct json_at *root, const char *member, const char *text)
{
	struct json_at at;
	const char *value = json_at_member(root, member, &at) ? json_at_text(&at) : NULL;

	return value && strcmp(value, text) == 0;
}

static const char *objection(const struct json_at *root, const struct client_expected *expected)
{
	struct json_at at;

	if (json_at_kind(root) != JSON_KIND_OBJECT)
		return "the passkey's clientDataJSON is not an object";
	if (!says(root, "type", expected->type))
		return "the passkey's clientDataJSON is of another type";
	if (!says(root, "challenge", expected->challenge))
		return "the passkey signed another statement (challenge) than this";
	if (!says(root, "origin", expected->origin))
		return "the passkey answered at another origin than review.url";
	if (json_at_member(root, "crossOrigin", &at) &&
		(json_at_kind(&at) != JSON_KIND_BOOLEAN || json_at_true(&at)))
		return "the passkey answered inside a frame of another page";
	if (json_at_member(root, "topOrigin", &at))
		return "the passkey answered inside a frame of another page";
	return NULL;
}

const char *client_data_objection(struct span bytes, const struct client_expected *expected)
{
	struct json_error error;
	struct json_doc doc = { 0 };
	struct json_at root;
	const char *why;

	if (json_doc_parse(&doc, bytes, &error) < 0)
		return "the passkey's clientDataJSON is not strict JSON";
	root = json_at_root(&doc);
	why = objection(&root, expected);
	json_doc_release(&doc);
	return why;
}
