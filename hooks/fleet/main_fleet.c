/*
 * countersign-fleet: the service of a host that is in a fleet, and what people ask of the fleet.
 * The only program with libpq; `countersign` runs it for `fleet` and for `--fleet`.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/env.h"
#include "common/base/file.h"
#include "hooks/admin/cli.h"
#include "hooks/fleet/decisions.h"
#include "hooks/fleet/desk.h"
#include "hooks/fleet/membership.h"
#include "hooks/fleet/orders.h"
#include "hooks/fleet/serve.h"
#include "hooks/gate/record.h"

static const char usage[] =
	"usage: countersign-fleet serve [--once]\n"
	"       countersign-fleet init [--print] [--user ROLE] [--password-file FILE]\n"
	"       countersign-fleet join\n"
	"       countersign-fleet leave [--offline]\n"
	"       countersign-fleet status [--json] [--host NAME]\n"
	"       countersign-fleet holds [--all] [--json] [--host NAME]\n"
	"       countersign-fleet log [--json] [--since TIME] [--until TIME]\n"
	"                         [--agent AGENT] [--ref REF] [--decision WORD]\n"
	"                         [--host NAME]\n"
	"       countersign-fleet agents [--json] [--host NAME]\n"
	"       countersign-fleet evidence [--json] [--since TIME] [--until TIME] [--host NAME]\n"
	"       countersign-fleet decide --as NAME [FILE]\n"
	"       countersign-fleet stop AGENT --reason TEXT\n"
	"       countersign-fleet stop --account NAME --reason TEXT\n"
	"       countersign-fleet stop --key FINGERPRINT --reason TEXT\n"
	"       countersign-fleet resume AGENT\n"
	"       countersign-fleet resume --account NAME\n"
	"       countersign-fleet resume --key FINGERPRINT\n"
	"\n"
	"Connects this host to its fleet through PostgreSQL: copies log rows and holds\n"
	"there, and carries out signed orders here. People use `countersign fleet` and\n"
	"the option --fleet of other commands.\n"
	"\n"
	"  --once                exit when everything has been copied and carried out\n"
	"  --print               only print the schema\n"
	"  --user ROLE           the role that creates the schema (default: user in the\n"
	"                        settings)\n"
	"  --password-file FILE  its password (default: the one in the settings)\n"
	"  --offline             leave even if the database cannot be reached\n"
	"  --all                 also those that are not open any more\n"
	"  --json                one JSON object per line\n"
	"  --host NAME           only that host\n"
	"  --since TIME          from 2026-11-23, 2026-11-23T10:00:00Z, or 30m, 12h, 7d\n"
	"                        ago\n"
	"  --until TIME          as --since; a date includes the whole day\n"
	"  --agent AGENT         only rows about that agent\n"
	"  --ref REF             only rows of that ref: its full name, or the end of it\n"
	"  --decision WORD       only rows with that decision: allow, hold or deny\n"
	"  --account NAME        an account\n"
	"  --key FINGERPRINT     a key: SHA256:..., or an OpenPGP fingerprint\n"
	"  --reason TEXT         shown to whoever is blocked\n"
	"  --as NAME             who signed the decision: their name in the policy\n"
	"\n"
	"Exit status: 0 success, 1 a host needs attention, it was not stopped, or no\n"
	"host accepted it, 2 error.\n";

struct options {
	const char *verb, *name; /* name: an agent's */
	const char *user, *password_file, *account, *key, *reason, *since, *until, *as;
	bool once, print, offline, fleet, seen;
	struct desk_options desk;
};

static int complain(const struct options *options, const struct fault *f)
{
	(void)fprintf(stderr, "countersign-fleet%s%s: %s\n", options->verb ? " " : "",
		options->verb ? options->verb : "", f->text);
	return 2;
}

static int options_read(struct options *o, int argc, char **argv)
{
	/* --fleet and --seen: words of `countersign` that brought us here */
	const struct cli_option known[] = {
		{ "once", NULL, &o->once },
		{ "print", NULL, &o->print },
		{ "offline", NULL, &o->offline },
		{ "fleet", NULL, &o->fleet },
		{ "seen", NULL, &o->seen },
		{ "all", NULL, &o->desk.all },
		{ "json", NULL, &o->desk.json },
		{ "host", &o->desk.host, NULL },
		{ "agent", &o->desk.agent, NULL },
		{ "ref", &o->desk.ref, NULL },
		{ "decision", &o->desk.decision, NULL },
		{ "since", &o->since, NULL },
		{ "until", &o->until, NULL },
		{ "user", &o->user, NULL },
		{ "password-file", &o->password_file, NULL },
		{ "account", &o->account, NULL },
		{ "key", &o->key, NULL },
		{ "reason", &o->reason, NULL },
		{ "as", &o->as, NULL },
		{ NULL, NULL, NULL },
	};
	int first = cli_options(known, argc, argv);

	if (first < 0 || first == argc || argc - first > 2)
		return -1;
	o->verb = argv[first];
	o->name = first + 1 < argc ? argv[first + 1] : NULL;
	if (o->since && cli_time(o->desk.since, o->verb, o->since) < 0)
		return -1;
	return o->until ? cli_time(o->desk.until, o->verb, o->until) : 0;
}

