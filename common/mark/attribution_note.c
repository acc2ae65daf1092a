#include "common/mark/attribution_note.h"

#include <jansson.h>
#include <strings.h>

#include "common/mark/ident.h"
#include "common/path/fold.h"
#include "common/text/spelling.h"

#define DEPTH_MAX 12

/* Keys under which tools write which tool it was; and which model. */
static const char *const tools[] = { "agent", "agent_name", "agentName", "assistant", "client",
	"generator", "name", "provider", "tool", "tool_name" };
static const char *const models[] = { "model", "model_id", "model_name", "id" };

static bool one_of(const char *const *list, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], key) == 0)
			return true;
	return false;
}

#define ONE_OF(list, key) one_of(list, sizeof(list) / sizeof((list)[0]), key)

/* Adds whom the text names, in whole; false when nobody. */
static bool name_add(json_t *value, struct agent_set *out)
{
	struct buf folded = BUF_INIT(4096);
	bool found = false;

	if (fold_text(&folded,
		    (struct span){ json_string_value(value), json_string_length(value) }) == 0)
		found = ident_agents_whole(buf_span(&folded), IDENT_ALL, out);
	buf_release(&folded);
	return found;
}

/* Adds whom the keys of one of the lists name, at any depth; whether anybody. */
static bool names_add(json_t *value, bool model, int depth, struct agent_set *out)
{
	bool found = false;
	const char *key;
	json_t *inner;
	size_t i;

	if (depth == DEPTH_MAX)
		return false;
	json_array_foreach(value, i, inner) found |= names_add(inner, model, depth + 1, out);
	json_object_foreach(value, key, inner)
	{
		if (strcmp(key, "humans") == 0 || strcmp(key, "messages") == 0)
			continue;
		if (!json_is_string(inner))
			found |= names_add(inner, model, depth + 1, out);
		else if (model ? ONE_OF(models, key) : ONE_OF(tools, key))
			found |= name_add(inner, out);
	}
	return found;
}

/* One prompt or session: by its tool, else by its model, else by the convention's own name. */
static void session_add(json_t *session, const char *convention, struct agent_set *out)
{
	if (!names_add(session, false, 0, out) && !names_add(session, true, 0, out))
		agent_set_add(out, catalogue_index(convention));
}

static void sessions_add(json_t *sessions, struct agent_set *out)
{
	const char *key;
	json_t *one;
	size_t i;

	json_object_foreach(sessions, key, one) session_add(one, "git-ai", out);
	json_array_foreach(sessions, i, one) session_add(one, "git-ai", out);
}

static void object_add(json_t *root, struct agent_set *out)
{
	static const char *const lists[] = { "prompts", "sessions" };
	const char *schema = json_string_value(json_object_get(root, "schema_version"));
	bool listed = schema && strncmp(schema, "authorship/", 11) == 0;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_t *sessions = json_object_get(root, lists[i]);

		listed |= json_is_object(sessions);
		if (json_is_object(sessions))
			sessions_add(sessions, out);
	}
	if (!listed && json_is_object(root) && json_object_size(root))
		session_add(root, "agent-trace", out);
}

/* Where the JSON begins: behind a line `---`, or at once. */
static struct span json_part(struct span note)
{
	struct span all = spelling_trim(note);
	const char *at = all.data, *end = all.data + all.len;

	if (all.len && (*at == '{' || *at == '['))
		return all;
	while ((at = memmem(at, (size_t)(end - at), "---", 3)) != NULL) {
		struct span rest = { at + 3, (size_t)(end - at - 3) };
		bool line = at == all.data || at[-1] == '\n';

		rest = spelling_trim(rest);
		if (line && rest.len && *rest.data == '{')
			return rest;
		at += 3;
	}
	return (struct span){ all.data, 0 };
}

void attribution_note_read(struct span note, struct agent_set *out, bool *json)
{
	struct span part = json_part(note);
	json_error_t error;
	json_t *root;

	*json = part.len > 0;
	if (!part.len)
		return;
	root = part.len <= ATTRIBUTION_NOTE_MAX
		       ? json_loadb(part.data, part.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
				 &error)
		       : NULL;
	if (root)
		object_add(root, out);
	else
		agent_set_add(out, catalogue_index("git-ai"));
	json_decref(root);
}

/* ---- where sessions can be read */

struct addresses {
	bool (*each)(void *context, struct span text);
	void *context;
};

/* Keys end with `url`, `uri` or `link`. */
static bool is_address_key(const char *key)
{
	static const char *const ends[] = { "url", "uri", "link" };
	size_t len = strlen(key);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (len >= strlen(ends[i]) && strcasecmp(key + len - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

static bool addresses_tell(json_t *value, const struct addresses *to, int depth)
{
	const char *key;
	json_t *inner;
	size_t i;

	if (depth == DEPTH_MAX)
		return false;
	json_array_foreach(value, i, inner)
	{
		if (addresses_tell(inner, to, depth + 1))
			return true;
	}
	json_object_foreach(value, key, inner)
	{
		if (strcmp(key, "messages") == 0)
			continue;
		if (json_is_string(inner) ? is_address_key(key) &&
						    to->each(to->context,
							    (struct span){ json_string_value(inner),
								    json_string_length(inner) })
					  : addresses_tell(inner, to, depth + 1))
			return true;
	}
	return false;
}

/* git-ai's prompts and sessions; Agent Trace's files, of which each has conversations. */
static bool has_session(json_t *root)
{
	static const char *const lists[] = { "prompts", "sessions", "conversations" };
	json_t *file;
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_t *list = json_object_get(root, lists[i]);

		if (json_object_size(list) || json_array_size(list))
			return true;
	}
	json_array_foreach(json_object_get(root, "files"), i, file)
	{
		if (json_array_size(json_object_get(file, "conversations")))
			return true;
	}
	return false;
}

bool attribution_note_addresses(
	struct span note, bool (*each)(void *context, struct span text), void *context, bool *tells)
{
	const struct addresses to = { each, context };
	struct span part = note.len ? json_part(note) : (struct span){ "", 0 };
	json_t *root = part.len && part.len <= ATTRIBUTION_NOTE_MAX
			       ? json_loadb(part.data, part.len,
					 JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL)
			       : NULL;
	bool found = *tells = root && has_session(root);

	found = found && addresses_tell(root, &to, 0);
	json_decref(root);
	return found;
}
