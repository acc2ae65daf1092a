#include "common/git/push.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/git/refname.h"

#define LINE_MAX_BYTES (2 * (OID_HEX_MAX + 1) + REFNAME_MAX + 1)
#define UPDATES_MAX 100000
#define OPTIONS_MAX 1000
#define ACCOUNT_MAX 255

/* Takes one line off; 1, 0 at the end of input, -1 when it is no line of ours. */
static int line_read(FILE *in, char line[LINE_MAX_BYTES + 1], size_t *len)
{
	int c;

	for (*len = 0; (c = getc(in)) != EOF && c != '\n'; (*len)++) {
		if (*len == LINE_MAX_BYTES)
			return -1;
		line[*len] = (char)c;
	}
	line[*len] = '\0';
	if (ferror(in) || (c == EOF && *len))
		return -1;
	return c != EOF;
}

/* `old new ref`, single spaces, nothing else. */
static const char *line_parse(struct push *push, struct ref_update *update, struct span line)
{
	const char *blank = line.len ? memchr(line.data, ' ', line.len) : NULL, *why;
	size_t digits = blank ? (size_t)(blank - line.data) : 0;

	if (!blank || line.len < 2 * (digits + 1))
		return "too short";
	if (oid_parse(&update->claimed, (struct span){ line.data, digits }) < 0 ||
		oid_parse(&update->new, (struct span){ blank + 1, digits }) < 0 ||
		blank[digits + 1] != ' ')
		return "not two object ids and a ref name";
	line.data += 2 * (digits + 1);
	line.len -= 2 * (digits + 1);
	why = refname_objection(line);
	if (why)
		return why;
	update->name = arena_copy(&push->arena, line.data, line.len);
	return update->name ? NULL : "out of memory";
}

static int update_add(struct push *push, struct span line, struct fault *f)
{
	struct ref_update *updates;
	const char *why;

	if (push->count == UPDATES_MAX)
		return fault_set(f, FAULT_PUSHER, "more than %d refs in one push", UPDATES_MAX);
	updates = arena_grow(&push->arena, push->updates, push->count, sizeof(*updates));
	if (!updates)
		return fault_memory(f);
	push->updates = updates;
	why = line_parse(push, &updates[push->count], line);
	if (why)
		return fault_set(f, FAULT_PUSHER, "line %zu of the push is malformed: %s",
			push->count + 1, why);
	push->count++;
	return 0;
}

static void push_init(struct push *push)
{
	*push = (struct push){ .arena = ARENA_INIT((size_t)256 << 20) };
}

int push_read(struct push *push, FILE *in, struct fault *f)
{
	char line[LINE_MAX_BYTES + 1];
	size_t len;
	int more;

	push_init(push);
	while ((more = line_read(in, line, &len)) > 0)
		if (update_add(push, (struct span){ line, len }, f) < 0)
			return -1;
	if (more < 0)
		return fault_set(f, FAULT_PUSHER,
			"line %zu of the push is malformed: too long, or cut off", push->count + 1);
	return 0;
}

int push_of_arguments(
	struct push *push, const char *ref, const char *old, const char *new, struct fault *f)
{
	char line[LINE_MAX_BYTES + 1];
	int len = snprintf(line, sizeof(line), "%s %s %s", old, new, ref);

	push_init(push);
	if (len < 0 || (size_t)len >= sizeof(line))
		return fault_set(f, FAULT_PUSHER, "the ref's name is too long");
	return update_add(push, (struct span){ line, (size_t)len }, f);
}

/*
 * Follows the update's name through symbolic refs to the ref that really moves, and reads its
 * value.
 */
static int update_follow(
	struct push *push, struct ref_update *update, struct repo *repo, struct fault *f)
{
	struct ref_value value = { 0 };

	update->target = update->name;
	for (int i = 0; i <= REPO_SYMREFS_MAX; i++) {
		if (repo_ref(repo, update->target, &value, f) < 0)
			return -1;
		if (value.kind != REF_SYMBOLIC) {
			update->old = value.id;
			update->old.len = update->new.len;
			return 0;
		}
		update->target = arena_strdup(&push->arena, value.target);
		free(value.target);
		if (!update->target)
			return fault_memory(f);
		if (refname_objection(span_of(update->target)))
			return fault_set(f, FAULT_ADMIN, "%s is symbolic and leads to an odd name",
				update->name);
	}
	return fault_set(f, FAULT_ADMIN, "%s is symbolic and leads nowhere", update->name);
}

/* What is there is read to tell what would change nothing; what cannot be read counts as absent. */
static void read_reserved(struct ref_update *update, struct repo *repo)
{
	struct ref_value value = { 0 };
	struct fault unread = { 0 };

	update->target = update->name;
	if (repo_ref(repo, update->name, &value, &unread) == 0 && value.kind != REF_SYMBOLIC) {
		update->old = value.id;
		update->old.len = update->new.len;
	}
	free(value.target);
	fault_clear(&unread);
}

