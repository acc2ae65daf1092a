/*
 * Refs of the repository, from their own files and from packed-refs, as git resolves them; those of
 * another store, as git itself says (repo_refs_git.c).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/file.h"
#include "common/git/refname.h"
#include "common/git/repo.h"
#include "common/git/repo_private.h"
#include "common/store/packed_refs.h"

#define REF_FILE_MAX 4096
#define REF_DEPTH_MAX 100

static int broken(struct fault *f, const char *name)
{
	return fault_set(f, FAULT_ADMIN, "ref %s is broken in the repository", name);
}

static int symbolic(struct ref_value *out, const char *target, struct fault *f)
{
	out->target = strdup(target);
	out->kind = REF_SYMBOLIC;
	return out->target ? 0 : fault_memory(f);
}

/* The content of a ref's file: an id and white space, or `ref: ` and a name. */
static int read_value(const struct repo *repo, struct ref_value *out, char *text, const char *name,
	struct fault *f)
{
	size_t len = strlen(text);

	while (len && strchr(" \t\r\n", text[len - 1]))
		text[--len] = '\0';
	if (strncmp(text, "ref:", 4) == 0) {
		text += 4 + strspn(text + 4, " \t");
		return *text ? symbolic(out, text, f) : broken(f, name);
	}
	if (oid_parse_as(&out->id, repo->id_len, (struct span){ text, len }) < 0 ||
		oid_is_zero(&out->id))
		return broken(f, name);
	out->kind = REF_DIRECT;
	return 0;
}

/* git once made symbolic refs of symbolic links. */
static int read_link(struct ref_value *out, const char *path, const char *name, struct fault *f)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);

	if (len < 0)
		return fault_set(f, FAULT_ADMIN, "ref %s: %m", name);
	target[len] = '\0';
	return refname_is_valid(span_of(target)) ? symbolic(out, target, f) : broken(f, name);
}

/* Reads the ref's own file; absent when there is none. */
static int read_loose(
	const struct repo *repo, const char *name, struct ref_value *out, struct fault *f)
{
	char path[PATH_MAX], text[REF_FILE_MAX];
	ssize_t len;
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", repo->git_dir, name) >= (int)sizeof(path))
		return fault_set(f, FAULT_PUSHER, "ref name too long");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ELOOP)
		return read_link(out, path, name, f);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG
			       ? 0
			       : fault_set(f, FAULT_ADMIN, "ref %s: %m", name);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len < 0) /* a folder of that name is no ref */
		return errno == EISDIR ? 0 : fault_set(f, FAULT_ADMIN, "ref %s: %m", name);
	text[len] = '\0';
	if (len == sizeof(text) - 1 || strlen(text) != (size_t)len)
		return broken(f, name);
	return read_value(repo, out, text, name, f);
}

static int read_packed(
	const struct repo *repo, const char *name, struct ref_value *out, struct fault *f)
{
	struct packed_refs refs;
	struct packed_ref ref;
	size_t at;
	int got;

	if (packed_refs_open(&refs, repo->git_dir, f) < 0)
		return -1;
	at = packed_refs_seek(&refs, span_of(name));
	while ((got = packed_refs_next(&refs, &at, &ref, f)) > 0) {
		if (span_is(ref.name, name)) {
			out->kind = REF_DIRECT;
			out->id = ref.id;
			break;
		}
		if (refs.sorted)
			break;
	}
	packed_refs_close(&refs);
	return got < 0 ? -1 : 0;
}

int repo_ref(struct repo *repo, const char *name, struct ref_value *out, struct fault *f)
{
	*out = (struct ref_value){ 0 };
	if (strcmp(name, "HEAD") != 0 && !refname_is_valid(span_of(name)))
		return fault_set(f, FAULT_PUSHER, "not a name that git gives to a ref");
	if (repo->reftable)
		return repo_ref_by_git(repo, name, out, f);
	if (read_loose(repo, name, out, f) < 0)
		return -1;
	return out->kind == REF_ABSENT ? read_packed(repo, name, out, f) : 0;
}

