/*
 * Approvals over any bytes of a tag: none is ever good, since nobody has signed for them, and why it
 * is refused can be shown.  The bytes are the whole tag, or the message of one that is well-formed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/facts/approval.h"

#define ID "7f3a91c2d4e5f607"
#define DIGEST ID "7f3a91c2d4e5f6077f3a91c2d4e5f6077f3a91c2d4e5f607"

static const char site[] =
	"{\"version\":1,\"people\":{\"alice\":{\"accounts\":[\"alice\"],\"keys\":[\"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAIJLeFyP+eWTn7QhuhAJfEFhZIKdFb1tcYvxwZ6LPkoGJ\"]}}}";
static const char head[] = "object 1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b\ntype commit\n"
			   "tag ok\ntagger a <a@example.com> 1700000000 +0000\n\n";
static const char good_lines[] =
	"\n\nCountersign-Digest: " DIGEST "\nCountersign-Decision: approve\n";

static void must(bool so)
{
	if (!so)
		__builtin_trap();
}

/* Keys of the one person there is; made once. */
static struct approval_keys *keys(void)
{
	static struct approval_keys *made;
	static struct policy *policy;
	char file[] = "/tmp/fuzz-approval-XXXXXX";
	struct policy_sources sources = { .site = file, .head = "refs/heads/main" };
	struct fault f = { 0 };
	int fd;

	if (made)
		return made;
	fd = mkstemp(file);
	must(fd >= 0 && write(fd, site, strlen(site)) == (ssize_t)strlen(site));
	(void)close(fd);
	must(policy_load(&policy, &sources, &f) == 0);
	must(approval_keys_new(&made, policy, geteuid(), &f) == 0);
	(void)unlink(file);
	return made;
}

static void read_one(struct span tag)
{
	static const struct oid id = { .len = 20 };
	const struct approval_subject subject = { .keys = keys(),
		.ref = "refs/countersign/approvals/" ID "/alice",
		.tag = &id,
		.now = 1700000000 };
	struct buf refused = BUF_INIT((size_t)1 << 20);
	struct approval out;
	struct fault f = { 0 };

	if (approval_of_tag(&subject, tag, &out, &refused, &f) == 0)
		must(refused.len > 0);
	for (size_t i = 0; i < refused.len; i++)
		must((unsigned char)refused.data[i] >= 0x20);
	must(strlen(out.why) < sizeof(out.why));
	buf_release(&refused);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT((size_t)4 << 20);

	read_one((struct span){ (const char *)data, size });
	(void)buf_adds(&whole, head);
	(void)buf_add(&whole, data, size);
	if (!whole.failed)
		read_one(buf_span(&whole));
	(void)buf_adds(&whole, good_lines);
	if (!whole.failed)
		read_one(buf_span(&whole));
	buf_release(&whole);
	return 0;
}
