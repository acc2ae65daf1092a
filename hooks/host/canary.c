#include "hooks/host/canary.h"

#include <libdeflate.h>
#include <stdio.h>
#include <string.h>

#include "common/base/run.h"
#include "common/store/stored.h"

#define SECONDS 120
#define OBJECT_MAX 512
#define REF "refs/countersign/canary"
#define WHO "canary <canary@countersign.invalid> 0 +0000"

/* A commit of the empty tree. */
static void write_commit(struct buf *out, size_t id_len)
{
	struct oid tree = stored_id(OBJECT_TREE, (struct span){ "", 0 }, id_len);

	(void)buf_addf(out,
		"tree %s\nauthor " WHO "\ncommitter " WHO "\n\nThis push must be refused.\n",
		oid_text(&tree).hex);
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

static int pack_make(struct buf *pack, struct span commit, size_t id_len)
{
	static const char head[] = "PACK\0\0\0\2\0\0\0\2";
	struct oid sum;

	if (buf_add(pack, head, sizeof(head) - 1) < 0 || pack_object(pack, 2, "", 0) < 0 ||
		pack_object(pack, 1, commit.data, commit.len) < 0)
		return -1;
	sum = stored_sum(buf_span(pack), id_len);
	return buf_add(pack, sum.hash, id_len);
}

int canary_make(struct canary_push *push, size_t id_len, bool whole, struct fault *f)
{
	static const struct oid none;
	struct buf pack = BUF_INIT(CANARY_REQUEST_MAX), commit = BUF_INIT(OBJECT_MAX);
	struct oid id = none;
	char line[512];
	int len, status = 0;

	*push = (struct canary_push){ .request = BUF_INIT(2 * CANARY_REQUEST_MAX) };
	if (whole) {
		write_commit(&commit, id_len);
		id = stored_id(OBJECT_COMMIT, buf_span(&commit), id_len);
		status = commit.failed ? -1 : pack_make(&pack, buf_span(&commit), id_len);
	}
	len = snprintf(line, sizeof(line), "%s %s " REF "%c report-status object-format=%s",
		oid_text_as(&none, id_len).hex, oid_text_as(&id, id_len).hex, 0,
		oid_format(id_len));
	(void)buf_addf(&push->request, "%04x", (unsigned int)len + 4);
	(void)buf_add(&push->request, line, (size_t)len);
	(void)buf_adds(&push->request, "0000");
	(void)buf_addspan(&push->request, buf_span(&pack));
	buf_release(&pack);
	buf_release(&commit);
	return status < 0 || push->request.failed ? fault_memory(f) : 0;
}

/* Output of receive-pack has NULs in it where lines end. */
static bool has(const struct buf *said, const char *text)
{
	return said->len && memmem(said->data, said->len, text, strlen(text)) != NULL;
}

bool canary_refused(const struct buf *said)
{
	return !canary_landed(said) && has(said, "countersign: " REF " is denied") &&
	       (has(said, "ng " REF) || has(said, "-> " REF " ("));
}

bool canary_unjudged(const struct buf *said, struct span *why)
{
	static const char words[] = "could not be judged: ", unpack[] = "unpack ";
	const char *at = said->len ? memmem(said->data, said->len, words, sizeof(words) - 1) : NULL;
	const char *end = said->data + said->len;

	if (at)
		at += sizeof(words) - 1;
	else if (!has(said, "unpack ok") && said->len &&
		 (at = memmem(said->data, said->len, unpack, sizeof(unpack) - 1)))
		at += sizeof(unpack) - 1; /* git itself could not take it: no hook was asked */
	if (!at)
		return false;
	*why = (struct span){ at, 0 };
	while (at + why->len < end && (unsigned char)at[why->len] >= ' ')
		why->len++;
	/* of what landed, hooks may have said anything; the second is how git push tells it */
	return !canary_landed(said) && !has(said, "-> " REF "\n") &&
	       (has(said, "ng " REF) || has(said, "declined"));
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
	*refused = exited == 0 && canary_refused(said);
	return 0;
}
