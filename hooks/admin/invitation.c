#include "hooks/admin/invitation.h"

#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/base64.h"
#include "common/base/beneath.h"
#include "common/base/digest.h"
#include "common/key/sshkey.h"

#define FOLDER "countersign/invitations"
#define SECRET_BYTES 32

static int folder_open(const char *git_dir, struct fault *f)
{
	int folder = open(git_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return folder < 0 ? fault_set(f, FAULT_ADMIN, "%s cannot be opened", git_dir) : folder;
}

static int path_of(char path[256], const char *person, struct fault *f)
{
	if (policy_name_objection(person))
		return fault_set(f, FAULT_ADMIN, "'%s' is not a person's name", person);
	(void)snprintf(path, 256, FOLDER "/%s.json", person);
	return 0;
}

/* Whoever works in the repository writes there, and nobody else reads. */
static int like_of(int folder, struct beneath_like *like, struct fault *f)
{
	struct stat st;
	bool exists = false;

	if (beneath_stat(folder, "countersign", &st, &exists, f) < 0)
		return -1;
	*like = (struct beneath_like){
		.mode = exists ? st.st_mode & 0770 : 0700,
		.uid = (uid_t)-1,
		.gid = exists ? st.st_gid : (gid_t)-1,
	};
	return 0;
}

static int write_file(const char *git_dir, const char *person, json_t *object, struct fault *f)
{
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	int folder = folder_open(git_dir, f);
	struct beneath_like like;
	char path[256];
	int status = -1;

	if (!text)
		status = fault_memory(f);
	else if (folder >= 0 && like_of(folder, &like, f) == 0 &&
		 beneath_mkdir(folder, FOLDER, &like, f) == 0 && path_of(path, person, f) == 0) {
		like.mode &= 0660;
		status = beneath_write(folder, path, span_of(text), &like, f);
	}
	if (folder >= 0)
		(void)close(folder);
	free(text);
	return status;
}

static int secret_make(char secret[INVITATION_SECRET_SIZE], struct fault *f)
{
	unsigned char bytes[SECRET_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return fault_set(f, FAULT_ADMIN, "no random bytes are available");
	/* not the bytes themselves, but as good, and in the letters of a link */
	return passkey_challenge(secret, (struct span){ (char *)bytes, sizeof(bytes) }, f);
}

static json_t *object_of(const struct invitation *invitation)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:I}", "version", 1, "person", invitation->person,
		"repository", invitation->repository, "secret", invitation->secret, "until",
		(json_int_t)invitation->until);
}

int invitation_make(const char *git_dir, struct invitation *invitation, int64_t now,
	char secret[INVITATION_SECRET_SIZE], struct fault *f)
{
	struct digest_text hash;
	json_t *object;
	int status;

	if (secret_make(secret, f) < 0 || digest_of(span_of(secret), &hash, f) < 0)
		return -1;
	memcpy(invitation->secret, hash.hex, sizeof(invitation->secret));
	invitation->until = now + INVITATION_LASTS;
	object = object_of(invitation);
	status = write_file(git_dir, invitation->person, object, f);
	json_decref(object);
	return status;
}