static int update_resolve(
	struct push *push, struct ref_update *update, struct repo *repo, struct fault *f)
{
	if (update->new.len != repo_id_len(repo))
		return fault_set(f, FAULT_PUSHER,
			"%s is not an object id of this repository, which has %s",
			oid_text(&update->new).hex, oid_format(repo_id_len(repo)));
	update->reserved =
		refname_is_approval(update->name) ? NULL : refname_reserved(update->name);
	if (update->reserved) {
		read_reserved(update, repo);
		return 0;
	}
	if (update_follow(push, update, repo, f) < 0)
		return -1;
	if (update->target != update->name)
		update->reserved = refname_reserved(update->target);
	if (!update->reserved && !oid_is_zero(&update->new))
		update->reserved = refname_embeds(update->target);
	if (!oid_equal(&update->claimed, &update->old) &&
		!(oid_is_zero(&update->new) && oid_is_zero(&update->claimed)))
		update->stale =
			oid_is_zero(&update->claimed)
				? "the ref is there, and the push takes it for new: fetch, and "
				  "push again; if it cannot be fetched, the server hides it "
				  "(hideRefs), and takes no pushes to it"
				: "the ref is not where the push says it is: fetch, and push again";
	else if (!oid_is_zero(&update->new) && !repo_has(repo, &update->new))
		update->stale = "the new object is missing from the push";
	return 0;
}

static int by_target(const void *a, const void *b)
{
	return strcmp((*(const struct ref_update *const *)a)->target,
		(*(const struct ref_update *const *)b)->target);
}

static int refuse_duplicates(struct push *push, struct fault *f)
{
	struct ref_update **sorted =
		calloc(push->count ? push->count : 1, sizeof(struct ref_update *));
	int status = 0;

	if (!sorted)
		return fault_memory(f);
	for (size_t i = 0; i < push->count; i++)
		sorted[i] = &push->updates[i];
	qsort(sorted, push->count, sizeof(struct ref_update *), by_target);
	for (size_t i = 1; status == 0 && i < push->count; i++)
		if (by_target(&sorted[i - 1], &sorted[i]) == 0)
			status = fault_set(
				f, FAULT_PUSHER, "%s stands twice in one push", sorted[i]->target);
	free(sorted);
	return status;
}

int push_resolve(struct push *push, struct repo *repo, struct fault *f)
{
	for (size_t i = 0; i < push->count; i++)
		if (update_resolve(push, &push->updates[i], repo, f) < 0)
			return -1;
	return refuse_duplicates(push, f);
}

static int account_of_user(struct push *push, struct fault *f)
{
	struct passwd *user = getpwuid(getuid());

	if (!user || !user->pw_name[0])
		return fault_set(f, FAULT_ADMIN, "user id %ld has no name", (long)getuid());
	push->account = arena_strdup(&push->arena, user->pw_name);
	return push->account ? 0 : fault_memory(f);
}

/*
 * Gitea and Forgejo name the repository's owner for a push by a deploy key, which is nobody's key
 * in particular: such a push is the key's own, `deploy-key-NUMBER`.
 */
static const char *deploy_key(const char *variable, const struct env *env)
{
	const char *id = NULL;

	if (strcmp(variable, "GITEA_PUSHER_NAME") == 0)
		id = env_get(env, "GITEA_DEPLOY_KEY_ID");
	else if (strcmp(variable, "FORGEJO_PUSHER_NAME") == 0)
		id = env_get(env, "FORGEJO_DEPLOY_KEY_ID");
	return id && *id && strcmp(id, "0") != 0 ? id : NULL;
}

int push_account(
	struct push *push, const struct env *env, const char *const *variables, struct fault *f)
{
	const char *value = NULL, *key = NULL;
	char name[ACCOUNT_MAX + 16];

	for (; *variables && !(value && *value); variables++) {
		value = env_get(env, *variables);
		key = deploy_key(*variables, env);
	}
	if (!value || !*value)
		return account_of_user(push, f);
	if (strlen(key ? key : value) > ACCOUNT_MAX)
		return fault_set(
			f, FAULT_ADMIN, "the account's name is longer than %d bytes", ACCOUNT_MAX);
	(void)snprintf(name, sizeof(name), "%s%s", key ? "deploy-key-" : "", key ? key : value);
	push->account = arena_strdup(&push->arena, name);
	return push->account ? 0 : fault_memory(f);
}

int push_options_check(const struct env *env, struct fault *f)
{
	const char *count = env_get(env, "GIT_PUSH_OPTION_COUNT");
	char *end = NULL;
	unsigned long n = count && *count ? strtoul(count, &end, 10) : 0;

	if ((end && *end) || n > OPTIONS_MAX)
		return fault_set(f, FAULT_PUSHER, "more push options than %d", OPTIONS_MAX);
	return 0;
}

bool ref_update_moves(const struct ref_update *update)
{
	return oid_is_zero(&update->new) || !oid_equal(&update->old, &update->new);
}

const char *push_env_option_at(const struct env *env, size_t index)
{
	const char *count = env_get(env, "GIT_PUSH_OPTION_COUNT");
	size_t n = count ? strtoul(count, NULL, 10) : 0;
	char name[64];

	if (index >= n || index >= OPTIONS_MAX)
		return NULL;
	(void)snprintf(name, sizeof(name), "GIT_PUSH_OPTION_%zu", index);
	return env_get(env, name);
}

/* The first option that begins so, and is no longer where `whole`; NULL: there is none. */
static const char *option_find(const struct env *env, const char *beginning, bool whole)
{
	size_t len = strlen(beginning);

	for (size_t i = 0; i < OPTIONS_MAX; i++) {
		const char *given = push_env_option_at(env, i);

		if (given && strncmp(given, beginning, len) == 0 && (!whole || !given[len]))
			return given + len;
	}
	return NULL;
}

bool push_env_has_option(const struct env *env, const char *option)
{
	return option_find(env, option, true) != NULL;
}

const char *push_env_option(const struct env *env, const char *beginning)
{
	return option_find(env, beginning, false);
}

void push_release(struct push *push)
{
	arena_release(&push->arena);
}
