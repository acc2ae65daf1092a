/*
 * story-json PATH [KEY VALUE]: reads JSON objects, one a line, takes the first (whose KEY is VALUE)
 * and prints what lies at PATH, such as `findings.0.rule`.  `findings.#` is how many there are.
 * For stories.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print(const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		puts(json_string_value(value));
		return 0;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	if (!text)
		return 1;
	puts(text);
	free(text);
	return 0;
}

static int print_at(const json_t *value, char *path)
{
	for (char *part = strtok(path, "."); part; part = strtok(NULL, ".")) {
		if (strcmp(part, "#") == 0) {
			printf("%zu\n", json_array_size(value));
			return 0;
		}
		value = json_is_array(value) ? json_array_get(value, strtoul(part, NULL, 10))
					     : json_object_get(value, part);
		if (!value)
			return 1;
	}
	return print(value);
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;

	if (argc != 2 && argc != 4)
		return 2;
	while (getline(&line, &size, stdin) > 0) {
		json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		const char *value;
		int status;

		if (!object)
			return 1;
		value = argc == 4 ? json_string_value(json_object_get(object, argv[2])) : NULL;
		if (argc == 2 || (value && strcmp(value, argv[3]) == 0)) {
			status = print_at(object, argv[1]);
			json_decref(object);
			free(line);
			return status;
		}
		json_decref(object);
	}
	free(line);
	return 1;
}
