/*
 * The keys and values by which recognise.c knows an outline; a word is a bit.
 */
#ifndef RULES_RECOGNISE_WORDS_H
#define RULES_RECOGNISE_WORDS_H

#include "common/path/yaml_outline.h"

/* name, its C name, the check of its value; `ansible.builtin.` is a prefix. */
#define WORDS(X)                          \
	X(apiVersion, is_api_version)     \
	X(kind, is_kind)                  \
	X(metadata, NULL)                 \
	X(hosts, NULL)                    \
	X(services, NULL)                 \
	X(image, NULL)                    \
	X(build, NULL)                    \
	X(jobs, NULL)                     \
	X(uses, NULL)                     \
	X(steps, NULL)                    \
	X(runs, NULL)                     \
	X(using, NULL)                    \
	X(stages, NULL)                   \
	X(stage, NULL)                    \
	X(script, NULL)                   \
	X(job, NULL)                      \
	X(commands, NULL)                 \
	X(command, NULL)                  \
	X(pipelines, NULL)                \
	X(language, NULL)                 \
	X(provider, NULL)                 \
	X(functions, NULL)                \
	X(network, NULL)                  \
	X(AWSTemplateFormatVersion, NULL) \
	X(Transform, is_aws_transform)    \
	X(Resources, NULL)                \
	X(Type, is_cloud_type)            \
	X(block, NULL)                    \
	X(extends, NULL)                  \
	X(resource, is_nested)            \
	X(terraform, NULL)                \
	X(data, is_nested)                \
	X(include, NULL)

/* Those that are no C names, are prefixes, or stand for several. */
#define MORE_WORDS(X)        \
	X(on)                \
	X(runs_on)           \
	X(schema)            \
	X(kind_pipeline)     \
	X(ansible)           \
	X(play_part)         \
	X(inclusion)         \
	X(module)            \
	X(word_of_task)      \
	X(task_key)          \
	X(only_task_key)     \
	X(task_state)        \
	X(module_argument)   \
	X(resource_type)     \
	X(known_type)        \
	X(azure_part)        \
	X(azure_step)        \
	X(buildkite_part)    \
	X(circle_part)       \
	X(pipeline_part)     \
	X(netplan_part)      \
	X(terraform_part)    \
	X(terraform_named)   \
	X(terraform_part_of) \
	X(terraform_moving)  \
	X(terraform_address) \
	X(compose_part)      \
	X(foreign_service)   \
	X(merge)             \
	X(intrinsic)         \
	X(ci_inclusion)      \
	X(service_image)     \
	X(known_image)       \
	X(service_build)     \
	X(service_part)      \
	X(weak_service_part) \
	X(extends_part)      \
	X(free_form)         \
	X(task_when)         \
	X(task_args)

enum word {
#define X(name, check) WORD_##name,
	WORDS(X)
#undef X
#define X(name) WORD_##name,
		MORE_WORDS(X)
#undef X
			WORD_COUNT,
};

_Static_assert(WORD_COUNT <= OUTLINE_WORDS, "a word is a bit");

/* All of them, in the order of the enumeration. */
extern const struct outline_word words[WORD_COUNT];

/* Whether the key is one of the list. */
bool words_listed(const char *const *list, size_t count, struct span key);

#endif
