#include "hooks/fleet/membership.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/expected.h"
#include "common/base/file.h"

#define SCHEMA_FILE "share/countersign/fleet.sql"
#define SCHEMA_MAX ((size_t)1 << 20)

static int schema_read(struct buf *out, struct fault *f)
{
	struct install_paths paths;
	char path[INSTALL_PATH_MAX];

	if (install_paths_find(&paths, f) < 0 ||
		install_paths_join(path, paths.prefix, SCHEMA_FILE, f) < 0)
		return -1;
	return file_read(path, out, f);
}

int membership_print(struct fault *f)
{
	struct buf text = BUF_INIT(SCHEMA_MAX);
	int status = schema_read(&text, f);

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

int membership_init(struct link *link, bool *made, struct fault *f)
{
	struct buf text = BUF_INIT(SCHEMA_MAX);
	char fleet[FLEET_ID_SIZE];
	bool there;
	int status = find(link, &there, f);

	*made = false;
	if (status == 0 && there)
		return membership_check(link, fleet, f);
	/* statements that are sent together are one transaction */
	if (status == 0)
		status = schema_read(&text, f);
	if (status == 0)
		status = link_script(link, text.data, f);
	*made = status == 0;
	buf_release(&text);
	return status;
}

int membership_check(struct link *link, char fleet[FLEET_ID_SIZE], struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT version, fleet FROM countersign.schema_version"
	};
	struct pg_result *result;
	bool there;
	int version, status = 0;

	if (find(link, &there, f) < 0)
		return -1;
	if (!there)
		return fault_set(f, FAULT_ADMIN,
			"database %s has no fleet, or not for %s to see: countersign fleet init",
			link->settings->database, link->settings->user);
	if (link_ask(link, &question, &result, f) < 0)
		return -1;
	version = link_rows(result) == 1 ? (int)strtol(link_value(result, 0, 0), NULL, 10) : 0;
	if (version == FLEET_SCHEMA)
		(void)snprintf(fleet, FLEET_ID_SIZE, "%s", link_value(result, 0, 1));
	else
		status = fault_set(f, FAULT_ADMIN,
			"the fleet's schema is of version %d, and this Countersign works with %d",
			version, FLEET_SCHEMA);
	link_clear(result);
	return status;
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
		"stopped.fleet.json", "fleet.policy" };

	if (link->conn && link_do(link, "SELECT countersign.leave_fleet()", f) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(names_of) / sizeof(names_of[0]); i++)
		if (forget(link->settings, names_of[i], f) < 0)
			return -1;
	return 0;
}
