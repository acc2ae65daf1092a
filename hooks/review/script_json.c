#include "hooks/review/script_json.h"

#include <string.h>

#include "common/base/base64.h"
#include "common/base/text.h"

int script_json_reply(struct visit *visit, json_t *object, struct fault *f)
{
	int status = object ? json_dumpf(object, visit->page.out, JSON_COMPACT) : -1;

	visit->reply->type = "application/json";
	json_decref(object);
	return status < 0 ? fault_memory(f) : 0;
}

int script_json_refuse(struct visit *visit, int status, const char *sentence, struct fault *f)
{
	struct buf shown = BUF_INIT(1 << 16);
	json_t *object;

	(void)text_escape(&shown, span_of(sentence));
	object = json_pack("{s:s}", "error", shown.data ? shown.data : "");
	buf_release(&shown);
	visit->reply->status = status;
	return script_json_reply(visit, object, f);
}

json_t *script_json_posted(struct visit *visit, struct fault *f)
{
	const struct review_request *request = visit->request;
	const char *type = request->content_type ? request->content_type : "";
	json_t *posted;

	/* a form of another site cannot have this type, so it cannot even ask */
	if (strncmp(type, "application/json", strlen("application/json")) != 0) {
		(void)script_json_refuse(visit, 415, "this takes what the page's script posts", f);
		return NULL;
	}
	posted = request->body.len ? json_loadb(request->body.data, request->body.len,
					     JSON_REJECT_DUPLICATES, NULL)
				   : NULL;
	if (!json_is_object(posted)) {
		json_decref(posted);
		(void)script_json_refuse(visit, 400, "this is not what the page's script posts", f);
		return NULL;
	}
	return posted;
}

const char *script_json_text(const json_t *posted, const char *key)
{
	const char *text = json_string_value(json_object_get(posted, key));

	return text ? text : "";
}

bool script_answer_read(struct script_answer *out, const json_t *posted)
{
	const struct {
		const char *key;
		struct span *span;
		size_t most;
	} parts[4] = {
		{ "credential", &out->answer.credential, PASSKEY_CREDENTIAL_MAX },
		{ "authenticatorData", &out->answer.authenticator_data, PASSKEY_DATA_MAX },
		{ "clientDataJSON", &out->answer.client_data, PASSKEY_CLIENT_MAX },
		{ "signature", &out->answer.signature, PASSKEY_SIGNATURE_MAX },
	};

	*out = (struct script_answer){ 0 };
	for (size_t i = 0; i < 4; i++) {
		const char *text = script_json_text(posted, parts[i].key);

		out->parts[i] = (struct buf)BUF_INIT(parts[i].most);
		buf_adds(&out->parts[i], "");
		if (base64_decode(&out->parts[i], span_of(text)) < 0 || (!*text && i < 3))
			return false;
		*parts[i].span = buf_span(&out->parts[i]);
	}
	return true;
}

void script_answer_release(struct script_answer *answer)
{
	for (size_t i = 0; i < 4; i++)
		buf_release(&answer->parts[i]);
}

json_t *script_json_base64(struct span bytes)
{
	struct buf text = BUF_INIT(1 << 16);
	json_t *string = base64_encode(&text, bytes) == 0 ? json_string(text.data) : NULL;

	buf_release(&text);
	return string;
}
