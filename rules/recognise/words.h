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
	X(import_playbook, NULL)          \
	X(services, NULL)                 \
	X(image, NULL)                    \
	X(build, NULL)                    \
	X(on, NULL)                       \
	X(jobs, NULL)                     \
	X(uses, NULL)                     \
	X(steps, NULL)                    \
	X(runs, NULL)                     \
	X(using, NULL)                    \
	X(stages, NULL)                   \
	X(stage, NULL)                    \
	X(script, NULL)                   \
	X(trigger, NULL)                  \
	X(pool, NULL)                     \
	X(pr, NULL)                       \
	X(task, NULL)                     \
	X(job, NULL)                      \
	X(bash, NULL)                     \
	X(commands, NULL)                 \
	X(command, NULL)                  \
	X(label, NULL)                    \
	X(plugins, NULL)                  \
	X(workflows, NULL)                \
	X(orbs, NULL)                     \
	X(version, NULL)                  \
	X(pipelines, NULL)                \
	X(branches, NULL)                 \
	X(custom, NULL)                   \
	X(language, NULL)                 \
	X(service, NULL)                  \
	X(provider, NULL)                 \
	X(functions, NULL)                \
	X(network, NULL)                  \
	X(ethernets, NULL)                \
	X(wifis, NULL)                    \
	X(AWSTemplateFormatVersion, NULL) \
	X(Transform, is_aws_transform)    \
	X(Resources, NULL)                \
	X(Type, is_cloud_type)            \
	X(block, NULL)                    \
	X(extends, NULL)                  \
	X(resource, NULL)                 \
	X(required_providers, NULL)       \
	X(terraform, NULL)                \
	X(backend, NULL)                  \
	X(data, NULL)

/* Those that are no C names, are prefixes, or stand for several. */
#define MORE_WORDS(X)    \
	X(runs_on)       \
	X(pull_requests) \
	X(true)          \
	X(schema)        \
	X(kind_pipeline) \
	X(ansible)       \
	X(play_part)     \
	X(inclusion)     \
	X(module)        \
	X(word_of_task)  \
	X(task_key)      \
	X(only_task_key) \
	X(resource_type)

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

#define W(name) (UINT64_C(1) << WORD_##name)

/* All of them, in the order of the enumeration. */
extern const struct outline_word words[WORD_COUNT];

#endif
