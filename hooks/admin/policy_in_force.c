#include "hooks/admin/policy_in_force.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "hooks/admin/cli.h"

static bool is_taken(const char *takes, const char *option)
{
	char word[32];

	return snprintf(word, sizeof(word), " --%s ", option) < (int)sizeof(word) &&
	       strstr(takes, word);
}

int policy_words_read(struct policy_words *words, const char *takes, int argc, char **argv)
{
	const struct desk_option known[] = {
		{ "repo", &words->repo, NULL },
		{ "agent", &words->agent, NULL },
		{ "ref", &words->ref, NULL },
		{ "layer", &words->layer, NULL },
		{ "output", &words->output, NULL },
		{ "verified", NULL, &words->verified },
		{ "person", NULL, &words->person },
		{ "json", NULL, &words->json },
	};
	struct desk_option taken[sizeof(known) / sizeof(known[0]) + 1] = { { 0 } };
	size_t count = 0;
	int first;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (is_taken(takes, known[i].name))
			taken[count++] = known[i];
	*words = (struct policy_words){ .rest = NULL };
	first = desk_options(taken, argc, argv);
	if (first < 0)
		return -1;
	words->rest = argv + first;
	words->count = argc - first;
	return 0;
}

/* The file that the default branch has delegated, as it is now. */
static int delegated_read(struct policy_desk *desk, struct fault *f)
{
	struct ref_value head;

	if (repo_ref(desk->repo, desk->head, &head, f) < 0)
		return -1;
	free(head.target);
	if (head.kind != REF_DIRECT)
		return 0;
	if (repo_blob_at(desk->repo, &head.id, ".countersign.json", &desk->delegated,
		    &desk->has_delegated, f) < 0)
		return -1;
	if (desk->has_delegated)
		desk->sources.delegated = desk->delegated.data;
	return 0;
}

int policy_desk_open(struct policy_desk *desk, const char *repo, struct fault *f)
{
	struct fault nowhere = { 0 };

	*desk = (struct policy_desk){ 0 };
	if (place_find(&desk->place, f) < 0 ||
		place_join(desk->site, desk->place.etc, "policy.json", f) < 0)
		return -1;
	desk->sources.site = desk->site;
	if (repo_open(&desk->repo, repo ? repo : ".", repo ? f : &nowhere) < 0) {
		desk->repo = NULL;
		return repo ? -1 : 0;
	}
	if (place_join(desk->repository, repo_git_dir(desk->repo), "countersign/policy.json", f) <
			0 ||
		repo_head_branch(desk->repo, &desk->head, f) < 0)
		return -1;
	desk->sources.repository = desk->repository;
	desk->sources.git_dir = repo_git_dir(desk->repo);
	desk->sources.head = desk->head;
	return delegated_read(desk, f);
}

int policy_desk_load(struct policy_desk *desk, struct fault *f)
{
	return policy_load(&desk->policy, &desk->sources, f);
}

void policy_desk_release(struct policy_desk *desk)
{
	policy_free(desk->policy);
	if (desk->has_delegated)
		object_release(&desk->delegated);
	free(desk->head);
	repo_free(desk->repo);
	*desk = (struct policy_desk){ 0 };
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
