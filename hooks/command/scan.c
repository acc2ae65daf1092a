#include "hooks/command/scan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

static const char *const confidences[] = { "low", "medium", "high", "certain" };

struct scan_report {
	struct scan *scan;
	const struct scan_text *text;
	bool in_name; /* what is scanned is the text's name: there is no line */
};

static struct span name_shown(const struct scan_text *text)
{
	return text->withheld ? span_of("(withheld: the name holds a credential)") : text->path;
}

/* Whether another part of the text tells of it. */
static bool is_others(const struct scan_text *text, const struct credential_hit *hit)
{
	const char *start = hit->secret.data;
	size_t offset = (size_t)(start - text->bytes.data), line = hit->line - 1;

	if (text->to == 0 || hit->secret.len == 0)
		return false;
	if (start < text->bytes.data || start >= text->bytes.data + text->bytes.len)
		return line < text->from_line || line > text->to_line; /* in a decoding */
	return offset < text->from || offset >= text->to;
}

/* What stands in front of the hit's line in its part; nothing when it began there. */
static struct scan_place place_of(const struct scan_report *t, const struct credential_hit *hit)
{
	struct scan_place place = t->text->before;

	if (t->in_name)
		return (struct scan_place){ 0 };
	if (hit->line > 1 + (size_t)t->text->headed)
		place.columns = place.characters = 0;
	place.lines += hit->line - t->text->headed;
	place.columns += hit->column;
	return place;
}

/* The path as a URI (RFC 3986); relative ones stay so. */
static int add_uri(json_t *one, struct span path)
{
	struct buf uri = BUF_INIT(3 * path.len + 16);
	int status;

	if (span_starts(path, "/"))
		buf_adds(&uri, "file://");
	for (size_t i = 0; i < path.len; i++)
		if (isalnum((unsigned char)path.data[i]) ||
			(path.data[i] && strchr("/-._~", path.data[i])))
			buf_addc(&uri, path.data[i]);
		else
			buf_addf(&uri, "%%%02X", (unsigned char)path.data[i]);
	status = uri.failed ? -1 : json_object_set_new(one, "uri", json_stringn(uri.data, uri.len));
	buf_release(&uri);
	return status;
}

/* The column in characters, where the hit has it in bytes; so many stand before its part. */
static json_t *characters(const struct credential_hit *hit, size_t before)
{
	size_t column = hit->column;

	for (size_t i = 1; i < hit->column; i++)
		column -= (hit->secret.data[-(ptrdiff_t)i] & 0xc0) == 0x80;
	return json_integer((json_int_t)(before + column));
}

static int add_json(const struct scan_report *t, const struct credential_hit *hit, const char *path,
	const char *fingerprint)
{
	const struct scan_place place = place_of(t, hit);
	json_int_t line = (json_int_t)place.lines, column = (json_int_t)place.columns;
	json_t *one = json_pack("{ss ss ss sI sI ss ss ss}", "kind", hit->kind, "confidence",
		confidences[hit->confidence], "path", path, "line", line, "column", column,
		"fingerprint", fingerprint, "what", hit->what, "revoke", hit->revoke);
	int status = one ? 0 : -1;

	if (status == 0 && t->text->commit)
		status = json_object_set_new(one, "commit", json_string(t->text->commit));
	if (status == 0 && t->scan->format == SCAN_SARIF)
		status = add_uri(one, name_shown(t->text));
	if (status == 0 && t->scan->format == SCAN_SARIF && line)
		status = json_object_set_new(one, "column", characters(hit, place.characters));
	if (status == 0)
		return json_array_append_new(t->scan->findings, one);
	json_decref(one);
	return -1;
}

static int tell(void *context, const struct credential_hit *hit)
{
	struct scan_report *t = context;
	struct scan *scan = t->scan;
	struct buf path = BUF_INIT(65536);
	char fingerprint[CREDENTIAL_FINGERPRINT + 1];
	const struct scan_place place = place_of(t, hit);
	int status = 0;

	if (hit->confidence < scan->from || (!t->in_name && is_others(t->text, hit)))
		return 0;
	if (credentials_fingerprint(span_of(scan->key), hit->kind, hit->secret, fingerprint) < 0)
		return 1;
	scan->count++;
	if (text_escape(&path, name_shown(t->text)) < 0 || buf_adds(&path, "") < 0)
		status = 1;
	else if (scan->format != SCAN_TEXT)
		status = add_json(t, hit, path.data, fingerprint) < 0;
	else
		(void)printf("%s%s%s:%zu:%zu %s %s %s – %s\n",
			t->text->commit ? t->text->commit : "", t->text->commit ? ":" : "",
			path.data, place.lines, place.columns, hit->kind,
			confidences[hit->confidence], fingerprint, hit->what);
	buf_release(&path);
	return status;
}