/* ---- what is done */

typedef int verb_run(const struct options *o, struct fleet_settings *settings, struct fault *f);

static int run_init(const struct options *o, struct fleet_settings *settings, struct fault *f)
{
	struct link link = { 0 };
	bool made;
	int status;

	if (o->print)
		return membership_print(f);
	if (fleet_settings_need(settings, f) < 0)
		return -1;
	settings->user = o->user ? o->user : settings->user;
	settings->password_file = o->password_file ? o->password_file
				  : o->user        ? NULL
						   : settings->password_file;
	status = link_open(&link, settings, f);
	if (status == 0)
		status = membership_init(&link, &made, f);
	link_close(&link);
	if (status == 0)
		(void)printf(made ? "the fleet's schema was made in database %s\n"
				  : "database %s has the fleet's schema already\n",
			settings->database);
	return status;
}

static int run_join(const struct options *o, struct fleet_settings *settings, struct fault *f)
{
	struct link link = { 0 };
	int status = fleet_settings_need(settings, f);

	(void)o;
	if (status == 0)
		status = link_open(&link, settings, f);
	if (status == 0)
		status = membership_join(&link, f);
	link_close(&link);
	if (status == 0)
		(void)printf("%s has joined; now start the service: systemctl enable --now "
			     "countersign-fleet\n",
			settings->host);
	return status;
}

/* What cannot be read of the settings does not keep anybody in. */
static int run_leave(const struct options *o, struct fleet_settings *settings, struct fault *f)
{
	struct link link = { .settings = settings };
	struct fault ignored = { 0 };
	int status = fleet_settings_read(settings, o->offline ? &ignored : f);

	if (o->offline)
		status = settings->paths.etc[0] ? 0 : -1;
	else if (status == 0 && settings->there)
		status = link_open(&link, settings, f);
	if (status == 0)
		status = membership_leave(&link, f);
	link_close(&link);
	if (status == 0)
		(void)printf("this host is in no fleet; what it told stays there\n");
	return status;
}

static int run_serve(const struct options *o, struct fleet_settings *settings, struct fault *f)
{
	return fleet_settings_need(settings, f) < 0 ? -1 : serve(settings, o->once, f);
}

static int run_desk(const struct options *o, struct fleet_settings *settings, struct fault *f)
{
	static const struct {
		const char *verb;
		int (*run)(struct link *link, const struct desk_options *options, struct fault *f);
	} desks[] = { { "status", desk_status }, { "holds", desk_holds }, { "log", desk_log },
		{ "agents", desk_agents }, { "evidence", desk_evidence },
		{ "waiting", desk_waiting } };
	char fleet[FLEET_ID_SIZE];
	struct link link = { 0 };
	int status = fleet_settings_need(settings, f);

	if (status == 0)
		status = link_open(&link, settings, f);
	if (status == 0)
		status = membership_check(&link, fleet, f);
	for (size_t i = 0; status == 0 && i < sizeof(desks) / sizeof(desks[0]); i++)
		if (strcmp(desks[i].verb, o->verb) == 0) {
			status = desks[i].run(&link, &o->desk, f);
			break;
		}
	link_close(&link);
	return status;
}

/* Whom the order is about; -1: nobody, or several. */
static int find_whom(const struct options *o, struct stopped *who)
{
	const struct {
		const char *kind, *name;
	} named[] = { { STOPPED_AGENT, o->name }, { STOPPED_ACCOUNT, o->account },
		{ STOPPED_KEY, o->key } };
	int count = 0;

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].name) {
			who->kind = named[i].kind;
			who->name = named[i].name;
			count++;
		}
	return count == 1 && *who->name && strlen(who->name) <= STOPS_TEXT_MAX ? 0 : -1;
}

static int give(
	struct link *link, struct orders *orders, const struct stopped *who, struct fault *f)
{
	const struct order *there;
	char fleet[FLEET_ID_SIZE];
	int64_t number;