int repo_head_branch(struct repo *repo, char **out, struct fault *f)
{
	static const char folder[] = "refs/heads/";
	struct ref_value value = { .kind = REF_SYMBOLIC };
	char *name = strdup("HEAD");

	*out = NULL;
	for (int i = 0; name && i <= REPO_SYMREFS_MAX + 1; i++) {
		if (repo_ref(repo, name, &value, f) < 0) {
			free(name);
			return -1;
		}
		if (value.kind != REF_SYMBOLIC && strncmp(name, folder, sizeof(folder) - 1) == 0) {
			*out = name;
			return 0;
		}
		free(name);
		name = value.target; /* NULL: not symbolic, and no branch */
	}
	free(name);
	return fault_set(f, FAULT_ADMIN,
		"HEAD names no branch: git symbolic-ref HEAD refs/heads/NAME mends that");
}

/* Refs that have files of their own, of one walk. */
struct loose {
	struct repo *repo;
	const char *prefix;
	struct loose_ref {
		char *name;
		struct oid id; /* zero: symbolic */
	} * refs;
	size_t count, cap;
	struct buf path; /* the name of what is being looked at */
};

static int loose_add(struct loose *loose, const struct ref_value *value, struct fault *f)
{
	if (loose->count == loose->cap) {
		size_t cap = loose->cap ? loose->cap * 2 : 64;
		void *refs = reallocarray(loose->refs, cap, sizeof(*loose->refs));

		if (!refs)
			return fault_memory(f);
		loose->refs = refs;
		loose->cap = cap;
	}
	loose->refs[loose->count].id = value->kind == REF_DIRECT ? value->id : (struct oid){ 0 };
	loose->refs[loose->count].name = strdup(loose->path.data);
	return loose->refs[loose->count++].name ? 0 : fault_memory(f);
}

static int loose_walk(struct loose *loose, int depth, struct fault *f);

/* What lies at loose->path: a folder to look into, or perhaps a ref's file. */
static int loose_visit(struct loose *loose, int depth, struct fault *f)
{
	struct span name = buf_span(&loose->path);
	struct ref_value value = { 0 };
	char path[PATH_MAX];
	struct stat st;
	int result = 0;

	if (snprintf(path, sizeof(path), "%s/%s", loose->repo->git_dir, loose->path.data) >=
		(int)sizeof(path))
		return 0;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : fault_set(f, FAULT_ADMIN, "%s: %m", path);
	if (S_ISDIR(st.st_mode))
		return loose_walk(loose, depth + 1, f);
	if (!span_starts(name, loose->prefix) || !refname_is_valid(name))
		return 0; /* lock files, and what git does not take for refs either */
	if (read_loose(loose->repo, loose->path.data, &value, f) < 0)
		return -1;
	if (value.kind != REF_ABSENT)
		result = loose_add(loose, &value, f);
	free(value.target);
	return result;
}

/* Whether something below the folder can begin with the prefix. */
static bool may_hold(const struct loose *loose)
{
	size_t a = loose->path.len, b = strlen(loose->prefix);

	return memcmp(loose->path.data, loose->prefix, a < b ? a : b) == 0;
}

/* Looks at all that lies in the folder loose->path. */
static int loose_walk(struct loose *loose, int depth, struct fault *f)
{
	char path[PATH_MAX];
	size_t len = loose->path.len;
	const struct dirent *item;
	int result = 0, error = 0;
	DIR *dir;

	if (depth > REF_DEPTH_MAX)
		return fault_set(f, FAULT_ADMIN, "refs are nested too deep");
	if (!may_hold(loose) || snprintf(path, sizeof(path), "%s/%s", loose->repo->git_dir,
					loose->path.data) >= (int)sizeof(path))
		return 0;
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : fault_set(f, FAULT_ADMIN, "%s: %m", path);
	while (result == 0 && (item = file_entry(dir, &error))) {
		if (item->d_name[0] == '.')
			continue;
		if (buf_addf(&loose->path, "/%s", item->d_name) < 0)
			result = fault_set(f, FAULT_ADMIN, "%s: a ref's name is too long", path);
		else
			result = loose_visit(loose, depth, f);
		loose->path.len = len;
		loose->path.data[len] = '\0';
	}
	closedir(dir);
	if (error)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(error));
	return result;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct loose_ref *)a)->name, ((const struct loose_ref *)b)->name);
}

