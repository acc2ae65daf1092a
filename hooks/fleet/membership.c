#include "hooks/fleet/membership.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/expected.h"
#include "common/base/file.h"
#include "common/fleet/fleet_use.h"

#define SCHEMA_FOLDER "share/countersign/"
#define SCHEMA_MAX ((size_t)1 << 20)

/* The steps in which the schema came to be, each a file. */
static const char *const steps[FLEET_SCHEMA] = { SCHEMA_FOLDER "fleet.sql",
	SCHEMA_FOLDER "fleet-2.sql", SCHEMA_FOLDER "fleet-3.sql" };

/* Reads the steps behind that version.  0 or -1. */
static int schema_read(struct buf *out, int version, struct fault *f)
{
	struct install_paths paths;
	char path[INSTALL_PATH_MAX];
	int status = install_paths_find(&paths, f);

	for (int i = version; status == 0 && i < FLEET_SCHEMA; i++) {
		status = install_paths_join(path, paths.prefix, steps[i], f);
		if (status == 0)
			status = file_read(path, out, f);
	}
	return status;
}

int membership_print(struct fault *f)
{
	struct buf text = BUF_INIT(SCHEMA_MAX);
	int status = schema_read(&text, 0, f);

	if (status == 0 && fwrite(text.data, 1, text.len, stdout) != text.len)
		status = fault_set(f, FAULT_ADMIN, "standard output could not be written");
	buf_release(&text);
	return status;
}

/* Whether the schema is there.  0 or -1. */
static int find(struct link *link, bool *there, struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT to_regclass('countersign.schema_version') IS NOT NULL"
	};
	struct pg_result *result;

	if (link_ask(link, &question, &result, f) < 0)
		return -1;
	*there = strcmp(link_value(result, 0, 0), "t") == 0;
	link_clear(result);
	return 0;
}

/* Which version of the schema is there (0: none), and of which fleet.  0 or -1. */
static int version_read(struct link *link, int *version, char fleet[FLEET_ID_SIZE], struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT version, fleet FROM countersign.schema_version"
	};
	struct pg_result *result;
	bool there;

	*version = 0;
	if (find(link, &there, f) < 0)
		return -1;
	if (!there)
		return 0;
	if (link_ask(link, &question, &result, f) < 0)
		return -1;
	*version = link_rows(result) == 1 ? (int)strtol(link_value(result, 0, 0), NULL, 10) : -1;
	(void)snprintf(fleet, FLEET_ID_SIZE, "%s", link_value(result, 0, 1));
	link_clear(result);
	return 0;
}

int membership_init(struct link *link, bool *made, struct fault *f)
{
	struct buf text = BUF_INIT(SCHEMA_MAX);
	char fleet[FLEET_ID_SIZE];
	int version, status = version_read(link, &version, fleet, f);

	*made = false;
	if (status == 0 && (version < 0 || version >= FLEET_SCHEMA))
		return membership_check(link, fleet, f);
	/* statements that are sent together are one transaction */
	if (status == 0)
		status = schema_read(&text, version, f);
	if (status == 0)
		status = link_script(link, text.data, f);
	*made = status == 0;
	buf_release(&text);
	return status;
}

int membership_check(struct link *link, char fleet[FLEET_ID_SIZE], struct fault *f)
{
	int version;

	if (version_read(link, &version, fleet, f) < 0)
		return -1;
	if (version == 0)
		return fault_set(f, FAULT_ADMIN,
			"database %s has no fleet, or not for %s to see: countersign fleet init",
			link->settings->database, link->settings->user);
	if (version == FLEET_SCHEMA)
		return 0;
	return fault_set(f, FAULT_ADMIN,
		"the fleet's schema is of version %d, and this Countersign works with %d: %s",
		version, FLEET_SCHEMA,
		version < FLEET_SCHEMA ? "countersign fleet init brings it there"
				       : "bring this host up to date");
}

int membership_join(struct link *link, struct fault *f)
{
	const struct fleet_settings *settings = link->settings;
	const struct link_question question = { .sql = "SELECT countersign.join_fleet($1, $2)",
		.params = { settings->host, COUNTERSIGN_VERSION },
		.count = 2 };
	char fleet[FLEET_ID_SIZE];

	if (membership_check(link, fleet, f) < 0 || link_ask(link, &question, NULL, f) < 0)
		return -1;
	return expected_mark(&(struct expected){ settings->paths.etc, FLEET_EXPECTED }, f);
}

/* Takes away a file of the site's folder. */
static int forget(const struct fleet_settings *settings, const char *name, struct fault *f)
{
	char path[INSTALL_PATH_MAX];

	if (install_paths_join(path, settings->paths.etc, name, f) < 0)
		return -1;
	if (unlink(path) < 0 && access(path, F_OK) == 0)
		return fault_set(f, FAULT_ADMIN, "%s: cannot be removed", path);
	return 0;
}

int membership_leave(struct link *link, struct fault *f)
{
	static const char *const names_of[] = { "countersign.had-fleet", FLEET_SETTINGS,
		"fleet.lease", "fleet.orders", "countersign.had-stopped-fleet",
		"stopped.fleet.json", "fleet.policy", "fleet.policy.next", "policy.next.json",
		FLEET_SOCKET };

	if (link->conn && link_do(link, "SELECT countersign.leave_fleet()", f) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(names_of) / sizeof(names_of[0]); i++)
		if (forget(link->settings, names_of[i], f) < 0)
			return -1;
	return 0;
}
