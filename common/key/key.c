#include "common/key/key.h"

#include <time.h>

#include "common/base/base64.h"
#include "common/key/cose.h"
#include "common/key/passkey.h"
#include "common/key/sshkey.h"

static const char OPENPGP[] = "openpgp:";
static const char PASSKEY[] = "passkey";
static const char NO_MEMORY[] = "not enough memory for the key";

/* Y, M, D, h, m and s stand for a digit each, the rest for itself. */
static const char *const time_formats[] = {
	"YYYY-MM-DD",
	"YYYY-MM-DDThh:mm:ssZ",
	"YYYYMMDD",
	"YYYYMMDDZ",
	"YYYYMMDDhhmm",
	"YYYYMMDDhhmmZ",
	"YYYYMMDDhhmmss",
	"YYYYMMDDhhmmssZ",
};

/* The number that a letter of the format counts in. */
static int *time_field(struct tm *tm, char letter)
{
	switch (letter) {
	case 'Y':
		return &tm->tm_year;
	case 'M':
		return &tm->tm_mon;
	case 'D':
		return &tm->tm_mday;
	case 'h':
		return &tm->tm_hour;
	case 'm':
		return &tm->tm_min;
	case 's':
		return &tm->tm_sec;
	default:
		return NULL;
	}
}

static bool time_fits(struct tm *out, struct span text, const char *format)
{
	*out = (struct tm){ 0 };
	if (text.len != strlen(format))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int *field = time_field(out, format[i]);
		char c = text.data[i];

		if (!field && c != format[i])
			return false;
		if (field && (c < '0' || c > '9'))
			return false;
		if (field)
			*field = *field * 10 + (c - '0');
	}
	return true;
}

/* Turns the numbers into a time, unless there is no such day or hour. */
static int time_of(int64_t *out, const struct tm *tm)
{
	struct tm real = *tm;
	time_t seconds;

	real.tm_year -= 1900;
	real.tm_mon -= 1;
	seconds = timegm(&real); /* which carries over what is too large */
	if (real.tm_year != tm->tm_year - 1900 || real.tm_mon != tm->tm_mon - 1 ||
		real.tm_mday != tm->tm_mday || real.tm_hour != tm->tm_hour ||
		real.tm_min != tm->tm_min || real.tm_sec != tm->tm_sec || seconds <= 0)
		return -1;
	*out = seconds;
	return 0;
}

int key_time_parse(int64_t *out, struct span text)
{
	struct tm tm;

	*out = 0;
	for (size_t i = 0; i < sizeof(time_formats) / sizeof(time_formats[0]); i++)
		if (time_fits(&tm, text, time_formats[i]))
			return time_of(out, &tm);
	return -1;
}

/* Takes off the bytes before the first that is one of `stop`. */
static struct span take_until(struct span *text, const char *stop)
{
	struct span taken = { text->data, 0 };

	while (taken.len < text->len && !strchr(stop, text->data[taken.len]))
		taken.len++;
	text->data += taken.len;
	text->len -= taken.len;
	return taken;
}

/* Takes off one byte when it is this one. */
static bool take_byte(struct span *text, char byte)
{
	if (!text->len || text->data[0] != byte)
		return false;
	text->data++;
	text->len--;
	return true;
}

/* Options are read into the key; what they name lives in the arena. */
struct reading {
	struct key *key;
	struct arena *arena;
};

static const char *set_valid_after(struct reading *r, struct span value)
{
	if (r->key->valid_after || key_time_parse(&r->key->valid_after, value) < 0)
		return "valid-after wants one time, such as 2027-06-30";
	return NULL;
}

static const char *set_valid_before(struct reading *r, struct span value)
{
	if (r->key->valid_before || key_time_parse(&r->key->valid_before, value) < 0)
		return "valid-before wants one time, such as 2027-06-30";
	return NULL;
}

