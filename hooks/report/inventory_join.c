/* Inventories of several repositories in one report, and its form for people. */
#include <string.h>

#include "common/mark/marks.h"
#include "hooks/admin/cli.h"
#include "hooks/report/inventory.h"

json_t *inventory_begin(const struct inventory_wish *wish)
{
	return json_pack("{s:i, s:s*, s:[], s:[]}", "version", 1, "since",
		*wish->since ? wish->since : NULL, "repositories", "agents");
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* The agent of that name, put where it belongs among the others when it is new. */
static json_t *agent_of(json_t *agents, const char *name)
{
	json_t *agent;
	size_t i;

	json_array_foreach(agents, i, agent)
	{
		int order = strcmp(text_of(agent, "name"), name);

		if (order == 0)
			return agent;
		if (order > 0)
			break;
	}
	agent = json_pack("{s:s, s:[], s:I, s:I, s:I, s:I, s:n, s:n, s:[]}", "name", name,
		"identified_by", "commits", (json_int_t)0, "proven", (json_int_t)0, "held",
		(json_int_t)0, "denied", (json_int_t)0, "first", "last", "in");
	return agent && json_array_insert_new(agents, i, agent) == 0 ? agent : NULL;
}

static void join_numbers(json_t *agent, const json_t *here)
{
	static const char *const keys[] = { "commits", "proven", "held", "denied" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		(void)json_object_set_new(agent, keys[i],
			json_integer(number_of(agent, keys[i]) + number_of(here, keys[i])));
}

static void join_times(json_t *agent, const json_t *here)
{
	static const struct {
		const char *key;
		bool later; /* the later of the two counts */
	} times[] = { { "first", false }, { "last", true } };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		json_t *time = json_object_get(here, times[i].key);
		const char *was = text_of(agent, times[i].key);
		int order = json_is_string(time) ? strcmp(json_string_value(time), was) : 0;

		if (json_is_string(time) && (!*was || (times[i].later ? order > 0 : order < 0)))
			(void)json_object_set(agent, times[i].key, time);
	}
}

static bool has_text(const json_t *list, const json_t *text)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) if (json_equal((json_t *)(uintptr_t)item,
						      (json_t *)(uintptr_t)text)) return true;
	return false;
}

static void join_words(json_t *agent, const json_t *here)
{
	json_t *words = json_object_get(agent, "identified_by"), *word;
	size_t i;

	json_array_foreach(json_object_get(here, "identified_by"), i,
		word) if (!has_text(words, word))(void) json_array_append(words, word);
}

int inventory_join(json_t *report, json_t *repository)
{
	json_t *agents = json_object_get(report, "agents"), *here;
	json_t *about = json_pack("{s:O, s:O, s:O, s:O}", "repository",
		json_object_get(repository, "repository"), "path",
		json_object_get(repository, "path"), "commits",
		json_object_get(repository, "commits"), "agent_commits",
		json_object_get(repository, "agent_commits"));
	int status =
		json_array_append_new(json_object_get(report, "repositories"), about) < 0 ? -1 : 0;
	size_t i;

	json_array_foreach(json_object_get(repository, "agents"), i, here)
	{
		json_t *agent = status == 0 ? agent_of(agents, text_of(here, "name")) : NULL;

		if (!agent) {
			status = -1;
			break;
		}
		join_numbers(agent, here);
		join_times(agent, here);
		join_words(agent, here);
		(void)json_object_set(
			here, "repository", json_object_get(repository, "repository"));
		(void)json_object_del(here, "name");
		if (json_array_append(json_object_get(agent, "in"), here) < 0)
			status = -1;
	}
	json_decref(repository);
	return status;
}

/* `a, b, c and more` */
static void print_list(const json_t *list, bool more, size_t most)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		if (i == most)
			break;
		fputs(i ? ", " : "", stdout);
		cli_print(json_string_value(item) ? json_string_value(item) : "");
	}
	if (json_array_size(list) > most && !more)
		printf(" and %zu more", json_array_size(list) - most);
	else if (more)
		fputs(" and more", stdout);
}

static void print_day(const char *time)
{
	printf("%.10s", *time ? time : "never");
}

static void print_totals(const json_t *agent)
{
	json_int_t commits = number_of(agent, "commits"), proven = number_of(agent, "proven");

	if (!*text_of(agent, "first")) {
		printf("  never seen\n");
		return;
	}
	printf("  %lld commit%s", (long long)commits, commits == 1 ? "" : "s");
	if (proven)
		printf(", %lld of them proven", (long long)proven);
	fputs(", first seen ", stdout);
	print_day(text_of(agent, "first"));
	fputs(", last ", stdout);
	print_day(text_of(agent, "last"));
	printf("; held %lld, denied %lld\n", (long long)number_of(agent, "held"),
		(long long)number_of(agent, "denied"));
	if (json_array_size(json_object_get(agent, "identified_by"))) {
		fputs("  recognised by ", stdout);
		print_list(json_object_get(agent, "identified_by"), false, BY_COUNT);
		fputs("\n", stdout);
	}
}

static void print_named(const char *label, const json_t *here, const char *key, const char *more)
{
	if (!json_array_size(json_object_get(here, key)))
		return;
	printf("    %-8s ", label);
	print_list(
		json_object_get(here, key), more && json_is_true(json_object_get(here, more)), 8);
	fputs("\n", stdout);
}

static void print_here(const json_t *here)
{
	const json_t *item;
	size_t i;

	fputs("  in ", stdout);
	cli_print(text_of(here, "repository"));
	fputs("\n", stdout);
	if (*text_of(here, "owner"))
		printf("    owner    %s\n", text_of(here, "owner"));
	if (*text_of(here, "expires"))
		printf("    expires  %.10s\n", text_of(here, "expires"));
	print_named("scope", here, "scope", NULL);
	print_named("refs", here, "refs", "more_refs");
	print_named("accounts", here, "accounts", "more_accounts");
	json_array_foreach(json_object_get(here, "attention"), i, item)
	{
		printf("    ! %s: ", text_of(item, "what"));
		cli_print(text_of(item, "detail"));
		fputs("\n", stdout);
	}
}

void inventory_print(const json_t *report)
{
	const json_t *agent, *here;
	size_t i, k;

	json_array_foreach(json_object_get(report, "agents"), i, agent)
	{
		cli_print(text_of(agent, "name"));
		fputs("\n", stdout);
		print_totals(agent);
		json_array_foreach(json_object_get(agent, "in"), k, here) print_here(here);
		fputs("\n", stdout);
	}
	inventory_print_sum(report);
}

void inventory_print_sum(const json_t *report)
{
	json_int_t commits = 0, of_agents = 0;
	const json_t *repository;
	size_t i;

	json_array_foreach(json_object_get(report, "repositories"), i, repository)
	{
		commits += number_of(repository, "commits");
		of_agents += number_of(repository, "agent_commits");
	}
	printf("%zu agent%s, %lld of %lld commits, in %zu repositor%s\n",
		json_array_size(json_object_get(report, "agents")),
		json_array_size(json_object_get(report, "agents")) == 1 ? "" : "s",
		(long long)of_agents, (long long)commits,
		json_array_size(json_object_get(report, "repositories")),
		json_array_size(json_object_get(report, "repositories")) == 1 ? "y" : "ies");
}
