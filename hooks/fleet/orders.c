#include "hooks/fleet/orders.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "hooks/fleet/order_record.h"
#include "hooks/fleet/order_text.h"

#define FILE_MAX ((size_t)64 << 20)
#define NEW ".new"

void orders_init(struct orders *orders, const struct fleet_settings *settings)
{
	*orders = (struct orders){ .settings = settings, .arena = ARENA_INIT((size_t)256 << 20) };
}

const struct order *orders_find(const struct orders *orders, const char *kind, const char *name)
{
	for (size_t i = 0; i < orders->count; i++)
		if (strcmp(orders->items[i].who.kind, kind) == 0 &&
			strcmp(orders->items[i].who.name, name) == 0)
			return &orders->items[i];
	return NULL;
}

/* Whether it counts in place of the other. */
static bool supersedes(const struct order *order, const struct order *other)
{
	if (order->number != other->number)
		return order->number > other->number;
	return other->resume && !order->resume;
}

/* Whether an order that is verified counts. */
static bool counts(struct orders *orders, const struct order *order)
{
	const struct order *there = orders_find(orders, order->who.kind, order->who.name);

	if (order->number > orders->highest)
		orders->highest = order->number;
	return !there || supersedes(order, there);
}

/* Takes an order in that counts.  0 or -1. */
static int take(struct orders *orders, const struct order *order, struct fault *f)
{
	struct order *there = (struct order *)orders_find(orders, order->who.kind, order->who.name);

	if (!there) {
		struct order *items =
			arena_grow(&orders->arena, orders->items, orders->count, sizeof(*items));

		if (!items || orders->count >= STOPS_MAX)
			return fault_memory(f);
		orders->items = items;
		there = &items[orders->count++];
	}
	*there = *order;
	there->fresh = true;
	return 0;
}

/*
 * One order, of the engine's or of the host's file.  What is none is told, and passed over.  It is
 * read beside first, so that one that does not count, however often it comes, leaves nothing here.
 */
static int consider(struct orders *orders, const char *text, const char *signature, struct fault *f)
{
	struct orders beside = *orders;
	struct order order;
	const char *why;
	int status;

	beside.arena = (struct arena)ARENA_INIT((size_t)1 << 20);
	status = order_read(&order, &beside, text, signature, &why, f);
	if (status > 0) {
		(void)fprintf(stderr, "countersign-fleet: an order is passed over: %s\n", why);
		status = 0;
	} else if (status == 0 && counts(orders, &order)) {
		orders->unsettled = true;
		status = order_read(&order, orders, text, signature, &why, f);
		status = status == 0 ? take(orders, &order, f) : -1;
	}
	arena_release(&beside.arena);
	return status;
}

/* ---- what the host keeps */

static int kept_parse(struct orders *orders, json_t *kept, const char *path, struct fault *f)
{
	const char *fleet = json_string_value(json_object_get(kept, "fleet"));
	size_t index;
	json_t *item;

	if (!fleet || !json_is_array(json_object_get(kept, "orders")))
		return fault_set(f, FAULT_ADMIN, "%s: is not a list of orders", path);
	if (strcmp(fleet, orders->fleet) != 0)
		return fault_set(f, FAULT_ADMIN,
			"%s is of the fleet %s, and the database has %s: countersign fleet leave, "
			"then join",
			path, fleet, orders->fleet);
	json_array_foreach(json_object_get(kept, "orders"), index, item)
	{
		const char *text = json_string_value(json_object_get(item, "text"));
		const char *signature = json_string_value(json_object_get(item, "signature"));

		if (!text || !signature || consider(orders, text, signature, f) < 0)
			return fault_set(f, FAULT_ADMIN, "%s: is not a list of orders", path);
	}
	for (size_t i = 0; i < orders->count; i++)
		orders->items[i].fresh = false;
	orders->unsettled = false;
	return 0;
}

static int kept_read(struct orders *orders, struct fault *f)
{
	struct buf text = BUF_INIT(FILE_MAX);
	char path[INSTALL_PATH_MAX];
	bool exists = false;
	json_t *kept;
	int status = install_paths_join(path, orders->settings->paths.etc, ORDERS_FILE, f);

	if (status == 0)
		status = file_read_trusted(path, (uid_t)-1, &text, &exists, f);
	if (status == 0 && exists) {
		kept = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
		status = kept_parse(orders, kept, path, f);
		json_decref(kept);
	}
	buf_release(&text);
	return status;
}

static char *kept_text(const struct orders *orders)
{
	json_t *list = json_array();
	json_t *kept =
		list ? json_pack("{s:s, s:o}", "fleet", orders->fleet, "orders", list) : NULL;
	char *text;

	for (size_t i = 0; kept && i < orders->count; i++)
		(void)json_array_append_new(
			list, json_pack("{s:s, s:s}", "text", orders->items[i].text, "signature",
				      orders->items[i].signature));
	text = kept && json_array_size(list) == orders->count ? json_dumps(kept, JSON_INDENT(1))
							      : NULL;
	json_decref(kept);
	return text;
}

static int write_file(const char *path, const char *text, struct fault *f)
{
	size_t len = strlen(text);
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool written = file >= 0 && write(file, text, len) == (ssize_t)len &&
		       fchmod(file, 0644) == 0 && fsync(file) == 0;

	if (file >= 0)
		(void)close(file);
	return written ? 0 : fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
}