static const char *set_namespaces(struct reading *r, struct span value)
{
	(void)r;
	return span_is(value, "git") ? NULL
				     : "git signs in the namespace git, and no other can be named";
}

static const char *set_revoked(struct reading *r, struct span value)
{
	(void)value;
	r->key->revoked = true;
	return NULL;
}

static const char *set_no_touch(struct reading *r, struct span value)
{
	(void)value;
	r->key->touch_optional = true;
	return NULL;
}

static const char *set_authority(struct reading *r, struct span value)
{
	(void)value;
	r->key->authority = true;
	return NULL;
}

static const char *set_principals(struct reading *r, struct span value)
{
	const char **list = arena_alloc(r->arena, (value.len + 2) * sizeof(*list));
	size_t count = 0;

	if (r->key->principals)
		return "principals are named once";
	if (!list)
		return NO_MEMORY;
	do {
		struct span name = take_until(&value, ",");

		if (!name.len || memchr(name.data, '*', name.len) ||
			memchr(name.data, '?', name.len) || name.data[0] == ' ' ||
			name.data[name.len - 1] == ' ')
			return "principals=\"NAME,NAME\" has names, without blanks or wildcards";
		list[count] = arena_copy(r->arena, name.data, name.len);
		if (!list[count++])
			return NO_MEMORY;
	} while (take_byte(&value, ','));
	r->key->principals = list;
	return NULL;
}

static const struct {
	const char *name;
	bool wants_value;
	const char *(*set)(struct reading *r, struct span value); /* NULL, or why not */
} options[] = {
	{ "valid-after", true, set_valid_after },
	{ "valid-before", true, set_valid_before },
	{ "namespaces", true, set_namespaces },
	{ "revoked", false, set_revoked },
	{ "no-touch-required", false, set_no_touch },
	{ "cert-authority", false, set_authority },
	{ "principals", true, set_principals },
};

/* Takes blanks off. */
static void take_blanks(struct span *text)
{
	while (take_byte(text, ' ') || take_byte(text, '\t'))
		;
}

static const char *option_take(struct reading *r, struct span *text)
{
	struct span name = take_until(text, "=, \t"), value = { 0 };
	bool has_value = take_byte(text, '=');

	if (has_value) {
		if (!take_byte(text, '"'))
			return "an option's value stands in double quotes";
		value = take_until(text, "\"");
		if (!take_byte(text, '"'))
			return "an option's value has no closing quote";
	}
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (span_is(name, options[i].name) && options[i].wants_value == has_value)
			return options[i].set(r, value);
	return "the key has an option that is not understood";
}

/* Whether a word is the key itself and no option: options are never named like this. */
static bool starts_key(struct span text)
{
	struct span word = take_until(&text, " \t,=\"");

	return span_is(word, PASSKEY) || span_starts(word, OPENPGP) || span_starts(word, "ssh-") ||
	       span_starts(word, "ecdsa-") || span_starts(word, "sk-") ||
	       span_ends(word, "@openssh.com");
}

static const char *options_take(struct reading *r, struct span *text)
{
	const char *why;

	if (starts_key(*text))
		return NULL;
	do {
		why = option_take(r, text);
		if (why)
			return why;
	} while (take_byte(text, ','));
	if (!take_byte(text, ' ') && !take_byte(text, '\t'))
		return "no key after the options";
	take_blanks(text);
	return NULL;
}

static const char *decode(struct span *out, struct arena *arena, struct span encoded)
{
	struct buf blob = BUF_INIT(KEY_TEXT_MAX);
	const char *why = NULL;

	if (!encoded.len || base64_decode(&blob, encoded) < 0) {
		why = "the key is not base64";
	} else {
		*out = (struct span){ arena_copy(arena, blob.data, blob.len), blob.len };
		if (!out->data)
			why = NO_MEMORY;
	}
	buf_release(&blob);
	return why;
}

