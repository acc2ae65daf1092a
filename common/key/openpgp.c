#include "common/key/openpgp.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/key/openpgp_packet.h"

#define LIBRARY "librnp.so.0"
#define CLOCK_SKEW 600
#define KEYID_HEX 16

#define FUNCTIONS(X)                          \
	X(rnp_ffi_create)                     \
	X(rnp_ffi_destroy)                    \
	X(rnp_set_timestamp)                  \
	X(rnp_input_from_memory)              \
	X(rnp_input_destroy)                  \
	X(rnp_import_keys)                    \
	X(rnp_locate_key)                     \
	X(rnp_identifier_iterator_create)     \
	X(rnp_identifier_iterator_next)       \
	X(rnp_identifier_iterator_destroy)    \
	X(rnp_key_handle_destroy)             \
	X(rnp_key_get_primary_fprint)         \
	X(rnp_key_is_sub)                     \
	X(rnp_key_is_valid)                   \
	X(rnp_key_is_revoked)                 \
	X(rnp_key_valid_till64)               \
	X(rnp_key_allows_usage)               \
	X(rnp_buffer_destroy)                 \
	X(rnp_op_verify_detached_create)      \
	X(rnp_op_verify_execute)              \
	X(rnp_op_verify_destroy)              \
	X(rnp_op_verify_get_signature_at)     \
	X(rnp_op_verify_signature_get_status) \
	X(rnp_op_verify_signature_get_key)    \
	X(rnp_op_verify_get_signature_count)

#define MEMBER(name) __typeof__(&name) name;

struct openpgp {
	void *library;
	FUNCTIONS(MEMBER)
	rnp_ffi_t *files; /* a set of keys for each of the ring's, in its order */
	size_t count;
};

/* A key of a file, and who is told of it. */
struct openpgp_told {
	const char *fingerprint;
	int64_t now;
	openpgp_signer *each;
	void *context;
};

void openpgp_free(struct openpgp *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->count; i++)
		files->rnp_ffi_destroy(files->files[i]);
	free(files->files);
	/* The library stays: unloading it does not give everything back. */
	free(files);
}

static int library_load(struct openpgp *pgp, struct fault *f)
{
	pgp->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!pgp->library)
		return fault_set(f, FAULT_ADMIN, "OpenPGP needs %s: %s", LIBRARY, dlerror());
#define LOAD(name)                                         \
	*(void **)&pgp->name = dlsym(pgp->library, #name); \
	if (!pgp->name)                                    \
		return fault_set(f, FAULT_ADMIN, "%s has no function %s", LIBRARY, #name);
	FUNCTIONS(LOAD)
#undef LOAD
	return 0;
}

/* Reads one file of keys into a set of its own. */
static int file_load(struct openpgp *pgp, const struct keyring *ring, const char *path, int64_t now,
	struct fault *f)
{
	struct buf text = BUF_INIT(OPENPGP_FILE_MAX);
	rnp_input_t input = NULL;
	rnp_ffi_t keys = NULL;
	bool exists, fine;

	if (file_read_trusted(path, ring->trusted, &text, &exists, f) < 0) {
		buf_release(&text);
		return -1;
	}
	fine = pgp->rnp_ffi_create(&keys, "GPG", "GPG") == RNP_SUCCESS;
	if (fine)
		pgp->files[pgp->count++] = keys;
	fine = fine && exists && text.len &&
	       pgp->rnp_set_timestamp(keys, (uint64_t)now) == RNP_SUCCESS &&
	       pgp->rnp_input_from_memory(&input, (const uint8_t *)text.data, text.len, false) ==
		       RNP_SUCCESS &&
	       pgp->rnp_import_keys(keys, input, RNP_LOAD_SAVE_PUBLIC_KEYS, NULL) == RNP_SUCCESS;
	pgp->rnp_input_destroy(input);
	buf_release(&text);
	return fine ? 0 : fault_set(f, FAULT_ADMIN, "%s: no OpenPGP key in it", path);
}

/*
 * Points standard error at nowhere and returns what it was, for unmute(): RNP tells there what it
 * thinks of damaged input, and a pusher would read it as if we had said it.  -1: it stays as it is.
 */
static int mute(void)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), was = -1;

	if (nowhere < 0)
		return -1;
	(void)fflush(stderr);
	was = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (was >= 0)
		(void)dup2(nowhere, STDERR_FILENO);
	(void)close(nowhere);
	return was;
}

static void unmute(int was)
{
	if (was < 0)
		return;
	(void)fflush(stderr);
	(void)dup2(was, STDERR_FILENO);
	(void)close(was);
}

static int files_load(struct keyring *ring, int64_t now, struct fault *f)
{
	struct openpgp *pgp = calloc(1, sizeof(*pgp));
	int result, was;

	if (!pgp || !(pgp->files = calloc(ring->openpgp_count, sizeof(rnp_ffi_t)))) {
		free(pgp);
		return fault_memory(f);
	}
	result = library_load(pgp, f);
	was = mute();
	for (size_t i = 0; result == 0 && i < ring->openpgp_count; i++)
		result = file_load(pgp, ring, ring->openpgp[i].key->file, now, f);
	unmute(was);
	if (result < 0)
		openpgp_free(pgp);
	else
		ring->files = pgp;
	return result;
}

