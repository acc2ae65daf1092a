#include "hooks/host/canary.h"

#include <libdeflate.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "common/base/run.h"

#define SECONDS 120
#define OBJECT_MAX 512
#define EMPTY_TREE "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
#define REF "refs/countersign/canary"
#define WHO "canary <canary@countersign.invalid> 0 +0000"

static const char commit_text[] =
	"tree " EMPTY_TREE "\nauthor " WHO "\ncommitter " WHO "\n\nThis push must be refused.\n";

static void hex(char *out, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void name_commit(char out[41])
{
	unsigned char digest[SHA_DIGEST_LENGTH];
	char object[OBJECT_MAX];
	int len = snprintf(
		object, sizeof(object), "commit %zu%c%s", sizeof(commit_text) - 1, 0, commit_text);

	SHA1((const unsigned char *)object, (size_t)len, digest);
	hex(out, digest, sizeof(digest));
}

/* One object of a pack: type (1 commit, 2 tree) and length, then its bytes, deflated. */
static int pack_object(struct buf *pack, unsigned int type, const char *text, size_t len)
{
	struct libdeflate_compressor *deflate = libdeflate_alloc_compressor(6);
	char packed[2 * OBJECT_MAX];
	size_t size =
		deflate ? libdeflate_zlib_compress(deflate, text, len, packed, sizeof(packed)) : 0;

	libdeflate_free_compressor(deflate);
	(void)buf_addc(pack, (char)(type << 4 | (len & 15) | (len > 15 ? 128 : 0)));
	if (len > 15)
		(void)buf_addc(pack, (char)(len >> 4));
	return size ? buf_add(pack, packed, size) : -1;
}

static int pack_make(struct buf *pack)
{
	static const char head[] = "PACK\0\0\0\2\0\0\0\2";
	unsigned char digest[SHA_DIGEST_LENGTH];

	_Static_assert(sizeof(commit_text) < 2048, "two bytes tell its length");
	if (buf_add(pack, head, sizeof(head) - 1) < 0 || pack_object(pack, 2, "", 0) < 0 ||
		pack_object(pack, 1, commit_text, sizeof(commit_text) - 1) < 0)
		return -1;
	SHA1((const unsigned char *)pack->data, pack->len, digest);
	return buf_add(pack, digest, sizeof(digest));
}

int canary_make(struct canary_push *push, struct fault *f)
{
	static const char zero[] = "0000000000000000000000000000000000000000";
	struct buf pack = BUF_INIT(CANARY_REQUEST_MAX);
	char line[512];
	int len, status;

	*push = (struct canary_push){ .request = BUF_INIT(2 * CANARY_REQUEST_MAX) };
	name_commit(push->commit);
	len = snprintf(line, sizeof(line), "%s %s " REF "%c report-status", zero, push->commit, 0);
	status = pack_make(&pack);
	(void)buf_addf(&push->request, "%04x", (unsigned int)len + 4);
	(void)buf_add(&push->request, line, (size_t)len);
	(void)buf_adds(&push->request, "0000");
	(void)buf_addspan(&push->request, buf_span(&pack));
	buf_release(&pack);
	return status < 0 || push->request.failed ? fault_memory(f) : 0;
}

/* Output of receive-pack has NULs in it where lines end. */
static bool has(const struct buf *said, const char *text)
{
	return said->len && memmem(said->data, said->len, text, strlen(text)) != NULL;
}

bool canary_refused(const struct buf *said)
{
	return has(said, "countersign: " REF " is denied") && has(said, "ng " REF);
}

bool canary_landed(const struct buf *said)
{
	return has(said, "ok " REF "\n");
}

int canary_try(const struct canary *canary, bool *refused, struct buf *said, struct fault *f)
{
	char program[INSTALL_PATH_MAX];
	const char *argv[] = { program, canary->git_dir, NULL };
	struct run what = { .argv = argv, .env = canary->env->vars, .seconds = SECONDS };
	int exited;

	*refused = false;
	if (install_paths_join(program, canary->paths->prefix, "libexec/countersign/canary", f) <
			0 ||
		run(&what, said, &exited, f) < 0)
		return fault_context(f, "the canary push");
	*refused = exited == 0;
	return 0;
}
