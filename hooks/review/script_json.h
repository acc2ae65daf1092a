/*
 * What the script posts, and what it is answered: JSON both.
 */
#ifndef HOOKS_REVIEW_SCRIPT_JSON_H
#define HOOKS_REVIEW_SCRIPT_JSON_H

#include "common/key/passkey.h"
#include "hooks/review/visit.h"

/* What a browser's passkey has answered, decoded. */
struct script_answer {
	struct passkey_answer answer; /* its spans point into the buffers */
	struct buf parts[4];
};

/* The object that was posted, strictly read; NULL: it is none, which was answered.  For
 * json_decref(). */
json_t *script_json_posted(struct visit *visit, struct fault *f);

/* A text of it, "" where there is none. */
const char *script_json_text(const json_t *posted, const char *key);

/*
 * Decodes the answer in it: `credential`, `authenticatorData`, `clientDataJSON` and `signature`,
 * base64 each; a signature need not be there.  Whether it can be one.  For script_answer_release().
 */
bool script_answer_read(struct script_answer *out, const json_t *posted);

/* Frees it. */
void script_answer_release(struct script_answer *answer);

/* Answers with the object, which is let go of.  0 or -1. */
int script_json_reply(struct visit *visit, json_t *object, struct fault *f);

/* Answers why not.  0 or -1. */
int script_json_refuse(struct visit *visit, int status, const char *sentence, struct fault *f);

/* Bytes in base64, as a JSON string; NULL: no memory. */
json_t *script_json_base64(struct span bytes);

#endif