/* Beside it, and then in its place, so that there is always one whole. */
static int replace_file(const char *etc, const char *text, struct fault *f)
{
	char path[INSTALL_PATH_MAX], beside[INSTALL_PATH_MAX];

	if (install_paths_join(path, etc, ORDERS_FILE, f) < 0 ||
		install_paths_join(beside, etc, ORDERS_FILE NEW, f) < 0 ||
		write_file(beside, text, f) < 0)
		return -1;
	return rename(beside, path) < 0 ? fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno))
					: 0;
}

static int kept_write(const struct orders *orders, struct fault *f)
{
	char *text = kept_text(orders);
	int status = text ? replace_file(orders->settings->paths.etc, text, f) : fault_memory(f);

	free(text);
	return status;
}

/* ---- in force */

/* Who is stopped by what counts becomes the list that hooks read. */
static int enforce(const struct orders *orders, struct fault *f)
{
	struct stops stops = { .arena = ARENA_INIT((size_t)64 << 20) };
	int status = 0;

	for (size_t i = 0; status == 0 && i < orders->count; i++)
		if (!orders->items[i].resume)
			status = stops_add(&stops, &orders->items[i].who, f);
	if (status == 0)
		status = stops_fleet_replace(orders->settings->paths.etc, &stops, f);
	stops_release(&stops);
	return status;
}

/* Kept first: what is in force is what would be after a crash. */
static int settle(struct orders *orders, struct fault *f)
{
	if (kept_write(orders, f) < 0 || enforce(orders, f) < 0)
		return -1;
	orders->unsettled = false;
	return 0;
}

static void forget_seen(struct orders *orders)
{
	orders->newest = 0;
	memset(orders->seen, 0, sizeof(orders->seen));
}

/* Whether the engine's row with that number was seen; from now on it was. */
static bool was_seen(struct orders *orders, int64_t id)
{
	int64_t *place = &orders->seen[(uint64_t)id % ORDERS_SEEN];
	bool seen = *place == id;

	*place = id;
	if (id > orders->newest)
		orders->newest = id;
	return seen;
}

/*
 * All rows behind `newest`, and those of the last minute, of which one may have had its number
 * before another and have come after it; but of no host more than its last thousand.
 */
int orders_fetch(struct orders *orders, struct link *link, struct fault *f)
{
	char newest[24];
	const struct link_question question = {
		.sql = "SELECT id, text, signature FROM (SELECT o.*, row_number() OVER (PARTITION"
		       " BY host ORDER BY id DESC) AS nth FROM countersign.orders o WHERE id > $1"
		       " OR \"time\" > now() - interval '1 minute') n WHERE nth <= 1000 ORDER BY "
		       "id",
		.params = { newest },
		.count = 1
	};
	struct pg_result *result;
	int status = 0;

	(void)snprintf(newest, sizeof(newest), "%" PRId64, orders->newest);
	if (link_ask(link, &question, &result, f) < 0)
		return -1;
	for (int i = 0; status == 0 && i < link_rows(result); i++)
		if (!was_seen(orders, strtoll(link_value(result, i, 0), NULL, 10)))
			status = consider(
				orders, link_value(result, i, 1), link_value(result, i, 2), f);
	link_clear(result);
	if (status < 0)
		forget_seen(orders);
	else if (orders->unsettled)
		status = settle(orders, f);
	return status;
}

int orders_begin(struct orders *orders, struct link *link, const char *fleet, struct fault *f)
{
	if (orders->loaded && strcmp(orders->fleet, fleet) != 0)
		return fault_set(f, FAULT_ADMIN, "the database has become that of another fleet");
	if (!orders->loaded) {
		(void)snprintf(orders->fleet, sizeof(orders->fleet), "%s", fleet);
		if (kept_read(orders, f) < 0 || enforce(orders, f) < 0)
			return -1;
		orders->loaded = true;
	}
	forget_seen(orders);
	return orders_fetch(orders, link, f);
}

int orders_give(struct orders *orders, struct link *link, const struct stopped *who,
	int64_t *number, struct fault *f)
{
	struct buf signature = BUF_INIT(ORDERS_TEXT_MAX);
	char *text;
	int status;

	*number = orders->highest + 1;
	text = order_write(orders->fleet, who, *number);
	status = text ? order_sign(orders->settings, text, &signature, f) : fault_memory(f);
	if (status == 0) {
		const struct link_question question = {
			.sql = "INSERT INTO countersign.orders (host, text, signature) VALUES"
			       " ($1, $2, $3)",
			.params = { orders->settings->host, text, signature.data },
			.count = 3
		};
		struct order order;
		const char *why;

		status = order_read(&order, orders, text, signature.data, &why, f);
		if (status > 0)
			status = fault_set(f, FAULT_ADMIN,
				"%s: the other hosts would pass this over: %s",
				orders->settings->signing_key, why);
		if (status == 0)
			status = link_ask(link, &question, NULL, f);
	}
	buf_release(&signature);
	free(text);
	return status;
}

void orders_release(struct orders *orders)
{
	order_record(orders, true);
	arena_release(&orders->arena);
}
