/*
 * Whoever tells of the built-in rules tells of those in the list: the schema, the manual, the
 * evidence, which names no other classes either.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/path/classes.h"
#include "common/policy/rule_list.h"

static size_t listed(void)
{
	size_t count = 0;

	while (rule_list[count].name)
		count++;
	return count;
}

static json_t *load(const char *name)
{
	json_t *root = json_load_file(name, 0, NULL);

	assert_non_null(root);
	return root;
}

static void every_row_is_whole(void **state)
{
	(void)state;
	assert_true(listed() > 0);
	for (size_t i = 0; i < listed(); i++) {
		assert_ptr_equal(rule_list_find(rule_list[i].name), &rule_list[i]);
		assert_true(*rule_list[i].remedy && *rule_list[i].sentence);
	}
	assert_null(rule_list_find("infrastructure"));
	assert_null(rule_list_find(""));
}

static void the_schema_reserves_their_names(void **state)
{
	json_t *root = load(SOURCE_DIR "/rules/data/policy.schema.json"), *names = NULL, *one;
	json_t *definitions = json_object_get(root, "definitions");
	const char *key;
	json_t *definition;
	size_t i;

	(void)state;
	json_object_foreach(definitions, key, definition)
	{
		json_t *name = json_object_get(json_object_get(definition, "properties"), "name");

		json_array_foreach(json_object_get(name, "allOf"), i, one)
		{
			json_t *never = json_object_get(json_object_get(one, "not"), "enum");

			names = never ? never : names;
		}
	}
	assert_int_equal(json_array_size(names), listed());
	json_array_foreach(names, i, one) assert_non_null(rule_list_find(json_string_value(one)));
	json_decref(root);
}

/* The page with one blank where it has any. */
static char *read_words(const char *name)
{
	struct buf text = BUF_INIT(1 << 20);
	struct fault f = { 0 };
	char *out;

	assert_int_equal(file_read(name, &text, &f), 0);
	out = text.data;
	for (const char *in = text.data; *in; in++)
		if (!strchr(" \n", *in) || !strchr(" \n", in[1]))
			*out++ = *in == '\n' ? ' ' : *in;
	*out = '\0';
	return text.data;
}

static void the_manual_has_them_all_in_their_words(void **state)
{
	char *words = read_words(SOURCE_DIR "/docs/man/countersign-policy.5");
	char *from = strstr(words, ".Sh BUILT-IN RULES"), *to;
	size_t items = 0;

	(void)state;
	assert_non_null(from);
	to = strstr(from + 1, ".Sh ");
	assert_non_null(to);
	*to = '\0';
	for (size_t i = 0; i < listed(); i++) {
		char item[1000];

		snprintf(item, sizeof(item), ".It Ql %s %s ", rule_list[i].name,
			rule_list[i].sentence);
		if (!strstr(from, item))
			fail_msg("the manual lacks: %s", item);
	}
	for (const char *at = from; (at = strstr(at + 1, ".It Ql "));)
		items++;
	assert_int_equal(items, listed());
	free(words);
}

/* Settings and figures are known to the report alone, which refuses others itself. */
static bool is_known(const char *measure)
{
	const char *name = strchr(measure, ':');

	if (!name)
		return false;
	if (strncmp(measure, "rule:", 5) == 0)
		return rule_list_find(name + 1) != NULL;
	if (strncmp(measure, "class:", 6) == 0)
		return class_known(name + 1) || class_is_content(name + 1);
	return true;
}

static void the_evidence_names_no_others(void **state)
{
	json_t *root = load(SOURCE_DIR "/rules/data/evidence.json"), *framework, *control, *answer;
	size_t i, j, k, seen = 0;

	(void)state;
	json_array_foreach(json_object_get(root, "frameworks"), i, framework)
	{
		json_array_foreach(json_object_get(framework, "controls"), j, control)
		{
			json_array_foreach(json_object_get(control, "answers"), k, answer)
			{
				const char *name = json_string_value(answer);

				seen++;
				if (!is_known(name))
					fail_msg("the evidence names %s", name);
			}
		}
	}
	assert_true(seen > 0);
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(the_schema_reserves_their_names),
		cmocka_unit_test(the_manual_has_them_all_in_their_words),
		cmocka_unit_test(the_evidence_names_no_others),
	};

	return cmocka_run_group_tests_name("rule_list", tests, NULL, NULL);
}
