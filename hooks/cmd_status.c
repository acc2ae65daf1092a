/* countersign status: is this repository really guarded. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/place.h"
#include "common/policy.h"
#include "common/repo.h"
#include "common/stops.h"
#include "hooks/command.h"
#include "hooks/desk.h"
#include "hooks/wiring.h"

struct status {
	struct place place;
	struct repo *repo;
	json_t *problems; /* a list of objects */
	struct stops stops;
};

static int note(void *context, const struct drift *drift)
{
	struct status *status = context;

	json_array_append_new(
		status->problems, json_pack("{s:s, s:s, s:s}", "what", drift->what, "problem",
					  drift->problem, "advice", drift->advice));
	return 0;
}

/* Turns what kept us from finding out into something that is wrong. */
static void note_fault(struct status *status, const char *what, const struct fault *f)
{
	const struct drift drift = { what, f->text, "until it is mended every push is refused" };

	note(status, &drift);
}

static void check_wiring(struct status *status)
{
	struct wiring wiring = {
		.repo = status->repo, .place = &status->place, .each = note, .context = status
	};
	struct fault f = { 0 };

	if (wiring_hooks(&wiring, &f) < 0 || wiring_settings(&wiring, &f) < 0)
		note_fault(status, "hooks", &f);
}

static void check_policy(struct status *status)
{
	char site[PLACE_MAX], own[PLACE_MAX], *head = NULL;
	struct policy *policy = NULL;
	struct fault f = { 0 };
	struct policy_sources sources = {
		.site = site, .repository = own, .git_dir = repo_git_dir(status->repo)
	};

	if (place_join(site, status->place.etc, "policy.json", &f) == 0 &&
		place_join(own, sources.git_dir, "countersign/policy.json", &f) == 0 &&
		repo_head_branch(status->repo, &head, &f) == 0) {
		sources.head = head;
		(void)policy_load(&policy, &sources, &f);
	}
	if (!policy)
		note_fault(status, "policy", &f);
	policy_free(policy);
	free(head);
}

static void check_state(struct status *status)
{
	struct state *state = NULL;
	struct fault f = { 0 };

	if (state_open(&state, repo_git_dir(status->repo), STATE_READ, &f) < 0)
		note_fault(status, "state", &f);
	fault_clear(&f);
	if (stops_read(&status->stops, status->place.etc, state, &f) < 0)
		note_fault(status, "stopped", &f);
	state_close(state);
}

/* Who is stopped is no drift: somebody wanted it so. */
static void print_stopped(const struct stops *stops)
{
	for (size_t i = 0; i < stops->count; i++) {
		const struct stopped *who = &stops->items[i];

		printf("  stopped%s: %s ", who->everywhere ? " on this host" : "", who->kind);
		desk_print(who->name);
		fputs(": ", stdout);
		desk_print(who->reason);
		fputs("\n", stdout);
	}
}

static json_t *stopped_json(const struct stops *stops)
{
	json_t *list = json_array();

	for (size_t i = 0; i < stops->count; i++)
		(void)json_array_append_new(list, desk_stopped(&stops->items[i]));
	return list;
}

static void print_text(const struct status *status)
{
	size_t index;
	json_t *problem;

	printf("%s: %s (%s, version %s, %s)\n", repo_git_dir(status->repo),
		json_array_size(status->problems) ? "NOT AS IT SHOULD BE" : "guarded",
		wiring_host(status->repo), COUNTERSIGN_VERSION, status->place.prefix);
	json_array_foreach(status->problems, index, problem)
		printf("  %s: %s; %s\n", json_string_value(json_object_get(problem, "what")),
			json_string_value(json_object_get(problem, "problem")),
			json_string_value(json_object_get(problem, "advice")));
	print_stopped(&status->stops);
}

static int print_json(const struct status *status)
{
	json_t *object = json_pack("{s:s, s:b, s:s, s:s, s:s, s:O, s:o}", "repository",
		repo_git_dir(status->repo), "guarded", json_array_size(status->problems) == 0,
		"host", wiring_host(status->repo), "version", COUNTERSIGN_VERSION, "prefix",
		status->place.prefix, "problems", status->problems, "stopped",
		stopped_json(&status->stops));
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(object);
	return text ? 0 : -1;
}

const char cmd_status_usage[] =
	"usage: countersign status [--repo DIR] [--json]\n"
	"\n"
	"Tells whether a repository is really guarded: hooks, settings, policy and state, and who\n"
	"is stopped.\n"
	"\n"
	"  --repo DIR  the repository (default: where you stand)\n"
	"  --json      one JSON object\n"
	"\n"
	"Exit status: 0 guarded, 1 something is not as it should be, 2 could not tell.\n";

static int usage(void)
{
	(void)fputs(cmd_status_usage, stderr);
	return 2;
}

int cmd_status(const struct env *env, int argc, char **argv)
{
	struct status status = { .problems = json_array() };
	struct fault f = { 0 };
	const char *path = ".";
	bool json = false;
	int exit_status;

	(void)env;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (strcmp(argv[i], "--repo") == 0 && i + 1 < argc)
			path = argv[++i];
		else
			return usage();
	}
	if (place_find(&status.place, &f) < 0 || repo_open(&status.repo, path, &f) < 0) {
		(void)fprintf(stderr, "countersign: %s: %s\n", path, f.text);
		json_decref(status.problems);
		return 2;
	}
	check_wiring(&status);
	check_policy(&status);
	check_state(&status);
	exit_status = json_array_size(status.problems) ? 1 : 0;
	if (!json)
		print_text(&status);
	else if (print_json(&status) < 0)
		exit_status = 2;
	stops_release(&status.stops);
	repo_free(status.repo);
	json_decref(status.problems);
	return exit_status;
}