/* Fills in what the blob is called by people. */
static const char *name_key(struct key *out, struct arena *arena)
{
	char fingerprint[SSHKEY_FINGERPRINT_SIZE];

	sshkey_fingerprint(fingerprint, out->blob);
	out->fingerprint = fingerprint[0] ? arena_strdup(arena, fingerprint) : NULL;
	return out->fingerprint ? NULL : NO_MEMORY;
}

/* `passkey CREDENTIAL KEY comment` */
static const char *passkey_parse(struct key *out, struct arena *arena, struct span text)
{
	struct cose_key key;
	const char *why;
	size_t used;

	out->type = PASSKEY;
	(void)take_until(&text, " \t");
	take_blanks(&text);
	why = decode(&out->credential, arena, take_until(&text, " \t"));
	take_blanks(&text);
	if (!why)
		why = decode(&out->blob, arena, take_until(&text, " \t"));
	if (why)
		return "a passkey is `passkey CREDENTIAL KEY`, both in base64";
	if (out->credential.len > PASSKEY_CREDENTIAL_MAX)
		return "the passkey's credential is too long";
	if (cose_parse(&key, out->blob, &used, &why) < 0)
		return why;
	if (used != out->blob.len)
		return "there are bytes after the COSE key";
	return name_key(out, arena);
}

static const char *ssh_parse(struct key *out, struct arena *arena, struct span text)
{
	struct span name = take_until(&text, " \t");
	struct sshkey key;
	const char *why;

	take_blanks(&text);
	why = decode(&out->blob, arena, take_until(&text, " \t"));
	if (why)
		return why;
	if (sshkey_parse(&key, out->blob, &why) < 0)
		return why;
	if (!span_is(name, key.type->name))
		return "the key is of another type than the word before it";
	out->type = key.type->name;
	return name_key(out, arena);
}

static const char *openpgp_parse(
	struct key *out, struct arena *arena, struct span name, const char *folder)
{
	struct buf path = BUF_INIT(4096);

	name.data += strlen(OPENPGP);
	name.len -= strlen(OPENPGP);
	if (!name.len)
		return "openpgp: wants the name of a file";
	if (!folder)
		return "a policy inside the repository cannot name OpenPGP files";
	if (name.data[0] != '/')
		buf_addf(&path, "%s/", folder);
	buf_addspan(&path, name);
	out->type = "openpgp";
	out->file = path.failed ? NULL : arena_strdup(arena, path.data);
	buf_release(&path);
	return out->file ? NULL : "the name of the OpenPGP file is too long";
}

static const char *why_not_text(struct span text)
{
	if (text.len > KEY_TEXT_MAX)
		return "the key is too long";
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < ' ' && text.data[i] != '\t')
			return "a key is one line of text";
	return NULL;
}

static enum key_kind kind_of(struct span text)
{
	if (span_starts(text, OPENPGP))
		return KEY_OPENPGP;
	return span_is(take_until(&text, " \t"), PASSKEY) ? KEY_PASSKEY : KEY_SSH;
}

int key_parse(struct key *out, struct arena *arena, struct span text, const char *folder,
	const char **why)
{
	struct reading r = { out, arena };

	*out = (struct key){ 0 };
	*why = why_not_text(text);
	take_blanks(&text);
	if (!*why)
		*why = options_take(&r, &text);
	if (*why)
		return -1;
	out->kind = kind_of(text);
	if (out->kind == KEY_OPENPGP)
		*why = openpgp_parse(out, arena, text, folder);
	else if (out->kind == KEY_PASSKEY)
		*why = passkey_parse(out, arena, text);
	else
		*why = ssh_parse(out, arena, text);
	if (!*why && out->authority && out->kind != KEY_SSH)
		*why = "cert-authority is an option of SSH keys alone";
	if (!*why && out->principals && !out->authority)
		*why = "principals are of a cert-authority alone";
	if (!*why && out->valid_before && out->valid_before <= out->valid_after)
		*why = "valid-before is not after valid-after";
	return *why ? -1 : 0;
}