/* Copies a text of the object; false when it is too long, or none. */
static bool take_text(char *out, size_t size, const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	if (!text || strlen(text) >= size)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static const struct {
	const char *member;
	size_t offset;
} parts[] = {
	{ "credential", offsetof(struct passkey_answer, credential) },
	{ "authenticatorData", offsetof(struct passkey_answer, authenticator_data) },
	{ "clientDataJSON", offsetof(struct passkey_answer, client_data) },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static struct span *part_of(struct passkey_answer *answer, size_t i)
{
	return (struct span *)(void *)((char *)answer + parts[i].offset);
}

static bool take_answer(struct invitation *out, const json_t *object)
{
	size_t ends[PARTS], at = 0;

	for (size_t i = 0; i < PARTS; i++) {
		const char *text = json_string_value(json_object_get(object, parts[i].member));

		if (!text || base64_decode(&out->bytes, span_of(text)) < 0)
			return false;
		ends[i] = out->bytes.len;
	}
	for (size_t i = 0; i < PARTS; at = ends[i++])
		*part_of(&out->answer, i) = (struct span){ out->bytes.data + at, ends[i] - at };
	out->answered = true;
	return true;
}

static bool take_object(struct invitation *out, const json_t *object)
{
	const json_t *answer = json_object_get(object, "answer");

	out->until = json_integer_value(json_object_get(object, "until"));
	return json_is_object(object) &&
	       take_text(out->person, sizeof(out->person), object, "person") &&
	       take_text(out->secret, sizeof(out->secret), object, "secret") &&
	       take_text(out->repository, sizeof(out->repository), object, "repository") &&
	       (!answer || take_answer(out, answer));
}

int invitation_find(
	struct invitation *out, const char *git_dir, const char *person, struct fault *f)
{
	struct buf text = BUF_INIT(INVITATION_FILE_MAX);
	int folder, status = -1;
	json_t *object = NULL;
	bool exists = false;
	char path[256];

	if (path_of(path, person, f) < 0)
		return -1;
	folder = folder_open(git_dir, f);
	if (folder >= 0)
		status = beneath_read(folder, path, &text, &exists, f);
	if (status == 0 && exists) {
		object = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
		status = take_object(out, object) && strcmp(out->person, person) == 0
				 ? 1
				 : fault_set(f, FAULT_ADMIN,
					   "the invitation of %s cannot be read: make a new one",
					   person);
	}
	if (folder >= 0)
		(void)close(folder);
	json_decref(object);
	buf_release(&text);
	return status;
}

bool invitation_opens(const struct invitation *invitation, struct span secret, int64_t now)
{
	struct fault ignored = { 0 };
	struct digest_text hash;

	return !invitation->answered && now < invitation->until &&
	       now >= invitation->until - INVITATION_LASTS &&
	       digest_of(secret, &hash, &ignored) == 0 && strcmp(hash.hex, invitation->secret) == 0;
}

int invitation_statement(const struct invitation *invitation, struct buf *out, struct fault *f)
{
	buf_addf(out,
		"countersign passkey\nperson %s\nrepository %s\ninvitation %s\nuntil %" PRId64 "\n",
		invitation->person, invitation->repository, invitation->secret, invitation->until);
	return out->failed ? fault_memory(f) : 0;
}

/* The line of the policy, and what people compare. */
static int name_key(struct invited *out, const struct passkey_made *made, struct fault *f)
{
	buf_adds(out->line, "passkey ");
	(void)base64_encode(out->line, made->credential);
	buf_addc(out->line, ' ');
	(void)base64_encode(out->line, made->key);
	sshkey_fingerprint(out->fingerprint, made->key);
	return out->line->failed || !out->fingerprint[0] ? fault_memory(f) : 0;
}

int invitation_verify(const struct invitation *invitation, const struct passkey_site *site,
	const struct passkey_answer *answer, struct invited *out, struct fault *f)
{
	struct buf statement = BUF_INIT(INVITATION_STATEMENT_MAX);
	struct passkey_made made;
	int status = invitation_statement(invitation, &statement, f);

	if (status == 0)
		status = passkey_enrolled(site, buf_span(&statement), answer, &made, &out->why, f);
	if (status == 0 && !out->why)
		status = name_key(out, &made, f);
	buf_release(&statement);
	return status;
}

static int add_base64(json_t *object, const char *member, struct span bytes)
{
	struct buf text = BUF_INIT(INVITATION_FILE_MAX);
	int status = base64_encode(&text, bytes);

	if (status == 0)
		status = json_object_set_new(object, member, json_string(text.data));
	buf_release(&text);
	return status;
}

int invitation_answer(const char *git_dir, const struct invitation *invitation,
	const struct passkey_answer *answer, struct fault *f)
{
	struct passkey_answer copy = *answer;
	json_t *object = object_of(invitation), *said = json_object();
	int status = object && said ? 0 : fault_memory(f);

	for (size_t i = 0; status == 0 && i < PARTS; i++)
		if (add_base64(said, parts[i].member, *part_of(&copy, i)) < 0)
			status = fault_memory(f);
	if (status == 0 && json_object_set(object, "answer", said) < 0)
		status = fault_memory(f);
	if (status == 0)
		status = write_file(git_dir, invitation->person, object, f);
	json_decref(said);
	json_decref(object);
	return status;
}

int invitation_drop(const char *git_dir, const char *person, struct fault *f)
{
	int folder, status = -1;
	char path[256];

	if (path_of(path, person, f) < 0)
		return -1;
	folder = folder_open(git_dir, f);
	if (folder >= 0) {
		status = beneath_remove(folder, path, 0, f);
		(void)close(folder);
	}
	return status;
}

void invitation_release(struct invitation *invitation)
{
	buf_release(&invitation->bytes);
}
