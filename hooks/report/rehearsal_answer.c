/* What a server said to a push, read back: its verdict objects, else its words. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "hooks/report/rehearsal.h"

#define SAID_MAX ((size_t)256 << 20)

static const char verdict_mark[] = "countersign-json: ", words_mark[] = "remote: countersign: ";

/* Adds the rules that objected, each once. */
static void add_rules(json_t *rules, const json_t *verdict)
{
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		const char *rule = json_string_value(json_object_get(finding, "rule"));

		if (rule)
			(void)json_object_set_new(rules, rule, json_true());
	}
}

/* The worst verdict of the push is what came of it. */
static void weigh(struct play *play, json_t *rules, const json_t *verdict)
{
	const char *decision = json_string_value(json_object_get(verdict, "decision"));

	if (json_object_get(verdict, "would_be"))
		play->observed = true;
	if (decision && strcmp(decision, "deny") == 0 && play->outcome != OUTCOME_LANDED)
		play->outcome = OUTCOME_DENIED;
	else if (decision && strcmp(decision, "hold") == 0 && play->outcome == OUTCOME_REFUSED)
		play->outcome = OUTCOME_HELD;
	if (decision && (strcmp(decision, "allow") != 0 || play->observed))
		add_rules(rules, verdict);
}

static char *join(const json_t *rules)
{
	struct buf text = BUF_INIT((size_t)1 << 16);
	const char *name;
	json_t *ignored;
	char *copy;

	json_object_foreach((json_t *)rules, name, ignored)(void)
		buf_addf(&text, "%s%s", text.len ? "," : "", name);
	copy = strdup(text.data ? text.data : "");
	buf_release(&text);
	return copy;
}

static void read_line(struct play *play, json_t *rules, const char *line)
{
	const char *object = strstr(line, verdict_mark);
	json_t *verdict =
		object ? json_loads(object + strlen(verdict_mark), JSON_DISABLE_EOF_CHECK, NULL)
		       : NULL;

	if (verdict)
		weigh(play, rules, verdict);
	else if (!play->detail && strncmp(line, words_mark, strlen(words_mark)) == 0)
		play->detail = strdup(line + strlen(words_mark));
	else if (!play->detail && strstr(line, "[remote rejected]"))
		play->detail = strdup(strstr(line, "[remote rejected]"));
	json_decref(verdict);
}

int play_read_answer(struct play *play, const char *path, struct fault *f)
{
	struct buf text = BUF_INIT(SAID_MAX);
	json_t *rules = json_object();
	char *line, *rest;

	if (file_read(path, &text, f) < 0) {
		json_decref(rules);
		buf_release(&text);
		return -1;
	}
	rest = text.data;
	while ((line = strsep(&rest, "\n")))
		read_line(play, rules, line);
	play->rules = join(rules);
	if (*play->rules) {
		free(play->detail);
		play->detail = NULL;
	}
	json_decref(rules);
	buf_release(&text);
	return play->rules ? 0 : fault_memory(f);
}