	if (link_open(link, orders->settings, f) < 0 || membership_check(link, fleet, f) < 0 ||
		orders_begin(orders, link, fleet, f) < 0)
		return -1;
	there = orders_find(orders, who->kind, who->name);
	(void)printf("%s ", who->kind);
	cli_print(who->name);
	if (!who->reason && (!there || there->resume)) {
		(void)printf(" was not stopped in the fleet\n");
		return 1;
	}
	if (orders_give(orders, link, who, &number, f) < 0)
		return -1;
	(void)printf(who->reason ? " is stopped in the fleet by order %lld\n"
				 : " is resumed in the fleet by order %lld\n",
		(long long)number);
	return desk_await(link, f);
}

static int run_order(const struct options *o, struct fleet_settings *settings, struct fault *f)
{
	struct passwd *user = getpwuid(getuid());
	char since[32], by[384], key[160];
	struct stopped who = { .since = since, .by = by, .reason = o->reason };
	bool resume = strcmp(o->verb, "resume") == 0;
	struct link link = { 0 };
	struct orders orders;
	int status;

	if (find_whom(o, &who) < 0)
		return fault_set(f, FAULT_ADMIN, "say which agent, --account or --key");
	if (resume ? o->reason != NULL : !o->reason || !*o->reason || strlen(o->reason) > 1000)
		return fault_set(f, FAULT_ADMIN,
			resume ? "a resume has no --reason"
			       : "say why: --reason TEXT, of at most 1000 bytes");
	if (strcmp(who.kind, STOPPED_KEY) == 0 && stops_fingerprint(key, who.name) < 0)
		return fault_set(f, FAULT_ADMIN, "a key is named by its fingerprint");
	if (strcmp(who.kind, STOPPED_KEY) == 0)
		who.name = key;
	if (fleet_settings_need(settings, f) < 0)
		return -1;
	record_time(since);
	(void)snprintf(by, sizeof(by), "%.256s@%.63s", user ? user->pw_name : "?", settings->host);
	orders_init(&orders, settings);
	status = give(&link, &orders, &who, f);
	link_close(&link);
	orders_release(&orders);
	return status;
}

/* The tag, of a file or of standard input. */
static int read_tag(const struct options *o, struct buf *out, struct fault *f)
{
	char chunk[8192];
	size_t len;

	if (o->name && strcmp(o->name, "-") != 0)
		return file_read(o->name, out, f);
	while ((len = fread(chunk, 1, sizeof(chunk), stdin)) > 0)
		(void)buf_add(out, chunk, len);
	return out->len && !out->failed ? 0 : fault_set(f, FAULT_ADMIN, "no tag on standard input");
}

static int run_decide(const struct options *o, struct fleet_settings *settings, struct fault *f)
{
	struct buf object = BUF_INIT(DECISION_MAX);
	struct decision_handed handed = { .person = o->as };
	char fleet[FLEET_ID_SIZE];
	struct link link = { 0 };
	int status;

	if (!o->as || !*o->as)
		return fault_set(f, FAULT_ADMIN, "say who has signed it: --as NAME");
	status = fleet_settings_need(settings, f);
	if (status == 0)
		status = read_tag(o, &object, f);
	if (status == 0)
		status = link_open(&link, settings, f);
	if (status == 0)
		status = membership_check(&link, fleet, f);
	handed.object = buf_span(&object);
	if (status == 0)
		status = decisions_hand_in(&link, &handed, f);
	link_close(&link);
	buf_release(&object);
	return status;
}

static const struct {
	const char *name;
	verb_run *run;
} verbs[] = {
	{ "serve", run_serve },
	{ "init", run_init },
	{ "join", run_join },
	{ "leave", run_leave },
	{ "status", run_desk },
	{ "holds", run_desk },
	{ "log", run_desk },
	{ "agents", run_desk },
	{ "evidence", run_desk },
	{ "waiting", run_desk }, /* for the review page */
	{ "decide", run_decide },
	{ "stop", run_order },
	{ "resume", run_order },
};

static int run_verb(const struct options *o)
{
	struct fleet_settings settings = { 0 };
	struct fault f = { 0 };
	int status = 2;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, o->verb) == 0) {
			status = verbs[i].run(o, &settings, &f);
			fleet_settings_release(&settings);
			if (status < 0)
				return complain(o, &f);
			return fflush(stdout) == EOF ? 2 : status;
		}
	(void)fputs(usage, stderr);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct fault f = { 0 };
	struct env env;
	int status = 2;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) == EOF ? 2 : 0;
	if (env_seal(&env, &f) < 0)
		return complain(&options, &f);
	if (options_read(&options, argc, argv) < 0)
		(void)fputs(usage, stderr);
	else
		status = run_verb(&options);
	env_release(&env);
	return status;
}
