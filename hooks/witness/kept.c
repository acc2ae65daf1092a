#include "hooks/witness/kept.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/base64.h"
#include "common/key/signature.h"

#define TAG_MAX ((size_t)1 << 20)
#define SIGNING_SECONDS 3600 /* between the date of a tag and its signature */

struct checking {
	struct kept_check *out;
	struct fault *fault;
	int64_t row;
};

/* The keys of one approval, and files for OpenPGP's. */
struct kept_keys {
	struct arena arena;
	struct keyring *ring;
	char folder[64]; /* "": none is needed */
	size_t files;
};

static int write_file(struct kept_keys *keys, const char *armour, char text[128], struct fault *f)
{
	char path[96];
	FILE *file;
	int status = -1;

	if (!keys->folder[0]) {
		(void)snprintf(keys->folder, sizeof(keys->folder), "/tmp/countersign-XXXXXX");
		if (!mkdtemp(keys->folder)) {
			keys->folder[0] = '\0';
			return fault_set(f, FAULT_ADMIN, "/tmp: no folder can be made there");
		}
	}
	(void)snprintf(path, sizeof(path), "%s/%zu.asc", keys->folder, keys->files);
	file = fopen(path, "wex");
	if (file) {
		keys->files++;
		status = fputs(armour, file) == EOF ? -1 : 0;
		if (fclose(file) == EOF)
			status = -1;
	}
	(void)snprintf(text, 128, "openpgp:%s", path);
	return status < 0 ? fault_set(f, FAULT_ADMIN, "%s cannot be written", path) : 0;
}

/* Who signed is asked of the ring alone, so any owner will do. */
static int add_key(struct kept_keys *keys, const char *text, struct fault *f)
{
	static const struct key_owner somebody = { .approves = true };
	struct key *key = arena_alloc(&keys->arena, sizeof(*key));
	const char *why = NULL;
	char named[128];

	if (!key)
		return fault_memory(f);
	if (strncmp(text, "-----BEGIN", 10) == 0) {
		if (write_file(keys, text, named, f) < 0)
			return -1;
		text = named;
	}
	/* one that is not understood is none: the signature is then by nobody's */
	return key_parse(key, &keys->arena, span_of(text), "/", &why) < 0
		       ? 0
		       : keyring_add(keys->ring, key, somebody, f);
}

static int keys_fill(struct kept_keys *keys, const json_t *kept, struct fault *f)
{
	const json_t *list = json_object_get(kept, "keys"), *at = json_object_get(kept, "review");
	const struct passkey_site site = {
		.origin = json_string_value(json_object_get(at, "origin")),
		.rp_id = json_string_value(json_object_get(at, "rp_id")),
	};
	json_t *text;
	size_t i;

	if (keyring_new(&keys->ring, f) < 0)
		return -1;
	keyring_trust(keys->ring, geteuid());
	if (site.origin)
		keyring_review_at(keys->ring, &site);
	json_array_foreach(list, i, text)
	{
		if (json_is_string(text) && add_key(keys, json_string_value(text), f) < 0)
			return -1;
	}
	return 0;
}

static void keys_release(struct kept_keys *keys)
{
	char path[96];

	keyring_free(keys->ring);
	for (size_t i = 0; i < keys->files; i++) {
		(void)snprintf(path, sizeof(path), "%s/%zu.asc", keys->folder, i);
		(void)unlink(path);
	}
	if (keys->folder[0])
		(void)rmdir(keys->folder);
	arena_release(&keys->arena);
}

static void bad(struct checking *checking, const json_t *kept, const char *why)
{
	const char *person = json_string_value(json_object_get(kept, "person"));

	if (checking->out->bad++ > 0)
		return;
	checking->out->row = checking->row;
	(void)snprintf(checking->out->why, sizeof(checking->out->why), "of %.48s: %.240s",
		person ? person : "nobody", why);
}

/* What the keys that are kept beside it say of it at that time. */
static int check_at(struct checking *checking, const json_t *kept, const struct tag *tag,
	int64_t time, struct signature_check *out)
{
	struct kept_keys keys = { .arena = ARENA_INIT((size_t)1 << 20) };
	int status = keys_fill(&keys, kept, checking->fault);

	if (status == 0)
		status = signature_of_tag(keys.ring, tag, time, out, checking->fault);
	keys_release(&keys);
	return status;
}

/* When it was pushed, by the server's clock; 0: that is not known. */
static int64_t pushed_at(const json_t *kept)
{
	const char *text = json_string_value(json_object_get(kept, "pushed"));
	struct tm tm = { 0 };

	return text && strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) ? (int64_t)timegm(&tm) : 0;
}

/*
 * At the time when the hook found it to be good: keys end, and that is no fault of what they have
 * signed.  Where that time is not kept, at the tag's date, which is from before gpg asked for a
 * passphrase; and a signature is not good before it is made.
 */
static int check_tag(struct checking *checking, const json_t *kept, const struct tag *tag)
{
	const int64_t times[] = { pushed_at(kept), tag->tagger.time,
		tag->tagger.time + SIGNING_SECONDS };
	struct signature_check check = { .verdict = SIGNATURE_BAD };
	int status = 0;

	for (size_t i = times[0] ? 0 : 1; status == 0 && check.verdict == SIGNATURE_BAD &&
					  i < sizeof(times) / sizeof(times[0]);
		i++) {
		check = (struct signature_check){ 0 };
		status = check_at(checking, kept, tag, times[i], &check);
	}
	if (status == 0 && check.verdict == SIGNATURE_GOOD)
		checking->out->good++;
	else if (status == 0 && check.verdict == SIGNATURE_UNKNOWN)
		checking->out->unknown++;
	else if (status == 0)
		bad(checking, kept, check.why[0] ? check.why : "it is not signed");
	return status;
}

static int check_one(struct checking *checking, const json_t *kept)
{
	const char *text = json_string_value(json_object_get(kept, "object")),
		   *id = json_string_value(json_object_get(kept, "tag")), *why = NULL;
	struct buf bytes = BUF_INIT(TAG_MAX);
	struct tag tag;
	int status = 0;

	if (!text || !*text || !id) /* too large to be kept whole */
		checking->out->unknown++;
	else if (base64_decode(&bytes, span_of(text)) < 0 ||
		 tag_parse(&tag, strlen(id) / 2, buf_span(&bytes), &why) < 0)
		bad(checking, kept, why ? why : "what is kept of it cannot be read");
	else
		status = check_tag(checking, kept, &tag);
	buf_release(&bytes);
	return status;
}

static int on_row(void *context, const struct log_entry *entry)
{
	struct checking *checking = context;
	json_t *verdict, *kept;
	int status = 0;
	size_t i;

	if (strcmp(entry->row.kind, "kept") != 0)
		return 0;
	checking->row = entry->seq;
	verdict = json_loads(entry->row.verdict, 0, NULL);
	json_array_foreach(json_object_get(verdict, "approvals"), i, kept)
	{
		if (status == 0)
			status = check_one(checking, kept);
	}
	json_decref(verdict);
	return status;
}

int kept_verify(const struct log_archives *archives, struct kept_check *out, struct fault *f)
{
	struct checking checking = { .out = out, .fault = f };
	const struct log_filter rows = { .after = out->after };

	*out = (struct kept_check){ .after = out->after };
	return log_archives_read(archives, &rows, on_row, &checking, f);
}
