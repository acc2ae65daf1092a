/* A bundle verified, with nothing but the file and, better, the host's public key. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/file.h"
#include "common/tlog/checkpoint.h"
#include "common/tlog/trust.h"
#include "hooks/admin/cli.h"
#include "hooks/attest/bundle.h"
#include "hooks/attest/bundle_row.h"
#include "hooks/attest/bundle_sample.h"
#include "hooks/attest/statement.h"
#include "hooks/attest/verifying.h"

#define POLICY_MAX ((size_t)1 << 18)

struct opening {
	struct verifying v;
	const char *trust_file;
	struct buf policy;
	json_t *header;
	json_t *changes;
	struct checkpoint checkpoint;
	bool has_checkpoint, own_key; /* own_key: nobody gave one, so it is the file's own */
	struct fault *fault;
};

static bool take_line(struct span *rest, struct span *line)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!end)
		return false;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	*rest = (struct span){ end + 1, rest->len - line->len - 1 };
	return true;
}

/* The line as it was written: nothing but what its own value says. */
static json_t *read_line(struct span line)
{
	json_t *value = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES, NULL);
	char *again = value ? json_dumps(value, JSON_COMPACT) : NULL;

	if (!again || !span_is(line, again)) {
		json_decref(value);
		value = NULL;
	}
	free(again);
	return value;
}

/* The keys that count: those that were given, or the header's own.  0 or -1. */
static int find_keys(struct opening *o, const char *file)
{
	struct fault f = { 0 };
	json_t *text;
	size_t i;

	if (file)
		return dsse_keys_read(&o->v.keys, file, o->fault);
	o->own_key = true;
	json_array_foreach(json_object_get(o->header, "keys"), i, text)
	{
		struct note_key *key = &o->v.keys.list[o->v.keys.count];

		if (o->v.keys.count == SIGNERS_MAX || !json_is_string(text) ||
			note_key_read(key, span_of(json_string_value(text)), &f) < 0) {
			verifying_problem(&o->v, "it names a key that is not a key");
			break;
		}
		o->v.keys.count++;
	}
	return 0;
}

/* The last line vouches for every byte before it. */
static void check_seal(struct opening *o, struct span before, struct span last)
{
	struct buf payload = BUF_INIT(DSSE_MAX);
	const struct note_key *by;
	struct digest_text digest;
	struct fault f = { 0 };
	json_t *envelope = read_line(last), *statement = NULL;
	int state = envelope ? dsse_open(last, &o->v.keys, &payload, &by, &f) : -1;
	const char *said;

	if (state == NOTE_GOOD)
		statement = json_loadb(payload.data, payload.len, JSON_REJECT_DUPLICATES, NULL);
	said = verifying_text(
		json_object_get(json_array_get(json_object_get(statement, "subject"), 0), "digest"),
		"sha256");
	(void)digest_of(before, &digest, &f);
	if (state != NOTE_GOOD ||
		strcmp(verifying_text(statement, "predicateType"), BUNDLE_STATEMENT) != 0)
		verifying_problem(&o->v, "the bundle is not signed by the host's key");
	else if (strcmp(said, digest.hex) != 0)
		verifying_problem(&o->v, "the bundle was altered since it was signed");
	json_decref(statement);
	json_decref(envelope);
	buf_release(&payload);
}

static void check_checkpoint(struct opening *o)
{
	const char *text = verifying_text(o->header, "checkpoint");
	struct trust trust = { .quorum = -1 };
	struct trust_answer answer;
	struct fault f = { 0 };
	struct note note;

	if (note_read(&note, span_of(text), &f) < 0 ||
		checkpoint_read(&o->checkpoint, note.text, &f) < 0) {
		verifying_problem(&o->v, "its checkpoint cannot be read");
		return;
	}
	for (unsigned i = 0; i < o->v.keys.count; i++)
		trust.logs[trust.log_count++] = o->v.keys.list[i];
	if (o->trust_file &&
		(file_read(o->trust_file, &o->policy, &f) < 0 ||
			trust_read(&trust, buf_span(&o->policy), o->trust_file, &f) < 0)) {
		verifying_problem(&o->v, "%s", f.text);
		return;
	}
	trust_judge(&trust, &note, o->checkpoint.origin, &answer);
	if (answer.log != NOTE_GOOD)
		verifying_problem(&o->v, "its checkpoint is not signed by the log's key");
	else if (trust.quorum >= 0 && !answer.quorum)
		verifying_problem(
			&o->v, "its checkpoint is cosigned by fewer witnesses than asked for");
	o->has_checkpoint = true;
}

static const json_t *landing_of(const struct opening *o, const char *commit, const char *digest)
{
	json_t *list = json_object_get(o->v.landings, commit), *landing;
	size_t i;

	json_array_foreach(list, i, landing)
	{
		if (strcmp(verifying_text(landing, "digest"), digest) == 0)
			return landing;
	}
	return NULL;
}

static void check_change(struct opening *o, const json_t *change, const json_t *wanted)
{
	const char *commit = verifying_text(change, "commit");
	struct buf note = BUF_INIT(BUNDLE_MAX);
	const json_t *landing;
	json_t *item;
	bool attested = false;
	size_t i;

	json_array_foreach(json_object_get(change, "envelopes"), i, item)(void)
		buf_addf(&note, "%s\n", json_is_string(item) ? json_string_value(item) : "");
	verifying_note(&o->v, commit, buf_span(&note));
	buf_release(&note);
	landing = landing_of(o, commit, verifying_text(wanted, "digest"));
	if (strcmp(verifying_text(wanted, "commit"), commit) != 0 || !landing) {
		verifying_problem(&o->v, "%s: its attestation is not the one that was listed",
			verifying_text(wanted, "commit"));
		return;
	}
	json_array_foreach(json_object_get(change, "rows"), i, item)
	{
		bundle_row_check(&o->v, o->has_checkpoint ? &o->checkpoint.tree : NULL, item);
		attested = attested || bundle_row_attests(item, landing);
	}
	if (!attested)
		verifying_problem(
			&o->v, "%s: the log does not say that it was attested so", commit);
	json_array_foreach(json_object_get(change, "approvals"), i, item)
		bundle_tag_check(&o->v, item);
}