struct scan_naming {
	struct scan_report report;
	struct scan_text *text;
};

static int on_name(void *context, const struct credential_hit *hit)
{
	struct scan_naming *n = context;

	n->text->withheld = true;
	return tell(&n->report, hit);
}

int scan_name(struct scan *scan, struct scan_text *text, struct fault *f)
{
	struct scan_naming n = { { scan, text, true }, text };
	int status = credentials_scan(
		scan->credentials, (struct span){ "", 0 }, text->path, on_name, &n, f);

	return status > 0 ? fault_memory(f) : status;
}

static int withhold(void *context, const struct credential_hit *hit)
{
	(void)hit;
	*(bool *)context = true;
	return 1;
}

const char *scan_name_shown(struct scan *scan, const char *name)
{
	bool withheld = false;
	struct fault f = { 0 };

	if (credentials_scan(scan->credentials, (struct span){ "", 0 }, span_of(name), withhold,
		    &withheld, &f) < 0)
		withheld = true;
	return withheld ? "(withheld: the name holds a credential)" : name;
}

void scan_skip(struct scan *scan, const struct scan_text *text)
{
	struct buf path = BUF_INIT(65536);

	if (text_escape(&path, name_shown(text)) < 0 || buf_adds(&path, "") < 0)
		buf_clear(&path);
	(void)fprintf(stderr,
		"countersign: %s: larger than the limit of %zu bytes, and was not scanned to its "
		"end\n",
		path.data ? path.data : "", scan->blob_limit);
	buf_release(&path);
	scan->skipped++;
}

int scan_part(struct scan *scan, const struct scan_text *text, struct fault *f)
{
	struct scan_report t = { .scan = scan, .text = text };
	int status = credentials_scan_new(scan->credentials,
		&(struct credential_versions){
			text->path, text->old_bytes, text->bytes, scan->from },
		tell, &t, f);

	return status > 0 ? fault_memory(f) : status;
}

int scan_text(struct scan *scan, const struct scan_text *text, struct fault *f)
{
	struct scan_text named = *text;

	if (scan_name(scan, &named, f) < 0)
		return -1;
	if (text->bytes.len > scan->blob_limit)
		return scan_skip(scan, text), 0;
	return scan_part(scan, &named, f);
}

static int ends(void *context, const struct credential_hit *hit)
{
	const struct scan *scan = context;

	return hit->confidence >= scan->from;
}

int scan_glance(struct scan *scan, const struct scan_text *text, struct fault *f)
{
	int status = credentials_scan(
		scan->credentials, (struct span){ "", 0 }, text->path, ends, scan, f);

	return status ? status
		      : credentials_scan_new(scan->credentials,
				&(struct credential_versions){
					text->path, text->old_bytes, text->bytes, scan->from },
				ends, scan, f);
}

static json_t *sarif_result(const json_t *finding)
{
	const char *confidence = json_string_value(json_object_get(finding, "confidence"));
	const char *level = confidence[0] == 'l'   ? "note"
			    : confidence[0] == 'm' ? "warning"
						   : "error";

	json_t *place =
		json_pack("{s{sO}}", "artifactLocation", "uri", json_object_get(finding, "uri"));

	if (place && json_integer_value(json_object_get(finding, "line")))
		json_object_set_new(place, "region",
			json_pack("{sO sO}", "startLine", json_object_get(finding, "line"),
				"startColumn", json_object_get(finding, "column")));
	return json_pack("{ss ss s{sO} s[{so}] s{sO} s{sO sO*}}", "ruleId",
		json_string_value(json_object_get(finding, "kind")), "level", level, "message",
		"text", json_object_get(finding, "what"), "locations", "physicalLocation", place,
		"partialFingerprints", "countersign/v1", json_object_get(finding, "fingerprint"),
		"properties", "confidence", json_object_get(finding, "confidence"), "commit",
		json_object_get(finding, "commit"));
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
	return json_pack("{ss ss s[{s{s{ss ss so}} ss so}]}", "$schema",
		"https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool",
		"driver", "name", "countersign", "version", COUNTERSIGN_VERSION, "rules", rules,
		"columnKind", "unicodeCodePoints", "results", results);
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
