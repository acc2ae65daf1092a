#include "hooks/admin/policy_in_force.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/facts/delegated.h"
#include "hooks/admin/cli.h"

static bool is_taken(const char *takes, const char *option)
{
	char word[32];

	return snprintf(word, sizeof(word), " --%s ", option) < (int)sizeof(word) &&
	       strstr(takes, word);
}

int policy_args_read(struct policy_args *words, const char *takes, int argc, char **argv)
{
	const struct cli_option known[] = {
		{ "repo", &words->repo, NULL },
		{ "agent", &words->agent, NULL },
		{ "ref", &words->ref, NULL },
		{ "layer", &words->layer, NULL },
		{ "output", &words->output, NULL },
		{ "policy", &words->policy, NULL },
		{ "range", &words->range, NULL },
		{ "exit-code", NULL, &words->exit_code },
		{ "verified", NULL, &words->verified },
		{ "person", NULL, &words->person },
		{ "json", NULL, &words->json },
	};
	struct cli_option taken[sizeof(known) / sizeof(known[0]) + 1] = { { 0 } };
	size_t count = 0;
	int first;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (is_taken(takes, known[i].name))
			taken[count++] = known[i];
	*words = (struct policy_args){ .rest = NULL };
	first = cli_options(taken, argc, argv);
	if (first < 0)
		return -1;
	words->rest = argv + first;
	words->count = argc - first;
	return 0;
}

int policy_in_force_open(struct policy_in_force *in_force, const char *repo, struct fault *f)
{
	struct fault nowhere = { 0 };

	*in_force = (struct policy_in_force){ 0 };
	if (install_paths_find(&in_force->paths, f) < 0 ||
		install_paths_join(in_force->site, in_force->paths.etc, "policy.json", f) < 0)
		return -1;
	in_force->sources.site = in_force->site;
	if (repo_open(&in_force->repo, repo ? repo : ".", repo ? f : &nowhere) < 0) {
		in_force->repo = NULL;
		return repo ? -1 : 0;
	}
	if (install_paths_join(in_force->repository, repo_git_dir(in_force->repo),
		    "countersign/policy.json", f) < 0 ||
		repo_head_branch(in_force->repo, &in_force->head, f) < 0)
		return -1;
	in_force->sources.repository = in_force->repository;
	in_force->sources.git_dir = repo_git_dir(in_force->repo);
	in_force->sources.head = in_force->head;
	if (delegated_read(in_force->repo, in_force->head, &in_force->delegated, f) < 0)
		return -1;
	delegated_use(&in_force->delegated, &in_force->sources);
	return 0;
}

int policy_in_force_open_as(
	struct policy_in_force *in_force, const struct policy_args *words, struct fault *f)
{
	if (policy_in_force_open(in_force, words->repo, f) < 0)
		return -1;
	if (!words->policy)
		return 0;
	if (access(words->policy, F_OK) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", words->policy, strerror(errno));
	in_force->sources.repository = words->policy;
	return 0;
}

int policy_in_force_load(struct policy_in_force *in_force, struct fault *f)
{
	return policy_load(&in_force->policy, &in_force->sources, f);
}

int policy_in_force_holds(struct policy_in_force *in_force, struct hold_store *out, struct fault *f)
{
	const char *git_dir = repo_git_dir(in_force->repo);
	struct state *state = NULL;
	char id[33] = "";
	int status = in_force->policy ? 0 : policy_in_force_load(in_force, f);

	if (status == 0)
		status = state_open(&state, git_dir, STATE_READ, f);
	if (status == 0)
		status = state_repository_id(state, id, f);
	state_close(state);
	return status < 0 ? -1 : hold_store_find(out, in_force->policy, git_dir, id, f);
}

void policy_in_force_release(struct policy_in_force *in_force)
{
	policy_free(in_force->policy);
	if (in_force->delegated.found)
		object_release(&in_force->delegated.object);
	free(in_force->head);
	repo_free(in_force->repo);
	*in_force = (struct policy_in_force){ 0 };
}

void policy_print(FILE *out, const char *text)
{
	struct buf escaped = BUF_INIT(1u << 20);

	(void)text_escape(&escaped, span_of(text));
	fputs(escaped.data ? escaped.data : "", out);
	buf_release(&escaped);
}

int policy_failed(const struct fault *f)
{
	fputs("countersign: ", stderr);
	policy_print(stderr, f->text);
	fputc('\n', stderr);
	return 2;
}