/* What was listed has to be a chain: each goes on from the one behind it. */
static void check_chain(struct opening *o, const json_t *population)
{
	size_t count = json_array_size(population);

	for (size_t i = 0; i + 1 < count; i++) {
		const json_t *one = json_array_get(population, i),
			     *before = json_array_get(population, i + 1);
		const json_t *landing =
			landing_of(o, verifying_text(one, "commit"), verifying_text(one, "digest"));

		if (json_integer_value(json_object_get(one, "count")) !=
				json_integer_value(json_object_get(before, "count")) + 1 ||
			(landing && strcmp(verifying_text(landing, "previous"),
					    verifying_text(before, "digest")) != 0))
			verifying_problem(&o->v,
				"%s does not go on from %s, which is listed before",
				verifying_text(one, "commit"), verifying_text(before, "commit"));
	}
}

static void check_all(struct opening *o)
{
	const json_t *population = json_object_get(o->header, "population"),
		     *sample = json_object_get(o->header, "sample");
	const char *seed = sample ? verifying_text(sample, "seed") : NULL;
	json_t *wanted = bundle_sample(population, seed,
		(unsigned long)json_integer_value(json_object_get(sample, "count")));
	json_t *item;
	size_t i;

	check_checkpoint(o);
	if (json_array_size(wanted) != json_array_size(o->changes))
		verifying_problem(&o->v, "it has %zu landings, and should have %zu",
			json_array_size(o->changes), json_array_size(wanted));
	json_array_foreach(o->changes, i, item) check_change(o, item, json_array_get(wanted, i));
	check_chain(o, population);
	json_array_foreach(json_object_get(o->header, "problems"), i, item) verifying_problem(&o->v,
		"the host itself says: %s", json_is_string(item) ? json_string_value(item) : "");
	json_decref(wanted);
}

static int open_bundle(struct opening *o, struct span bytes, const char *keys)
{
	struct span rest = bytes, line, last = { NULL, 0 };
	bool good = true;

	while (good && take_line(&rest, &line)) {
		if (rest.len == 0) {
			last = line;
			break;
		}
		if (!o->header)
			good = (o->header = read_line(line)) != NULL;
		else
			good = json_array_append_new(o->changes, read_line(line)) == 0;
	}
	if (!good || !last.data || rest.len > 0 || !o->header ||
		json_integer_value(json_object_get(o->header, "bundle")) != 1) {
		verifying_problem(&o->v, "this is not a bundle, or it was altered");
		return 0;
	}
	if (find_keys(o, keys) < 0)
		return -1;
	check_seal(o, (struct span){ bytes.data, (size_t)(last.data - bytes.data) }, last);
	check_all(o);
	return 0;
}

static void print_result(const struct opening *o, const char *file)
{
	json_t *item;
	size_t i;

	json_array_foreach(o->v.problems, i, item)
	{
		printf("NOT SO: ");
		cli_print(json_string_value(item));
		putchar('\n');
	}
	if (json_array_size(o->v.problems) > 0)
		return;
	cli_print(file);
	printf(": %zu of %zu landings of ", json_array_size(o->changes),
		json_array_size(json_object_get(o->header, "population")));
	cli_print(verifying_text(o->header, "range"));
	printf(" verified, in a log of %" PRIu64 " rows\n", o->checkpoint.tree.size);
	if (!o->own_key)
		return;
	json_array_foreach(json_object_get(o->header, "keys"), i, item)
	{
		printf("by the key that the file names, which is the host's only if it is: ");
		cli_print(json_string_value(item));
		putchar('\n');
	}
}

static void opening_release(struct opening *o)
{
	json_decref(o->v.landings);
	json_decref(o->v.problems);
	json_decref(o->changes);
	json_decref(o->header);
	buf_release(&o->policy);
}

static int opening_run(struct opening *o, struct span bytes, const char *keys, struct fault *f)
{
	o->fault = f;
	o->policy = (struct buf)BUF_INIT(POLICY_MAX);
	o->v = (struct verifying){
		.landings = json_object(), .problems = json_array(), .fault = f
	};
	o->changes = json_array();
	if (open_bundle(o, bytes, keys) < 0)
		return -1;
	return json_array_size(o->v.problems) > 0;
}

int bundle_verify(struct span bytes, const char *keys, struct fault *f)
{
	struct opening o = { 0 };
	int status = opening_run(&o, bytes, keys, f);

	opening_release(&o);
	return status;
}

int bundle_verify_command(const struct env *env, int argc, char **argv)
{
	struct fault f = { 0 };
	struct opening o = { 0 };
	const char *keys = NULL;
	const struct cli_option known[] = {
		{ "key", &keys, NULL },
		{ "trust", &o.trust_file, NULL },
		{ NULL, NULL, NULL },
	};
	struct buf bytes = BUF_INIT(BUNDLE_MAX);
	int first = cli_options(known, argc, argv), status;

	(void)env;
	if (first < 0 || first + 1 != argc)
		return -1;
	status = file_read(argv[first], &bytes, &f);
	if (status == 0)
		status = opening_run(&o, buf_span(&bytes), keys, &f);
	if (status >= 0)
		print_result(&o, argv[first]);
	opening_release(&o);
	buf_release(&bytes);
	return status < 0 ? cli_complain("evidence", &f) : status;
}
