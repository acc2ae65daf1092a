#include "common/policy/site_agents.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/base/json.h"
#include "common/base/typo.h"
#include "common/mark/catalogue_field.h"
#include "common/mark/catalogue_site.h"
#include "common/mark/catalogue_takes.h"
#include "common/path/pattern.h"
#include "common/policy/site_files.h"

#define ID_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define ID_MAX 64
#define TEXT_MAX 1000

/* Of the file that is being read. */
struct reading {
	struct catalogue_site *site;
	const char *file, *agent;
	const struct catalogue_site_entry *entry;
	struct fault *f;
};

/* `FILE:LINE:COLUMN: JSON-PATH: text` */
static int __attribute__((format(printf, 3, 4)))
wrong(struct reading *r, const struct json_at *at, const char *format, ...)
{
	struct buf path = BUF_INIT(4096);
	size_t line, column;
	char text[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_at_locate(at, &line, &column);
	(void)json_at_path(at, &path);
	(void)fault_set(r->f, FAULT_ADMIN, "%s:%zu:%zu: %s: %s", r->file, line, column,
		path.data ? path.data : "$", text);
	buf_release(&path);
	return -1;
}

static int wrong_kind(struct reading *r, const struct json_at *at, const char *wanted)
{
	return wrong(r, at, "must be %s, is %s", wanted, json_kind_name(json_at_kind(at)));
}

/* A text that is not empty, of one line. */
static const char *text_at(struct reading *r, const struct json_at *at)
{
	const char *text = json_at_text(at);

	if (!text)
		(void)wrong_kind(r, at, "text");
	else if (!*text || strlen(text) > TEXT_MAX || strpbrk(text, "\n\r\t"))
		(void)wrong(r, at, "must be one line of 1 to %d characters", TEXT_MAX);
	else
		return text;
	return NULL;
}

static int mark_add(struct reading *r, const struct json_at *at, const char *field,
	const char *text, const char *value)
{
	const struct catalogue_site_mark mark = { field, text, value };
	const char *sample;
	int status = text ? catalogue_site_mark(r->site, &mark, r->f) : -1;

	if (status == 1)
		return wrong(r, at, "is a mark that nothing is left of, or that all have");
	if (status < 0)
		return -1;
	sample = catalogue_takes(r->entry, &mark);
	return sample ? wrong(r, at, "'%s' would take people's commits: %s", value ? value : text,
				sample)
		      : 0;
}

/* Whether the mark can be met with, and is nobody else's. */
static int mark_check(struct reading *r, const struct json_at *at,
	const struct catalogue_field *field, const char *text)
{
	const char *why = catalogue_form_wrong(field->kind, text);
	const char *owner = catalogue_owner(field->kind, text, r->agent);

	if (why)
		return wrong(r, at, "'%s' %s", text, why);
	if (owner && field->strength == MARK_SURE)
		return wrong(r, at, "'%s' is a mark of %s already", text, owner);
	return 0;
}

/* A trailer's value is one form, or a list of them. */
static int trailer_read(
	struct reading *r, const struct json_at *at, const char *field, const char *key)
{
	if (json_at_kind(at) != JSON_KIND_LIST) {
		const char *value = text_at(r, at);

		return value ? mark_add(r, at, field, key, value) : -1;
	}
	if (!json_at_count(at))
		return wrong(r, at, "must not be empty");
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *value = text_at(r, &item);

		if (!value || mark_add(r, &item, field, key, value) < 0)
			return -1;
	}
	return 0;
}

static int trailers_read(
	struct reading *r, const struct json_at *at, const struct catalogue_field *field)
{
	struct json_at member;

	if (json_at_kind(at) != JSON_KIND_OBJECT)
		return wrong_kind(r, at, "an object");
	for (bool more = json_at_first(at, &member); more; more = json_at_next(&member)) {
		struct json_at key = json_at_key(&member);

		if (mark_check(r, &key, field, member.key) < 0 ||
			trailer_read(r, &member, field->field, member.key) < 0)
			return -1;
	}
	return 0;
}

/* Whether an earlier item of the list is the same. */
static bool is_twice(const struct json_at *at, size_t i, const char *text)
{
	for (size_t n = 0; n < i; n++) {
		struct json_at item = json_at_item(at, n);

		if (strcasecmp(json_at_text(&item), text) == 0)
			return true;
	}
	return false;
}

