#include "hooks/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

static const char *const confidences[] = { "low", "medium", "high", "certain" };

#define OLD_MAX 4096

struct telling {
	struct scan *scan;
	const struct scan_text *text;
	char (*old)[CREDENTIAL_FINGERPRINT + 1]; /* of what stood there before */
	size_t old_count;
};

static int keep_old(void *context, const struct credential_hit *hit)
{
	struct telling *t = context;
	void *grown;

	if (t->old_count == OLD_MAX)
		return 0;
	grown = realloc(t->old, (t->old_count + 1) * sizeof(*t->old));
	if (!grown)
		return 1;
	t->old = grown;
	return credentials_fingerprint(
		span_of(t->scan->key), hit->kind, hit->secret, t->old[t->old_count++]);
}

static int add_json(struct scan *scan, const struct credential_hit *hit, const char *path,
	const char *fingerprint, const char *commit)
{
	json_t *one = json_pack("{ss ss ss sI sI ss ss ss}", "kind", hit->kind, "confidence",
		confidences[hit->confidence], "path", path, "line", (json_int_t)hit->line, "column",
		(json_int_t)hit->column, "fingerprint", fingerprint, "what", hit->what, "revoke",
		hit->revoke);

	if (one && commit)
		json_object_set_new(one, "commit", json_string(commit));
	return one ? json_array_append_new(scan->findings, one) : -1;
}

static int tell(void *context, const struct credential_hit *hit)
{
	struct telling *t = context;
	struct scan *scan = t->scan;
	struct buf path = BUF_INIT(65536);
	char fingerprint[CREDENTIAL_FINGERPRINT + 1];
	int status = 0;

	if (hit->confidence < scan->from)
		return 0;
	if (credentials_fingerprint(span_of(scan->key), hit->kind, hit->secret, fingerprint) < 0)
		return 1;
	for (size_t i = 0; i < t->old_count; i++)
		if (strcmp(t->old[i], fingerprint) == 0)
			return 0;
	scan->count++;
	if (text_escape(&path, t->text->path) < 0 || buf_adds(&path, "") < 0)
		status = 1;
	else if (scan->format != SCAN_TEXT)
		status = add_json(scan, hit, path.data, fingerprint, t->text->commit) < 0;
	else
		(void)printf("%s%s%s:%zu:%zu %s %s %s – %s\n",
			t->text->commit ? t->text->commit : "", t->text->commit ? ":" : "",
			path.data, hit->line, hit->column, hit->kind, confidences[hit->confidence],
			fingerprint, hit->what);
	buf_release(&path);
	return status;
}

int scan_text(struct scan *scan, const struct scan_text *text, struct fault *f)
{
	struct telling t = { .scan = scan, .text = text };
	int status;

	if (text->bytes.len > scan->blob_limit) {
		(void)fprintf(stderr,
			"countersign: a file of %zu bytes is over the limit and was not scanned\n",
			text->bytes.len);
		scan->skipped++;
		return 0;
	}
	/* What stood there before matters only when there is something now. */
	status = credentials_scan(scan->credentials, text->path, text->bytes,
		text->old_bytes.len ? keep_old : tell, &t, f);
	if (status == 0 && text->old_bytes.len && t.old_count) {
		t.old_count = 0;
		status = credentials_scan(
			scan->credentials, text->path, text->old_bytes, keep_old, &t, f);
		if (status == 0)
			status = credentials_scan(
				scan->credentials, text->path, text->bytes, tell, &t, f);
	}
	free(t.old);
	return status > 0 ? fault_memory(f) : status;
}

static json_t *sarif_result(const json_t *finding)
{
	const char *confidence = json_string_value(json_object_get(finding, "confidence"));
	const char *level = confidence[0] == 'l'   ? "note"
			    : confidence[0] == 'm' ? "warning"
						   : "error";

	return json_pack("{ss ss s{sO} s[{s{s{sO} s{sO sO}}}] s{sO}}", "ruleId",
		json_string_value(json_object_get(finding, "kind")), "level", level, "message",
		"text", json_object_get(finding, "what"), "locations", "physicalLocation",
		"artifactLocation", "uri", json_object_get(finding, "path"), "region", "startLine",
		json_object_get(finding, "line"), "startColumn", json_object_get(finding, "column"),
		"partialFingerprints", "countersign/v1", json_object_get(finding, "fingerprint"));
}

static json_t *sarif(const json_t *findings)
{
	json_t *results = json_array(), *rules = json_array(), *seen = json_object(), *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
	{
		const char *kind = json_string_value(json_object_get(finding, "kind"));

		json_array_append_new(results, sarif_result(finding));
		if (json_object_get(seen, kind))
			continue;
		json_object_set_new(seen, kind, json_true());
		json_array_append_new(
			rules, json_pack("{ss s{sO} s{sO}}", "id", kind, "shortDescription", "text",
				       json_object_get(finding, "what"), "help", "text",
				       json_object_get(finding, "revoke")));
	}
	json_decref(seen);
	return json_pack("{ss ss s[{s{s{ss ss so}} so}]}", "$schema",
		"https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool",
		"driver", "name", "countersign", "version", COUNTERSIGN_VERSION, "rules", rules,
		"results", results);
}

int scan_finish(struct scan *scan, struct fault *f)
{
	json_t *out = NULL;
	int status = 0;

	if (scan->format == SCAN_JSON)
		out = json_incref(scan->findings);
	else if (scan->format == SCAN_SARIF)
		out = sarif(scan->findings);
	if (scan->format != SCAN_TEXT) {
		if (!out || json_dumpf(out, stdout, JSON_INDENT(1)) < 0)
			status = fault_memory(f);
		(void)putchar('\n');
	}
	json_decref(out);
	return status;
}
