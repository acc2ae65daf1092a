/*
 * countersign agents: what people and programs see of the catalogue.
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* What the program says, for free(); *status is its exit status. */
static char *said(const char *arguments, int *status)
{
	char command[512], *text = NULL;
	size_t cap = 0;
	FILE *out;

	snprintf(command, sizeof(command), "%s/countersign agents %s 2>&1", BUILD_DIR, arguments);
	out = popen(command, "r");
	assert_non_null(out);
	assert_true(getdelim(&text, &cap, '\0', out) > 0);
	*status = WEXITSTATUS(pclose(out));
	return text;
}

static void the_table_tells_who_is_known_and_by_what(void **state)
{
	int status;
	char *text = said("", &status);

	(void)state;
	assert_int_equal(status, 0);
	assert_non_null(strstr(text, "\n  claude-code "));
	assert_non_null(strstr(text, "noreply@anthropic.com"));
	assert_non_null(strstr(text, "dependabot"));
	free(text);
}

static void one_agent_is_shown_with_all_its_marks(void **state)
{
	int status;
	char *text = said("cursor", &status);

	(void)state;
	assert_int_equal(status, 0);
	assert_non_null(strstr(text, "cursoragent@cursor.com"));
	assert_non_null(strstr(text, "ssh-ed25519 AAAA"));
	assert_non_null(strstr(text, "they can be switched off"));
	free(text);
}

static void json_is_whole(void **state)
{
	int status;
	char *text = said("--json", &status);
	json_t *list = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *agent;
	size_t i;

	(void)state;
	assert_int_equal(status, 0);
	assert_true(json_array_size(list) > 100);
	json_array_foreach(list, i, agent)
	{
		assert_true(json_is_string(json_object_get(agent, "id")));
		assert_true(json_is_string(json_object_get(agent, "how")));
		assert_true(json_is_object(json_object_get(agent, "marks")));
	}
	json_decref(list);
	free(text);
}

static void an_unknown_agent_is_said_to_be_unknown(void **state)
{
	int status;

	(void)state;
	free(said("nobody", &status));
	assert_int_equal(status, 1);
	free(said("--nonsense", &status));
	assert_int_equal(status, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_tells_who_is_known_and_by_what),
		cmocka_unit_test(one_agent_is_shown_with_all_its_marks),
		cmocka_unit_test(json_is_whole),
		cmocka_unit_test(an_unknown_agent_is_said_to_be_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
