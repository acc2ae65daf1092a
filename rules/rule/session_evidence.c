#include "rules/rule/session_evidence.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/history/notes.h"
#include "common/mark/attribution_note.h"

#define SESSION_EVIDENCE_MAX 500 /* bytes of an address; longer ones are none */
#define LABEL_MAX 6              /* words */

/* Takes the next run of letters; empty: there is none. */
static struct span next_word(struct span *rest)
{
	struct span word;

	while (rest->len && !isalpha((unsigned char)*rest->data))
		*rest = (struct span){ rest->data + 1, rest->len - 1 };
	word = (struct span){ rest->data, 0 };
	while (word.len < rest->len && isalpha((unsigned char)word.data[word.len]))
		word.len++;
	*rest = (struct span){ rest->data + word.len, rest->len - word.len };
	return word;
}

/* Whether a word of the text says that it is about a session; *words of them. */
static bool names_session(struct span text, size_t *words)
{
	static const char *const known[] = { "agent", "agents", "assistant", "chat", "chats",
		"conversation", "conversations", "prompt", "prompts", "session", "sessions",
		"thread", "threads", "trace", "traces", "transcript", "transcripts" };
	struct span word;
	bool found = false;

	for (*words = 0; (word = next_word(&text)).len; ++*words)
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			found |= word.len == strlen(known[i]) &&
				 strncasecmp(word.data, known[i], word.len) == 0;
	return found;
}

/* Bytes of an address that begins there; 0: none does. */
static size_t address_length(struct span text)
{
	static const char *const schemes[] = { "https://", "http://" };
	size_t len = 0;

	for (size_t i = 0; !len && i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text.len > strlen(schemes[i]) &&
			strncasecmp(text.data, schemes[i], strlen(schemes[i])) == 0)
			len = strlen(schemes[i]);
	if (!len || !isalnum((unsigned char)text.data[len]))
		return 0;
	while (len < text.len && text.data[len] > ' ' && text.data[len] < 0x7f &&
		!strchr("<>()[]\"'`|\\{}^", text.data[len]))
		len++;
	while (len && strchr(".,;:!_*", text.data[len - 1]))
		len--;
	return len;
}

/* Whether a part of the path is `.` or `..`, also the last one before a query. */
static bool has_dot_part(const char *path)
{
	for (const char *at = path; (at = strstr(at, "/.")) != NULL; at++) {
		size_t dots = strspn(at + 1, ".");

		if (dots <= 2 && strchr("/?#", at[1 + dots]))
			return true;
	}
	return false;
}

/*
 * Copies it, scheme and host in small letters.  False: it is too long, names a user, or leads to
 * another folder than it seems to.
 */
static bool address_copy(struct span address, char out[SESSION_EVIDENCE_MAX + 1])
{
	const char *host, *path;

	if (address.len > SESSION_EVIDENCE_MAX)
		return false;
	memcpy(out, address.data, address.len);
	out[address.len] = '\0';
	host = strstr(out, "://") + 3;
	path = host + strcspn(host, "/?#");
	for (char *at = out; at < path; at++)
		*at = (char)tolower((unsigned char)*at);
	return !memchr(host, '@', (size_t)(path - host)) && !has_dot_part(path) &&
	       !strcasestr(path, "%2e") && !strcasestr(path, "%2f");
}

static bool is_permitted(const char *address, names permitted)
{
	for (; *permitted; permitted++)
		if (strcmp(*permitted, ATTRIBUTION_NOTE_WORD) != 0 &&
			strncmp(address, *permitted, strlen(*permitted)) == 0)
			return true;
	return false;
}

/* The address that the line is, or labels. */
static bool line_session(struct span line, char out[SESSION_EVIDENCE_MAX + 1])
{
	const char *sign = memmem(line.data, line.len, "://", 3);
	struct span label = { line.data, sign ? (size_t)(sign - line.data) : 0 }, address, rest;
	bool named;
	size_t words;

	while (label.len && isalpha((unsigned char)label.data[label.len - 1]))
		label.len--;
	address = (struct span){ line.data + label.len, line.len - label.len };
	address.len = sign ? address_length(address) : 0;
	rest = (struct span){ address.data + address.len, line.len - label.len - address.len };
	if (!address.len || next_word(&rest).len)
		return false;
	named = names_session(label, &words);
	if (words > LABEL_MAX || (words && !named))
		return false;
	return (named || names_session(address, &words)) && address_copy(address, out);
}

static bool in_message(struct span message, names permitted, char out[SESSION_EVIDENCE_MAX + 1])
{
	while (message.len) {
		const char *end = memchr(message.data, '\n', message.len);
		struct span line = { message.data,
			end ? (size_t)(end - message.data) : message.len };
		size_t taken = line.len + (end != NULL);

		if (line_session(line, out) && is_permitted(out, permitted))
			return true;
		message = (struct span){ message.data + taken, message.len - taken };
	}
	return false;
}

struct noted {
	names permitted;
	char *out;
};

static bool on_address(void *context, struct span text)
{
	struct noted *n = context;

	return text.len && address_length(text) == text.len && address_copy(text, n->out) &&
	       is_permitted(n->out, n->permitted);
}

/* What a note of the known formats says; where it names no address, the note may be enough. */
static bool in_note(struct span note, names permitted, char out[SESSION_EVIDENCE_MAX + 1])
{
	struct noted noted = { permitted, out };
	bool tells;

	if (attribution_note_addresses(note, on_address, &noted, &tells))
		return true;
	for (; tells && *permitted; permitted++)
		if (strcmp(*permitted, ATTRIBUTION_NOTE_WORD) == 0) {
			(void)snprintf(out, SESSION_EVIDENCE_MAX + 1, "%s", ATTRIBUTION_NOTES);
			return true;
		}
	return false;
}

static int on_hit(void *context, const struct credential_hit *hit)
{
	*(bool *)context = hit->confidence >= CONFIDENCE_MEDIUM;
	return *(bool *)context;
}

/* Whether the address is a credential itself, so that it may not be kept.  0 or -1. */
static int is_secret(const struct rule_case *c, const char *address, bool *secret, struct fault *f)
{
	const struct credential_versions versions = { span_of(""), span_of(""), span_of(address),
		CONFIDENCE_MEDIUM };

	*secret = false;
	return credentials_scan_new(c->credentials, &versions, on_hit, secret, f) < 0 ? -1 : 0;
}

int session_evidence_judge(
	const struct rule_case *c, const struct rule *rule, const char **why, struct fault *f)
{
	const char *gap = memmem(c->text.data, c->text.len, "\n\n", 2);
	struct span message =
		gap ? (struct span){ gap + 2, c->text.len - (size_t)(gap + 2 - c->text.data) }
		    : (struct span){ "", 0 };
	names permitted = rule->message->session;
	char where[SESSION_EVIDENCE_MAX + 1];
	bool secret;

	*why = NULL;
	if (!in_message(message, permitted, where) && !in_note(c->note, permitted, where)) {
		*why = "neither the message nor an attribution note says where the session can be "
		       "read";
		return 0;
	}
	if (is_secret(c, where, &secret, f) < 0)
		return -1;
	if (secret)
		*why = "the address of its session holds a credential";
	return secret ? 0 : verdict_add_session(c->verdict, c->commit, where, f);
}