static const struct loose_ref *loose_find(const struct loose *loose, const char *name)
{
	struct loose_ref key = { .name = (char *)(uintptr_t)name };

	return loose->count ? bsearch(&key, loose->refs, loose->count, sizeof(key), compare_names)
			    : NULL;
}

static void loose_release(struct loose *loose)
{
	for (size_t i = 0; i < loose->count; i++)
		free(loose->refs[i].name);
	free(loose->refs);
	buf_release(&loose->path);
}

/* Tells of the packed refs, but for those that have a file of their own by now. */
static int each_packed(const struct loose *loose, const struct packed_refs *refs,
	repo_ref_each *each, void *context, struct fault *f)
{
	size_t at = packed_refs_seek(refs, span_of(loose->prefix));
	struct buf name = BUF_INIT(REF_FILE_MAX * 16);
	struct packed_ref ref;
	int result = 0, got;

	while (result == 0 && (got = packed_refs_next(refs, &at, &ref, f)) != 0) {
		if (got < 0 || (refs->sorted && !span_starts(ref.name, loose->prefix))) {
			result = got < 0 ? -1 : 0;
			break;
		}
		if (!span_starts(ref.name, loose->prefix))
			continue;
		buf_clear(&name);
		if (buf_addspan(&name, ref.name) < 0)
			result = fault_set(f, FAULT_ADMIN, "packed-refs: a name is too long");
		else if (!loose_find(loose, name.data))
			result = each(context, name.data, &ref.id);
	}
	buf_release(&name);
	return result;
}

/*
 * Makes loose->path the folder that has all that begins with the prefix: `refs/heads` of
 * `refs/heads/fix`.  1; 0: there is none, as where a link is in its place, which is not followed,
 * but for `refs` itself; -1.
 */
static int loose_begin(struct loose *loose, struct fault *f)
{
	const char *prefix = loose->prefix, *last = strrchr(prefix, '/'), *end = prefix + 4;
	char path[PATH_MAX];
	struct stat st = { .st_mode = S_IFDIR };

	if (!last || strncmp(prefix, "refs/", 5) != 0)
		return buf_adds(&loose->path, "refs") < 0 ? fault_memory(f) : 1;
	while (end < last && S_ISDIR(st.st_mode)) {
		end += 1 + strcspn(end + 1, "/");
		if (snprintf(path, sizeof(path), "%s/%.*s", loose->repo->git_dir,
			    (int)(end - prefix), prefix) >= (int)sizeof(path))
			return 0;
		if (lstat(path, &st) < 0)
			return errno == ENOENT || errno == ENAMETOOLONG
				       ? 0
				       : fault_set(f, FAULT_ADMIN, "%s: %m", path);
	}
	if (!S_ISDIR(st.st_mode))
		return 0;
	return buf_add(&loose->path, prefix, (size_t)(last - prefix)) < 0 ? fault_memory(f) : 1;
}

int repo_refs(
	struct repo *repo, const char *prefix, repo_ref_each *each, void *context, struct fault *f)
{
	struct loose loose = { .repo = repo, .prefix = prefix, .path = BUF_INIT(PATH_MAX) };
	struct packed_refs packed = { 0 };
	int result;

	if (repo->reftable)
		return repo_refs_by_git(repo, prefix, each, context, f);
	result = loose_begin(&loose, f);
	/* Loose before packed: a ref that git packs meanwhile is then met at least once. */
	if (result > 0)
		result = loose_walk(&loose, 0, f);
	if (result == 0 && loose.count)
		qsort(loose.refs, loose.count, sizeof(*loose.refs), compare_names);
	if (result == 0)
		result = packed_refs_open(&packed, repo->git_dir, f);
	for (size_t i = 0; i < loose.count && result == 0; i++)
		if (!oid_is_zero(&loose.refs[i].id))
			result = each(context, loose.refs[i].name, &loose.refs[i].id);
	if (result == 0)
		result = each_packed(&loose, &packed, each, context, f);
	packed_refs_close(&packed);
	loose_release(&loose);
	return result;
}