static int marks_read(
	struct reading *r, const struct json_at *at, const struct catalogue_field *field)
{
	if (field->kind == CATALOGUE_TRAILERS)
		return trailers_read(r, at, field);
	if (json_at_kind(at) != JSON_KIND_LIST)
		return wrong_kind(r, at, "a list");
	if (!json_at_count(at))
		return wrong(r, at, "must not be empty");
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *text = text_at(r, &item);

		if (!text || mark_check(r, &item, field, text) < 0)
			return -1;
		if (is_twice(at, i, text))
			return wrong(r, &item, "'%s' is there twice", text);
		if (mark_add(r, &item, field->field, text, NULL) < 0)
			return -1;
	}
	return 0;
}

/* Tries the pattern as rules will have it. */
static int pattern_try(struct reading *r, const struct json_at *at, const char *pattern)
{
	struct json_at key = json_at_key(at);
	struct pattern_set *set = NULL;
	struct fault why = { 0 };
	int status = pattern_set_new(&set, PATTERN_GENEROUS, &why);

	if (status == 0 && pattern_set_list(set) < 0)
		status = -1;
	if (status == 0 && *pattern == '!')
		status = wrong(r, &key, "takes back what others protect");
	else if (status == 0 && pattern_set_add(set, 0, span_of(pattern), &why) < 0)
		status = wrong(r, &key, "%s", why.text);
	pattern_set_free(set);
	return status < 0 && !r->f->class ? fault_memory(r->f) : status;
}

static int paths_read(struct reading *r, const struct json_at *at)
{
	struct json_at member;

	if (json_at_kind(at) != JSON_KIND_OBJECT)
		return wrong_kind(r, at, "an object");
	for (bool more = json_at_first(at, &member); more; more = json_at_next(&member)) {
		const char *why = text_at(r, &member);

		if (!why || pattern_try(r, &member, member.key) < 0 ||
			catalogue_site_path(r->site, member.key, why, r->f) < 0)
			return -1;
	}
	return 0;
}

/* The fields that say something and are no marks. */
struct entry_text {
	const char *key;
	const char **value;
};

static int kind_read(struct reading *r, const struct json_at *at, enum catalogue_kind_of_agent *out)
{
	const char *kind = text_at(r, at);

	if (!kind)
		return -1;
	if (strcmp(kind, "assistant") == 0)
		*out = AGENT_ASSISTANT;
	else if (strcmp(kind, "service") == 0)
		*out = AGENT_SERVICE;
	else
		return wrong(r, at, "must be assistant or service");
	return 0;
}

static const struct catalogue_field *field_find(const char *key)
{
	for (const struct catalogue_field *field = catalogue_fields; field->field; field++)
		if (strcmp(field->field, key) == 0)
			return field;
	return NULL;
}

static int key_unknown(struct reading *r, const struct json_at *at)
{
	struct json_at key = json_at_key(at);
	struct typo near = typo_begin(at->key);

	for (const struct catalogue_field *field = catalogue_fields; field->field; field++)
		typo_offer(&near, field->field);
	return near.found ? wrong(r, &key, "unknown key '%s' (did you mean '%s'?)", at->key,
				    near.found)
			  : wrong(r, &key, "unknown key '%s'", at->key);
}

/* Reads what an entry says beside its marks, and that it says nothing unknown. */
static int entry_read(
	struct reading *r, const struct json_at *at, struct catalogue_site_entry *entry)
{
	const struct entry_text texts[] = { { "name", &entry->name }, { "vendor", &entry->vendor },
		{ "note", &entry->note }, { "source", &entry->source }, { "date", &entry->date } };
	struct json_at member;

	if (json_at_kind(at) != JSON_KIND_OBJECT)
		return wrong_kind(r, at, "an object");
	for (bool more = json_at_first(at, &member); more; more = json_at_next(&member)) {
		size_t i = 0;

		while (i < sizeof(texts) / sizeof(texts[0]) &&
			strcmp(texts[i].key, member.key) != 0)
			i++;
		if (i < sizeof(texts) / sizeof(texts[0])) {
			*texts[i].value = text_at(r, &member);
			if (!*texts[i].value)
				return -1;
		} else if (strcmp(member.key, "kind") == 0) {
			if (kind_read(r, &member, &entry->kind) < 0)
				return -1;
		} else if (strcmp(member.key, "paths") != 0 && !field_find(member.key)) {
			return key_unknown(r, &member);
		}
	}
	return 0;
}