static void hex(char *out, struct span bytes)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < bytes.len; i++) {
		*out++ = digits[(unsigned char)bytes.data[i] >> 4];
		*out++ = digits[bytes.data[i] & 15];
	}
	*out = '\0';
}

/* Why the key, or the primary key that it hangs on, is not good now; NULL when it is. */
static const char *why_not_key(const struct openpgp *pgp, rnp_key_handle_t key, int64_t now)
{
	bool revoked = true, valid = false;
	uint64_t till = 0;

	if (pgp->rnp_key_is_revoked(key, &revoked) != RNP_SUCCESS || revoked)
		return "its OpenPGP key is revoked";
	if (pgp->rnp_key_valid_till64(key, &till) != RNP_SUCCESS || till <= (uint64_t)now)
		return "its OpenPGP key is expired or not valid";
	if (pgp->rnp_key_is_valid(key, &valid) != RNP_SUCCESS || !valid)
		return "its OpenPGP key is not valid";
	return NULL;
}

static const char *why_not_signer(
	const struct openpgp *pgp, rnp_ffi_t keys, rnp_key_handle_t key, int64_t now)
{
	const char *why = why_not_key(pgp, key, now);
	rnp_key_handle_t primary = NULL;
	bool signs = false, sub = true;
	char *name = NULL;

	if (!why && (pgp->rnp_key_allows_usage(key, "sign", &signs) != RNP_SUCCESS || !signs))
		why = "its OpenPGP key is not for signing";
	if (!why && (pgp->rnp_key_is_sub(key, &sub) != RNP_SUCCESS || sub)) {
		if (pgp->rnp_key_get_primary_fprint(key, &name) != RNP_SUCCESS ||
			pgp->rnp_locate_key(keys, "fingerprint", name, &primary) != RNP_SUCCESS ||
			!primary)
			why = "its OpenPGP key has no primary key";
		else
			why = why_not_key(pgp, primary, now);
	}
	pgp->rnp_buffer_destroy(name);
	pgp->rnp_key_handle_destroy(primary);
	return why;
}

/*
 * NULL when it is the one good signature over the payload, by a key of the set that may sign now.
 */
static const char *why_not_good(
	const struct openpgp *pgp, rnp_ffi_t keys, rnp_op_verify_t op, int64_t now)
{
	rnp_op_verify_signature_t signature = NULL;
	rnp_key_handle_t key = NULL; /* the one that RNP used, whatever the packet says */
	const char *why = "the content does not match the signature, or the signature has expired";
	size_t count = 0;

	if (pgp->rnp_op_verify_execute(op) == RNP_SUCCESS &&
		pgp->rnp_op_verify_get_signature_count(op, &count) == RNP_SUCCESS && count == 1 &&
		pgp->rnp_op_verify_get_signature_at(op, 0, &signature) == RNP_SUCCESS &&
		pgp->rnp_op_verify_signature_get_status(signature) == RNP_SUCCESS &&
		pgp->rnp_op_verify_signature_get_key(signature, &key) == RNP_SUCCESS)
		why = why_not_signer(pgp, keys, key, now);
	pgp->rnp_key_handle_destroy(key);
	return why;
}

static const char *why_not_verified(const struct openpgp *pgp, rnp_ffi_t keys, struct span payload,
	struct span bytes, int64_t now)
{
	rnp_input_t content = NULL, signature = NULL;
	rnp_op_verify_t op = NULL;
	const char *why = "the OpenPGP signature cannot be read";
	int was = mute();

	if (pgp->rnp_input_from_memory(
		    &content, (const uint8_t *)payload.data, payload.len, false) == RNP_SUCCESS &&
		pgp->rnp_input_from_memory(
			&signature, (const uint8_t *)bytes.data, bytes.len, false) == RNP_SUCCESS &&
		pgp->rnp_op_verify_detached_create(&op, keys, content, signature) == RNP_SUCCESS)
		why = why_not_good(pgp, keys, op, now);
	pgp->rnp_op_verify_destroy(op);
	pgp->rnp_input_destroy(signature);
	pgp->rnp_input_destroy(content);
	unmute(was);
	return why;
}

static int conclude(struct signature_check *out, enum signature_verdict verdict, const char *why)
{
	out->verdict = verdict;
	snprintf(out->why, sizeof(out->why), "%s", why);
	return 0;
}

/* Tells the fingerprint by which people know a subkey: that of its primary key. */
static void name_primary(
	const struct openpgp *pgp, rnp_key_handle_t key, struct signature_check *out)
{
	bool sub = false;
	char *name = NULL;

	if (pgp->rnp_key_is_sub(key, &sub) == RNP_SUCCESS && sub &&
		pgp->rnp_key_get_primary_fprint(key, &name) == RNP_SUCCESS)
		snprintf(out->primary, sizeof(out->primary), "%s", name);
	pgp->rnp_buffer_destroy(name);
}

