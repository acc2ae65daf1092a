/*
 * What a text has that an older version of it did not: found in the parts that are new, and held
 * against the old one.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/credential/matcher.h"
#include "rules/credential/scan.h"

#define LINE_CONTEXT \
	256         /* bytes of the line on either side of a secret that make it "the same line" */
#define AROUND 4096 /* of the old text so much is searched around the same secret */
#define NEAR 640    /* what is further from anything new was there */
#define PLACES 8    /* where the same secret stands in the old text, before all of it is searched */
#define ASKED_MAX 64 /* findings that are held against the old text one by one */

struct old_hits {
	uint64_t *hashes;
	size_t count, cap;
};

struct versions {
	struct credentials *credentials;
	const struct credential_versions *asked;
	unsigned old_text;    /* bits of the old version */
	struct old_hits hits; /* of all of the old version, when it was searched whole */
	bool all, late;       /* it was; time ran out */
	credential_told *told;
	void *context;
	struct fault *fault;
};

static uint64_t hash_add(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 1099511628211u;
	return hash;
}

/*
 * What a hit is recognised by in the other version: its kind, the secret, and the line around it.
 */
static uint64_t hash_of(struct span bytes, const char *kind, struct span secret)
{
	const char *start = secret.data, *end = start + secret.len;
	const char *first = bytes.data, *last = first + bytes.len;
	uint64_t hash = hash_add(14695981039346656037u, kind, strlen(kind));

	hash = hash_add(hash, start, secret.len);
	if (start < first || end > last)
		return hash; /* in a decoding */
	for (int i = 0; i < LINE_CONTEXT && start > first && start[-1] != '\n'; i++)
		start--;
	for (int i = 0; i < LINE_CONTEXT && end < last && *end != '\n'; i++)
		end++;
	return hash_add(hash, start, (size_t)(end - start));
}

static int on_old_hit(void *context, const struct credential_hit *hit)
{
	struct versions *v = context;
	struct old_hits *hits = &v->hits;

	if (hits->count == CREDENTIAL_HITS_MAX)
		return 0; /* what is not remembered counts as new */
	if (hits->count == hits->cap) {
		size_t cap = hits->cap ? 2 * hits->cap : 64;
		uint64_t *grown = realloc(hits->hashes, cap * sizeof(*grown));

		if (!grown)
			return fault_memory(v->fault);
		hits->hashes = grown;
		hits->cap = cap;
	}
	hits->hashes[hits->count++] = hash_of(v->asked->old, hit->kind, hit->secret);
	return 0;
}

/* Whether the hit is one of all that the old version has. */
static bool was_there(const struct old_hits *hits, uint64_t hash)
{
	for (size_t i = 0; i < hits->count; i++)
		if (hits->hashes[i] == hash)
			return true;
	return false;
}

/* Searches all of the old version, once. */
static int search_old(struct versions *v)
{
	if (v->all)
		return 0;
	v->all = true;
	return credentials_scan(
		v->credentials, v->asked->path, v->asked->old, on_old_hit, v, v->fault);
}

/* The bytes around a place, in whole lines. */
static struct span around(struct span text, size_t start, size_t end)
{
	size_t from = start > AROUND ? start - AROUND : 0;
	size_t to = end + AROUND < text.len ? end + AROUND : text.len;

	while (from > 0 && text.data[from - 1] != '\n')
		from--;
	while (to < text.len && text.data[to - 1] != '\n')
		to++;
	return (struct span){ text.data + from, to - from };
}

/* Whether the old version has that hit in a part of it.  1, 0 or -1. */
static int part_has(struct versions *v, struct span part, const char *kind, uint64_t hash)
{
	struct credential_scan scan = { .credentials = v->credentials,
		.bytes = part,
		.head = { v->asked->old.data, v->asked->old.len },
		.text = v->old_text };
	int status = credential_find(&scan, v->fault);

	for (size_t i = 0; status == 0 && i < scan.count; i++) {
		const struct credential_found *f = &scan.found[i];
		struct span secret = { part.data + f->start, f->end - f->start };

		if (strcmp(f->kind->id, kind) == 0 && hash_of(v->asked->old, kind, secret) == hash)
			status = 1;
	}
	v->late |= scan.late;
	free(scan.found);
	return status;
}

