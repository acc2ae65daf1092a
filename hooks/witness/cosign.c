#include "hooks/witness/cosign.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/notify/http.h"

struct asked {
	const struct head_asking *asking;
	const struct trust_name *witness;
	struct http *http;
	struct buf *note, *why;
	struct fault *f;
};

static int conversation(
	struct asked *asked, const char *url, struct span body, struct buf *answer, long *status)
{
	static const char *const headers[] = { "Content-Type: application/octet-stream", NULL };
	const struct http_request request = { .url = url,
		.body = body,
		.headers = headers,
		.ca_file = "",
		.client_certificate = "",
		.client_key = "",
		.answer = answer };
	struct http_reply reply;
	int ended = 0;

	if (http_post(asked->http, &request, NULL, asked->f) < 0)
		return -1;
	while (ended == 0)
		ended = http_next(asked->http, &reply, 1000, asked->f);
	if (ended < 0)
		return -1;
	*status = reply.status;
	if (reply.status < 200 || reply.status > 299)
		(void)buf_addf(asked->why, "%s%.*s: %.100s", asked->why->len ? "; " : "",
			(int)asked->witness->name.len, asked->witness->name.data, reply.words);
	return 0;
}

/* The request, from a size that the witness has seen. */
static int ask(struct asked *asked, uint64_t old, struct buf *answer, long *status)
{
	struct buf body = BUF_INIT(NOTE_MAX * 2), url = BUF_INIT(TRUST_URL + 32);
	const char *prefix = asked->witness->url;
	size_t len = strlen(prefix);
	struct merkle_proof proof;
	int result = merkle_consistency(
		asked->asking->store, old, asked->asking->checkpoint->tree.size, &proof);

	while (len > 0 && prefix[len - 1] == '/')
		len--;
	if (result < 0)
		result = fault_set(asked->f, FAULT_ADMIN, "the log's tree cannot be read");
	else if (buf_addf(&body, "old %llu\n", (unsigned long long)old) < 0 ||
		 checkpoint_add_proof(&body, &proof) < 0 || buf_addc(&body, '\n') < 0 ||
		 buf_addspan(&body, buf_span(asked->note)) < 0 ||
		 buf_addf(&url, "%.*s/add-checkpoint", (int)len, prefix) < 0)
		result = fault_memory(asked->f);
	else
		result = conversation(asked, url.data, buf_span(&body), answer, status);
	buf_release(&body);
	buf_release(&url);
	return result;
}

/* Takes the lines of an answer that are good cosignatures by that witness. */
static int take(struct asked *asked, struct span answer)
{
	struct buf candidate = BUF_INIT(NOTE_MAX);
	struct span rest = answer, line;
	struct fault other = { 0 };
	struct note note;
	uint64_t time;
	bool taken = false;

	while (!taken && note_take_line(&rest, &line)) {
		buf_clear(&candidate);
		if (buf_addspan(&candidate, asked->asking->note) == 0 &&
			buf_addc(&candidate, '\n') == 0 && buf_addspan(&candidate, line) == 0 &&
			buf_addc(&candidate, '\n') == 0 &&
			note_read(&note, buf_span(&candidate), &other) == 0 &&
			note_verify(&note, &asked->witness->key, &time) == NOTE_GOOD && time > 0)
			taken = buf_addspan(asked->note, line) == 0 &&
				buf_addc(asked->note, '\n') == 0;
	}
	buf_release(&candidate);
	if (!taken)
		(void)buf_addf(asked->why, "%s%.*s: its answer is not a cosignature by its key",
			asked->why->len ? "; " : "", (int)asked->witness->name.len,
			asked->witness->name.data);
	return 0;
}

/* What it has seen, of an answer of 409; false: that is no size. */
static bool conflict(struct span answer, uint64_t *size)
{
	struct span line;

	return note_take_line(&answer, &line) && checkpoint_number(line, size) == 0;
}

static int has_more(const struct asked *asked, uint64_t seen)
{
	return fault_set(asked->f, FAULT_ADMIN,
		"the witness %.*s has seen %llu rows of this log, which has %llu: rows are gone, "
		"or "
		"this is an older copy",
		(int)asked->witness->name.len, asked->witness->name.data, (unsigned long long)seen,
		(unsigned long long)asked->asking->checkpoint->tree.size);
}

static int is_another(const struct asked *asked, uint64_t seen)
{
	return fault_set(asked->f, FAULT_ADMIN,
		"the witness %.*s has seen another log of %llu rows under this name: rows were "
		"changed",
		(int)asked->witness->name.len, asked->witness->name.data, (unsigned long long)seen);
}

static int witness(struct asked *asked, uint64_t known)
{
	uint64_t size = asked->asking->checkpoint->tree.size, seen = known;
	struct buf answer = BUF_INIT(NOTE_MAX);
	size_t before = asked->why->len;
	long status = 0;
	int result = ask(asked, known, &answer, &status);

	if (result == 0 && status == 409 && conflict(buf_span(&answer), &seen)) {
		if (seen > size)
			result = has_more(asked, seen);
		else if (seen != known) {
			asked->why->len = before;
			asked->why->data[before] = '\0';
			buf_clear(&answer);
			result = ask(asked, seen, &answer, &status);
		}
	}
	if (result == 0 && (status == 422 || (status == 409 && seen <= size)))
		result = is_another(asked, seen);
	if (result == 0 && status == 200)
		result = take(asked, buf_span(&answer));
	buf_release(&answer);
	return result;
}

int cosign(const struct log_site *site, const struct head_asking *asking, struct buf *note,
	struct buf *why, struct fault *f)
{
	struct asked asked = { .asking = asking, .note = note, .why = why, .f = f };
	int result = 0;

	for (unsigned i = 0; result == 0 && i < site->trust.name_count; i++) {
		asked.witness = &site->trust.names[i];
		if (asked.witness->members || !asked.witness->url[0])
			continue;
		if (!asked.http)
			result = http_new(&asked.http, f);
		if (result == 0)
			result = witness(&asked, asking->known[i]);
	}
	http_free(asked.http);
	return result;
}