/*
 * Whether the set of keys has the one that signed, or the one that it is a subkey of; *revoked: by
 * its own word.
 */
static bool file_has(
	const struct openpgp *pgp, size_t file, const struct signature_check *signer, bool *revoked)
{
	const char *const ids[] = { signer->fingerprint, signer->primary };
	bool has = false;

	*revoked = false;
	for (size_t i = 0; i < 2; i++) {
		const char *kind = strlen(ids[i]) == KEYID_HEX ? "keyid" : "fingerprint";
		rnp_key_handle_t key = NULL;
		bool says = true;

		if (!*ids[i] ||
			pgp->rnp_locate_key(pgp->files[file], kind, ids[i], &key) != RNP_SUCCESS ||
			!key)
			continue;
		has = true;
		if (pgp->rnp_key_is_revoked(key, &says) != RNP_SUCCESS || says)
			*revoked = true;
		pgp->rnp_key_handle_destroy(key);
	}
	return has;
}

/* Why any of the files, or what the policy says of it, takes the key back; NULL when none does. */
static const char *why_taken_back(
	const struct keyring *ring, const struct signature_check *signer, int64_t now)
{
	for (size_t i = 0; i < ring->openpgp_count; i++) {
		bool revoked;
		const char *why;

		if (!file_has(ring->files, i, signer, &revoked))
			continue;
		why = keyring_why_invalid(&ring->openpgp[i], 1, now);
		if (why || revoked)
			return why ? why : "its OpenPGP key is revoked";
	}
	return NULL;
}

/* Tells of a key of the file if it may sign.  1: that was enough. */
static int tell_signer(const struct keyring *ring, size_t file, const struct openpgp_told *told)
{
	const struct openpgp *pgp = ring->files;
	struct signature_check key = { 0 };
	rnp_key_handle_t handle = NULL;
	bool enough = false;

	(void)snprintf(key.fingerprint, sizeof(key.fingerprint), "%s", told->fingerprint);
	if (pgp->rnp_locate_key(pgp->files[file], "fingerprint", told->fingerprint, &handle) !=
			RNP_SUCCESS ||
		!handle)
		return 0;
	name_primary(pgp, handle, &key);
	if (!why_taken_back(ring, &key, told->now) &&
		!why_not_signer(pgp, pgp->files[file], handle, told->now))
		enough = told->each(told->context, key.fingerprint, key.primary);
	pgp->rnp_key_handle_destroy(handle);
	return enough;
}

int openpgp_signers(struct keyring *ring, const struct openpgp_file *file, openpgp_signer *each,
	void *context, struct fault *f)
{
	struct openpgp_told told = { NULL, file->now, each, context };
	rnp_identifier_iterator_t keys = NULL;
	size_t i = 0;
	int result = 0;

	while (i < ring->openpgp_count && strcmp(ring->openpgp[i].key->file, file->path) != 0)
		i++;
	if (i == ring->openpgp_count)
		return 0;
	if (!ring->files && files_load(ring, file->now, f) < 0)
		return -1;
	if (ring->files->rnp_identifier_iterator_create(
		    ring->files->files[i], &keys, "fingerprint") != RNP_SUCCESS)
		return fault_memory(f);
	while (result == 0 &&
		ring->files->rnp_identifier_iterator_next(keys, &told.fingerprint) == RNP_SUCCESS &&
		told.fingerprint)
		result = tell_signer(ring, i, &told);
	ring->files->rnp_identifier_iterator_destroy(keys);
	return result;
}

int openpgp_verify(struct keyring *ring, struct span payload, struct span bytes, int64_t now,
	struct signature_check *out, struct fault *f)
{
	struct openpgp_packet packet;
	rnp_key_handle_t key = NULL;
	const char *why, *kind;
	bool malformed;
	size_t i = 0;

	if (openpgp_packet_parse(&packet, bytes, &malformed, &why) < 0)
		return conclude(out, malformed ? SIGNATURE_MALFORMED : SIGNATURE_BAD, why);
	hex(out->fingerprint, packet.issuer);
	kind = packet.issuer.len == 20 ? "fingerprint" : "keyid";
	if (ring->openpgp_count && !ring->files && files_load(ring, now, f) < 0)
		return -1;
	for (; !key && i < ring->openpgp_count; i++)
		if (ring->files->rnp_locate_key(
			    ring->files->files[i], kind, out->fingerprint, &key) != RNP_SUCCESS)
			key = NULL;
	if (!key)
		return conclude(out, SIGNATURE_UNKNOWN, "its key is not registered");
	i--;
	name_primary(ring->files, key, out);
	why = why_taken_back(ring, out, now);
	if (!why)
		why = why_not_signer(ring->files, ring->files->files[i], key, now);
	if (!why && packet.created > now + CLOCK_SKEW)
		why = "the signature is from the future";
	if (!why)
		why = why_not_verified(ring->files, ring->files->files[i], payload, bytes, now);
	ring->files->rnp_key_handle_destroy(key);
	out->owner = ring->openpgp[i].owner;
	return conclude(out, why ? SIGNATURE_BAD : SIGNATURE_GOOD, why ? why : "");
}
