/* The part of a survey that reads history: which assistants it names, and who works on it. */
#include <stdlib.h>
#include <string.h>

#include "common/mark/marks.h"
#include "hooks/report/reading.h"
#include "hooks/report/survey.h"

#define TEXT_MAX ((size_t)1 << 20) /* of a commit that is looked at */

struct history_reading {
	struct survey *survey;
	struct marks *marks;
	int64_t date;     /* of the commit at hand */
	bool found;       /* it is an assistant's */
	size_t catalogue; /* entries */
	bool *counted;    /* for each entry: in the commit at hand */
};

static int on_mark(void *context, const char *agent, enum identified_by by)
{
	struct history_reading *r = context;
	struct survey_agent *agents = r->survey->agents;
	size_t i = 0;

	(void)by;
	while (i < r->catalogue && strcmp(agents[i].id, agent) != 0)
		i++;
	if (i == r->catalogue)
		return 0;
	r->found = true;
	if (r->counted[i])
		return 0;
	r->counted[i] = true;
	agents[i].commits++;
	if (!agents[i].first || r->date < agents[i].first)
		agents[i].first = r->date;
	if (r->date > agents[i].last)
		agents[i].last = r->date;
	return 0;
}

/* Whether the address is of a machine or of a forge's own. */
static bool is_nobody(const char *email)
{
	static const char *const parts[] = { "[bot]", "noreply", "no-reply", "bot@", "automation",
		"root@", "localhost" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcasestr(email, parts[i]))
			return true;
	return !strchr(email, '@');
}

static void count_person(struct survey *survey, const struct person_line *author)
{
	struct survey_person person = { .commits = 1 };
	size_t i = 0;

	if (author->email.len >= sizeof(person.email) || author->name.len >= sizeof(person.name))
		return;
	memcpy(person.email, author->email.data, author->email.len);
	memcpy(person.name, author->name.data, author->name.len);
	if (is_nobody(person.email))
		return;
	while (i < survey->person_count && strcasecmp(survey->people[i].email, person.email) != 0)
		i++;
	if (i < survey->person_count)
		survey->people[i].commits++;
	else if (i < SURVEY_PEOPLE)
		survey->people[survey->person_count++] = person;
}

static int on_commit(
	void *context, const struct oid *id, const struct commit *commit, struct fault *f)
{
	struct history_reading *r = context;
	int status = 0;

	(void)id;
	r->found = false;
	if (commit) {
		memset(r->counted, 0, r->catalogue * sizeof(*r->counted));
		r->date = commit->committer.time;
		status = marks_of_commit(r->marks, commit, on_mark, r, f);
		if (status == 0 && !r->found)
			count_person(r->survey, &commit->author);
	}
	r->survey->commits++;
	r->survey->agent_commits += r->found;
	return status;
}

static int compare_agents(const void *a, const void *b)
{
	const struct survey_agent *x = a, *y = b;

	return x->commits != y->commits ? (x->commits < y->commits ? 1 : -1) : strcmp(x->id, y->id);
}

static int compare_people(const void *a, const void *b)
{
	const struct survey_person *x = a, *y = b;

	return x->commits != y->commits ? (x->commits < y->commits ? 1 : -1)
					: strcmp(x->email, y->email);
}

static void sort_out(struct survey *survey, size_t catalogue)
{
	qsort(survey->agents, catalogue, sizeof(*survey->agents), compare_agents);
	while (survey->agent_count < catalogue && survey->agents[survey->agent_count].commits)
		survey->agent_count++;
	qsort(survey->people, survey->person_count, sizeof(*survey->people), compare_people);
}

static int reading_begin(struct history_reading *r, struct fault *f)
{
	const struct catalogue_agent *agents = catalogue_agents(&r->catalogue);
	struct survey *survey = r->survey;

	survey->agents = calloc(r->catalogue + 1, sizeof(*survey->agents));
	survey->people = calloc(SURVEY_PEOPLE, sizeof(*survey->people));
	r->counted = calloc(r->catalogue + 1, sizeof(*r->counted));
	if (!survey->agents || !survey->people || !r->counted)
		return fault_memory(f);
	for (size_t i = 0; i < r->catalogue; i++)
		survey->agents[i].id = agents[i].id;
	return marks_new(&r->marks, NULL, 0, f);
}

int survey_history(struct survey *survey, struct repo *repo, struct fault *f)
{
	struct history_reading r = { .survey = survey };
	struct history history = { .repo = repo,
		.text_max = TEXT_MAX,
		.most = SURVEY_COMMITS,
		.each = on_commit,
		.context = &r };
	int status = reading_begin(&r, f);

	if (status == 0)
		status = history_read(&history, &survey->tip, f);
	survey->more_commits = history.more;
	if (status == 0)
		sort_out(survey, r.catalogue);
	marks_free(r.marks);
	history_release(&history);
	free(r.counted);
	return status;
}
