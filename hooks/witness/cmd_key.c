#include "hooks/witness/cmd_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"
#include "hooks/witness/log_site.h"

#define KEYS_MAX 4096

const char cmd_key_usage[] =
	"usage: countersign key new NAME [--witness] [--file FILE]\n"
	"       countersign key show [--file FILE]\n"
	"       countersign key rotate [--done] [--file FILE]\n"
	"\n"
	"new creates the key with which this host signs checkpoints of its logs; NAME is\n"
	"the host's name, such as git.example.com, and a repository's log is called\n"
	"NAME/ID. Its public half is also in FILE.pub, which anybody may read; show\n"
	"prints it. rotate replaces the key: old and new key both sign each checkpoint\n"
	"until rotate --done removes the old one.\n"
	"\n"
	"  --witness    a key for a witness to cosign with\n"
	"  --file FILE  file of the secret key (default: log.key in the site's folder)\n"
	"  --done       remove the old keys\n"
	"\n"
	"Exit status: 0 success, 2 error.\n";

struct key_options {
	const char *file;
	bool witness, done;
	char path[INSTALL_PATH_MAX];
};

static int find_file(struct key_options *options, struct fault *f)
{
	struct install_paths paths;

	if (options->file)
		return snprintf(options->path, sizeof(options->path), "%s", options->file) <
				       (int)sizeof(options->path)
			       ? 0
			       : fault_set(f, FAULT_ADMIN, "the name of the file is too long");
	if (install_paths_find(&paths, f) < 0)
		return -1;
	return install_paths_join(options->path, paths.etc, LOG_SITE_KEY, f);
}

static int read_keys(const struct key_options *options, struct signers *out, struct fault *f)
{
	struct buf bytes = BUF_INIT(KEYS_MAX);
	bool exists = false;
	int result = file_read_trusted(options->path, (uid_t)-1, &bytes, &exists, f);

	if (result == 0 && !exists)
		result = fault_set(f, FAULT_ADMIN,
			"%s: no key yet: countersign key new NAME makes one", options->path);
	if (result == 0)
		result = signers_read(out, buf_span(&bytes), options->path, f);
	if (bytes.data)
		explicit_bzero(bytes.data, bytes.len);
	buf_release(&bytes);
	return result;
}

/* Bytes of a file that only its owner reads, or everybody. */
struct writing {
	const char *path;
	const struct buf *bytes;
	bool secret, replace;
};

/* Into a file beside it, and then in its place. */
static int put(const struct writing *what, const char *fresh)
{
	int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool done = file >= 0 &&
		    write(file, what->bytes->data, what->bytes->len) == (ssize_t)what->bytes->len &&
		    (what->secret || fchmod(file, 0644) == 0) && fsync(file) == 0;
	int why;

	if (file >= 0)
		done = close(file) == 0 && done;
	done = done && (what->replace ? rename(fresh, what->path) : link(fresh, what->path)) == 0;
	why = errno;
	if (file >= 0)
		(void)unlink(fresh);
	errno = why;
	return done ? 0 : -1;
}

static int write_file(const struct writing *what, struct fault *f)
{
	char *fresh = NULL;
	int result = 0;

	if (what->bytes->failed || asprintf(&fresh, "%s.%ld", what->path, (long)getpid()) < 0)
		return fault_memory(f);
	if (put(what, fresh) < 0)
		result = fault_set(f, FAULT_ADMIN, "%s: %s%s", what->path, strerror(errno),
			errno == EEXIST ? "; to replace a key: countersign key rotate" : "");
	free(fresh);
	return result;
}

static void list_public(struct buf *out, const struct signers *signers)
{
	for (unsigned i = 0; i < signers->count; i++) {
		(void)note_key_write(out, &signers->list[i].key);
		(void)buf_addc(out, '\n');
	}
}