static bool is_date(const char *text)
{
	static const char form[] = "0000-00-00";
	size_t i = 0;

	while (form[i] && (form[i] == '-' ? text[i] == '-' : text[i] >= '0' && text[i] <= '9'))
		i++;
	return !form[i] && !text[i];
}

static int agent_read(struct reading *r, const struct json_at *at)
{
	struct catalogue_site_entry entry = {
		.id = at->key, .vendor = "this site", .source = r->file
	};
	struct json_at key = json_at_key(at), member;
	bool any = false;

	if (!*at->key || strlen(at->key) > ID_MAX ||
		strspn(at->key, ID_CHARACTERS) != strlen(at->key))
		return wrong(r, &key, "a name has small letters, digits and -, at most %d", ID_MAX);
	r->agent = at->key;
	r->entry = &entry;
	if (entry_read(r, at, &entry) < 0)
		return -1;
	if (entry.date && !is_date(entry.date))
		return wrong(r, at, "'%s' is not a date such as 2027-06-30", entry.date);
	if (!entry.name && !catalogue_find(at->key))
		return wrong(r, at, "'name' is missing");
	if (catalogue_site_agent(r->site, &entry, r->f) < 0)
		return -1;
	for (bool more = json_at_first(at, &member); more; more = json_at_next(&member)) {
		const struct catalogue_field *field = field_find(member.key);

		any |= field && field->kind != CATALOGUE_KINDS;
		if (field && marks_read(r, &member, field) < 0)
			return -1;
		if (strcmp(member.key, "paths") == 0 && paths_read(r, &member) < 0)
			return -1;
	}
	return any ? 0 : wrong(r, at, "has no marks, so it could never be recognised");
}

static int root_read(struct reading *r, const struct json_at *root)
{
	struct json_at member, agents;
	bool versioned = false, there = false;

	if (json_at_kind(root) != JSON_KIND_OBJECT)
		return wrong_kind(r, root, "an object");
	for (bool more = json_at_first(root, &member); more; more = json_at_next(&member)) {
		struct json_at key = json_at_key(&member);

		if (strcmp(member.key, "version") == 0) {
			versioned = json_at_integer(&member) == 1;
			if (!versioned)
				return wrong(r, &member, "must be the number 1");
		} else if (strcmp(member.key, "agents") == 0) {
			there = true;
		} else if (*member.key != '$') {
			return wrong(r, &key, "unknown key '%s'", member.key);
		}
	}
	if (!versioned || !there || !json_at_member(root, "agents", &agents))
		return wrong(r, root, "'%s' is missing", versioned ? "agents" : "version");
	if (json_at_kind(&agents) != JSON_KIND_OBJECT)
		return wrong_kind(r, &agents, "an object");
	for (bool more = json_at_first(&agents, &member); more; more = json_at_next(&member))
		if (agent_read(r, &member) < 0)
			return -1;
	return 0;
}

static int file_take(struct reading *r, struct span bytes)
{
	struct json_doc doc;
	struct json_error error;
	struct json_at root;
	int status;

	if (json_doc_parse(&doc, bytes, &error) < 0)
		return fault_set(r->f, FAULT_ADMIN, "%s:%zu:%zu: %s: %s", r->file, error.line,
			error.column, error.path, error.text);
	root = json_at_root(&doc);
	status = root_read(r, &root);
	json_doc_release(&doc);
	return status;
}

static int take_all(const struct site_files *files, struct fault *f)
{
	struct catalogue_site *site = NULL;
	int status = catalogue_site_new(&site, f);

	for (size_t i = 0; status == 0 && i < files->count; i++) {
		struct reading r = { .site = site, .file = files->files[i].path, .f = f };

		status = file_take(&r, buf_span(&files->files[i].bytes));
	}
	if (status == 0)
		status = catalogue_site_use(site, f);
	if (status < 0)
		catalogue_site_free(site);
	return status;
}

int site_agents_load(const char *folder, struct fault *f)
{
	static char taken[65]; /* digest of what the catalogue has */
	char digest[65] = "";
	struct site_files files;
	int status;

	if (site_files_tie(folder, digest, f) < 0)
		return -1;
	if (strcmp(digest, taken) == 0)
		return 0;
	status = site_files_read(&files, folder, f);
	if (status == 0)
		status = files.count ? take_all(&files, f) : catalogue_site_use(NULL, f);
	site_files_release(&files);
	if (status == 0)
		memcpy(taken, digest, sizeof(taken));
	return status;
}