/* Whether the old version has the hit on such a line.  1, 0 or -1. */
static int is_old(struct versions *v, const char *kind, struct span secret)
{
	struct span old = v->asked->old;
	uint64_t hash = hash_of(v->asked->bytes, kind, secret);
	size_t at = 0;

	for (size_t n = 0; n < PLACES && !v->all; n++) {
		const char *there = memmem(old.data + at, old.len - at, secret.data, secret.len);
		size_t start = there ? (size_t)(there - old.data) : 0;
		int status;

		if (!there)
			return 0;
		status = part_has(v, around(old, start, start + secret.len), kind, hash);
		if (status != 0)
			return status;
		at = start + 1;
	}
	if (search_old(v) != 0)
		return -1;
	return was_there(&v->hits, hash);
}

/* Whether what is new is near enough to have made the finding. */
static bool is_near(const struct credential_part *part, size_t start, size_t end)
{
	return start < part->end + NEAR && part->start < end + NEAR;
}

/* Searches one part of the new version; what may be new is kept. */
static int search_part(
	struct versions *v, struct credential_scan *all, const struct credential_part *part)
{
	struct credential_scan scan = { .credentials = v->credentials,
		.bytes = { all->bytes.data + part->from, part->to - part->from },
		.head = all->bytes,
		.text = all->text };
	int status = credential_find(&scan, v->fault);

	for (size_t i = 0; status == 0 && i < scan.count; i++) {
		struct credential_found f = scan.found[i];

		f.start += part->from;
		f.end += part->from;
		if (f.confidence >= v->asked->from && is_near(part, f.start, f.end))
			credential_keep(all, f);
	}
	all->late |= scan.late;
	all->surplus = scan.surplus > all->surplus ? scan.surplus : all->surplus;
	all->failed |= scan.failed;
	free(scan.found);
	return all->failed ? fault_memory(v->fault) : status;
}

/* Leaves out what the old version has. */
static int drop_old(struct versions *v, struct credential_scan *all)
{
	size_t kept = 0;
	int status = all->count > ASKED_MAX ? search_old(v) : 0;

	for (size_t i = 0; status >= 0 && i < all->count; i++) {
		const struct credential_found *f = &all->found[i];
		struct span secret = { all->bytes.data + f->start, f->end - f->start };

		status = is_old(v, f->kind->id, secret);
		if (status == 0)
			all->found[kept++] = *f;
	}
	all->count = kept;
	return status < 0 ? -1 : 0;
}

static int search_parts(struct versions *v, unsigned text, const struct credential_parts *parts)
{
	struct credential_scan all = {
		.credentials = v->credentials, .bytes = v->asked->bytes, .text = text
	};
	int status = 0;

	credential_may_work(v->credentials, v->asked->bytes.len, true);
	for (size_t i = 0; status == 0 && i < parts->count && !all.late; i++)
		status = search_part(v, &all, &parts->at[i]);
	if (status == 0 && all.count)
		status = drop_old(v, &all);
	if (status == 0)
		status = credential_tell(&all, v->told, v->context);
	if (status == 0 && (all.late || v->late || deadline_is_over(v->credentials->deadline)))
		status = deadline_fault(v->fault, "looking for credentials");
	free(all.found);
	return status;
}

static int count_hit(void *context, const struct credential_hit *hit)
{
	struct versions *v = context;

	return hit->confidence >= v->asked->from;
}

static int tell_new(void *context, const struct credential_hit *hit)
{
	struct versions *v = context;

	if (hit->confidence < v->asked->from ||
		(hit->secret.len &&
			was_there(&v->hits, hash_of(v->asked->bytes, hit->kind, hit->secret))))
		return 0;
	return v->told(v->context, hit);
}

/* All of the new version; what stood there before matters only when there is something now. */
static int search_whole(struct versions *v)
{
	const struct credential_versions *a = v->asked;
	int status = 0;

	if (a->old.len) {
		status =
			credentials_scan(v->credentials, a->path, a->bytes, count_hit, v, v->fault);
		if (status <= 0)
			return status;
		status = search_old(v);
	}
	return status ? status
		      : credentials_scan(v->credentials, a->path, a->bytes, tell_new, v, v->fault);
}

int credentials_scan_new(struct credentials *c, const struct credential_versions *asked,
	credential_told *told, void *context, struct fault *f)
{
	struct versions v = {
		.credentials = c, .asked = asked, .told = told, .context = context, .fault = f
	};
	struct credential_parts parts = { 0 };
	unsigned text;
	int status;

	if (asked->bytes.len == 0)
		return 0;
	if (credentials_ready(c, f) < 0)
		return -1;
	text = credential_text_of(asked->path, asked->bytes);
	v.old_text = credential_text_of(asked->path, asked->old);
	status = credential_changed(asked->old, asked->bytes, text, &parts);
	if (status < 0)
		status = fault_memory(f);
	else
		status = status ? search_parts(&v, text, &parts) : search_whole(&v);
	free(parts.at);
	free(v.hits.hashes);
	return status;
}