/* The secret keys, and beside them their public halves for whoever may not read those. */
static int write_keys(const struct key_options *options, const struct signers *signers,
	bool replace, struct fault *f)
{
	struct buf secret = BUF_INIT(KEYS_MAX), public = BUF_INIT(KEYS_MAX);
	char path[INSTALL_PATH_MAX];
	const struct writing writings[] = { { options->path, &secret, true, replace },
		{ path, &public, false, true } };
	int result = log_site_public_path(path, options->path, f);

	for (unsigned i = 0; i < signers->count; i++)
		(void)signer_write(&secret, &signers->list[i]);
	list_public(&public, signers);
	for (size_t i = 0; result == 0 && i < 2; i++)
		result = write_file(&writings[i], f);
	if (secret.data)
		explicit_bzero(secret.data, secret.len);
	buf_release(&secret);
	buf_release(&public);
	return result;
}

/* Where the secret halves are not ours to read, the public ones that lie beside them. */
static int show(const struct key_options *options, struct signers *out, struct fault *f)
{
	struct note_key keys[SIGNERS_MAX];

	if (access(options->path, F_OK) < 0 || access(options->path, R_OK) == 0)
		return read_keys(options, out, f);
	if (log_site_public(options->path, keys, &out->count, f) < 0)
		return -1;
	for (unsigned i = 0; i < out->count; i++)
		out->list[i].key = keys[i];
	return 0;
}

static int print_keys(const struct signers *signers, struct fault *f)
{
	struct buf text = BUF_INIT(KEYS_MAX);
	int result;

	list_public(&text, signers);
	result = text.failed ? fault_memory(f) : 0;
	if (result == 0)
		fputs(text.data, stdout);
	buf_release(&text);
	return result;
}

static int key_new(const struct key_options *options, const char *name, struct signers *signers,
	struct fault *f)
{
	signers->count = 1;
	if (signer_new(&signers->list[0], name, options->witness ? NOTE_COSIGNED : NOTE_SIGNED, f) <
		0)
		return -1;
	return write_keys(options, signers, false, f);
}

/* A new one in front of those that are there; or the first alone is left. */
static int key_rotate(const struct key_options *options, struct signers *signers, struct fault *f)
{
	if (read_keys(options, signers, f) < 0)
		return -1;
	if (options->done) {
		signers->count = 1;
		return write_keys(options, signers, true, f);
	}
	if (signers->count == SIGNERS_MAX)
		return fault_set(f, FAULT_ADMIN,
			"%d keys sign already: countersign key rotate --done", SIGNERS_MAX);
	memmove(signers->list + 1, signers->list, signers->count * sizeof(signers->list[0]));
	signers->count++;
	if (signer_new(&signers->list[0], signers->list[1].key.name, signers->list[1].key.type, f) <
		0)
		return -1;
	return write_keys(options, signers, true, f);
}

int cmd_key(const struct env *env, int argc, char **argv)
{
	struct key_options options = { 0 };
	const struct cli_option known[] = {
		{ "file", &options.file, NULL },
		{ "witness", NULL, &options.witness },
		{ "done", NULL, &options.done },
		{ NULL, NULL, NULL },
	};
	struct signers signers = { 0 };
	struct fault f = { 0 };
	int first = cli_options(known, argc, argv), words = first < 0 ? 0 : argc - first;
	const char *act = words > 0 ? argv[first] : "";
	bool makes = strcmp(act, "new") == 0, turns = strcmp(act, "rotate") == 0,
	     shows = strcmp(act, "show") == 0;
	int result;

	(void)env;
	if (words != (makes ? 2 : 1) || (!makes && !turns && !shows) ||
		(options.witness && !makes) || (options.done && !turns)) {
		fputs(cmd_key_usage, stderr);
		return 2;
	}
	result = find_file(&options, &f);
	if (result == 0)
		result = makes   ? key_new(&options, argv[first + 1], &signers, &f)
			 : turns ? key_rotate(&options, &signers, &f)
				 : show(&options, &signers, &f);
	if (result == 0)
		result = print_keys(&signers, &f);
	explicit_bzero(&signers, sizeof(signers));
	return result < 0 ? cli_complain("key", &f) : 0;
}
