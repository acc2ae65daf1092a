/*
 * The formats of webhooks, a row each: what is not of the list is no format.
 *
 *	OURS(ID, name)		the event itself, or a letter
 *	RECORD(ID, name)	the event for those who collect, as webhook_NAME() in
 *				common/notify/ makes it
 *	CHAT(ID, name)		a message to people, as webhook_NAME() there makes it
 *
 * A new one is a row here and its form in a file of its own; the schema and the manual are compared
 * with the list (test/unit/webhook.c).
 */
#ifndef COMMON_POLICY_WEBHOOK_FORMATS_H
#define COMMON_POLICY_WEBHOOK_FORMATS_H

#include "common/base/span.h"

/* clang-format off */
#define WEBHOOK_CHATS(CHAT) \
	CHAT(SLACK, slack) \
	CHAT(TEAMS, teams) \
	CHAT(DISCORD, discord)
#define WEBHOOK_RECORDS(RECORD) \
	RECORD(CLOUDEVENTS, cloudevents) \
	RECORD(OCSF, ocsf)
#define WEBHOOK_FORMATS(OURS, RECORD, CHAT) \
	OURS(JSON, json) \
	WEBHOOK_RECORDS(RECORD) \
	WEBHOOK_CHATS(CHAT) \
	OURS(MAIL, mail)
/* clang-format on */

#define WEBHOOK_FORMAT_ID(ID, name) WEBHOOK_##ID,
enum webhook_format {
	WEBHOOK_FORMATS(WEBHOOK_FORMAT_ID, WEBHOOK_FORMAT_ID, WEBHOOK_FORMAT_ID)
		WEBHOOK_FORMAT_COUNT,
};
#undef WEBHOOK_FORMAT_ID

/* Those that go to an address, as helps list them. */
#define WEBHOOK_BEHIND_BAR(ID, name) "|" #name
#define WEBHOOK_FORMATS_USAGE \
	"json" WEBHOOK_RECORDS(WEBHOOK_BEHIND_BAR) WEBHOOK_CHATS(WEBHOOK_BEHIND_BAR)
#define WEBHOOK_BEHIND_COMMA(ID, name) ", " #name
#define WEBHOOK_FORMATS_HELP \
	"json (default)" WEBHOOK_RECORDS(WEBHOOK_BEHIND_COMMA) WEBHOOK_CHATS(WEBHOOK_BEHIND_COMMA)

/* The name of a format, as policies write it. */
const char *webhook_format_name(enum webhook_format format);

/* The format of that name; -1: there is none. */
int webhook_format_find(const char *name);

/* Whether it is a message to people in a chat. */
bool webhook_format_is_chat(int format);

#define WEBHOOK_MENTIONS_MAX 20 /* people that one message mentions */
#define WEBHOOK_MENTION_FORMS                                                                     \
	"slack: a member's id such as U012AB3CD, or @name for Mattermost; discord: a user's id, " \
	"a number; teams: a user's address or object id"

/*
 * The part of a text that names one person to chats of that format, without its frame (`<@...>`);
 * of no length: it names nobody, or more than one.
 */
struct span webhook_mention(enum webhook_format format, const char *text);

#endif
