#include "hooks/witness/log_site.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"

#define KEY_MAX 4096
#define POLICY_MAX ((size_t)1 << 18)

int log_site_public_path(char out[INSTALL_PATH_MAX], const char *key_path, struct fault *f)
{
	return snprintf(out, INSTALL_PATH_MAX, "%s.pub", key_path) < INSTALL_PATH_MAX
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "the name of the file is too long");
}

int log_site_public(
	const char *key_path, struct note_key out[SIGNERS_MAX], unsigned *count, struct fault *f)
{
	struct buf bytes = BUF_INIT(KEY_MAX);
	char path[INSTALL_PATH_MAX];
	struct span rest, line;
	int result = log_site_public_path(path, key_path, f);

	*count = 0;
	if (result == 0 && access(path, F_OK) == 0)
		result = file_read(path, &bytes, f);
	rest = buf_span(&bytes);
	while (result == 0 && *count < SIGNERS_MAX && note_take_line(&rest, &line))
		result = note_key_read(&out[(*count)++], line, f);
	buf_release(&bytes);
	return result < 0 ? fault_context(f, "%s", path) : 0;
}

/* The public halves, where they are all that we may read. */
static int know(struct log_site *site, const char *path, struct fault *f)
{
	if (site->signers.count == 0 && access(path, F_OK) == 0)
		return log_site_public(path, site->known, &site->known_count, f);
	site->known_count = site->signers.count;
	for (unsigned i = 0; i < site->known_count; i++)
		site->known[i] = site->signers.list[i].key;
	return 0;
}

/* The keys, where there are some and we may read them. */
static int key_read(struct log_site *site, const char *path, struct fault *f)
{
	struct buf bytes = BUF_INIT(KEY_MAX);
	bool exists = false;
	int result = 0;

	if (access(path, R_OK) == 0) {
		result = file_read_trusted(path, (uid_t)-1, &bytes, &exists, f);
		if (result == 0 && exists)
			result = signers_read(&site->signers, buf_span(&bytes), path, f);
	}
	if (bytes.data)
		explicit_bzero(bytes.data, bytes.len);
	buf_release(&bytes);
	return result;
}

int log_site_policy(struct log_site *site, const char *path, struct fault *f)
{
	buf_release(&site->policy);
	site->policy = (struct buf)BUF_INIT(POLICY_MAX);
	if (file_read(path, &site->policy, f) < 0)
		return -1;
	return trust_read(&site->trust, buf_span(&site->policy), path, f);
}

int log_site_read(struct log_site *out, struct fault *f)
{
	struct install_paths paths;
	char path[INSTALL_PATH_MAX];

	*out = (struct log_site){ .trust = { .quorum = -1 } };
	if (install_paths_find(&paths, f) < 0 ||
		install_paths_join(path, paths.etc, LOG_SITE_KEY, f) < 0 ||
		key_read(out, path, f) < 0 || know(out, path, f) < 0 ||
		install_paths_join(path, paths.etc, LOG_SITE_POLICY, f) < 0)
		return -1;
	if (access(path, F_OK) < 0 || log_site_policy(out, path, f) == 0)
		return 0;
	out->signers.count = 0; /* nothing is signed that nobody would accept */
	return -1;
}

void log_site_release(struct log_site *site)
{
	explicit_bzero(&site->signers, sizeof(site->signers));
	buf_release(&site->policy);
}

int log_site_origin(const struct log_site *site, const char *repository,
	char origin[NOTE_NAME_MAX + 1], struct fault *f)
{
	const char *host = site->signers.count ? site->signers.list[0].key.name : "";
	int len = snprintf(origin, NOTE_NAME_MAX + 1, "%s/%s", host, repository);

	if (!host[0])
		return fault_set(f, FAULT_ADMIN,
			"this host has no key for its logs, or it is not ours to read: countersign "
			"key new NAME");
	return len > 0 && len <= NOTE_NAME_MAX
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "the name of the log's key is too long");
}
